package transitions_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"math/bits"
	"slices"
	"strings"
	"testing"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// session is a program's own type, some of whose values are still zero.
type session struct {
	Call transitions.Invitation
	Last transitions.Event
	Odd  transitions.Oddity
	Seen map[transitions.Event]int
	Held map[transitions.Invitation]int
}

// TestZeroValues: the zero Invitation, Event and Oddity are written and read as themselves, alone and in a struct, and
// what is read replaces what was there before.
func TestZeroValues(t *testing.T) {
	for name, test := range map[string]struct {
		value session
		want  string
	}{
		"zero": {session{Seen: map[transitions.Event]int{{}: 1}, Held: map[transitions.Invitation]int{{}: 2}},
			`{"Call":null,"Last":null,"Odd":{},"Seen":{"":1},"Held":{"":2}}`},
		"in use": {
			session{
				Call: transitions.New(transitions.Outgoing),
				Last: transitions.Started(transitions.StateAlerting),
				Odd:  transitions.Oddity{Rule: transitions.ErrUndefined, Basis: codes.Inferred},
				Seen: map[transitions.Event]int{transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy): 2},
				Held: map[transitions.Invitation]int{transitions.New(transitions.Incoming): 3},
			},
			`{"Call":{"direction":"Outgoing","state":"None"},"Last":{"type":"started","state":"Alerting"},` +
				`"Odd":{"rule":"undefined-transition","basis":"Inferred"},"Seen":{"completed(Failed, RemoteFailure/Busy)":2},"Held":{"Incoming None":3}}`,
		},
	} {
		written, err := json.Marshal(test.value)
		if err != nil || string(written) != test.want {
			t.Errorf("%s is written %s, %v, want %s", name, written, err, test.want)
		}
		read := session{Call: transitions.New(transitions.Incoming), Last: transitions.Updated(transitions.StateTeamRing)}
		err = json.Unmarshal(written, &read)
		if err != nil || read.Call != test.value.Call || read.Last != test.value.Last || read.Odd != test.value.Odd ||
			!maps.Equal(read.Seen, test.value.Seen) || !maps.Equal(read.Held, test.value.Held) {
			t.Errorf("%s is read as %+v, %v, want %+v", written, read, err, test.value)
		}
	}
	call, event := transitions.New(transitions.Incoming), transitions.Updated(transitions.StateTeamRing)
	if err := call.UnmarshalText(nil); err != nil || call != (transitions.Invitation{}) {
		t.Errorf("no text is read as %v, %v, want the zero Invitation", call, err)
	}
	if err := event.UnmarshalText(nil); err != nil || event != (transitions.Event{}) {
		t.Errorf("no text is read as %v, %v, want the zero Event", event, err)
	}
	for _, v := range []interface{ MarshalText() ([]byte, error) }{
		transitions.Invitation{}, transitions.Event{}, transitions.Rule(0),
	} {
		if text, err := v.MarshalText(); err != nil || text == nil || len(text) > 0 {
			t.Errorf("the text of the zero %T is %q, %v, want an empty one", v, text, err)
		}
	}
}

