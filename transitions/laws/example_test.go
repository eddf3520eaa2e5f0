package laws_test

import (
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
