// Package conformance judges recorded traffic: it checks every audio/video invitation in a recording against the
// relation of package transitions, and returns a [Verdict] for each.
//
//	func TestServer(t *testing.T) {
//		verdicts, err := conformance.Check(sent) // what the server has written to its event channel
//		if err != nil {
//			t.Error(err)
//		}
//		for _, v := range verdicts {
//			if v.Result != conformance.Conforms {
//				t.Errorf("%s %v: %+v", v.Href, v.Result, v.Findings)
//			}
//		}
//	}
//
// The command avinvite check shows the same to people.
//
// # Recordings
//
// [Check] and [Checker.Read] tell by its beginning what a recording is: event documents as a client polled them or a
// webhook was given them, one, many, or an array of them; a HAR file; either of them compressed by gzip. What is none
// of these is an error that says what was tried. Whoever has the events already hands them on by [Checker.Add], and the
// operations of the application by [Checker.Do], each with its time if that is known.
//
// Nothing that can be read is lost: what cannot be read is in the error, and the verdicts are of all the rest.
//
// # Verdicts
//
// A recording is read as a client must read, by [transitions.Invitation.Observe]: whatever a service sends, a
// completion completes. What was wrong with it is a [Finding], with its place in the input, what was seen, what was
// expected, the [Rule] that was broken, and the basis and source of that rule. A rule that is [codes.Stated] or
// [codes.Sampled] makes a violation of it, and one that is [codes.Inferred] a deviation. The verdict is the worst of
// them: [Violates], [Deviates], [Incomplete] if the invitation has not completed, with the ends that can still come,
// or [Conforms].
//
// These are judged:
//
//   - the sequence of the events, their states and reasons, as [transitions.Invitation.Step] has it;
//   - the parts of one event, which must tell the same (package eventchannel), and the direction, which does not
//     change;
//   - the links that an event shows: only operations that are offered have one;
//   - the operations of the application: each was offered when it was asked for, and was answered by a documented
//     success or synchronous error.
//
// A direction that no event says is found out where only one of the two explains the events. For a sequence that breaks
// a rule there is a repair: the fewest events to drop or change that make it legal. A [Summary] counts many verdicts.
//
// # Limits
//
// Time only orders the events and measures how long an invitation took: the documentation has no time-out to judge by.
// Memory is that of the invitations, whatever the length of the recording: of each one a verdict keeps the first
// [MaxSteps] steps and [MaxFindings] findings, and counts the rest. A HAR needs more, for an hour of its traffic.
//
// After package eventchannel, this is the fifth part of the guide; package proptest is the last, which tries a machine
// and not a recording of one.
package conformance
