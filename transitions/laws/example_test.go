package laws_test

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
)

// Pure makes subjects from functions on values. These break no law.
func ExamplePure() {
	fmt.Println(laws.Enumerate(
		laws.Pure(transitions.New, transitions.Invitation.Step, transitions.Invitation.Do, laws.ViewOf),
	))
	// Output: <nil>
}

// A machine in which the last completion wins breaks law 3.
func ExampleEnumerate() {
	err := laws.Enumerate(laws.Pure(transitions.New,
		func(i transitions.Invitation, e transitions.Event) (transitions.Invitation, error) {
			if i.State() == transitions.StateFailed && e == transitions.Completed(transitions.StateConnected, codes.NoReason) {
				i = transitions.New(i.Direction())
			}
			return i.Step(e)
		}, transitions.Invitation.Do, laws.ViewOf))
	finding, _, _ := strings.Cut(err.Error(), "\nlaw 10") // which the machine breaks, too
	fmt.Println(finding)
	// Output:
	// law 3 broken: terminal states absorb
	// statement: no event or operation changes a completed invitation, and no operation succeeds on it
	// basis: Stated: UCWA/OperationResource.md: "All subsequent updates to the operation status will arrive in the event channel, until the final "completed" event."
	// Incoming invitation, shortest sequence found:
	// 	1. completed(Failed, Conflict/AlreadyExists)
	// 	2. completed(Connected)
	// a completed invitation changed
	// expected: {Direction:Incoming State:Failed Reason:Conflict/AlreadyExists Pending:none Offers:[]}
	// actual:   {Direction:Incoming State:Connected Reason:none Pending:none Offers:[]}
}

// The laws that a subject can be checked against, with their authority.
func ExampleAll() {
	for _, l := range laws.All() {
		if !l.Checked() {
			fmt.Printf("%v: about this library\n", l)
		}
		if l.Number == 3 {
			fmt.Println(l.Name+":", l.Statement)
			fmt.Println(l.Basis, l.Source.Page)
		}
	}
	// Output:
	// terminal states absorb: no event or operation changes a completed invitation, and no operation succeeds on it
	// Stated UCWA/OperationResource.md
	// 11 the live machine and the relation agree: about this library
	// 12 writing and reading are inverse: about this library
	// 14 every edge and every reason has a basis and a source: about this library
	// 15 the order of arrival does not matter: about this library
}

// Check takes a sequence from a random test, a fuzzer or a log. The finding has a shorter sequence.
func ExampleChecker() {
	forgets := laws.Pure(transitions.New,
		func(i transitions.Invitation, e transitions.Event) (transitions.Invitation, error) {
			if i.Terminal() && e.Type == transitions.EventStarted {
				i = transitions.New(i.Direction()) // takes started for a new invitation
			}
			return i.Step(e)
		}, transitions.Invitation.Do, laws.ViewOf)

	c := laws.NewChecker(forgets, laws.Patience)
	fmt.Println("client:", c.Tolerant(), "operations:", c.Operates(), "laws:", len(c.Laws()))
	f := c.Check(transitions.Outgoing, []laws.Action{
		{Event: transitions.Started(transitions.StateConnecting)},
		{Operation: transitions.OperationCancel},
		{Event: transitions.Updated(transitions.StateAlerting)},
		{Event: transitions.Completed(transitions.StateFailed, codes.LocalFailureCanceled)},
		{Event: transitions.Started(transitions.StateConnecting)},
	}, c.Laws()...)
	fmt.Println(f.Law, "in an", f.Direction, "invitation:", f.Problem)
	for _, a := range f.Actions {
		fmt.Println(a, a.Operates())
	}
	fmt.Println("never answered:", c.Stuck() != nil)
	// Output:
	// client: false operations: true laws: 11
	// 03 terminal states absorb in an Outgoing invitation: a completed invitation changed
	// completed(Failed, LocalFailure/Canceled) false
	// started(Connecting) false
	// never answered: false
}

// An action and a view have the same JSON in every language.
func ExampleView() {
	actions := []laws.Action{
		{Event: transitions.Started(transitions.StateAlerting)},
		{Operation: transitions.OperationCancel},
	}
	i := transitions.New(transitions.Outgoing)
	for _, a := range actions {
		next, err := a.Step(i)
		if err != nil {
			fmt.Println(err)
			return
		}
		i = next
		action, err := json.Marshal(a)
		if err != nil {
			fmt.Println(err)
		}
		v := laws.ViewOf(i)
		view, err := json.Marshal(v)
		if err != nil {
			fmt.Println(err)
		}
		fmt.Printf("%s %s\n", action, view)
		fmt.Println("offers", v.Offers, "pending", v.Pending)
	}
	// Output:
	// {"event":"started","state":"Alerting"} {"direction":"Outgoing","state":"Alerting","offers":["cancel"]}
	// offers [cancel] pending none
	// {"do":"cancel"} {"direction":"Outgoing","state":"Alerting","pending":"cancel","offers":[]}
	// offers [] pending cancel
}

// Every reachable terminal configuration has a documented reason, or success: here it is enumerated, and Run samples
// it as law 4. A cell is a state with an event that a service could send; refused cells count as well.
func Example_counts() {
	reasons := map[codes.Reason]bool{}
	for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		configurations, ends, cells, documented := 0, 0, 0, map[codes.Reason]bool{}
		for i := range transitions.Reachable(d) {
			configurations++
			if !i.Terminal() {
				continue
			}
			ends++
			if i.Reason().Documented() {
				documented[i.Reason()], reasons[i.Reason()] = true, true
			} else if !i.Succeeded() {
				fmt.Println(i, "has no documented reason")
			}
		}
		for range transitions.Cells(d) {
			cells++
		}
		fmt.Printf("%v: %d cells; %d configurations, %d of them ends, for %d reasons\n",
			d, cells, configurations, ends, len(documented))
	}
	fmt.Println("documented reasons reached:", len(reasons))
	// Output:
	// Incoming: 2232 cells; 43 configurations, 37 of them ends, for 32 reasons
	// Outgoing: 2232 cells; 63 configurations, 54 of them ends, for 50 reasons
	// documented reasons reached: 57
}
