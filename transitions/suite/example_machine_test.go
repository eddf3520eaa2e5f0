package suite_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
	"github.com/avinvite/avinvite/transitions/suite"
)

// The size of a machine depends on the parts that are seen.
func ExampleNew() {
	for _, sees := range []suite.Sees{
		suite.SeesState | suite.SeesVerdict,
		suite.SeesState | suite.SeesOffers | suite.SeesPending | suite.SeesReason | suite.SeesVerdict,
	} {
		m, err := suite.New(suite.Spec{Direction: transitions.Incoming, Sees: sees})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(m.Spec().Sees, "of", m.Configurations(), "configurations:", m.States(), "states")
	}
	// Output:
	// state and verdict of 43 configurations: 7 states
	// state, offers, pending, reason and verdict of 43 configurations: 43 states
}

// A class of inputs has the same effect in every state, so a first try needs one input of each class only.
func ExampleMachine_Representatives() {
	m, err := suite.New(suite.Spec{Direction: transitions.Incoming, Sees: suite.SeesState | suite.SeesVerdict})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(m.Alphabet()), "inputs in classes:")
	for _, a := range m.Representatives() {
		fmt.Println(a)
	}
	// Output:
	// 302 inputs in classes:
	// started(Connecting)
	// started(Alerting)
	// updated(Connecting)
	// completed(Connected)
	// completed(Failed, Conflict/AlreadyExists)
	// completed(Declined, LocalFailure/Declined)
	// completed(Cancelled, Informational/Canceled)
	// do accept
	// do startAdhocMeeting
	// do cancel
}

// A test is one line for an implementation in another language. A client shows no verdict on an event.
func ExampleMachine_Test() {
	m, err := suite.New(suite.Spec{
		Direction: transitions.Outgoing, Mode: suite.Observe, Sees: suite.SeesState | suite.SeesReason, Inputs: suite.Events,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	test, err := m.Test(suite.Word{
		{Event: transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy)},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, a := range test.Expect {
		fmt.Println(a.Sees.Names(), a.State, a.Reason)
	}
	if err := json.NewEncoder(os.Stdout).Encode(test); err != nil {
		fmt.Println(err)
	}
	// Output:
	// [state reason] None none
	// [state reason] Failed RemoteFailure/Busy
	// {"id":"av-0f2f52c347d4","steps":[{"event":"completed","state":"Failed","reason":{"code":"RemoteFailure","subcode":"Busy"}}],"expect":[{"state":"None"},{"state":"Failed","reason":{"code":"RemoteFailure","subcode":"Busy"}}],"basis":["Inferred"]}
}

// The access words are the core for k = 0. The vectors begin with a head that says what the suite guarantees.
func ExampleSuite_WriteVectors() {
	m, err := suite.New(suite.Spec{
		Direction: transitions.Incoming, Sees: suite.SeesState | suite.SeesVerdict, Inputs: suite.Representatives,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	s := m.Suite(suite.States, 0)
	for word := range s.Core() {
		fmt.Println("access word", word)
	}
	tests, inputs := s.Size()
	fmt.Println(tests, "tests with", inputs, "inputs")

	var vectors bytes.Buffer
	if err := s.WriteVectors(&vectors, ""); err != nil {
		fmt.Println(err)
		return
	}
	lines := json.NewDecoder(&vectors)
	var head suite.Head
	if err := lines.Decode(&head); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(head.Schema == suite.Schema, head.Role, head.Direction, head.Suite.Tests)
	fmt.Println(head.Domain)
	for n := range head.Suite.Tests {
		var test suite.Test
		if err := lines.Decode(&test); err != nil {
			fmt.Println(err)
			return
		}
		if n == head.Suite.Tests-1 {
			fmt.Println(test.Steps, test.Expect[len(test.Expect)-1].Code)
		}
	}
	// Output:
	// access word []
	// access word [started(Connecting)]
	// access word [completed(Connected)]
	// access word [completed(Failed, Conflict/AlreadyExists)]
	// access word [completed(Declined, LocalFailure/Declined)]
	// access word [completed(Cancelled, Informational/Canceled)]
	// access word [started(Connecting) do accept]
	// 64 tests with 145 inputs
	// true server Incoming 64
	// every state of the implementation is reached by one of the 7 words of the states, and an input does the same as the representative of its class
	// [started(Connecting) do accept do cancel do accept] Conflict
}

// The suite for k = 0 kills every mutant with a fault in a state of the machine. A fault behind an extra state needs k = 1.
func ExampleMachine_Kill() {
	m, err := suite.New(suite.Spec{
		Direction: transitions.Incoming, Sees: suite.SeesState | suite.SeesVerdict, Inputs: suite.Representatives,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	killed := m.Kill(m.Suite(suite.Configurations, 0).Tests())
	for f := range suite.Fault(suite.Faults) {
		fmt.Printf("%v: %d of %d, hidden: %v\n", f, killed[f].Killed, killed[f].Total, f.Hidden())
	}
	// Output:
	// wrong answer: 91 of 91, hidden: false
	// wrong look: 40 of 40, hidden: false
	// wrong state: 420 of 420, hidden: false
	// wrong answer of an extra state: 102 of 910, hidden: true
	// wrong state after an extra state: 420 of 4200, hidden: true
}

// copied is a subject that Exhaust copies instead of repeating a word.
type copied struct{ transitions.Invitation }

func (c *copied) Event(e transitions.Event) (err error) {
	c.Invitation, err = c.Step(e)
	return err
}

func (c *copied) Do(o transitions.Operation) (err error) {
	c.Invitation, err = c.Invitation.Do(o)
	return err
}

func (c *copied) View() laws.View { return laws.ViewOf(c.Invitation) }

func (c *copied) Clone() laws.Subject { return &copied{c.Invitation} }

var _ suite.Cloner = (*copied)(nil)

// A server in the same process is given every word of two inputs behind each configuration.
func ExampleMachine_Exhaust() {
	m, err := suite.New(suite.Spec{
		Direction: transitions.Incoming, Sees: suite.SeesState | suite.SeesOffers | suite.SeesVerdict, Inputs: suite.Representatives,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	words, differences := m.Exhaust(func() laws.Subject { return &copied{transitions.New(transitions.Incoming)} })
	fmt.Println(words, "words,", len(differences), "differences")
	// Output: 711 words, 0 differences
}
