// Package proptest is the laws of the invitation as a kit: anybody with a state machine of audio/video invitations,
// in a server or in a client, runs them on it.
//
//	func TestInvitation(t *testing.T) {
//		proptest.Run(t, proptest.Live(newMachine, onEvent, onOperation, view))
//	}
//
// [Run] holds a machine to the reference reader, [RunTolerant] to the tolerant one, and [Property] is the same for
// rapid.Check and for a fuzz target. Every law is a subtest with the number that it has in the model. A law is first
// enumerated, over every reachable configuration with every event and operation, then sampled with random sequences.
// A failure names the law, quotes its basis, and prints the shortest sequence with the expected and the actual.
//
// A machine in another process is a [Subject] that sends what it is handed and reads back a [View].
//
// Nothing that ships should import this package: rapid registers its flags on every command line. Set RAPID_CHECKS to
// go deeper than a hundred sequences for each law:
//
//	RAPID_CHECKS=10000 go test ./proptest
package proptest
