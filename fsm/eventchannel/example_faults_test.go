package eventchannel_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// A fault has a place. Reading continues after it.
func ExampleError() {
	const channel = `{"sender":[{"events":[{"type":"begun","link":{"rel":"audioVideoInvitation","href":"i/1"}}]}]}
{"sender":[{"events":[[[[[[]]]]]]}]}
{"sender":[{"events":[{"type":"started","link":{"rel":"audioVideoInvitation","href":"i/3"}}]}]}`
	r := eventchannel.NewReader(strings.NewReader(channel))
	r.Limits.Depth = 8
	for e, err := range r.Events() {
		fault, is := errors.AsType[*eventchannel.Error](err)
		if !is {
			fmt.Println(e.Key())
			continue
		}
		fmt.Println("document", fault.Place.Document, fault.Place.Pointer, fault.Err)
		if over, is := errors.AsType[*eventchannel.LimitError](fault); is {
			fmt.Println("over the limit of", over.Limit)
		}
	}
	// Output:
	// document 1 /sender/0/events/0/type the type is "begun", want started, updated or completed
	// document 2 /sender/0/events/0/0/0/0/0 9 nested arrays and objects, want at most 8
	// over the limit of 8
	// i/3
}

// The parts of an event can be odd, or contradict each other, or be missing.
func ExampleEvent_Reduce() {
	const channel = `{"sender":[{"events":[
	{"type":"completed","status":"Failure","link":{"rel":"audioVideoInvitation","href":"i/1"},
		"_embedded":{"audioVideoInvitation":{"state":"Connected"}}},
	{"type":"completed","link":{"rel":"audioVideoInvitation","href":"i/1"}},
	{"type":"completed","status":"Success","link":{"rel":"audioVideoInvitation","href":"i/1"},
		"_embedded":{"audioVideoInvitation":{"state":"Talking"}}}]}]}`
	for e, err := range eventchannel.NewReader(strings.NewReader(channel)).Events() {
		if err != nil {
			fmt.Println(err)
			continue
		}
		event, odd, err := e.Reduce(transitions.StateAlerting)
		for _, err := range append(odd, err) {
			switch err := err.(type) {
			case *eventchannel.ContradictionError:
				fmt.Println(err.One, "against", err.Other)
			case *eventchannel.IncompleteError:
				fmt.Println("missing", err.Missing)
			case *eventchannel.TokenError:
				fmt.Println(err.Member, err.Token, "is ignored:", event)
			}
		}
	}
	// Output:
	// status Failure against state Connected
	// missing all of status, state and reason
	// state Talking is ignored: completed(Connected)
}

// Hrefs of one resource have one identity. AppendIdentity looks it up in a map without an allocation.
func ExampleIdentity() {
	calls := map[string]string{eventchannel.Identity("https://pool.example:443/Invitations/1?key=7"): "a call"}
	var buffer [100]byte
	fmt.Println(calls[string(eventchannel.AppendIdentity(buffer[:0], "HTTPS://pool.example/invitations/1"))])
	// Output: a call
}

// A webhook keeps one Reader for its many short requests.
func ExampleReader_Reset() {
	r := eventchannel.NewReader(nil)
	for _, request := range []string{
		`{"sender":[{"events":[{"type":"started","link":{"rel":"audioVideoInvitation","href":"i/1"}}]}]}`,
		`{"sender":[{"events":[{"type":"updated","link":{"rel":"audioVideoInvitation","href":"i/1"}}]}]}`,
	} {
		r.Reset(strings.NewReader(request))
		for e, err := range r.RawEvents() {
			if err != nil {
				fmt.Println(err)
				continue
			}
			fmt.Println(e.Type, e.Href(), e.Place())
		}
	}
	// Output:
	// started i/1 document 1, byte 22, /sender/0/events/0
	// updated i/1 document 1, byte 22, /sender/0/events/0
}

// The links and the embedded resources of an invitation say what it offers and who takes part.
func ExampleResource_AcceptedBy() {
	var r eventchannel.Resource
	if err := r.UnmarshalJSON([]byte(`{"direction":"Incoming","state":"Connecting","_links":{
		"self":{"href":"/i/1"},"accept":{"href":"/i/1/accept"},"customContent":{"href":"data:text/plain,hello"},
		"acceptedByParticipant":{"href":"/p/2","title":"Lene"}}}`)); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Operations())
	self, has := r.Link("self")
	fmt.Println(self.Href, has)
	parts, err := r.CustomContent()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s %s\n", parts[0].Type, parts[0].Body)
	accepted, err := r.AcceptedBy()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(accepted[0].Name)
	// Output:
	// accept
	// /i/1 true
	// text/plain hello
	// Lene
}
