package conformance

import (
	"bytes"
	"cmp"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/history"
	"github.com/avinvite/avinvite/transitions"
)

// store holds invitations with their steps in little memory: for each a record of 20 bytes, two entries of the index, and
// a chain with its names and some 40 bytes a step. TestSize measures them. Nearly nothing in it is a pointer, so a garbage
// collection costs the same for any number of invitations.
type store struct {
	invitations pages[invitation]
	joins       int // how many of them are part of another one
	chains      blocks
	index       index
	moved       bool            // two invitations have had one operationId
	rare        map[int32]*rare // by the number of the invitation
	extras      pages[extra]
	unused      []int32        // extras
	texts       [noName]shared // by the kind of name
	reasons     reasons
	ages        *ages // nil if no invitation is forgotten

	href, operation, identity, text, record []byte // in use by one function at a time
}

// invitation is an invitation with its names and steps.
type invitation struct {
	chain
	joined int32  // the invitation that it is a part of, counted from 1; zero if it stands alone
	steps  uint16 // that are not settled
	links  uint8  // how many of its links are remembered
	has    uint8  // the set of kinds of names in the chain, and hasRare
}

// rare has the parts of an invitation that few invitations have.
type rare struct {
	settled *judgement   // on the steps that are not in the chain any more; nil if there are none
	call    *Call        // nil if the request that started it is unknown
	refusal *codes.Error // of that request
	parts   []int32      // the invitations that are part of it, if there are ages
}

// at returns an invitation. The pointer is valid until an invitation is added.
func (c *store) at(n int32) *invitation { return c.invitations.at(n) }

// hasRare is set for an invitation with an entry in store.rare.
const hasRare = 1 << 7

var noRare rare

// rareOf returns the rare parts of an invitation, for reading only.
func (c *store) rareOf(n int32) *rare {
	if c.at(n).has&hasRare == 0 {
		return &noRare
	}
	return c.rare[n]
}

// change returns the rare parts of an invitation.
func (c *store) change(n int32) *rare {
	if i := c.at(n); i.has&hasRare == 0 {
		if c.rare == nil {
			c.rare = map[int32]*rare{}
		}
		c.rare[n] = new(rare)
		i.has |= hasRare
	}
	return c.rare[n]
}

// known returns the invitation with an href, and whether there is one.
func (c *store) known(href string) (n int32, known bool) {
	c.identity = eventchannel.AppendIdentity(c.identity[:0], href)
	e := c.byHref(nameHref.hash(c.identity), []byte(href), c.identity)
	return e.invitation - 1, e.invitation != 0
}

// byHref returns the entry of an href with that identity and its hash, or the place for it.
func (c *store) byHref(hash uint32, href, identity []byte) *entry {
	return c.index.find(hash, func(n int32) bool {
		if !c.at(n).named(nameHref) {
			return false
		}
		name := c.name(n, nameHref)
		return bytes.Equal(name, href) || eventchannel.Identity(string(name)) == string(identity)
	})
}

// byOperation returns the entry of an operationId with that hash, or the place for it.
func (c *store) byOperation(hash uint32, operation []byte) *entry {
	return c.index.find(hash, func(n int32) bool { return c.isNamed(n, nameOperation, operation) })
}

// isNamed reports whether an invitation has that name of a kind.
func (c *store) isNamed(n int32, k kind, name []byte) bool {
	return c.at(n).named(k) && bytes.Equal(c.name(n, k), name)
}

// find is findEvent for an href and an operationId that have not been prepared.
func (c *store) find(href, operation string) (n int32, changed bool) {
	c.identity = eventchannel.AppendIdentity(c.identity[:0], href)
	return c.findEvent(nameHref.hash(c.identity), []byte(href), c.identity, []byte(operation))
}

