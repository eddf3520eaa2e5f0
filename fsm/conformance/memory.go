package conformance

import (
	"strings"

	"github.com/avinvite/avinvite/codes"
)

// pages is a list that grows without a copy of the whole.
type pages[T any] struct {
	full [][]T // all but the last have pageSize
}

const pageSize = 1 << 12

func (p *pages[T]) len() int32 {
	if len(p.full) == 0 {
		return 0
	}
	return int32((len(p.full)-1)*pageSize + len(p.full[len(p.full)-1]))
}

func (p *pages[T]) at(n int32) *T { return &p.full[n/pageSize][n%pageSize] }

// add answers the number of what it adds, from zero.
func (p *pages[T]) add(v T) int32 {
	n := p.len()
	if n%pageSize == 0 {
		p.full = append(p.full, nil)
	}
	last := &p.full[len(p.full)-1]
	*last = append(*last, v)
	return n
}

// texts keeps strings one behind the other, without an allocation for each, and lets go of what they were cut from.
type texts struct{ last strings.Builder }

func (t *texts) keep(s string) string {
	if t.last.Cap()-t.last.Len() < len(s) {
		t.last = strings.Builder{}
		t.last.Grow(max(1<<14, len(s)))
	}
	t.last.WriteString(s)
	return t.last.String()[t.last.Len()-len(s):]
}

// plainError is an error body that has nothing but code, subcode and message.
type plainError struct {
	code    codes.Code
	subcode codes.Subcode
	message string
	null    bool // instead of the message
	absent  bool
}

// share is an equal error body, the same one for all that are equal: what ends invitations is mostly one of few reasons.
func (c *Checker) share(e *codes.Error) *codes.Error {
	if e == nil || e.Link != "" || e.Parameters != nil || e.DebugInfo != nil || e.Other != nil {
		return e
	}
	plain := plainError{code: e.Code, subcode: e.Subcode, null: e.NullMessage, absent: e.Message == nil}
	if e.Message != nil {
		plain.message = *e.Message
	}
	shared := c.errors[plain]
	if shared == nil {
		shared = e
		c.errors[plain] = shared
	}
	return shared
}
