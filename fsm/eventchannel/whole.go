package eventchannel

import (
	"bytes"
	"iter"
)

// RawDocument returns the events of a text that is one event document without a fault: an object that is not empty, and
// has no members but those of event documents. For any other text, ok is false, and the caller can read the text with
// [Reader.Reset] and RawEvents. The text is not copied. As with RawEvents, an event is valid until the next one is
// yielded.
func (r *Reader) RawDocument(text []byte) (events iter.Seq[*RawEvent], ok bool) {
	r.prepare()
	documents, sound := r.block(r.documents[:0], text, 0)
	if r.documents = documents; !sound || len(documents) != 1 || r.other != "" || bytes.IndexByte(text, '"') < 0 {
		return nil, false
	}
	d := &documents[0]
	d.settle(r.found)
	return func(yield func(*RawEvent) bool) {
		for _, relation := range d.passed {
			r.PassedOver(relation)
		}
		for n := range r.found {
			if !yield(&r.found[n].RawEvent) {
				return
			}
		}
		if r.Resumed != nil && len(d.links[resume]) > 0 {
			r.Resumed(d.document())
		}
	}, true
}
