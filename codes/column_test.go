package codes_test

import (
	"database/sql"
	"database/sql/driver"
	"fmt"
	"testing"

	"github.com/avinvite/avinvite/codes"
)

// column is a pointer to a value that a database keeps as text.
type column interface {
	driver.Valuer
	sql.Scanner
	fmt.Stringer
}

// TestColumns stores and reads every value of the byte. Exactly the valid ones have a text, which is that of String. NULL,
// a number and an unknown text are refused, and change nothing.
func TestColumns(t *testing.T) {
	columns := func(n uint8) map[string][2]column {
		d, s, r := codes.Direction(n), codes.State(n), codes.Reason(n)
		return map[string][2]column{
			"Direction": {&d, new(codes.Direction)}, "State": {&s, new(codes.State)}, "Reason": {&r, new(codes.Reason)},
		}
	}
	stored := map[string]int{}
	for n := range 256 {
		for name, c := range columns(uint8(n)) {
			value, err := c[0].Value()
			if err != nil {
				if value != nil {
					t.Errorf("%s %v is stored as %v, %v", name, c[0], value, err)
				}
				continue
			}
			stored[name]++
			if value != c[0].String() || c[1].Scan(value) != nil || c[1].String() != c[0].String() ||
				c[1].Scan([]byte(c[0].String())) != nil {
				t.Errorf("%s %v is stored as %v, and read as %v", name, c[0], value, c[1])
			}
		}
	}
	for name, want := range map[string]int{"Direction": 2, "State": 9, "Reason": int(codes.Undocumented) + 1} {
		if stored[name] != want {
			t.Errorf("%d values of %s are stored, want %d", stored[name], name, want)
		}
	}
	for _, wrong := range []any{nil, int64(1), 1.0, true, "", "Connecting ", []byte("incoming")} {
		for name, c := range columns(1) {
			before := c[0].String()
			if err := c[0].Scan(wrong); err == nil || c[0].String() != before {
				t.Errorf("%s: %v is read as %v, %v, want an error and no change", name, wrong, c[0], err)
			}
		}
	}
}
