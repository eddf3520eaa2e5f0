package transitions_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// walk is an invitation after the events, each of which has to be legal.
func walk(t testing.TB, d transitions.Direction, events ...transitions.Event) transitions.Invitation {
	t.Helper()
	i := transitions.New(d)
	for _, e := range events {
		next, err := i.Step(e)
		if err != nil {
			t.Fatalf("%v.Step(%v) = %v, want no error", i, e, err)
		}
		i = next
	}
	return i
}

func TestStep(t *testing.T) {
	busy := transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy)
	for _, test := range []struct {
		from transitions.Invitation
		e    transitions.Event
		want string
		err  error
	}{
		{walk(t, transitions.Incoming), transitions.Started(transitions.StateConnecting), "Incoming Connecting", nil},
		{
			walk(t, transitions.Incoming), transitions.Started(transitions.StateAlerting), "Incoming None",
			transitions.ErrDirection,
		},
		{walk(t, transitions.Incoming), busy, "Incoming None", transitions.ErrReasonDirection},
		{walk(t, transitions.Outgoing), busy, "Outgoing Failed (RemoteFailure/Busy)", nil},
		{walk(t, transitions.Outgoing, busy), busy, "Outgoing Failed (RemoteFailure/Busy)", transitions.ErrCompleted},
		{
			walk(t, transitions.Outgoing, transitions.Started(transitions.StateAlerting)),
			transitions.Updated(transitions.StateConnecting), "Outgoing Alerting", transitions.ErrUndefined,
		},
		{
			walk(t, transitions.Outgoing), transitions.Completed(transitions.StateDeclined, codes.RemoteFailureBusy),
			"Outgoing None", transitions.ErrReasonState,
		},
		{
			walk(t, transitions.Outgoing), transitions.Completed(transitions.StateFailed, codes.Undocumented),
			"Outgoing None", transitions.ErrUndocumented,
		},
		{
			walk(t, transitions.Outgoing), transitions.Updated(transitions.StateNone), "Outgoing None",
			transitions.ErrInvalid,
		},
		{transitions.Invitation{}, busy, "invalid", transitions.ErrInvalid},
	} {
		got, err := test.from.Step(test.e)
		if got.String() != test.want || !errors.Is(err, test.err) {
			t.Errorf("%v.Step(%v) = %v, %v, want %v, %v", test.from, test.e, got, err, test.want, test.err)
		}
	}
}

// TestRules asks every value of the byte for its text and its name, which the eight rules have each of its own, and for
// its basis and its source.
func TestRules(t *testing.T) {
	texts, names := map[string]bool{}, map[string]bool{}
	for n := range 256 {
		r := transitions.Rule(n)
		rule := r >= transitions.ErrInvalid && r <= transitions.ErrReasonState
		text := r.Error()
		if texts[text] || strings.Contains(text, "Rule(") == rule {
			t.Errorf("Rule(%d).Error() = %q, want a text of its own, which has the number unless it is a rule", n, text)
		}
		texts[text] = true
		if name := r.Name(); names[name] && name != "" || (name != "") != rule {
			t.Errorf("Rule(%d).Name() = %q, want one of its own: %t", n, name, rule)
		}
		names[r.Name()] = true
		if (r.Basis() != 0) != rule || (r.Source().Page != "") != rule {
			t.Errorf("Rule(%d) is %v by %v, want both: %t", n, r.Basis(), r.Source(), rule)
		}
	}
	if none := (transitions.Oddity{}).String(); none != "" {
		t.Errorf("Oddity{} is %q, want nothing", none)
	}
	odd := transitions.Oddity{Rule: transitions.ErrUndefined, Basis: codes.Inferred}
	if want := "undefined in this state (Inferred)"; odd.String() != want {
		t.Errorf("%#v is %q, want %q", odd, odd.String(), want)
	}
}

