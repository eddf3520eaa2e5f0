package suite_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
	"github.com/avinvite/avinvite/transitions/suite"
)

// A runner in another language reads the head, and compares the implementation's answers with those that each test
// expects. This prints the first test whose first input is accepted.
func ExampleTest() {
	m, err := suite.New(suite.Spec{
		Direction: transitions.Incoming, Sees: suite.SeesState | suite.SeesVerdict, Inputs: suite.Representatives,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	var vectors bytes.Buffer
	if err := m.Suite(suite.States, 0).WriteVectors(&vectors, "the SHA-256 of the table"); err != nil {
		fmt.Println(err)
		return
	}
	lines := json.NewDecoder(&vectors)
	var head suite.Head
	if err := lines.Decode(&head); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(head.Model, head.Suite.Tests, head.Suite.Symbols)
	for range head.Suite.Tests {
		var test suite.Test
		if err := lines.Decode(&test); err != nil {
			fmt.Println(err)
			return
		}
		if !test.Expect[1].OK {
			continue
		}
		fmt.Println(test.ID, test.Steps)
		for _, a := range test.Expect[1:] { // after each input
			fmt.Println(a.OK, a.State)
		}
		break
	}
	// Output:
	// the SHA-256 of the table 64 145
	// av-890c7289a2f9 [updated(Connecting) do accept]
	// true Connecting
	// true Connecting
}

// A server accepts every event after the end. The difference has the answer of the specification as Want.
func ExampleFrom() {
	spec := suite.Spec{Direction: transitions.Outgoing, Sees: suite.SeesState | suite.SeesVerdict}
	right, err := suite.New(spec)
	if err != nil {
		fmt.Println(err)
		return
	}
	lax, err := suite.From(spec, transitions.New,
		func(i transitions.Invitation, e transitions.Event) (transitions.Invitation, error) {
			if i.Terminal() {
				return i, nil
			}
			return i.Step(e)
		}, transitions.Invitation.Do, laws.ViewOf)
	if err != nil {
		fmt.Println(err)
		return
	}
	for d := range right.Differences(lax) {
		fmt.Println(d.Word)
		fmt.Println("want", d.Want.OK, d.Want.State)
		fmt.Println("got", d.Got.OK, d.Got.State)
		break
	}
	// Output:
	// [completed(Connected) started(Connecting)]
	// want false Connected
	// got true Connected
}

// Each transition has a test, but nothing tests the states to which the transitions lead. A separator is a word that
// gets different answers in two states.
func ExampleObligation() {
	m, err := suite.New(suite.Spec{
		Direction: transitions.Incoming, Sees: suite.SeesVerdict, Inputs: suite.Representatives,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	var tests []suite.Word
	for word := range m.Suite(suite.States, 0).Core() {
		for _, a := range m.Representatives() {
			tests = append(tests, append(slices.Clone(word), a))
		}
	}
	c := m.Certify(suite.States, slices.Values(tests))
	for o := range c.Missing(0) {
		if o.Other != nil {
			fmt.Println(o.Word, "and", o.Other, "are told apart by", o.Separator)
			break
		}
	}
	// Output:
	// [started(Alerting)] and [started(Connecting)] are told apart by [started(Connecting)]
}

// One test of a server's team kills a few of the mutants that enter a wrong state. The suite kills all.
func ExampleFault() {
	m, err := suite.New(suite.Spec{Direction: transitions.Incoming, Sees: suite.SeesState, Inputs: suite.Representatives})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, tests := range [][]suite.Word{
		{{{Event: transitions.Completed(transitions.StateConnected, codes.NoReason)}}},
		slices.Collect(m.Suite(suite.Configurations, 0).Tests()),
	} {
		killed := m.Kill(slices.Values(tests))[suite.WrongState]
		fmt.Println(len(tests), "tests kill", killed.Killed, "of", killed.Total, "mutants with a", suite.WrongState)
	}
	// Output:
	// 1 tests kill 6 of 420 mutants with a wrong state
	// 64 tests kill 420 of 420 mutants with a wrong state
}
