package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/history"
)

// Documents polls an event channel, and yields each document with an event about an audio/video invitation once, in the
// order of the channel. The hrefs of a document are absolute. [Calls.Follow] does the same and folds the documents into
// calls.
//
// The link next of a document is requested when the body of the loop has returned, because the request acknowledges the
// document. Therefore the body of the loop must not wait for a later event. If the loop ends early, its last document
// comes again when Documents is called again with the same URL. (The documentation advises to request next before
// processing, UCWA/EventsInUCWA.md; but then a program that dies loses the document.) To continue after a restart, keep
// the Next of the last document that was processed.
//
// An error is yielded for each attempt that failed, and for [ErrResync] and [ErrResume]; the loop goes on after it:
//
//   - the same URL is polled again if the request failed, the answer came from a proxy, the body cannot be read or has no
//     link to follow, or the service refused with a status of 500 or above, with 408 or 429, or (except 401) without an
//     error body. The pause before that grows up to half a minute, and is no shorter than the header Retry-After asks;
//   - after a resync the channel may bring documents again, which are passed over;
//   - after a resume, events about calls that began before it do not come any more.
//
// These errors end the documents, and are yielded last:
//
//   - Conflict/PGetReplaced, because another poll has replaced this one: only one client can follow a channel;
//   - NotFound/ApplicationNotFound, because the application must be made again: begin with [Client.Discover];
//   - a refusal with 401, or any other refusal that has an error body and a status below 500, except 408 and 429;
//   - a document that exceeds [Client.Limits];
//   - no success in the time [Client.GiveUp];
//   - the end of the context.
//
// The time limit of a poll is the parameter timeout in its URL, 180 s by default (UCWA/events_ref.md), plus
// [Client.Timeout].
func (c *Client) Documents(ctx context.Context, channel string) iter.Seq2[*eventchannel.Document, error] {
	return func(yield func(*eventchannel.Document, error) bool) {
		p := poller{
			client: c, url: channel, backoff: backoff{giveUp: c.giveUp()}, seen: map[uint64]bool{},
		}
		p.backoff.succeeded()
		for p.step(ctx, yield) {
		}
	}
}

// poller is the state of a loop over Documents.
type poller struct {
	client  *Client
	url     string
	backoff backoff
	origins history.Channel
	seen    map[uint64]bool // identities of documents with events
	order   []uint64        // those in seen, the oldest first
}

// maxSeen is the number of documents that are recognised when they come again. A resync brings those that are not
// acknowledged, which for this client is one.
const maxSeen = 1024

// step polls once, and reports whether the loop goes on.
func (p *poller) step(ctx context.Context, yield func(*eventchannel.Document, error) bool) bool {
	began := time.Now()
	r := p.client.request(http.MethodGet, p.url)
	d, idle, err := p.client.document(ctx, r)
	if err != nil {
		return yield(nil, err) && !final(err) && ctx.Err() == nil && p.pause(ctx, err.RetryAfter, yield)
	}
	has := hasEvents(d)
	fresh := has && p.fresh(d)
	absolute(d, r.url)
	if fresh && !yield(d, nil) {
		return false
	}
	stuck, told := d.Next == p.url, error(nil)
	switch {
	case d.Next != "":
		p.url = d.Next
		p.backoff.since = time.Now()
	case d.Resync != "":
		p.url, told = d.Resync, ErrResync
	case d.Resume != "":
		p.url, told = d.Resume, ErrResume
		p.origins.Resume()
	default:
		told = errors.New("a document without a link to follow, want next, resync or resume")
	}
	if told != nil && !yield(nil, r.fail(told)) {
		return false
	}
	// A service that does not hold polls, or goes round in circles, is not followed at full speed.
	others := !idle && !has && !stuck // it has events about other resources
	if d.Next != "" && (fresh || others || idle) {
		p.backoff.wait = 0
		return !idle || time.Since(began) >= firstWait || p.pause(ctx, 0, yield)
	}
	return p.pause(ctx, 0, yield)
}

// pause waits before the next poll, and reports whether there is one.
func (p *poller) pause(ctx context.Context, atLeast time.Duration, yield func(*eventchannel.Document, error) bool) bool {
	if err := p.backoff.pause(ctx, atLeast); err != nil {
		yield(nil, err)
		return false
	}
	return true
}

// fresh reports whether a document has not come before. A document without a link self is always fresh.
func (p *poller) fresh(d *eventchannel.Document) bool {
	id := p.origins.Origin(&eventchannel.Event{Document: d}).Document
	if id == 0 {
		return true
	}
	if p.seen[id] {
		return false
	}
	if p.seen[id] = true; len(p.order) == maxSeen {
		delete(p.seen, p.order[0])
		p.order = p.order[1:]
	}
	p.order = append(p.order, id)
	return true
}

// document polls once. idle reports that the document has no event about any resource.
func (c *Client) document(ctx context.Context, r *request) (d *eventchannel.Document, idle bool, failed *Error) {
	a, err := c.send(ctx, r, c.timeout()+pollTimeout(r.url))
	if err != nil {
		return nil, false, err
	}
	d, broken := document(bytes.NewReader(a.body), c.Limits)
	if broken != nil {
		return nil, false, r.fail(fmt.Errorf("the answer is no event document: %w", broken))
	}
	return d, !bytes.Contains(a.body, []byte(`"type"`)), nil // which every event has
}

// pollTimeout returns the time for which the service may hold a poll (UCWA/events_ref.md).
func pollTimeout(channel string) time.Duration {
	u, err := url.Parse(channel)
	if err != nil {
		return defaultPoll
	}
	seconds, err := strconv.ParseUint(u.Query().Get("timeout"), 10, 31)
	if err != nil {
		return defaultPoll
	}
	return min(time.Duration(seconds)*time.Second, maxPoll)
}

const (
	defaultPoll = 180 * time.Second
	maxPoll     = 1800 * time.Second
)
