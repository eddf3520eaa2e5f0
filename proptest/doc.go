// Package proptest checks any state machine of audio/video invitations, in a server or in a client, against the laws of
// the invitation, in a test and with random sequences.
//
// It is for the tests of an implementation. Here it checks package fsm:
//
//	proptest.Run(t, laws.Live(
//		func(d transitions.Direction) *fsm.Machine { m, _ := fsm.New(d, fsm.Config{}); return m },
//		func(m *fsm.Machine, e transitions.Event) error { return m.Event(t.Context(), e) },
//		(*fsm.Machine).Do,
//		func(m *fsm.Machine) laws.View { return laws.ViewOf(m.Invitation()) },
//	))
//
// Every law is a subtest, by its number and name in [laws.All]. It is first enumerated by a complete suite (package suite),
// and then sampled with random sequences. A failure names the law, quotes its basis, and prints the shortest sequence
// found, with the expected and the actual answer. If all laws hold, go test -v prints the guarantee: the subject gives the
// answers of the relation, provided that it is deterministic and that each of its states is reached by the suite's
// sequence to some configuration.
//
// Package laws says how an implementation is plugged in, in Go or in another process; its examples are a client with
// types of its own, a server behind HTTP, and a machine at the other end of a pipe.
//
// # Running
//
// The tests take the flags of go test and of rapid. In a test that is called TestInvitation, -run=TestInvitation/03
// selects law 3. -rapid.checks sets the number of sequences, which is 100 by default; -short tries a fifth of them, and
// -rapid.seed repeats them. -proptest.k=1 also finds a fault in a hidden state that is one input away from a configuration,
// with fourteen times as many tests.
//
// [Property] is all laws in one property, for rapid.Check and, by rapid.MakeFuzz, for go test -fuzz. It shortens the
// sequences that it reports, so -fuzzminimizetime=1x saves a minute. [laws.Enumerate] needs no test. The generators of
// sequences, events, error bodies, resources and documents can be used in other tests; the tests of this package
// measure the distributions that their comments state.
//
// For a long run, set the number of sequences for every property of a module at once. The enumeration is complete in
// any run. -count=1 is needed because the test cache does not know the variable:
//
//	RAPID_CHECKS=10000 go test -count=1 -timeout=60m ./...
//
// # Limits
//
// A subject that does not answer for half a minute, or ends the goroutine as t.FailNow does, breaks law 1, and no more
// subjects are tried. A -timeout shorter than that shows where it blocks.
//
// A view has the reason of an end, but not the raw code, subcode and message. Law 10 demands that a client keeps them, but
// Run cannot see it; [ErrorBody] and [EventDocument] generate the input for a test of that.
//
// No program should import this package: rapid adds its flags to every command line.
package proptest