// TestRefusalTexts holds the whole text of a refusal: what was refused, by whom, why, and what would have been legal.
func TestRefusalTexts(t *testing.T) {
	connecting := walk(t, transitions.Incoming, transitions.Started(transitions.StateConnecting))
	_, late := connecting.Step(transitions.Started(transitions.StateConnecting))
	accepted, err := connecting.Do(transitions.OperationAccept)
	if err != nil {
		t.Fatal(err)
	}
	_, pending := accepted.Do(transitions.OperationDecline)
	_, foreign := connecting.Do(transitions.OperationCancel)
	_, nothing := transitions.Invitation{}.Step(transitions.Event{})
	_, nobody := transitions.Invitation{}.Do(transitions.OperationAccept)
	_, unwritten := transitions.Raw(transitions.Incoming, transitions.StateFailed, 0, 0).MarshalText()
	long := transitions.Request{Subject: strings.Repeat("a", 251)}.Check(transitions.OperationAccept)
	nowhere := transitions.Request{}.Check(transitions.OperationForward)
	for _, test := range []struct {
		err  error
		want string
	}{
		{late, "transitions: started(Connecting) refused by Incoming Connecting: undefined in this state; legal: " +
			"updated(Connecting), completed(Connected), completed(Failed, one of 32 reasons), " +
			"completed(Declined, LocalFailure/Declined), completed(Cancelled, one of 3 reasons)"},
		{pending, "transitions: decline refused by Incoming Connecting, accept pending: an operation is pending already; " +
			"offered: nothing"},
		{foreign, "transitions: cancel refused by Incoming Connecting: documented for the other direction only; " +
			"offered: accept, acceptAndBridge, decline, forward, startAdhocMeeting"},
		{long, "transitions: accept refused: subject is 251 UTF-16 code units long, want at most 250"},
		{nowhere, "transitions: forward refused: to is missing"},
		{nothing, "transitions: EventType(0)(None) refused by the zero Invitation; New makes an invitation"},
		{nobody, "transitions: accept refused by the zero Invitation; New makes an invitation"},
		{unwritten, "transitions: not a value of the protocol: Incoming Failed has no text: a failure needs a reason"},
	} {
		if test.err == nil || test.err.Error() != test.want {
			t.Errorf("refused with %v, want %s", test.err, test.want)
		}
	}
}

// TestGoString checks that what test frameworks print with %#v can be read.
func TestGoString(t *testing.T) {
	for _, v := range []any{
		transitions.StateAlerting, transitions.Updated(transitions.StateAlerting), transitions.Invitation{},
		walk(t, transitions.Outgoing, transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy)),
	} {
		if got, want := fmt.Sprintf("%#v", v), fmt.Sprint(v); got != want {
			t.Errorf("%T prints as %s, want %s", v, got, want)
		}
	}
}

// TestStepNeverAliases gives every value of the three bytes of an event to an invitation before and in progress. What
// is out of range must not be taken for the cell that its bits would name.
func TestStepNeverAliases(t *testing.T) {
	for _, i := range []transitions.Invitation{
		{}, walk(t, transitions.Incoming), walk(t, transitions.Outgoing),
		walk(t, transitions.Incoming, transitions.Started(transitions.StateConnecting)),
		walk(t, transitions.Outgoing, transitions.Started(transitions.StateForwarded)),
	} {
		legal := map[transitions.Event]bool{}
		for e := range i.Legal() {
			legal[e] = true
		}
		for n := range 1 << 24 {
			e := transitions.Event{
				Type: transitions.EventType(n >> 16), State: transitions.State(n >> 8), Reason: codes.Reason(n),
			}
			if _, err := i.Step(e); err != nil {
				continue
			}
			if !legal[e] {
				t.Errorf("%v takes %v", i, e)
			}
			delete(legal, e)
		}
		for e := range legal {
			t.Errorf("%v refuses %v", i, e)
		}
	}
}

