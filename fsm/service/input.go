package service

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// input is the input of a start or an operation, as far as a service acts on it.
type input struct {
	OperationID     string `json:"operationId"`
	SessionContext  string `json:"sessionContext"`
	Subject         string `json:"subject"`
	Importance      string `json:"importance"`
	ThreadID        string `json:"threadId"`
	To              string `json:"to"`
	MediaOffer      string `json:"mediaOffer"`
	CallbackURL     string `json:"callbackUrl"`
	CallbackContext string `json:"callbackContext"`
}

func (in input) request() transitions.Request {
	return transitions.Request{
		OperationID: in.OperationID, SessionContext: in.SessionContext, Subject: in.Subject, MediaOffer: in.MediaOffer, To: in.To,
	}
}

// maxMember limits in UTF-16 code units what a call keeps of its input: Stated for callbackUrl (TAP-startAudio), and
// Inferred for the members for which no page has a limit.
const maxMember = 1024

// long reports whether a member is too long that [transitions.Request] does not limit.
func (in input) long() bool {
	return max(transitions.UTF16Len(in.To), transitions.UTF16Len(in.ThreadID), transitions.UTF16Len(in.CallbackContext)) > maxMember
}

// readInput reads the input of a request: JSON, the first part of multipart/related
// (Trusted-Application-API/docs/Webhooks.md), or parameters of the query (QueryParameters.md), which a member of the body
// overrides. The error is the row with which a service answers.
func readInput(r *request) (in input, err error) {
	query, body := r.URL.Query(), r.body
	for _, p := range []struct {
		name string
		to   *string
	}{
		{"operationId", &in.OperationID}, {"sessionContext", &in.SessionContext}, {"subject", &in.Subject},
		{"importance", &in.Importance}, {"threadId", &in.ThreadID}, {"to", &in.To},
		{"callbackUrl", &in.CallbackURL}, {"callbackContext", &in.CallbackContext},
	} {
		if *p.to = strings.Clone(query.Get(p.name)); !utf8.ValidString(*p.to) {
			return in, codes.SyncBadRequest
		}
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return in, nil
	}
	kind, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if strings.HasPrefix(kind, "multipart/") {
		part, err := multipart.NewReader(bytes.NewReader(body), parameters["boundary"]).NextPart()
		if err != nil {
			return in, codes.SyncBadRequest
		}
		if body, err = io.ReadAll(part); err != nil {
			return in, codes.SyncBadRequest
		}
		kind = "application/json"
	}
	if err != nil || kind != "application/json" && kind != "application/vnd.microsoft.com.ucwa+json" {
		return in, errMediaType
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return in, codes.SyncBadRequest
	}
	return in, nil
}

var errMediaType = errors.New("a body that is not JSON")
