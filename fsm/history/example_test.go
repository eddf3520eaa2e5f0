package history_test

import (
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/history"
	"github.com/avinvite/avinvite/transitions"
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

// The faults that an event has in itself are words in a log.
func ExampleOddities() {
	const channel = `{"sender":[{"events":[{"type":"completed","status":"Perhaps",
		"link":{"rel":"ms:rtc:saas:audioVideoInvitation","href":"invitations/1"},
		"_embedded":{"ms:rtc:saas:audioVideoInvitation":{"state":"Ringing"}}}]}]}`
	var webhook history.Channel
	for e, err := range eventchannel.NewReader(strings.NewReader(channel)).Events() {
		if err != nil {
			log.Println(err)
			continue
		}
		fmt.Println(webhook.Entry(e, time.Now()).Odd)
	}
	// Output: unreadable, unknown state, unknown status, incomplete
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

// A history is stored, read back, and merged with the events that came meanwhile.
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

// Events of a webhook are sorted into the order of the documents, with a request of the application between them.
func ExampleSort() {
	type item struct {
		text    string
		origin  history.Origin
		arrived int64 // in seconds
	}
	var channel history.Channel
	var items []item
	for e, err := range eventchannel.NewReader(strings.NewReader(deliveries)).Events() {
		if err != nil {
			log.Println(err)
			continue
		}
		origin := channel.Origin(e)
		items = append(items, item{fmt.Sprint("document ", origin.Number, ": ", e.Type), origin, int64(e.Place.Document)})
	}
	items = append(items, item{text: "request", arrived: 0})
	history.Sort(items, func(i *item) (history.Origin, int64) { return i.origin, i.arrived })
	for _, i := range items {
		fmt.Println(i.text)
	}
	// Output:
	// request
	// document 1: started
	// document 1: started
	// document 2: completed
}

// Two deliveries of one event are the same. A Fold takes entries as well as events.
func ExampleEntry_Same() {
	var channel history.Channel
	var entries []history.Entry
	for e, err := range eventchannel.NewReader(strings.NewReader(deliveries)).Events() {
		if err != nil {
			log.Println(err)
			continue
		}
		entries = append(entries, history.NewEntry(e.Raw(), channel.Origin(e), int64(len(entries))))
	}
	fmt.Println(entries[0].Same(&entries[1]), entries[1].Same(&entries[2]))

	var call history.Fold
	for _, n := range []int{1, 0} {
		call.Add(&entries[n])
	}
	fmt.Println(call.Invitation())
	// Output:
	// false true
	// Incoming Connected true
}

// An update without a state keeps the state of the invitation. An event whose parts contradict each other is odd.
func ExampleEntry_At() {
	const channel = `{"sender":[{"events":[
		{"type":"updated","link":{"rel":"ms:rtc:saas:audioVideoInvitation","href":"invitations/1"}},
		{"type":"completed","status":"Success","reason":{"code":"RemoteFailure","subcode":"Busy"},
			"link":{"rel":"ms:rtc:saas:audioVideoInvitation","href":"invitations/1"}}]}]}`
	for e, err := range eventchannel.NewReader(strings.NewReader(channel)).Events() {
		if err != nil {
			log.Println(err)
			continue
		}
		n := history.NewEntry(e.Raw(), history.Origin{}, 0)
		fmt.Println(n.At(transitions.StateAlerting), n.Odd&history.Contradiction != 0)
	}
	// Output:
	// updated(Alerting) false
	// completed(Connected) true
}

// After a resume, a document with the self link of an earlier one is another document.
func ExampleChannel_Resume() {
	var channel history.Channel
	var call history.History
	for n := range 3 {
		if n == 2 {
			channel.Resume()
		}
		first, _, _ := strings.Cut(deliveries[1:], "\n{")
		for e, err := range eventchannel.NewReader(strings.NewReader(first)).Events() {
			if err == nil {
				fmt.Println("new:", call.Add(channel.Entry(e, time.Unix(int64(n), 0))))
			}
		}
	}
	// Output:
	// new: true
	// new: false
	// new: true
}
