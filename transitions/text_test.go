package transitions_test

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// TestTextRefuses forges every configuration there could be and keeps those that no mode reaches.
func TestTextRefuses(t *testing.T) {
	reachable := map[transitions.Invitation]bool{{}: true} // the zero Invitation has a text
	for _, i := range observed() {
		reachable[i] = true
	}
	for d := range transitions.Outgoing + 2 {
		for s := range transitions.StateCancelled + 2 {
			for o := range transitions.OperationCancel + 2 {
				for r := range codes.Undocumented + 2 {
					i := transitions.Raw(d, s, o, r)
					if _, err := i.MarshalText(); (err == nil) != reachable[i] {
						t.Errorf("%v.MarshalText() = %v, want an error: %t", i, err, !reachable[i])
					}
				}
			}
		}
	}
	for text, want := range map[string]string{
		"Incoming":                               "want a direction, a state",
		"Incoming  Connecting accept":            "want a direction, a state",
		"Outgoing Failed RemoteFailure/Busy x":   "want a direction, a state",
		" ":                                      `"" is no direction, want one of Incoming, Outgoing`,
		"incoming Connecting":                    `"incoming" is no direction`,
		"Sideways Connecting":                    `"Sideways" is no direction`,
		"Incoming ":                              `"" is no state, want one of None, Connecting, Alerting`,
		"Incoming connecting":                    `"connecting" is no state`,
		"Outgoing Missed":                        `"Missed" is no state`,
		"Incoming  Connecting":                   `"" is no state`,
		"Incoming Connecting ":                   `"" is neither an operation, as accept, nor a reason, as RemoteFailure/Busy`,
		"Incoming Connecting none":               `"none" is neither`,
		"Outgoing Failed none":                   `"none" is neither`,
		"Outgoing Failed RemoteFailure/busy":     `"RemoteFailure/busy" is neither`,
		"Incoming Connecting cancel":             "never stays pending in this direction",
		"Incoming Connecting startAdhocMeeting":  "never stays pending in this direction",
		"Incoming None accept":                   "only while the invitation is in progress",
		"Outgoing Connected cancel":              "only while the invitation is in progress",
		"Outgoing Failed cancel":                 "only while the invitation is in progress",
		"Incoming Connecting RemoteFailure/Busy": "only a failure has a reason",
		"Outgoing Connected RemoteFailure/Busy":  "only a failure has a reason",
		"Outgoing Failed":                        "a failure needs a reason",
	} {
		got := transitions.New(transitions.Incoming)
		err := got.UnmarshalText([]byte(text))
		if !errors.Is(err, transitions.ErrInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("UnmarshalText(%q) = %v, want ErrInvalid and %q", text, err, want)
		}
		if got != transitions.New(transitions.Incoming) {
			t.Errorf("UnmarshalText(%q) makes %v, want no change", text, got)
		}
	}
	for data, want := range map[string]string{
		`{}`:                       "want an object with a direction and a state",
		`{"direction":"Incoming"}`: "want an object with a direction and a state",
		`{"state":"Connecting"}`:   "want an object with a direction and a state",
		`[]`:                       "want an object with a direction and a state",
		`7`:                        "want an object with a direction and a state",
		`"Incoming connecting"`:    `"connecting" is no state`,
		`{"direction":null}`:       `the member "direction" is null`,
		``:                         "unexpected end",
		`{"direction":"Incoming"`:  "unexpected end",
		`{"direction":"Incoming","state":"Connecting"} {}`:                             "after top-level value",
		`{"direction":"Incoming","state":1}`:                                           `the member "state" is 1, want a string`,
		`{"direction":"Incoming","state":null}`:                                        `the member "state" is null, want a string`,
		`{"direction":"Incoming","state":["Connecting"]}`:                              `the member "state" is ["Connecting"], want`,
		`{"direction":"Incoming","State":"Connecting"}`:                                `the member "State" is none of direction, state,`,
		`{"direction":"Incoming","state":"Connecting","pendng":"accept"}`:              `the member "pendng" is none of`,
		`{"direction":"Incoming","state":"Connecting","since":{"a":1}}`:                `the member "since" is none of`,
		`{"direction":"Incoming","state":"Connecting","state":"Connecting"}`:           `the member "state" is there twice`,
		`{"direction":"Incoming","state":"connecting"}`:                                `"connecting" is no state`,
		`{"direction":"Incoming","state":"Connecting","reason":"accept"}`:              `"accept" is no reason`,
		`{"direction":"Outgoing","state":"Failed","pending":"RemoteFailure/Busy"}`:     "is no operation, want one of none",
		`{"direction":"Incoming","state":"Connecting","pending":"cancel"}`:             "never stays pending in this direction",
		`{"direction":"Incoming","state":"Failed","pending":"accept","reason":"Gone"}`: "only while",
	} {
		got := transitions.New(transitions.Incoming)
		err := got.UnmarshalJSON([]byte(data))
		if !errors.Is(err, transitions.ErrInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("UnmarshalJSON(%s) = %v, want ErrInvalid and %q", data, err, want)
		}
		if got != transitions.New(transitions.Incoming) {
			t.Errorf("UnmarshalJSON(%s) makes %v, want no change", data, got)
		}
	}
	var got transitions.Invitation
	const other = ` {"pending":"accept","state":"Connecting", "direction":"\u0049ncoming"} `
	if err := json.Unmarshal([]byte(other), &got); err != nil || got.String() != "Incoming Connecting, accept pending" {
		t.Errorf("UnmarshalJSON(%s) = %v, %v, want Incoming Connecting, accept pending", other, got, err)
	}
}

