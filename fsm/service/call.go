package service

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// call is an invitation, and what becomes of it.
type call struct {
	*application
	number           int // of the call among those of the service
	id, conversation string
	input            input
	from, threadID   string
	chance           *chance
	life             Life
	hook             *hook // nil if its events go to the event channel

	at       transitions.Invitation
	steps    []Step // still to come
	timer    *time.Timer
	turn     int // counts the changes of steps, so that a timer that runs late finds that it is overtaken
	accepted int
	gone     bool
}

func (c *call) public() Call {
	return Call{
		Href: c.href(), OperationID: c.input.OperationID, Endpoint: c.endpoint, To: c.input.To,
		Invitation: c.at, Accepted: c.accepted,
	}
}

func (c *call) href() string { return c.path + "/communication/audioVideoInvitations/" + c.id }

// resource returns the invitation as it is shown while it is at i. Its links and its embedded resources are those of
// published payloads.
func (c *call) resource(i transitions.Invitation) eventchannel.Resource {
	self, conversation := c.href(), c.path+"/communication/conversations/"+c.conversation
	link := func(relation, href string) eventchannel.Link {
		return eventchannel.Link{Rel: relation, Href: href + "?" + c.query}
	}
	r := eventchannel.Resource{
		OperationID: c.input.OperationID, Importance: c.input.Importance, ThreadID: c.threadID, Subject: c.input.Subject,
		SessionContext: c.input.SessionContext, To: c.input.To,
		Links: []eventchannel.Link{
			link("self", self),
			link(transitions.RelPrefix+"conversation", conversation),
			link(transitions.RelPrefix+"audioVideo", conversation+"/audioVideo"),
		},
	}
	if r.Subject == "" {
		r.Other = map[string][]byte{"subject": []byte(`""`)}
	}
	if c.at.Direction() == transitions.Outgoing {
		r.Links = append(r.Links, link(transitions.OperationCancel.Rel(), conversation+"/audioVideo/terminate"))
	}
	party := func(uri string) []byte {
		return marshal(participant{uri, resource{Rel: transitions.RelPrefix + "participant", Links: map[string]href{
			"self":                                 {conversation + "/participants/" + uri + "?" + c.query},
			transitions.RelPrefix + "conversation": {conversation + "?" + c.query},
		}}})
	}
	switch {
	case c.at.Direction() == transitions.Incoming:
		r.Embedded = map[string][]byte{
			transitions.RelPrefix + "from":        party(c.from),
			transitions.RelPrefix + "application": marshal(c.shown()),
		}
	case i.Succeeded():
		r.Embedded = map[string][]byte{transitions.RelPrefix + "acceptedByParticipant": fmt.Appendf(nil, "[%s]", party(c.input.To))}
	}
	return r
}

// begin takes a new call.
func (s *Service) begin(a *application, d transitions.Direction, in input, life Life) (*call, error) {
	if a.live >= s.limits.Live {
		return nil, &limited{"live calls", s.limits.Live, codes.Error{Code: codes.TooManyRequests}}
	}
	if len(s.calls) >= s.limits.Calls && len(s.ended) == 0 {
		return nil, &limited{"live calls of all applications", s.limits.Calls, codes.Error{Code: codes.TooManyRequests}}
	}
	s.number++
	chance := newChance(s.script.Seed, s.number)
	c := &call{
		application: a, number: s.number, id: chance.uuid(), conversation: chance.uuid(), input: in,
		chance: chance, life: life, at: transitions.New(d),
	}
	hook, err := s.hook(c)
	if err != nil {
		return nil, err
	}
	c.hook = hook
	if c.input.OperationID == "" {
		c.input.OperationID = chance.uuid()
	}
	if c.input.Importance == "" {
		c.input.Importance = "Normal"
	}
	if c.threadID = in.ThreadID; c.threadID == "" && d == transitions.Incoming {
		c.threadID = chance.uuid()
	}
	if c.steps = life.Steps; len(life.Steps) == 0 {
		c.steps = chance.live(d)
	}
	// An event of a call that cannot be written, as with a subject that is too long, would block its channel.
	sample, _ := c.at.Step(transitions.Started(transitions.StateConnecting))
	if err := new(eventchannel.Writer).Add(transitions.EventStarted, sample, c.resource(sample), nil); err != nil {
		return nil, err
	}
	if len(s.calls) >= s.limits.Calls {
		s.forget(s.ended[0])
		s.ended = s.ended[1:]
	}
	s.calls[c.id], s.conversations[c.conversation] = c, c
	a.live++
	return c, nil
}

// ring begins an incoming call.
func (s *Service) ring(a *application, i Incoming) (*call, error) {
	in := input{Subject: i.Subject, To: i.To}
	if in.To == "" {
		in.To = a.endpoint
	}
	c, err := s.begin(a, transitions.Incoming, in, i.Life)
	if err != nil {
		return nil, err
	}
	c.from = cmp.Or(i.From, "sip:caller@contoso.example")
	s.schedule(c)
	return c, nil
}

