package conformance

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/history"
	"github.com/avinvite/avinvite/transitions"
)

// store holds the steps of each invitation, in little memory.
type store struct {
	invitations pages[invitation]
	joins       int // how many of them are part of another one
	steps       pages[step]
	free        int32            // the first step that is not in use, counted from 1
	hrefs       map[string]int32 // the number of the invitation, by the identity of its href
	operations  map[string]int32 // likewise, by its operationId
	texts       texts
	identity    []byte // of the href that is looked up
	errors      map[plainError]*codes.Error
}

// invitation is an invitation with its steps.
type invitation struct {
	href, operationID string
	to, from          string // whom it invites, and who invites; "" if unknown
	first, last       int32  // the steps that are not settled, counted from 1; zero if there are none
	count             int32
	links             uint8      // how many of its links are remembered
	joined            int32      // the invitation that it is a part of, counted from 1; zero if it stands alone
	settled           *judgement // on the steps before; nil as a rule
	call              *Call      // nil if the request that started it is unknown
	refusal           *codes.Error
}

// step is an event or an operation.
type step struct {
	history.Entry          // of an event; of an operation its time, and its answer as the reason
	offset        int64    // of its place
	answered      int64    // of an operation; see nanoseconds
	extra         *extra   // nil as a rule
	document      int32    // of its place
	next          int32    // counted from 1; zero for the last
	indexes       [2]int32 // in the pointer of its place
	status        int16
	operation     transitions.Operation // OperationNone for an event
	form          uint8                 // of the pointer of its place
	timed         bool                  // the time is one, and no number
	unordered     bool                  // its place among the others is unknown
}

// extra is the part of a step that few steps have.
type extra struct {
	findings []Finding // that need no other step
	pointer  string    // of its place, if it has none of the usual forms
}

// find returns the invitation of that href and operationId, a new one if it is not known. Either may be empty, because
// one of two events may lack what the other has. changed is another operationId than the invitation had before.
func (c *store) find(href, operation string) (i *invitation, changed bool) {
	if c.hrefs == nil {
		c.hrefs, c.operations, c.errors = map[string]int32{}, map[string]int32{}, map[plainError]*codes.Error{}
	}
	c.identity = eventchannel.AppendIdentity(c.identity[:0], href)
	href, _, _ = strings.Cut(href, "?")
	n, known := c.hrefs[string(c.identity)]
	named, isNamed := c.operations[operation]
	if !known {
		// A client may use an operationId again, so it joins only an invitation that has no other href.
		n, known = named, isNamed && (href == "" || c.invitations.at(named).href == "")
	}
	if !known {
		n = c.invitations.add(invitation{})
	}
	i = c.invitations.at(n)
	if isNamed && named != n && c.invitations.at(named).href == "" {
		c.join(i, n, c.invitations.at(named))
	}
	if href != "" && i.href == "" {
		i.href = c.texts.keep(href)
		if identity := i.href; string(c.identity) == identity {
			c.hrefs[identity] = n
		} else {
			c.hrefs[c.texts.keep(string(c.identity))] = n
		}
	}
	switch {
	case operation == "":
	case i.operationID == "":
		i.operationID = c.texts.keep(operation)
		c.operations[i.operationID] = n
	case i.operationID == operation:
		c.operations[i.operationID] = n
	default:
		return i, true
	}
	return i, false
}

// parties keeps who invites whom, as the first event has it that says it.
func (c *store) parties(i *invitation, e *eventchannel.RawEvent) {
	if i.to == "" {
		i.to = c.texts.keep(string(e.AppendTo(nil)))
	}
	if i.from != "" {
		return
	}
	if p, _ := e.From(); p != nil {
		i.from = c.texts.keep(cmp.Or(p.URI, p.Name, p.Href))
	}
}

// join makes another invitation, which has no href, a part of i.
func (c *store) join(i *invitation, n int32, other *invitation) {
	for s := other.first; s != 0; {
		next := c.steps.at(s - 1).next
		c.append(i, s)
		s = next
	}
	if i.call == nil {
		i.call, i.refusal = other.call, other.refusal
	}
	i.to, i.from = cmp.Or(i.to, other.to), cmp.Or(i.from, other.from)
	other.joined, other.first, other.last, other.count = n+1, 0, 0, 0
	c.joins++
}

// put adds a step to an invitation, unless it is an event that has been delivered before.
func (c *store) put(i *invitation, s step) {
	if s.Document != 0 {
		for n := i.first; n != 0; n = c.steps.at(n - 1).next {
			if known := c.steps.at(n - 1); known.operation == transitions.OperationNone && known.Same(&s.Entry) {
				if s.Time < known.Time {
					known.Time, known.timed = s.Time, s.timed
				}
				return
			}
		}
	}
	if i.count >= 2*window {
		c.settle(i)
	}
	n := c.free
	if n == 0 {
		n = c.steps.add(s) + 1
	} else {
		c.free = c.steps.at(n - 1).next
		*c.steps.at(n - 1) = s
	}
	c.append(i, n)
}

