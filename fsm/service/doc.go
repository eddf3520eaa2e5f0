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
// A client finds its application by discovery, starts outgoing calls, gets calls from a [Script] or [Service.Ring], does the operations of package transitions, reads an invitation by GET, and gets events by the event channel or by a
// webhook. The other party of each call follows a [Script]; everything else is random, and Script.Seed determines it.
// Without faults, every event is legal by [transitions.Invitation.Step], and every refusal is a documented error, except
// 421 (see Config.Hosts).
//
// The event channel works as UCWA/EventChannelDetails.md says: the link next acknowledges a document and leads to the
// following one; a document that is not acknowledged is sent again; a poll without events is answered after 180 s; a
// wrong acknowledgement is answered with a link resync; if another poll comes while a poll waits, the waiting poll is
// answered 409 PGetReplaced. If the start of a call names a callbackUrl, the documents about the call are posted there.
// A document that the webhook does not take is posted again.
//
// # Faults
//
// A service has no faults, except those that its script orders: see [Kind] and [Fault]. Under faults each invitation
// still ends, except one that a resume has removed. [Service.Calls] returns the state of each invitation that the
// service still holds, for a test to compare with the state in its client.
//
// # Time
//
// Delays are those of package time. In a bubble of [testing/synctest] they take no real time. The clock of a bubble does
// not advance while a goroutine waits for a network, so [InMemory] connects a client without one.
//
// # Recording
//
// Config.Recording gets a HAR of all requests, answers and posts. Package conformance judges it: without faults every
// invitation conforms.
//
// # Limits
//
// [Limits] bound the memory that clients can make a service hold; the comment of each says what happens beyond it. A
// request and its answer may take 30 s each. Only the audio/video invitation is simulated: conversations, modalities and
// meetings have links, but no resources and no events. Bodies are JSON; the service has no XML, no batches of requests,
// and no tokens beside Config.Token.
package service
