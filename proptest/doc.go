// Package proptest checks any state machine of audio/video invitations, in a server or in a client, against the laws of
// the invitation.
//
// It is for the tests of an implementation. Here it checks package fsm:
//
//	proptest.Run(t, proptest.Live(
//		func(d transitions.Direction) *fsm.Machine { m, _ := fsm.New(d, fsm.Config{}); return m },
//		func(m *fsm.Machine, e transitions.Event) error { return m.Event(t.Context(), e) },
//		(*fsm.Machine).Do,
//		func(m *fsm.Machine) proptest.View { return proptest.ViewOf(m.Invitation()) },
//	))
//
// Every law is a subtest, by its number and name in the README. It is first enumerated, in every configuration with
// every event and operation, and then sampled with random sequences. A failure names the law, quotes its basis, and
// prints the shortest sequence found, with what was expected and what happened.
//
// # Plugging in
//
// A [Subject] is one invitation: it takes an event, performs an operation, and shows a [View] of itself. [Live] makes
// one of a machine that changes in place, and [Pure] of functions on values. The functions given to them translate
// between the implementation's types and those of package transitions.
//
// A server is held to the reference reader: what it may send, what it must refuse, and how. A client is wrapped in
// [Tolerant] and held to the tolerant reader: nothing that a service sends may keep it waiting for ever. A client must
// still tell the kit what it refuses: one whose event function always returns nil breaks the laws 2 and 11, at an event
// after the completion that says something else and at a value that is no event, such as completed(Connecting). A
// client without operations passes nil for them; the laws about operations are then left out.
//
// A machine in another process, or in another language, is a Subject that sends an [Action] and reads a [View] back;
// both have a JSON form. The enumeration makes some forty thousand subjects, twice as many for a client, so one process
// should serve them all.
//
// The examples show each of these: Live is a client with types of its own, Server stands behind HTTP, and Process is at
// the other end of a pipe.
//
// # Running
//
// The tests take the flags of go test and of rapid: -run=TestInvitation/03 selects a law, -rapid.checks sets the number
// of sequences, a hundred by default, -short takes a fifth of them, and -rapid.seed repeats them.
//
// [Property] is all laws in one property, for rapid.Check and, by rapid.MakeFuzz, for go test -fuzz. It has shortened
// what it reports already, so -fuzzminimizetime=1x saves a minute. [Enumerate] needs no test. The generators of
// sequences, events, error bodies, resources and documents can be used in other tests; the tests of this package
// measure the distributions that their comments state.
//
// For a long run, set the number of sequences for every property of a module at once. What is enumerated is complete in
// any run. -count=1 is needed because the test cache does not know the variable:
//
//	RAPID_CHECKS=10000 go test -count=1 -timeout=60m ./...
//
// # Limits
//
// A subject that does not answer for half a minute, or ends the goroutine as t.FailNow does, breaks law 1, and no more
// subjects are tried. A -timeout shorter than that shows where it blocks.
//
// A View has the reason of an end, but not the raw code, subcode and message. Law 10 also wants these kept; [ErrorBody]
// and [EventDocument] generate the input for a test of that.
//
// No program should import this package: rapid adds its flags to every command line.
package proptest
