// Package fsm is one live audio/video invitation on looplab/fsm, for programs that want looplab's callbacks: safe to
// share, and impossible to wedge.
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
// The relation of package transitions decides whether an event is legal, and an engine of looplab's, built from the
// same table, carries it out and calls the callbacks. The invitation is kept in one place, which no engine can touch.
// So the machine and the relation agree on every sequence of events and operations, which the tests prove over every
// cell, for both directions and both readers, and sample with callbacks that get in the way.
//
// # A machine
//
// [New] makes a [Machine] from a direction and a [Config], which chooses the reader: [transitions.Invitation.Step] for
// what a server may say, [transitions.Invitation.Observe] for what a client must survive. [Machine.Event] takes an
// event of the event channel, and [Machine.Do] does an operation of the application. [Machine.Can] says whether an
// event would be taken. [Machine.Invitation] has everything else: the state, the outcome and its reason, and what is
// offered.
//
// That Invitation is also the snapshot. It has a text and a JSON form, and [Restore] goes on from there; [Replay] makes
// a machine from the events so far.
//
// # Callbacks
//
// An event calls, in this order, what Config.Callbacks has under these names, and then the two typed callbacks, which
// are all that most programs need:
//
//	before_EVENT  before_event  may refuse
//	leave_STATE   leave_state   may refuse; not if the state stays the same
//	enter_STATE   enter_state   the state has changed; not if it stays the same
//	after_EVENT   after_event   always
//	OnTransition                the event has been taken, with what was odd about it
//	OnCompleted                 the invitation has completed, with the reason
//
// An EVENT is a type and the state that it carries, as [EventName] spells it, and a STATE is a wire token, or None
// before the first event. STATE alone is short for enter_STATE, and EVENT alone for after_EVENT.
//
//	started_Connecting   started_Alerting  started_TeamRing    started_Forwarded
//	updated_Connecting   updated_Alerting  updated_TeamRing    updated_Forwarded
//	completed_Connected  completed_Failed  completed_Declined  completed_Cancelled
//
//	None                                           is only left
//	Connecting  Alerting  TeamRing    Forwarded    are left and entered
//	Connected   Failed    Declined    Cancelled    are only entered
//
// Alerting, TeamRing and Forwarded are for outgoing invitations, and for tolerant machines. A name under which nothing
// would ever be called is an error of New, which says what it may have been meant for.
//
// A callback finds the [Transition] in Event.Args[0], as a pointer. It refuses the event by Event.Cancel, if its name
// says that it may; then no further callback is called, and nothing has changed. Cancel with an error in a later
// callback, and Event.Err in any, change nothing about the event, and are only told to whoever fired it. A panic
// refuses the event in a before_ or leave_ callback, and is told otherwise; either way the rest of looplab's callbacks
// are not called. All this comes back from Machine.Event as a [*CallbackError].
//
// Event.FSM is a stand-in for the engine. It says what the engine would say, refuses events, and keeps looplab's
// metadata from one callback to the next; whatever else is done to it has no effect elsewhere. A state that SetState
// gives it lasts until an event changes the state or is refused. Event.Async in a before_ or leave_ callback refuses
// the event, for the relation has nothing between two states.
//
// # Sharing
//
// Any number of goroutines may use a machine, and a callback may do with it what everybody else may. Events are carried
// out one at a time, with all their callbacks. An event that arrives meanwhile is queued; its answer is [ErrQueued],
// and [Wait] makes it final. Queued events are carried out in the order of arrival, by the goroutine that is carrying
// out events already. Nothing else waits, and no lock is held while a callback runs: one that never returns leaves the
// machine readable, and its queue growing. A callback that ends its goroutine, as t.FailNow does, ends the callbacks of
// its event and no more.
//
// # Which machine
//
// There are three ways to hold an invitation: a [transitions.Invitation] if somebody owns it, such as a server, a replay
// or a test; a [transitions.Atomic] if goroutines share it, and nobody need be called back; a Machine if a program lives
// on callbacks. This is what they cost by fsm/internal/bench/RESULTS.md, as multiples of a bare dense table: an event,
// a refused one, and a life, which is the construction and five events. OnTransition alone needs no engine of looplab's.
// The callback is one of looplab's. The last row is a bare looplab machine with the same edges and callback, which finds
// the event in Event.Args there too, for its name lacks the reason.
//
//	                           event  refusal    life   bytes
//	transitions.Invitation      1.3×     2.2×    2.7×     4.0
//	transitions.Atomic          2.2×     3.3×    5.2×     4.0
//	Machine                     4.4×      19×     37×     260
//	Machine, OnTransition        33×      67×    110×     490
//	Machine, a callback         260×      71×   2800×    8600
//	bare looplab, a callback    260×     320×   2600×    3800
//
// A Machine and such a bare machine, measured in turns; the figure is how many times as much the Machine costs:
//
//	                                  measured         target  met
//	an event that calls one callback     1.17×  at most 1.25×  yes
//	an event that calls four             1.19×  at most 1.25×  yes
//	an event that calls eight            1.25×  at most 1.25×  yes
//	a life with one callback             1.12×  at most 1.25×  yes
//
// # looplab's tools
//
// [Machine.Looplab] is a plain copy for the visualizers, DOT and Mermaid, and [Events] hands out the edges to programs
// that build a looplab machine of their own. What such a machine lacks shows in hazards_test.go: each hazard there
// strikes a bare machine, and not a Machine.
//
// # Limits
//
// There is no clock and no time-out, no wire and no storage. The queue has no limit: events come at the pace of a
// network, and callbacks that fire events for ever are never done. Package eventchannel reads the events that a Machine
// takes.
package fsm
