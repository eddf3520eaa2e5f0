package eventchannel_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// A program that counts millions of events reads them raw, and asks for the texts of those that it needs.
func ExampleReader_RawEvents() {
	const log = `{"_links":{"self":{"href":"/events?ack=1&key=k"}},"baseuri":"https://pool.example/","sender":[{"events":[` +
		`{"link":{"rel":"ms:rtc:saas:audioVideoInvitation","href":"i/1"},"type":"started","_embedded":` +
		`{"ms:rtc:saas:audioVideoInvitation":{"direction":"Outgoing","state":"Connecting","operationId":"dial-1"}}}]}]}`
	for e, err := range eventchannel.NewReader(strings.NewReader(log)).RawEvents() {
		if err != nil {
			fmt.Println(err)
			continue
		}
		event, _, _ := e.Reduce(transitions.StateNone)
		fmt.Println(e.Direction, event, string(e.AppendOperationID(nil)))
		number, _ := e.Document().Ack()
		fmt.Println(e.Href(), "in document", number, "of", e.Document().Key())
		kept := e.Event() // stays valid when the loop goes on
		fmt.Println(kept.Place)
	}
	// Output:
	// Outgoing started(Connecting) dial-1
	// https://pool.example/i/1 in document 1 of k
	// document 1, byte 105, /sender/0/events/0
}

// A resource is read once. Its offer and its participants are decoded when they are asked for.
func ExampleResource() {
	var r eventchannel.Resource
	err := json.Unmarshal([]byte(`{"direction":"Incoming","state":"Connecting","subject":"Lunch","_links":{
		"self":{"href":"i/1"},"accept":{"href":"i/1/accept"},"from":{"href":"people/1","title":"Lene"},
		"mediaOffer":{"href":"data:application/sdp;base64,dj0wCg=="}}}`), &r)
	if err != nil {
		fmt.Println(err)
		return
	}
	from, _ := r.From()
	fmt.Println(from.Name, "calls about", r.Subject)
	offer, _ := r.MediaOffer()
	for _, part := range offer {
		fmt.Printf("%s %q\n", part.Type, part.Body)
	}
	for o, link := range r.Offers() {
		fmt.Println(o, link.Href)
	}
	// Output:
	// Lene calls about Lunch
	// application/sdp "v=0\n"
	// accept i/1/accept
}

// A server answers a request whose properties are too long with the documented error body.
func ExampleResource_Validate() {
	r := eventchannel.Resource{Subject: strings.Repeat("x", 251), Importance: "Huge"}
	var invalid *eventchannel.ValidationError
	if err := r.Validate(); errors.As(err, &invalid) {
		body := invalid.Body()
		fmt.Println(body.Code, body.Subcode)
		for _, p := range body.Parameters {
			fmt.Println(p.Name, p.Reason)
		}
	}
	// Output:
	// BadRequest ParameterValidationFailure
	// subject 251 UTF-16 code units, want at most 250
	// importance "Huge", want Normal, Urgent or Emergency
}

// A data URI may hold several offers, as multipart content.
func ExampleParseDataURI() {
	parts, err := eventchannel.ParseDataURI("data:multipart/alternative;boundary=b," +
		"--b%0D%0AContent-Type:+application/sdp%0D%0A%0D%0Av=0%0D%0A" +
		"--b%0D%0AContent-Type:+application/sdp;+charset=utf-8%0D%0A%0D%0Av=1%0D%0A--b--")
	for _, p := range parts {
		fmt.Printf("%s %v %q\n", p.Type, p.Params, p.Body)
	}
	fmt.Println(err)
	// Output:
	// application/sdp map[] "v=0"
	// application/sdp map[charset:utf-8] "v=1"
	// <nil>
}

// A client forgets a call after its completion.
func ExampleCorrelator() {
	var calls eventchannel.Correlator[string]
	name, _ := calls.Keep("", "dial-1") // the request has been sent
	*name = "Lene"
	known, _ := calls.Keep("https://pool.example/i/1?x=1", "dial-1") // its first event
	fmt.Println(*known)
	fmt.Println(*calls.Lookup("https://pool.example/i/1", "")) // an event without a resource
	calls.Forget("https://pool.example/i/1", "dial-1")
	fmt.Println(calls.Lookup("https://pool.example/i/1", "dial-1"))
	// Output:
	// Lene
	// Lene
	// <nil>
}

// A service answers the GET of an outgoing call that rings: only cancel is offered.
func ExampleResource_Show() {
	ringing, err := transitions.New(transitions.Outgoing).Step(transitions.Started(transitions.StateAlerting))
	if err != nil {
		fmt.Println(err)
		return
	}
	call := eventchannel.Resource{OperationID: "7", Links: []eventchannel.Link{{Rel: "self", Href: "calls/1"}}}
	shown, err := call.Show(ringing)
	if err != nil {
		fmt.Println(err)
		return
	}
	answer, err := json.Marshal(shown)
	fmt.Println(string(answer), err)
	// Output:
	// {"direction":"Outgoing","operationId":"7","state":"Alerting","_links":{"self":{"href":"calls/1"},"ms:rtc:saas:cancel":{"href":"calls/1/cancel"}},"rel":"ms:rtc:saas:audioVideoInvitation"} <nil>
}
