// Package fsm runs one live audio/video invitation with the callbacks of looplab/fsm. A machine is safe to share, and no
// callback can leave it between two states.
//
//	call, err := fsm.New(transitions.Outgoing, fsm.Config{
//		OnCompleted: func(_ context.Context, i transitions.Invitation) { fmt.Println("ended:", i) },
//	})
//	if err != nil {
//		fmt.Println(err)
//		return
//	}
//	err = call.Event(ctx, transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy))
//
// The relation of package transitions decides whether an event is legal. An engine, which is a looplab machine with the
// same edges, carries out the event and runs the callbacks. The invitation is kept outside the engine, so the machine
// and the relation agree on every sequence of events and operations (law 11 of package laws). The tests check this law
// for every event in every state, in both directions and both modes, and on random sequences with callbacks.
//
// # The module
//
// Packages codes and transitions hold the reasons and the relation. Package codes/enum implements the texts of their
// enumerations, transitions/laws checks the laws of the relation, transitions/suite makes complete test suites, and
// transitions/export writes the relation in the forms of other tools. All of these import the standard library alone.
// Package proptest checks an implementation with random sequences.
//
// The module has only four top-level packages: codes, transitions, fsm and proptest. Therefore the packages that read
// and write traffic are in the folder fsm too, although they do not import package fsm: fsm/eventchannel reads and
// writes the wire, fsm/history keeps the events of one invitation, fsm/recording reads and writes recordings,
// fsm/conformance judges them, fsm/client is an application's side over HTTP, fsm/service simulates the service, and
// fsm/cmd/avinvite is the command. Package fsm is for live machines, and only it imports looplab.
//
// # A machine
//
// [New] makes a [Machine] from a direction and a [Config]. The Config chooses the mode, by which the machine takes or
// refuses events. The reference mode is [transitions.Invitation.Step], which takes the events that a server may send.
// The tolerant mode is [transitions.Invitation.Observe], which also takes odd events that a client must survive.
// [Machine.Event] carries out an event of the channel, [Machine.Do] performs an operation of the application, and
// [Machine.Can] reports whether an event would be taken. [Machine.Invitation] returns the state, the reason and the
// offered operations.
//
// That Invitation is also the snapshot. It has a text and a JSON form, and [Restore] makes a machine from it. To
// restore a machine from its events, apply them to an Invitation with Step or Observe, and restore the result.
//
// # Callbacks
//
// An event calls the callbacks of Config.Callbacks in this order, then the two typed callbacks, which are enough for
// most programs:
//
//	before_EVENT  before_event  can refuse the event
//	leave_STATE   leave_state   can refuse the event; only if the state changes
//	enter_STATE   enter_state   the state has changed
//	after_EVENT   after_event   the event has been taken
//	OnTransition                the event has been taken; gets the Transition
//	OnCompleted                 the invitation has completed; gets the Invitation
//
// EVENT is a type and a state as [EventName] spells them. STATE is a wire token, or None before the first event. STATE
// alone is short for enter_STATE, and EVENT alone for after_EVENT.
//
//	started_Connecting   started_Alerting  started_TeamRing    started_Forwarded
//	updated_Connecting   updated_Alerting  updated_TeamRing    updated_Forwarded
//	completed_Connected  completed_Failed  completed_Declined  completed_Cancelled
//
//	None                                           leave callbacks only
//	Connecting  Alerting  TeamRing    Forwarded    leave and enter callbacks
//	Connected   Failed    Declined    Cancelled    enter callbacks only
//
// Alerting, TeamRing and Forwarded are for outgoing invitations, and in the tolerant mode for incoming ones too. New
// returns an error for a callback that no event of the machine could call, and suggests the nearest names.
//
// A callback gets a looplab Event, called e here. e.Args[0] is the [Transition], as a pointer. The early callbacks,
// before_ and leave_, refuse the event by e.Cancel; then no further callback is called, and nothing has changed. In the
// other callbacks e.Cancel comes too late to refuse the event. A panic in an early callback refuses the event. A panic
// in a later callback does not refuse the event, but looplab's other callbacks for this event are not called.
// [Machine.Event] returns a [*CallbackError] if a callback refuses the event, panics, passes an error to e.Cancel or
// sets e.Err.
//
// e.Async is not supported, because an invitation is never between two states. In an early callback, e.Async refuses an
// event that would change the state; otherwise it has no effect.
//
// e.FSM is not the engine but a stand-in: a looplab machine without events, one for each Machine. Its Current and Is
// report the state, and its metadata is kept from one callback to the next. It takes no event: Can reports false, and
// Event returns looplab.UnknownEventError. A callback fires an event by [Machine.Event]. SetState changes only the state
// that Current and Is report, until the next event is taken.
//
// # Sharing
//
// A Machine is safe for concurrent use, and a callback may call every method of it. Events are carried out one at a
// time, with all their callbacks. An event that arrives meanwhile is queued: Event returns an error that matches
// [ErrQueued], and [Wait] returns the outcome. The goroutine that is carrying out an event goes on with the queue, in
// the order of arrival. No lock is held while a callback runs: if a callback never returns, the machine can still be
// read, and its queue grows. A callback that ends its goroutine, as t.FailNow does, ends only the callbacks of its own
// event.
//
// # Which machine
//
// There are three ways to hold an invitation: a [transitions.Invitation] if one goroutine owns it, as in a server, a
// replay or a test; a [transitions.Atomic] if goroutines share it without callbacks; and a Machine for a program that
// needs callbacks. The first two take nanoseconds for an event and four bytes for an invitation. A Machine without
// callbacks is many times slower and larger. OnTransition alone needs no engine of looplab's. With looplab's callbacks,
// an event takes about as long as on a bare looplab machine with the same edges and callbacks. The construction of a
// Machine and all events of an invitation together take less time than those of the bare machine. The README of the
// module and fsm/internal/bench/RESULTS.md have the figures.
//
// # looplab's tools
//
// [Machine.Looplab] returns a plain copy for looplab's visualizers, DOT and Mermaid. [Events] returns the edges for
// programs that build their own looplab machine. Such a machine has the hazards of hazards_test.go: each scenario there
// goes wrong on a bare machine and right on a Machine.
//
// # Limits
//
// A Machine has no clock and no time-out, and neither reads the wire nor stores anything; package eventchannel reads
// events from the wire. The queue has no limit, because events come at the pace of a network. If callbacks fire events
// for ever, Event never returns.
package fsm
