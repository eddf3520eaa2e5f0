// Package enum gives the types with a few named values their text: String, MarshalText and UnmarshalText.
//
//	type Colour uint8
//
//	var colours = enum.Names[Colour]{Package: "paint", Type: "Colour", Texts: []string{1: "red", 2: "green"}}
//
//	func (c Colour) String() string                { return colours.String(c) }
//	func (c Colour) MarshalText() ([]byte, error)  { return colours.Marshal(c) }
//	func (c *Colour) UnmarshalText(b []byte) error { return colours.Unmarshal(c, b) }
package enum

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Names holds the texts of the values of T. A value is valid if its text is not empty. The texts must differ.
type Names[T ~uint8] struct {
	Package string   // begins the text of an error
	Type    string   // the name of T, for the text of an invalid value and, as words, of an error
	Texts   []string // by value
}

// String returns the text of v, or T(v) if v is invalid. It allocates only for an invalid value.
func (n *Names[T]) String(v T) string {
	if int(v) < len(n.Texts) && n.Texts[v] != "" {
		return n.Texts[v]
	}
	return n.Type + "(" + strconv.Itoa(int(v)) + ")"
}

// Marshal returns the text of v, or an error if v is invalid.
func (n *Names[T]) Marshal(v T) ([]byte, error) {
	if int(v) < len(n.Texts) && n.Texts[v] != "" {
		return []byte(n.Texts[v]), nil
	}
	return nil, fmt.Errorf("%s: %s is invalid", n.Package, n.String(v))
}

// Unmarshal sets v to the value with that text. For any other text it returns an error that lists the texts, and leaves
// v unchanged.
func (n *Names[T]) Unmarshal(v *T, text []byte) error {
	if i := slices.Index(n.Texts, string(text)); i >= 0 && len(text) > 0 {
		*v = T(i)
		return nil
	}
	wanted := slices.DeleteFunc(slices.Clone(n.Texts), func(s string) bool { return s == "" })
	return fmt.Errorf("%s: %.40q is no %s, want one of %s", n.Package, text, words(n.Type), strings.Join(wanted, ", "))
}

// words returns the name of a type as it stands in a sentence: "event type" for EventType.
func words(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i > 0 && unicode.IsUpper(r) {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
