package codes

import (
	"cmp"
	"fmt"
	"iter"
)

// Synchronous is a row of the specification's synchronous errors: the answer to a request that is refused at once. Code
// and subcode do not identify a row: the two NotFound rows differ in their texts only.
type Synchronous uint8

type syncInfo struct {
	code                         Code
	http                         int
	subcode                      Subcode
	text, otherText, otherSource string
}

func (s Synchronous) info() syncInfo {
	if int(s) < len(syncTable) {
		return syncTable[s]
	}
	return syncInfo{}
}

// Code returns the code, which the specification's table calls the error.
func (s Synchronous) Code() Code { return s.info().code }

// HTTP returns the status of the answer, 0 for a value out of range.
func (s Synchronous) HTTP() int { return s.info().http }

// Subcode returns the subcode.
func (s Synchronous) Subcode() Subcode { return s.info().subcode }

// Description returns the text of the row as published, possibly blank.
func (s Synchronous) Description() string { return s.info().text }

// OtherText returns the text of a sibling page, and that page, where [Synchronous.Description] is blank.
func (s Synchronous) OtherText() (text, page string) {
	i := s.info()
	return i.otherText, i.otherSource
}

// SynchronousErrors yields the synchronous rows in the order of the specification.
func SynchronousErrors() iter.Seq[Synchronous] {
	return func(yield func(Synchronous) bool) {
		for s := Synchronous(1); int(s) < len(syncTable) && yield(s); s++ {
		}
	}
}

// Body returns the row as an error body to answer with. The message is the text of the row, or that of the sibling page
// for a row without a text. A value out of range gives an empty body.
func (s Synchronous) Body() *Error {
	i := s.info()
	e := &Error{Code: i.code, Subcode: i.subcode}
	if text := cmp.Or(i.text, i.otherText); text != "" {
		e.Message = &text
	}
	return e
}

// Error returns code, status, subcode and text. With it a row is a Go error: a function can return it, and [errors.As]
// finds it.
func (s Synchronous) Error() string {
	i := s.info()
	if i.http == 0 {
		return s.String()
	}
	text := fmt.Sprintf("%s %d %s", i.code, i.http, i.subcode)
	if i.text != "" {
		text += ": " + i.text
	}
	return text
}

// String returns the name of the row's constant without its prefix, such as CallNotFound.
func (s Synchronous) String() string { return syncNames.String(s) }

// MarshalText writes the text of [Synchronous.String]; a value out of range is an error.
func (s Synchronous) MarshalText() ([]byte, error) { return syncNames.Marshal(s) }

// UnmarshalText reads a text that [Synchronous.MarshalText] writes; any other text is an error.
func (s *Synchronous) UnmarshalText(text []byte) error { return syncNames.Unmarshal(s, text) }
