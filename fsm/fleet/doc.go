// Package fleet keeps the invitations of an application that runs on many replicas, in NATS JetStream. A document of the
// webhook may arrive at any replica, more than once and out of order. An operation is done by one replica, which claims it.
//
//	f, err := fleet.Open(ctx, "nats://a,nats://b,nats://c", fleet.Config{})
//	if err != nil {
//		return err
//	}
//	defer f.Close()
//	handler, err := f.Webhook(verify) // answers 200 only once the events are durable
//
//	call, err := f.Load(ctx, key) // a history.History
//	err = f.Do(ctx, key, transitions.OperationAccept, func(ctx context.Context) error {
//		_, err := c.Do(ctx, transitions.OperationAccept, link, client.Input{})
//		return err
//	})
//	for v, err := range f.Verdicts(ctx) { … } // on the invitations of the whole fleet
//
// An invitation is one register: the order-free [history.History] of its events. To add events, a replica reads the
// register, merges the events, and writes the result if the revision is still the same (compare-and-swap). Otherwise it
// starts again from the read. The key of an invitation is that of [eventchannel.Event.Key]: the identity of its href, or
// its operationId if its events have no href.
//
// # Guarantees
//
// Durable: the webhook answers 200 only if a majority of the servers have the events of the document on disk. This needs
// servers with sync_always, and Config.Replicas of 3 or 5. Servers that are killed, cut off or restarted lose nothing that
// was answered with 200, while a majority of the disks remains. If an event could not be made durable, the answer is 503,
// and some events of the document may have been kept. [client.Webhook] lists the other answers. Sending a document again is
// harmless, but the documentation does not promise that the service sends it again.
//
// Linearizable: a Load returns a history with all events whose document was answered with 200 before the Load began, and
// all events in a history that another Load had returned by then. This holds for each invitation separately.
//
// One claim: of all replicas that do an operation on an invitation at the same time, exactly one holds the claim and sends
// the POST. The claim is a lease: the server removes it when [Config.Lease] has passed since it was granted. The owner
// counts the lease from the moment before it asks, by its own clock, and sends nothing after two thirds of it. So a claim
// whose owner was killed is free again after the lease, and an owner that learned too late that it holds the claim sends
// nothing.
//
// Not promised: that the POST is sent exactly once. A process that is paused after it has compared its clock with its
// deadline sends its POST when it goes on, however late; by then the next owner may have sent its own. An owner that is
// killed after its POST, before it has recorded the success, also allows a second POST. No lease can exclude this, because
// no request has a mark by which the service could recognise it when it comes again. But the service refuses the second
// POST if the invitation does not offer the operation any more. The lease also needs that the clocks of the servers differ by less than a third of it.
//
// # Limits
//
// Events without an href are kept under their operationId, apart from those with an href; [Fleet.Verdicts] joins both.
// Documents with the same key in their self links are ordered by their numbers, and all others by the clocks of the
// replicas that received them (see package history). A document is answered with 503 if the stored history would exceed
// the servers' max_payload, 1 MiB by default. It is also answered with 503 if one of its events cannot be read; the other
// events are kept. An invitation is forgotten when [Config.Keep] has passed since its last new event.
//
// OPERATING.md has the settings of the servers, the sizes and the figures.
package fleet
