package codes

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/avinvite/avinvite/codes/enum"
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
	Undocumented Reason = documented + 1 + pageCodes
)

// Alone returns the reason that is a documented code with a subcode that counts for nothing: an unknown one, or
// none where the specification has no row for the code with none. For any other code it is [Undocumented].
func Alone(code Code) Reason {
	if code.Documented() {
		return documented + 1 + Reason(code.index())
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
	MatchNone      Match = 0 // the specification does not list the code, or there is none; nor is it MatchElsewhere
	MatchPair      Match = 1 // code and subcode are a documented reason
	MatchCode      Match = 2 // the specification lists the code; the subcode is missing, or is published nowhere
	MatchElsewhere Match = 3 // code and subcode are both published, but the specification has no such pair
)

var matches = enum.Names[Match]{
	Package: "codes", Type: "Match",
	Texts: []string{MatchNone: "none", MatchPair: "pair", MatchCode: "code", MatchElsewhere: "elsewhere"},
}

// String returns the name.
func (m Match) String() string { return matches.String(m) }

// MarshalText writes the name; a value out of range is an error.
func (m Match) MarshalText() ([]byte, error) { return matches.Marshal(m) }

// UnmarshalText reads what [Match.MarshalText] writes, and nothing else.
func (m *Match) UnmarshalText(text []byte) error { return matches.Unmarshal(m, text) }

// Resolve is [Lookup] under the contract for what a client does not know (UCWA/ErrorsAndInformationalMessages.md):
// only the code is required; an unknown subcode is to be ignored, so it counts as its code [Alone]; an unknown code is
// [Undocumented]. The match says which of these it was. The reason never depends on what other resources publish.
func Resolve(code Code, subcode Subcode) (Reason, Match) {
	if r, ok := Lookup(code, subcode); ok {
		return r, MatchPair
	}
	r := Alone(code)
	switch {
	case subcode != SubcodeNone && code.index() >= 0 && subcode.index() >= 0:
		return r, MatchElsewhere
	case r != Undocumented:
		return r, MatchCode
	}
	return r, MatchNone
}

// published is a word that some page of the documentation, or one of the sources named, has.
type published struct {
	token  string
	http   int
	source string
}

// Documented reports whether the specification lists the code.
func (c Code) Documented() bool { return uint(c.index()) < pageCodes }

// Published returns where the code is published, and whether the catalogue knows it.
func (c Code) Published() (source string, ok bool) {
	if i := c.index(); i >= 0 {
		return codeTable[i].source, true
	}
	return "", false
}

// HTTP returns the status that goes with the code, 0 where no page gives one: some codes exist in the event channel
// only. Both are Stated by UCWA/ErrorsAndInformationalMessages.md.
func (c Code) HTTP() int {
	if i := c.index(); i >= 0 {
		return codeTable[i].http
	}
	return 0
}

// Documented reports whether the specification lists the subcode among its asynchronous reasons.
func (s Subcode) Documented() bool { return uint(s.index()) < pageSubcodes }

// Published returns where the subcode is published, and whether the catalogue knows it. It does not know all that are:
// see [OtherSubcodes].
func (s Subcode) Published() (source string, ok bool) {
	if i := s.index(); i >= 0 {
		return subcodeTable[i].source, true
	}
	return "", false
}

// Documented reports whether r is one of the specification's pairs.
func (r Reason) Documented() bool { return r != NoReason && r <= documented }

type reasonInfo struct {
	code        Code
	subcode     Subcode
	directions  uint8
	basis       Basis
	source      string
	actor       Actor
	actorBasis  Basis
	ends        uint8
	retry       Retry
	advice      string
	explanation string
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
		return Code(codeTable[r-documented-1].token)
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
		if row.Reason == r {
			texts = append(texts, row.Text)
		}
	}
	return texts
}

// Fits reports whether the reason is documented for invitations of that direction. [Reason.Basis] says on what
// authority.
func (r Reason) Fits(d Direction) bool {
	return (d == Incoming || d == Outgoing) && r.info().directions>>d&1 != 0
}

// Basis returns on what authority [Reason.Fits] stands, 0 when r is not documented. That the pair exists is always
// Stated.
func (r Reason) Basis() Basis { return r.info().basis }

// Source names where the basis of the directions can be read and, for what is Inferred, from what it follows.
func (r Reason) Source() string { return r.info().source }

// Actor returns who ends the invitation for this reason, and on what authority that is known; the basis is 0 when r is
// not documented. The source is that of [Reason.Source].
func (r Reason) Actor() (Actor, Basis) {
	i := r.info()
	return i.actor, i.actorBasis
}

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

