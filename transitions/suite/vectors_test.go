package suite_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
	"github.com/avinvite/avinvite/transitions/suite"
)

var everything = []suite.Spec{
	{Direction: transitions.Incoming, Sees: served},
	{Direction: transitions.Outgoing, Sees: served},
	{Direction: transitions.Outgoing, Sees: whole | suite.SeesVerdict},
	{Direction: transitions.Incoming, Mode: suite.Observe, Sees: shown},
	{Direction: transitions.Outgoing, Mode: suite.Observe, Sees: whole},
}

// TestVectors reads the vectors back, and compares each line with its test.
func TestVectors(t *testing.T) {
	for _, spec := range everything {
		if !long() {
			spec.Inputs = suite.Representatives
		}
		m := machine(t, spec)
		s := m.Suite(suite.States, 0)
		var b bytes.Buffer
		if err := s.WriteVectors(&b, "a model"); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(b.String(), "\n")
		var head suite.Head
		if err := json.Unmarshal([]byte(lines[0]), &head); err != nil {
			t.Fatal(err)
		}
		want := s.Head()
		want.Model = "a model"
		if diff := cmp.Diff(want, head); diff != "" {
			t.Errorf("%v: the head differs (-want +got):\n%s", m, diff)
		}
		if n := len(lines) - 2; n != head.Suite.Tests || lines[n+1] != "" {
			t.Fatalf("%v: %d lines behind the head, want %d", m, n, head.Suite.Tests)
		}
		lines = lines[1:]
		ids := map[string]bool{}
		for word := range s.Tests() {
			test, err := m.Test(word)
			if err != nil {
				t.Fatal(err)
			}
			line, err := json.Marshal(test)
			if err != nil {
				t.Fatal(err)
			}
			if lines[0] != string(line) {
				t.Fatalf("%v: the line of %v is\n%s\nwant\n%s", m, word, lines[0], line)
			}
			var read suite.Test
			if err := json.Unmarshal(line, &read); err != nil {
				t.Fatal(err)
			}
			for n, a := range test.Expect {
				if parts := a.Differs(read.Expect[n]); parts != 0 {
					t.Errorf("%s is read with another %v", line, parts)
				}
			}
			read.Expect = test.Expect
			if !reflect.DeepEqual(read, test) {
				t.Fatalf("%s is read as %+v, want %+v", line, read, test)
			}
			if ids[test.ID] {
				t.Errorf("%v: two tests with the ID %s", m, test.ID)
			}
			ids[test.ID] = true
			lines = lines[1:]
		}
	}
}

// TestExpectTwin compares every answer of the suites with package transitions itself.
func TestExpectTwin(t *testing.T) {
	for _, spec := range everything {
		m := machine(t, spec)
		for word := range m.Suite(suite.Configurations, 0).Tests() {
			i := transitions.New(spec.Direction)
			for n, a := range m.Expect(word) {
				want := suite.Answer{Sees: spec.Sees &^ suite.SeesVerdict}
				if n > 0 {
					action, before := word[n-1], i
					var err error
					if spec.Mode == suite.Observe {
						i, err = action.Observe(i)
					} else {
						i, err = action.Step(i)
					}
					hangsUp := before.Direction() == transitions.Outgoing && before.Succeeded() &&
						action.Operation == transitions.OperationCancel
					if !hangsUp && (action.Operates() || spec.Mode == suite.Step) {
						want.Sees |= suite.SeesVerdict
						want.OK = err == nil
					}
					var row codes.Synchronous
					if want.Sees&suite.SeesVerdict != 0 && errors.As(err, &row) {
						want.Status, want.Code = row.HTTP(), row.Code()
					}
				}
				want.State, want.Offers = i.State(), i.Operations()
				if spec.Sees&suite.SeesPending != 0 {
					want.Pending = i.Pending()
				}
				if spec.Sees&suite.SeesReason != 0 {
					want.Reason = i.Reason()
				}
				if a != want {
					t.Fatalf("%v, %v: answer %d is %+v, want %+v", m, word, n, a, want)
				}
			}
		}
	}
}

