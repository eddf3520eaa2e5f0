package transitions_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// The life of an outgoing invitation that the other side declines.
func Example() {
	i := transitions.New(transitions.Outgoing)
	for _, e := range []transitions.Event{
		transitions.Started(transitions.StateConnecting),
		transitions.Updated(transitions.StateAlerting),
		transitions.Completed(transitions.StateFailed, codes.RemoteFailureDeclined),
	} {
		next, err := i.Step(e)
		if err != nil {
			fmt.Println(err)
			return
		}
		i = next
		fmt.Println(i)
	}
	fmt.Println(i.Terminal(), i.Succeeded(), i.Reason())
	// Output:
	// Outgoing Connecting
	// Outgoing Alerting
	// Outgoing Failed (RemoteFailure/Declined)
	// true false RemoteFailure/Declined
}

// A refusal says what was wrong and what would have been right, and changes nothing.
func ExampleInvitation_Step() {
	i := transitions.New(transitions.Incoming)
	i, _ = i.Step(transitions.Started(transitions.StateConnecting))

	_, err := i.Step(transitions.Updated(transitions.StateAlerting))
	fmt.Println(errors.Is(err, transitions.ErrDirection))
	_, err = i.Step(transitions.Started(transitions.StateConnecting))
	fmt.Println(errors.Is(err, transitions.ErrUndefined))
	var refusal *transitions.TransitionError
	if errors.As(err, &refusal) {
		fmt.Println(refusal.From, "refuses", refusal.Event, "by a rule that is", refusal.Basis())
	}
	// Output:
	// true
	// true
	// Incoming Connecting refuses started(Connecting) by a rule that is Inferred
}

// A client survives what the documentation does not foresee, and can log it.
func ExampleInvitation_Observe() {
	i := transitions.New(transitions.Outgoing)
	for _, e := range []transitions.Event{
		transitions.Updated(transitions.StateAlerting),
		transitions.Started(transitions.StateConnecting),                           // late
		transitions.Completed(transitions.StateFailed, codes.LocalFailureDeclined), // the other direction's
		transitions.Completed(transitions.StateFailed, codes.LocalFailureDeclined), // a repetition
		transitions.Completed(transitions.StateConnected, codes.NoReason),          // too late
	} {
		next, odd, err := i.Observe(e)
		switch {
		case err != nil:
			fmt.Println("refused:", e)
		case odd != transitions.Oddity{}:
			fmt.Printf("%v, but %v\n", next, odd)
		default:
			fmt.Println(next)
		}
		i = next
	}
	// Output:
	// Outgoing Alerting
	// Outgoing Alerting, but undefined in this state (Inferred)
	// Outgoing Failed (LocalFailure/Declined), but the reason is documented for the other direction only (Stated)
	// Outgoing Failed (LocalFailure/Declined)
	// refused: completed(Connected)
}

// An operation is pending until the completion, and a refused one knows its synchronous error.
func ExampleInvitation_Do() {
	i := transitions.New(transitions.Incoming)
	i, _ = i.Step(transitions.Started(transitions.StateConnecting))
	fmt.Println(slices.Collect(i.Operations().All()))

	i, _ = i.Do(transitions.OperationAccept)
	fmt.Println(i)
	_, err := i.Do(transitions.OperationDecline)
	var refusal *transitions.OperationError
	if errors.As(err, &refusal) {
		fmt.Println(refusal.Rule(), refusal.Synchronous == codes.SyncConflict)
	}
	// Output:
	// [accept acceptAndBridge decline forward startAdhocMeeting]
	// Incoming Connecting, accept pending
	// transitions: an operation is pending already true
}

// A server answers a request that is wrong in several ways with the first of NotFound, BadRequest and Conflict.
func ExampleInvitation_DoRequest() {
	i, err := transitions.New(transitions.Incoming).Step(transitions.Started(transitions.StateConnecting))
	if err != nil {
		fmt.Println(err)
	}
	i, err = i.Do(transitions.OperationAccept)
	if err != nil {
		fmt.Println(err)
	}
	for _, target := range []string{"", "sip:bob@contoso.com"} {
		_, err := i.DoRequest(transitions.OperationForward, transitions.Request{To: target})
		var row codes.Synchronous
		if errors.As(err, &row) {
			fmt.Println(row.HTTP(), row.Code(), row.Subcode())
		}
	}
	// Output:
	// 400 BadRequest ParameterValidationFailure
	// 409 Conflict None
}

// A shortest sequence of events to a configuration. The operation that is pending in it comes after the events.
func ExampleWitness() {
	connecting, _ := transitions.New(transitions.Incoming).Step(transitions.Started(transitions.StateConnecting))
	accepted, _ := connecting.Do(transitions.OperationAccept)
	fmt.Println(transitions.Witness(accepted))
	// Output: [started(Connecting)] true
}

// A shortest sequence of events to a reason, and the ends that an invitation can still come to.
func ExampleWitnessReason() {
	events, _ := transitions.WitnessReason(transitions.Incoming, codes.InformationalMissed)
	fmt.Println(events)
	_, ok := transitions.WitnessReason(transitions.Outgoing, codes.InformationalMissed)
	fmt.Println(ok)

	i, _ := transitions.New(transitions.Incoming).Step(transitions.Started(transitions.StateConnecting))
	for end := range transitions.Outcomes(i) {
		if end.State() == transitions.StateCancelled {
			fmt.Println(end)
		}
	}
	// Output:
	// [completed(Failed, Informational/Missed)]
	// false
	// Incoming Cancelled (Informational/Canceled)
	// Incoming Cancelled (Informational/MediaFallback)
	// Incoming Cancelled (RemoteFailure/Canceled)
}

