package service

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// Script determines the behaviour of a simulated service: the incoming calls, the other party of each call, and the
// faults of the service. The zero Script is a service without faults, in which the other party of each call acts at
// random. [ParseScript] reads a script from JSON.
type Script struct {
	// Seed determines everything that is random. Equal seeds and equal requests give equal lives.
	Seed uint64 `json:"seed,omitzero"`

	// Idle is the time after which a poll without events is answered, if the query of the poll has no timeout; 180 s by
	// default (UCWA/events_ref.md).
	Idle time.Duration `json:"idle,omitzero"`

	// Away is how long an application may be without a poll; after that its conversations are gone, and the next answer
	// has a link resume. Zero means for ever.
	Away time.Duration `json:"away,omitzero"`

	// Aggregate is how long an event waits for further events, which are sent in the same document.
	Aggregate time.Duration `json:"aggregate,omitzero"`

	// Callback is the URL of the webhook that gets the documents of incoming calls, and of outgoing calls that name no
	// other. "" leaves them to the event channel.
	Callback string `json:"callback,omitzero"`

	Incoming []Incoming `json:"incoming,omitempty"`
	Outgoing []Outgoing `json:"outgoing,omitempty"` // the first whose To matches applies; if none matches, the call is random
	Faults   []Fault    `json:"faults,omitempty"`
}

// Incoming is a call to the application.
type Incoming struct {
	After    time.Duration `json:"after,omitzero"`    // time after the first request of the application
	Endpoint string        `json:"endpoint,omitzero"` // of the application; "" for every application
	From     string        `json:"from,omitzero"`     // URI of the caller, sip: or tel:
	To       string        `json:"to,omitzero"`       // URI that is called; the endpoint by default
	Subject  string        `json:"subject,omitzero"`
	Life
}

// Outgoing is the course of the calls that the application starts to the URIs in To.
type Outgoing struct {
	To string `json:"to,omitzero"` // a pattern of [path.Match] for the URI that the call invites; "" for any URI
	Life
}

// Life is the course of a call. The events in Steps come by themselves. Those in On follow an operation of the
// application, and replace the rest of Steps. If Steps is empty, On must be empty too, and the whole course is random.
// If On lacks an operation, the call connects after accept and acceptAndBridge, and fails for the documented reason
// after decline, forward and cancel.
type Life struct {
	Steps []Step                           `json:"steps,omitempty"`
	On    map[transitions.Operation][]Step `json:"on,omitempty"`
}

// Step is an event, and the time from the previous event to it.
type Step struct {
	After time.Duration     `json:"after,omitzero"`
	Event transitions.Event `json:"event"`
}

// ParseScript reads a script. The JSON tags of the types name the members of a script. A duration is a text such as
// "1m30s", and an event is the text of [transitions.Event.MarshalText]:
//
//	{
//	  "seed": 7,
//	  "outgoing": [{"to": "sip:busy@*", "steps": [
//	    {"event": "started(Connecting)"},
//	    {"after": "1s", "event": "completed(Failed, RemoteFailure/Busy)"}
//	  ]}],
//	  "faults": [{"fault": "lose", "on": "start", "times": 1}]
//	}
//
// The error names the place and the fault: for example a member that is unknown or there twice, an event that is not
// legal after the steps before it, or a fault that does not go with a request.
func ParseScript(script []byte) (Script, error) {
	var s Script
	if jsontext.Value(script).Kind() == 'n' {
		return s, errors.New("service: script: null, want an object; {} is a script in which chance decides everything")
	}
	err := json.Unmarshal(script, &s, strict...)
	if semantic := new(json.SemanticError); errors.As(err, &semantic) {
		cause := semantic.Err
		if errors.Is(cause, json.ErrUnknownName) {
			cause = errors.New("no such member")
		} else if cause == nil {
			cause = fmt.Errorf("a JSON %v does not fit here", semantic.JSONKind)
		}
		return Script{}, fmt.Errorf("service: script, byte %d, %s: %w", semantic.ByteOffset, place(semantic.JSONPointer), cause)
	}
	if err != nil {
		return Script{}, fmt.Errorf("service: script: %w", err)
	}
	return s, s.check()
}

// strict are the options for a script: no unknown members, and durations, events and operations as texts.
var strict = []json.Options{
	json.RejectUnknownMembers(true),
	json.WithUnmarshalers(json.JoinUnmarshalers(
		json.UnmarshalFunc(func(value []byte, d *time.Duration) (err error) {
			word, err := text(value, "1m30s")
			if err == nil {
				*d, err = time.ParseDuration(word)
			}
			return err
		}),
		json.UnmarshalFunc(func(value []byte, e *transitions.Event) error {
			word, err := text(value, "started(Connecting)")
			if err == nil {
				err = e.UnmarshalText([]byte(word))
			}
			return err
		}),
		json.UnmarshalFunc(func(value []byte, o *transitions.Operation) error {
			word, err := text(value, "accept")
			if err != nil {
				return err
			}
			var names []string
			for known := transitions.OperationAccept; known <= transitions.OperationCancel; known++ {
				if names = append(names, known.String()); known.String() == word {
					*o = known
					return nil
				}
			}
			return fmt.Errorf("%.50q, want one of %s", word, words(names))
		}),
	)),
}

