// Package conformance judges recorded traffic: it checks every audio/video invitation in a recording by the rules of
// package transitions, and returns a [Verdict] for each.
//
// It is for the tests of a server or a client, and for programs that examine failed calls. The command avinvite check
// prints the same verdicts for people. Here a test checks the documents that its server has sent:
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
// [Check] and [Checker.Read] read every form that package recording reads: event documents, arrays of them, and HAR
// files, plain or compressed by gzip. A program that has read the events itself passes them to [Checker.Add], and the
// operations of the application to [Checker.Do]. [Checker.AddHistory] takes a history, as replicas of an application
// keep one.
//
// The errors of Check and Checker.Read join the faults of the parts that cannot be read. The verdicts are about all
// other parts.
//
// # Verdicts
//
// The state after each event is that of [transitions.Invitation.Observe], as in a client: a completion ends the
// invitation even if it breaks a rule. An event that Observe reports as odd or refuses gets a [Finding], which names
// the [Rule] by which [transitions.Invitation.Step] refuses the event. All other faults get findings too. A finding has
// the place of the fault in the input, the event or answer seen and the one expected, the broken rule, and the basis
// and the source of that rule. If the basis is [codes.Stated] or [codes.Sampled], the finding is a violation; if it is
// [codes.Inferred], the finding is a deviation.
//
// The result of a verdict is [Violates] if a finding is a violation, [Deviates] if there are only deviations,
// [Incomplete] if there are no findings, no completion came, and the service did not refuse the start, and otherwise
// [Conforms].
//
// The checker judges:
//
//   - the order of the events, their states and their reasons;
//   - the parts of one event, which must agree (package eventchannel), and the direction, which must not change;
//   - the links in an event: only an operation that is offered may have a link;
//   - the lengths and tokens of properties, the sender, and the operationId, which must not change;
//   - the operations of the application: each must have been offered when it was requested, and must have been answered
//     by a documented success or a documented synchronous error.
//
// If no event has a direction, the events are judged in both directions, and the direction with the better result is
// inferred. If the order of the events breaks a rule, the verdict has a repair: the fewest events to drop or change so
// that the order is legal. A [Summary] counts many verdicts.
//
// Events belong to one invitation if their hrefs are equal ([eventchannel.Identity]). An event without an href belongs
// to the invitation with its operationId. An event with an href and an operationId makes the events with that href and
// the events with that operationId one invitation, unless the latter have another href.
//
// A document that is delivered again is judged once, and late documents are put in order by their numbers: see package
// history. A HAR is judged in the order of its times. If the time of an item in a HAR is unknown, no rule about the
// order of the operations among the events is judged for the invitation of that item. If the item is an event of a
// document without a number, no rule about the order of that event among the others is judged either.
//
// The request that starts an outgoing invitation belongs to that invitation: see [Call]. If the service refuses the
// request, [Verdict.Refused] is set. The refusal breaks no rule if it is a documented synchronous error, or if its body
// is any documented reason of an invitation. Redirects and the answers of proxies are not judged.
//
// [Checker.PassedOver] counts the parts of a recording that are not judged, such as messaging invitations.
//
// # Limits
//
// Only the events, operations and answers in a recording are judged; package proptest tries an implementation with every
// event. Times order the events and give the duration of an invitation. No invitation breaks a rule by its duration,
// because the documentation has no time-out.
//
// The memory of a [Checker] grows with the number of invitations, not with the number of events. A completed invitation
// of three events takes less than 300 bytes, and each further event some 40. A verdict keeps the first [MaxSteps] steps
// and [MaxFindings] findings of its invitation, and counts the others. Redelivered and late events are recognised among
// at least the last 250 events and operations of their invitation. If the URL of a request does not name its operation,
// the checker keeps the request until a link with that URL is found, but at most 4,096 such requests; beyond that, the
// earliest is judged by the links known then.
//
// A [Follower] judges a stream without end in bounded memory: it forgets each invitation after its verdict.
package conformance
