package suite_test

import (
	"fmt"
	"slices"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
	"github.com/avinvite/avinvite/transitions/suite"
)

// This is the example of the package comment.
func Example() {
	m, err := suite.New(suite.Spec{Direction: transitions.Outgoing, Sees: suite.SeesState | suite.SeesOffers | suite.SeesVerdict})
	if err != nil {
		fmt.Println(err)
		return
	}
	tests, inputs := 0, 0
	for word := range m.Suite(suite.Configurations, 0).Tests() {
		expected := m.Expect(word) // give the word to a new invitation, and compare
		tests, inputs = tests+1, inputs+len(expected)-1
	}
	fmt.Println(tests, "tests with", inputs, "inputs")
	// Output: 18964 tests with 38892 inputs
}

// A server is given every test of the suite for k = 1. This server ignores started after
// a decline.
func ExampleMachine_Suite() {
	m, err := suite.New(suite.Spec{
		Direction: transitions.Outgoing,
		Sees:      suite.SeesState | suite.SeesOffers | suite.SeesVerdict,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	begin := laws.Pure(transitions.New, func(i transitions.Invitation, e transitions.Event) (transitions.Invitation, error) {
		if e.Type == transitions.EventStarted && i.Reason() == codes.RemoteFailureDeclined {
			return i, nil
		}
		return i.Step(e)
	}, transitions.Invitation.Do, laws.ViewOf)

	s := m.Suite(suite.Configurations, 1)
	for word := range s.Tests() {
		server := begin(transitions.Outgoing)
		expected := m.Expect(word)
		for n, action := range word {
			got := m.Answer(server, action, action.Give(server))
			if parts := expected[n+1].Differs(got); parts != 0 {
				fmt.Println(word[:n+1], "has another", parts)
				fmt.Println("depth", s.Depth(word[:n+1]))
				return
			}
		}
	}
	fmt.Println("right, if", s.Domain())
	// Output:
	// [completed(Failed, RemoteFailure/Declined) started(Failed)] has another verdict
	// depth 0
}

// Four tests of a server's team are certified. The obligations say what a fifth one should be about.
func ExampleMachine_Certify() {
	m, err := suite.New(suite.Spec{
		Direction: transitions.Incoming,
		Sees:      suite.SeesState | suite.SeesOffers | suite.SeesVerdict,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	start := laws.Action{Event: transitions.Started(transitions.StateConnecting)}
	end := laws.Action{Event: transitions.Completed(transitions.StateConnected, codes.NoReason)}
	c := m.Certify(suite.Configurations, slices.Values([]suite.Word{
		{start, end},
		{start, {Operation: transitions.OperationAccept}, end},
		{start, {Operation: transitions.OperationDecline}},
		{end, start},
	}))
	present, total := c.Coverage(0)
	fmt.Printf("k = %d, %d of %d\n", c.K, present, total)
	for o := range c.Missing(0) {
		fmt.Println("no test of", o.Word)
		break
	}
	fmt.Println(len(c.Closing(0)), "tests more are needed")
	// Output:
	// k = -1, 7 of 12986
	// no test of [started(Alerting)]
	// 12941 tests more are needed
}
