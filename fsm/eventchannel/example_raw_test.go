package eventchannel_test

import (
	"fmt"
	"strings"

	"github.com/avinvite/avinvite/fsm/eventchannel"
)

// A program that reads millions of events appends texts to one buffer, and stores positions as numbers. A document that
// is delivered twice has one Serial.
func ExampleRawEvent() {
	const document = `{"_links":{"self":{"href":"/events?ack=5&key=k"}},"sender":[{"rel":"communication","events":[
		{"type":"started","link":{"rel":"audioVideoInvitation","href":"i/1"},
			"_embedded":{"audioVideoInvitation":{"to":"sip:lene@contoso.com"}}},
		{"type":"completed","status":"Success","link":{"rel":"audioVideoInvitation","href":"i/1"}}]}]}`
	deliveries := map[eventchannel.Serial]int{}
	events := map[string]int{}
	var text []byte
	for e, err := range eventchannel.NewReader(strings.NewReader(document + document)).RawEvents() {
		if err != nil {
			fmt.Println(err)
			continue
		}
		if e.Ordinal() == 0 {
			deliveries[e.Serial()]++
		}
		events[string(e.Identity())]++
		within, sender, index := e.Position()
		text = e.AppendTo(append(e.AppendHref(text[:0]), " to "...))
		fmt.Printf("%d %d %s %d %d %q %t\n", within.Document, within.Offset, e.Sender, sender, index, text, e.Embeds())
	}
	fmt.Println("documents:", len(deliveries), "events:", events)
	// Output:
	// 1 96 communication 0 0 "i/1 to sip:lene@contoso.com" true
	// 1 240 communication 0 1 "i/1 to " false
	// 2 430 communication 0 0 "i/1 to sip:lene@contoso.com" true
	// 2 574 communication 0 1 "i/1 to " false
	// documents: 1 events: map[i/1:4]
}

// Map calls the function on several cores, and yields the results in the order of the events.
func ExampleMap() {
	const channel = `{"sender":[{"events":[{"type":"started","link":{"rel":"audioVideoInvitation","href":"i/1"}}]}]}
{"sender":[{"events":[{"type":"begun","link":{"rel":"audioVideoInvitation","href":"i/2"}}]}]}
{"sender":[{"events":[{"type":"updated","link":{"rel":"audioVideoInvitation","href":"i/1"}}]}]}`
	r := eventchannel.NewReader(strings.NewReader(channel))
	for line := range eventchannel.Map(r, func(e *eventchannel.RawEvent, err error) string {
		if err != nil {
			return err.Error()
		}
		return e.Type.String() + " " + e.Href()
	}) {
		fmt.Println(line)
	}
	// Output:
	// started i/1
	// eventchannel: document 2, byte 126, /sender/0/events/0/type: the type is "begun", want started, updated or completed
	// updated i/1
}

// A reader of a document inside another text gives each event the place of the body in that text.
func ExampleReader() {
	const body = `{"baseuri":"https://pool.example/","_links":{"self":{"href":"events?ack=1&key=k"},"resume":{"href":"resume"}},
		"sender":[{"rel":"communication","href":"communication","events":[{"type":"started",
		"link":{"rel":"audioVideoInvitation","href":"i/1"},"in":{"rel":"conversation","href":"conversations/1"}}]}]}`
	r := eventchannel.NewReader(strings.NewReader(body))
	r.Within = eventchannel.Place{Offset: 4711, Pointer: "/log/entries/3/response/content/text"}
	r.Resumed = func(d *eventchannel.Document) {
		fmt.Println("the conversations before", d.Self, "are gone; continue with", d.Resume)
	}
	for e, err := range r.Events() {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(e.Place)
		fmt.Println(e.Sender, "reports", e.Href, "in", e.In)
		fmt.Println(e.Document.BaseURI, e.Document.Serial().Number)
	}
	// Output:
	// byte 4711, /log/entries/3/response/content/text#/sender/0/events/0
	// communication reports https://pool.example/i/1 in https://pool.example/conversations/1
	// https://pool.example/ 1
	// the conversations before https://pool.example/events?ack=1&key=k are gone; continue with https://pool.example/resume
}
