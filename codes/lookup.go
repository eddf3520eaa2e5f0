package codes

import "github.com/avinvite/avinvite/codes/enum"

// Lookup returns the documented reason of a code and a subcode, exactly as written; an empty subcode means the literal
// None. It reports false for any other pair. It allocates nothing.
func Lookup(code Code, subcode Subcode) (Reason, bool) {
	if subcode == "" {
		subcode = SubcodeNone
	}
	r := lookup(code, subcode)
	return r, r != NoReason
}

// Alone returns the reason that stands for a documented code alone, [Undocumented] for any other code. [Resolve] returns
// it for a pair that is not documented.
func Alone(code Code) Reason {
	if code.Documented() {
		return documented + 1 + Reason(code.index())
	}
	return Undocumented
}

// Match says how [Resolve] found the reason.
type Match uint8

const (
	MatchNone      Match = 0 // the specification does not list the code, and MatchElsewhere does not hold
	MatchPair      Match = 1 // code and subcode are a documented reason
	MatchCode      Match = 2 // the specification lists the code; the subcode is missing or unknown
	MatchElsewhere Match = 3 // code and subcode are published, and the subcode is not None, but the pair is no documented reason
)

var matches = enum.Names[Match]{
	Type: "Match", Noun: "match",
	Texts: []string{MatchNone: "none", MatchPair: "pair", MatchCode: "code", MatchElsewhere: "elsewhere"},
}

// String returns the name.
func (m Match) String() string { return matches.String(m) }

// MarshalText writes the name; a value out of range is an error.
func (m Match) MarshalText() ([]byte, error) { return matches.Marshal(m) }

// UnmarshalText reads a text that [Match.MarshalText] writes; any other text is an error.
func (m *Match) UnmarshalText(text []byte) error { return matches.Unmarshal(m, text) }

// Resolve returns the reason of any code and subcode by the contract for clients: only the code is required, and a
// missing or unknown subcode is ignored (UCWA/ErrorsAndInformationalMessages.md). For a pair that is not documented,
// Resolve returns [Alone](code), which is [Undocumented] if the specification does not list the code. The codes of
// [OtherCodes] and the subcodes of [OtherSubcodes] can change the match, but never the reason. Resolve allocates nothing.
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

// Pair returns a code and a subcode as one text, as in RemoteFailure/Busy, or the code alone if the subcode is empty.
// An empty code is quoted, and so is a part that is not UTF-8, or has a space, a double quote or a character that does
// not print.
func Pair(code Code, subcode Subcode) string {
	if subcode == "" {
		return word(string(code))
	}
	return word(string(code)) + "/" + word(string(subcode))
}
