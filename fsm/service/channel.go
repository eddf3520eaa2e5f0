package service

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// application is the resource behind an endpoint: its event channel, and its calls.
type application struct {
	path, endpoint, query string // query is "endpointId=..."
	host                  string // the base of the hrefs in documents for webhooks, which send no requests
	key                   string // of the event channel, escaped
	live, requests        int
	posting               int // events that wait for webhooks
	counted               int // of held, in Service.waiting
	visited               bool
	timers                []*time.Timer // of scripted calls that are still to come

	// The event channel. The documents before number are acknowledged. sent is document number once it has been made: it
	// is sent until the client acknowledges it.
	number   int
	sent     []byte
	repeated bool // the fault Duplicate has struck sent
	unacked  int  // events in sent
	pending  []event
	poll     *poll // that waits, nil if none does
	waking   bool  // a timer will wake the poll, because events wait for others
	lost     bool  // events have been dropped, so that the conversations are gone
	seen     time.Time
}

// event is an event that is not yet in a document.
type event struct {
	call *call
	kind transitions.EventType
	at   transitions.Invitation // after the event
	body *codes.Error           // nil for that of the catalogue
	edit []string               // of a fault: texts, old and new, in a document with no other event
}

// poll is a GET of the event channel that waits for events.
type poll struct {
	wake     chan struct{}
	replaced bool // by a later one
}

// localhost is the base of hrefs for an application that no request has discovered.
const localhost = "http://localhost"

// application returns the application of an endpoint, which is made if it does not exist.
func (s *Service) application(endpoint, host string) (*application, error) {
	if endpoint == "" {
		endpoint = DefaultEndpoint
	}
	if !utf8.ValidString(endpoint) || transitions.UTF16Len(endpoint) > maxMember {
		return nil, fmt.Errorf("service: the endpoint %.50q, want at most %d characters of UTF-8: %w",
			endpoint, maxMember, codes.SyncParameterValidationFailure)
	}
	endpoint = strings.Clone(endpoint) // it may be a part of a long query
	id := identifier(endpoint)
	if a := s.applications[id]; a != nil {
		if a.host == localhost {
			a.host = host
		}
		return a, nil
	}
	if len(s.applications) >= s.limits.Applications {
		return nil, &limited{"applications", s.limits.Applications, codes.Error{Code: codes.Gone, Subcode: "TooManyApplications"}}
	}
	a := &application{
		path: ApplicationPath(endpoint), endpoint: endpoint, host: strings.Clone(host), query: "endpointId=" + url.QueryEscape(endpoint),
		key: id + "%7E" + url.QueryEscape(endpoint), number: 1, seen: time.Now(),
	}
	s.applications[id] = a
	return a, nil
}

// visit counts the first request of an application, after which the script's calls come.
func (s *Service) visit(a *application) {
	if a.visited {
		return
	}
	a.visited = true
	for _, i := range s.script.Incoming {
		if i.Endpoint == "" || i.Endpoint == a.endpoint {
			a.timers = append(a.timers, time.AfterFunc(i.After, func() {
				s.mu.Lock()
				defer s.mu.Unlock()
				if s.context.Err() == nil {
					_, _ = s.ring(a, i) // beyond the limit the call does not come, as with an application that is too busy
				}
			}))
		}
	}
}

func (a *application) stop() {
	for _, t := range a.timers {
		t.Stop()
	}
}

// href returns the href of a document of the channel.
func (a *application) href(number int) string {
	return a.path + "/events?ack=" + strconv.Itoa(number) + "&key=" + a.key
}

// links returns a document that has a link and no events.
func (a *application) links(relation string) answer {
	return answer{status: http.StatusOK, document: true, body: marshal(map[string]any{
		"_links": map[string]any{relation: map[string]string{"href": a.href(a.number)}},
	})}
}

