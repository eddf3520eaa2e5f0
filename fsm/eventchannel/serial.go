package eventchannel

import (
	"bytes"
	"encoding/binary"
	"strconv"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// Serial identifies a document among those of its channel. An ack is numeric if it is a number below 2^32. The hashes
// are not cryptographic: a hostile service can make two documents with one Serial.
type Serial struct {
	Document uint64 // a hash of the self link and of the events about invitations; 0 without a self link
	Key      uint32 // a hash of the path and the key in the self link; 0 without a key or a numeric ack
	Number   uint32 // the parameter ack in the self link, which orders the documents with one key; 0 if Key is 0
}

// Serial returns the serial of the document. Two deliveries of one document have the same serial. [RawEvent.Serial]
// returns it too, unless the document is so long that its events are yielded before its end.
func (d *Document) Serial() Serial {
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
	path, query, is := pathOf([]byte(d.Self))
	if !is {
		return Serial{}
	}
	return serial(path, query, h)
}

// Serial returns [Document.Serial] of the document that contains the event. If a document is so long that its events
// are yielded before its end, its serial depends on the self link alone, and is zero if the self link comes after the
// events.
func (e *RawEvent) Serial() Serial {
	s := e.source
	switch {
	case e.whole != nil && e.whole.Document != nil:
		return e.whole.Document.Serial()
	case s == nil || len(s.self) == 0:
		return Serial{}
	case s.serial == Serial{}:
		path, query, is := s.reader.path(s.base, s.self)
		if !is {
			return Serial{}
		}
		var h digest
		if !s.handed {
			h = s.digest(s.reader.found[s.first:s.end])
		}
		s.serial = serial(path, query, h)
	}
	return s.serial
}

// selfLink is a self link without its query. It is the same in nearly all documents of a stream.
type selfLink struct {
	base    string // against which it is resolved
	written []byte // as the input has it, with the question mark; empty if no link is known
	path    digest
}

// path returns pathOf of a self link resolved against base.
func (r *Reader) path(base string, self []byte) (path digest, query []byte, is bool) {
	l := &r.self
	if n := len(l.written); n > 0 && bytes.HasPrefix(self, l.written) && base == l.base && plainQuery(self[n-1:]) {
		return l.path, self[n:], true
	}
	kept := len(r.texts)
	path, query, is = pathOf(r.resolve(base, self))
	r.texts = r.texts[:kept]
	if h, ok := plain(self); ok && h.query < len(self) {
		*l = selfLink{base, append(l.written[:0], self[:h.query+1]...), path}
	}
	return path, query, is
}

// pathOf returns a digest of the identity of a self link, and its query. It reports false if there is no link.
func pathOf(self []byte) (path digest, query []byte, is bool) {
	var room [256]byte
	_, query, _ = bytes.Cut(self, []byte("?"))
	return digest(0).bytes(AppendIdentity(room[:0], self)), query, len(self) > 0
}

// serial returns the serial of a document by the path and the query of its self link and a digest of its events.
func serial(path digest, query []byte, events digest) (s Serial) {
	s.Document = max(1, uint64(path.bytes(query).word(uint64(events))))
	key, ack := parameters(query)
	if n, err := strconv.ParseUint(string(ack), 10, 32); err == nil && key != nil {
		s.Key, s.Number = max(1, uint32(path.bytes(key)>>16)), uint32(n)
	}
	return s
}

// parameters returns the values of the first parameters key and ack in a query, as they stand there; nil without one.
func parameters(query []byte) (key, ack []byte) {
	for len(query) > 0 {
		var part []byte
		part, query, _ = bytes.Cut(query, []byte("&"))
		if value, is := bytes.CutPrefix(part, []byte("key=")); is && key == nil {
			key = value
		} else if value, is := bytes.CutPrefix(part, []byte("ack=")); is && ack == nil {
			ack = value
		}
	}
	return key, ack
}

func (s *source) digest(found []item) (h digest) {
	var room [256]byte
	for n := range found {
		e := &found[n]
		if e.fault != nil {
			h = h.fault()
			continue
		}
		h = h.event(e.Type, e.Status, e.Reason).bytes(e.identity)
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
func (h digest) text(s string) digest { return h.bytes([]byte(s)) }

func (h digest) bytes(b []byte) digest {
	whole, last := len(b)&^7, uint64(0) // last has the bytes behind the last whole eight
	for n := 0; n < whole; n += 8 {
		h = h.word(binary.LittleEndian.Uint64(b[n:]))
	}
	if whole > 0 {
		last = binary.LittleEndian.Uint64(b[len(b)-8:]) >> (64 - 8*(len(b)-whole))
	} else {
		for n, c := range b {
			last |= uint64(c) << (8 * n)
		}
	}
	return h.word(last).word(uint64(len(b)))
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
