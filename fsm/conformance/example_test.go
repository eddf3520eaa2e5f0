package conformance_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/history"
	"github.com/avinvite/avinvite/transitions"
)

// A service that goes on after the completion.
const recording = `
{"sender":[{"events":[{"link":{"rel":"ms:rtc:saas:audioVideoInvitation","href":"invitations/1"},"type":"started",
	"_embedded":{"ms:rtc:saas:audioVideoInvitation":{"direction":"Outgoing","state":"Connecting"}}}]}]}
{"sender":[{"events":[{"link":{"rel":"ms:rtc:saas:audioVideoInvitation","href":"invitations/1"},"type":"completed",
	"status":"Failure","reason":{"code":"RemoteFailure","subcode":"Busy"}}]}]}
{"sender":[{"events":[{"link":{"rel":"ms:rtc:saas:audioVideoInvitation","href":"invitations/1"},"type":"updated",
	"_embedded":{"ms:rtc:saas:audioVideoInvitation":{"state":"Alerting"}}}]}]}
`

func ExampleCheck() {
	verdicts, err := conformance.Check(strings.NewReader(recording))
	if err != nil {
		fmt.Println(err) // the verdicts are of all that could be read
	}
	for _, v := range verdicts {
		fmt.Println(v.Href, v.Direction, v.Path, v.Reason, v.Result)
		for _, f := range v.Findings {
			fmt.Printf("%s: %s, %v\n", f.Severity(), f.Rule.Text(), f.Place)
			fmt.Printf("  seen %s, expected %s\n", f.Seen, f.Expected)
			fmt.Printf("  %v: %s\n", f.Basis, f.Source)
		}
		for _, e := range v.Repair {
			fmt.Println("repair: without", e.Event)
		}
	}
	// Output:
	// invitations/1 Outgoing [Connecting Failed] RemoteFailure/Busy violates
	// violation: the invitation has completed, document 3, byte 430, /sender/0/events/0
	//   seen updated(Alerting), expected nothing
	//   Stated: UCWA/OperationResource.md: "All subsequent updates to the operation status will arrive in the event channel, until the final "completed" event."
	// repair: without updated(Alerting)
}

// TestServer is a test of a server: all documents that the server has sent in the course of the test must conform.
func TestServer(t *testing.T) {
	sent := recording[:strings.LastIndex(recording, `{"sender"`)]
	verdicts, err := conformance.Check(strings.NewReader(sent))
	if err != nil {
		t.Error(err)
	}
	for _, v := range verdicts {
		if v.Result != conformance.Conforms {
			t.Errorf("%s %v: %+v", v.Href, v.Result, v.Findings)
		}
	}
}

// The operations of a client are judged as well: here it accepts a call, and then declines the same call.
func ExampleChecker_Do() {
	started := eventchannel.Event{
		Type: transitions.EventStarted, Href: "invitations/2",
		Invitation: &eventchannel.Resource{Direction: "Incoming", State: "Connecting"},
	}
	var c conformance.Checker
	c.Add(&started, time.Time{})
	c.Do(&conformance.Operation{Href: "invitations/2", Operation: transitions.OperationAccept, Status: 204}, time.Time{})
	c.Do(&conformance.Operation{
		Href: "invitations/2", Operation: transitions.OperationDecline,
		Status: 409, Answer: &codes.Error{Code: codes.Conflict},
	}, time.Time{})
	for v := range c.Verdicts() {
		for _, s := range v.Steps {
			fmt.Println(s)
		}
		for _, f := range v.Findings {
			fmt.Printf("%s: %s, expected %s\n%s\n", f.Severity(), f.Seen, f.Expected, f.Source)
		}
		fmt.Println(v.Result, "and can still be", v.Expects)
	}
	// Output:
	// started(Connecting)
	// accept answered 204
	// decline answered 409
	// deviation: decline in state Connecting, expected no operation
	// UCWA/ReceiveAnIM.md, the captured life of an incoming messagingInvitation, a sibling; because the links are gone once accept is done, and no payload shows another operation
	// deviates and can still be [Connected Failed Declined Cancelled]
}

// Two replicas of an application, each of which got some of the webhooks, agree on a verdict.
func ExampleChecker_AddHistory() {
	var channel history.Channel
	var replicas [2]history.History
	for e, err := range eventchannel.NewReader(strings.NewReader(recording)).Events() {
		if err == nil {
			replicas[e.Place.Document%2].Add(channel.Entry(e, time.Unix(int64(e.Place.Document), 0)))
		}
	}
	replicas[0].Merge(&replicas[1])
	var c conformance.Checker
	c.AddHistory("invitations/1", "", &replicas[0])
	for v := range c.Verdicts() {
		fmt.Println(v.Href, v.Path, v.Reason, v.Result)
	}
	// Output:
	// invitations/1 [Connecting Failed] RemoteFailure/Busy violates
}

func ExampleSummary() {
	verdicts, err := conformance.Check(strings.NewReader(recording))
	if err != nil {
		fmt.Println(err)
	}
	var s conformance.Summary
	for _, v := range verdicts {
		s.Add("recording", v)
	}
	fmt.Println(s.Invitations, s.Results)
	for _, o := range s.Outcomes {
		fmt.Println(o.Invitations, o.Outcome, o.Reason)
	}
	for _, r := range s.Rules {
		fmt.Println(r.Findings, r.Rule, r.Basis)
	}
	// Output:
	// 1 map[violates:1]
	// 1 Failed RemoteFailure/Busy
	// 1 after-completion Stated
}