// TestBases holds the basis and the source of a refusal to the model: what no page states is Inferred.
func TestBases(t *testing.T) {
	busy := transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy)
	failed := func(r codes.Reason) transitions.Event { return transitions.Completed(transitions.StateFailed, r) }
	for _, test := range []struct {
		from transitions.Invitation
		e    transitions.Event
		want codes.Basis
		page string
	}{
		{walk(t, transitions.Outgoing, busy), transitions.Updated(transitions.StateAlerting), codes.Stated, "UCWA/OperationResource.md"},
		{walk(t, transitions.Incoming), transitions.Started(transitions.StateForwarded), codes.Inferred, "UCWA/InvitationState_ref.md"},
		{walk(t, transitions.Outgoing), transitions.Updated(transitions.StateFailed), codes.Inferred, "UCWA/SendAnIM.md"},
		{
			walk(t, transitions.Outgoing), transitions.Completed(transitions.StateConnected, codes.InformationalDerivedConversation),
			codes.Inferred, "PAGE, Asynchronous",
		},
		{walk(t, transitions.Outgoing), failed(codes.NoReason), codes.Stated, `PAGE, Asynchronous reason codes: "In case of failure`},
		{
			walk(t, transitions.Outgoing), failed(codes.Undocumented), codes.Stated,
			`PAGE, Asynchronous reason codes: "The following table`,
		},
		{
			walk(t, transitions.Outgoing), failed(codes.Alone(codes.RemoteFailure)), codes.Inferred,
			"UCWA/ErrorsAndInformationalMessages.md",
		},
		{walk(t, transitions.Incoming), busy, codes.Stated, "PAGE, Asynchronous"},
		{walk(t, transitions.Outgoing), failed(codes.InformationalMissed), codes.Inferred, ""},
		{
			walk(t, transitions.Outgoing), transitions.Completed(transitions.StateDeclined, codes.RemoteFailureBusy),
			codes.Inferred, "UCWA/InvitationState_ref.md",
		},
	} {
		_, err := test.from.Step(test.e)
		var refusal *transitions.TransitionError
		if !errors.As(err, &refusal) || refusal.Basis() != test.want || !strings.HasPrefix(refusal.Source().String(), test.page) {
			t.Errorf("%v.Step(%v) = %v, want it %v by %s", test.from, test.e, err, test.want, test.page)
		}
		// A completion completes nevertheless, and the oddity has the same basis.
		next, odd, err := test.from.Observe(test.e)
		if completes := test.e.Type == transitions.EventCompleted; completes && (err != nil || !next.Terminal() || odd.Basis != test.want) {
			t.Errorf("%v.Observe(%v) = %v, %v, %v, want a completion that is odd, %v", test.from, test.e, next, odd, err, test.want)
		}
	}
}

// TestOperationBases: no page says how a server answers an operation whose link is not there, and each refusal names the
// nearest page.
func TestOperationBases(t *testing.T) {
	ringing := walk(t, transitions.Outgoing, transitions.Started(transitions.StateAlerting))
	cancelling, err := ringing.Do(transitions.OperationCancel)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		from transitions.Invitation
		o    transitions.Operation
		page string
	}{
		{walk(t, transitions.Outgoing, transitions.Completed(transitions.StateConnected, codes.NoReason)),
			transitions.OperationCancel, `PAGE, Synchronous errors: "Call Not Found"`},
		{ringing, transitions.OperationForward, `PAGE, Links: "forward an incoming invitation"`},
		{walk(t, transitions.Incoming), transitions.OperationCancel, "UCWA/cancel_ref.md"},
		{walk(t, transitions.Outgoing), transitions.OperationCancel, "UCWA/SendAnIM.md"},
		{cancelling, transitions.OperationCancel, "UCWA/ReceiveAnIM.md"},
		{walk(t, transitions.Outgoing), transitions.OperationNone, "PAGE, Events"},
	} {
		_, err := test.from.Do(test.o)
		var refusal *transitions.OperationError
		if !errors.As(err, &refusal) || refusal.Basis() != codes.Inferred || !strings.HasPrefix(refusal.Source().String(), test.page) {
			t.Errorf("%v.Do(%v) = %v, want it Inferred by %s", test.from, test.o, err, test.page)
		}
	}
}
