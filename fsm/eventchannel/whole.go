package eventchannel

import "bytes"

// RawDocument calls yield for each event of a text that is one event document without a fault: an object that is not
// empty, and has no members but those of event documents. It stops if yield returns false. For any other text it calls
// nothing and returns false, and the caller can read the text with [Reader.Reset] and RawEvents. The text is not copied.
// An event is valid until yield returns.
func (r *Reader) RawDocument(text []byte, yield func(*RawEvent) bool) (ok bool) {
	r.prepare()
	defer func() { r.s.buf = nil }() // so that Reset does not read into text
	documents, sound := r.block(r.documents[:0], text, 0)
	empty := bytes.IndexByte(text, '"') < 0
	if r.documents = documents; !sound || len(documents) != 1 || r.other != "" || empty {
		return false
	}
	d := &documents[0]
	d.settle(r.found)
	r.passOver(d.passed)
	for n := range r.found {
		if !yield(&r.found[n].RawEvent) {
			return true
		}
	}
	if r.Resumed != nil && len(d.links[resume]) > 0 {
		r.Resumed(d.document())
	}
	return true
}
