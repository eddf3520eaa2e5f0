// Package proptest checks any state machine of audio/video invitations, in a server or in a client, against the laws of
// the invitation.
//
//	func TestInvitation(t *testing.T) {
//		proptest.Run(t, proptest.Live(newMachine, (*machine).onEvent, (*machine).onOperation, (*machine).view))
//	}
//
// Every law is a subtest, named by its number in the README. It is first enumerated, in every configuration with every
// event and operation, then sampled with random sequences. A failure names the law, quotes its basis, and prints the
// shortest sequence found, with what was expected and what happened.
//
// This is the last part of the guide that begins with package codes.
//
// # Plugging in
//
// A [Subject] is one invitation: it takes an event, does an operation, and shows a [View] of itself. [Pure] makes one
// of functions, [Live] of a machine that changes in place. The functions that translate between its own types and those
// of package transitions are what an implementation brings along.
//
// A server is held to the reference reader: what it may send, and what it must refuse and how. A client is held to the
// tolerant one, by [Tolerant]: nothing that a service may say keeps it waiting for ever. A client that tells of events
// only, and leaves operations to somebody else, has nil for them, and is spared the laws about them.
//
// A machine in another process, or in another language, is a Subject that sends an [Action] and reads a [View] back;
// both have a JSON form. The enumeration makes some forty thousand subjects, twice as many for a client, so that one
// process should serve them all.
//
// A subject that blocks for half a minute, or ends the goroutine as t.FailNow does, breaks the first law and is the
// last one to be asked. A shorter -timeout shows where it blocks.
//
// A View has the reason of an end, and not the raw code, subcode and message: that a client keeps these, as law 10
// wants too, is for tests of its own, for which [ErrorBody] and [EventDocument] are made.
//
// The examples have one of each: Server behind HTTP, the client Live with words of its own, and Process at the other
// end of a pipe, a line of JSON for each action.
//
// # Running
//
// The tests take the flags of go test and those of rapid: -run=TestInvitation/03 is one law, -rapid.checks sets how
// many sequences are sampled, a hundred by default, -short takes a fifth of them, and -rapid.seed repeats them.
//
// [Property] is all laws at once: for rapid.Check, and as a fuzz target with rapid.MakeFuzz. What it finds is as short
// as can be, so that the flag -fuzzminimizetime=1x spares a minute. [Enumerate] needs no test at all. The sequences,
// events, error bodies, resources and documents that the generators make serve tests of one's own. The distributions
// that they state are measured by the tests.
//
// The long mode of this module draws a hundred times as much in every property, ten thousand sequences for each law
// instead of a hundred; what is enumerated is complete at any time. The count keeps go test from answering out of its
// cache, which knows nothing of the variable:
//
//	RAPID_CHECKS=10000 go test -count=1 -timeout=60m ./...
//
// Nothing that ships should import this package: rapid registers its flags on every command line.
package proptest
