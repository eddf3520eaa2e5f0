package history_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/history"
)

// Deliveries can be read in several goroutines, because RawOrigin depends on the event and its document alone. Resumed
// then separates the documents before a resume from those after it.
func ExampleRawOrigin() {
	const document = `{"_links":{"self":{"href":"events?ack=1&key=77"}},"sender":[{"events":[
	{"type":"started","link":{"rel":"ms:rtc:saas:audioVideoInvitation","href":"invitations/1"},
		"_embedded":{"ms:rtc:saas:audioVideoInvitation":{"direction":"Outgoing","state":"Alerting",
			"_links":{"cancel":{"href":"invitations/1/cancel"}}}}},
	{"type":"completed","status":"Success","link":{"rel":"ms:rtc:saas:audioVideoInvitation","href":"invitations/1"}}]}]}`
	var channel history.Channel
	var call history.History
	for delivery := range 2 {
		for e, err := range eventchannel.NewReader(strings.NewReader(document)).RawEvents() {
			if err != nil {
				log.Println(err)
				continue
			}
			call.Add(history.NewEntry(e, channel.Resumed(history.RawOrigin(e)), int64(delivery)))
		}
	}
	for n := range call.Entries() {
		fmt.Println(n.Number, n.Index, n.Event, n.Offered)
	}
	fmt.Println(call.Len(), "of at most", history.MaxEvents, "events")
	// Output:
	// 1 0 started(Alerting) cancel
	// 1 1 completed(Connected) nothing
	// 2 of at most 1000 events
}
