package conformance

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"strings"
	"time"

	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/recording"
)

// Call is the request by which an application starts an outgoing invitation, with the service's answer.
type Call struct {
	To       string             `json:"to,omitempty"`     // the party that is invited; "" if unknown
	Status   int                `json:"status,omitempty"` // of the service's answer; zero if no answer came, or if a proxy sent it
	Place    eventchannel.Place `json:"place"`
	Time     time.Time          `json:"time,omitzero"`
	Answered time.Time          `json:"answered,omitzero"`
}

// start takes a request if it starts an invitation.
func (c *Checker) start(item recording.Item) bool {
	r := item.Request
	if r.Method != "POST" || !recording.Starts(item.URL) {
		return false
	}
	in := input(item.URL, r)
	if r.Status >= 300 && r.Status < 400 {
		c.redirect(r.Location, in)
		return true
	}
	if identity := eventchannel.Identity(item.URL); in == (startInput{}) {
		in = c.redirected[identity]
		delete(c.redirected, identity)
	}
	call := &Call{
		To: in.To, Status: r.Status, Place: item.Place, Time: item.Time.UTC(), Answered: r.Answered.UTC(),
	}
	refusal := c.reasons.share(r.Answer)
	if r.Foreign {
		call.Status, call.Answered, refusal = 0, time.Time{}, nil
	}
	c.until(call.Answered)
	href := ""
	if call.Status == 201 {
		href = r.Location
	}
	n, _ := c.find(href, in.OperationID)
	if n < 0 {
		c.passOver(late)
		return true
	}
	// An application may ask again: after a challenge, or after no answer.
	if known := c.rareOf(n).call; known == nil || !known.created() {
		change := c.change(n)
		change.call, change.refusal = call, refusal
		c.age(n, false)
	}
	return true
}

// maxRedirected is the number of redirected starts whose input is remembered.
const maxRedirected = 100

// redirect remembers the input of a start for the request to which it is redirected, because recorders leave out the
// body there.
func (c *Checker) redirect(to string, in startInput) {
	if c.redirected == nil {
		c.redirected = map[string]startInput{}
	}
	if to != "" && len(c.redirected) < maxRedirected {
		c.redirected[eventchannel.Identity(to)] = in
	}
}

// created reports whether the service has started the invitation.
func (c *Call) created() bool { return c.Status >= 200 && c.Status < 300 }

// refused reports whether the invitation has ended before it began.
func (i *rare) refused(r *run) bool {
	return i.call != nil && i.call.Status >= 400 && len(r.steps) == 0
}

// judgeCall judges the answer to the request that started the invitation.
func (i *rare) judgeCall(r *run) {
	if c := i.call; c != nil && c.Status != 0 && c.Status != 201 && !documentedRefusal(c.Status, i.refusal) {
		r.report(undocumented("the start", c.Status, i.refusal,
			"201, a documented synchronous error, or a documented reason with the status of its code", c.Place))
	}
}

// startInput is the input of a start.
type startInput struct {
	OperationID string `json:"operationId"`
	To          string `json:"to"`
}

// input reads the input of a start: JSON, the first part of multipart/related, a form, or parameters of the query
// (QueryParameters.md). Input that cannot be read is empty.
func input(link string, r *recording.Request) (in startInput) {
	body := r.Body
	kind, parameters, _ := mime.ParseMediaType(r.Type)
	switch {
	case strings.HasPrefix(kind, "multipart/"):
		parts := multipart.NewReader(bytes.NewReader(body), parameters["boundary"])
		if part, err := parts.NextPart(); err == nil {
			body, _ = io.ReadAll(part)
		}
	case kind == "application/x-www-form-urlencoded":
		fields, _ := url.ParseQuery(string(body))
		in.complete(fields)
	}
	_ = json.Unmarshal(body, &in)
	if u, err := url.Parse(link); err == nil {
		in.complete(u.Query())
	}
	return in
}

// complete takes those members from parameters that are not known yet.
func (in *startInput) complete(parameters url.Values) {
	in.OperationID = cmp.Or(in.OperationID, parameters.Get("operationId"))
	in.To = cmp.Or(in.To, parameters.Get("to"))
}