// TestEventForms writes and reads every combination of a type, a state and a reason. Exactly those that a service could
// send have a text and a JSON form, besides the zero Event.
func TestEventForms(t *testing.T) {
	sent := map[transitions.Event]bool{{}: true}
	for _, d := range directions {
		for c := range transitions.Cells(d) {
			sent[c.Event] = true
		}
	}
	for k := range transitions.EventCompleted + 2 {
		for s := range transitions.StateCancelled + 2 {
			for r := range codes.Undocumented + 2 {
				e := transitions.Event{Type: k, State: s, Reason: r}
				want := sent[e] || k == transitions.EventCompleted && s.Terminal() && s <= transitions.StateCancelled &&
					r > codes.NoReason && r <= codes.Undocumented // the reasons of the tolerant mode
				text, textErr := e.MarshalText()
				object, objectErr := e.MarshalJSON()
				if (textErr == nil) != want || (objectErr == nil) != want {
					t.Errorf("%v is written %q, %v, and %s, %v, want both: %t", e, text, textErr, object, objectErr, want)
				}
				var fromText, fromObject transitions.Event
				if want && (fromText.UnmarshalText(text) != nil || fromText != e ||
					json.Unmarshal(object, &fromObject) != nil || fromObject != e) {
					t.Errorf("%v is read as %v and %v", e, fromText, fromObject)
				}
				if !want && (!errors.Is(textErr, transitions.ErrInvalid) || fromText.UnmarshalText([]byte(e.String())) == nil) {
					t.Errorf("%v is refused with %v, and its text is read as %v", e, textErr, fromText)
				}
			}
		}
	}
	for _, text := range []string{
		" ", "started", "started(", "started()", "started(Connecting", "started(Connecting) ", "Started(Connecting)",
		"started(None)", "started(Connecting, none)", "completed(Failed,RemoteFailure/Busy)", "completed(Failed, )",
		"completed(Failed, RemoteFailure/Busy))", "completed(Failed, RemoteFailure/Busy, Gone)", "updated(Connected, Gone)",
		"null", "EventType(0)(None)",
	} {
		e := transitions.Updated(transitions.StateAlerting)
		if err := e.UnmarshalText([]byte(text)); !errors.Is(err, transitions.ErrInvalid) || e != transitions.Updated(transitions.StateAlerting) {
			t.Errorf("UnmarshalText(%q) = %v and %v, want ErrInvalid and no change", text, err, e)
		}
	}
	for _, data := range []string{
		`{}`, `[]`, `"started(connecting)"`, `7`, `{"type":"started"}`, `{"state":"Connecting"}`,
		`{"type":"started","state":"None"}`, `{"type":"begun","state":"Connecting"}`, `{"type":1,"state":"Connecting"}`,
		`{"type":"started","state":"Connecting","reason":"RemoteFailure/Busy"}`,
		`{"type":"completed","state":"Alerting"}`, `{"type":"completed","state":"Failed","reason":"RemoteFailure/busy"}`,
	} {
		e := transitions.Updated(transitions.StateAlerting)
		if err := e.UnmarshalJSON([]byte(data)); !errors.Is(err, transitions.ErrInvalid) || e != transitions.Updated(transitions.StateAlerting) {
			t.Errorf("UnmarshalJSON(%s) = %v and %v, want ErrInvalid and no change", data, err, e)
		}
	}
}

// TestSetForms writes and reads sets as arrays. A bit that stands for no member, and an array of anything else, is
// refused.
func TestSetForms(t *testing.T) {
	const operations, reasons = 0b111_1110, 1<<58 - 1
	for s := range transitions.OperationSet(255) {
		written, err := json.Marshal(s)
		var read transitions.OperationSet
		if ok := s&^operations == 0; ok != (err == nil) || ok && (json.Unmarshal(written, &read) != nil || read != s) {
			t.Errorf("%08b is written %s, %v, and read as %08b", s, written, err, read)
		}
	}
	if bits.OnesCount64(reasons) != len(slices.Collect(codes.Reasons()))+1 {
		t.Fatal("the test does not know how many reasons there are")
	}
	for n := range 64 {
		s := transitions.ReasonSet(1 << n)
		written, err := json.Marshal(s)
		var read transitions.ReasonSet
		if ok := s&^reasons == 0; ok != (err == nil) || ok && (json.Unmarshal(written, &read) != nil || read != s) {
			t.Errorf("%v is written %s, %v, and read as %v", s, written, err, read)
		}
	}
	for want, written := range map[string]any{
		`[]`:                            transitions.OperationSet(0),
		`["accept","cancel"]`:           transitions.OperationSet(1<<transitions.OperationCancel | 1<<transitions.OperationAccept),
		`["none","RemoteFailure/Busy"]`: transitions.ReasonSet(1<<codes.RemoteFailureBusy | 1),
	} {
		if got, err := json.Marshal(written); err != nil || string(got) != want {
			t.Errorf("%v is written %s, %v, want %s", written, got, err, want)
		}
	}
	for _, data := range []string{`["none"]`, `["hold"]`, `"AQ=="`, `[null]`, `[1]`, `2`, `{}`} {
		if s := transitions.OperationSet(2); json.Unmarshal([]byte(data), &s) == nil || s != 2 {
			t.Errorf("%s is read as %v, want an error and no change", data, s)
		}
	}
	for _, data := range []string{`["Gone"]`, `["undocumented"]`, `["Busy"]`, `"AQ=="`, `[null]`} {
		if s := transitions.ReasonSet(2); json.Unmarshal([]byte(data), &s) == nil || s != 2 {
			t.Errorf("%s is read as %v, want an error and no change", data, s)
		}
	}
}

