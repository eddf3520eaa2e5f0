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
// Law 15: adding an entry twice changes nothing, and merging histories is commutative and associative. The invitation
// depends on the set alone: [History.Invitation] replays it in the order of the documents. So replicas that received
// different deliveries of the same events agree as soon as each has merged the histories of the others.
// [History.MarshalBinary] writes at most 40 bytes per event, and each reason once.
//
// Package conformance judges a history: see Checker.AddHistory there.
//
// # Identity and order
//
// Two deliveries are of one document if their self links, query included, and their events are equal. The query has the
// key of the conversation and the number of the document. Documents with equal self links and different events are two
// documents. An answer without events, such as a heartbeat or a resync, adds nothing. After a resume the service
// numbers its documents from the start: see [Channel.Resume].
//
// Documents with the same key are in the order of their numbers (Inferred). All other documents are in the order of
// arrival.
//
// # Live
//
// A [Fold] follows one invitation event by event, in the order of arrival. It keeps no events: it is a value of 12
// bytes, and works before an event has said the direction of the invitation.
//
// # Limits
//
// A history keeps at most [MaxEvents] events. If there are more, it keeps the completions first, and then the earliest
// other events.
package history