// What the relation says about accepting: the edges to Connected from a new invitation, and the operations that lead there.
func ExampleEdges() {
	for e := range transitions.Edges() {
		if e.From == transitions.StateNone && e.To == transitions.StateConnected && e.Reasons.Has(codes.NoReason) {
			fmt.Println(e.Direction, e.Type, e.Basis, e.Source)
		}
	}
	for o := range transitions.Offers() {
		if o.Direction == transitions.Incoming && o.Basis == codes.Sampled {
			fmt.Println(o.Direction, o.Operation, o.Pending, o.Source)
		}
	}
	// Output:
	// Incoming completed Stated UCWA/EventsInUCWA.md, Aggregation: "an operation that completes very quickly might have only a "completed" event"
	// Outgoing completed Stated UCWA/EventsInUCWA.md, Aggregation: "an operation that completes very quickly might have only a "completed" event"
	// Incoming accept true UCWA/ReceiveAnIM.md, the captured life of an incoming messagingInvitation, a sibling
}

// What may follow, and whether an operation is offered.
func ExampleInvitation_Legal() {
	i, _ := transitions.New(transitions.Incoming).Step(transitions.Started(transitions.StateConnecting))
	for e := range i.Legal() {
		if e.Reason == codes.NoReason {
			fmt.Println(e)
		}
	}
	fmt.Println(i.Operations().Has(transitions.OperationAccept))
	// Output:
	// updated(Connecting)
	// completed(Connected)
	// true
}

// A server gets a cancel: it ends an invitation in progress, and hangs up a connected one.
func ExampleInvitation_HangsUp() {
	ringing, _ := transitions.New(transitions.Outgoing).Step(transitions.Started(transitions.StateAlerting))
	connected, _ := ringing.Step(transitions.Completed(transitions.StateConnected, codes.NoReason))
	for _, i := range []transitions.Invitation{ringing, connected} {
		_, err := i.Do(transitions.OperationCancel)
		fmt.Println(i.HangsUp(transitions.OperationCancel), err == nil)
	}
	// Output:
	// false true
	// true false
}

// A client reads which operation a link is for.
func ExampleOperationOf() {
	for _, rel := range []string{transitions.RelPrefix + "accept", "service:acceptAndBridgeAudioVideo", "cancel", "self"} {
		fmt.Println(transitions.OperationOf(rel))
	}
	fmt.Println(transitions.TrimRelPrefix(transitions.RelInvitation))
	// Output:
	// accept
	// acceptAndBridge
	// cancel
	// none
	// audioVideoInvitation
}

// Lengths are counted as the service's platform counts them.
func ExampleUTF16Len() {
	subject := strings.Repeat("é", 249) + "😀"
	fmt.Println(transitions.UTF16Len(subject), transitions.MaxSubject)
	fmt.Println(transitions.Request{Subject: subject}.Excesses())
	// Output:
	// 251 250
	// [{subject 251 250}]
}

// A program replaces an invitation only if nobody has changed it meanwhile.
func ExampleAtomic_CompareAndSwap() {
	var shared transitions.Atomic
	old := transitions.New(transitions.Incoming)
	shared.Store(old)
	next, _ := old.Step(transitions.Started(transitions.StateConnecting))
	fmt.Println(shared.CompareAndSwap(old, next), shared.CompareAndSwap(old, next), shared.Load())
	// Output: true false Incoming Connecting
}

// A struct with values that are still zero is written and read like any other.
func ExampleEvent() {
	type session struct {
		Call transitions.Invitation
		Last transitions.Event
	}
	for _, s := range []session{{}, {transitions.New(transitions.Incoming), transitions.Started(transitions.StateConnecting)}} {
		written, err := json.Marshal(s)
		fmt.Println(string(written), err)
	}
	// Output:
	// {"Call":null,"Last":null} <nil>
	// {"Call":{"direction":"Incoming","state":"None"},"Last":{"type":"started","state":"Connecting"}} <nil>
}

// The forms for a database: a line of text, or an object.
func ExampleInvitation_MarshalText() {
	i, _ := transitions.New(transitions.Outgoing).Step(
		transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy))
	text, _ := i.MarshalText()
	fmt.Println(string(text))
	object, _ := json.Marshal(i)
	fmt.Println(string(object))
	fmt.Println(i.UnmarshalText([]byte("Outgoing Connected RemoteFailure/Busy")))
	// Output:
	// Outgoing Failed RemoteFailure/Busy
	// {"direction":"Outgoing","state":"Failed","reason":"RemoteFailure/Busy"}
	// transitions: not a value of the protocol: Outgoing Connected (RemoteFailure/Busy): only a failure has a reason
}

// An invitation that a webhook and a user interface share.
func ExampleAtomic() {
	var shared transitions.Atomic
	shared.Store(transitions.New(transitions.Outgoing))

	i, err := shared.Step(transitions.Started(transitions.StateConnecting))
	fmt.Println(i, err)
	_, err = shared.Do(transitions.OperationCancel)
	fmt.Println(shared.Load(), err)
	// Output:
	// Outgoing Connecting <nil>
	// Outgoing Connecting, cancel pending <nil>
}
