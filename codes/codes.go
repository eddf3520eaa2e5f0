package codes

import (
	"fmt"
	"iter"
	"slices"
)

//go:generate go run ./internal/generate

// Code is an error code as it stands on the wire. The set is open: a service may send one that no page lists,
// and it survives as it is.
type Code string

// Subcode is an error subcode as it stands on the wire. The set is open: the contract is that new ones may
// appear at any time and that an unknown or missing one is to be ignored
// (UCWA/ErrorsAndInformationalMessages.md).
type Subcode string

// Reason is why an invitation failed: one of the documented (code, subcode) pairs, or what stands in for one
// when the service says something else. The values are dense, fit a byte, and are never renumbered: 0 is
// [NoReason], then come the documented pairs in the order of the specification, then each of its codes
// alone (see [Alone]), then [Undocumented].
type Reason uint8

const (
	// NoReason is the zero value: no reason at all, as beside a success.
	NoReason Reason = 0
	// Undocumented is a failure whose code the specification does not list, or that names no reason.
	Undocumented Reason = documented + 1 + Reason(len(codeTable))
)

// Alone returns the reason that is a documented code with a subcode that counts for nothing: an unknown one, or
// none where the specification has no row for the code with none. For any other code it is [Undocumented].
func Alone(code Code) Reason {
	if i := slices.Index(codeTable[:], code); i >= 0 {
		return documented + 1 + Reason(i)
	}
	return Undocumented
}

// Lookup returns the documented reason of a code and subcode, exactly as written; an empty subcode and the
// literal None are one. It allocates nothing.
func Lookup(code Code, subcode Subcode) (Reason, bool) {
	if subcode == "" {
		subcode = SubcodeNone
	}
	r := lookup(code, subcode)
	return r, r != NoReason
}

// Match is how [Resolve] came to its answer.
type Match uint8

const (
	MatchNone      Match = 0 // the code is published nowhere, or is missing
	MatchPair      Match = 1 // code and subcode are a documented reason
	MatchCode      Match = 2 // the code is documented here, the subcode is published nowhere or is missing
	MatchElsewhere Match = 3 // both are published, but the pair is not one of this resource's
)

var matchNames = [...]string{"none", "pair", "code", "elsewhere"}

// String returns the name.
func (m Match) String() string { return name(matchNames[:], m, "Match") }

// MarshalText writes the name; a value out of range is an error.
func (m Match) MarshalText() ([]byte, error) { return marshal(matchNames[:], m, "Match") }

// UnmarshalText reads what [Match.MarshalText] writes, and nothing else.
func (m *Match) UnmarshalText(text []byte) error { return unmarshal(matchNames[:], m, text, "match") }

// Resolve is [Lookup] under the contract for what a client does not know (UCWA/ErrorsAndInformationalMessages.md):
// only the code is required; an unknown subcode is to be ignored, so it counts as its code [Alone]; an unknown code is
// [Undocumented]. The match says which of these it was. The reason never depends on what other resources publish.
func Resolve(code Code, subcode Subcode) (Reason, Match) {
	if r, ok := Lookup(code, subcode); ok {
		return r, MatchPair
	}
	r := Alone(code)
	_, codeKnown := code.Published()
	_, subcodeKnown := subcode.Published()
	switch {
	case codeKnown && subcodeKnown:
		return r, MatchElsewhere
	case r != Undocumented:
		return r, MatchCode
	}
	return r, MatchNone
}

// published is a word that some page of UCWA lists.
type published struct {
	token  string
	http   int
	source string
}

// Published returns where the code is published, and whether it is anywhere.
func (c Code) Published() (source string, ok bool) {
	for _, p := range publishedCodes {
		if p.token == string(c) {
			return p.source, true
		}
	}
	return "", false
}

// HTTP returns the status that goes with the code, 0 where no page gives one: some codes exist in the event channel
// only (UCWA/ErrorsAndInformationalMessages.md).
func (c Code) HTTP() int {
	for _, p := range publishedCodes {
		if p.token == string(c) {
			return p.http
		}
	}
	return 0
}

// Documented reports whether the specification lists the code.
func (c Code) Documented() bool { return slices.Contains(codeTable[:], c) }

// Published returns where the subcode is published, and whether it is anywhere.
func (s Subcode) Published() (source string, ok bool) {
	if s.Documented() {
		return "PAGE, Asynchronous reason codes", true
	}
	for _, p := range otherSubcodes {
		if p.token == string(s) {
			return p.source, true
		}
	}
	return "", false
}

// Documented reports whether the specification lists the subcode among its asynchronous reasons.
func (s Subcode) Documented() bool { return slices.Contains(subcodeTable[:], s) }

// Documented reports whether r is one of the specification's pairs.
func (r Reason) Documented() bool { return r != NoReason && r <= documented }

type reasonInfo struct {
	code       Code
	subcode    Subcode
	directions uint8
	actor      Actor
	basis      Basis
	source     string
	ends       uint8
	retry      Retry
	change     string
	explain    string
}

// What a reason can come with beside the state Failed.
const (
	alsoDeclined  = 1
	alsoCancelled = 2
)

func (r Reason) info() reasonInfo {
	if r.Documented() {
		return reasonTable[r]
	}
	return reasonInfo{code: r.alone()}
}