// answerPoll answers a GET of the event channel (UCWA/EventChannelDetails.md): with the document that is not
// acknowledged, with the next one as soon as there are events, with a link next alone when the time is over, with a link
// resync after a wrong acknowledgement, or with a link resume when the conversations are gone. A later poll releases the
// one that waits.
func (s *Service) answerPoll(r *request) answer {
	a := r.application
	query := r.URL.Query()
	idle := s.script.Idle
	if text := query.Get("timeout"); text != "" {
		seconds, err := strconv.Atoi(text)
		if err != nil || seconds < 180 || seconds > 1800 { // UCWA/events_ref.md
			return refused(codes.SyncParameterValidationFailure)
		}
		idle = time.Duration(seconds) * time.Second
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := a.poll; p != nil {
		p.replaced = true
		close(p.wake)
		a.poll = nil
	}
	away := s.script.Away > 0 && time.Since(a.seen) > s.script.Away
	defer func() { a.seen = time.Now() }()
	number, err := strconv.Atoi(query.Get("ack"))
	if a.lost || away || s.strike("", FaultResume) != nil {
		s.reset(a, number)
		return a.links("resume")
	}
	switch {
	case err != nil, s.strike("", FaultResync) != nil:
		return a.links("resync")
	case number == a.number+1 && a.sent != nil:
		if !a.repeated && s.strike("", FaultDuplicate) != nil {
			a.repeated = true
			return answer{status: http.StatusOK, document: true, body: a.sent}
		}
		a.number, a.sent, a.repeated, a.unacked = number, nil, false, 0
		s.count(a)
	case number != a.number:
		return a.links("resync")
	}
	timer := time.NewTimer(idle)
	defer timer.Stop()
	return s.wait(r.Context(), a, timer.C)
}

// wait answers a poll once there are events.
func (s *Service) wait(client context.Context, a *application, idle <-chan time.Time) answer {
	for {
		if a.sent == nil && len(a.pending) > 0 {
			document, left, err := s.document(a.channel(), a.pending)
			if err != nil {
				return failed(codes.ServiceFailure, "")
			}
			a.unacked = len(a.pending) - len(left)
			a.sent, a.pending = document, left
			s.count(a)
		}
		if a.sent != nil {
			return answer{status: http.StatusOK, document: true, body: a.sent}
		}
		p := &poll{wake: make(chan struct{})}
		a.poll = p
		s.mu.Unlock()
		var over, gone bool
		select {
		case <-p.wake:
		case <-idle:
			over = true
		case <-client.Done():
			gone = true
		case <-s.context.Done():
		}
		s.mu.Lock()
		if a.poll == p {
			a.poll = nil
		}
		switch {
		case p.replaced:
			return failed(codes.Conflict, "PGetReplaced")
		case s.context.Err() != nil:
			return failed(codes.ServiceUnavailable, "")
		case gone:
			return answer{}
		case over && len(a.pending) == 0:
			return a.links("next")
		}
	}
}

// channel returns a writer whose next document is the one with the channel's number.
func (a *application) channel() *eventchannel.Writer {
	return &eventchannel.Writer{
		Href: a.path + "/events?key=" + a.key, Sender: a.path + "/communication?" + a.query, Ack: a.number - 1,
	}
}

// document makes a document of the first events that wait, and returns the others. An event that a fault changes has a
// document of its own.
func (s *Service) document(w *eventchannel.Writer, pending []event) (document []byte, left []event, err error) {
	if left := merged(pending); len(left) < len(pending) && s.strike("", FaultMerge) != nil {
		pending = left
	}
	n := min(len(pending), s.limits.Batch)
	if changed := slices.IndexFunc(pending[:n], func(e event) bool { return e.edit != nil }); changed >= 0 {
		n = max(1, changed)
	}
	events, left := slices.Clone(pending[:n]), slices.Clone(pending[n:])
	if len(events) > 1 && s.strike("", FaultReorder) != nil {
		slices.Reverse(events)
	}
	for _, e := range events {
		if err := w.Add(e.kind, e.at, e.call.resource(e.at), e.body); err != nil {
			return nil, nil, err
		}
	}
	document, err = w.Document()
	return edited(document, events[0].edit), left, err
}

// merged leaves the last event of each call.
func merged(pending []event) (left []event) {
	last := map[*call]int{}
	for n, e := range pending {
		last[e.call] = n
	}
	for n, e := range pending {
		if last[e.call] == n {
			left = append(left, e)
		}
	}
	return left
}

// deliver takes an event for the webhook of its call, or else for the event channel, whose poll it wakes.
func (s *Service) deliver(e event) {
	a := e.call.application
	if e.call.hook != nil {
		s.post(e)
		return
	}
	if len(a.pending) >= s.limits.Events {
		s.lose(a)
	}
	if !a.lost && s.waiting >= s.limits.Waiting && !s.relieve() {
		s.lose(a)
	}
	if a.lost {
		s.dropped++
		return
	}
	a.pending = append(a.pending, e)
	s.count(a)
	switch {
	case a.poll == nil || a.waking:
	case s.script.Aggregate == 0:
		close(a.poll.wake)
		a.poll = nil
	default:
		a.waking = true
		time.AfterFunc(s.script.Aggregate, func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			a.waking = false
			if a.poll != nil {
				close(a.poll.wake)
				a.poll = nil
			}
		})
	}
}

