package conformance

import (
	"errors"
	"io"
	"iter"
	"strings"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// Check reads event documents to their end and answers a verdict per invitation, in the order of their first events.
// What could not be read is in the error, joined of *[eventchannel.Error]; the verdicts are of all the rest.
func Check(r io.Reader) ([]Verdict, error) {
	var c Checker
	var unread []error
	for e, err := range eventchannel.NewReader(r).Events() {
		if err != nil {
			unread = append(unread, err)
			continue
		}
		c.Add(e)
	}
	var verdicts []Verdict
	for v := range c.Verdicts() {
		verdicts = append(verdicts, v)
	}
	return verdicts, errors.Join(unread...)
}

// Checker judges the invitations that a sequence of events tells of. The zero value is ready for use; it is not for
// concurrent use.
type Checker struct {
	invitations []*invitation
	known       map[string]*invitation // by href and by operationId; nothing is known by the empty string
}

// Add takes the next event.
func (c *Checker) Add(e *eventchannel.Event) { c.find(e).add(e) }

// Verdicts yields what is to be said of each invitation so far, in the order of their first events.
func (c *Checker) Verdicts() iter.Seq[Verdict] {
	return func(yield func(Verdict) bool) {
		for _, i := range c.invitations {
			if !yield(i.verdict()) {
				return
			}
		}
	}
}

// Len counts the invitations.
func (c *Checker) Len() int { return len(c.invitations) }

// find is the invitation that e is about. An event that has no href names it by its operationId, and one of two
// events may lack what the other has.
func (c *Checker) find(e *eventchannel.Event) *invitation {
	href, _, _ := strings.Cut(e.Href, "?")
	operation := ""
	if e.Invitation != nil {
		operation = e.Invitation.OperationID
	}
	i := c.known[href]
	if i == nil {
		// An operationId is the client's to choose and may be used again, so it joins only what has no other href.
		if i = c.known[operation]; i != nil && i.href != "" && href != "" {
			i = nil
		}
	}
	if i == nil {
		i = &invitation{runs: []run{{at: transitions.New(transitions.Outgoing)}, {at: transitions.New(transitions.Incoming)}}}
		c.invitations = append(c.invitations, i)
	}
	if c.known == nil {
		c.known = map[string]*invitation{}
	}
	if href != "" && i.href == "" {
		i.href = href
		c.known[href] = i
	}
	if operation != "" {
		i.operation = operation
		c.known[operation] = i
	}
	return i
}

// invitation is what has been seen of one invitation. As long as no event has said its direction, it is judged
// as both.
type invitation struct {
	href, operation string
	direction       transitions.Direction // zero until an event says it
	runs            []run                 // of the direction; outgoing and incoming while that is unknown
}

func (i *invitation) add(e *eventchannel.Event) {
	if e.Invitation != nil && e.Invitation.Direction != "" {
		i.turn(e)
	}
	for n := range i.runs {
		i.runs[n].add(e)
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
		for _, r := range i.runs {
			if r.at.Direction() == d {
				i.runs = []run{r}
				break
			}
		}
		return
	case i.direction != d:
		f.Rule, f.Basis, f.Source = RuleFixedDirection, codes.Inferred, "PAGE, Properties, direction: it has no other"
		f.Expected = "direction " + i.direction.String()
	default:
		return
	}
	for n := range i.runs {
		i.runs[n].findings = append(i.runs[n].findings, f)
	}
}

func (i *invitation) verdict() Verdict {
	best, unsure := i.runs[0], false
	if len(i.runs) == 2 {
		outgoing, incoming := i.runs[0].result(), i.runs[1].result()
		unsure = outgoing == incoming
		if incoming < outgoing {
			best = i.runs[1]
		}
	}
	v := Verdict{
		Href: i.href, OperationID: i.operation,
		Direction: best.at.Direction(), DirectionInferred: i.direction == 0 && !unsure,
		Path: append([]transitions.State{}, best.path...), Result: best.result(),
		Findings: append([]Finding{}, best.findings...),
	}
	if unsure {
		v.Direction = 0
	}
	if best.at.Terminal() {
		v.Outcome, v.Reason, v.Error = best.at.State(), best.at.Reason(), best.reason
		v.Texts = v.Reason.Texts()
	} else if !best.lost {
		for end := range transitions.Outcomes(best.at) {
			if n := len(v.Expects); n == 0 || v.Expects[n-1] != end.State() {
				v.Expects = append(v.Expects, end.State())
			}
		}
	}
	return v
}

// run is the invitation judged as one of the two directions.
type run struct {
	at       transitions.Invitation
	path     []transitions.State
	reason   *codes.Error // of the completion
	lost     bool         // a completion came that could not be read
	findings []Finding
}

func (r *run) result() Result {
	result := Incomplete
	if r.at.Terminal() {
		result = Conforms
	}
	for _, f := range r.findings {
		if f.Violation() {
			return Violates
		}
		result = Deviates
	}
	return result
}

func (r *run) add(e *eventchannel.Event) {
	t, err := e.Transition(r.at.State())
	if err != nil {
		r.findings = append(r.findings, unreadable(e, err))
		r.lost = r.lost || e.Type == transitions.EventCompleted
		return
	}
	next, odd, err := r.at.Observe(t)
	if err != nil || odd != (transitions.Oddity{}) {
		r.findings = append(r.findings, r.broken(e, t))
	}
	if next.State() != r.at.State() {
		r.path = append(r.path, next.State())
	}
	if next.Terminal() && !r.at.Terminal() {
		r.reason = e.Reason
	}
	r.at = next
}

// broken is the finding about an event that the reference reader refuses.
func (r *run) broken(e *eventchannel.Event, t transitions.Event) Finding {
	refusal := &transitions.TransitionError{From: r.at, Event: t}
	rule := refusal.Rule()
	f := Finding{
		Rule: ofTransitions[rule], Basis: refusal.Basis(), Source: rule.Source(),
		Place: e.Place, Seen: describe(e, t), Expected: refusal.Expected(),
	}
	if rule == transitions.ErrReasonDirection {
		f.Source = t.Reason.Source()
	}
	return f
}

// describe is the event with its reason as it was sent: what is undocumented about it has no name of ours.
func describe(e *eventchannel.Event, t transitions.Event) string {
	s := t.String()
	if e.Reason == nil || t.Reason.Documented() {
		return s
	}
	sent := string(e.Reason.Code)
	if e.Reason.Subcode != "" {
		sent += "/" + string(e.Reason.Subcode)
	}
	return t.Type.String() + "(" + t.State.String() + ", " + sent + ")"
}

// unreadable is the finding about an event that cannot be reduced to one of the machine's.
func unreadable(e *eventchannel.Event, err error) Finding {
	f := Finding{Place: e.Place, Seen: err.Error(), Basis: codes.Stated}
	var contradiction *eventchannel.ContradictionError
	var token *eventchannel.TokenError
	switch {
	case errors.As(err, &contradiction):
		f.Rule = RuleContradiction
		f.Source = "PAGE, Asynchronous reason codes: a status of success, or of failure with code and subcode"
		f.Expected = "status, state and reason that tell one outcome"
	case errors.As(err, &token):
		f.Rule, f.Expected = RuleToken, token.Want
		f.Seen = token.Member + " " + token.Token
		f.Source = "UCWA/InvitationState_ref.md: the states; PAGE, Asynchronous reason codes: the status values"
	default:
		f.Rule, f.Basis, f.Expected = RuleIncomplete, codes.Inferred, "a status, a state or a reason"
		f.Source = "no capture shows a completion that says nothing of how it went"
	}
	return f
}