// append adds a step, by its number, to the end of an invitation's.
func (c *store) append(i *invitation, n int32) {
	c.steps.at(n - 1).next = 0
	if i.first == 0 {
		i.first = n
	} else {
		c.steps.at(i.last - 1).next = n
	}
	i.last = n
	i.count++
}

// window is how many steps of an invitation, at least, wait for others that belong before them or are the same.
const window = 250

// settle judges the older half of an invitation's steps for good.
func (c *store) settle(i *invitation) {
	steps := c.walk(i)
	for n := i.first; n != 0; {
		s := c.steps.at(n - 1)
		n, s.next, c.free = s.next, c.free, n
		s.extra, s.Reason = nil, nil
	}
	i.first, i.last, i.count = 0, 0, 0
	if i.settled == nil {
		i.settled = newJudgement()
	}
	i.settled.take(steps[:len(steps)-window])
	for _, s := range steps[len(steps)-window:] {
		n := c.free
		c.free = c.steps.at(n - 1).next
		*c.steps.at(n - 1) = s
		c.append(i, n)
	}
}

// walk returns the steps of an invitation that are not settled, in the order of the documents.
func (c *store) walk(i *invitation) []step {
	steps := make([]step, 0, i.count)
	for n := i.first; n != 0; n = steps[len(steps)-1].next {
		steps = append(steps, *c.steps.at(n - 1))
	}
	history.Sort(steps, func(s *step) (history.Origin, int64) { return s.Origin, s.Time })
	return steps
}

// judge judges an invitation.
func (c *store) judge(i *invitation) *judgement {
	j := newJudgement()
	if i.settled != nil {
		j = i.settled.clone()
	}
	if i.call != nil && j.direction == 0 {
		j.direction = transitions.Outgoing
	}
	j.take(c.walk(i))
	i.judgeCall(&j.outgoing)
	return j
}

// The forms of pointers. One within an entry of a HAR has the number of the document in front, and one to an event the
// indexes of the sender and the event behind.
const (
	formNone uint8 = iota
	formOther
	formEvent
	formAnswer
	formPosted
	formRequest
)

const (
	entryPointer   = "/log/entries/"
	answerPointer  = "/response/content/text#"
	postedPointer  = "/request/postData/text#"
	requestPointer = "/request"
)

// note keeps the place of a step, and the findings about it by itself.
func (s *step) note(p eventchannel.Place, findings []Finding) {
	s.document, s.offset = int32(p.Document), p.Offset
	s.form = s.pack(p)
	if len(findings) > 0 || s.form == formOther {
		s.extra = &extra{findings: findings, pointer: p.Pointer}
	}
}

// pack keeps a pointer of a usual form in a few bytes, and returns the form.
func (s *step) pack(p eventchannel.Place) uint8 {
	pointer, form := p.Pointer, formEvent
	if pointer == "" {
		return formNone
	}
	if inside, is := strings.CutPrefix(pointer, entryPointer+strconv.Itoa(p.Document-1)); is {
		switch {
		case inside == requestPointer:
			return formRequest
		case strings.HasPrefix(inside, answerPointer):
			pointer, form = inside[len(answerPointer):], formAnswer
		case strings.HasPrefix(inside, postedPointer):
			pointer, form = inside[len(postedPointer):], formPosted
		default:
			return formOther
		}
	}
	parts := strings.Split(pointer, "/")
	if len(parts) != 5 || parts[0] != "" || parts[1] != "sender" || parts[3] != "events" {
		return formOther
	}
	for n := range s.indexes {
		index, err := strconv.ParseUint(parts[2+2*n], 10, 31)
		if err != nil {
			return formOther
		}
		s.indexes[n] = int32(index)
	}
	return form
}

// place returns the place of a step with its pointer.
func (s *step) place() eventchannel.Place {
	p := eventchannel.Place{Document: int(s.document), Offset: s.offset}
	entry := entryPointer + strconv.Itoa(int(s.document)-1)
	event := "/sender/" + strconv.Itoa(int(s.indexes[0])) + "/events/" + strconv.Itoa(int(s.indexes[1]))
	switch s.form {
	case formOther:
		p.Pointer = s.extra.pointer
	case formEvent:
		p.Pointer = event
	case formAnswer:
		p.Pointer = entry + answerPointer + event
	case formPosted:
		p.Pointer = entry + postedPointer + event
	case formRequest:
		p.Pointer = entry + requestPointer
	}
	return p
}

// nanoseconds returns a time since 1970, zero if unknown.
func nanoseconds(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return at.UnixNano()
}

// at returns the time of a step in nanoseconds, zero if unknown.
func (s *step) at() int64 {
	if s.timed {
		return s.Time
	}
	return 0
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

// add adds an element and returns its number, from zero.
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

// texts keeps strings one behind the other, without an allocation for each, and lets go of the text that they were cut
// from.
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

// maxShared is how many different error bodies are shared.
const maxShared = 1000

// share returns an equal error body, the same for all that are equal, because most invitations end for one of few
// reasons. A recording of ever other ones shares the first of them.
func (c *store) share(e *codes.Error) *codes.Error {
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
		if c.errors == nil {
			c.errors = map[plainError]*codes.Error{}
		}
		if len(c.errors) < maxShared {
			c.errors[plain] = shared
		}
	}
	return shared
}
