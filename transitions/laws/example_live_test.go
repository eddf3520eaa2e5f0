package laws_test

import (
	"errors"
	"fmt"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
)

// call is a client with its own names for events and reasons. It follows a call whatever the service sends, and has no
// operations.
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
		// The completed event will follow.
	case kind == "updated" || c.state == "":
		c.state = state
	}
	return nil
}

// Live makes subjects from a machine that changes in place, and Tolerant marks them as clients. The functions
// translate between the client's names and the types of package transitions.
func ExampleLive() {
	fmt.Println(laws.Enumerate(laws.Tolerant(laws.Live(
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
		nil, // it has no operations
		func(c *call) laws.View {
			v := laws.View{Direction: transitions.Outgoing}
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
