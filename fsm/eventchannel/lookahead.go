package eventchannel

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"iter"
	"runtime"
)

// Map yields the results of f for the events and errors that RawEvents yields, in the same order. The result of f may
// refer to the event until the next result is yielded. PassedOver and Resumed are called in their order among the
// results.
//
// If GOMAXPROCS is more than 1, goroutines read ahead the documents that stand on lines of their own, and call f
// concurrently. Then f must not ask for the place, the position or the document of the event, because the number of the
// document is known only when the result is yielded. If the loop ends early, a goroutine stays in a Read of the input
// until that call returns.
//
// One goroutine cuts the input into blocks, each of which ends before a line that begins with a brace. The others read
// each block on the assumption that documents begin at its start and end at its end. The assumption is correct for a
// block that is read without a fault, if it is correct for the block before. Beginning with the first block that has a
// fault, the Reader itself reads document by document, until a document ends at the end of a block.
//
// A block that a Read of the input did not fill does not wait for another Read, because a pipe may bring a document now
// and the next one much later. If the text of such a block ends in a closing brace, the block ends there, and not
// before a line, because a document may end there. The Reader itself reads this block.
//
// There are GOMAXPROCS + 2 blocks. A block of small documents takes up to 2.5 MB together with its events. Its reader may
// keep up to 4 MB of earlier documents and events, by which it recognises later ones.
func Map[T any](r *Reader, f func(*RawEvent, error) T) iter.Seq[T] {
	return mapOn(r, runtime.GOMAXPROCS(0), f, func(*block[T]) {})
}

// mapOn is Map on that many cores. It calls spent with each block that is used again.
func mapOn[T any](r *Reader, cores int, f func(*RawEvent, error) T, spent func(*block[T])) iter.Seq[T] {
	return func(yield func(T) bool) {
		if cores == 1 {
			for e, err := range r.RawEvents() {
				if !yield(f(e, err)) {
					return
				}
			}
			return
		}
		a := newLookahead(r, cores, f, spent)
		defer close(a.stop)
		a.join(yield)
	}
}

// lookahead reads blocks ahead of a Reader.
type lookahead[T any] struct {
	r     *Reader // reads documents that do not stand on lines of their own
	f     func(*RawEvent, error) T
	spent func(*block[T])

	in    io.Reader
	free  chan *block[T]
	work  chan *block[T]
	queue chan *block[T] // all blocks in their order
	stop  chan struct{}

	now  *block[T] // the block that the Reader reads
	left []byte    // of it
}

// block is a part of the input.
type block[T any] struct {
	text   []byte
	base   int64 // its offset in the input
	begins bool  // documents begin at its begin, if the input is in lines
	ends   bool  // likewise at its end
	err    error // of the input behind the block; nil if there is another block
	read   chan struct{}

	// The result of reading it ahead.
	sound     bool // nothing is odd
	reader    *Reader
	documents []source
	results   []T
}

// errBoundary ends the text that the Reader reads document by document.
var errBoundary = errors.New("boundary")

// blockSize is much more than most documents have, and so little that some blocks stay in the cache.
const blockSize = 1 << 17

// emptyReads is how many Reads in a row may bring nothing.
const emptyReads = 100

func newLookahead[T any](
	r *Reader, cores int, f func(*RawEvent, error) T, spent func(*block[T]),
) *lookahead[T] {
	r.prepare()
	n := cores + 2 // one is cut, and one yielded
	a := &lookahead[T]{
		r: r, f: f, spent: spent, in: r.s.in, stop: make(chan struct{}),
		free: make(chan *block[T], n), work: make(chan *block[T], n), queue: make(chan *block[T], n),
	}
	for range n {
		b := &block[T]{text: make([]byte, 0, r.ahead), read: make(chan struct{}, 1), reader: new(Reader)}
		b.reader.URL, b.reader.Within, b.reader.s.limits = r.URL, r.Within, r.s.limits
		a.free <- b
	}
	go a.cut(bytes.Clone(r.s.buf[r.s.pos:]), r.s.offset(), r.s.document == 0)
	for range cores {
		go a.read()
	}
	r.s.in = (*tail[T])(a)
	return a
}

// cut cuts the input into blocks. The first one begins with text that has been read before.
func (a *lookahead[T]) cut(text []byte, base int64, begins bool) {
	defer close(a.work)
	for err := error(nil); err == nil; {
		var b *block[T]
		select {
		case b = <-a.free:
		case <-a.stop:
			return
		}
		b.text, b.base, b.begins, b.ends, b.sound = append(b.text[:0], text...), base, begins, false, false
		n := 0
		for empty := 1; err == nil && n == 0 && len(b.text) < cap(b.text); empty++ {
			n, err = a.in.Read(b.text[len(b.text):cap(b.text)])
			b.text = b.text[:len(b.text)+n]
			if n == 0 && err == nil && empty == emptyReads {
				err = io.ErrNoProgress
			}
		}
		text, b.err = nil, err
		if n := lastLine(b.text); n > 0 && err == nil && (len(b.text) == cap(b.text) || !closed(b.text)) {
			text, b.text, b.ends = b.text[n:], b.text[:n], true
		}
		begins, base = b.ends, base+int64(len(b.text))
		if b.begins && (b.ends || err != nil) {
			a.work <- b
		} else {
			b.read <- struct{}{}
		}
		a.queue <- b
	}
}

