package transitions

import (
	"fmt"
	"strings"

	"github.com/avinvite/avinvite/codes"
)

// Direction says who invites: the other side (Incoming) or the application (Outgoing). It is fixed for the life of an
// invitation. PAGE, Properties, "direction"; the values are those of UCWA/Direction_ref.md.
type Direction = codes.Direction

// The two directions, under the names of package codes.
const (
	Incoming = codes.Incoming // the application is invited
	Outgoing = codes.Outgoing // the application invites
)

// State is the property "state" of an invitation. The type is that of package codes.
type State = codes.State

// The states, under the names of package codes.
const (
	StateNone       = codes.StateNone
	StateConnecting = codes.StateConnecting
	StateAlerting   = codes.StateAlerting
	StateTeamRing   = codes.StateTeamRing
	StateForwarded  = codes.StateForwarded
	StateConnected  = codes.StateConnected
	StateFailed     = codes.StateFailed
	StateDeclined   = codes.StateDeclined
	StateCancelled  = codes.StateCancelled
)

// ParseState reads a state as the wire spells it. "None" is not on the wire and is refused.
func ParseState(token string) (State, error) {
	var wanted []string
	for s := StateConnecting; s <= StateCancelled; s++ {
		if s.String() == token {
			return s, nil
		}
		wanted = append(wanted, s.String())
	}
	return StateNone, fmt.Errorf("transitions: %.40q is no state of an invitation, want one of %s", token,
		strings.Join(wanted, ", "))
}
