// Package suite makes complete test suites of the invitation, with a stated guarantee, and certifies anybody's tests.
// An implementation that passes a suite is right, unless it has a hidden state outside the domain that [Suite.Domain]
// states. A certificate states the guarantee that other tests give, and the tests that are missing.
//
//	m, err := suite.New(suite.Spec{Direction: transitions.Outgoing, Sees: suite.SeesState | suite.SeesOffers | suite.SeesVerdict})
//	if err != nil {
//		fmt.Println(err)
//		return
//	}
//	tests, actions := 0, 0
//	for word := range m.Suite(suite.Configurations, 0).Tests() {
//		expected := m.Expect(word) // give the word to a new invitation, and compare
//		tests, actions = tests+1, actions+len(expected)-1
//	}
//	fmt.Println(tests, "tests with", actions, "actions")
//
// # The theorem
//
// S is the specification: a deterministic, complete, minimal machine. I is its alphabet. T is the suite: a set of words
// with all their prefixes. C, the core, is a finite set of words that has the empty word. C.I is the set of the words
// of C, each continued with one input. Two words q and r are apart in T if T has qv and rv for a word v to which S
// gives different answers after q and after r. The word v may be empty if S looks different after q and after r.
//
// Suppose that
//
//  1. every word of C.I is in T, and
//  2. every q in C.I but not in C, and every r in C, that lead S to different states are apart in T.
//
// Then every deterministic machine M that passes T, and whose states are all reached by words of C, is equivalent to S.
//
// Proof. Let R be the pairs (S after r, M after r) for the words r of C. Take such a pair and an input x. The answers
// of S and M to x are equal, because rx is in T and M passes T. Let q be rx. If q is in C, the pair after x is in R. If
// q is not in C, M after q is M after some r' of C, because the words of C reach all states of M. M passes T and is in
// the same state after q and after r', and hence gives the same answers to every continuation of both in T. So q and r'
// are not apart in T, and by 2 they lead S to the same state. The pair after x is therefore (S after r', M after r'),
// which is in R. So R has the two initial states, and from each pair in R every input gives equal answers and leads to
// a pair in R. Hence M and S give the same answers to every word.
//
// Corollary. Let A have an access word to each state of S, and let R be a set of inputs, the representatives. Let C be
// A.R^(<=k), the words of A continued with at most k representatives. Then no wrong M passes a suite that meets 1 and
// 2, if each state of M is reached by an access word and at most k representatives. This is k-A-completeness
// (Vaandrager and Melse, CONCUR 2025, arXiv 2410.19405), for a core of any words.
//
// # The machine
//
// The alphabet has 302 inputs: 296 events and 6 operations. The events started and updated come with each of the 8
// states. The event completed comes with each of the 4 terminal states and with 70 reasons: none, each documented
// reason, an unknown subcode under each documented code, and an unknown code. No input is left out because it resembles
// another one.
//
// An implementation shows some of these parts: state, offers, pending operation and reason. It may also show a verdict:
// whether it accepts an event. [Sees] is the set of the parts that it shows, and [New] returns the machine with the
// fewest states that shows the same parts. Two answers are not compared: the answer to cancel once an outgoing
// invitation is connected, because cancel hangs up then, and the subcode of a refusal.
//
// The parts other than the verdict must depend on the state alone, and are compared from the start. Otherwise the
// theorem fails: a machine that shows the right state in its answer to an update, and is new again afterwards, could
// pass. The table has the numbers of states and of representatives. Its servers also show the verdict.
//
//	                                                incoming   outgoing
//	states, a server, state and offers                     7         13
//	states, a server, all four                            43         63
//	states, a client, state and offers                    13         13
//	states, a client, state, offers and verdict          217        217
//	representatives, a server                             10         15
//	representatives, a client                             16         15
//
// Inputs that have the same effect in every state of the machine with state and offers are a class, and the first input
// of a class is its representative. For k > 0, a suite assumes that hidden states are reached through representatives.
// [Machine.Exhaust] assumes nothing about inputs, but needs an implementation in the same process.
//
// # Suites and certificates
//
// [Machine.Suite] returns the suite for one core and one k. For a server that shows state and offers, both directions:
//
//	core                                    k      tests    symbols
//	states, by representatives alone        0        247        552
//	states                                  0      6,022     12,963
//	states                                  1     80,369    253,709
//	configurations                          0     31,908     65,724
//	configurations                          1    440,365  1,318,940
//
// [Machine.Certify] returns the guarantee that other tests give, and [Certificate.Missing] and [Certificate.Closing]
// return the tests that are missing. [Machine.Kill] runs all mutants of the machine on tests. [Machine.Differences]
// compares two machines. [Suite.WriteVectors] writes a suite for implementations in other languages: a line with a
// [Head], and then a line with a [Test] for each test.
//
// # Limits
//
// The guarantee holds for deterministic implementations that can be started anew, and whose state does not change when
// it is read. It is about sequences of abstract inputs: the encodings of an event, the bodies of requests, and time are
// not in the alphabet.
package suite

//go:generate go run ../internal/generate -vectors vectors
