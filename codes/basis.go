package codes

import "github.com/avinvite/avinvite/codes/enum"

// Basis is the authority of a statement about the protocol. The specification has no table of transitions, so some
// statements must be inferred. Therefore each statement about the protocol has a basis. The greater value is the weaker
// basis, so the built-in max returns the basis of a statement that rests on several others.
type Basis uint8

const (
	Stated   Basis = 1 // the specification, or a page of the same documentation, says it in words
	Sampled  Basis = 2 // a published payload shows it
	Inferred Basis = 3 // it follows from Stated and Sampled statements; no source says it
)

var bases = enum.Names[Basis]{
	Type: "Basis", Noun: "basis", Texts: []string{Stated: "Stated", Sampled: "Sampled", Inferred: "Inferred"},
}

// String returns the name.
func (b Basis) String() string { return bases.String(b) }

// MarshalText writes the name; an invalid value is an error.
func (b Basis) MarshalText() ([]byte, error) { return bases.Marshal(b) }

// UnmarshalText reads a text that [Basis.MarshalText] writes; any other text is an error.
func (b *Basis) UnmarshalText(text []byte) error { return bases.Unmarshal(b, text) }

// Source is the page, and the words on it, that a [Basis] rests on. The package comment lists the kinds of pages.
type Source struct {
	Page    string `json:"page"`              // the page, with a heading if the page is long
	Words   string `json:"words,omitempty"`   // words of the page to the letter, at most a line; "" for a table or a payload
	Because string `json:"because,omitempty"` // a clause that says how an Inferred statement follows; "" for the others
}

// String returns the parts in one line, as in
//
//	PAGE, Asynchronous reason codes: "Federation required."; because federation is required to reach the person called
func (s Source) String() string {
	text := s.Page
	if s.Words != "" {
		text += `: "` + s.Words + `"`
	}
	if s.Because != "" {
		text += "; because " + s.Because
	}
	return text
}
