// Package transitions is the state machine of an audio/video invitation as a relation: which event may follow which,
// for what reason, and on whose authority.
//
// Servers use it to send only legal events, clients to survive any event that they receive, and test suites and tools to
// read the relation itself. An [Invitation] is a value of four bytes, with functions that have no side effects:
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
// first event. The service reports the course of the invitation in events: at most one started event, any number of
// updated events, and one completed event. An invitation in progress offers operations to the application, such as
// [OperationAccept]. It is in progress in [StateConnecting], and an outgoing invitation also in [StateAlerting],
// [StateTeamRing] and [StateForwarded]. The completed event ends the invitation in [StateConnected], or in
// [StateFailed], [StateDeclined] or [StateCancelled] with one of the 57 reasons of package codes. Nothing follows the
// completed event.
//
// The specification lists states, links, events and reasons, but no transitions. Therefore every [Edge], every [Cell]
// and every refusal has a basis ([codes.Stated], [codes.Sampled] or [codes.Inferred]) and a [codes.Source], which
// quotes the page. The basis of an edge is that of its weakest part: the state before the event, the event, the state
// that the event carries, or the claim that the reason fits that state and the direction of the invitation. Published
// payloads show few cells, so most cells are Inferred.
//
// One table in table.go has all edges, and one in operation.go has all offers. Everything else is computed from the
// two, also the checked-in files in the folder transitions/generated (package export):
//
//   - [table.md] lists the edges and the offers, incoming.txt and outgoing.txt report every cell;
//   - *.mmd and *.dot are diagrams for Mermaid and Graphviz;
//   - *.xstate.json and *.scxml are machines for XState and SCXML;
//   - *.m and *.pml are models for the model checkers Rumur and Spin.
//
// # The functions
//
//   - [Invitation.Step] is the reference mode: it accepts the events that the table has, and refuses all others.
//   - [Invitation.Observe] is the tolerant mode: it accepts every event that a client must survive, and returns the
//     rule that an odd event broke as an [Oddity]. In this mode every completed event ends an invitation that has not
//     ended.
//   - [Invitation.Do] performs an operation, and [Invitation.Operations] returns the operations that are offered.
//     [Invitation.DoRequest] also checks the body of the request.
//   - [Invitation.Legal], [Reachable], [Outcomes], [Witness] and [WitnessReason] analyse the relation.
//   - [Edges], [Offers] and [Cells] yield the relation as data.
//   - [Atomic] is an invitation that several goroutines change.
//
// An Invitation and an [Event] have a text and a JSON form, also if they are zero, and can be the keys of a map. An
// [OperationSet] or a [ReasonSet] is an array of texts in JSON. An Invitation is a text in a database by database/sql.
// log/slog shows names instead of numbers.
//
// A refusal leaves the invitation unchanged. It is a *[TransitionError], an *[OperationError] or a *[RequestError]. The
// first two match, by [errors.Is], the [Rule] that was broken, and list the legal events or operations. No value of any
// argument makes a function panic. Step takes some two nanoseconds and allocates nothing, except the error of a refusal
// if the caller keeps it.
//
// # The laws
//
// Package laws lists the numbered laws of an invitation, and checks any machine against most of them. The tests of the
// packages transitions and laws check package transitions against all laws but 11 and 15. For each of these laws they
// also have mutants, which are machines with one fault, and must find the fault. Law 4, that every end has its
// documented reason, holds for the ends that Step reaches: each has one of the 57 reasons, except Connected, for which
// the specification has none. Observe also accepts completions with a reason that a service should not send: a
// documented code alone, [codes.Undocumented], or a documented reason of the other direction or of another state.
//
// # Limits
//
// There is no clock, no goroutine, no I/O and no logging. There is no time-out either, because the documentation gives
// none for an unanswered call. Package fsm adds callbacks, and package eventchannel reads and writes the wire.
//
// PAGE is the specification. All sources are named as in package [codes].
//
// [table.md]: https://github.com/avinvite/avinvite/blob/main/transitions/generated/table.md
package transitions

//go:generate go run ./internal/generate
