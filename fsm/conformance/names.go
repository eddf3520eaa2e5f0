package conformance

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"slices"
)

// kind is the kind of a name of an invitation.
type kind uint8

const (
	nameHref kind = iota
	nameOperation
	nameTo   // whom it invites
	nameFrom // who invites
	noName
)

// named reports whether an invitation has a name of that kind.
func (i *invitation) named(k kind) bool { return i.has&(1<<k) != 0 }

// name returns a name of an invitation, "" if it has none of that kind. It is valid until the next call.
func (c *store) name(n int32, k kind) []byte {
	c.text = c.text[:0]
	if i := c.at(n); i.named(k) {
		for record := range c.chains.records(i.chain) {
			if kindOf(record) == k {
				c.text = c.appendName(c.text, k, record)
				break
			}
		}
	}
	return c.text
}

// appendName appends the name of that kind that a record is.
func (c *store) appendName(to []byte, k kind, record []byte) []byte {
	part, size := binary.Uvarint(record[1:])
	to = append(to, c.texts[k].at(part)...)
	if rest := record[1+size:]; record[0]&isGUID == 0 {
		return append(to, rest...)
	} else {
		return appendGUID(to, [16]byte(rest))
	}
}

// The first byte of a record that is a name. All other bits are zero, among them isStep.
const (
	isKind = 3 << 1 // the kind
	isGUID = 1 << 3 // the name ends in a GUID, in 16 bytes
)

// kindOf returns the kind of the name that a record is; none of the kinds if it is a step.
func kindOf(record []byte) kind {
	if record[0]&isStep != 0 {
		return noName
	}
	return kind(record[0] & isKind >> 1)
}

// copyOf returns a name of an invitation, "" if it has none of that kind.
func (c *store) copyOf(n int32, k kind) string { return string(c.name(n, k)) }

// copies returns all names of an invitation, each "" if it has none of that kind.
func (c *store) copies(n int32) (href, operation, to, by string) {
	var from, until [noName]int // in the text
	c.text = c.text[:0]
	i, found := c.at(n), uint8(0)
	for record := range c.chains.records(i.chain) {
		if found == i.has&^hasRare {
			break
		}
		if k := kindOf(record); k != noName {
			from[k] = len(c.text)
			c.text = c.appendName(c.text, k, record)
			until[k], found = len(c.text), found|1<<k
		}
	}
	all := string(c.text)
	name := func(k kind) string { return all[from[k]:until[k]] }
	return name(nameHref), name(nameOperation), name(nameTo), name(nameFrom)
}

// setName gives an invitation a name of a kind of which it has none. A part of the name is shared with others.
func (c *store) setName(n int32, k kind, part, rest []byte) {
	shared := c.texts[k].number(part)
	if shared == 0 && len(part) > 0 {
		rest = slices.Concat(part, rest)
	}
	c.record = binary.AppendUvarint(append(c.record[:0], byte(k)<<1), shared)
	if guid, is := parseGUID(rest); is {
		c.record[0] |= isGUID
		c.record = append(c.record, guid[:]...)
	} else {
		c.record = append(c.record, rest...)
	}
	i := c.at(n)
	c.chains.add(&i.chain, c.record)
	i.has |= 1 << k
}

// The digits of a GUID come in groups of bytes with dashes between them.
var groups = [...]int{4, 2, 2, 2, 6}

// parseGUID returns the bytes of a GUID, and whether text is one in lower case.
func parseGUID(text []byte) (guid [16]byte, is bool) {
	if len(text) != 36 || bytes.ContainsAny(text, "ABCDEF") {
		return guid, false
	}
	at := 0
	for n, size := range groups {
		if n > 0 && text[0] != '-' {
			return guid, false
		}
		text = text[min(n, 1):]
		if _, err := hex.Decode(guid[at:at+size], text[:2*size]); err != nil {
			return guid, false
		}
		at, text = at+size, text[2*size:]
	}
	return guid, true
}

// appendGUID appends the text of a GUID.
func appendGUID(to []byte, guid [16]byte) []byte {
	at := 0
	for n, size := range groups {
		if n > 0 {
			to = append(to, '-')
		}
		to = hex.AppendEncode(to, guid[at:at+size])
		at += size
	}
	return to
}

// shared holds texts that many invitations have, by numbers from 1. Zero stands for no text.
type shared struct {
	texts   []string
	numbers map[string]uint64
	last    uint64 // that was asked for
}

// The limits of shared texts: how many of one kind, and the length of each.
const (
	maxTexts = 1 << 8
	maxText  = 1 << 8
)

// number returns the number of a text, zero if the text is empty, too long or one too many.
func (s *shared) number(text []byte) uint64 {
	if s.last != 0 && string(text) == s.at(s.last) {
		return s.last
	}
	n, known := s.numbers[string(text)]
	if s.last = n; known || len(text) == 0 || len(text) > maxText || len(s.texts) >= maxTexts {
		return n
	}
	if s.numbers == nil {
		s.numbers = map[string]uint64{}
	}
	s.texts = append(s.texts, string(text))
	n = uint64(len(s.texts))
	s.numbers[s.texts[n-1]] = n
	return n
}

func (s *shared) at(number uint64) string {
	if number == 0 {
		return ""
	}
	return s.texts[number-1]
}
