package conformance

import (
	"cmp"
	"iter"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/history"
	"github.com/avinvite/avinvite/transitions"
)

// Checker judges the invitations of a sequence of events. The zero value is ready for use; it must not be copied once it
// is used, and it is not for concurrent use.
type Checker struct {
	store
	linker
	channel history.Channel
	latest  int64     // the stamp of the item before; see stamp
	last    time.Time // the latest time in the recording
	passed  map[string]int

	redirected map[string]startInput // of starts, by the identity of the URL to which they are redirected
}

// Add adds the next event with the time of its arrival, zero if unknown. An event of a document that has been delivered
// before changes nothing, and a late document is put in order by its number: see package history.
func (c *Checker) Add(e *eventchannel.Event, at time.Time) {
	raw := e.Raw()
	c.add(raw, nameHref.hash(raw.Identity()), history.NewEntry(raw, c.channel.Origin(e), c.stamp(at)), at, false)
}

// add takes an event, which may have come at another time than the items around it, and returns its invitation; less than
// 0 if the event is late. hash is that of its href.
func (c *Checker) add(e *eventchannel.RawEvent, hash uint32, entry history.Entry, at time.Time, unordered bool) (
	invitation int32) {
	s := step{Entry: entry, timed: !at.IsZero(), unordered: unordered}
	c.href, c.operation = e.AppendHref(c.href[:0]), e.AppendOperationID(c.operation[:0])
	n, changed := c.findEvent(hash, c.href, e.Identity(), c.operation)
	if n < 0 {
		c.passOver(late)
		return n
	}
	c.parties(n, e)
	before := ""
	if changed {
		before = c.copyOf(n, nameOperation)
	}
	s.noteEvent(e, observations(e, &s.Entry, before))
	c.put(n, &s)
	return n
}

// AddHistory adds the history of the invitation with the href and the operationId, one of which may be "". The findings
// about these events have no places. A history does not keep the lengths of properties, nor the importance, the sender
// and the operationId of an event, so there are no findings about them.
func (c *Checker) AddHistory(href, operationID string, h *history.History) {
	for e := range h.Entries() {
		at := time.Unix(0, e.Time)
		c.stamp(at)
		s := step{Entry: e, timed: true}
		s.note(eventchannel.Place{}, remembered(e.Odd))
		if n, _ := c.find(href, operationID); n >= 0 {
			c.put(n, &s)
		}
	}
}

// stamp returns a number for the order of arrival: the time, or if that is unknown one more than the stamp before.
func (c *Checker) stamp(at time.Time) int64 {
	if c.latest++; !at.IsZero() {
		c.latest = at.UnixNano()
		if at.After(c.last) {
			c.last = at
		}
	}
	return c.latest
}

// until takes a time that is in the recording, zero if unknown.
func (c *Checker) until(at time.Time) {
	if at.After(c.last) {
		c.last = at
	}
}

// Resume must be called when a document has the link named resume, as [history.Channel.Resume] describes.
func (c *Checker) Resume() { c.channel.Resume() }

// Operation is a request of an application for an operation on an invitation, with the service's answer.
type Operation struct {
	Place     eventchannel.Place
	Href      string // of the invitation
	Operation transitions.Operation
	Status    int          // of the service's answer; zero if no answer came, or if a proxy sent it
	Answer    *codes.Error // the error body of a refusal; if nil, only the status is judged
	Answered  time.Time    // when the answer came; zero if unknown
}

// Do adds the next operation with the time of its request, zero if unknown. The Checker reports an operation that the
// invitation did not offer at that time, unless no event has come yet, or the operation hangs up the call
// ([transitions.Invitation.HangsUp]).
func (c *Checker) Do(o *Operation, at time.Time) { c.do(o, at, c.stamp(at), false) }

func (c *Checker) do(o *Operation, at time.Time, stamp int64, unordered bool) {
	c.until(o.Answered)
	s := step{
		Entry: history.Entry{Time: stamp, Reason: o.Answer}, timed: !at.IsZero(), unordered: unordered,
		operation: o.Operation, status: int16(min(o.Status, 999)), answered: nanoseconds(o.Answered),
	}
	s.note(o.Place, nil)
	if n, _ := c.find(o.Href, ""); n >= 0 {
		c.put(n, &s)
	} else {
		c.passOver(late)
	}
}

// PassedOver returns the numbers of items that are not judged: events about invitations of other kinds, by their
// relation without its prefix, and requests that hold several operations, under "batch". Beyond 100 relations, the
// others are counted under "others".
func (c *Checker) PassedOver() map[string]int { return c.passed }