// TestRuleText: every rule has a text that is read as itself, and nothing else has one.
func TestRuleText(t *testing.T) {
	for n := range 256 {
		rule := transitions.Rule(n)
		text, err := rule.MarshalText()
		var read transitions.Rule
		if ok := rule <= transitions.ErrReasonState; ok != (err == nil) || ok && (read.UnmarshalText(text) != nil || read != rule) {
			t.Errorf("%v is written %q, %v, and read as %v", rule, text, err, read)
		}
	}
	if rule := transitions.ErrPending; rule.UnmarshalText([]byte("Invalid")) == nil || rule != transitions.ErrPending {
		t.Errorf("Invalid is read as %v, want an error and no change", rule)
	}
}

// TestLogs: a structured log shows words, not numbers, in both of slog's formats.
func TestLogs(t *testing.T) {
	connecting := walk(t, transitions.Incoming, transitions.Started(transitions.StateConnecting))
	_, odd, _ := connecting.Observe(transitions.Updated(transitions.StateAlerting))
	_, late := connecting.Step(transitions.Started(transitions.StateConnecting))
	_, refused := connecting.Do(transitions.OperationCancel)
	attrs := []any{
		"call", connecting, "zero", transitions.Invitation{}, "event", transitions.Updated(transitions.StateAlerting),
		"none", transitions.Event{}, "offers", connecting.Operations(), "reasons", transitions.ReasonSet(1 << codes.GoneCannotRedirect),
		"rule", transitions.ErrPending, "odd", odd, "even", transitions.Oddity{},
	}
	for name, test := range map[string]struct {
		handler func(*bytes.Buffer) slog.Handler
		want    string
	}{
		"text": {
			func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
			`call="Incoming Connecting" zero="" event=updated(Alerting) none="" ` +
				`offers="accept, acceptAndBridge, decline, forward, startAdhocMeeting" reasons=Gone/CannotRedirect ` +
				`rule=operation-pending odd.rule=wrong-direction odd.basis=Inferred` + "\n",
		},
		"JSON": {
			func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
			`"call":{"direction":"Incoming","state":"Connecting"},"zero":null,"event":{"type":"updated","state":"Alerting"},` +
				`"none":null,"offers":["accept","acceptAndBridge","decline","forward","startAdhocMeeting"],` +
				`"reasons":["Gone/CannotRedirect"],"rule":"transitions: an operation is pending already",` +
				`"odd":{"rule":"wrong-direction","basis":"Inferred"}}` + "\n",
		},
	} {
		var b bytes.Buffer
		slog.New(test.handler(&b)).Info("", attrs...)
		if !strings.HasSuffix(b.String(), test.want) {
			t.Errorf("%s: the log is\n%s, want at its end\n%s", name, &b, test.want)
		}
		b.Reset()
		slog.New(test.handler(&b)).Info("", "late", late, "refused", refused)
		for _, err := range []error{late, refused} {
			if !strings.Contains(b.String(), err.Error()) {
				t.Errorf("%s: the log is\n%s, want in it %v", name, &b, err)
			}
		}
	}
}

// TestColumns: an invitation is a text in a database, and the zero one an empty text. NULL is read as zero, and what is
// no text is refused.
func TestColumns(t *testing.T) {
	for _, i := range append(observed(), transitions.Invitation{}) {
		value, err := i.Value()
		text, _ := i.MarshalText()
		var fromString, fromBytes transitions.Invitation
		if value != string(text) || err != nil || fromString.Scan(value) != nil || fromString != i || fromBytes.Scan(text) != nil || fromBytes != i {
			t.Errorf("%v is stored as %q, %v, and read as %v and %v", i, value, err, fromString, fromBytes)
		}
	}
	if value, err := transitions.Raw(transitions.Incoming, transitions.StateFailed, 0, 0).Value(); value != nil || !errors.Is(err, transitions.ErrInvalid) {
		t.Errorf("what no mode reaches is stored as %v, %v, want ErrInvalid", value, err)
	}
	i := transitions.New(transitions.Incoming)
	for _, column := range []any{int64(5), true, "Incoming", []byte("null")} {
		if i.Scan(column) == nil || i != transitions.New(transitions.Incoming) {
			t.Errorf("%v is read as %v, want an error and no change", column, i)
		}
	}
	if err := i.Scan(nil); err != nil || i != (transitions.Invitation{}) {
		t.Errorf("NULL is read as %v, %v, want the zero Invitation", i, err)
	}
}
