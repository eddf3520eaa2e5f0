package client

import (
	"cmp"
	"container/list"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"math"
	"sync"
	"time"

	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/history"
	"github.com/avinvite/avinvite/transitions"
)

// Calls are the invitations of one application, each folded from the set of its events by package history. So
// repetitions, delays and the order of the documents do not change an invitation, and documents of webhooks and of the
// event channel can be mixed. Set the fields before the first use. Calls is for concurrent use and starts no goroutine.
type Calls struct {
	// Client sends operations. It also fetches an invitation if an event leaves its direction or its outcome unknown,
	// because events need not embed the invitation (UCWA/events_ref.md).
	Client *Client

	// Max is the number of calls that are kept; 100,000 by default. A call takes about 3 kB. If there is one more, the call
	// that ended first is dropped or, if none has ended, the oldest call; [Calls.Add] reports the latter as an error.
	Max int

	mu          sync.Mutex // guards everything below, and the calls
	channel     history.Channel
	known       eventchannel.Correlator[*Call]
	live, ended list.List // of *Call, in the order of beginning and of ending
	refreshed   int       // how often all calls have been fetched
}

// defaultMax is the default of Calls.Max.
const defaultMax = 100_000

// Follow polls an event channel, as [Client.Documents] does, and yields the call of each event after the event has been
// folded, or an error. A call may be yielded several times in one state. The errors are those of Documents, and those
// of [Calls.Add].
//
// After [ErrResume] no further event comes about older calls. So Follow fetches each call that has not ended. It yields a
// call if its invitation has ended, or if the service does not know the invitation any more; the latter call is gone
// ([ErrGone]). A fetched invitation has no reason: if the call began only while the answer with the link resume was on its
// way, its completion still comes, and Follow then yields the call again with the reason. After [ErrResync] Follow fetches
// the calls too, because the answer with the link resume may have been lost. It then yields only the calls that are gone:
// the completions of the others, with their reasons, are still to come.
func (s *Calls) Follow(ctx context.Context, channel string) iter.Seq2[*Call, error] {
	return func(yield func(*Call, error) bool) {
		each := func(calls []*Call, err error) bool {
			for _, call := range calls {
				if !yield(call, nil) {
					return false
				}
			}
			return err == nil || yield(nil, err)
		}
		for d, err := range s.Client.Documents(ctx, channel) {
			switch {
			case err == nil && !each(s.Add(ctx, d)):
				return
			case err != nil && !yield(nil, err):
				return
			case (errors.Is(err, ErrResume) || errors.Is(err, ErrResync)) && !each(s.refresh(ctx, errors.Is(err, ErrResume))):
				return
			}
		}
	}
}

// Add folds a document into its calls, and returns the call of each event in the order of the document. Adding a document
// again changes nothing, and returns the same calls. So a program that acts on the state of a call, and not on an event,
// can add a document again if it could not finish with it.
//
// The error joins an *[eventchannel.Error] for each event that cannot be read, or that [eventchannel.Event.Reduce] cannot
// reduce to a [transitions.Event], and an *[Error] for each invitation that cannot be fetched. The other events are folded
// all the same.
func (s *Calls) Add(ctx context.Context, d *eventchannel.Document) (changed []*Call, err error) {
	var faults []error
	for e, fault := range d.Events() {
		if fault != nil {
			faults = append(faults, fault)
			continue
		}
		call, more := s.add(ctx, e)
		changed, faults = append(changed, call), append(faults, more...)
	}
	return changed, errors.Join(faults...)
}

// add folds an event, and fetches the invitation if the event leaves it unclear.
func (s *Calls) add(ctx context.Context, e *eventchannel.Event) (call *Call, faults []error) {
	s.mu.Lock()
	call, fault := s.keep(e.Resolve(e.Href), e.OperationID())
	entry := s.channel.Entry(e, time.Now())
	call.fold(entry, e)
	_, known := call.events.Invitation()
	completes := e.Type == transitions.EventCompleted
	unclear := e.Invitation == nil && !known || completes && !call.over()
	s.mu.Unlock()

	if fault != nil {
		faults = append(faults, fault)
	}
	if unclear && s.Client != nil && call.Href() != "" {
		if err := s.fetch(ctx, call, completes); err != nil {
			faults = append(faults, err)
		}
	}
	if _, _, err := e.Reduce(transitions.StateNone); err != nil && !(completes && locked(call, (*Call).over)) {
		faults = append(faults, &eventchannel.Error{Place: e.Place, Err: err})
	}
	return call.now(), faults
}

