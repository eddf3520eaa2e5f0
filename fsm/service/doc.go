// Package service simulates a Trusted Application endpoint over HTTP, so that a client in any language can be tested
// although the live service is gone.
//
//	script, err := service.ParseScript([]byte(`{"outgoing": [{"to": "sip:busy@*", "steps": [
//		{"event": "started(Connecting)"},
//		{"event": "completed(Failed, RemoteFailure/Busy)"}
//	]}]}`))
//	if err != nil {
//		return err
//	}
//	s, err := service.New(service.Config{Script: script})
//	if err != nil {
//		return err
//	}
//	server := httptest.NewServer(s)
//	dial(server.URL + "/platformservice/discover") // the client under test
//	for _, call := range s.Calls() {
//		fmt.Println(call.To, call.Invitation)
//	}
//
// # What it simulates
//
// A client finds its application by discovery, starts outgoing calls, is called by a [Script] or by [Service.Ring],
// does the operations of package transitions, reads an invitation by GET, and learns of events by the event channel or
// by a webhook. Every event is a step of the relation, and every refusal is a row of the synchronous errors. The other
// side follows a [Script]; everything that the script leaves open is random, and its seed decides it.
//
// The event channel works as UCWA/EventChannelDetails.md says: the link next acknowledges a document and leads to the
// following one; a document that is not acknowledged is sent again; a poll without events is answered after 180 s; a
// wrong acknowledgement is answered with a link resync, and a poll that waits is released by the next one with 409
// PGetReplaced. A call whose start names a callbackUrl has its documents posted there. A document that the webhook does
// not take is posted again.
//
// # Faults
//
// A service has no faults, except those that its script orders: see [Kind] and [Fault]. With the faults of a script,
// each invitation still ends, and [Service.Calls] returns the end of each, for a test to compare with the state in its
// client.
//
// # Time
//
// Delays are those of package time. In a bubble of [testing/synctest] they take no real time; [InMemory] connects a
// client without a network, for which no bubble waits.
//
// # Recording
//
// Config.Recording gets a HAR of all requests, answers and posts. Package conformance judges it: without faults every
// invitation conforms.
//
// # Limits
//
// [Limits] bound the memory that clients can make a service hold; each has a documented answer. A request and its answer
// may take 30 s each. Only the audio/video invitation is simulated: conversations, modalities and meetings have links,
// but no resources and no events. Bodies are JSON; the service has no XML, no batches of requests, and no tokens beside
// Config.Token.
package service
