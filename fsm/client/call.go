package client

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/history"
	"github.com/avinvite/avinvite/transitions"
)

// ErrGone: no event about the call comes any more, and its outcome is not known: the service has reset the conversations
// of the application ([ErrResume]), or the call was dropped because there were more than [Calls.Max].
var ErrGone = errors.New("the call is gone, and its outcome is not known")

// Call is one invitation. Its methods may be called from any goroutine.
type Call struct {
	calls       *Calls
	href        string
	operationID string
	events      history.History
	resource    *eventchannel.Resource // of the latest event that embeds one, with absolute hrefs; nil if none does
	doing       transitions.Operation  // has been sent, and not been refused
	lost        bool                   // the answer to doing was lost
	startLost   bool                   // the answer to the start was lost
	gone        bool
	turn        chan struct{} // holds one element while a Do is under way
	end         chan struct{} // closed at the end
	element     *list.Element
	into        *Call // the call that this one has proved to be
}

// root returns the call that this one has proved to be. The caller has the lock, as for all small letters below.
func (c *Call) root() *Call {
	for c.into != nil {
		c = c.into
	}
	return c
}

// now is root for callers without the lock.
func (c *Call) now() *Call {
	c.calls.mu.Lock()
	defer c.calls.mu.Unlock()
	return c.root()
}

// Href returns the href of the invitation, "" as long as neither an answer nor an event has it.
func (c *Call) Href() string { return locked(c, func(c *Call) string { return c.href }) }

// OperationID returns the operationId of the start or of an event, "" if there is none.
func (c *Call) OperationID() string { return locked(c, func(c *Call) string { return c.operationID }) }

// Resource returns the invitation from the latest event that embeds it, or from a later [Client.Get] that [Calls] made;
// nil if there is neither. Its hrefs are absolute. It is shared, so do not change it.
func (c *Call) Resource() *eventchannel.Resource {
	return locked(c, func(c *Call) *eventchannel.Resource { return c.resource })
}

// Invitation returns the invitation after the events so far. If [Call.Do] has sent an operation that the service has not
// refused, the operation is pending in it. known reports whether the direction is known. Until then the invitation is outgoing, unless it ended with a
// reason that is documented for incoming ones only.
func (c *Call) Invitation() (i transitions.Invitation, known bool) {
	c.calls.mu.Lock()
	defer c.calls.mu.Unlock()
	return c.root().invitation()
}

func (c *Call) invitation() (i transitions.Invitation, known bool) {
	i, known = c.events.Invitation()
	if c.doing != transitions.OperationNone {
		i, _ = i.Do(c.doing) // refused once the invitation has ended
	}
	return i, known
}

// Reason returns the reason of the failure as the service sent it; nil if it sent none.
func (c *Call) Reason() *codes.Error {
	return locked(c, func(c *Call) (reason *codes.Error) {
		for e := range c.events.Entries() {
			if e.Event.Type == transitions.EventCompleted && reason == nil {
				reason = e.Reason
			}
		}
		return reason
	})
}

// Gone reports whether the call is gone: see [ErrGone].
func (c *Call) Gone() bool { return locked(c, func(c *Call) bool { return c.gone }) }

// Offers reports whether the call offers an operation: [Call.Resource] has a link to it, the invitation has not ended,
// the call is not gone, and no operation is pending. After an outgoing invitation has connected, cancel is still offered,
// because it hangs up the call then.
func (c *Call) Offers(o transitions.Operation) bool {
	return locked(c, func(c *Call) bool {
		_, err := c.link(o)
		return err == nil
	})
}

// Wait waits for the end of the invitation, and returns the ended invitation. The error is [ErrGone], or that of the
// context. Wait takes no events itself: another goroutine must be in [Calls.Follow], or a webhook must add documents.
func (c *Call) Wait(ctx context.Context) (transitions.Invitation, error) {
	for {
		c = c.now()
		select {
		case <-c.end:
		case <-ctx.Done():
			return locked(c, (*Call).state), fmt.Errorf("client: waiting for the end of %s: %w", c.Href(), context.Cause(ctx))
		}
		switch at := c.now(); {
		case at != c: // closed because it has proved to be another
		case locked(c, (*Call).over):
			return locked(c, (*Call).state), nil
		default:
			return locked(c, (*Call).state), fmt.Errorf("client: %s: %w", c.Href(), ErrGone)
		}
	}
}