// keep returns the call with an href or an operationId, a new one if there is none.
func (s *Calls) keep(href, operationID string) (*Call, error) {
	place, joined := s.known.Keep(href, operationID)
	if joined != nil { // an event without an operationId came first
		started, found := *joined, *place
		*place, found.into = started, started
		started.events.Merge(&found.events)
		started.resource = cmp.Or(found.resource, started.resource)
		found.drop()
	}
	var fault error
	if *place == nil {
		*place = &Call{calls: s, end: make(chan struct{}), turn: make(chan struct{}, 1)}
		fault = s.evict()
		(*place).element = s.live.PushBack(*place)
	}
	call := *place
	call.href, call.operationID = cmp.Or(call.href, href), cmp.Or(operationID, call.operationID)
	call.ended()
	return call, fault
}

// evict makes room for a call.
func (s *Calls) evict() error {
	if s.live.Len()+s.ended.Len() < cmp.Or(s.Max, defaultMax) {
		return nil
	}
	if first := s.ended.Front(); first != nil {
		s.forget(first.Value.(*Call))
		return nil
	}
	oldest := s.live.Front()
	if oldest == nil {
		return nil
	}
	call := oldest.Value.(*Call)
	call.gone = true
	s.forget(call)
	more := fmt.Sprintf("more than %d calls that have", cmp.Or(s.Max, defaultMax))
	if s.Max == 1 {
		more = "more than 1 call that has"
	}
	return fmt.Errorf("client: %s not ended; the oldest, %s, is dropped", more, call.href)
}

// forget drops a call.
func (s *Calls) forget(c *Call) {
	s.known.Forget(c.href, c.operationID)
	c.drop()
}

// fetch reads an invitation, and folds its direction and its operations, and with outcome also its state if it has ended.
// Without outcome the state waits for the completion, because only that has the reason.
func (s *Calls) fetch(ctx context.Context, call *Call, outcome bool) error {
	r, err := s.Client.Get(ctx, call.Href())
	if err != nil {
		return err
	}
	told := &eventchannel.Event{Type: transitions.EventUpdated, Rel: transitions.RelInvitation, Invitation: r}
	at := time.Now().UnixNano()
	var state transitions.State
	if outcome && state.UnmarshalText([]byte(r.State)) == nil && state.Terminal() {
		told.Type = transitions.EventCompleted
		at = math.MaxInt64 // after a completion that is still to come, because that has the reason
	} else {
		r.State = ""
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	call.root().fold(history.NewEntry(told.Raw(), history.Origin{}, at), told)
	return nil
}

// refresh fetches the calls that have not ended, and returns those that are gone or have ended. After a resume the
// documents begin anew, and no completion is to come, except for calls that began while the resume was on its way.
func (s *Calls) refresh(ctx context.Context, resumed bool) (changed []*Call, err error) {
	s.mu.Lock()
	s.refreshed++
	if resumed {
		s.channel.Resume()
	}
	var live []*Call
	for e := s.live.Front(); e != nil; e = e.Next() {
		live = append(live, e.Value.(*Call))
	}
	s.mu.Unlock()
	var faults []error
	for _, call := range live {
		if err := call.verify(ctx, resumed); err != nil {
			faults = append(faults, err)
		}
		if call = call.now(); locked(call, (*Call).isClosed) {
			changed = append(changed, call)
		}
	}
	return changed, errors.Join(faults...)
}

// Start starts an outgoing call, as [Client.Start] does, and returns the call. Without an OperationID it chooses one. An
// OperationID that another call has already is an error, because their events could not be told apart.
//
// The returned call is nil if the service has certainly not started it. If the error is [ErrLost], Start returns a [Call]
// too. Only its started event shows that the service has started it.
func (s *Calls) Start(ctx context.Context, link string, in Input) (*Call, error) {
	if in.OperationID == "" {
		in.OperationID = rand.Text()
	}
	s.mu.Lock()
	if s.known.Lookup("", in.OperationID) != nil {
		s.mu.Unlock()
		return nil, fmt.Errorf("client: the operationId %.50q is that of another call, want a new one", in.OperationID)
	}
	call, fault := s.keep("", in.OperationID)
	before := s.refreshed
	s.mu.Unlock()

	href, err := s.Client.Start(ctx, link, in)
	s.mu.Lock()
	call = call.root()
	call.startLost = errors.Is(err, ErrLost)
	switch {
	case err == nil:
		call, err = s.keep(href, in.OperationID)
	case !call.startLost && call.events.Len() == 0:
		s.forget(call)
		s.mu.Unlock()
		return nil, err
	}
	missed := s.refreshed != before // its href was not known when the other calls were fetched
	s.mu.Unlock()
	if missed && href != "" {
		fault = errors.Join(fault, call.verify(ctx, false))
	}
	return call, errors.Join(err, fault)
}
