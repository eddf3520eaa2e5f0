// Package history keeps the events of one invitation as a set. An event that is delivered twice counts once, and events
// that arrive late are put in order. This is needed because webhooks promise neither order nor exactly-once delivery,
// and because a client that resyncs receives documents again.
//
//	var channel history.Channel
//	var call history.History
//	for e, err := range eventchannel.NewReader(webhook).Events() {
//		if err == nil {
//			call.Add(channel.Entry(e, time.Now()))
//		}
//	}
//	invitation, _ := call.Invitation()
//
// Law 15 of package transitions/laws: adding an entry twice changes nothing, and merging histories is commutative and
// associative. The invitation depends on the set alone: [History.Invitation] applies all events of the set, in the
// order of the documents. So replicas that received different deliveries of the same events agree as soon as each has
// merged the histories of the others. [History.MarshalBinary] writes at most 40 bytes per event, and each reason once.
//
// Package conformance judges a history: see Checker.AddHistory there.
//
// # Identity and order
//
// Two deliveries are of one document if their self links, query included, and their events are equal. The query of a
// self link has the parameter key, which is the same for all documents of one sequence, and the parameter ack, which is
// the number of the document. Documents with equal self links and different events are two documents. A document
// without events, such as a heartbeat or a document with a link resync, adds nothing. After a document with a link
// resume, the service numbers its documents from the start: see [Channel.Resume].
//
// Documents with the same key are in the order of their numbers ([codes.Inferred]: the documentation does not say so).
// All other documents are in the order of arrival.
//
// # Live
//
// A [Fold] follows one invitation event by event, in the order of arrival. It keeps no events: it is a value of 12
// bytes. It also works before an event has the direction of the invitation.
//
// # Limits
//
// A history keeps at most [MaxEvents] events. If there are more, it keeps the completions first, and then the earliest
// other events.
package history