// TestTokens checks the text of every member of the small sets: there and back, and no panic beyond.
func TestTokens(t *testing.T) {
	type token interface {
		encoding.TextMarshaler
		String() string
	}
	for n := range 256 {
		var s transitions.State
		var e transitions.EventType
		var o transitions.Operation
		for _, test := range []struct {
			value token
			read  encoding.TextUnmarshaler
			got   func() token
			first int
			last  int
		}{
			{transitions.State(n), &s, func() token { return s }, 0, 8},
			{transitions.EventType(n), &e, func() token { return e }, 1, 3},
			{transitions.Operation(n), &o, func() token { return o }, 0, 6},
		} {
			text, err := test.value.MarshalText()
			member := n >= test.first && n <= test.last
			if member != (err == nil) || member == strings.Contains(test.value.String(), "(") {
				t.Errorf("%v.MarshalText() = %q, %v, want a text: %t", test.value, text, err, member)
			}
			if err != nil {
				continue
			}
			if err := test.read.UnmarshalText(text); err != nil || test.got() != test.value {
				t.Errorf("UnmarshalText(%q) = %v, %v, want %v", text, test.got(), err, test.value)
			}
		}
	}
	for _, token := range []string{"", "None", "connected", "Canceled", "Missed"} {
		if s, err := transitions.ParseState(token); err == nil {
			t.Errorf("ParseState(%q) = %v, want an error", token, s)
		}
	}
	if s, err := transitions.ParseState("Cancelled"); err != nil || s != transitions.StateCancelled {
		t.Errorf("ParseState(Cancelled) = %v, %v", s, err)
	}
}

// FuzzUnmarshalText feeds the parser: whatever it takes, it writes again to the letter.
func FuzzUnmarshalText(f *testing.F) {
	for _, i := range stepped() {
		text, err := i.MarshalText()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var i transitions.Invitation
		if i.UnmarshalText(text) != nil {
			return
		}
		if got, err := i.MarshalText(); err != nil || string(got) != string(text) {
			t.Errorf("UnmarshalText(%q) = %v, which is written %q, %v", text, i, got, err)
		}
	})
}

// TestSets holds the text of sets: the members in order, and a word for none.
func TestSets(t *testing.T) {
	for _, test := range []struct {
		set  fmt.Stringer
		want string
	}{
		{transitions.OperationSet(0), "nothing"},
		{transitions.OperationSet(1<<transitions.OperationCancel | 1<<transitions.OperationAccept), "accept, cancel"},
		{transitions.ReasonSet(0), "nothing"},
		{transitions.ReasonSet(1<<codes.RemoteFailureBusy | 1<<codes.NoReason), "none, RemoteFailure/Busy"},
	} {
		if got := test.set.String(); got != test.want {
			t.Errorf("%#v is %q, want %q", test.set, got, test.want)
		}
	}
}

// TestEventName: events that differ have different names, and a name is an identifier in every exported form.
func TestEventName(t *testing.T) {
	for e, want := range map[transitions.Event]string{
		transitions.Updated(transitions.StateAlerting):                          "updated_Alerting",
		transitions.Completed(transitions.StateConnected, codes.NoReason):       "completed_Connected",
		transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy): "completed_Failed_RemoteFailure_Busy",
		transitions.Completed(transitions.StateFailed, codes.TimeoutNone):       "completed_Failed_Timeout_None",
	} {
		if got := e.Name(); got != want {
			t.Errorf("%v.Name() = %q, want %q", e, got, want)
		}
	}
	named, identifier := map[string]transitions.Event{}, regexp.MustCompile(`^[A-Za-z]\w*$`)
	for _, d := range directions {
		for c := range transitions.Cells(d) {
			name := c.Event.Name()
			if other, ok := named[name]; ok && other != c.Event || !identifier.MatchString(name) {
				t.Errorf("%v and %v are both named %q, want different identifiers", c.Event, other, name)
			}
			named[name] = c.Event
		}
	}
}

// TestEventJSON holds the JSON of an event: the wire's tokens, lower-case members, and no member for no reason.
func TestEventJSON(t *testing.T) {
	for e, want := range map[transitions.Event]string{
		transitions.Started(transitions.StateAlerting):                          `{"type":"started","state":"Alerting"}`,
		transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy): `{"type":"completed","state":"Failed","reason":"RemoteFailure/Busy"}`,
	} {
		written, err := json.Marshal(e)
		var read transitions.Event
		if err == nil {
			err = json.Unmarshal(written, &read)
		}
		if err != nil || string(written) != want || read != e {
			t.Errorf("%v is written %s, %v, and read as %v, want %s", e, written, err, read, want)
		}
	}
}