// Two machines judge a part of the traffic each. Their summaries are added.
func ExampleSummary_Merge() {
	var parts [2]conformance.Summary
	for n, calls := range []string{recording, recording[:strings.LastIndex(recording, `{"sender"`)]} {
		verdicts, err := conformance.Check(strings.NewReader(calls))
		if err != nil {
			fmt.Println(err)
		}
		for _, v := range verdicts {
			parts[n].Add("recording", v)
		}
	}
	parts[0].Merge(parts[1])
	fmt.Println(parts[0].Invitations, parts[0].Results)
	// Output:
	// 2 map[conforms:1 violates:1]
}

// A client that was away for long gets a document with the link named resume. The service numbers the documents after it
// from the start, so that a document with the self link of an earlier one is another document.
func ExampleChecker_Resume() {
	const document = `{"_links":{"self":{"href":"events?ack=1&key=77"}},"sender":[{"events":[{"type":"started",
		"link":{"rel":"ms:rtc:saas:audioVideoInvitation","href":"invitations/1"}}]}]}`
	for _, resumed := range []bool{false, true} {
		var c conformance.Checker
		for n := range 2 {
			if n == 1 && resumed {
				c.Resume()
			}
			for e, err := range eventchannel.NewReader(strings.NewReader(document)).Events() {
				if err == nil {
					c.Add(e, time.Time{})
				}
			}
		}
		for v := range c.Verdicts() {
			fmt.Println("resumed:", resumed, "events:", len(v.Steps))
		}
	}
	// Output:
	// resumed: false events: 1
	// resumed: true events: 2
}

// A program that looks into a failed call reads a HAR, and finds how the call began and how long it took.
func ExampleChecker_Read() {
	const har = `{"log":{"entries":[{
		"startedDateTime":"2024-05-06T09:00:00Z","time":50,
		"request":{"method":"POST","url":"https://pool.example/communication/audioVideoInvitations",
			"postData":{"mimeType":"application/json","text":"{\"operationId\":\"74cb\",\"to\":\"sip:lene@example.com\"}"}},
		"response":{"status":201,"redirectURL":"/invitations/1"}
	},{
		"startedDateTime":"2024-05-06T09:00:01Z","time":19000,
		"request":{"method":"GET","url":"https://pool.example/applications/1/events?ack=1"},
		"response":{"status":200,"content":{"mimeType":"application/json","text":"{\"sender\":[{\"events\":[` +
		`{\"link\":{\"rel\":\"messagingInvitation\",\"href\":\"/invitations/7\"},\"type\":\"started\"},` +
		`{\"link\":{\"rel\":\"audioVideoInvitation\",\"href\":\"/invitations/1\"},\"type\":\"completed\",` +
		`\"status\":\"Failure\",\"reason\":{\"code\":\"RemoteFailure\",\"subcode\":\"Busy\"}}]}]}"}}
	}]}}`
	var c conformance.Checker
	if err := c.Read(strings.NewReader(har)); err != nil {
		fmt.Println(err) // the verdicts are about all other parts
	}
	var s conformance.Summary
	s.Pass(c.PassedOver())
	fmt.Println(c.Len(), "judged, passed over:", s.PassedOver)
	for v := range c.Verdicts() {
		s.Add("call.har", v)
		fmt.Println(v.Call.To, v.Call.Status, v.Until.Sub(v.Call.Time))
		for _, step := range v.Steps {
			fmt.Println(step.Event(), step.State)
		}
	}
	for _, span := range s.Slowest {
		fmt.Println(span.Input, span.Href, span.Outcome)
	}
	// Output:
	// 1 judged, passed over: map[messagingInvitation:1]
	// sip:lene@example.com 201 20s
	// completed(Failed, RemoteFailure/Busy) Failed
	// call.har https://pool.example/invitations/1 Failed
}

// A program that reads a log as it is written prints each verdict when it is due. This log has ended already.
func ExampleFollower() {
	follower := conformance.Follower{Grace: 10 * time.Second, Limit: 1000}
	for v, err := range follower.Read(strings.NewReader(recording)) {
		if err != nil {
			fmt.Println(err)
		} else {
			fmt.Println("due:", v.Href, v.Outcome, v.Result)
		}
	}
	for v := range follower.Rest() {
		fmt.Println("left:", v.Href, v.Outcome, v.Result)
	}
	fmt.Println(follower.PassedOver()["late"], "late;", conformance.DefaultLimit, "invitations are kept if Limit is zero")
	// Output:
	// left: invitations/1 Failed violates
	// 0 late; 100000 invitations are kept if Limit is zero
}

// Each rule has a name for programs and a text for people. A test that accepts deviations looks at violations alone.
func ExampleRules() {
	for _, r := range conformance.Rules() {
		if r == conformance.RuleCompleted || r == conformance.RuleAnswer {
			fmt.Printf("%s: %s\n", r, r.Text())
		}
	}
	verdicts, err := conformance.Check(strings.NewReader(recording))
	if err != nil {
		fmt.Println(err)
	}
	for _, v := range verdicts {
		if v.Result != conformance.Violates {
			continue
		}
		for _, f := range v.Findings {
			if f.Violation() {
				fmt.Println(v.Href, "breaks", f.Rule)
			}
		}
	}
	// Output:
	// after-completion: the invitation has completed
	// undocumented-answer: an undocumented answer
	// invitations/1 breaks after-completion
}
