// Package enum implements String, MarshalText and UnmarshalText for integer types with a few named values, and Value and
// Scan for types that a database keeps as text.
//
//	type Colour uint8
//
//	var colours = enum.Names[Colour]{Type: "Colour", Noun: "colour", Texts: []string{1: "red", 3: "green"}}
//
//	func (c Colour) String() string                { return colours.String(c) }
//	func (c Colour) MarshalText() ([]byte, error)  { return colours.Marshal(c) }
//	func (c *Colour) UnmarshalText(b []byte) error { return colours.Unmarshal(c, b) }
//	func (c Colour) Value() (driver.Value, error)  { return enum.Value(c) }
//	func (c *Colour) Scan(column any) error        { return enum.Scan(c, column) }
package enum

import (
	"database/sql/driver"
	"encoding"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Names holds the texts of the values of T. A value is valid if Texts has a text for it that is not empty. The texts
// must differ.
type Names[T ~uint8] struct {
	Type  string   // the name of T, for the text of an invalid value
	Noun  string   // the word for a value in the text of an error
	Texts []string // indexed by value
}

// String returns the text of v, or a text such as "Colour(2)" if v is invalid. It allocates only for an invalid value.
func (n *Names[T]) String(v T) string {
	if n.valid(v) {
		return n.Texts[v]
	}
	return n.Type + "(" + strconv.Itoa(int(v)) + ")"
}

// Marshal returns the text of v, or an error if v is invalid.
func (n *Names[T]) Marshal(v T) ([]byte, error) {
	if n.valid(v) {
		return []byte(n.Texts[v]), nil
	}
	return nil, n.wrong(n.String(v))
}

// Unmarshal sets v to the value with that text. For any other text it returns an error, and leaves v unchanged.
func (n *Names[T]) Unmarshal(v *T, text []byte) error {
	if i := slices.Index(n.Texts, string(text)); i >= 0 && len(text) > 0 {
		*v = T(i)
		return nil
	}
	return n.wrong(fmt.Sprintf("%.40q", text))
}

func (n *Names[T]) valid(v T) bool { return int(v) < len(n.Texts) && n.Texts[v] != "" }

// wrong returns an error that lists the texts. Its text does not begin with the name of a package, because decoders and
// encoders put the error into errors of their own.
func (n *Names[T]) wrong(value string) error {
	wanted := slices.DeleteFunc(slices.Clone(n.Texts), func(s string) bool { return s == "" })
	return fmt.Errorf("%s is no %s, want one of %s", value, n.Noun, strings.Join(wanted, ", "))
}

// Value returns the text of v as a string, which database/sql stores.
func Value(v encoding.TextMarshaler) (driver.Value, error) {
	text, err := v.MarshalText()
	if err != nil {
		return nil, err
	}
	return string(text), nil
}

// Scan sets v to the text of a column. For NULL and for a number it returns an error, and leaves v unchanged: a column
// that may be NULL is read into a sql.Null.
func Scan(v encoding.TextUnmarshaler, column any) error {
	switch text := column.(type) {
	case string:
		return v.UnmarshalText([]byte(text))
	case []byte:
		return v.UnmarshalText(text)
	case nil:
		return errors.New("the column is NULL, want a text; a sql.Null reads both")
	}
	return fmt.Errorf("the column is %v of type %[1]T, want a text", column)
}