// held returns the number of the application's events that nobody has taken yet.
func (a *application) held() int { return len(a.pending) + a.unacked + a.posting }

// count brings the number of all events that wait up to date with those of an application.
func (s *Service) count(a *application) {
	s.waiting += a.held() - a.counted
	a.counted = a.held()
}

// lose drops the events that wait for the polls of an application, also those in a document that is not acknowledged.
func (s *Service) lose(a *application) {
	s.dropped += len(a.pending) + a.unacked
	a.pending, a.sent, a.unacked, a.lost = nil, nil, 0, true
	s.count(a)
}

// relieve makes the application lose its events that has the most for its polls, so that it does not take the room of
// others. It reports whether there is one.
func (s *Service) relieve() bool {
	var longest *application
	for _, a := range s.applications {
		if n := len(a.pending) + a.unacked; n > 0 && (longest == nil || n > len(longest.pending)+longest.unacked ||
			n == len(longest.pending)+longest.unacked && a.path < longest.path) {
			longest = a
		}
	}
	if longest != nil {
		s.lose(longest)
	}
	return longest != nil
}

// withdraw takes back the progress of a call that is in no document yet, because an operation has been done: events may
// be merged into later ones (UCWA/EventsInUCWA.md), and links of before the operation would mislead.
func (s *Service) withdraw(c *call) {
	c.pending = slices.DeleteFunc(c.pending, func(e event) bool { return e.call == c && !e.at.Terminal() })
	s.count(c.application)
}

// reset forgets the conversations of an application when a poll has the acknowledgement ack. The documents are numbered
// from the start again: from 1, or from 2 if ack is 1. The link resume thus differs from the URL of the poll, because a
// poll of it proves that the client has received the answer (UCWA/EventsInUCWA.md). If the answer is
// lost, the client polls the same URL again and gets a link resync.
func (s *Service) reset(a *application, ack int) {
	for _, c := range s.calls {
		if c.application == a {
			c.stop()
			c.gone = true
			s.forget(c)
			if h := c.hook; h != nil && h.late != nil { // no next document comes
				s.posted(c, h.late.events, false)
				h.late = nil
			}
		}
	}
	s.ended = slices.DeleteFunc(s.ended, func(c *call) bool { return c.gone })
	a.live, a.number, a.sent, a.repeated, a.pending, a.unacked, a.lost = 0, 1, nil, false, nil, 0, false
	if ack == a.number {
		a.number++
	}
	s.count(a)
}
