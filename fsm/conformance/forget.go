package conformance

import (
	"hash/maphash"
	"slices"

	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// ages holds the invitations of a store that forgets, in two lists: those that are open, in the order of their first
// items, and those that have ended, in the order of their ends.
type ages struct {
	clock       func() int64 // in nanoseconds
	open, ended queue
	places      pages[place] // by the number of the invitation
	unused      []int32      // invitations
	gone        gone
}

// queue is a doubly linked list of invitations.
type queue struct {
	first, last int32 // counted from 1; zero if it is empty
	length      int
}

type place struct {
	previous, next int32
	end            int64  // by the clock
	in             *queue // nil if the invitation is a part of another one
}

// push adds an invitation to the end of a list.
func (a *ages) push(l *queue, n int32) {
	*a.places.at(n) = place{previous: l.last, end: a.clock(), in: l}
	if l.last == 0 {
		l.first = n + 1
	} else {
		a.places.at(l.last - 1).next = n + 1
	}
	l.last = n + 1
	l.length++
}

// remove removes an invitation from its list.
func (a *ages) remove(n int32) {
	here := *a.places.at(n)
	if here.previous == 0 {
		here.in.first = here.next
	} else {
		a.places.at(here.previous - 1).next = here.next
	}
	if here.next == 0 {
		here.in.last = here.previous
	} else {
		a.places.at(here.next - 1).previous = here.previous
	}
	here.in.length--
	*a.places.at(n) = place{}
}

// move moves an invitation to the end of a list, unless it is in that list.
func (a *ages) move(l *queue, n int32) {
	if a.places.at(n).in != l {
		a.remove(n)
		a.push(l, n)
	}
}

// begin adds an invitation.
func (c *store) begin() int32 {
	if c.ages == nil {
		return c.invitations.add(invitation{})
	}
	var n int32
	if last := len(c.ages.unused) - 1; last >= 0 {
		n, c.ages.unused = c.ages.unused[last], c.ages.unused[:last]
	} else {
		n = c.invitations.add(invitation{})
		c.ages.places.add(place{})
	}
	c.ages.push(&c.ages.open, n)
	return n
}

// age puts an invitation among those that are open or those that have ended. An invitation that was refused at the start
// is open again after a further item.
func (c *store) age(n int32, completed bool) {
	if c.ages == nil {
		return
	}
	r := c.rareOf(n)
	first := c.at(n).steps == 0 && r.settled == nil
	switch {
	case completed, first && r.call != nil && r.call.Status >= 400:
		c.ages.move(&c.ages.ended, n)
	case first:
		c.ages.move(&c.ages.open, n)
	}
}

// absorb makes another invitation a part of an invitation.
func (c *store) absorb(n, other int32) {
	if c.ages == nil {
		return
	}
	if c.ages.places.at(other).in == &c.ages.ended {
		c.ages.move(&c.ages.ended, n)
	}
	c.ages.remove(other)
	r := c.change(n)
	r.parts = append(r.parts, other)
}

// forget drops all that is known of an invitation. What remains are the hashes of its names, so that late events do not
// begin another invitation. If the invitation was refused at the start they do, because an application may ask again.
func (c *store) forget(n int32, refused bool) {
	i, gone := c.at(n), &c.ages.gone
	for record := range c.chains.records(i.chain) {
		if kindOf(record) == noName {
			s := c.unpack(record)
			c.release(s.aside)
		}
	}
	href := c.copyOf(n, nameHref)
	if href != "" {
		c.identity = eventchannel.AppendIdentity(c.identity[:0], href)
		c.index.remove(nameHref.hash(c.identity), n)
	}
	gone.begin()
	if !refused && href != "" {
		gone.add(nameHref, eventchannel.Identity(href))
	}
	parts := append(c.rareOf(n).parts, n)
	for _, part := range parts {
		if operation := c.copyOf(part, nameOperation); operation != "" {
			c.index.remove(nameOperation.hash([]byte(operation)), part)
			if !refused {
				gone.add(nameOperation, operation)
			}
			if !refused && href == "" {
				gone.add(lone, operation)
			}
		}
	}
	c.ages.remove(n)
	for _, part := range parts {
		c.chains.drop(&c.at(part).chain)
		*c.at(part) = invitation{}
		c.ages.unused = append(c.ages.unused, part)
	}
	delete(c.rare, n)
}

// late is what items about invitations that are forgotten are counted under.
const late = "late"

// maxGone is how many invitations, at least, are recognised after they are forgotten.
const maxGone = 1 << 16

// gone holds the hashes of the names of invitations that are forgotten: of the last maxGone at least, and of twice as many
// at most.
type gone struct {
	seed       maphash.Seed
	young, old map[uint64]struct{}
	count      int // in young
}

// lone is the kind of an operationId whose invitation had no href.
const lone = noName

func (g *gone) hash(k kind, name string) uint64 {
	type key struct {
		kind kind
		name string
	}
	return maphash.Comparable(g.seed, key{k, name})
}

// begin makes room for the names of another invitation.
func (g *gone) begin() {
	switch {
	case g.young == nil:
		g.seed = maphash.MakeSeed()
		fallthrough
	case g.count == maxGone:
		g.old, g.young, g.count = g.young, map[uint64]struct{}{}, 0
	}
	g.count++
}

func (g *gone) add(k kind, name string) { g.young[g.hash(k, name)] = struct{}{} }

func (g *gone) holds(k kind, name string) bool {
	if g.young == nil || name == "" {
		return false
	}
	hash := g.hash(k, name)
	_, young := g.young[hash]
	_, old := g.old[hash]
	return young || old
}

// late reports whether an item with an unknown href, or without an href and with an unknown operationId, is about an
// invitation that is forgotten. A client may use an operationId again, so with an href it counts only if the invitation
// had no href.
func (c *store) late(href, operation string) bool {
	switch {
	case c.ages == nil:
		return false
	case href == "":
		return c.ages.gone.holds(nameOperation, operation)
	}
	return c.ages.gone.holds(nameHref, eventchannel.Identity(href)) || c.ages.gone.holds(lone, operation)
}

// sweep drops the links to invitations that are not known any more, and the requests that have waited since before a
// time for the link of their operation.
func (c *Checker) sweep(before int64) {
	c.held = slices.DeleteFunc(c.held, func(q request) bool { return !q.at.IsZero() && q.at.UnixNano() < before })
	if c.shown.len() <= 2*c.swept+maxLinks {
		return
	}
	old := c.linker
	c.ends, c.shown, c.hrefs = map[uint64]int32{}, pages[shown]{}, nil
	for hash := range old.ends {
		var left []shown
		for s := range old.targets(hash) {
			if _, known := c.known(old.hrefs[^s.invitation]); known { // a Follower gives no numbers
				left = append(left, *s)
			}
		}
		for _, s := range slices.Backward(left) {
			c.hrefs = append(c.hrefs, old.hrefs[^s.invitation])
			s.invitation = ^int32(len(c.hrefs) - 1)
			c.remember(hash, s)
		}
	}
	c.swept = c.shown.len()
}

// completes reports whether a step completes its invitation.
func (s *step) completes() bool {
	return s.operation == transitions.OperationNone && s.Event.Type == transitions.EventCompleted
}
