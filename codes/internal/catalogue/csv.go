package catalogue

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// records calls f with each record below the header and puts file and line before its error.
func records(name string, data []byte, header []string, f func([]string) error) error {
	cr := csv.NewReader(bytes.NewReader(data))
	cr.FieldsPerRecord = len(header)
	for first := true; ; first = false {
		rec, err := cr.Read()
		if errors.Is(err, io.EOF) {
			if first {
				return fmt.Errorf("%s: empty, want the header %s", name, strings.Join(header, ","))
			}
			return nil
		}
		if parse := (*csv.ParseError)(nil); errors.As(err, &parse) {
			return fmt.Errorf("%s:%d: %w", name, parse.Line, parse.Err)
		} else if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		line, _ := cr.FieldPos(0)
		if first {
			if !slices.Equal(rec, header) {
				return fmt.Errorf("%s:%d: header %q, want %q", name, line, rec, header)
			}
			continue
		}
		err = printable(rec)
		if err == nil {
			err = f(rec)
		}
		if err != nil {
			return fmt.Errorf("%s:%d: %w", name, line, err)
		}
	}
}

// printable refuses text that would break a comment or a cell of a table.
func printable(fields []string) error {
	for _, f := range fields {
		odd := func(r rune) bool { return r == '|' || r == utf8.RuneError || !unicode.IsPrint(r) }
		if f != strings.TrimSpace(f) || strings.ContainsFunc(f, odd) {
			return fmt.Errorf("%q, want one line of printable text without | and without blanks around it", f)
		}
	}
	return nil
}

// tokens checks that each string can be part of a Go identifier; every wire token can.
func tokens(ss ...string) error {
	for _, s := range ss {
		ok := s != "" && s[0] >= 'A' && s[0] <= 'Z'
		for _, c := range s {
			ok = ok && (c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9')
		}
		if !ok {
			return fmt.Errorf("%q, want a token of letters and digits with a capital first", s)
		}
	}
	return nil
}

// member checks that a field is one of the members of a list.
func member(field, value string, of ...string) error {
	if !slices.Contains(of, value) {
		return fmt.Errorf("%s %q, want one of %s", field, value, strings.Join(of, ", "))
	}
	return nil
}

// sentence checks an explanation: one sentence that can follow "It occurs when" once its first letter is small.
func sentence(s string) error {
	if len(s) < 2 || s[0] < 'A' || s[0] > 'Z' || s[1] >= 'A' && s[1] <= 'Z' || strings.Index(s, ".") != len(s)-1 {
		return fmt.Errorf("explanation %q, want one sentence", s)
	}
	return nil
}
