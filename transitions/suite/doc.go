// Package suite makes complete test suites of the invitation, with a stated guarantee, and certifies anybody's tests.
// For each state of the specification, a suite has an access word: a sequence of inputs that leads to the state. A
// hidden state is a state of the implementation that no access word reaches. An implementation that passes a suite is
// right if its hidden states, if it has any, are within the domain: [Suite.Domain] returns this condition as a text. A
// certificate states the guarantee that other tests give, and the tests that are missing.
//
//	m, err := suite.New(suite.Spec{Direction: transitions.Outgoing, Sees: suite.SeesState | suite.SeesOffers | suite.SeesVerdict})
//	if err != nil {
//		fmt.Println(err)
//		return
//	}
//	tests, inputs := 0, 0
//	for word := range m.Suite(suite.Configurations, 0).Tests() {
//		expected := m.Expect(word) // give the word to a new invitation, and compare
//		tests, inputs = tests+1, inputs+len(expected)-1
//	}
//	fmt.Println(tests, "tests with", inputs, "inputs")
//
// # The theorem
//
// A word is a sequence of inputs, given to a new machine. S is the specification: a deterministic, complete, minimal
// machine. I is its alphabet, the set of its inputs. T is the suite: a set of words with all their prefixes. C, the
// core, is a finite set of words that has the empty word. C.I is the set of the words of C, each continued with one
// input. Two words q and r are apart in T if T has qv and rv for a word v to which S gives different answers after q
// and after r. The word v may be empty if the parts that S shows differ after q and after r.
//
// Suppose that
//
//  1. every word of C.I is in T, and
//  2. each q in C.I but not in C is apart in T from each r in C that leads S to another state.
//
// Then every deterministic machine M that passes T, and whose states are all reached by words of C, is equivalent to S.
//
// Proof. Let P be the pairs (S after r, M after r) for the words r of C. Take such a pair and an input x. The answers
// of S and M to x are equal, because rx is in T and M passes T. Let q be rx. If q is in C, the pair after x is in P. If
// q is not in C, M after q is M after some r' of C, because the words of C reach all states of M. M passes T and is in
// the same state after q and after r', and hence gives the same answers to every continuation of both in T. So q and r'
// are not apart in T, and by 2 they lead S to the same state. The pair after x is therefore (S after r', M after r'),
// which is in P. So the pair of the two initial states is in P, and from each pair in P every input gives equal answers
// and leads to a pair in P. Hence M and S give the same answers to every word.
//
// Corollary. Let A be a set of access words: for each state of S, it has a word that leads to the state. Let R be a set
// of inputs, the representatives. Let C be A.R^(<=k), the words of A continued with at most k representatives. Then no
// wrong M passes a suite that meets 1 and 2, if each state of M is reached by an access word and at most k
// representatives. This is k-A-completeness (Vaandrager and Melse, CONCUR 2025, arXiv 2410.19405). The theorem is more
// general: its core can have any words.
//
// # The machine
//
// The alphabet has 302 inputs: 296 events and 6 operations. The events started and updated come with each of the 8
// states. The event completed comes with each of the 4 terminal states and with 70 reasons: none, each documented
// reason, an unknown subcode under each documented code, and an unknown code. No input is left out because it resembles
// another one. A configuration is a value of [transitions.Invitation] that can be reached.
//
// An implementation shows some of these parts: state, offers, pending operation and reason. It may also show a verdict:
// whether it accepts an event. [Sees] is the set of the parts that it shows, and [New] returns the machine with the
// fewest states that shows the same parts. Two things are not compared: whether cancel is accepted once an outgoing
// invitation is connected, because cancel hangs up then; and the subcode of a refused operation.
//
// The parts other than the verdict must depend on the state alone, and are compared from the start. Otherwise the
// theorem fails: a machine that shows the right state in its answer to an update, and then behaves as a new invitation
// again, could pass. The table has the numbers of states and of representatives. In the table, every server also shows
// the verdict.
//
//	                                                incoming   outgoing
//	states, a server, state and offers                     7         13
//	states, a server, all four                            43         63
//	states, a client, state and offers                    13         13
//	states, a client, state, offers and verdict          217        217
//	representatives, a server                             10         15
//	representatives, a client                             16         15
//
// Take the machine of the specification that shows state and offers, and for a server the verdict. Inputs that have the
// same next state and the same answer in each of its states are a class, and the first input of a class is its
// representative. For k > 0, a suite assumes that hidden states are reached through representatives. [Machine.Exhaust]
// does without this assumption, but needs an implementation in the same process.
//
// # Suites and certificates
//
// [Machine.Suite] returns the suite for one core and one k. For a server that shows state and offers, both directions:
//
//	core                                    k      tests     inputs
//	states, alphabet Representatives        0        247        552
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
