// Package history keeps the events of one invitation as a set. Neither the order in which they arrive nor a second
// delivery matters then: webhooks promise neither order nor exactly-once, and a client that resyncs is given documents
// again.
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
// follows from the set alone, by replay in the order of the documents. So replicas that have seen different deliveries of
// the same events agree as soon as each has merged the others' histories. [History.MarshalBinary] writes at most 40 bytes
// an event beside the texts of the reasons.
//
// Package conformance judges a history, wherever its events came from.
//
// # Identity and order
//
// A document that has events is the same as another one if their self links are equal with the query, which has the key
// of the conversation and the number of the document, and their events are equal. Equal self links with other events are
// two documents. An answer without events, such as an idle one, a heartbeat or a resync, is no document here. After a
// resume everything begins anew: see [Channel.Resume].
//
// The numbers of documents that have one key tell their order (Inferred). Everything else is in the order of arrival.
//
// # Live
//
// A [Fold] follows one invitation event by event, in the order of arrival and in a few bytes, also as long as no event
// has told its direction.
//
// # Limits
//
// A history keeps at most [MaxEvents] events: completions first, and then the earliest.
package history
