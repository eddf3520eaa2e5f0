package enum_test

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/avinvite/avinvite/codes/enum"
)

type Colour uint8

const (
	Red   Colour = 1
	Green Colour = 3
)

var colours = enum.Names[Colour]{Type: "Colour", Noun: "colour", Texts: []string{1: "red", 3: "green"}}

func (c Colour) String() string                { return colours.String(c) }
func (c Colour) MarshalText() ([]byte, error)  { return colours.Marshal(c) }
func (c *Colour) UnmarshalText(b []byte) error { return colours.Unmarshal(c, b) }
func (c Colour) Value() (driver.Value, error)  { return enum.Value(c) }
func (c *Colour) Scan(column any) error        { return enum.Scan(c, column) }

func Example() {
	c := Red
	fmt.Println(json.Unmarshal([]byte(`"green"`), &c), c)
	fmt.Println(json.Unmarshal([]byte(`"blue"`), &c), c)
	_, err := Colour(2).MarshalText()
	fmt.Println(err)
	fmt.Println(c.Value())
	fmt.Println(c.Scan("red"), c)
	fmt.Println(c.Scan(nil))
	fmt.Println(c.Scan(int64(3)))
	// Output:
	// <nil> green
	// "blue" is no colour, want one of red, green green
	// Colour(2) is no colour, want one of red, green
	// green <nil>
	// <nil> red
	// the column is NULL, want a text; a sql.Null reads both
	// the column is 3 of type int64, want a text
}

// Every value of the byte and its text: three of the 256 values are within the table, and one of them has no text.
func TestNames(t *testing.T) {
	for i := range 256 {
		v := Colour(i)
		want, valid := map[Colour]string{Red: "red", Green: "green"}[v]
		if !valid {
			want = fmt.Sprintf("Colour(%d)", i)
		}
		if v.String() != want {
			t.Errorf("Colour(%d).String() = %q, want %q", i, v, want)
		}
		if text, err := v.MarshalText(); (err == nil) != valid || valid && string(text) != want {
			t.Errorf("Colour(%d).MarshalText() = %q, %v, want %q, valid: %t", i, text, err, want, valid)
		}
		back := Colour(9)
		err := back.UnmarshalText([]byte(v.String()))
		if (err == nil) != valid || valid && back != v || !valid && back != 9 {
			t.Errorf("UnmarshalText(%q) = %v, %v, want %v, valid: %t", v, back, err, v, valid)
		}
	}
	for _, text := range []string{"", "Red", "red "} {
		if c := Red; c.UnmarshalText([]byte(text)) == nil {
			t.Errorf("UnmarshalText(%q) = %v, want an error", text, c)
		}
	}
}