// findEvent returns the invitation of that href and operationId, a new one if it is not known. hash is that of the
// identity of the href. Either name may be empty, because one of two events may lack the name that the other has.
// changed is true if the invitation had another operationId before. n is negative if the invitation is forgotten.
func (c *store) findEvent(hash uint32, href, identity, operation []byte) (n int32, changed bool) {
	href, _, _ = bytes.Cut(href, []byte("?"))
	known, isNamed, named, free := false, false, int32(0), (*entry)(nil)
	if len(href) > 0 {
		free = c.byHref(hash, href, identity)
		n, known = free.invitation-1, free.invitation != 0
	}
	if known && (len(operation) == 0 || !c.moved && c.isNamed(n, nameOperation, operation)) {
		return n, false // as nearly all events
	}
	operationHash := nameOperation.hash(operation)
	if len(operation) > 0 {
		e := c.byOperation(operationHash, operation)
		if known && e.invitation == n+1 {
			return n, false
		}
		if e.invitation != 0 {
			isNamed, named = true, c.whole(e.invitation-1)
		}
	}
	// A client may use an operationId again, so it joins only an invitation that has no other href.
	joins := isNamed && !c.at(named).named(nameHref)
	if !known && (len(href) > 0 || !isNamed) && c.ages != nil && c.late(string(href), string(operation)) {
		return -1, false
	}
	if !known {
		n, known = named, isNamed && (len(href) == 0 || joins)
	}
	if !known {
		n = c.begin()
	}
	if joins && named != n {
		c.join(n, named)
	}
	if len(href) > 0 && !c.at(n).named(nameHref) {
		last := bytes.LastIndexByte(href, '/') + 1
		c.setName(n, nameHref, href[:last], href[last:])
		c.index.put(free, hash, n)
	}
	if len(operation) == 0 {
		return n, false
	}
	e := c.byOperation(operationHash, operation)
	switch {
	case !c.at(n).named(nameOperation):
		c.setName(n, nameOperation, nil, operation)
	case !c.isNamed(n, nameOperation, operation):
		return n, true
	}
	switch e.invitation {
	case 0:
		c.index.put(e, operationHash, n)
	case n + 1:
	default:
		e.invitation, c.moved = n+1, true
	}
	return n, false
}

// whole returns the invitation that an invitation is a part of, or the invitation itself.
func (c *store) whole(n int32) int32 {
	for c.at(n).joined != 0 {
		n = c.at(n).joined - 1
	}
	return n
}

// parties keeps who invites whom, as the first event has it that says it.
func (c *store) parties(n int32, e *eventchannel.RawEvent) {
	if !c.at(n).named(nameTo) {
		var room [64]byte
		if to := e.AppendTo(room[:0]); len(to) > 0 {
			c.setName(n, nameTo, to, nil)
		}
	}
	if c.at(n).named(nameFrom) {
		return
	}
	if p, _ := e.From(); p != nil {
		if from := cmp.Or(p.URI, p.Name, p.Href); from != "" {
			c.setName(n, nameFrom, []byte(from), nil)
		}
	}
}

// join makes another invitation, which has no href, a part of an invitation. The other one keeps only its operationId,
// for the index.
func (c *store) join(n, other int32) {
	i, o := c.at(n), c.at(other)
	var kept chain
	for record := range c.chains.records(o.chain) {
		k := kindOf(record)
		switch {
		case k == noName:
			c.chains.add(&i.chain, record)
		case k == nameOperation:
			c.chains.add(&kept, record)
		case !i.named(k):
			c.chains.add(&i.chain, record)
			i.has |= 1 << k
		}
	}
	c.chains.drop(&o.chain)
	i.steps += o.steps
	if o.has&hasRare != 0 {
		from, to := c.rareOf(other), c.change(n)
		if to.call == nil {
			to.call, to.refusal = from.call, from.refusal
		}
		if to.settled == nil {
			to.settled = from.settled
		}
		to.parts = append(to.parts, from.parts...)
		delete(c.rare, other)
	}
	*o = invitation{chain: kept, joined: n + 1, has: o.has & (1 << nameOperation)}
	c.joins++
	c.absorb(n, other)
	if i.steps >= 2*window {
		c.settle(n)
	}
}

