package eventchannel

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// Place is a position in the input. It is in no document if it is in the JSON around the documents, as in a HAR file
// (HTTP archive).
type Place struct {
	Document int    `json:"document"` // counted from 1; 0 if the place is in no document
	Offset   int64  `json:"offset"`   // in bytes, from the start of the input
	Pointer  string `json:"pointer"`  // a JSON pointer into the document
}

// String returns a text such as "document 1, byte 120, /sender/0/events/2". A pointer with a character that does not
// print is quoted.
func (p Place) String() string {
	s := fmt.Sprintf("byte %d", p.Offset)
	if p.Document > 0 {
		s = fmt.Sprintf("document %d, %s", p.Document, s)
	}
	switch {
	case p.Pointer == "":
	case strings.ContainsFunc(p.Pointer, func(r rune) bool { return !unicode.IsPrint(r) }):
		s += ", " + strconv.Quote(p.Pointer) // because a log must not obey the names of members
	default:
		s += ", " + p.Pointer
	}
	return s
}

// split returns the place of an event without the pointer into its document, and the indexes in that pointer.
func (p Place) split() (within Place, sender, index int) {
	within = p
	n := max(0, strings.LastIndexByte(p.Pointer, '#'))
	parts := strings.Split(strings.TrimPrefix(p.Pointer[n:], "#"), "/")
	if len(parts) != 5 || parts[0] != "" || parts[1] != "sender" || parts[3] != "events" {
		return within, -1, -1
	}
	s, wrong := strconv.ParseUint(parts[2], 10, 31)
	i, bad := strconv.ParseUint(parts[4], 10, 31)
	if wrong != nil || bad != nil {
		return within, -1, -1
	}
	within.Pointer = p.Pointer[:n]
	return within, int(s), int(i)
}

// Error reports a fault of the input, and its place.
type Error struct {
	Place Place
	Err   error // what was wrong and what was expected
}

// Error returns the place and the fault.
func (e *Error) Error() string { return "eventchannel: " + e.Place.String() + ": " + e.Err.Error() }

// Unwrap returns Err, for example a *[LimitError].
func (e *Error) Unwrap() error { return e.Err }
