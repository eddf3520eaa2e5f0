package proptest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/proptest"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
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

// newSubject makes the machine under test: here an invitation of package transitions.
var newSubject = laws.Pure(transitions.New, transitions.Invitation.Step, transitions.Invitation.Do, laws.ViewOf)

// A test of an implementation is one call. It belongs in a file whose name ends in _test.go.
func ExampleRun() {
	TestInvitation := func(t *testing.T) { proptest.Run(t, newSubject) }
	FuzzInvitation := func(f *testing.F) { f.Fuzz(rapid.MakeFuzz(proptest.Property(newSubject))) }
	_, _ = TestInvitation, FuzzInvitation // go test calls functions of these names
	// Output:
}

// A client keeps the error body of an end as it came, whatever it holds.
func ExampleErrorBody() {
	for seed := range 10 {
		sent := proptest.ErrorBody().Example(seed)
		text, err := json.Marshal(sent)
		if err != nil {
			fmt.Println(err)
			continue
		}
		kept := new(codes.Error)
		if err := json.Unmarshal(text, kept); err != nil || kept.Reason() != sent.Reason() {
			fmt.Println(kept, err)
		}
	}
	fmt.Println("every reason was kept")
	// Output: every reason was kept
}

// A test of single events draws each part by itself: here no event is refused and yet changes the invitation.
func ExampleEvent() {
	for seed := range 100 {
		call := transitions.New(proptest.Direction().Example(seed))
		for _, e := range []transitions.Event{
			proptest.Event().Example(seed),
			transitions.Updated(proptest.State().Example(seed)),
			transitions.Completed(transitions.StateFailed, proptest.Reason().Example(seed)),
		} {
			if next, err := call.Step(e); err != nil && next != call {
				fmt.Println(call, "has become", next)
			}
		}
	}
	fmt.Println("every refused event left the invitation unchanged")
	// Output: every refused event left the invitation unchanged
}

// After a sequence of any events and operations, an invitation offers operations only while it is in progress.
func ExampleSequence() {
	for seed := range 10 {
		call := transitions.New(transitions.Outgoing)
		for _, a := range proptest.Sequence(transitions.Outgoing).Example(seed) {
			if next, err := a.Step(call); err == nil {
				call = next
			}
			if call.Operations() != 0 && !call.State().Progress() {
				fmt.Println(call, "offers", call.Operations())
			}
		}
	}
	fmt.Println("no completed invitation offered an operation")
	// Output: no completed invitation offered an operation
}

// A server accepts a property of exactly the greatest length, in any script.
func ExampleValidProperties() {
	for seed := range 10 {
		p := proptest.ValidProperties().Example(seed)
		body := transitions.Request{OperationID: p.OperationID, SessionContext: p.SessionContext, Subject: p.Subject}
		if all := body.Excesses(); all != nil {
			fmt.Println(p, all)
		}
	}
	fmt.Println("no property was too long")
	// Output: no property was too long
}
