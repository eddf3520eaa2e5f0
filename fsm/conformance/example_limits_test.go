package conformance_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// The events of two calls have no direction. The direction of the first call is inferred from its reason. The service
// sends more events about the second call than a verdict keeps, so the verdict counts the others.
func ExampleChecker_Each() {
	var c conformance.Checker
	add := func(href string, t transitions.EventType, status, state string, reason *codes.Error) {
		c.Add(&eventchannel.Event{
			Type: t, Status: status, Reason: reason, Href: href, Invitation: &eventchannel.Resource{State: state},
		}, time.Time{})
	}
	busy := &codes.Error{Code: codes.RemoteFailure, Subcode: codes.SubcodeBusy}
	add("invitations/1", transitions.EventCompleted, "Failure", "Failed", busy)
	add("invitations/2", transitions.EventCompleted, "Success", "Connected", nil)
	for range conformance.MaxSteps {
		add("invitations/2", transitions.EventUpdated, "", "Connecting", nil)
	}
	for v := range c.Each(nil) { // each verdict is valid until the next one
		fmt.Println(v.Href, v.Result, "inferred:", v.DirectionInferred)
		fmt.Println(len(v.Steps), "steps and", v.OmittedSteps, "more, the last kept says", v.Steps[len(v.Steps)-1].Said)
		fmt.Println(len(v.Findings), "findings and", v.OmittedFindings, "more")
	}
	// Output:
	// invitations/1 conforms inferred: true
	// 1 steps and 0 more, the last kept says Failed
	// 0 findings and 0 more
	// invitations/2 violates inferred: false
	// 1000 steps and 1 more, the last kept says Connecting
	// 100 findings and 900 more
}

// A follower that may keep one invitation gives the verdict on the first when the second begins.
func ExampleFollower_Read() {
	const log = `
{"sender":[{"events":[{"link":{"rel":"ms:rtc:saas:audioVideoInvitation","href":"invitations/1"},"type":"started",
	"_embedded":{"ms:rtc:saas:audioVideoInvitation":{"direction":"Outgoing","state":"Connecting"}}}]}]}
{"sender":[{"events":[{"link":{"rel":"ms:rtc:saas:audioVideoInvitation","href":"invitations/2"},"type":"started",
	"_embedded":{"ms:rtc:saas:audioVideoInvitation":{"direction":"Outgoing","state":"Connecting"}}}]}]}
`
	f := conformance.Follower{Limit: 1}
	for v, err := range f.Read(strings.NewReader(log)) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(v.Href, v.Result, "forgotten:", v.Forgotten)
	}
	for v := range f.Rest() {
		fmt.Println(v.Href, v.Result, "forgotten:", v.Forgotten)
	}
	// Output:
	// invitations/1 incomplete forgotten: true
	// invitations/2 incomplete forgotten: false
}

// A service invents a code for each call. The summary has an entry for each of the first codes, and counts the other
// calls together, so that it cannot fill the memory.
func ExampleSummary_Add() {
	var s conformance.Summary
	for n := range conformance.MaxOutcomes + 5 {
		s.Add("log", conformance.Verdict{
			Result: conformance.Violates, Outcome: transitions.StateFailed,
			Error:           &codes.Error{Code: codes.Code(fmt.Sprint("Code", n))},
			OmittedFindings: 2,
		})
	}
	fmt.Println(s.Invitations, "invitations,", len(s.Outcomes), "outcomes")
	fmt.Println(s.OtherOutcomes, "of other outcomes,", s.OtherFindings, "findings left out")
	// Output:
	// 1005 invitations, 1000 outcomes
	// 5 of other outcomes, 2010 findings left out
}
