package conformance

import (
	"bytes"
	"cmp"
	"hash/maphash"
	"iter"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/history"
	"github.com/avinvite/avinvite/fsm/recording"
	"github.com/avinvite/avinvite/transitions"
)

// linker finds the requests that are operations on invitations, by the links that the invitations have shown. Entries of
// a HAR are in any order, so a request waits until everything is read, unless its URL tells the operation itself.
type linker struct {
	seed  maphash.Seed
	ends  map[uint64]int32 // by the hash of the identity of a link, its last target in shown, counted from 1
	shown pages[shown]
	hrefs []string // of invitations without a number that stays
	held  []request
	swept int32 // how many targets were left by the last sweep
}

// maxHeld is the number of requests that wait. If there are more, the first is linked by the links known then.
const maxHeld = 4096

// maxLinks is how many links of an invitation are remembered.
const maxLinks = 100

// target is the operation that a link stands for.
type target struct {
	invitation string // its href
	operation  transitions.Operation
}

// shown is the target of a link, and the time at which an invitation showed the link or a redirect led there.
type shown struct {
	invitation int32 // its number, or ^n for that with href n
	before     int32 // the target of the same link before this one, counted from 1; zero if there is none
	stamp      int64
	operation  transitions.Operation
	redirect   bool
}

// request is a request that may be an operation.
type request struct {
	Operation // its Href is that of the request
	at        time.Time
	stamp     int64
	redirect  string // where the answer leads instead of answering
}

func (q *request) identity() []byte { return eventchannel.AppendIdentity(nil, q.Href) }

// arrival is an item of a recording, or a fault, with the parts of its judgement that depend on it alone.
type arrival struct {
	recording.Item
	err   error
	hash  uint32        // of the href of an event
	entry history.Entry // of an event; its time is not set, and no resume is taken into account
}

// prepare returns the arrival of an item. Several goroutines may call it at a time.
func prepare(item recording.Item, err error) arrival {
	a := arrival{Item: item, err: err}
	if item.Event != nil {
		a.hash = nameHref.hash(item.Event.Identity())
		a.entry = history.NewEntry(item.Event, history.RawOrigin(item.Event), 0)
	}
	return a
}

// take takes an item.
func (c *Checker) take(item *arrival) {
	c.until(item.Time)
	switch {
	case item.PassedOver != "":
		c.passOver(item.PassedOver)
	case item.Resumed:
		c.Resume()
	case item.Event != nil:
		e := item.Event
		item.entry.Origin, item.entry.Time = c.channel.Resumed(item.entry.Origin), c.stamp(item.Time)
		n := c.add(e, item.hash, item.entry, item.Time, item.URL != "" && item.Time.IsZero())
		if item.URL == "" || e.Operations == 0 {
			return
		}
		if by := (owner{n, e.Href(), e.Identity()}); by.href != "" {
			for o, link := range e.Offers() {
				c.learn(by, o, link, c.latest)
			}
		}
	case item.Request != nil && item.Request.Resource != nil:
		stamp := c.stamp(item.Request.Answered)
		by := c.ownerOf(item.URL)
		for o, link := range item.Request.Resource.Offers() {
			c.learn(by, o, eventchannel.AppendIdentity(nil, eventchannel.Resolve(item.URL, link.Href)), stamp)
		}
	case item.Request != nil:
		c.request(item.Item)
	}
}

// maxPassed is how many kinds of events and requests that are passed over are told apart.
const maxPassed = 100

func (c *Checker) passOver(kind string) { c.passed = pass(c.passed, kind, 1) }

// pass adds to the number of items of a kind, or beyond maxPassed kinds to that of the others.
func pass(passed map[string]int, kind string, n int) map[string]int {
	if passed == nil {
		passed = map[string]int{}
	}
	if _, known := passed[kind]; !known && len(passed) >= maxPassed {
		kind = "others"
	}
	passed[kind] += n
	return passed
}

// owner is the invitation that shows a link.
type owner struct {
	number   int32 // less than 0 if the invitation is unknown
	href     string
	identity []byte // of the href
}

func (c *Checker) ownerOf(href string) owner {
	n, _ := c.known(href)
	return owner{n, href, eventchannel.AppendIdentity(nil, href)}
}

// learn remembers where a link with that identity leads. Links that tell it themselves, as nearly all do, are left out.
func (c *Checker) learn(by owner, o transitions.Operation, link []byte, stamp int64) {
	n := bytes.LastIndexByte(link, '/')
	if n < 0 || !bytes.Equal(link[:n], by.identity) || operationOf(string(link[n+1:])) != o {
		c.show(by, link, shown{stamp: stamp, operation: o})
	}
}

// show remembers where a link with that identity leads.
func (c *Checker) show(by owner, link []byte, to shown) {
	hash := c.hash(link)
	for s := range c.targets(hash) {
		if s.operation == to.operation && s.redirect == to.redirect &&
			(by.number >= 0 && s.invitation == by.number || same(c.hrefOf(s), by.href)) {
			s.stamp = min(s.stamp, to.stamp)
			return
		}
	}
	if by.number >= 0 {
		i := c.at(by.number)
		if i.links >= maxLinks {
			return
		}
		i.links++
	}
	if to.invitation = by.number; by.number < 0 || c.ages != nil { // then the number is given to another invitation later
		to.invitation = ^int32(len(c.hrefs))
		c.hrefs = append(c.hrefs, by.href)
	}
	c.remember(hash, to)
}