// Do does an operation on the call, as [Client.Do] does, and does it once. The operation is then pending, unless the
// service refuses it or has certainly not carried it out. While it is pending, every operation is refused without a
// request, except the same one after [ErrLost]. In such a refusal, [errors.As] finds a *[transitions.OperationError]
// with the documented row with which a server would answer.
//
// After [ErrLost], do the same operation again: Do fetches the invitation, and sends the operation again only if the
// invitation still offers it. [transitions.OperationStartAdhocMeeting], and a cancel that hangs up the call, are never
// pending, because they leave the invitation unchanged. After ErrLost, a second startAdhocMeeting may start a second
// meeting.
func (c *Call) Do(ctx context.Context, o transitions.Operation, in Input) (made string, err error) {
	s, turn := c.calls, c.now().turn
	select {
	case turn <- struct{}{}:
		defer func() { <-turn }()
	case <-ctx.Done():
		return "", fmt.Errorf("client: waiting for another operation on %s: %w", c.Href(), context.Cause(ctx))
	}
	s.mu.Lock()
	c = c.root()
	again := c.lost && c.doing == o
	var link string
	if again {
		c.lost = false
	} else if link, err = c.link(o); err == nil {
		if i, _ := c.invitation(); !i.HangsUp(o) && o != transitions.OperationStartAdhocMeeting {
			c.doing = o
		}
	}
	s.mu.Unlock()
	if err != nil {
		return "", fmt.Errorf("client: %w", err)
	}
	if again {
		var gone bool
		if gone, err = c.ask(ctx, false); err != nil {
			err = fmt.Errorf("%w: %w", ErrLost, err)
		} else if link = locked(c, func(c *Call) string { return linked(c.resource, o) }); gone || link == "" {
			return "", nil // it has been done, or the invitation has ended
		}
	}
	if err == nil {
		made, err = s.Client.Do(ctx, o, link, in)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch c = c.root(); {
	case err == nil || c.doing != o:
	case errors.Is(err, ErrLost):
		c.lost = true
	default:
		c.doing = transitions.OperationNone
	}
	return made, err
}

// link returns the link of an operation, or an error if it cannot be done now.
func (c *Call) link(o transitions.Operation) (string, error) {
	i, _ := c.invitation()
	if _, err := i.Do(o); err != nil && !i.HangsUp(o) {
		return "", err
	}
	if c.gone {
		return "", fmt.Errorf("%s: %w", c.href, ErrGone)
	}
	href := linked(c.resource, o)
	if href == "" {
		return "", fmt.Errorf("%s has no link %s, so the service does not offer it now", c.href, o.Rel())
	}
	return href, nil
}

// linked returns the link of an operation in a resource, "" if there is none.
func linked(r *eventchannel.Resource, o transitions.Operation) string {
	if r != nil {
		for offered, l := range r.Offers() {
			if offered == o {
				return l.Href
			}
		}
	}
	return ""
}

// ask is fetch; gone reports that the service does not know the invitation.
func (c *Call) ask(ctx context.Context, outcome bool) (gone bool, err error) {
	href := c.Href()
	if href == "" {
		return outcome && locked(c, func(c *Call) bool { return c.startLost }), nil
	}
	err = c.calls.fetch(ctx, c, outcome)
	var e *Error
	if errors.As(err, &e) && e.Refused() && (e.Status == http.StatusNotFound || e.Status == http.StatusGone) {
		return true, nil
	}
	return false, err
}

// verify fetches the invitation, and ends the call if the service does not know it.
func (c *Call) verify(ctx context.Context, outcome bool) error {
	gone, err := c.ask(ctx, outcome)
	c.calls.mu.Lock()
	defer c.calls.mu.Unlock()
	if c = c.root(); gone && !c.isClosed() {
		c.gone = true
		c.close()
	}
	return err
}

// fold adds an event.
func (c *Call) fold(entry history.Entry, e *eventchannel.Event) {
	c.events.Add(entry)
	if e.Invitation != nil {
		var last history.Entry
		for n := range c.events.Entries() {
			last = n
		}
		if last.Same(&entry) {
			c.resource = resolved(e)
		}
	}
	c.ended()
}

// resolved returns the resource of an event with absolute hrefs.
func resolved(e *eventchannel.Event) *eventchannel.Resource {
	r := *e.Invitation
	r.Links = slices.Clone(r.Links)
	for n := range r.Links {
		r.Links[n].Href = e.Resolve(r.Links[n].Href)
	}
	return &r
}

func (c *Call) state() transitions.Invitation {
	i, _ := c.invitation()
	return i
}

// over reports whether the invitation has ended.
func (c *Call) over() bool { return c.state().Terminal() }

// ended closes the call if it has ended.
func (c *Call) ended() {
	if c.over() && !c.isClosed() {
		c.close()
	}
}

func (c *Call) isClosed() bool {
	select {
	case <-c.end:
		return true
	default:
		return false
	}
}

// close moves the call to those that have ended, and wakes those who wait for it.
func (c *Call) close() {
	c.calls.live.Remove(c.element)
	c.element = c.calls.ended.PushBack(c)
	close(c.end)
}

// drop removes the call from the lists, and wakes those who wait for it.
func (c *Call) drop() {
	c.calls.live.Remove(c.element)
	c.calls.ended.Remove(c.element)
	if !c.isClosed() {
		close(c.end)
	}
}

// locked calls f with the lock.
func locked[T any](c *Call, f func(*Call) T) T {
	c.calls.mu.Lock()
	defer c.calls.mu.Unlock()
	return f(c.root())
}
