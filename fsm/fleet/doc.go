// Package fleet keeps one truth about the invitations of an application that runs on many replicas: a webhook may land on
// any of them, twice and out of order, and an operation must be claimed by one. The truth is in NATS JetStream.
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
//	for v, err := range f.Verdicts(ctx) { … } // of the whole fleet
//
// An invitation is one register: the order-free [history.History] of its events. A replica reads it, merges the events of
// a document, and writes it back if nobody has written it since (compare-and-swap on the revision); otherwise it reads it
// again. The key of an invitation is that of [eventchannel.Event.Key]: the identity of its href, or its operationId if its
// events have no href.
//
// # Guarantees
//
// Durable: the webhook answers 200 only if a majority of the servers have the events of the document on disk. This needs
// servers with sync_always, and Config.Replicas of 3 or 5. Servers that are killed, cut off or restarted lose nothing that
// was answered with 200, while a majority of the disks remains. Everything else is answered with 503, and may have been
// kept or not. Sending it again is harmless, but no page promises that the service does.
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
// killed after its POST, before it has recorded the success, leaves the same doubt. The service has no request that is
// refused if it comes twice, so no lease can exclude this. It refuses an operation that the invitation does not offer
// any more. The lease also needs that the clocks of the servers differ by less than a third of it.
//
// # Limits
//
// Events without an href are kept under their operationId, apart from those with an href; [Fleet.Verdicts] joins both.
// Documents without a key are put in the order of the clocks of the replicas that received them. A history that is longer
// than the servers' max_payload, 1 MiB by default, is answered with 503. An event that cannot be read is answered with 503
// after the other events of its document have been kept. An invitation is forgotten when [Config.Keep] has passed since its
// last new event.
//
// OPERATING.md has the settings of the servers, the sizes and the figures.
package fleet
