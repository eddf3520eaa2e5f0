// Package suite makes complete test suites of the invitation, with a stated guarantee, and certifies anybody's tests.
// An implementation that passes a suite is right, or has a hidden state of a kind that the suite names. A certificate
// says what passing other tests guarantees, and which tests they lack.
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
// with all their prefixes. C, the core, is a finite set of words that has the empty word. C.I is the words of C
// continued with one input. Two words are apart in T if T has both with a continuation v for which S gives different
// answers after the two words. If S looks different after the two words, v may be empty.
//
// Suppose that
//
//  1. every word of C.I is in T, and
//  2. every q in C.I but not in C, and every r in C, that lead S to different states are apart in T.
//
// Then every deterministic M that passes T, and whose states are all reached by words of C, is equivalent to S.
//
// Proof. Let R be the pairs (S after r, M after r) for the words r of C. Take such a pair and an input x. The answers
// of S and M to x are equal, because rx is in T and M passes T. Let q be rx. If q is in C, the pair after x is in R. If
// q is not in C, M after q is M after some r' of C, because the words of C reach all states of M. M passes T and is in
// the same state after q and after r', and hence gives the same answers to every continuation of both in T. So q and r'
// are not apart in T, and by 2 they lead S to the same state. The pair after x is therefore (S after r', M after r'),
// which is in R. So R has the two initial states, and from each pair in R every input gives equal answers and leads to
// a pair in R. Hence M and S give the same answers to every word.
//
// Corollary. Let A have an access word to each state of S, and let R be a set of inputs, the representatives. With C =
// A.R^(<=k), the words of A continued with at most k representatives, a suite that meets 1 and 2 leaves no wrong M
// whose states are reached by an access word and at most k representatives. This is k-A-completeness (Vaandrager and
// Melse, CONCUR 2025, arXiv 2410.19405), for a core of any words.
//
// # The machine
//
// The alphabet has 302 inputs: 296 events and 6 operations. The events are started and updated with each state, and
// completed with each terminal state and no reason, each documented reason, an unknown subcode under each documented
// code, and an unknown code. No input is left out for being like another.
//
// An implementation shows some of state, offers, pending operation and reason; a server also shows whether it accepts
// an event. [Sees] is the set of what is shown, and [New] returns the least machine that shows the same. Two things are
// not compared: the answer to cancel once an outgoing invitation is connected, because cancel hangs up then, and the
// subcode of a refusal. What is shown must be a function of the state alone, and it is compared from the start.
// Otherwise the theorem fails: a machine that shows the right state in its answer to an update, and is new again
// afterwards, could pass.
//
//	                                                incoming   outgoing
//	states, a server, state and offers                     7         13
//	states, a server, all four                            43         63
//	states, a client, state and offers                    13         13
//	states, a client, state, offers and verdict          217        217
//	representatives, a server                             10         15
//	representatives, a client                             16         15
//
// Inputs that do the same in every state of the machine with state and offers are a class, and the first input of a
// class is its representative. For k > 0 a suite assumes that hidden states are reached through representatives.
// [Machine.Exhaust] assumes nothing about inputs, but it needs an implementation in the same process.
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
// [Machine.Certify] returns what passing other tests would guarantee, and [Certificate.Missing] and
// [Certificate.Closing] return what they lack. [Machine.Kill] runs all mutants of the machine on tests.
// [Machine.Differences] compares two machines. [Suite.WriteVectors] writes a suite for implementations in other
// languages, and [Answer] and [Test] are the forms of its lines.
//
// # Limits
//
// The guarantee holds for deterministic implementations that can be started anew, and that do not change when they are
// looked at. It is about sequences of abstract inputs: the encodings of an event, the bodies of requests, and time are
// not in the alphabet.
package suite

//go:generate go run ../internal/generate -vectors vectors
