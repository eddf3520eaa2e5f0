package service

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/go-json-experiment/json"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// simulation is the path of the resources that the real service has not: the truth about the calls, and incoming calls on
// command.
const simulation = "/simulation"

// resource is a resource as JSON.
type resource struct {
	Links    map[string]href     `json:"_links"`
	Embedded map[string]resource `json:"_embedded,omitempty"`
	Rel      string              `json:"rel"`
	ETag     string              `json:"etag,omitzero"`
}

// participant is another party of a call.
type participant struct {
	URI string `json:"uri"`
	resource
}

type href struct {
	Href string `json:"href"`
}

// answerDiscover answers the discovery of an endpoint's applications.
func (s *Service) answerDiscover(r *request) answer {
	host := r.base()
	query := ""
	if endpoint := r.URL.Query().Get("endpointId"); endpoint != "" {
		query = "?endpointId=" + url.QueryEscape(endpoint)
	}
	return found(resource{Rel: transitions.RelPrefix + "discover", Links: map[string]href{
		"self":                                 {host + r.RequestURI},
		transitions.RelPrefix + "applications": {host + root + "/v1/applications" + query},
	}})
}

// answerApplications answers the list of the applications of an endpoint, which has one.
func (s *Service) answerApplications(r *request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.application(r.URL.Query().Get("endpointId"), r.base())
	if err != nil {
		return denied(err)
	}
	return found(resource{Rel: transitions.RelPrefix + "applications", Links: map[string]href{
		"self":                                {root + "/v1/applications?" + a.query},
		transitions.RelPrefix + "application": {a.path + "?" + a.query},
	}})
}

// answerApplication answers the application. It has the link events to its event channel, as in UCWA.
func (s *Service) answerApplication(r *request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := r.application
	shown := a.shown()
	shown.Links["events"] = href{a.href(a.number)}
	return found(shown)
}

// shown returns the application as an incoming call embeds it.
func (a *application) shown() resource {
	return resource{
		Rel:      transitions.RelPrefix + "application",
		Links:    map[string]href{"self": {a.path + "?" + a.query}},
		Embedded: map[string]resource{transitions.RelCommunication: a.communication()},
	}
}

func (s *Service) answerCommunication(r *request) answer { return found(r.application.communication()) }

// communication returns the resource that starts calls.
func (a *application) communication() resource {
	const start = "/communication/audioVideoInvitations?modalities="
	return resource{Rel: transitions.RelCommunication, ETag: "1", Links: map[string]href{
		"self": {a.path + "/communication?" + a.query},
		transitions.RelPrefix + "startAudioVideo": {a.path + start + "AudioVideo&" + a.query},
		transitions.RelPrefix + "startAudio":      {a.path + start + "Audio&" + a.query},
	}}
}

func found(v any) answer { return answer{status: http.StatusOK, body: marshal(v)} }

// answerCalls answers the truth about all calls.
func (s *Service) answerCalls(*request) answer {
	return found(map[string]any{"calls": s.Calls(), "dropped": s.Dropped()})
}

// answerIncoming makes a call to an application: see [Service.Ring].
func (s *Service) answerIncoming(r *request) answer {
	var i Incoming
	if r.body != nil {
		if err := json.Unmarshal(r.body, &i, strict...); err != nil {
			return unplayable(err)
		}
	}
	if err := i.bounded(); err != nil {
		return unplayable(err)
	}
	c, err := s.Ring(i)
	if err != nil {
		if limit, is := err.(*limited); is {
			return denied(limit)
		}
		return unplayable(err)
	}
	return answer{status: http.StatusCreated, location: c.Href, body: marshal(c)}
}

// maxSteps limits the events of a call that a request makes.
const maxSteps = 100

// bounded returns an error if a call that a request makes would hold more than a call that a request starts.
func (i *Incoming) bounded() error {
	for _, uri := range []string{i.From, i.To} {
		if n := transitions.UTF16Len(uri); n > maxMember {
			return fmt.Errorf("service: the call, from or to: %d UTF-16 code units, want at most %d", n, maxMember)
		}
	}
	steps := len(i.Steps)
	for _, behind := range i.On {
		steps += len(behind)
	}
	if steps > maxSteps {
		return fmt.Errorf("service: the call, steps and on: %d events, want at most %d", steps, maxSteps)
	}
	return nil
}

// unplayable refuses a call that cannot be played, and says why.
func unplayable(err error) answer {
	text := err.Error()
	row := codes.SyncParameterValidationFailure
	return answer{status: row.HTTP(), body: marshal(codes.Error{Code: row.Code(), Subcode: row.Subcode(), Message: &text})}
}
