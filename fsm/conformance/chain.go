package conformance

import (
	"encoding/binary"
	"iter"
)

// chain is a list of records, each a few bytes, in blocks. It grows at its end alone.
type chain struct {
	first, last int32 // blocks, counted from 1; zero if there are none
	used        uint8 // bytes of the last block
}

// block is a part of a chain. It has no pointer, so a garbage collection passes over all blocks.
type block struct {
	next  int32
	bytes [28]byte
}

// blocks holds many chains. The blocks of a chain that is dropped are used again, so invitations that come and go leave
// no holes.
type blocks struct {
	pages[block]
	free int32 // the first block that is not in use, counted from 1
	room []byte
}

// add adds a record to the end of a chain.
func (b *blocks) add(c *chain, record []byte) {
	if n := int(c.used) + 1; c.last != 0 && len(record) < 0x80 && n+len(record) <= len(block{}.bytes) { // in one block
		text := &b.at(c.last - 1).bytes
		text[n-1] = byte(len(record))
		c.used = uint8(n + copy(text[n:], record))
		return
	}
	var length [binary.MaxVarintLen64]byte
	b.write(c, length[:binary.PutUvarint(length[:], uint64(len(record)))])
	b.write(c, record)
}

func (b *blocks) write(c *chain, text []byte) {
	for len(text) > 0 {
		if c.last == 0 || int(c.used) == len(block{}.bytes) {
			b.extend(c)
		}
		n := copy(b.at(c.last - 1).bytes[c.used:], text)
		c.used += uint8(n)
		text = text[n:]
	}
}

// extend adds an empty block to a chain.
func (b *blocks) extend(c *chain) {
	n := b.free
	if n == 0 {
		n = b.pages.add(block{}) + 1
	} else {
		b.free = b.at(n - 1).next
	}
	if c.last == 0 {
		c.first = n
	} else {
		b.at(c.last - 1).next = n
	}
	c.last, c.used = n, 0
}

// drop empties a chain.
func (b *blocks) drop(c *chain) {
	if c.last != 0 {
		b.at(c.last - 1).next = b.free
		b.free = c.first
	}
	*c = chain{}
}

// records yields the records of a chain. Each is valid until the next one or the next call.
func (b *blocks) records(c chain) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for at, from := c.first, 0; at != 0 && (at != c.last || from < int(c.used)); {
			text := b.at(at - 1).bytes[from:]
			if len(text) > 0 && int(text[0]) < len(text) { // as most: the record is whole, and its length one byte
				end := 1 + int(text[0])
				if !yield(text[1:end:end]) {
					return
				}
				from += end
				continue
			}
			length := 0
			for shift, more := 0, true; more; shift += 7 {
				if from == len(block{}.bytes) {
					at, from = b.at(at-1).next, 0
				}
				part := b.at(at - 1).bytes[from]
				length, more = length|int(part&0x7f)<<shift, part&0x80 != 0
				from++
			}
			if cap(b.room) < length {
				b.room = make([]byte, length, 2*length)
			}
			b.room = b.room[:length]
			for to := b.room; len(to) > 0; {
				if from == len(block{}.bytes) {
					at, from = b.at(at-1).next, 0
				}
				n := copy(to, b.at(at - 1).bytes[from:])
				from, to = from+n, to[n:]
			}
			if !yield(b.room) {
				return
			}
		}
	}
}

// pages is a list that grows without a copy of the whole.
type pages[T any] struct {
	full [][]T // all but the last have pageSize
}

const pageSize = 1 << 10

func (p *pages[T]) len() int32 {
	if len(p.full) == 0 {
		return 0
	}
	return int32((len(p.full)-1)*pageSize + len(p.full[len(p.full)-1]))
}

func (p *pages[T]) at(n int32) *T { return &p.full[uint32(n)/pageSize][uint32(n)%pageSize] }

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
