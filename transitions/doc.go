// Package transitions is the life of an audio/video invitation as a relation: which event may follow which, for
// what reason, and on whose authority.
//
// # The model
//
// An invitation is [Incoming] or [Outgoing], and is in one of eight documented states, or in [StateNone] before
// its first event. The service tells of it in events: one started, any number of updated, one completed. While it
// is in progress ([StateConnecting], and for outgoing ones [StateAlerting], [StateTeamRing], [StateForwarded]) the
// application may do an operation that it offers, such as [OperationAccept]. A completed event ends it as
// [StateConnected], or as [StateFailed], [StateDeclined] or [StateCancelled] with one of the 57 reasons of package
// codes; nothing follows.
//
// The specification lists states, links, events and reasons, but no transitions. So every [Edge] bears the basis
// on which it stands, [codes.Stated], [codes.Sampled] or [codes.Inferred], and its source, and so does every
// rule that a refusal names. The whole protocol is the one table in table.go, read from top to bottom; everything
// else here is computed from it, and so are the files under generated: [transitions/generated/table.md],
// a report of every cell, diagrams, and machines for XState and SCXML (package export).
//
// # The functions
//
// [Invitation] is a value of four bytes, and pure functions answer every question about it:
//
//   - [Invitation.Step] is the reference reader: what the table says, and a refusal for all the rest.
//   - [Invitation.Observe] is the tolerant reader: what a client has to survive. A completion always completes.
//   - [Invitation.Do] is an operation, and [Invitation.Operations] what is offered. [Request.Check] is for what the
//     request carries.
//   - [Invitation.Legal], [Reachable], [Outcomes], [Witness] and [WitnessReason] answer what can happen, and how.
//   - [Edges], [Offers] and [Cells] are the relation itself, for suites and tools.
//
// A refusal leaves the invitation as it was. It is a [*TransitionError] or an [*OperationError], matches the
// [Rule] that was broken through errors.Is, and says what would have been legal. Nothing panics, whatever the value.
//
// Sources are named as in package [codes]; SDK/... is the vendor's own client of this interface, in the same repository
// as the pages.
//
// # The laws
//
// The tests prove by enumeration, over every reachable configuration, every event and every operation, and for both
// readers: each has one answer; a refusal changes nothing; completed invitations absorb; every end has a documented
// reason, and every documented reason an end; an end can be reached from everywhere; an operation is offered exactly
// when doing it succeeds, and refused with a documented synchronous error; events that aggregation swallows change
// no outcome; Observe agrees with Step where Step has an answer; the direction never changes; everything has a basis
// and a source. For each law a changed machine shows that it can fail.
//
// # Out of scope
//
// No clock, no goroutine, no I/O and no logging: time-outs, callbacks and the wire are the business of other
// packages. An Invitation may be read from any goroutine, and [Atomic] is one that may be changed from many.
//
// After package codes, this is the second part of the guide; package fsm is the third, the same life with callbacks.
//
// [transitions/generated/table.md]: https://github.com/avinvite/avinvite/blob/main/transitions/generated/table.md
package transitions

//go:generate go run ./internal/generate
