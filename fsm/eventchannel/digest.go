package eventchannel

import (
	"encoding/binary"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// Digest returns a hash of the events about invitations in the document, never 0. Two deliveries of one document have the
// same digest, also as a [RawEvent] has it. It need not withstand a service that wants to deceive.
func (d *Document) Digest() uint64 {
	var h digest
	for e, err := range d.Events() {
		if err != nil {
			h = h.fault()
			continue
		}
		h = h.event(e.Type, e.Status, e.Reason).text(Identity(e.Href))
		if r := e.Invitation; r != nil {
			h = h.word(uint64(r.Operations())).text(r.State).text(r.Direction).text(r.OperationID)
		}
	}
	return max(1, uint64(h))
}

// DocumentDigest returns [Document.Digest] of the document that contains the event. Of a document that is so long that
// its events are yielded before its end, it is that of a document without events.
func (e *RawEvent) DocumentDigest() uint64 {
	s := e.source
	switch {
	case e.whole != nil && e.whole.Document != nil:
		return e.whole.Document.Digest()
	case s == nil:
		return 1
	case s.digest == 0:
		var h digest
		if !s.handed {
			h = s.digestOf(s.reader.found[s.first:s.end])
		}
		s.digest = max(1, uint64(h))
	}
	return s.digest
}

func (s *source) digestOf(found []item) (h digest) {
	var room [256]byte
	for n := range found {
		e := &found[n]
		if e.fault != nil {
			h = h.fault()
			continue
		}
		h = h.event(e.Type, e.Status, e.Reason).bytes(AppendIdentity(room[:0], e.text))
		if e.resource != nil {
			h = h.word(uint64(e.Operations)).text(e.State).text(e.Direction).bytes(e.AppendOperationID(room[:0]))
		}
	}
	return h
}

// digest is a hash that takes eight bytes at a time.
type digest uint64

func (h digest) word(w uint64) digest {
	h = (h ^ digest(w)) * 0x9e3779b97f4a7c15
	return h ^ h>>32
}

// text adds a text and its length.
func (h digest) text(s string) digest {
	var room [64]byte
	return h.bytes(append(room[:0], s...))
}

func (h digest) bytes(b []byte) digest {
	length := uint64(len(b))
	for ; len(b) >= 8; b = b[8:] {
		h = h.word(binary.LittleEndian.Uint64(b))
	}
	var last [8]byte
	copy(last[:], b)
	return h.word(binary.LittleEndian.Uint64(last[:])).word(length)
}

func (h digest) fault() digest { return h.word(1 << 32) }

// event adds the parts that an event has beside its resource and its href.
func (h digest) event(t transitions.EventType, status string, reason *codes.Error) digest {
	h = h.word(uint64(t)).text(status)
	if reason != nil {
		h = h.text(string(reason.Code)).text(string(reason.Subcode))
		if reason.Message != nil {
			h = h.text(*reason.Message)
		}
	}
	return h
}
