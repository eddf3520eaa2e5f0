package service

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// hook is the webhook that gets the documents of one conversation.
type hook struct {
	url     *url.URL
	context string // callbackContext, a parameter of each post (Trusted-Application-API/docs/Webhooks.md)
	number  int    // of the last document
	pending []event
	posting bool      // a goroutine posts the documents, one after the other
	late    *document // a fault has put it behind the next one
}

// hook returns the webhook of a call, nil if its events go to the event channel.
func (s *Service) hook(c *call) (*hook, error) {
	to := c.input.CallbackURL
	if to == "" {
		to = s.script.Callback
	}
	if to == "" {
		return nil, nil
	}
	u, err := url.Parse(to)
	if err != nil || transitions.UTF16Len(to) > maxMember || u.Scheme != "http" && u.Scheme != "https" || !s.mayCall(u.Hostname()) {
		return nil, codes.SyncParameterValidationFailure
	}
	return &hook{url: u, context: c.input.CallbackContext}, nil
}

// mayCall reports whether callbacks may lead to a host.
func (s *Service) mayCall(host string) bool {
	ip := net.ParseIP(host)
	return !s.remote && (ip.IsLoopback() || strings.EqualFold(host, "localhost")) ||
		slices.ContainsFunc(s.callbacks, func(allowed string) bool { return strings.EqualFold(host, allowed) })
}

// post takes an event for the webhook of its call.
func (s *Service) post(e event) {
	h := e.call.hook
	if e.call.posting >= s.limits.Posts {
		s.dropped++
		return
	}
	if s.waiting >= s.limits.Waiting && !s.relieve() {
		s.dropped++
		return
	}
	e.call.posting++
	s.count(e.call.application)
	h.pending = append(h.pending, e)
	if !h.posting && s.context.Err() == nil {
		h.posting = true
		s.work.Go(func() { s.postAll(e.call, h) })
	}
}

// postAll posts the documents of a conversation until none is left.
func (s *Service) postAll(c *call, h *hook) {
	for {
		s.mu.Lock()
		if len(h.pending) == 0 || s.context.Err() != nil {
			s.posted(c, len(h.pending), false)
			h.pending, h.posting = nil, false
			s.mu.Unlock()
			return
		}
		text, left, err := s.document(c.callback(), h.pending)
		d := &document{text, len(h.pending) - len(left)}
		h.pending = left
		if err != nil {
			s.posted(c, d.events, false)
			s.mu.Unlock()
			continue
		}
		h.number++
		late, again := h.late, document{text, 0}
		if h.late = nil; late == nil && !c.at.Terminal() && s.strike("", FaultReorder) != nil {
			d, h.late = nil, d
		}
		twice := d != nil && s.strike("", FaultDuplicate) != nil
		s.mu.Unlock()
		if d != nil {
			s.postOne(c, *d)
		}
		if twice {
			s.postOne(c, again)
		}
		if late != nil {
			s.postOne(c, *late)
		}
	}
}

// posted counts events of a call that do not wait for its webhook any more. Those that it has not taken are given up.
func (s *Service) posted(c *call, events int, taken bool) {
	c.posting -= events
	s.count(c.application)
	if !taken {
		s.dropped += events
	}
}

// document is a document, and how many events are lost with it.
type document struct {
	text   []byte
	events int
}

// callback returns a writer whose next document is the next one of the conversation. A webhook has sent no request to
// which hrefs could be relative, so its documents have a base.
func (c *call) callback() *eventchannel.Writer {
	return &eventchannel.Writer{
		Href:   c.path + "/events?key=" + c.key + "%7E" + c.conversation,
		Sender: c.path + "/communication?" + c.query, Ack: c.hook.number, BaseURI: c.host,
	}
}

// postOne posts a document, and again after a pause if the webhook does not take it. No page says whether the service
// tries again (Inferred: a document that nobody has taken is not lost at once).
func (s *Service) postOne(c *call, d document) {
	taken, pause := s.postOnce(c.hook, d.text), time.Second
	for try := 0; !taken && try < s.limits.Retries && s.context.Err() == nil; try++ {
		select {
		case <-time.After(pause):
			pause *= 2
			taken = s.postOnce(c.hook, d.text)
		case <-s.context.Done():
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.posted(c, d.events, taken)
}

// maxTaken bounds the answer of a webhook.
const maxTaken = 64 << 10

// postOnce posts a document, and reports whether the webhook has taken it.
func (s *Service) postOnce(h *hook, document []byte) bool {
	select {
	case s.posts <- struct{}{}:
		defer func() { <-s.posts }()
	case <-s.context.Done():
		return false
	}
	to := *h.url
	s.mu.Lock()
	if h.context != "" {
		query := to.Query()
		query.Set("callbackContext", h.context)
		to.RawQuery = query.Encode()
	}
	s.mu.Unlock()
	began := s.recorder.now()
	r, err := http.NewRequestWithContext(s.context, http.MethodPost, to.String(), bytes.NewReader(document))
	if err != nil {
		return false
	}
	r.Header.Set("Content-Type", "application/json")
	answered, err := s.webhook.Do(r)
	if err != nil {
		s.recorder.post(to.String(), began, document, 0)
		return false
	}
	defer answered.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(answered.Body, maxTaken))
	s.recorder.post(to.String(), began, document, answered.StatusCode)
	if answered.StatusCode < 200 || answered.StatusCode > 299 {
		return false
	}
	var taken struct{ CallbackContext string }
	if json.Unmarshal(body, &taken) == nil && taken.CallbackContext != "" && transitions.UTF16Len(taken.CallbackContext) <= maxMember {
		s.mu.Lock()
		h.context = taken.CallbackContext
		s.mu.Unlock()
	}
	return true
}
