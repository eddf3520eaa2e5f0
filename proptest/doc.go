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
// A subject is one invitation of the implementation under test ([laws.Subject]). Every law is a subtest, with its
// number and name in [laws.All]. Run first gives the complete suites of package suite to subjects, and then random
// sequences. A failure names the law, quotes its basis, and prints the shortest sequence found, with the expected and
// the actual answer. If all laws hold, go test -v prints the guarantee: the subject answers as package transitions
// does, if it is deterministic and if each of its states is reached by an access word (see package suite). With
// -proptest.k above 0 the guarantee is wider.
//
// Package laws explains how to connect an implementation, in Go or in another process. Its examples are a client with
// types of its own, a server behind HTTP, and a machine at the other end of a pipe.
//
// # Running
//
// The tests take the flags of go test and of rapid. In a test that is called TestInvitation, -run=TestInvitation/03
// selects law 3. -rapid.checks sets the number of random sequences for each law, 100 by default; -short tries a fifth
// of that number, and -rapid.seed repeats a run. -proptest.k=1 also finds a fault in a hidden state that is one
// representative input away from a configuration (see package suite); it takes fourteen times as many tests.
//
// [Property] returns all laws as one property, for rapid.Check and, by rapid.MakeFuzz, for go test -fuzz. The property
// itself shortens every sequence that it reports, so -fuzzminimizetime=1x saves a minute. [laws.Enumerate] works
// outside tests. Other tests can use the generators of sequences, events, error bodies, resources and documents. The
// comment of each generator states its distribution, which the tests of this package measure.
//
// For a long run, the variable RAPID_CHECKS sets the number of sequences for every property of a module. Neither
// RAPID_CHECKS, -rapid.checks nor -short makes the suites smaller. -count=1 is needed because the test cache does not
// track the variable:
//
//	RAPID_CHECKS=10000 go test -count=1 -timeout=60m ./...
//
// # Limits
//
// A subject that does not answer within half a minute, or ends the goroutine as t.FailNow does, breaks law 1, and no
// more subjects are tried. Run go test with a -timeout below half a minute to see where the subject blocks.
//
// A view has the reason of an end, but not the raw code, subcode and message. Law 10 demands that a client keeps them,
// but Run cannot check that; [ErrorBody] and [EventDocument] generate the input for such a test.
//
// Import this package in tests only, because rapid adds its flags to the command line of every program that imports it.
package proptest
