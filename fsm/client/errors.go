package client

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/avinvite/avinvite/codes"
)

// The errors that [errors.Is] finds in an [Error].
var (
	// ErrLost: the request may have reached the service, and its answer did not arrive, or does not show whether the
	// request was carried out: a proxy sent it, or its status is 504, by which a service says that it has waited in vain
	// for another server, or its status is no success, no refusal and no redirect to follow. Later events of the
	// invitation, or a [Client.Get] of it, show whether the operation was done. Only a POST can fail with ErrLost.
	ErrLost = errors.New("the answer was lost, and the operation may have been done")

	// ErrForeign: a proxy on the way has answered instead of the service. The status is 407, or the content type is none of
	// the service's (UCWA/PayloadFormat.md, UCWA/Versioning.md), or the status is 500 or above and the answer has a body
	// that is no error body of the service.
	ErrForeign = errors.New("the answer is not the service's, but that of a proxy on the way")

	// ErrResync: the event channel was sent a wrong acknowledgement and goes back to the first document that it has not
	// seen acknowledged (UCWA/EventChannelDetails.md). Nothing is lost.
	ErrResync = errors.New("the event channel starts again from the first document that is not acknowledged")

	// ErrResume: the service has reset the conversations and subscriptions of the application, because the client was away
	// for long (UCWA/EventChannelDetails.md). No further event comes about calls that began before.
	ErrResume = errors.New("the service has reset the conversations of the application")
)

// Error reports a request that failed. It never has the token of the request.
type Error struct {
	Method, URL string        // of the last request that was sent, after redirects; without a password
	Status      int           // of the answer; 0 if none came
	Body        *codes.Error  // of the service's own answer with a status of 400 or above; nil if it has none
	RetryAfter  time.Duration // the time that the header Retry-After of a refusal asks to wait; 0 if it is absent
	Err         error         // what went wrong; nil if the service refused the request
}

// Refused reports whether the service itself refused the request, so that it has not been carried out.
func (e *Error) Refused() bool { return e.Err == nil }

// Error returns the request, and what went wrong.
func (e *Error) Error() string {
	text := "client: " + e.Method + " " + e.URL + ": "
	if e.Err != nil {
		text += e.Err.Error()
		if e.Status != 0 {
			text += fmt.Sprintf(" (status %d)", e.Status)
		}
		return text
	}
	text += fmt.Sprintf("refused with status %d", e.Status)
	switch {
	case e.Body != nil:
		text += ", " + e.Body.Error()
	case http.StatusText(e.Status) != "":
		text += " " + http.StatusText(e.Status)
	}
	if len(rows(e.Status, e.Body)) == 0 {
		if _, known := codes.LookupGeneric(e.Status, e.Body); !known && (e.Body == nil || !e.Body.Reason().Documented()) {
			text += ", which no page documents"
		}
	}
	return text
}

// Unwrap returns Err, or for a refusal its Body and the rows of the specification's synchronous errors that it may be, so
// that [errors.As] finds a [codes.Error] and a [codes.Synchronous]. [codes.LookupGeneric] finds, by Status and Body, the
// synchronous errors that the other pages of the documentation list.
func (e *Error) Unwrap() []error {
	if e.Err != nil {
		return []error{e.Err}
	}
	var all []error
	if e.Body != nil {
		all = append(all, e.Body)
	}
	for _, row := range rows(e.Status, e.Body) {
		all = append(all, row)
	}
	return all
}

// rows returns the rows of the specification's synchronous errors with the status, the code and the subcode of a refusal:
// two if its message is the text of neither. Without a body the status alone decides.
func rows(status int, body *codes.Error) (all []codes.Synchronous) {
	for row := range codes.SynchronousErrors() {
		want := row.Body()
		switch {
		case row.HTTP() != status, body != nil && !errors.Is(body, want):
		case body != nil && body.Message != nil && want.Message != nil && *body.Message == *want.Message:
			return []codes.Synchronous{row}
		default:
			all = append(all, row)
		}
	}
	return all
}