// text reads a JSON string. The error shows an example of its content.
func text(value []byte, example string) (word string, err error) {
	if jsontext.Value(value).Kind() != '"' {
		return "", fmt.Errorf("%.20s, want a string as %q", value, example)
	}
	return word, json.Unmarshal(value, &word)
}

// place names a part of the script.
func place(p jsontext.Pointer) string {
	if p == "" {
		return "the whole"
	}
	return string(p)
}

// check returns an error that names the first part of a script that cannot be played.
func (s *Script) check() error {
	for _, d := range []struct {
		name string
		time.Duration
	}{{"idle", s.Idle}, {"away", s.Away}, {"aggregate", s.Aggregate}} {
		if d.Duration < 0 {
			return fmt.Errorf("service: script, /%s: %v, want 0 or more", d.name, d.Duration)
		}
	}
	for n, i := range s.Incoming {
		if i.After < 0 {
			return fmt.Errorf("service: script, /incoming/%d/after: %v, want 0 or more", n, i.After)
		}
		if length := transitions.UTF16Len(i.Subject); length > transitions.MaxSubject {
			return fmt.Errorf("service: script, /incoming/%d/subject: %d UTF-16 code units, want at most %d", n, length, transitions.MaxSubject)
		}
		if err := i.check(transitions.Incoming); err != nil {
			return fmt.Errorf("service: script, /incoming/%d%w", n, err)
		}
	}
	for n, o := range s.Outgoing {
		if _, err := path.Match(o.To, ""); err != nil {
			return fmt.Errorf("service: script, /outgoing/%d/to: %q: %w", n, o.To, err)
		}
		if err := o.check(transitions.Outgoing); err != nil {
			return fmt.Errorf("service: script, /outgoing/%d%w", n, err)
		}
	}
	for n := range s.Faults {
		if err := s.Faults[n].check(); err != nil {
			return fmt.Errorf("service: script, /faults/%d%w", n, err)
		}
	}
	return nil
}

// check returns an error unless the events are legal: those of Steps one after the other, and those behind an operation
// from each state in which it can be done.
func (l *Life) check(d transitions.Direction) error {
	at := transitions.New(d)
	before := []transitions.Invitation{}
	for n, step := range l.Steps {
		next, err := step.from(at)
		if err != nil {
			return fmt.Errorf("/steps/%d: %w", n, err)
		}
		if at = next; !at.Terminal() {
			before = append(before, at)
		}
	}
	for _, o := range slices.Sorted(maps.Keys(l.On)) {
		if len(l.Steps) == 0 {
			return fmt.Errorf("/on: events behind %v in a life by chance, want steps as well", o)
		}
		for _, at := range before {
			at, err := at.Do(o)
			if err != nil {
				return fmt.Errorf("/on/%v: %w", o, err)
			}
			for n, step := range l.On[o] {
				if at, err = step.from(at); err != nil {
					return fmt.Errorf("/on/%v/%d: %w", o, n, err)
				}
			}
		}
	}
	return nil
}

// from returns the invitation after the step.
func (s *Step) from(at transitions.Invitation) (transitions.Invitation, error) {
	if s.After < 0 {
		return at, fmt.Errorf("after %v, want 0 or more", s.After)
	}
	return at.Step(s.Event)
}

// life returns what becomes of an outgoing call to a URI.
func (s *Script) life(to string) Life {
	for _, o := range s.Outgoing {
		if matches, _ := path.Match(o.To, to); matches || o.To == "" {
			return o.Life
		}
	}
	return Life{}
}

// follow returns the events behind an operation.
func (l *Life) follow(o transitions.Operation, at transitions.Invitation, chance *chance) []Step {
	if len(l.Steps) == 0 {
		return chance.follow(o, at)
	}
	if steps, scripted := l.On[o]; scripted {
		return steps
	}
	return documented(o, at)
}

// documented returns the events behind an operation as the pages describe them: links go when a call is accepted, which
// then connects (UCWA/accept_ref.md); the others fail the invitation (UCWA/decline_ref.md, cancel_ref.md; for forward
// Inferred from UCWA/acceptedByContact_ref.md).
func documented(o transitions.Operation, at transitions.Invitation) []Step {
	failed := func(r codes.Reason) []Step { return []Step{{Event: transitions.Completed(transitions.StateFailed, r)}} }
	switch o {
	case transitions.OperationAccept, transitions.OperationAcceptAndBridge:
		return []Step{
			{Event: transitions.Updated(at.State())},
			{After: time.Second / 10, Event: transitions.Completed(transitions.StateConnected, codes.NoReason)},
		}
	case transitions.OperationDecline:
		return failed(codes.LocalFailureDeclined)
	case transitions.OperationForward:
		return failed(codes.InformationalRedirected)
	case transitions.OperationCancel:
		return failed(codes.LocalFailureCanceled)
	case transitions.OperationNone, transitions.OperationStartAdhocMeeting: // leave the invitation as it is
	}
	return nil
}

// words joins names for an error.
func words[T ~string](names []T) string {
	var b strings.Builder
	for n, name := range names {
		if n > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(name))
	}
	return b.String()
}
