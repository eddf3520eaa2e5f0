// Package conformance judges recorded traffic: it checks every audio/video invitation in a recording against the
// relation of package transitions, and returns a [Verdict] for each.
//
// It is for the tests of a server or a client, and for programs that look into failed calls. The command avinvite check
// does the same for people. Here a test checks what its server has written to the event channel:
//
//	verdicts, err := conformance.Check(strings.NewReader(sent))
//	if err != nil {
//		t.Error(err)
//	}
//	for _, v := range verdicts {
//		if v.Result != conformance.Conforms {
//			t.Errorf("%s %v: %+v", v.Href, v.Result, v.Findings)
//		}
//	}
//
// # Recordings
//
// [Check] and [Checker.Read] read the forms that package recording reads: event documents as a client polled them or a
// webhook received them, arrays of them, and HAR files, each also by gzip. A program that has read the events itself
// passes them to [Checker.Add], and the operations of the application to [Checker.Do].
//
// Everything that cannot be read is in the error. The verdicts are about all the rest.
//
// # Verdicts
//
// A recording is read as a client must read, by [transitions.Invitation.Observe]: a completion completes, whatever else
// is wrong with it. Each fault is a [Finding]: its place in the input, the event or answer seen, the one expected, the
// [Rule] that was broken, and the basis and the source of that rule. Breaking a rule that is [codes.Stated] or [codes.Sampled]
// is a violation, breaking one that is [codes.Inferred] a deviation. The result of a verdict is that of its worst
// finding: [Violates], [Deviates], [Incomplete] if no completion came, or [Conforms].
//
// These are judged:
//
//   - the order of the events, their states and their reasons, as [transitions.Invitation.Step] has it;
//   - the parts of one event, which must agree (package eventchannel), and the direction, which must not change;
//   - the links in an event: only an operation that is offered may have one;
//   - the lengths and tokens of properties, the sender, and the operationId, which must not change;
//   - the operations of the application: each must have been offered when it was requested, and must have been answered
//     by a documented success or a documented synchronous error.
//
// If no event says the direction, it is inferred where only one of the two explains the events. If the order of the
// events breaks a rule, the verdict has a repair: the fewest events to drop or change that make it legal. A [Summary]
// counts many verdicts.
//
// Events belong together by the href of the invitation, without its query, or where one has no href by its operationId.
// An event that has both joins the invitations that were known by either.
//
// A document that is delivered again is judged once, and the numbers of documents correct the order in which they
// arrived: see package history. A HAR is judged in the order of its times. Where a time is unknown, no rule about the
// order of operations and events is judged.
//
// The request that starts an outgoing invitation belongs to it: see [Call]. If the service refuses it, the verdict is
// [Verdict.Refused]; the refusal may also have any documented reason of an invitation. Answers of proxies on the way and
// redirects are not judged.
//
// Parts of a recording that are not judged, such as invitations to messages, are counted: see [Checker.PassedOver]. A
// history, as replicas of an application keep one, is judged by [Checker.AddHistory].
//
// # Limits
//
// Only the events and answers of a recording are judged; package proptest tries an implementation with every event. Times are used to
// order events and to measure how long an invitation took. They break no rule, because the documentation has no time-out.
//
// Memory grows with the number of invitations, not with the number of events: a verdict keeps the first [MaxSteps]
// steps and [MaxFindings] findings of its invitation, and counts the rest. Redelivered and late events are recognised
// among the last 250 events and operations of their invitation, at least. Of the requests in a HAR whose URL does not
// tell their operation, 4096 wait for the link that does.
package conformance
