package codes

import (
	"cmp"
	"fmt"
	"iter"
	"strings"

	"github.com/avinvite/avinvite/codes/enum"
)

// Direction is whose invitation it is (UCWA/Direction_ref.md). The zero value is invalid.
type Direction uint8

// The two directions, seen from the application.
const (
	Incoming Direction = 1 // somebody invites the application
	Outgoing Direction = 2 // the application invites somebody
)

var directions = enum.Names[Direction]{
	Package: "codes", Type: "Direction", Texts: []string{Incoming: "Incoming", Outgoing: "Outgoing"},
}

// String returns the wire token.
func (d Direction) String() string { return directions.String(d) }

// GoString returns what String does, for test frameworks, which print with %#v.
func (d Direction) GoString() string { return d.String() }

// MarshalText writes the wire token; an invalid value is an error.
func (d Direction) MarshalText() ([]byte, error) {
	return directions.Marshal(d)
}

// UnmarshalText reads a wire token, and nothing else.
func (d *Direction) UnmarshalText(text []byte) error {
	return directions.Unmarshal(d, text)
}

// Basis is on what authority a statement about the protocol stands. The specification has no table of
// transitions, so everything built on it says how it is known.
type Basis uint8

const (
	Stated   Basis = 1 // the specification, or a page of the same documentation, says it in words
	Sampled  Basis = 2 // a published payload shows it
	Inferred Basis = 3 // it follows from the two above; no source says it
)

var bases = enum.Names[Basis]{
	Package: "codes", Type: "Basis", Texts: []string{Stated: "Stated", Sampled: "Sampled", Inferred: "Inferred"},
}

// String returns the name.
func (b Basis) String() string { return bases.String(b) }

// MarshalText writes the name; an invalid value is an error.
func (b Basis) MarshalText() ([]byte, error) { return bases.Marshal(b) }

// UnmarshalText reads what [Basis.MarshalText] writes, and nothing else.
func (b *Basis) UnmarshalText(text []byte) error { return bases.Unmarshal(b, text) }

// Retry is advice of ours on whether doing the same again can help.
type Retry uint8

const (
	RetryUnknown Retry = 0 // nothing is known, as for an undocumented reason
	RetryLater   Retry = 1 // the same may succeed at another time
	RetryChanged Retry = 2 // something has to change first
	RetryNo      Retry = 3 // somebody decided, or it went on elsewhere: leave it
)

var retries = enum.Names[Retry]{
	Package: "codes", Type: "Retry",
	Texts: []string{RetryUnknown: "unknown", RetryLater: "later", RetryChanged: "changed", RetryNo: "no"},
}

// String returns the name.
func (r Retry) String() string { return retries.String(r) }

// MarshalText writes the name; a value out of range is an error.
func (r Retry) MarshalText() ([]byte, error) { return retries.Marshal(r) }

// UnmarshalText reads what [Retry.MarshalText] writes, and nothing else.
func (r *Retry) UnmarshalText(text []byte) error {
	return retries.Unmarshal(r, text)
}

// Actor is a set of those who may have ended an invitation; the zero value says that it is not known.
type Actor uint8

const (
	ActorLocal         Actor = 1 << iota // the local user or client
	ActorRemote                          // the other party or its client
	ActorService                         // the service between them
	ActorOtherEndpoint                   // the local user at another endpoint
)

// String joins the names with "or"; it is "unknown" for the zero value.
func (a Actor) String() string {
	var names []string
	for i, n := range [...]string{"local", "remote", "service", "other endpoint"} {
		if a>>i&1 != 0 {
			names = append(names, n)
		}
	}
	switch {
	case a == 0:
		return "unknown"
	case a > actors:
		return fmt.Sprintf("Actor(%d)", uint8(a))
	}
	return strings.Join(names, " or ")
}

const actors = ActorLocal | ActorRemote | ActorService | ActorOtherEndpoint

// MarshalText writes what [Actor.String] returns; a value out of range is an error.
func (a Actor) MarshalText() ([]byte, error) {
	if a > actors {
		return nil, fmt.Errorf("codes: %v is out of range", a)
	}
	return []byte(a.String()), nil
}

// UnmarshalText reads what [Actor.MarshalText] writes, and nothing else.
func (a *Actor) UnmarshalText(text []byte) error {
	for v := Actor(0); v <= actors; v++ {
		if v.String() == string(text) {
			*a = v
			return nil
		}
	}
	return fmt.Errorf("codes: %q is no actor, want unknown, or local, remote, service, other endpoint joined by or", text)
}

// Synchronous is one row of the specification's synchronous errors: the answer to a request that is refused at
// once. Two rows have the same error and subcode, so it is the row that counts.
type Synchronous uint8

type syncInfo struct {
	name                         string
	code                         Code
	http                         int
	subcode                      Subcode
	text, otherText, otherSource string
}

func (s Synchronous) info() syncInfo {
	if int(s) < len(syncTable) {
		return syncTable[s]
	}
	return syncInfo{}
}

// Code returns the error.
func (s Synchronous) Code() Code { return s.info().code }

// HTTP returns the status of the answer, 0 for a value out of range.
func (s Synchronous) HTTP() int { return s.info().http }

// Subcode returns the subcode.
func (s Synchronous) Subcode() Subcode { return s.info().subcode }

// Description returns the text of the row as published, possibly blank.
func (s Synchronous) Description() string { return s.info().text }

// OtherText returns what a sibling page says where [Synchronous.Description] is blank, and which page.
func (s Synchronous) OtherText() (text, source string) {
	i := s.info()
	return i.otherText, i.otherSource
}

// SynchronousErrors yields the rows in the order of the specification.
func SynchronousErrors() iter.Seq[Synchronous] {
	return func(yield func(Synchronous) bool) {
		for s := Synchronous(1); int(s) < len(syncTable) && yield(s); s++ {
		}
	}
}

// Body returns the row as an error body to answer with: its text, or that of the sibling page where it has none, is the
// message. A value out of range gives an empty one.
func (s Synchronous) Body() *Error {
	i := s.info()
	e := &Error{Code: i.code, Subcode: i.subcode}
	if text := cmp.Or(i.text, i.otherText); text != "" {
		e.Message = &text
	}
	return e
}

// Error returns error, status, subcode and text, so that a row can be an error itself.
func (s Synchronous) Error() string {
	i := s.info()
	if i.http == 0 {
		return s.String()
	}
	text := fmt.Sprintf("%s %d %s", i.code, i.http, i.subcode)
	if i.text != "" {
		text += ": " + i.text
	}
	return text
}

// String returns the name of the row's constant without its prefix, as CallNotFound.
func (s Synchronous) String() string {
	if i := s.info(); i.name != "" {
		return i.name
	}
	return fmt.Sprintf("Synchronous(%d)", uint8(s))
}

// MarshalText writes what [Synchronous.String] returns; a value out of range is an error.
func (s Synchronous) MarshalText() ([]byte, error) {
	if s.info().name == "" {
		return nil, fmt.Errorf("codes: %v is out of range", s)
	}
	return []byte(s.String()), nil
}

// UnmarshalText reads what [Synchronous.MarshalText] writes, and nothing else.
func (s *Synchronous) UnmarshalText(text []byte) error {
	for v := range SynchronousErrors() {
		if v.String() == string(text) {
			*s = v
			return nil
		}
	}
	return fmt.Errorf("codes: %q is no synchronous error, want one as CallNotFound", text)
}
