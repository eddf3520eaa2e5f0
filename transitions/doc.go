// Package transitions is the state machine of an audio/video invitation as a relation: which event may follow which,
// for what reason, and on whose authority.
//
// It is for servers, which may send only what is legal, for clients, which must survive whatever they receive, and for
// test suites and tools, which need the relation itself. An [Invitation] is a value of four bytes, and pure functions
// answer every question about it:
//
//	i := transitions.New(transitions.Outgoing)
//	for _, e := range []transitions.Event{
//		transitions.Started(transitions.StateConnecting),
//		transitions.Updated(transitions.StateAlerting),
//		transitions.Completed(transitions.StateFailed, codes.RemoteFailureDeclined),
//	} {
//		next, err := i.Step(e)
//		if err != nil {
//			fmt.Println(err)
//			return
//		}
//		i = next
//		fmt.Println(i)
//	}
//
// # The model
//
// An invitation is [Incoming] or [Outgoing]. It is in one of eight documented states, or in [StateNone] before its
// first event. The service reports it in events: one started, any number of updated, one completed, of which started
// and updated may be missing. In progress ([StateConnecting]; for outgoing ones also [StateAlerting], [StateTeamRing]
// and [StateForwarded]) it offers operations to the application, such as [OperationAccept]. The completed event ends it
// in [StateConnected], or in [StateFailed], [StateDeclined] or [StateCancelled] with one of the 57 reasons of package
// codes. Nothing follows.
//
// The specification lists states, links, events and reasons, but no transitions. Therefore every [Edge], and every rule
// that a refusal names, has a basis ([codes.Stated], [codes.Sampled] or [codes.Inferred]) and a source. The whole
// relation is one table, in table.go. Everything else is computed from it, and so are the checked-in files:
// [transitions/generated/table.md], a report of every cell, diagrams, and machines for XState and SCXML (package
// export).
//
// # The functions
//
//   - [Invitation.Step] is the reference reader: it takes what the table has, and refuses everything else.
//   - [Invitation.Observe] is the tolerant reader: it takes what a client has to survive, and says what was odd. With
//     it, a completion always completes.
//   - [Invitation.Do] performs an operation, and [Invitation.Operations] says which are offered. [Request.Check] checks
//     what the request carries.
//   - [Invitation.Legal], [Reachable], [Outcomes], [Witness] and [WitnessReason] say what can happen, and how.
//   - [Edges], [Offers] and [Cells] are the relation as data.
//   - [Atomic] is an invitation that several goroutines change.
//
// A refusal leaves the invitation as it was. It is a *[TransitionError] or an *[OperationError], matches the [Rule]
// that was broken by [errors.Is], and says what would have been legal. No value of any argument makes a function panic.
// Step takes some two nanoseconds, and neither taking nor refusing an event allocates where the compiler inlines Step.
//
// # The laws
//
// The README numbers the laws. The tests prove thirteen of the fourteen here by enumeration, over every reachable
// configuration, event and operation, and show for each law a changed machine that breaks it; law 11, which is about
// live machines, is tested in package fsm. Law 4, that every end has its documented reason, is meant so: an end that
// Step reaches has one of the 57 reasons, except Connected, for which the specification has none. Observe also ends
// with what a service should not send: with a documented code alone, with [codes.Undocumented], or with a documented
// reason of the other direction or of another state.
//
// # Limits
//
// There is no clock, no goroutine, no I/O and no logging, and hence no time-out: the documentation gives none for an
// unanswered call. Callbacks are added by package fsm, and the wire by package eventchannel.
//
// Sources are named as in package [codes]. SDK/... is the vendor's own client of this interface, in the same repository
// as the pages.
//
// [transitions/generated/table.md]: https://github.com/avinvite/avinvite/blob/main/transitions/generated/table.md
package transitions

//go:generate go run ./internal/generate
