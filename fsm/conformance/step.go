package conformance

import (
	"encoding/binary"
	"strconv"
	"strings"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/history"
	"github.com/avinvite/avinvite/transitions"
)

// step is an event or an operation, as it is judged. A store keeps it packed.
type step struct {
	history.Entry          // of an event; of an operation its time, and its answer as the reason
	offset        int64    // of its place
	answered      int64    // of an operation; see nanoseconds
	extra         *extra   // nil as a rule
	aside         int32    // where the store keeps extra; counted from 1, zero if it does not yet
	reason        int32    // the number of Reason in the store; zero if it has none
	document      int32    // of its place
	indexes       [2]int32 // in the pointer of its place
	status        int16
	operation     transitions.Operation // OperationNone for an event
	form          uint8                 // of the pointer of its place
	timed         bool                  // the time is one, and no number
	unordered     bool                  // its place among the others is unknown
}

// extra is the part of a step that few steps have.
type extra struct {
	findings []Finding    // that need no other step
	pointer  string       // of its place, if it has none of the usual forms
	reason   *codes.Error // that is not shared
}

// The first byte of a packed step. A record without isStep is a name.
const (
	isStep      = 1 << iota
	isOperation // not an event
	isTimed
	isUnordered
	hasDocument // the identity of a document
	hasKey      // the key of a document and its number
	hasReason   // a shared one
	hasExtra
)

// isOf reports whether a record is a step with that identity of its document.
func isOf(record []byte, document uint64) bool {
	const both = isStep | hasDocument
	return record[0]&both == both && binary.LittleEndian.Uint64(record[1:]) == document
}

// pack appends a step in its packed form.
func (c *store) pack(b []byte, s *step) []byte {
	if s.Reason != nil && s.reason == 0 {
		if s.extra == nil {
			s.extra = new(extra)
		}
		s.extra.reason = s.Reason
	}
	if s.extra != nil && s.aside == 0 {
		s.aside = c.keep(s.extra)
	}
	head := byte(isStep)
	for _, part := range []struct {
		is   bool
		flag byte
	}{
		{s.operation != transitions.OperationNone, isOperation}, {s.timed, isTimed}, {s.unordered, isUnordered},
		{s.Document != 0, hasDocument}, {s.Key != 0 || s.Number != 0, hasKey}, {s.reason != 0, hasReason}, {s.aside != 0, hasExtra},
	} {
		if part.is {
			head |= part.flag
		}
	}
	b = append(b, head)
	if head&hasDocument != 0 {
		b = binary.LittleEndian.AppendUint64(b, s.Document)
	}
	if head&hasKey != 0 {
		b = binary.LittleEndian.AppendUint32(b, s.Key)
		b = binary.AppendUvarint(b, uint64(s.Number))
	}
	if head&hasReason != 0 {
		b = binary.AppendUvarint(b, uint64(s.reason))
	}
	if head&hasExtra != 0 {
		b = binary.AppendUvarint(b, uint64(s.aside))
	}
	b = binary.AppendVarint(b, s.Time)
	if head&isOperation != 0 {
		b = append(b, byte(s.operation))
		b = binary.AppendVarint(b, int64(s.status))
		b = binary.AppendVarint(b, s.answered)
	} else {
		b = binary.AppendUvarint(b, uint64(s.Index))
		b = append(b, byte(s.Event.Type), byte(s.Event.State), byte(s.Event.Reason), byte(s.Offered),
			byte(s.Direction)<<5|byte(s.Odd))
	}
	b = binary.AppendUvarint(b, uint64(s.offset))
	b = binary.AppendUvarint(b, uint64(uint32(s.document)))
	b = append(b, s.form)
	if indexed(s.form) {
		b = binary.AppendUvarint(b, uint64(s.indexes[0]))
		b = binary.AppendUvarint(b, uint64(s.indexes[1]))
	}
	return b
}

// unpack returns a step from its packed form.
func (c *store) unpack(b []byte) (s step) {
	one := func() byte { first := b[0]; b = b[1:]; return first }
	unsigned := func() uint64 { n, size := binary.Uvarint(b); b = b[size:]; return n }
	signed := func() int64 { n, size := binary.Varint(b); b = b[size:]; return n }

	head := one()
	s.timed, s.unordered = head&isTimed != 0, head&isUnordered != 0
	if head&hasDocument != 0 {
		s.Document = binary.LittleEndian.Uint64(b)
		b = b[8:]
	}
	if head&hasKey != 0 {
		s.Key = binary.LittleEndian.Uint32(b)
		b = b[4:]
		s.Number = uint32(unsigned())
	}
	if head&hasReason != 0 {
		s.reason = int32(unsigned())
		s.Reason = c.reasons.at(s.reason)
	}
	if head&hasExtra != 0 {
		s.aside = int32(unsigned())
		s.extra = c.extras.at(s.aside - 1)
		if s.extra.reason != nil {
			s.Reason = s.extra.reason
		}
	}
	s.Time = signed()
	if head&isOperation != 0 {
		s.operation = transitions.Operation(one())
		s.status, s.answered = int16(signed()), signed()
	} else {
		s.Index = uint32(unsigned())
		s.Event.Type, s.Event.State = transitions.EventType(one()), transitions.State(one())
		s.Event.Reason = codes.Reason(one())
		s.Offered = transitions.OperationSet(one())
		odd := one()
		s.Direction, s.Odd = transitions.Direction(odd>>5), history.Oddities(odd&31)
	}
	s.offset, s.document = int64(unsigned()), int32(unsigned())
	if s.form = one(); indexed(s.form) {
		s.indexes = [2]int32{int32(unsigned()), int32(unsigned())}
	}
	return s
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

// indexed reports whether a pointer of the form has indexes.
func indexed(form uint8) bool { return form == formEvent || form == formAnswer || form == formPosted }

const (
	entryPointer   = "/log/entries/"
	answerPointer  = "/response/content/text"
	postedPointer  = "/request/postData/text"
	requestPointer = "/request"
)

// note keeps the place of a step, and the findings about it by itself.
func (s *step) note(p eventchannel.Place, findings []Finding) {
	s.document, s.offset, s.form = int32(p.Document), p.Offset, formOther
	switch p.Pointer {
	case "":
		s.form = formNone
	case entryPointer + strconv.Itoa(p.Document-1) + requestPointer:
		s.form = formRequest
	}
	s.set(p.Pointer, findings)
}

// noteEvent is note for an event.
func (s *step) noteEvent(e *eventchannel.RawEvent, findings []Finding) {
	within, sender, index := e.Position()
	s.document, s.offset, s.indexes = int32(within.Document), within.Offset, [2]int32{int32(sender), int32(index)}
	pointer := ""
	inside, is := strings.CutPrefix(within.Pointer, entryPointer)
	if is {
		inside, is = strings.CutPrefix(inside, strconv.Itoa(within.Document-1))
	}
	switch {
	case sender >= 0 && within.Pointer == "":
		s.form = formEvent
	case sender >= 0 && is && inside == answerPointer:
		s.form = formAnswer
	case sender >= 0 && is && inside == postedPointer:
		s.form = formPosted
	default:
		s.form, pointer = formOther, e.Place().Pointer
	}
	s.set(pointer, findings)
}

// set keeps the parts of a step that few steps have.
func (s *step) set(pointer string, findings []Finding) {
	if len(findings) > 0 || s.form == formOther {
		s.extra = &extra{findings: findings, pointer: pointer}
	}
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
		p.Pointer = entry + answerPointer + "#" + event
	case formPosted:
		p.Pointer = entry + postedPointer + "#" + event
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
