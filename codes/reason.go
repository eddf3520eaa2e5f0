package codes

import (
	"database/sql/driver"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/avinvite/avinvite/codes/enum"
)

//go:generate go run ./internal/generate

// Reason is why an invitation failed: a documented (code, subcode) pair, a documented code alone, or [Undocumented]. The
// values are dense, fit a byte, and are never renumbered: 0 is [NoReason], then come the documented pairs in the order of
// the specification, then each of its codes alone (see [Alone]), then [Undocumented].
type Reason uint8

const (
	// NoReason is the zero value: no reason at all, as beside a success.
	NoReason Reason = 0
	// Undocumented stands for a code that the specification does not list, and for a failed invitation whose completed
	// event has no reason.
	Undocumented Reason = documented + 1 + pageCodes
)

type reasonInfo struct {
	code                Code
	subcode             Subcode
	directions          uint8 // bit d stands for the Direction d
	basis               Basis
	source              Source
	actor               Actor
	actorBasis          Basis
	actorSource         Source
	endings             uint8 // bit n stands for endingTable[n]
	retry               Retry
	advice              string
	retrySource         Source
	explanation, litmus string
}

// Documented reports whether r is one of the specification's pairs.
func (r Reason) Documented() bool { return r != NoReason && r <= documented }

func (r Reason) info() *reasonInfo {
	if r.Documented() {
		return &reasonTable[r]
	}
	return &reasonTable[NoReason]
}

// Code returns the code, "" for [NoReason] and [Undocumented].
func (r Reason) Code() Code {
	if r > documented && r < Undocumented {
		return Code(codeTable[r-documented-1].token)
	}
	return r.info().code
}

// Subcode returns the subcode, "" when r is not documented.
func (r Reason) Subcode() Subcode { return r.info().subcode }

// Texts returns the specification's texts of the reason in its order. There can be several, and some can be blank.
func (r Reason) Texts() []string {
	if !r.Documented() {
		return nil
	}
	var texts []string
	for n := range rowTable {
		if row := &rowTable[n]; row.Reason == r {
			texts = append(texts, row.Text)
		}
	}
	return texts
}

// OtherText returns the text of a sibling page of the same documentation, and that page, for a reason with a blank row.
// [Reason.Texts] has only the texts of the specification.
func (r Reason) OtherText() (text, page string) {
	for _, row := range rowTable {
		if row.Reason == r && row.OtherText != "" {
			return row.OtherText, row.OtherSource
		}
	}
	return "", ""
}

// Fits reports whether the reason is documented and can end an invitation of the direction. [Reason.Basis] and
// [Reason.Source] are the authority of that statement.
func (r Reason) Fits(d Direction) bool {
	return (d == Incoming || d == Outgoing) && r.info().directions>>d&1 != 0
}

// Basis returns the basis of [Reason.Fits], 0 when r is not documented. That the pair exists is always Stated.
func (r Reason) Basis() Basis { return r.info().basis }

// Source returns the source of [Reason.Basis].
func (r Reason) Source() Source { return r.info().source }

// Actor returns the party that ends the invitation for this reason, and the basis of that fact; the basis is 0 when r is
// not documented. [Reason.ActorSource] returns the source.
func (r Reason) Actor() (Actor, Basis) { return r.info().actor, r.info().actorBasis }

// ActorSource returns the source of the basis that [Reason.Actor] returns.
func (r Reason) ActorSource() Source { return r.info().actorSource }

// Ending is a terminal state in which an invitation can end for a reason, with the basis and the source of that fact.
type Ending struct {
	State  State
	Basis  Basis
	Source Source
}

