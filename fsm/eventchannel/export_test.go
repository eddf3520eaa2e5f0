package eventchannel

import (
	"io"
	"iter"
)

// Pass reports whether the input is one value of JSON, by passing over it.
func Pass(in io.Reader) bool {
	s := newScanner(in)
	s.limits = Limits{Depth: maxDepth, String: none}
	s.pass()
	s.next()
	return s.fault == nil && s.pos == len(s.buf)
}

// PassLean is Pass by a lean scanner, which reads no more than its buffer.
func PassLean(text []byte) bool {
	s := scanner{limits: Limits{Depth: maxDepth, String: none}, err: io.EOF, buf: text, start: none, keep: none, restart: none}
	s.pass()
	s.next()
	return s.fault == nil && s.pos == len(s.buf)
}

// What Resolve and Identity return, without their short cuts.
var (
	SlowResolve  = resolve
	SlowIdentity = func(href string) string { return string(appendIdentity(nil, href)) }
)

// Size counts what the correlator knows invitations by.
func (c *Correlator[T]) Size() int { return len(c.hrefs) + len(c.operations) }

// Reread is how many bytes have been read twice.
func (r *Reader) Reread() int64 { return r.s.reread }

// SetWindow makes the reader's buffer small, so that documents lie across its end.
func (r *Reader) SetWindow(bytes int) { r.s.window = bytes }

// Odd counts the documents that were read exactly, because they came out odd.
func (r *Reader) Odd() int { return r.odd }

// SetAhead makes the blocks that are read ahead small.
func (r *Reader) SetAhead(bytes int) { r.ahead = bytes }

// MapOn is Map for that many cores. It overwrites the texts of each block that is used again.
func MapOn[T any](r *Reader, cores int, f func(*RawEvent, error) T) iter.Seq[T] {
	return mapOn(r, cores, f, func(b *block[T]) {
		for _, text := range [][]byte{b.text, b.reader.copies, b.reader.texts} {
			for n := range text {
				text[n] = '*'
			}
		}
	})
}

// ReadBy reports whether the reader itself has read the event, and not a goroutine ahead of it.
func (e *RawEvent) ReadBy(r *Reader) bool { return e.source.reader == r }

// Recognised counts the documents and events that had a known shape.
func (r *Reader) Recognised() int { return r.documentShapes.known + r.eventShapes.known }

// Shapes counts the shapes that are known, and all that have been learned.
func (r *Reader) Shapes() (known, learned int) {
	d, e := &r.documentShapes, &r.eventShapes
	return d.count + e.count, d.learned + e.learned
}
