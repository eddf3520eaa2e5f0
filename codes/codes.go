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

// Resolve is [Lookup] under the contract for codes and subcodes that a client does not know: an unknown subcode
// counts as its code [Alone], an unknown code is [Undocumented].
func Resolve(code Code, subcode Subcode) Reason {
	if r, ok := Lookup(code, subcode); ok {
		return r
	}
	return Alone(code)
}

// Documented reports whether r is one of the specification's pairs.
func (r Reason) Documented() bool { return r != NoReason && r <= documented }

type reasonInfo struct {
	code       Code
	subcode    Subcode
	directions uint8
	actor      Actor
	basis      Basis
	source     string
}

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

// Rows yields the asynchronous rows in the order of the specification.
func Rows() iter.Seq[Row] { return slices.Values(rowTable[:]) }

// Reasons yields the documented reasons in the order of the specification.
func Reasons() iter.Seq[Reason] {
	return func(yield func(Reason) bool) {
		for r := Reason(1); r <= documented && yield(r); r++ {
		}
	}
}
