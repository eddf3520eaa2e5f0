package conformance

import "github.com/avinvite/avinvite/codes"

// plainError is an error body that has nothing but code, subcode and message.
type plainError struct {
	code    codes.Code
	subcode codes.Subcode
	message string
	null    bool // instead of the message
	absent  bool
}

// maxReasons is how many different error bodies are shared.
const maxReasons = 1000

// reasons holds error bodies by numbers from 1, because most invitations end for one of few reasons. A recording of ever
// other ones shares the first of them.
type reasons struct {
	bodies  []*codes.Error
	numbers map[plainError]int32
}

// number returns the number of an error body that is equal, zero if the body is not shared.
func (r *reasons) number(e *codes.Error) int32 {
	if e == nil || e.Link != "" || e.Parameters != nil || e.DebugInfo != nil || e.Other != nil {
		return 0
	}
	plain := plainError{code: e.Code, subcode: e.Subcode, null: e.NullMessage, absent: e.Message == nil}
	if e.Message != nil {
		plain.message = *e.Message
	}
	n, known := r.numbers[plain]
	if known || len(r.bodies) >= maxReasons {
		return n
	}
	if r.numbers == nil {
		r.numbers = map[plainError]int32{}
	}
	r.bodies = append(r.bodies, e)
	n = int32(len(r.bodies))
	r.numbers[plain] = n
	return n
}

func (r *reasons) at(number int32) *codes.Error { return r.bodies[number-1] }

// share returns an equal error body, the same for all that are equal.
func (r *reasons) share(e *codes.Error) *codes.Error {
	if n := r.number(e); n != 0 {
		return r.at(n)
	}
	return e
}
