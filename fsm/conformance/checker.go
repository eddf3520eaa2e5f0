package conformance

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// Checker judges the invitations that a sequence of events tells of. The zero value is ready for use; it is not for
// concurrent use.
type Checker struct {
	invitations []*invitation
	known       map[string]*invitation // by href and by operationId; nothing is known by the empty string
	last        time.Time              // the latest that the recording tells of
}

// Add takes the next event and the time at which it came, zero if that is not known.
func (c *Checker) Add(e *eventchannel.Event, at time.Time) {
	operation := ""
	if e.Invitation != nil {
		operation = e.Invitation.OperationID
	}
	c.find(e.Href, operation).add(e, at)
	c.until(at)
}

// Operation is what an application did to an invitation, with the service's answer.
type Operation struct {
	Place     eventchannel.Place
	Href      string // of the invitation
	Operation transitions.Operation
	Status    int          // of the answer in HTTP; zero if there was none
	Answer    *codes.Error // what a refusal said; nil if nothing
}

// Do takes the next operation and the time at which it was asked for, zero if that is not known.
func (c *Checker) Do(o *Operation, at time.Time) {
	i := c.find(o.Href, "")
	for n := range i.judged() {
		i.runs[n].do(o, at)
	}
	c.until(at)
}

// until takes a time that the recording tells of, zero if it is not known.
func (c *Checker) until(at time.Time) {
	if at.After(c.last) {
		c.last = at
	}
}

// Verdicts yields what is to be said of each invitation so far, in the order of their first events.
func (c *Checker) Verdicts() iter.Seq[Verdict] {
	return func(yield func(Verdict) bool) {
		for _, i := range c.invitations {
			if !yield(i.verdict(c.last)) {
				return
			}
		}
	}
}

// Len counts the invitations.
func (c *Checker) Len() int { return len(c.invitations) }

// find is the invitation of that href and operationId. Either may be empty, since one of two events may lack what the
// other has.
func (c *Checker) find(href, operation string) *invitation {
	href, _, _ = strings.Cut(href, "?")
	i := c.known[href]
	if i == nil {
		// An operationId is the client's to choose and may be used again, so it joins only what has no other href.
		if i = c.known[operation]; i != nil && i.href != "" && href != "" {
			i = nil
		}
	}
	if i == nil {
		i = &invitation{}
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

func (i *invitation) add(e *eventchannel.Event, at time.Time) {
	if e.Invitation != nil && e.Invitation.Direction != "" {
		i.turn(e)
	}
	for n := range i.judged() {
		i.runs[n].add(e, at)
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
				return
			}
		}
		i.runs = []run{{at: transitions.New(d)}}
		return
	case i.direction != d:
		f.Rule, f.Basis, f.Source = RuleFixedDirection, codes.Inferred, "PAGE, Properties, direction: it has no other"
		f.Expected = "direction " + i.direction.String()
	default:
		return
	}
	for n := range i.judged() {
		i.runs[n].findings = append(i.runs[n].findings, f)
	}
}

// judged is the runs, at first one for each direction.
func (i *invitation) judged() []run {
	if i.runs == nil {
		i.runs = []run{{at: transitions.New(transitions.Outgoing)}, {at: transitions.New(transitions.Incoming)}}
	}
	return i.runs
}

// verdict judges the invitation as of the last time that is known of.
func (i *invitation) verdict(last time.Time) Verdict {
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
		Result: best.result(), Path: best.path(), Steps: make([]Step, len(best.steps)),
		Findings: append([]Finding{}, best.findings...),
	}
	for n, s := range best.steps {
		v.Steps[n] = s.public()
	}
	if len(v.Steps) > 0 {
		v.Began, v.Until = v.Steps[0].Time, last.UTC()
	}
	if n := slices.IndexFunc(v.Steps, func(s Step) bool { return s.State.Terminal() }); n >= 0 {
		v.Until = v.Steps[n].Time
	}
	if len(v.Findings) > 0 {
		v.Repair = repair(best.at.Direction(), best.steps)
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
	steps    []step
	reason   *codes.Error // of the completion
	lost     bool         // a completion came that could not be read
	findings []Finding
}

// step is a [Step] in few bytes, for captures of many invitations.
type step struct {
	event     transitions.Event     // its state is StateNone if it could not be read
	operation transitions.Operation // instead of an event
	state     transitions.State
	status    int16
	document  int32
	offset    int64
	at        int64 // in nanoseconds since 1970; zero if unknown
}

