package conformance

import (
	"iter"
	"strings"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// Checker judges the invitations that a sequence of events tells of. The zero value is ready for use; it must not be
// copied once it is used, and it is not for concurrent use.
type Checker struct {
	invitations pages[invitation]
	steps       pages[step]
	hrefs       map[string]int32 // the number of the invitation, by the identity of its href
	operations  map[string]int32 // likewise, by its operationId
	texts       texts
	identity    []byte // of the href that is looked up
	errors      map[plainError]*codes.Error
	last        time.Time // the latest that the recording tells of
}

// Add takes the next event and the time at which it came, zero if that is not known.
func (c *Checker) Add(e *eventchannel.Event, at time.Time) {
	if e.Invitation == nil {
		c.add(e, 0, at)
	} else {
		c.add(e, e.Invitation.Operations(), at)
	}
}

// add takes an event that shows the links of some operations.
func (c *Checker) add(e *eventchannel.Event, shown transitions.OperationSet, at time.Time) {
	operation := ""
	if e.Invitation != nil {
		operation = e.Invitation.OperationID
	}
	i := c.find(e.Href, operation)
	if e.Invitation != nil && e.Invitation.Direction != "" {
		i.turn(e)
	}
	for r := range i.runs() {
		c.event(r, e, shown, at)
	}
	c.until(at)
}

// Operation is what an application did to an invitation, with the service's answer.
type Operation struct {
	Place     eventchannel.Place
	Href      string // of the invitation
	Operation transitions.Operation
	Status    int          // of the answer in HTTP; zero if there was none
	Answer    *codes.Error // what a refusal said; nil if that is not known, and then only the status is judged
	Answered  time.Time    // when the answer came; zero if that is not known
}

// Do takes the next operation and the time at which it was asked for, zero if that is not known. It is judged by what
// the invitation offered at that time; before the first event that is not known.
func (c *Checker) Do(o *Operation, at time.Time) {
	for r := range c.find(o.Href, "").runs() {
		c.operation(r, o, at)
	}
	c.until(at)
}

// until takes a time that the recording tells of, zero if it is not known.
func (c *Checker) until(at time.Time) {
	if at.After(c.last) {
		c.last = at
	}
}

// Verdicts yields the verdict on each invitation so far, in the order of their first events. It may be asked at
// any time.
func (c *Checker) Verdicts() iter.Seq[Verdict] {
	return func(yield func(Verdict) bool) {
		ends := map[transitions.Invitation][]transitions.State{}
		for n := range c.invitations.len() {
			if !yield(c.verdict(c.invitations.at(n), ends)) {
				return
			}
		}
	}
}

// Len counts the invitations.
func (c *Checker) Len() int { return int(c.invitations.len()) }

// find is the invitation of that href and operationId. Either may be empty, since one of two events may lack what the
// other has.
func (c *Checker) find(href, operation string) *invitation {
	if c.hrefs == nil {
		c.hrefs, c.operations, c.errors = map[string]int32{}, map[string]int32{}, map[plainError]*codes.Error{}
	}
	c.identity = eventchannel.AppendIdentity(c.identity[:0], href)
	href, _, _ = strings.Cut(href, "?")
	n, known := c.hrefs[string(c.identity)]
	if !known {
		// An operationId is the client's to choose and may be used again, so it joins only what has no other href.
		n, known = c.operations[operation]
		known = known && (href == "" || c.invitations.at(n).href == "")
	}
	if !known {
		n = c.invitations.add(invitation{})
	}
	i := c.invitations.at(n)
	if href != "" && i.href == "" {
		i.href = c.texts.keep(href)
		if identity := i.href; string(c.identity) == identity {
			c.hrefs[identity] = n
		} else {
			c.hrefs[c.texts.keep(string(c.identity))] = n
		}
	}
	if operation != "" {
		if i.operationID != operation {
			i.operationID = c.texts.keep(operation)
		}
		c.operations[i.operationID] = n
	}
	return i
}

// invitation is what has been seen of one invitation. As long as no event has said its direction, it is judged
// as both.
type invitation struct {
	href, operationID string
	direction         transitions.Direction // zero until an event says it
	run               run                   // of the direction; of an outgoing one while that is unknown
	incoming          *run                  // while it is unknown
}

// runs yields what the invitation is judged as.
func (i *invitation) runs() iter.Seq[*run] {
	return func(yield func(*run) bool) {
		if i.run.at == (transitions.Invitation{}) {
			i.run.at = transitions.New(transitions.Outgoing)
			i.incoming = &run{at: transitions.New(transitions.Incoming)}
		}
		if yield(&i.run) && i.incoming != nil {
			yield(i.incoming)
		}
	}
}

// turn takes the direction that the event says.
func (i *invitation) turn(e *eventchannel.Event) {
	var d transitions.Direction
	f := Finding{Place: e.Place, Seen: "direction " + e.Invitation.Direction}
	switch err := d.UnmarshalText([]byte(e.Invitation.Direction)); {
	case err != nil:
		f.Rule, f.Basis, f.Source = RuleToken, codes.Stated, "UCWA/Direction_ref.md: the members"
		f.Expected = "Incoming or Outgoing"
	case i.direction == 0:
		i.direction = d
		switch {
		case i.run.at == (transitions.Invitation{}):
			i.run.at = transitions.New(d)
		case d == transitions.Incoming:
			i.run = *i.incoming
		}
		i.incoming = nil
		return
	case i.direction != d:
		f.Rule, f.Basis, f.Source = RuleFixedDirection, codes.Inferred, "PAGE, Properties, direction: it has no other"
		f.Expected = "direction " + i.direction.String()
	default:
		return
	}
	for r := range i.runs() {
		r.report(f)
	}
}

// verdict judges the invitation as of now. The ends that each configuration can still come to are worked out once.
func (c *Checker) verdict(i *invitation, ends map[transitions.Invitation][]transitions.State) Verdict {
	best, unsure := &i.run, false
	if i.incoming != nil {
		outgoing, incoming := i.run.result(), i.incoming.result()
		unsure = outgoing == incoming
		if incoming < outgoing {
			best = i.incoming
		}
	}
	v := Verdict{
		Href: i.href, OperationID: i.operationID,
		Direction: best.at.Direction(), DirectionInferred: i.direction == 0 && !unsure,
		Result: best.result(), Path: []transitions.State{}, Steps: []Step{}, Findings: append([]Finding{}, best.findings...),
		OmittedSteps: int(best.omittedSteps), OmittedFindings: int(best.omittedFindings),
	}
	steps := c.walk(best)
	for _, s := range steps {
		v.Steps = append(v.Steps, s.public())
		if n := len(v.Path); s.state != transitions.StateNone && (n == 0 || v.Path[n-1] != s.state) {
			v.Path = append(v.Path, s.state)
			v.Until = v.Steps[len(v.Steps)-1].Time
		}
	}
	if len(v.Steps) > 0 {
		v.Began = v.Steps[0].Time
	}
	if !best.at.Terminal() && !v.Began.IsZero() {
		v.Until = c.last.UTC()
	}
	if len(v.Findings) > 0 && v.OmittedSteps == 0 {
		v.Repair = repair(best.at.Direction(), steps)
	}
	if unsure {
		v.Direction = 0
	}
	if best.at.Terminal() {
		v.Outcome, v.Reason, v.Error = best.at.State(), best.at.Reason(), best.reason
		v.Texts = v.Reason.Texts()
	} else if !best.lost {
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
	return v
}
