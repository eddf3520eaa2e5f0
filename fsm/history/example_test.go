package history_test

import (
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/history"
)

// The second document of a conversation comes before the first, and the first comes twice.
const deliveries = `
{"_links":{"self":{"href":"events?ack=2&key=77"}},"sender":[{"events":[{"type":"completed","status":"Success",
	"link":{"rel":"ms:rtc:saas:audioVideoInvitation","href":"invitations/1"}}]}]}
{"_links":{"self":{"href":"events?ack=1&key=77"}},"sender":[{"events":[{"type":"started",
	"link":{"rel":"ms:rtc:saas:audioVideoInvitation","href":"invitations/1"},
	"_embedded":{"ms:rtc:saas:audioVideoInvitation":{"direction":"Incoming","state":"Connecting"}}}]}]}
{"_links":{"self":{"href":"events?ack=1&key=77"}},"sender":[{"events":[{"type":"started",
	"link":{"rel":"ms:rtc:saas:audioVideoInvitation","href":"invitations/1"},
	"_embedded":{"ms:rtc:saas:audioVideoInvitation":{"direction":"Incoming","state":"Connecting"}}}]}]}
`

func Example() {
	webhook := strings.NewReader(deliveries)
	var channel history.Channel
	var call history.History
	for e, err := range eventchannel.NewReader(webhook).Events() {
		if err == nil {
			call.Add(channel.Entry(e, time.Now()))
		}
	}
	invitation, _ := call.Invitation()

	fmt.Println(invitation)
	for e := range call.Entries() {
		fmt.Println(e.Number, e.Event)
	}
	// Output:
	// Incoming Connected
	// 1 started(Connecting)
	// 2 completed(Connected)
}

// A client takes events as they come, and learns the direction with the second one.
func ExampleFold() {
	const channel = `{"sender":[{"events":[
		{"type":"started","link":{"rel":"ms:rtc:saas:audioVideoInvitation","href":"invitations/1"}},
		{"type":"updated","link":{"rel":"ms:rtc:saas:audioVideoInvitation","href":"invitations/1"},
			"_embedded":{"ms:rtc:saas:audioVideoInvitation":{"direction":"Incoming","state":"Connecting"}}}]}]}`
	var call history.Fold
	for e, err := range eventchannel.NewReader(strings.NewReader(channel)).Events() {
		if err == nil {
			err = call.Observe(e)
		}
		if err != nil {
			log.Println(err)
		}
		fmt.Println(call.Invitation())
	}
	// Output:
	// Outgoing Connecting false
	// Incoming Connecting true
}

// A history is stored, read back, and merged with what came meanwhile.
func ExampleHistory_MarshalBinary() {
	var channel history.Channel
	var stored, fresh history.History
	for e, err := range eventchannel.NewReader(strings.NewReader(deliveries)).Events() {
		switch {
		case err != nil:
			log.Println(err)
		case e.Place.Document == 1:
			stored.Add(channel.Entry(e, time.Unix(0, 0)))
		default:
			fresh.Add(channel.Entry(e, time.Unix(1, 0)))
		}
	}
	data, err := stored.MarshalBinary()
	if err != nil {
		log.Println(err)
	}

	var call history.History
	if err := call.UnmarshalBinary(data); err != nil {
		log.Println(err)
	}
	call.Merge(&fresh)
	invitation, _ := call.Invitation()
	fmt.Println(call.Len(), "events:", invitation)
	// Output:
	// 2 events: Incoming Connected
}