// States returns the terminal states in which an invitation can end for this reason, nil when r is not documented.
// Failed comes first. Its basis is Sampled for RemoteFailure/Declined, Stated for LocalFailure/Declined and
// LocalFailure/Canceled, and Inferred for all other reasons. A reason with the subcode Declined can also end in
// Declined, and a reason with the subcode Canceled or MediaFallback in Cancelled.
func (r Reason) States() []Ending {
	var list []Ending
	for n, e := range endingTable {
		if r.info().endings>>n&1 != 0 {
			list = append(list, e)
		}
	}
	return list
}

// EndsIn returns the basis of the fact that an invitation can end in the state for this reason, 0 if it cannot.
func (r Reason) EndsIn(s State) Basis {
	for n, e := range endingTable {
		if e.State == s && r.info().endings>>n&1 != 0 {
			return e.Basis
		}
	}
	return 0
}

// Explanation returns a sentence in plain English that says when the reason occurs. It is the library's own, no text of
// the documentation.
func (r Reason) Explanation() string { return r.info().explanation }

// Litmus returns a sentence that says when a server should choose another reason, of those that are easily confused with
// this one. It returns "" if there are none. The sentence is the library's own.
func (r Reason) Litmus() string { return r.info().litmus }

// Retry reports whether inviting again can help, and returns a sentence of advice, or "" if there is none. Both are the
// library's own unless [Reason.RetrySource] names a page.
func (r Reason) Retry() (retry Retry, advice string) { return r.info().retry, r.info().advice }

// RetrySource returns the page and the words that state the advice of [Reason.Retry], the zero Source if no page does.
func (r Reason) RetrySource() Source { return r.info().retrySource }

// String returns the pair, such as RemoteFailure/Busy, the code alone, "none" or "undocumented".
func (r Reason) String() string {
	switch {
	case r == NoReason:
		return "none"
	case r < Undocumented:
		return Pair(r.Code(), r.Subcode())
	case r == Undocumented:
		return "undocumented"
	}
	return fmt.Sprintf("Reason(%d)", uint8(r))
}

// GoString returns the text of String, because test frameworks print values with %#v.
func (r Reason) GoString() string { return r.String() }

// MarshalText writes the text of [Reason.String]; a value out of range is an error.
func (r Reason) MarshalText() ([]byte, error) {
	if r > Undocumented {
		return nil, noReason(r.String())
	}
	return []byte(r.String()), nil
}

// UnmarshalText reads a text that [Reason.MarshalText] writes; any other text is an error.
func (r *Reason) UnmarshalText(text []byte) error {
	code, subcode, pair := strings.Cut(string(text), "/")
	var read Reason
	switch {
	case pair:
		read = lookup(Code(code), Subcode(subcode))
	case Code(code).Documented():
		read = Alone(Code(code))
	case code == Undocumented.String():
		read = Undocumented
	}
	if read == NoReason && string(text) != NoReason.String() {
		return noReason(fmt.Sprintf("%.80q", text))
	}
	*r = read
	return nil
}

// Value returns the text of [Reason.MarshalText] for database/sql; a value out of range is an error.
func (r Reason) Value() (driver.Value, error) { return enum.Value(r) }

// Scan reads the text of Value from database/sql; NULL is an error.
func (r *Reason) Scan(column any) error { return enum.Scan(r, column) }

func noReason(value string) error {
	return fmt.Errorf("%s is no reason, want a documented pair as RemoteFailure/Busy, a documented code, "+
		"none or undocumented", value)
}

// Reasons yields the documented reasons in the order of the specification.
func Reasons() iter.Seq[Reason] {
	return func(yield func(Reason) bool) {
		for r := Reason(1); r <= documented && yield(r); r++ {
		}
	}
}

// Row is one row of the specification's asynchronous reason codes. A pair may have several.
type Row struct {
	Reason Reason
	Text   string // as published, possibly blank
	// OtherText is the text of a sibling page of the same documentation where Text is blank; OtherSource is that page.
	OtherText, OtherSource string
}

// Rows yields the asynchronous rows in the order of the specification.
func Rows() iter.Seq[Row] { return slices.Values(rowTable[:]) }
