package conformance

import (
	"fmt"
	"strings"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// step is a [Step] in 32 bytes, for recordings of many invitations.
type step struct {
	offset    int64
	at        int64 // see nanoseconds
	document  int32
	next      int32                 // of the same run, counted from 1; zero for the last
	event     transitions.Event     // its state is StateNone if it could not be read
	operation transitions.Operation // instead of an event
	state     transitions.State
	status    int16
}

// step adds a step to the run, which it may have completed.
func (c *Checker) step(r *run, p eventchannel.Place, at time.Time, s step, completes bool) {
	if r.steps >= MaxSteps && !completes {
		r.omittedSteps++
		return
	}
	r.steps++
	s.state, s.document, s.offset, s.at = r.at.State(), int32(p.Document), p.Offset, nanoseconds(at)
	n := c.steps.add(s) + 1
	if r.first == 0 {
		r.first = n
	} else {
		c.steps.at(r.last - 1).next = n
	}
	r.last = n
}

// nanoseconds is a time since 1970, zero if it is not known.
func nanoseconds(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return at.UnixNano()
}

// walk is the steps of the run in their order.
func (c *Checker) walk(r *run) (steps []step) {
	for n := r.first; n != 0; n = steps[len(steps)-1].next {
		steps = append(steps, *c.steps.at(n - 1))
	}
	return steps
}

func (s step) String() string {
	switch {
	case s.operation != transitions.OperationNone:
		if s.status == 0 {
			return s.operation.String() + " without an answer"
		}
		return fmt.Sprintf("%v answered %d", s.operation, s.status)
	case s.event.State == transitions.StateNone:
		return s.event.Type.String() + "(?)"
	}
	return s.event.String()
}

func (s step) place() eventchannel.Place {
	return eventchannel.Place{Document: int(s.document), Offset: s.offset}
}

func (s step) public() Step {
	public := Step{What: s.String(), State: s.state, Place: s.place()}
	if s.at != 0 {
		public.Time = time.Unix(0, s.at).UTC()
	}
	return public
}

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
	switch {
	case n == 0:
		p.full = append(p.full, nil) // most lists are short
	case n%pageSize == 0:
		p.full = append(p.full, make([]T, 0, pageSize))
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

// share is an equal error body, the same one for all that are equal: what ends invitations is mostly one of few
// reasons.
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