func (r Reason) alone() Code {
	if r > documented && r < Undocumented {
		return codeTable[r-documented-1]
	}
	return ""
}

// Code returns the code, "" when there is none.
func (r Reason) Code() Code { return r.info().code }

// Subcode returns the subcode, "" when r is not documented.
func (r Reason) Subcode() Subcode { return r.info().subcode }

// Texts returns what the specification says of the reason: one text or several, in its order, some of them blank.
func (r Reason) Texts() []string {
	var texts []string
	for _, row := range rowTable {
		if row.Reason == r && r != NoReason {
			texts = append(texts, row.Text)
		}
	}
	return texts
}

// Fits reports whether the reason is documented for invitations of that direction.
func (r Reason) Fits(d Direction) bool {
	return (d == Incoming || d == Outgoing) && r.info().directions>>d&1 != 0
}

// Actor returns who ends the invitation for this reason.
func (r Reason) Actor() Actor { return r.info().actor }

// Basis returns on what authority [Reason.Fits] and [Reason.Actor] stand, 0 when r is not documented. That the
// pair exists is always stated.
func (r Reason) Basis() Basis { return r.info().basis }

// Source names where the basis can be read.
func (r Reason) Source() string { return r.info().source }

// OtherText returns what a sibling page of the same documentation says where the specification has a row without a
// text, and which page that is. It is never among [Reason.Texts].
func (r Reason) OtherText() (text, source string) {
	for _, row := range rowTable {
		if row.Reason == r && row.OtherText != "" {
			return row.OtherText, row.OtherSource
		}
	}
	return "", ""
}

// States returns the terminal states in which an invitation can end for this reason, as wire tokens. Failed, which
// all have, is Sampled; that Declined goes with the subcode Declined, and Cancelled with Canceled and with what was
// cancelled by the media fallback logic, is Inferred from the words.
func (r Reason) States() []string {
	switch {
	case !r.Documented():
		return nil
	case reasonTable[r].ends == alsoDeclined:
		return []string{"Failed", "Declined"}
	case reasonTable[r].ends == alsoCancelled:
		return []string{"Failed", "Cancelled"}
	}
	return []string{"Failed"}
}

// Explanation returns a sentence of ours for people, in plain English; it is no text of the documentation.
func (r Reason) Explanation() string { return r.info().explain }

// Retry returns our advice on whether inviting again can help, and how to go about it: what to change, or what to wait
// for, if there is something to say. No page says it.
func (r Reason) Retry() (retry Retry, advice string) {
	i := r.info()
	return i.retry, i.change
}

// String returns the pair as in RemoteFailure/Busy, the code alone, or undocumented.
func (r Reason) String() string {
	switch {
	case r == NoReason:
		return "none"
	case r.Documented():
		return string(reasonTable[r].code) + "/" + string(reasonTable[r].subcode)
	case r < Undocumented:
		return string(r.alone())
	case r == Undocumented:
		return "undocumented"
	}
	return fmt.Sprintf("Reason(%d)", uint8(r))
}

// MarshalText writes what [Reason.String] returns; a value out of range is an error.
func (r Reason) MarshalText() ([]byte, error) {
	if r > Undocumented {
		return nil, fmt.Errorf("codes: %v is out of range", r)
	}
	return []byte(r.String()), nil
}

// UnmarshalText reads what [Reason.MarshalText] writes, and nothing else.
func (r *Reason) UnmarshalText(text []byte) error {
	for v := NoReason; v <= Undocumented; v++ {
		if v.String() == string(text) {
			*r = v
			return nil
		}
	}
	return fmt.Errorf("codes: %q is no reason, want one as RemoteFailure/Busy", text)
}

// Row is one row of the specification's asynchronous reason codes. A pair may have several.
type Row struct {
	Reason Reason
	Text   string // as published, possibly blank
	// OtherText is what a sibling page of the same documentation says where Text is blank, and OtherSource names that page.
	OtherText, OtherSource string
}

// Codes yields the specification's codes in its order.
func Codes() iter.Seq[Code] { return slices.Values(codeTable[:]) }

// Subcodes yields the specification's subcodes in alphabetical order.
func Subcodes() iter.Seq[Subcode] { return slices.Values(subcodeTable[:]) }

// OtherCodes yields the codes that are published for other resources of UCWA only.
func OtherCodes() iter.Seq[Code] {
	return func(yield func(Code) bool) {
		for _, p := range publishedCodes {
			if c := Code(p.token); !c.Documented() && !yield(c) {
				return
			}
		}
	}
}

// OtherSubcodes yields the subcodes that are published for requests or other resources only, in alphabetical order.
func OtherSubcodes() iter.Seq[Subcode] {
	return func(yield func(Subcode) bool) {
		for _, p := range otherSubcodes {
			if !yield(Subcode(p.token)) {
				return
			}
		}
	}
}

// Rows yields the asynchronous rows in the order of the specification.
func Rows() iter.Seq[Row] { return slices.Values(rowTable[:]) }

// Reasons yields the documented reasons in the order of the specification.
func Reasons() iter.Seq[Reason] {
	return func(yield func(Reason) bool) {
		for r := Reason(1); r <= documented && yield(r); r++ {
		}
	}
}
