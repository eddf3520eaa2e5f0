package testee

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/layout"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/vectors"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/suite"
)

// greeting is the first line that a testee receives.
const greeting = `{"avinvite":1}` + "\n"

// Hello is the first line that a testee sends: its name and role, the steps that it takes, and the parts that it shows.
type Hello struct {
	Avinvite   int      `json:"avinvite"` // the version of the protocol, which is 1
	Name       string   `json:"name"`
	Version    string   `json:"version,omitempty"`
	Role       string   `json:"role"`            // server or client
	Takes      string   `json:"takes,omitempty"` // events, which is the default, or documents
	Sees       []string `json:"sees"`            // the members of each answer: some of state, offers, pending and reason
	Operations *bool    `json:"operations"`      // whether it takes operations
}

// readHello reads the first line of a testee.
func readHello(line []byte) (h Hello, err error) {
	if err := json.Unmarshal(line, &h); err != nil {
		return h, jsonError(line, err)
	}
	if h.Takes == "" {
		h.Takes = "events"
	}
	switch {
	case h.Avinvite != 1:
		return h, errors.New(`want a line with "avinvite":1, the version of the protocol`)
	case h.Name == "":
		return h, errors.New(`no "name" of the implementation`)
	case h.Role != "server" && h.Role != "client":
		return h, errors.New(`want "role":"server" or "role":"client"`)
	case h.Takes != "events" && h.Takes != "documents":
		return h, errors.New(`want "takes":"events" or "takes":"documents"`)
	case h.Takes == "documents" && h.Role == "server":
		return h, errors.New(`"takes":"documents" is for a client, which reads event documents`)
	case h.Operations == nil:
		return h, errors.New(`want "operations":true or "operations":false`)
	}
	if _, err := vectors.Sees(h.Sees); err != nil {
		return h, fmt.Errorf(`%w in "sees"`, err)
	}
	return h, nil
}

// shown is everything that a testee can show beside its verdict on an action.
const shown = suite.SeesState | suite.SeesOffers | suite.SeesPending | suite.SeesReason

// seen returns what the testee shows, which readHello has checked.
func (h Hello) seen() suite.Sees {
	s, _ := vectors.Sees(h.Sees)
	return s
}

// spec returns the machine that the testee is held to. The verdict of a client on an event is not asked for.
func (h Hello) spec(d transitions.Direction, representatives bool) suite.Spec {
	spec := suite.Spec{Direction: d, Mode: suite.Step, Sees: h.seen() | suite.SeesVerdict}
	if h.Role == "client" {
		spec.Mode, spec.Sees = suite.Observe, h.seen()
	}
	switch {
	case representatives && *h.Operations:
		spec.Inputs = suite.Representatives
	case !*h.Operations:
		spec.Inputs = suite.Events
	}
	return spec
}

// reply is each other line that a testee sends.
type reply struct {
	ID      *string           `json:"id"`
	Answers []json.RawMessage `json:"answers"`
	Skip    *string           `json:"skip"`
	Error   *string           `json:"error"`
}

// readReply reads a line that answers a test. The steps are looked up by the ID.
func readReply(line []byte, find func(id string) (steps int, ok bool)) (r reply, err error) {
	if err := json.Unmarshal(line, &r); err != nil {
		return r, jsonError(line, err)
	}
	if r.ID == nil {
		return r, errors.New(`no "id" of a test`)
	}
	steps, ok := find(*r.ID)
	members := 0
	for _, there := range []bool{r.Answers != nil, r.Skip != nil, r.Error != nil} {
		if there {
			members++
		}
	}
	switch {
	case !ok:
		return r, fmt.Errorf("no test with the id %.40q is waiting for an answer", *r.ID)
	case members != 1:
		return r, errors.New(`want one of "answers", "skip" and "error" beside the id`)
	case r.Answers != nil && len(r.Answers) != steps+1:
		return r, fmt.Errorf("%s to %s, want %d: the first answer is what the new invitation shows",
			count(len(r.Answers), "answer"), count(steps, "step"), steps+1)
	}
	return r, nil
}

// jsonError returns the error of a line that cannot be read.
func jsonError(line []byte, err error) error {
	if !json.Valid(line) {
		return errors.New("the line is no JSON; the standard output is for answers alone, so write logs to the standard error")
	}
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) && wrong.Field != "" {
		return fmt.Errorf("the member %s is a JSON %s", wrong.Field, wrong.Value)
	}
	return errors.New("want a JSON object")
}

// ProtocolError is a line of a testee that is not what the protocol wants.
type ProtocolError struct {
	Number int    // of the line, from 1
	Line   string // the line, cut short if it is long
	Err    error  // what is wrong with it
}

func newProtocolError(number int, line []byte, err error) *ProtocolError {
	const long = 200
	text := string(bytes.TrimRight(line, "\r\n"))
	if len(text) > long {
		text = text[:long] + "..."
	}
	return &ProtocolError{number, layout.Printable(text), err}
}

// Error quotes the line.
func (e *ProtocolError) Error() string {
	return fmt.Sprintf("line %d of the testee's standard output: %v: %s", e.Number, e.Err, e.Line)
}

// Unwrap returns what is wrong with the line.
func (e *ProtocolError) Unwrap() error { return e.Err }
