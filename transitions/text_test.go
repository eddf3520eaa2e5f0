package transitions_test

import (
	"encoding"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// TestText is law 12 for configurations: writing and reading are inverse for everything that a reader can come to.
func TestText(t *testing.T) {
	texts := map[string]bool{}
	for _, i := range own().reachable(true) {
		text, err := i.MarshalText()
		if err != nil {
			t.Errorf("%v.MarshalText() = %v", i, err)
			continue
		}
		if texts[string(text)] {
			t.Errorf("two invitations have the text %q", text)
		}
		texts[string(text)] = true
		var got transitions.Invitation
		if err := got.UnmarshalText(text); err != nil || got != i {
			t.Errorf("UnmarshalText(%q) = %v, %v, want %v", text, got, err, i)
		}
		data, err := json.Marshal(i)
		if err != nil {
			t.Errorf("%v.MarshalJSON() = %v", i, err)
		}
		got = transitions.Invitation{}
		if err := json.Unmarshal(data, &got); err != nil || got != i {
			t.Errorf("UnmarshalJSON(%s) = %v, %v, want %v", data, got, err, i)
		}
	}
}

// TestTextRefuses forges every configuration there could be and keeps those that no reader comes to.
func TestTextRefuses(t *testing.T) {
	reachable := map[transitions.Invitation]bool{}
	for _, i := range own().reachable(true) {
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
	for _, text := range []string{
		"", " ", "Incoming", "Incoming ", "incoming Connecting", "Incoming connecting", "Incoming Connecting ",
		"Incoming  Connecting", "Incoming Connecting cancel", "Incoming Connecting startAdhocMeeting",
		"Incoming Connecting none", "Incoming Connecting RemoteFailure/Busy", "Incoming None accept",
		"Outgoing Connected RemoteFailure/Busy", "Outgoing Connected cancel", "Outgoing Failed", "Outgoing Failed none",
		"Outgoing Failed cancel", "Outgoing Failed RemoteFailure/busy", "Outgoing Failed RemoteFailure/Busy x",
		"Outgoing Missed", "Sideways Connecting",
	} {
		got := transitions.New(transitions.Incoming)
		if err := got.UnmarshalText([]byte(text)); !errors.Is(err, transitions.ErrInvalid) || got != transitions.New(transitions.Incoming) {
			t.Errorf("UnmarshalText(%q) = %v, %v, want ErrInvalid and no change", text, got, err)
		}
	}
	for _, data := range []string{
		`{}`, `null`, `[]`, `7`, `"Incoming Connecting"`, `{"direction":"Incoming"}`, `{"state":"Connecting"}`,
		`{"direction":"Incoming","state":"Connecting","reason":"accept"}`,
		`{"direction":"Outgoing","state":"Failed","pending":"RemoteFailure/Busy"}`,
		`{"direction":"Incoming","state":"Connecting","pending":"accept","reason":"RemoteFailure/Busy"}`,
		`{"direction":"Incoming","state":"Connecting","pending":"none"}`,
	} {
		var got transitions.Invitation
		if err := got.UnmarshalJSON([]byte(data)); !errors.Is(err, transitions.ErrInvalid) {
			t.Errorf("UnmarshalJSON(%s) = %v, %v, want ErrInvalid", data, got, err)
		}
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
			if member := n >= test.first && n <= test.last; member != (err == nil) || member == strings.Contains(test.value.String(), "(") {
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
	for _, i := range own().reachable(false) {
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
