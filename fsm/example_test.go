package fsm_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	looplab "github.com/looplab/fsm"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm"
	"github.com/avinvite/avinvite/transitions"
)

// A machine calls OnCompleted when the invitation has completed.
func Example() {
	ctx := context.Background()
	call, err := fsm.New(transitions.Outgoing, fsm.Config{
		OnCompleted: func(_ context.Context, i transitions.Invitation) { fmt.Println("ended:", i) },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = call.Event(ctx, transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy))
	fmt.Println(err)
	// Output:
	// ended: Outgoing Failed (RemoteFailure/Busy)
	// <nil>
}

// A client accepts a call as soon as it comes in, and reports why it ended.
func Example_client() {
	var call *fsm.Machine
	call, err := fsm.New(transitions.Incoming, fsm.Config{
		Tolerant: true, // a client survives events that no service should send
		Callbacks: looplab.Callbacks{
			"enter_Connecting": func(context.Context, *looplab.Event) {
				// Here a program posts to the link "accept".
				fmt.Println("accept:", call.Do(transitions.OperationAccept))
			},
		},
		OnCompleted: func(_ context.Context, i transitions.Invitation) {
			if i.Succeeded() {
				fmt.Println("connected")
				return
			}
			actor, basis := i.Reason().Actor()
			fmt.Println("ended:", i.Reason(), i.Reason().Texts())
			fmt.Println("by:", actor, basis)
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	// The events of the event channel, as package eventchannel reads them.
	for _, e := range []transitions.Event{
		transitions.Started(transitions.StateConnecting),
		transitions.Updated(transitions.StateConnecting),
		transitions.Completed(transitions.StateFailed, codes.RemoteFailureCanceled),
	} {
		if err := call.Event(context.Background(), e); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// accept: <nil>
	// ended: RemoteFailure/Canceled [Invitation canceled by remote user.]
	// by: remote Stated
}

// A server drives an outgoing invitation by signals of the network. It may send the application only the events that the
// reference mode takes. A callback refuses the completion of a call that has no media yet.
func Example_server() {
	media := false
	call, err := fsm.New(transitions.Outgoing, fsm.Config{
		Callbacks: looplab.Callbacks{
			"before_completed_Connected": func(_ context.Context, e *looplab.Event) {
				if !media {
					e.Cancel(errors.New("no media yet"))
				}
			},
		},
		OnTransition: func(_ context.Context, t fsm.Transition) {
			fmt.Println("to the application:", t.Event) // here a program writes to the event channel
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	// This network answers before there are media, and is busy too late.
	network := make(chan string)
	go func() {
		defer close(network)
		for _, signal := range []string{"trying", "ringing", "forwarded", "answered", "media", "answered", "busy"} {
			network <- signal
		}
	}()
	events := map[string]transitions.Event{
		"trying":    transitions.Started(transitions.StateConnecting),
		"ringing":   transitions.Updated(transitions.StateAlerting),
		"forwarded": transitions.Updated(transitions.StateForwarded),
		"answered":  transitions.Completed(transitions.StateConnected, codes.NoReason),
		"busy":      transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy),
	}
	for signal := range network {
		if signal == "media" {
			media = true
			continue
		}
		if err := call.Event(context.Background(), events[signal]); err != nil {
			fmt.Println(err)
		}
	}

	// An application that cancels now gets the documented synchronous error.
	var row codes.Synchronous
	fmt.Println(errors.As(call.Do(transitions.OperationCancel), &row), row.HTTP(), row.Description())
	// Output:
	// to the application: started(Connecting)
	// to the application: updated(Alerting)
	// to the application: updated(Forwarded)
	// fsm: before_completed_Connected refused completed(Connected): no media yet
	// to the application: completed(Connected)
	// transitions: completed(Failed, RemoteFailure/Busy) refused by Outgoing Connected: the invitation has completed; legal: nothing
	// true 404 Call Not Found
}

// A callback fires an event by Event, as every caller does. The event is queued, and Wait returns its outcome.
func ExampleWait() {
	var call *fsm.Machine
	var answer error
	call, _ = fsm.New(transitions.Outgoing, fsm.Config{
		OnTransition: func(ctx context.Context, t fsm.Transition) {
			fmt.Println(t.Event)
			if t.To.State() == transitions.StateConnecting {
				answer = call.Event(ctx, transitions.Updated(transitions.StateAlerting))
				fmt.Println(errors.Is(answer, fsm.ErrQueued), call)
			}
		},
	})
	_ = call.Event(context.Background(), transitions.Started(transitions.StateConnecting))
	fmt.Println(fsm.Wait(context.Background(), answer), call)
	// Output:
	// started(Connecting)
	// true Outgoing Connecting
	// updated(Alerting)
	// <nil> Outgoing Alerting
}

// A callback refuses an event by Cancel. Event returns its error, and nothing has changed.
func ExampleCallbackError() {
	call, _ := fsm.New(transitions.Outgoing, fsm.Config{Callbacks: looplab.Callbacks{
		"leave_None": func(_ context.Context, e *looplab.Event) { e.Cancel(errors.New("all lines are busy")) },
	}})
	err := call.Event(context.Background(), transitions.Started(transitions.StateConnecting))
	var failure *fsm.CallbackError
	if errors.As(err, &failure) {
		fmt.Println(failure.Callback, failure.Event, failure.Taken, failure.Err)
	}
	fmt.Println(call)
	// Output:
	// leave_None started(Connecting) false all lines are busy
	// Outgoing None
}

// A panic of a callback is an error of its event. Here it comes after the event has been taken.
func ExamplePanicError() {
	call, _ := fsm.New(transitions.Outgoing, fsm.Config{
		OnTransition: func(context.Context, fsm.Transition) { panic("no display") },
	})
	err := call.Event(context.Background(), transitions.Started(transitions.StateConnecting))
	fmt.Println(err)
	var panicked *fsm.PanicError
	fmt.Println(errors.As(err, &panicked), len(panicked.Stack) > 0, call)
	// Output:
	// fsm: OnTransition failed after started(Connecting) was taken: panic: no display
	// true true Outgoing Connecting
}

// A server asks whether it may send an event, before it does the work for it.
func ExampleMachine_Can() {
	call, _ := fsm.New(transitions.Incoming, fsm.Config{})
	fmt.Println(call.Can(transitions.Started(transitions.StateConnecting)))
	fmt.Println(call.Can(transitions.Started(transitions.StateAlerting)))
	// Output:
	// true
	// false
}

// A client logs the rule that an event broke. In the tolerant mode a machine takes such an event.
func ExampleTransition() {
	call, _ := fsm.New(transitions.Incoming, fsm.Config{
		Tolerant: true,
		OnTransition: func(_ context.Context, t fsm.Transition) {
			fmt.Println(t.To)
			if t.Odd != (transitions.Oddity{}) {
				fmt.Println("  odd:", t.Odd)
			}
		},
	})
	_ = call.Event(context.Background(), transitions.Started(transitions.StateConnecting))
	_ = call.Event(context.Background(), transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy))
	// Output:
	// Incoming Connecting
	// Incoming Failed (RemoteFailure/Busy)
	//   odd: the reason is documented for the other direction only (Stated)
}

// The snapshot of a machine is its invitation. No callback runs when it is restored.
func ExampleRestore() {
	call, _ := fsm.New(transitions.Incoming, fsm.Config{})
	_ = call.Event(context.Background(), transitions.Started(transitions.StateConnecting))
	_ = call.Do(transitions.OperationAccept)

	snapshot, _ := json.Marshal(call.Invitation())
	fmt.Println(string(snapshot))

	var saved transitions.Invitation
	_ = json.Unmarshal(snapshot, &saved)
	call, err := fsm.Restore(saved, fsm.Config{})
	fmt.Println(call, err)
	// Output:
	// {"direction":"Incoming","state":"Connecting","pending":"accept"}
	// Incoming Connecting, accept pending <nil>
}

// looplab's visualizers draw a machine and its state.
func ExampleMachine_Looplab() {
	call, _ := fsm.New(transitions.Incoming, fsm.Config{})
	_ = call.Event(context.Background(), transitions.Started(transitions.StateConnecting))
	fmt.Print(looplab.Visualize(call.Looplab()))
	// Output:
	// digraph fsm {
	//     "Connecting" -> "Cancelled" [ label = "completed_Cancelled" ];
	//     "Connecting" -> "Connected" [ label = "completed_Connected" ];
	//     "Connecting" -> "Declined" [ label = "completed_Declined" ];
	//     "Connecting" -> "Failed" [ label = "completed_Failed" ];
	//     "Connecting" -> "Connecting" [ label = "updated_Connecting" ];
	//     "None" -> "Cancelled" [ label = "completed_Cancelled" ];
	//     "None" -> "Connected" [ label = "completed_Connected" ];
	//     "None" -> "Declined" [ label = "completed_Declined" ];
	//     "None" -> "Failed" [ label = "completed_Failed" ];
	//     "None" -> "Connecting" [ label = "started_Connecting" ];
	//     "None" -> "Connecting" [ label = "updated_Connecting" ];
	//
	//     "Cancelled";
	//     "Connected";
	//     "Connecting" [color = "red"];
	//     "Declined";
	//     "Failed";
	//     "None";
	// }
}

// A program builds its own looplab machine from the edges of the relation. Such a machine knows no reasons, so it takes
// events that the relation refuses.
func ExampleEvents() {
	own := looplab.NewFSM(transitions.StateNone.String(), fsm.Events(transitions.Outgoing), nil)
	end := transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy)
	fmt.Println(own.Event(context.Background(), fsm.EventName(end)), own.Current())
	// Output:
	// <nil> Failed
}
