// Package suite makes complete test suites of the invitation: whoever passes one is right, or is wrong in a way that the
// suite names beforehand. It says the same of anybody's tests.
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
// with all their prefixes. C, the core, is a finite set of words, the empty one among them. C.I is the words of C
// continued with one input. Two words are apart in T if S answers some continuation v differently after one than after
// the other, and T has both with v behind them. If S shows different things after them, v may be empty.
//
// Suppose that
//
//  1. every word of C.I is in T, and
//  2. every q in C.I but not in C, and every r in C, that lead S to different states are apart in T.
//
// Then every deterministic M that passes T, and all of whose states are reached by words of C, is equivalent to S.
//
// Proof. Let R be the pairs (S after r, M after r) for the words r of C. Take such a pair and an input x. The answers to x
// agree, because rx is in T and M passes T. Let q be rx. If q is in C, the pair after x is in R as well. If not, M after q is
// M after some r' of C, because the words of C reach all states of M. As M passes T and is in one state after q and after
// r', it answers every continuation alike, so that q and r' are not apart in T. By 2 they lead S to one state. The pair
// after x is therefore (S after r', M after r'), which is in R. So R holds the two initial states, and from a pair in R
// every input gives equal answers and leads to a pair in R: M and S answer every word alike.
//
// Corollary. Let A have an access word to each state of S, and let R be a set of inputs, the representatives. With C =
// A.R^(<=k), the words of A continued with at most k representatives, a suite that meets 1 and 2 leaves no wrong M whose
// states are reached by an access word and at most k representatives. This is k-A-completeness (Vaandrager and Melse,
// CONCUR 2025, arXiv 2410.19405), for a core of any words.
//
// # The machine
//
// The alphabet has 302 inputs: each of 296 events, and each of 6 operations. The events are started and updated with each
// state, and completed with each terminal state and no reason, each documented reason, an unknown subcode under each
// documented code, and an unknown code. No input is left out on the ground that it is like another.
//
// An implementation shows some of state, offers, pending operation and reason; a server also shows whether it takes an
// event. [Sees] says which, and [New] returns the least machine that shows the same. Two answers are not compared: that to
// cancel once an outgoing invitation is connected, because it hangs up then, and the subcode of a refusal. What is shown
// must be a function of the state alone, and be shown from the start. An implementation that answers an update rightly
// and is new again afterwards passes every test that looks at the answers alone.
//
//	                                                incoming   outgoing
//	states, a server, state and offers                     7         13
//	states, a server, these, pending and reason           43         63
//	states, a client, state and offers                    13         13
//	states, a client, these and a verdict                217        217
//	representatives, a server                             10         15
//	representatives, a client                             16         15
//
// Inputs that do the same in every state of the machine with state and offers are a class, and the first of each class is
// its representative. That hidden states are reached through representatives is the one assumption about inputs, and
// only for k > 0. [Machine.Exhaust] does without it, for an implementation in the same process.
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
// [Machine.Certify] returns what passing other tests would guarantee, and [Certificate.Missing] and [Certificate.Closing]
// return what they lack. [Machine.Kill] runs all mutants of the machine on tests. [Machine.Differences] compares two
// machines. [Suite.WriteVectors] writes a suite for implementations in other languages, and [Answer] and [Test] are the
// forms of its lines.
//
// # Limits
//
// The guarantee is about deterministic implementations that can be started anew, and that do not change when looked at.
// It is about sequences of abstract inputs: the many encodings of one event, and the bodies of requests, are not in the
// alphabet. There is no time in it.
package suite

//go:generate go run ../internal/generate -vectors vectors
