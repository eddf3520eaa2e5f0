package proptest_test

import (
	"bytes"
	"fmt"

	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/proptest"
	"github.com/avinvite/avinvite/transitions"
)

// The reference mode accepts every event of a legal sequence. A test draws sequences in rapid.Check; here they are those
// of ten seeds.
func ExampleLegalSequence() {
	for seed := range 10 {
		call := transitions.New(transitions.Outgoing)
		for _, a := range proptest.LegalSequence(transitions.Outgoing).Example(seed) {
			next, err := a.Step(call)
			if err != nil {
				fmt.Println(err)
			}
			call = next
		}
	}
	fmt.Println("no event was refused")
	// Output: no event was refused
}

// The tolerant mode accepts every event of a service until the invitation has completed.
func ExampleEventSequence() {
	for seed := range 10 {
		call := transitions.New(transitions.Incoming)
		for _, a := range proptest.EventSequence(transitions.Incoming).Example(seed) {
			if call.Terminal() {
				break
			}
			next, err := a.Observe(call)
			if err != nil && a.Event.State.Terminal() == (a.Event.Type == transitions.EventCompleted) {
				fmt.Println(err)
			}
			call = next
		}
	}
	fmt.Println("no event was refused")
	// Output: no event was refused
}

// A reader finds the events that a document has, however the document spells them.
func ExampleEventDocument() {
	for seed := range 10 {
		document := proptest.EventDocument().Example(seed)
		var found []transitions.EventType
		for e, err := range eventchannel.NewReader(bytes.NewReader(document.JSON)).Events() {
			if err != nil {
				fmt.Println(err)
				break
			}
			if transitions.TrimRelPrefix(e.Rel) == "audioVideoInvitation" {
				found = append(found, e.Type)
			}
		}
		for n, want := range document.Events {
			if n >= len(found) || found[n] != want.Event.Type {
				fmt.Println(found, "lacks", want.Event)
			}
		}
	}
	fmt.Println("every event was found")
	// Output: every event was found
}

// A reader returns from a hostile document, with an error or without one.
func ExampleHostileDocument() {
	for seed := range 10 {
		document := proptest.HostileDocument().Example(seed)
		for _, err := range eventchannel.NewReader(bytes.NewReader(document)).Events() {
			if err != nil {
				break
			}
		}
	}
	fmt.Println("every document was left")
	// Output: every document was left
}

// A server refuses a property that is longer than the specification allows.
func ExampleOversizeProperties() {
	for seed := range 10 {
		o := proptest.OversizeProperties().Example(seed)
		body := transitions.Request{OperationID: o.OperationID, SessionContext: o.SessionContext, Subject: o.Subject}
		if all := body.Excesses(); len(all) != 1 || all[0] != (transitions.Excess{Member: o.Property, Length: o.Length, Limit: o.Limit}) {
			fmt.Println(o.Property, o.Length, all)
		}
	}
	fmt.Println("every excess was found")
	// Output: every excess was found
}