// TestBasis compares bases with cells whose authority is known.
func TestBasis(t *testing.T) {
	server := machine(t, suite.Spec{Direction: transitions.Outgoing, Sees: served})
	client := machine(t, suite.Spec{Direction: transitions.Outgoing, Mode: suite.Observe, Sees: shown})
	undocumented := failed(codes.Alone(codes.RemoteFailure))
	for _, test := range []struct {
		m    *suite.Machine
		word suite.Word
		want []codes.Basis
	}{
		{server, suite.Word{started(transitions.StateConnecting), connected()}, []codes.Basis{codes.Sampled, codes.Sampled}},
		{server, suite.Word{connected(), connected()}, []codes.Basis{codes.Stated, codes.Stated}},
		{server, suite.Word{undocumented}, []codes.Basis{codes.Inferred}},
		{client, suite.Word{undocumented}, []codes.Basis{codes.Stated}},
		{client, suite.Word{connected(), started(transitions.StateAlerting)}, []codes.Basis{codes.Stated, codes.Inferred}},
		{
			server, suite.Word{
				started(transitions.StateConnecting), {Operation: transitions.OperationCancel},
				{Operation: transitions.OperationCancel},
			}, []codes.Basis{codes.Sampled, codes.Inferred, codes.Inferred},
		},
	} {
		got, err := test.m.Test(test.word)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, got.Basis); diff != "" {
			t.Errorf("%v, %v (-want +got):\n%s", test.m, test.word, diff)
		}
	}
}

// TestIdentifiers shows that the ID depends on the direction and the steps, and not on what is expected.
func TestIdentifiers(t *testing.T) {
	word := suite.Word{connected()}
	ids := map[string]int{}
	for _, spec := range everything {
		test, err := machine(t, spec).Test(word)
		if err != nil {
			t.Fatal(err)
		}
		ids[test.ID]++
	}
	if len(ids) != len(directions) {
		t.Errorf("the IDs of one word in %d machines are %v, want one for each direction", len(everything), ids)
	}
	events := machine(t, suite.Spec{Direction: transitions.Incoming, Sees: shown, Inputs: suite.Events})
	_, err := events.Test(suite.Word{{Operation: transitions.OperationAccept}})
	if err == nil || !strings.Contains(err.Error(), "do accept is no input of the Incoming machine") {
		t.Errorf("Test(do accept) of a machine without operations = %v, want an error that names it", err)
	}
}

// TestAnswerRefuses reads what is no answer.
func TestAnswerRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`{"state":"Ringing"}`:   `"Ringing" is no state`,
		`{"offers":["hangUp"]}`: `"hangUp" is no operation`,
		`{"offers":["none"]}`:   "a set cannot have none as a member",
		`{"offers":"AQ=="}`:     "cannot unmarshal string",
		`{"reason":"Busy"}`:     "the reason \"Busy\"",
		`{"ok":"yes"}`:          "the answer {\"ok\":\"yes\"}",
	} {
		var a suite.Answer
		if err := json.Unmarshal([]byte(text), &a); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("reading %s = %v, want %s", text, err, want)
		}
	}
}

// TestDiffers compares an answer with others that are different in one part.
func TestDiffers(t *testing.T) {
	m := machine(t, suite.Spec{Direction: transitions.Outgoing, Sees: whole | suite.SeesVerdict})
	cancel := laws.Action{Operation: transitions.OperationCancel}
	answers := m.Expect(suite.Word{started(transitions.StateAlerting), cancel, cancel})
	want := answers[3]
	for text, parts := range map[string]suite.Sees{
		`{"ok":false,"status":409,"code":"Conflict","subcode":"Any","state":"Alerting","offers":[],"pending":"cancel"}`: 0,
		`{"ok":false,"status":404,"code":"Conflict","state":"Alerting","offers":[],"pending":"cancel"}`:                 suite.SeesVerdict,
		`{"ok":false,"status":409,"code":"Conflict","state":"Alerting","offers":["cancel"]}`:                            suite.SeesOffers | suite.SeesPending,
		`{"state":"Connecting","pending":"cancel","reason":{"code":"Timeout"}}`:                                         suite.SeesVerdict | suite.SeesState | suite.SeesOffers | suite.SeesReason,
	} {
		var got suite.Answer
		if err := json.Unmarshal([]byte(text), &got); err != nil {
			t.Fatal(err)
		}
		if differs := want.Differs(got); differs != parts {
			t.Errorf("%s differs in %v, want %v", text, differs, parts)
		}
	}
}