// schedule takes the steps of a call that are due, and sets the timer for the next one.
func (s *Service) schedule(c *call) {
	for len(c.steps) > 0 && c.steps[0].After == 0 {
		s.step(c)
	}
	if len(c.steps) == 0 {
		return
	}
	turn := c.turn
	c.timer = time.AfterFunc(c.steps[0].After, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if c.turn == turn && s.context.Err() == nil {
			s.step(c)
			s.schedule(c)
		}
	})
}

// stop ends the steps of a call.
func (c *call) stop() {
	c.turn++
	if c.timer != nil {
		c.timer.Stop()
	}
}

// step takes the next step of a call. Its event is legal: the script has been checked, and chance chooses legal events
// only.
func (s *Service) step(c *call) {
	e := c.steps[0].Event
	c.steps = c.steps[1:]
	c.turn++
	next, err := c.at.Step(e)
	if err != nil {
		return
	}
	told := event{call: c, kind: e.Type, at: next}
	c.at = next
	if r := foreign(c.at.Direction()); next.State() == transitions.StateFailed && s.strike("", FaultDirection) != nil {
		told.body = body(next.Reason())
		told.edit = []string{`"reason":` + string(marshal(told.body)), `"reason":` + string(marshal(body(r)))}
		before := transitions.New(c.at.Direction())
		c.at, _, _ = before.Observe(transitions.Completed(next.State(), r)) // a completion always completes
	} else if s.strike("", FaultToken) != nil {
		told.edit = spoil(e.Type, next)
	}
	s.deliver(told)
	if next.Terminal() {
		s.end(c)
	}
}

// body returns a reason as it stands on the wire.
func body(r codes.Reason) *codes.Error {
	e := &codes.Error{Code: r.Code(), Subcode: r.Subcode()}
	if texts := r.Texts(); len(texts) > 0 && texts[0] != "" {
		e.Message = &texts[0]
	}
	return e
}

// end keeps an ended call among those that a GET still finds.
func (s *Service) end(c *call) {
	c.live--
	s.ended = append(s.ended, c)
}

func (s *Service) forget(c *call) {
	delete(s.calls, c.id)
	delete(s.conversations, c.conversation)
}

// answerStart answers the start of an outgoing call.
func (s *Service) answerStart(r *request) answer {
	in, err := readInput(r)
	if err != nil {
		return denied(err)
	}
	if err := in.request().Check(transitions.OperationNone); err != nil || in.To == "" || in.long() {
		return refused(codes.SyncParameterValidationFailure)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.begin(r.application, transitions.Outgoing, in, s.script.life(in.To))
	if err != nil {
		return denied(err)
	}
	s.schedule(c)
	return answer{status: http.StatusCreated, location: c.href() + "?" + c.query}
}

// answerGet answers the GET of an invitation.
func (s *Service) answerGet(r *request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.calls[r.PathValue("id")]
	if c == nil || c.application != r.application || c.at.State() == transitions.StateNone {
		return refused(codes.SyncResourceNotFound)
	}
	shown, err := c.resource(c.at).Show(c.at)
	if err != nil {
		return denied(err)
	}
	return answer{status: http.StatusOK, body: marshal(shown)}
}

// answerOperation answers an operation.
func (s *Service) answerOperation(r *request) answer {
	in, err := readInput(r)
	o := operation(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.calls[r.PathValue("id")]
	if c == nil {
		c = s.conversations[r.PathValue("conversation")]
	}
	switch {
	case c == nil || c.application != r.application || o == transitions.OperationNone:
		return refused(codes.SyncResourceNotFound)
	case c.at.HangsUp(o):
		s.withdraw(c)
		return answer{status: http.StatusNoContent}
	}
	if err != nil { // a body that cannot be read is refused behind NotFound and before Conflict
		if _, refusal := c.at.Do(o); refusal == nil || errors.Is(refusal, transitions.ErrPending) {
			return denied(err)
		}
	}
	next, err := c.at.DoRequest(o, in.request())
	if err != nil {
		return denied(err)
	}
	c.at = next
	if o == transitions.OperationStartAdhocMeeting {
		return answer{
			status:   http.StatusCreated,
			location: c.path + "/communication/onlineMeetingInvitations/" + c.chance.uuid() + "?" + c.query,
		}
	}
	if o == transitions.OperationAccept || o == transitions.OperationAcceptAndBridge {
		c.accepted++
	}
	c.stop()
	s.withdraw(c)
	c.steps = c.life.follow(o, next, c.chance)
	s.schedule(c)
	return answer{status: http.StatusNoContent}
}
