package client

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/avinvite/avinvite/fsm/eventchannel"
)

// Webhook is the [http.Handler] to which a service posts event documents (Trusted-Application-API/docs/Webhooks.md).
// [NewWebhook] makes one. Set its fields before the first request. It is for concurrent use.
//
// A request is answered by the first of these that applies:
//
//   - 405 if its method is not POST;
//   - 503 if the verifier returns or wraps [ErrUnverifiable], and 401 if it returns any other error;
//   - 413 if the document exceeds a limit, 408 if it does not arrive in time, and 400 if the body is not one document;
//   - 200 if the document has no event about an audio/video invitation, such as a heartbeat;
//   - 503 if the application fails to take the document, so that the service may send it again;
//   - 200 otherwise.
//
// The documentation does not promise that a service sends a document once, in order, or again after an error. [Calls]
// folds documents in any order, and ignores those that come again.
//
// A request costs memory of up to three times its document, which is why [Webhook.Limits] should be far lower on a server
// that many can reach.
type Webhook struct {
	Limits  eventchannel.Limits // of a document; 64 MiB by default
	Timeout time.Duration       // of a request, from its header to its answer; 30 s by default

	// CallbackContext, if not nil, returns a text that the service appends as a query parameter to later callbacks of the
	// conversation; "" for none (Trusted-Application-API/docs/Webhooks.md). It is called after the document has been taken.
	CallbackContext func(*http.Request, *eventchannel.Document) string

	// Report, if not nil, is called before each answer that is not 200, with the reason.
	Report func(status int, reason error)

	verify func(*http.Request) error
	take   func(*http.Request, *eventchannel.Document) error
}

// ErrUnverifiable is the error that a verifier returns or wraps if it could not decide, for example because the server of
// the keys does not answer.
var ErrUnverifiable = errors.New("the request cannot be verified now")

// Unverified is a verifier that lets every request pass. It is for tests only: the service signs its requests with a token
// (Trusted-Application-API/docs/Webhooks.md), and a webhook that does not verify the token accepts forged calls.
func Unverified(*http.Request) error { return nil }

// NewWebhook returns a handler that verifies each request, and hands its document to take. It returns an error if one of
// the two is nil.
//
// verify gets the request before its body is read, and returns nil if the service has sent it. The module
// fsm/client/callbacktoken verifies the service's tokens.
//
// take is called concurrently. The context of its request ends at the [Webhook.Timeout], or when the service closes the
// connection. The body of the request has been read. The document's hrefs are absolute, because the documents of a
// webhook have a base.
func NewWebhook(
	verify func(*http.Request) error, take func(*http.Request, *eventchannel.Document) error,
) (*Webhook, error) {
	switch {
	case verify == nil:
		return nil, errors.New("client: a webhook without a verifier takes forged calls; pass one, or Unverified in a test")
	case take == nil:
		return nil, errors.New("client: a webhook without a function that takes the documents would lose them; pass one")
	}
	return &Webhook{verify: verify, take: take}, nil
}

// ServeHTTP answers a request as the comment of [Webhook] says.
func (h *Webhook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	timeout := cmp.Or(h.Timeout, defaultTimeout)
	ctx, cancel := context.WithTimeout(r.Context(), timeout)
	defer cancel()
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(timeout)) // servers without it have their own
	r = r.WithContext(ctx)

	status, answer, err := h.serve(w, r)
	switch status {
	case http.StatusOK:
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(answer)
		return
	case http.StatusMethodNotAllowed:
		w.Header().Set("Allow", http.MethodPost)
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	if h.Report != nil {
		h.Report(status, (&secrets{bearer(r.Header.Get("Authorization"))}).redact(err))
	}
	http.Error(w, http.StatusText(status), status) // the reason may tell a forger what to forge
}

func (h *Webhook) serve(w http.ResponseWriter, r *http.Request) (status int, answer []byte, err error) {
	if r.Method != http.MethodPost {
		return http.StatusMethodNotAllowed, nil, fmt.Errorf("client: the webhook was sent a %.20q, want a POST", r.Method)
	}
	if err := h.verify(r); errors.Is(err, ErrUnverifiable) {
		return http.StatusServiceUnavailable, nil, fmt.Errorf("client: the sender of a document: %w", err)
	} else if err != nil {
		return http.StatusUnauthorized, nil, fmt.Errorf("client: the sender of a document is not the service: %w", err)
	}
	r.Body = http.MaxBytesReader(w, r.Body, documentLimit(h.Limits))
	d, err := document(r.Body, h.Limits)
	if err != nil {
		return refusal(err), nil, fmt.Errorf("client: the body that the webhook was sent: %w", err)
	}
	if !hasEvents(d) {
		return http.StatusOK, nil, nil
	}
	if err := h.take(r, d); err != nil {
		return http.StatusServiceUnavailable, nil, fmt.Errorf("client: the application did not take the document: %w", err)
	}
	if h.CallbackContext == nil {
		return http.StatusOK, nil, nil
	}
	reply := struct {
		CallbackContext string `json:",omitempty"`
	}{h.CallbackContext(r, d)}
	if reply.CallbackContext != "" {
		answer, _ = json.Marshal(reply) // a struct of one text always can
	}
	return http.StatusOK, answer, nil
}

// refusal returns the status that refuses a body for an error.
func refusal(err error) int {
	var size *http.MaxBytesError
	var limit *eventchannel.LimitError
	var late interface{ Timeout() bool }
	switch {
	case errors.As(err, &size), errors.As(err, &limit):
		return http.StatusRequestEntityTooLarge
	case errors.As(err, &late) && late.Timeout():
		return http.StatusRequestTimeout
	}
	return http.StatusBadRequest
}

// bearer returns the token of a header Authorization, "" if there is none.
func bearer(header string) string {
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}