// put adds a step to an invitation, unless it is an event that has been delivered before.
func (c *store) put(n int32, s *step) {
	i := c.at(n)
	s.reason = c.reasons.number(s.Reason)
	if s.reason != 0 {
		s.Reason = c.reasons.at(s.reason)
	}
	if s.Document != 0 && i.steps > 0 {
		for record := range c.chains.records(i.chain) {
			if !isOf(record, s.Document) {
				continue
			}
			if known := c.unpack(record); known.operation == transitions.OperationNone && known.Same(&s.Entry) {
				if s.Time < known.Time {
					c.hasten(n, s)
				}
				return
			}
		}
	}
	if i.steps >= 2*window {
		c.settle(n)
	}
	c.age(n, s.completes())
	c.add(i, s)
}

// add adds a step to the end of an invitation's.
func (c *store) add(i *invitation, s *step) {
	c.record = c.pack(c.record[:0], s)
	c.chains.add(&i.chain, c.record)
	i.steps++
}

// hasten gives an event of an invitation the time of an earlier delivery.
func (c *store) hasten(n int32, earlier *step) {
	steps := c.unsettled(n, nil)
	for k := range steps {
		if s := &steps[k]; s.operation == transitions.OperationNone && s.Same(&earlier.Entry) {
			s.Time, s.timed = earlier.Time, earlier.timed
			break
		}
	}
	c.replace(c.at(n), steps)
}

// replace replaces the steps of an invitation.
func (c *store) replace(i *invitation, steps []step) {
	var names chain
	for record := range c.chains.records(i.chain) {
		if kindOf(record) != noName {
			c.chains.add(&names, record)
		}
	}
	c.chains.drop(&i.chain)
	i.chain, i.steps = names, 0
	for k := range steps {
		c.add(i, &steps[k])
	}
}

// window is how many steps of an invitation, at least, wait for others that belong before them or are the same.
const window = 250

// settle judges the older half of an invitation's steps for good.
func (c *store) settle(n int32) {
	steps := c.walk(n, nil)
	old, left := steps[:len(steps)-window], steps[len(steps)-window:]
	r := c.change(n)
	if r.settled == nil {
		r.settled = newJudgement()
	}
	r.settled.take(old)
	c.replace(c.at(n), left)
	for k := range old {
		c.release(old[k].aside)
	}
}

// keep keeps the extra part of a step, and returns its number, counted from 1.
func (c *store) keep(e *extra) int32 {
	if last := len(c.unused) - 1; last >= 0 {
		n := c.unused[last]
		c.unused = c.unused[:last]
		*c.extras.at(n - 1) = *e
		return n
	}
	return c.extras.add(*e) + 1
}

// release drops the extra part of a step, zero if it has none.
func (c *store) release(aside int32) {
	if aside != 0 {
		*c.extras.at(aside - 1) = extra{}
		c.unused = append(c.unused, aside)
	}
}

// unsettled returns the steps of an invitation that are not settled, in the order of arrival. It uses the memory of room.
func (c *store) unsettled(n int32, room []step) []step {
	steps := room[:0]
	for record := range c.chains.records(c.at(n).chain) {
		if kindOf(record) == noName {
			steps = append(steps, c.unpack(record))
		}
	}
	return steps
}

// walk returns the steps of an invitation that are not settled, in the order of the documents. It uses the memory of room.
func (c *store) walk(n int32, room []step) []step {
	steps := c.unsettled(n, room)
	history.Sort(steps, func(s *step) (history.Origin, int64) { return s.Origin, s.Time })
	return steps
}

// judge sets j to the judgement of an invitation. It uses the memory of j and room, and returns room again.
func (c *store) judge(n int32, j *judgement, room []step) []step {
	r := c.rareOf(n)
	if r.settled != nil {
		j.set(r.settled)
	} else {
		j.reset()
	}
	if r.call != nil && j.direction == 0 {
		j.direction = transitions.Outgoing
	}
	steps := c.walk(n, room)
	j.take(steps)
	r.judgeCall(&j.outgoing)
	return steps
}