// remember adds a target of a link with that hash.
func (l *linker) remember(hash uint64, to shown) {
	to.before = l.ends[hash]
	l.ends[hash] = l.shown.add(to) + 1
}

// hrefOf returns the href of the invitation of a target.
func (c *Checker) hrefOf(s *shown) string {
	if s.invitation < 0 {
		return c.hrefs[^s.invitation]
	}
	return c.copyOf(s.invitation, nameHref)
}

// targets yields the targets of a link with that hash, the last one first.
func (l *linker) targets(hash uint64) iter.Seq[*shown] {
	return func(yield func(*shown) bool) {
		for n := l.ends[hash]; n != 0; {
			s := l.shown.at(n - 1)
			if !yield(s) {
				return
			}
			n = s.before
		}
	}
}

// hash returns the hash of the identity of a link.
func (l *linker) hash(identity []byte) uint64 {
	if l.ends == nil {
		l.seed, l.ends = maphash.MakeSeed(), map[uint64]int32{}
	}
	return maphash.Bytes(l.seed, identity)
}

// same reports whether two hrefs have one identity.
func same(a, b string) bool { return a == b || eventchannel.Identity(a) == eventchannel.Identity(b) }

// told returns the target that an href names itself, as published ones do: the operation stands below the invitation.
func told(href string) target {
	href, _, _ = strings.Cut(eventchannel.Resolve("", href), "?")
	n := strings.LastIndexByte(href, '/')
	if n < 0 {
		return target{}
	}
	o := operationOf(href[n+1:])
	if o == transitions.OperationNone {
		return target{}
	}
	return target{href[:n], o}
}

// operationOf returns the operation that the last segment of a path names, without regard to case like all of a path.
func operationOf(segment string) transitions.Operation {
	if o := transitions.OperationOf(segment); o != transitions.OperationNone {
		return o
	}
	for _, s := range spellings {
		if strings.EqualFold(segment, s.text) {
			return s.of
		}
	}
	return transitions.OperationNone
}

// spelling pairs a name or a relation with its operation.
type spelling struct {
	text string
	of   transitions.Operation
}

var spellings = func() (all []spelling) {
	for o := transitions.OperationAccept; o <= transitions.OperationCancel; o++ {
		all = append(all, spelling{o.String(), o})
		if rel := transitions.TrimRelPrefix(o.Rel()); rel != o.String() {
			all = append(all, spelling{rel, o})
		}
	}
	return all
}()

// request takes a request.
func (c *Checker) request(item recording.Item) {
	r := item.Request
	if c.start(item) || r.Method != "POST" {
		return
	}
	q := request{
		Operation: Operation{Place: item.Place, Href: item.URL, Status: r.Status, Answer: r.Answer, Answered: r.Answered},
		at:        item.Time, stamp: c.stamp(item.Time),
	}
	if r.Status >= 300 && r.Status < 400 {
		q.redirect = r.Location
	}
	if r.Foreign {
		q.Status, q.Answered = 0, time.Time{}
	}
	c.until(q.Answered)
	if to := told(q.Href); c.ends[c.hash(q.identity())] == 0 &&
		strings.EqualFold(path.Base(path.Dir(to.invitation)), "audioVideoInvitations") {
		c.carryOut(q, to)
		return
	}
	if c.held = append(c.held, q); len(c.held) > maxHeld {
		c.linkOne(c.held[0])
		c.held = c.held[1:]
	}
}

// link judges the requests that wait, as far as they are operations. One that is judged can make an invitation known that
// another one names.
func (c *Checker) link() {
	for linked := true; linked; {
		held := c.held
		c.held, linked = nil, false
		slices.SortStableFunc(held, func(a, b request) int { return cmp.Compare(a.stamp, b.stamp) })
		for _, q := range held {
			if c.linkOne(q) {
				linked = true
			} else {
				c.held = append(c.held, q)
			}
		}
	}
}

// linkOne judges a request if it is an operation: of the invitation that showed the link last; or, because a recording may
// begin later than that, of the invitation that the href names; or of the one from which a redirect led there.
func (c *Checker) linkOne(q request) bool {
	to := c.led(q, false)
	if to.operation == transitions.OperationNone {
		to = told(q.Href)
		if _, known := c.known(to.invitation); !known && !c.late(to.invitation, "") {
			to = c.led(q, true)
		}
	}
	if to.operation == transitions.OperationNone {
		return false
	}
	c.carryOut(q, to)
	return true
}

// led returns where the link of a request led last, as an invitation showed it or by a redirect.
func (c *Checker) led(q request, redirect bool) (to target) {
	last := int64(-1)
	for s := range c.targets(c.hash(q.identity())) {
		if s.redirect == redirect && (s.stamp <= q.stamp || q.at.IsZero()) && s.stamp > last {
			to, last = target{c.hrefOf(s), s.operation}, s.stamp
		}
	}
	return to
}

// carryOut judges a request that is an operation. A redirect is followed, and not judged.
func (c *Checker) carryOut(q request, to target) {
	if q.Status >= 300 && q.Status < 400 {
		next := told(q.redirect)
		if q.redirect != "" && (next.operation != to.operation || !same(next.invitation, to.invitation)) {
			link := eventchannel.AppendIdentity(nil, q.redirect)
			c.show(c.ownerOf(to.invitation), link, shown{stamp: q.stamp, operation: to.operation, redirect: true})
		}
		return
	}
	q.Href, q.Operation.Operation = to.invitation, to.operation
	c.do(&q.Operation, q.at, q.stamp, q.at.IsZero())
}