func (r *run) step(p eventchannel.Place, at time.Time, s step) {
	s.state, s.document, s.offset = r.at.State(), int32(p.Document), p.Offset
	if !at.IsZero() {
		s.at = at.UnixNano()
	}
	r.steps = append(r.steps, s)
}

func (s step) String() string {
	switch {
	case s.operation != transitions.OperationNone:
		if s.status == 0 {
			return s.operation.String() + " without an answer"
		}
		return fmt.Sprintf("%v answered %d", s.operation, s.status)
	case s.event.State == transitions.StateNone:
		return s.event.Type.String() + "(?)"
	}
	return s.event.String()
}

func (s step) place() eventchannel.Place {
	return eventchannel.Place{Document: int(s.document), Offset: s.offset}
}

func (s step) public() Step {
	public := Step{What: s.String(), State: s.state, Place: s.place()}
	if s.at != 0 {
		public.Time = time.Unix(0, s.at).UTC()
	}
	return public
}

func (r *run) path() []transitions.State {
	path := []transitions.State{}
	last := transitions.StateNone
	for _, s := range r.steps {
		if s.state != last {
			path = append(path, s.state)
			last = s.state
		}
	}
	return path
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

func (r *run) add(e *eventchannel.Event, at time.Time) {
	t, err := e.Transition(r.at.State())
	if err != nil {
		r.findings = append(r.findings, unreadable(e, err))
		r.lost = r.lost || e.Type == transitions.EventCompleted
		r.step(e.Place, at, step{event: transitions.Event{Type: e.Type}})
		return
	}
	next, odd, err := r.at.Observe(t)
	if err != nil || odd != (transitions.Oddity{}) {
		r.findings = append(r.findings, r.broken(e, t))
	}
	if next.Terminal() && !r.at.Terminal() {
		r.reason = e.Reason
	}
	r.at = next
	r.step(e.Place, at, step{event: t})
}

func (r *run) do(o *Operation, at time.Time) {
	next, err := r.at.Do(o.Operation)
	var refusal *transitions.OperationError
	if errors.As(err, &refusal) {
		f := Finding{
			Rule: RuleOperation, Basis: codes.Inferred, Source: refusal.Rule().Source(), Place: o.Place,
			Seen: o.Operation.String() + " in state " + r.at.State().String(), Expected: offer(r.at.Operations()),
		}
		if refusal.Rule() == transitions.ErrDirection {
			f.Basis = codes.Stated
		}
		r.findings = append(r.findings, f)
	}
	if o.Status >= 400 && !documented(o.Status, o.Answer) {
		f := Finding{
			Rule: RuleAnswer, Basis: codes.Inferred, Source: "PAGE, Synchronous errors; other errors are documented for any resource, not for this one",
			Place: o.Place, Seen: fmt.Sprintf("%v answered %d", o.Operation, o.Status), Expected: "one of the documented synchronous errors",
		}
		if o.Answer != nil {
			f.Seen += ", " + sent(o.Answer)
		}
		r.findings = append(r.findings, f)
	}
	if o.Status >= 200 && o.Status < 300 {
		r.at = next
	}
	r.step(o.Place, at, step{operation: o.Operation, status: int16(o.Status)})
}

func offer(set transitions.OperationSet) string {
	if set.Len() == 0 {
		return "no operation"
	}
	var names []string
	for o := range set.All() {
		names = append(names, o.String())
	}
	return strings.Join(names, ", ")
}

// documented says whether a synchronous error is a row of the specification.
func documented(status int, answer *codes.Error) bool {
	if answer == nil {
		return false
	}
	for row := codes.SyncCallNotFound; row.HTTP() != 0; row++ {
		if row.HTTP() == status && answer.Code == row.Code() && cmp.Or(answer.Subcode, codes.SubcodeNone) == row.Subcode() {
			return true
		}
	}
	return false
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
	return t.Type.String() + "(" + t.State.String() + ", " + sent(e.Reason) + ")"
}

// sent is the code and subcode as they were sent.
func sent(e *codes.Error) string {
	if e.Subcode == "" {
		return string(e.Code)
	}
	return string(e.Code) + "/" + string(e.Subcode)
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