// closed reports whether a document may end at the end of text.
func closed(text []byte) bool {
	return bytes.HasSuffix(bytes.TrimRight(text[max(0, len(text)-len("}\r\n")):], "\r\n"), []byte("}"))
}

// lastLine returns the offset of the last line that begins with a brace, and 0 if there is none behind the first line.
func lastLine(text []byte) int {
	if bytes.IndexByte(text, '\n') < 0 {
		return 0 // which is found out faster in this direction
	}
	for n := len(text) - 1; n > 0; n-- {
		n = bytes.LastIndexByte(text[:n], '\n')
		if n < 0 {
			return 0
		}
		if text[n+1] == '{' {
			return n + 1
		}
	}
	return 0
}

// read reads blocks ahead.
func (a *lookahead[T]) read() {
	for b := range a.work {
		r := b.reader
		b.documents, b.sound = r.block(b.documents[:0], b.text, b.base)
		b.results = b.results[:0]
		for n := range b.documents {
			d := &b.documents[n]
			found := r.found[d.first:d.end]
			d.settle(found)
			for k := range found {
				b.results = append(b.results, a.f(&found[k].RawEvent, nil))
			}
		}
		b.read <- struct{}{}
	}
}

// block reads the documents of a block lean, and reports whether nothing is odd.
func (r *Reader) block(documents []source, text []byte, base int64) ([]source, bool) {
	s := &r.s
	*s = scanner{
		limits: s.limits, window: s.window, err: io.EOF, buf: text, base: base, start: none, keep: none, restart: none,
		stack: s.stack[:0], names: s.names[:0],
	}
	for r.forget(); s.begin(); documents = append(documents, r.doc) {
		first, passed := len(r.found), len(r.passed)
		r.open()
		if r.doc.first = int32(first); !r.envelope() || len(r.found)-first >= ahead {
			return nil, false
		}
		r.doc.self, r.doc.end, r.doc.passed = r.doc.links[0], int32(len(r.found)), r.passed[passed:]
	}
	return documents, true
}

// join yields the results in their order.
func (a *lookahead[T]) join(yield func(T) bool) {
	s := &a.r.s
	for {
		b := <-a.queue
		if <-b.read; !b.sound {
			a.now, a.left = b, b.text
			s.base, s.err, s.length = b.base, nil, 0
		} else {
			if !a.give(b, yield) {
				return
			}
			s.document += len(b.documents)
			s.base, s.err, s.indent, s.column = b.base+int64(len(b.text)), cmp.Or(b.err, errBoundary), 0, 0
		}
		s.buf, s.pos = s.buf[:0], 0
		if s.err != errBoundary { // what is not sound, or how the input ended
			for e, err := range a.r.RawEvents() {
				if !yield(a.f(e, err)) {
					return
				}
			}
		}
		if s.err != errBoundary {
			return
		}
		if a.now != nil {
			b, a.now = a.now, nil
		}
		a.reuse(b)
	}
}

// give yields the results of a block that has been read ahead.
func (a *lookahead[T]) give(b *block[T], yield func(T) bool) bool {
	n := 0
	for k := range b.documents {
		d := &b.documents[k]
		d.number = a.r.s.document + k + 1
		a.r.passOver(d.passed)
		for range d.end - d.first {
			if !yield(b.results[n]) {
				return false
			}
			n++
		}
		if a.r.Resumed != nil && len(d.links[resume]) > 0 {
			a.r.Resumed(d.document())
		}
	}
	return true
}

// reuse gives a block back to be filled again.
func (a *lookahead[T]) reuse(b *block[T]) {
	a.spent(b)
	a.free <- b
}

// tail is the input of the Reader from the block on that it reads.
type tail[T any] lookahead[T]

func (t *tail[T]) Read(p []byte) (int, error) {
	for len(t.left) == 0 {
		switch {
		case t.now.err != nil:
			return 0, t.now.err
		case t.now.ends && t.r.s.start == none:
			return 0, errBoundary
		}
		next := <-t.queue
		<-next.read
		(*lookahead[T])(t).reuse(t.now)
		t.now, t.left = next, next.text
	}
	n := copy(p, t.left)
	t.left = t.left[n:]
	return n, nil
}