// Verdicts yields the verdict on each invitation so far, in the order of their first items. It may be called at any time.
func (c *Checker) Verdicts() iter.Seq[Verdict] {
	return func(yield func(Verdict) bool) {
		for v := range c.Each(nil) {
			if !yield(v.clone()) {
				return
			}
		}
	}
}

// Each yields the same verdicts as Verdicts, for programs that count many and keep few: each verdict and its lists are
// valid until the next one is yielded. If chosen is not nil, Each judges and yields only those for which chosen returns
// true, where n counts all verdicts from 0. Only one loop over Each may run at a time, and no loop over Verdicts during it.
func (c *Checker) Each(chosen func(n int) bool) iter.Seq[*Verdict] {
	return func(yield func(*Verdict) bool) {
		c.link()
		v := Verdict{Path: []transitions.State{}}
		j, steps, ends := newJudgement(), []step{}, map[transitions.Invitation][]transitions.State{}
		next := 0
		for n := range c.invitations.len() {
			if c.at(n).joined != 0 {
				continue
			}
			if next++; chosen != nil && !chosen(next-1) {
				continue
			}
			steps = c.judge(n, j, steps)
			c.decide(&v, n, j, ends)
			if !yield(&v) {
				return
			}
		}
	}
}

// Len returns the number of invitations.
func (c *Checker) Len() int {
	c.link()
	return int(c.invitations.len()) - c.joins
}

// verdict judges an invitation as of now. ends caches the ends that each configuration can still come to.
func (c *Checker) verdict(n int32, ends map[transitions.Invitation][]transitions.State) Verdict {
	v, j := Verdict{Path: []transitions.State{}}, newJudgement()
	c.judge(n, j, nil)
	c.decide(&v, n, j, ends)
	return v
}

// decide sets v to the verdict of a judgement on an invitation, and uses the lists of v and j.
func (c *Checker) decide(v *Verdict, n int32, j *judgement, ends map[transitions.Invitation][]transitions.State) {
	r, best, unsure := c.rareOf(n), &j.outgoing, false
	if j.direction == transitions.Incoming {
		best = &j.incoming
	} else if j.direction == 0 {
		outgoing, incoming := j.outgoing.result(), j.incoming.result()
		unsure = outgoing == incoming
		if incoming < outgoing {
			best = &j.incoming
		}
	}
	*v = Verdict{
		Direction: best.at.Direction(), DirectionInferred: j.direction == 0 && !unsure,
		Result: best.result(), Path: v.Path[:0], Steps: best.steps, Findings: best.findings, Call: r.call,
		OmittedSteps: best.omittedSteps, OmittedFindings: best.omittedFindings, Expects: v.Expects[:0],
	}
	v.Href, v.OperationID, v.To, v.From = c.copies(n)
	if r.call != nil {
		v.To = cmp.Or(v.To, r.call.To)
	}
	for _, s := range v.Steps {
		if n := len(v.Path); s.State != transitions.StateNone && (n == 0 || v.Path[n-1] != s.State) {
			v.Path = append(v.Path, s.State)
			v.Until = s.Time
		}
	}
	if len(v.Steps) > 0 {
		v.Began = v.Steps[0].Time
	}
	if v.Call != nil && !v.Call.Time.IsZero() {
		v.Began = v.Call.Time
	}
	if !best.at.Terminal() && !v.Began.IsZero() {
		v.Until = c.last.UTC()
	}
	if len(v.Findings) > 0 && v.OmittedSteps == 0 {
		v.Repair = repair(best.at.Direction(), v.Steps)
	}
	if unsure {
		v.Direction = 0
	}
	switch {
	case best.at.Terminal():
		v.Outcome, v.Reason, v.Error = best.at.State(), best.at.Reason(), best.reason
		v.Texts = v.Reason.Texts()
	case r.refused(best):
		v.Refused, v.Error, v.Until = true, r.refusal, r.call.Answered
		if v.Error != nil {
			v.Reason = v.Error.Reason()
			v.Texts = v.Reason.Texts()
		}
		if v.Result == Incomplete {
			v.Result = Conforms
		}
	case !best.lost:
		expects, known := ends[best.at]
		if !known {
			for end := range transitions.Outcomes(best.at) {
				if n := len(expects); n == 0 || expects[n-1] != end.State() {
					expects = append(expects, end.State())
				}
			}
			ends[best.at] = expects
		}
		v.Expects = append(v.Expects, expects...)
	}
}
