package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// Input is the body of a request that starts a call or does an operation. The body contains the fields that are set. The
// comment of a field names the requests for which the documentation lists it: the pages of startAudioVideo and forward
// in the reference of the Trusted Application API, UCWA/decline_ref.md, and the vendor's client.
type Input struct {
	// Start and OperationStartAdhocMeeting.
	OperationID     string `json:"operationId,omitempty"`     // the client's choice, in every event of the call; at most 50 UTF-16 code units
	SessionContext  string `json:"sessionContext,omitempty"`  // at most 50 UTF-16 code units
	Subject         string `json:"subject,omitempty"`         // at most 250 UTF-16 code units
	Importance      string `json:"importance,omitempty"`      // Normal, Urgent or Emergency
	ThreadID        string `json:"threadId,omitempty"`        // of the conversation
	CallbackURL     string `json:"callbackUrl,omitempty"`     // of the webhook of this conversation; at most 1024 UTF-16 code units
	CallbackContext string `json:"callbackContext,omitempty"` // instead of CallbackURL: returned with each callback
	JoinAudioMuted  bool   `json:"joinAudioMuted,omitempty"`
	JoinVideoMuted  bool   `json:"joinVideoMuted,omitempty"`

	To        string `json:"to,omitempty"`        // Start: whom it calls; OperationForward: the target, which is required
	MediaHost string `json:"mediaHost,omitempty"` // Start and OperationAccept: "Remote"
	Reason    string `json:"reason,omitempty"`    // OperationDecline: a CallDeclineReason, such as Local

	// OperationAcceptAndBridge: either MeetingURI or ToURI. The documentation does not have the names of these two
	// members (codes.Inferred).
	MeetingURI string `json:"meetingUri,omitempty"`
	ToURI      string `json:"toUri,omitempty"`
}

// maxCallbackURL is the limit of callbackUrl in UTF-16 code units (TAP-startAudio).
const maxCallbackURL = 1024

// check returns an error if in cannot be the body of an operation, OperationNone for a start.
func (in *Input) check(o transitions.Operation) error {
	r := transitions.Request{OperationID: in.OperationID, SessionContext: in.SessionContext, Subject: in.Subject, To: in.To}
	if err := r.Check(o); err != nil {
		return err
	}
	switch n := transitions.UTF16Len(in.CallbackURL); {
	case n > maxCallbackURL:
		return &transitions.RequestError{Operation: o, Member: "callbackUrl", Length: n, Limit: maxCallbackURL}
	case in.CallbackURL != "" && in.CallbackContext != "":
		return errors.New("both callbackUrl and callbackContext, want one of them")
	case o == transitions.OperationAcceptAndBridge && (in.MeetingURI == "") == (in.ToURI == ""):
		return errors.New("acceptAndBridge wants either meetingUri or toUri")
	}
	return nil
}

// Start starts an outgoing call: it posts the input to the link startAudio or startAudioVideo of [Client.Discover], or to
// addAudio or addAudioVideo of a conversation. It returns the absolute href of the invitation.
//
// The started event can come before Start returns (UCWA/OperationResource.md); only OperationID shows then to which
// start it belongs, so choose a new OperationID for each start. [Calls.Start] does so, and finds the call by href and
// by OperationID. If the answer is lost, the error is [ErrLost], and only the started event shows that there is a call;
// starting again may call twice.
func (c *Client) Start(ctx context.Context, link string, in Input) (href string, err error) {
	return c.post(ctx, transitions.OperationNone, link, in)
}

// Do does an operation on an invitation: it posts the input to the operation's link, an absolute URL. [Call.Do] finds the
// link, and does no operation twice. For startAdhocMeeting, made is the absolute href of the new
// onlineMeetingInvitation; for every other operation it is "".
//
// Success means that the service has accepted the request. Only the completion of the invitation shows whether the
// operation has succeeded. In the error, [errors.As] finds an *[Error]: [Error.Refused] reports whether the service
// refused, and [errors.Is] finds [ErrLost] if it is unknown whether the operation was done. Any other error means that
// the request was not carried out.
func (c *Client) Do(ctx context.Context, o transitions.Operation, link string, in Input) (made string, err error) {
	if o == transitions.OperationNone || o.Rel() == "" {
		return "", fmt.Errorf("client: %v is no operation of an invitation", o)
	}
	return c.post(ctx, o, link, in)
}

// post sends in. The pause that 429 asks for is waited, because the service has not executed such a request
// (UCWA/BatchingRequests.md).
func (c *Client) post(ctx context.Context, o transitions.Operation, link string, in Input) (string, error) {
	r := c.request(http.MethodPost, link)
	if err := in.check(o); err != nil {
		return "", r.fail(err)
	}
	if in != (Input{}) {
		r.body, _ = json.Marshal(in) // a struct of texts always can
	}
	a, err := c.retry(ctx, r, func(e *Error) bool { return e.Refused() && e.Status == http.StatusTooManyRequests })
	if err != nil {
		return "", err
	}
	return eventchannel.Resolve(a.url, a.header.Get("Location")), nil
}

// Get returns the invitation at href, an absolute URL. The hrefs of its links are absolute. An attempt that fails is
// repeated as [Client.Documents] repeats it, until it succeeds, is refused for good, or [Client.GiveUp] has passed.
//
// The resource has the state at the time of the answer, which can be ahead of the events that have arrived.
func (c *Client) Get(ctx context.Context, href string) (*eventchannel.Resource, error) {
	resource := new(eventchannel.Resource)
	url, err := c.get(ctx, href, resource)
	if err != nil {
		return nil, err
	}
	for n := range resource.Links {
		resource.Links[n].Href = eventchannel.Resolve(url, resource.Links[n].Href)
	}
	return resource, nil
}

// get reads the JSON at href into to, and returns the URL from which it came.
func (c *Client) get(ctx context.Context, href string, to any) (url string, err error) {
	r := c.request(http.MethodGet, href)
	a, err := c.retry(ctx, r, func(e *Error) bool { return !final(e) })
	if err != nil {
		return "", err
	}
	if err := json.Unmarshal(bytes.TrimPrefix(a.body, byteOrderMark), to); err != nil {
		return "", r.fail(fmt.Errorf("the answer cannot be read: %w", err))
	}
	return a.url, nil
}

var byteOrderMark = []byte("\ufeff")

// retry sends a request until it succeeds or an error is not to be repeated. Only then is err nil or what the request met.
func (c *Client) retry(ctx context.Context, r *request, again func(*Error) bool) (*answer, error) {
	wait, to := backoff{giveUp: c.giveUp()}, r.url
	for wait.succeeded(); ; {
		r.url = to
		a, failed := c.send(ctx, r, c.timeout())
		switch {
		case failed == nil:
			return a, nil
		case ctx.Err() != nil || !again(failed):
			return nil, failed
		}
		if err := wait.pause(ctx, failed.RetryAfter); err != nil {
			return nil, errors.Join(failed, err)
		}
	}
}
