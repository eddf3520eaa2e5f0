package eventchannel

import "fmt"

// Place is where in the input something stands.
type Place struct {
	Document int    `json:"document"` // counted from 1; 0 is before the first or around all, as in a HAR
	Offset   int64  `json:"offset"`   // in bytes, from the start of the input
	Pointer  string `json:"pointer"`  // a JSON pointer into the document
}

// String is like "document 1, byte 120, /sender/0/events/2".
func (p Place) String() string {
	s := fmt.Sprintf("byte %d", p.Offset)
	if p.Document > 0 {
		s = fmt.Sprintf("document %d, %s", p.Document, s)
	}
	if p.Pointer != "" {
		s += ", " + p.Pointer
	}
	return s
}

// Error is an input that cannot be read, or an event in it.
type Error struct {
	Place Place
	Err   error // what was wrong and what was expected
}

// Error says where the fault is, and then what it is.
func (e *Error) Error() string { return "eventchannel: " + e.Place.String() + ": " + e.Err.Error() }

// Unwrap returns Err, such as a *[LimitError].
func (e *Error) Unwrap() error { return e.Err }
