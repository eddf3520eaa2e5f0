package module_test

import (
	"strings"
	"testing"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// pitfalls pairs the beginning of each item of the README's list of pitfalls with a check of its statement.
var pitfalls = []struct {
	item  string
	holds func(*testing.T)
}{
	{"A declined outgoing invitation ends as `Failed`", func(t *testing.T) {
		ends(t, transitions.Outgoing, transitions.StateFailed, codes.RemoteFailureDeclined)
		for e := range transitions.Edges() {
			if e.To == transitions.StateDeclined && e.Basis != codes.Inferred {
				t.Errorf("%v from %v to %v is %v", e.Direction, e.From, e.To, e.Basis)
			}
		}
	}},
	{"The state is spelled `Cancelled`, the subcode `Canceled`", func(t *testing.T) {
		if s := transitions.StateCancelled.String(); s != "Cancelled" {
			t.Errorf("the state is %s", s)
		}
		if s := codes.LocalFailureCanceled.Subcode(); s != "Canceled" {
			t.Errorf("the subcode is %s", s)
		}
	}},
	{"The subcode alone does not tell who ended a call", func(t *testing.T) {
		for r, want := range map[codes.Reason]codes.Actor{
			codes.LocalFailureDeclined:  codes.ActorLocal,
			codes.RemoteFailureDeclined: codes.ActorRemote,
		} {
			if actor, _ := r.Actor(); actor != want {
				t.Errorf("%v is ended by %v, want %v", r, actor, want)
			}
		}
		ends(t, transitions.Incoming, transitions.StateFailed, codes.LocalFailureDeclined)
		ends(t, transitions.Outgoing, transitions.StateFailed, codes.RemoteFailureDeclined)
		for r := range codes.Reasons() {
			for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
				if r.Code() == codes.Informational && r.Fits(d) {
					ends(t, d, transitions.StateFailed, r)
				}
			}
		}
	}},
	{"`status` is `Success` or `Failure`", func(t *testing.T) {
		for status, want := range map[string]transitions.State{
			"Success": transitions.StateConnected, "success": transitions.StateConnected,
			"Failure": transitions.StateFailed, "failure": transitions.StateFailed,
		} {
			reads(t, eventchannel.Event{Type: transitions.EventCompleted, Status: status}, want)
		}
		reads(t, eventchannel.Event{
			Type: transitions.EventCompleted, Invitation: &eventchannel.Resource{State: "Connected"},
		}, transitions.StateConnected)
	}},
	{"`completed` may be the first and only event", func(t *testing.T) {
		ends(t, transitions.Outgoing, transitions.StateConnected, codes.NoReason)
		var calls eventchannel.Correlator[int]
		requested, _ := calls.Keep("", "dial-1") // the request has been sent, and no response has come
		if calls.Keep("/invitations/1", "dial-1"); calls.Lookup("/invitations/1", "") != requested {
			t.Error("the first event does not lead to the request that caused it")
		}
	}},
	{"Only `code` is guaranteed", func(t *testing.T) {
		for _, test := range []struct {
			code    codes.Code
			subcode codes.Subcode
			want    codes.Reason
		}{
			{codes.RemoteFailure, "NoPageListsThis", codes.Alone(codes.RemoteFailure)},
			{codes.RemoteFailure, "", codes.RemoteFailureNone},
			{codes.RemoteFailure, "None", codes.RemoteFailureNone},
			{"NoPageListsThis", codes.SubcodeBusy, codes.Undocumented},
		} {
			reason, _ := codes.Resolve(test.code, test.subcode)
			if reason != test.want {
				t.Errorf("%s/%s is %v, want %v", test.code, test.subcode, reason, test.want)
			}
			call, _, err := transitions.New(transitions.Outgoing).Observe(transitions.Completed(transitions.StateFailed, reason))
			if err != nil || call.State() != transitions.StateFailed {
				t.Errorf("after %s/%s the call is %v, %v", test.code, test.subcode, call, err)
			}
		}
	}},
}

// TestPitfalls checks the README's list of pitfalls.
func TestPitfalls(t *testing.T) {
	inRoot(t)
	_, list, _ := strings.Cut(read(t, "README.md"), "\n### What is easy to get wrong\n")
	list, _, found := strings.Cut(list, "\n## ")
	if items := strings.Count(list, "\n- "); !found || items != len(pitfalls) {
		t.Errorf("the README has %d items, and %d are checked", items, len(pitfalls))
	}
	for _, p := range pitfalls {
		if !strings.Contains(list, "\n- "+p.item) {
			t.Errorf("the README has no item that begins %q", p.item)
		}
		t.Run(p.item, p.holds)
	}
}

// ends fails the test unless a completion is legal as the first and only event.
func ends(t *testing.T, d transitions.Direction, s transitions.State, r codes.Reason) {
	t.Helper()
	if call, err := transitions.New(d).Step(transitions.Completed(s, r)); err != nil || !call.Terminal() {
		t.Errorf("%v, %v: %v", d, call, err)
	}
}

// reads fails the test unless a completion on the wire leads to the state.
func reads(t *testing.T, e eventchannel.Event, want transitions.State) {
	t.Helper()
	if got, odd, err := e.Reduce(transitions.StateConnecting); err != nil || odd != nil || got.State != want {
		t.Errorf("a completion with the status %q is %v, %v, want %v", e.Status, got, err, want)
	}
}