// Ending is a terminal state in which an invitation can end for a reason, and on what authority.
type Ending struct {
	State  State
	Basis  Basis
	Source string // where the basis can be read and, for what is Inferred, from what it follows
}

var endings = map[State]Ending{
	StateFailed: {StateFailed, Sampled, "kenakamu/UCWA2.0-CS#36"},
	StateDeclined: {
		StateDeclined, Inferred, "UCWA/InvitationState_ref.md: its member Declined and the subcode Declined are one word",
	},
	StateCancelled: {
		StateCancelled, Inferred, "UCWA/InvitationState_ref.md: its member Cancelled is the word of the subcode or the text",
	},
}

// States returns the terminal states in which an invitation can end for this reason, Failed first, nil when r is not
// documented. Declined goes with the subcode Declined; Cancelled goes with the subcode Canceled and with MediaFallback.
func (r Reason) States() []Ending {
	switch {
	case !r.Documented():
		return nil
	case reasonTable[r].ends == alsoDeclined:
		return []Ending{endings[StateFailed], endings[StateDeclined]}
	case reasonTable[r].ends == alsoCancelled:
		return []Ending{endings[StateFailed], endings[StateCancelled]}
	}
	return []Ending{endings[StateFailed]}
}

// EndsIn returns on what authority an invitation can end for this reason in that state, 0 if it cannot.
func (r Reason) EndsIn(s State) Basis {
	for _, e := range r.States() {
		if e.State == s {
			return e.Basis
		}
	}
	return 0
}

// Explanation returns a sentence of ours for people, in plain English; it is no text of the documentation.
func (r Reason) Explanation() string { return r.info().explanation }

// Retry returns our advice on whether inviting again can help, and how to go about it: what to change, or what to wait
// for, if there is something to say. No page says it.
func (r Reason) Retry() (retry Retry, advice string) {
	i := r.info()
	return i.retry, i.advice
}

// String returns the pair as in RemoteFailure/Busy, the code alone, or undocumented.
func (r Reason) String() string {
	switch {
	case r == NoReason:
		return "none"
	case r.Documented():
		return Pair(reasonTable[r].code, reasonTable[r].subcode)
	case r < Undocumented:
		return string(r.alone())
	case r == Undocumented:
		return "undocumented"
	}
	return fmt.Sprintf("Reason(%d)", uint8(r))
}

// GoString returns what String does, as that of Direction.
func (r Reason) GoString() string { return r.String() }

// MarshalText writes what [Reason.String] returns; a value out of range is an error.
func (r Reason) MarshalText() ([]byte, error) {
	if r > Undocumented {
		return nil, fmt.Errorf("codes: %v is out of range", r)
	}
	return []byte(r.String()), nil
}

// UnmarshalText reads what [Reason.MarshalText] writes, and nothing else.
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
		return fmt.Errorf("codes: %q is no reason, want one as RemoteFailure/Busy", text)
	}
	*r = read
	return nil
}

// Row is one row of the specification's asynchronous reason codes. A pair may have several.
type Row struct {
	Reason Reason
	Text   string // as published, possibly blank
	// OtherText is what a sibling page of the same documentation says where Text is blank, and OtherSource names that
	// page.
	OtherText, OtherSource string
}

// Codes yields the specification's codes in its order.
func Codes() iter.Seq[Code] { return tokens[Code](codeTable[:pageCodes]) }

// OtherCodes yields the codes that are published for other resources only: with those of [Codes] they are the 20 of
// UCWA/reportMediaDiagnostics_ref.md, and ClientTimeout of UCWA/ErrorsAndInformationalMessages.md.
func OtherCodes() iter.Seq[Code] { return tokens[Code](codeTable[pageCodes:]) }

// Subcodes yields the specification's subcodes, None among them, in the order of their first appearance there.
func Subcodes() iter.Seq[Subcode] { return tokens[Subcode](subcodeTable[:pageSubcodes]) }

// OtherSubcodes yields the subcodes that are known to be published for requests or other resources only, in
// alphabetical order. They are not all: UCWA/reportMediaDiagnostics_ref.md alone lists 87 subcodes, and here are 80,
// those of [Subcodes] included.
func OtherSubcodes() iter.Seq[Subcode] { return tokens[Subcode](subcodeTable[pageSubcodes:]) }

func tokens[T ~string](table []published) iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, p := range table {
			if !yield(T(p.token)) {
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
