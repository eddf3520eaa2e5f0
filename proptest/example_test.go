package proptest_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/proptest"
	"github.com/avinvite/avinvite/transitions"
)

// A pure function is plugged in by Pure. In a test this is proptest.Run(t, ...); Enumerate needs none.
func ExamplePure() {
	fmt.Println(proptest.Enumerate(
		proptest.Pure(transitions.New, transitions.Invitation.Step, transitions.Invitation.Do, proptest.ViewOf),
	))
	// Output: <nil>
}

// call is somebody's client, which has words of its own: it follows an outgoing call, whatever the service says, and
// leaves operations to others.
type call struct {
	incoming bool
	state    string // as on the wire, "" before the first event
	over     bool
	why      string // code and subcode, joined by a slash
}

func (c *call) told(kind, state, why string) error {
	switch {
	case c.over && (kind != "completed" || state != c.state || why != c.why):
		return errors.New("the call is over")
	case kind == "completed":
		c.state, c.why, c.over = state, why, true
	case state == "Connected" || state == "Failed" || state == "Declined" || state == "Cancelled":
		// Will be followed by the completion.
	case kind == "updated" || c.state == "":
		c.state = state
	}
	return nil
}

// A machine that changes in place is plugged in by Live; that it is a client, and to be held to what a client must
// survive, says Tolerant. It has words of its own, which the functions translate.
func ExampleLive() {
	fmt.Println(proptest.Enumerate(proptest.Tolerant(proptest.Live(
		func(d transitions.Direction) *call { return &call{incoming: d == transitions.Incoming} },
		func(c *call, e transitions.Event) error {
			switch {
			case e.Type != transitions.EventCompleted && e.Reason != codes.NoReason,
				e.Type == transitions.EventCompleted && !e.State.Terminal():
				return errors.New("not an event")
			case e.Type != transitions.EventCompleted || e.State == transitions.StateConnected:
				return c.told(e.Type.String(), e.State.String(), "")
			case e.Reason == codes.NoReason:
				e.Reason = codes.Undocumented // it came without one
			}
			return c.told(e.Type.String(), e.State.String(), e.Reason.String())
		},
		nil, // of operations it knows nothing
		func(c *call) proptest.View {
			v := proptest.View{Direction: transitions.Outgoing}
			if c.incoming {
				v.Direction = transitions.Incoming
			}
			if c.state != "" {
				v.State, _ = transitions.ParseState(c.state)
			}
			if c.why != "" {
				_ = v.Reason.UnmarshalText([]byte(c.why))
			}
			return v
		},
	))))
	// Output: <nil>
}

// A machine that takes the last completion for the right one breaks the third law.
func ExampleEnumerate() {
	err := proptest.Enumerate(proptest.Pure(transitions.New,
		func(i transitions.Invitation, e transitions.Event) (transitions.Invitation, error) {
			if i.State() == transitions.StateFailed && e == transitions.Completed(transitions.StateConnected, codes.NoReason) {
				i = transitions.New(i.Direction())
			}
			return i.Step(e)
		}, transitions.Invitation.Do, proptest.ViewOf))
	finding, _, _ := strings.Cut(err.Error(), "\ndifference") // the last lines are what go-cmp says of the two views
	fmt.Println(finding)
	// Output:
	// law 3 broken: terminal states absorb
	// statement: nothing changes a completed invitation
	// basis: Stated: PAGE, Asynchronous reason codes, completed is sent when the operation is finished
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
