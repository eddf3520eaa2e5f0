package codes

import (
	"fmt"
	"strings"
)

// Direction is whose invitation it is (UCWA/Direction_ref.md). The zero value is invalid.
type Direction uint8

// The two directions, seen from the application.
const (
	Incoming Direction = 1
	Outgoing Direction = 2
)

var directionNames = [...]string{Incoming: "Incoming", Outgoing: "Outgoing"}

// String returns the wire token.
func (d Direction) String() string { return name(directionNames[:], d, "Direction") }

// MarshalText writes the wire token; an invalid value is an error.
func (d Direction) MarshalText() ([]byte, error) {
	if d != Incoming && d != Outgoing {
		return nil, fmt.Errorf("codes: %v is invalid", d)
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads a wire token.
func (d *Direction) UnmarshalText(text []byte) error {
	switch string(text) {
	case "Incoming":
		*d = Incoming
	case "Outgoing":
		*d = Outgoing
	default:
		return fmt.Errorf("codes: %q is no direction, want Incoming or Outgoing", text)
	}
	return nil
}

// Basis is on what authority a statement about the protocol stands. The specification has no table of
// transitions, so everything built on it says how it is known.
type Basis uint8

const (
	Stated   Basis = 1 // the specification, or a page of the same documentation, says it in words
	Sampled  Basis = 2 // a published payload shows it
	Inferred Basis = 3 // it follows from the two above; nobody says it
)

var basisNames = [...]string{Stated: "Stated", Sampled: "Sampled", Inferred: "Inferred"}

// String returns the name.
func (b Basis) String() string { return name(basisNames[:], b, "Basis") }

// MarshalText writes the name.
func (b Basis) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

func name[T ~uint8](names []string, v T, kind string) string {
	if v != 0 && int(v) < len(names) {
		return names[v]
	}
	return fmt.Sprintf("%s(%d)", kind, uint8(v))
}

// Actor is a set of those who may have ended an invitation; the zero value says that it is not known.
type Actor uint8

const (
	ActorLocal         Actor = 1 << iota // the local user or client
	ActorRemote                          // the other party or its client
	ActorService                         // the service between them
	ActorOtherEndpoint                   // the local user at another endpoint
)

// String joins the names with "or".
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
	case a >= ActorOtherEndpoint<<1:
		return fmt.Sprintf("Actor(%d)", uint8(a))
	}
	return strings.Join(names, " or ")
}

// Synchronous is one row of the specification's synchronous errors: the answer to a request that is refused at
// once. Two rows have the same error and subcode, so it is the row that counts.
type Synchronous uint8

type syncInfo struct {
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

// Error is the row as an error body.
func (s Synchronous) Error() string {
	i := s.info()
	if i.http == 0 {
		return fmt.Sprintf("Synchronous(%d)", uint8(s))
	}
	text := fmt.Sprintf("%s %d %s", i.code, i.http, i.subcode)
	if i.text != "" {
		text += ": " + i.text
	}
	return text
}
