package transitions

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/avinvite/avinvite/codes"
)

// MarshalText is the invitation as a person reads it in a database row: the direction and the state, then the
// pending operation or the reason if there is one, separated by spaces.
//
//	Incoming Connecting accept
//	Outgoing Failed RemoteFailure/Busy
//	Outgoing Failed undocumented
//
// The zero Invitation, and one that no reader could have come to, has no text.
func (i Invitation) MarshalText() ([]byte, error) {
	if !i.restorable() {
		return nil, fmt.Errorf("%w: %v has no text", ErrInvalid, i)
	}
	text := i.Direction().String() + " " + i.State().String()
	if o := i.Pending(); o != OperationNone {
		text += " " + o.String()
	}
	switch r := i.Reason(); {
	case r == codes.Undocumented:
		text += " " + undocumentedText
	case r != codes.NoReason:
		text += " " + r.String()
	}
	return []byte(text), nil
}

const undocumentedText = "undocumented"

// UnmarshalText reads what MarshalText writes. It refuses everything else, in particular what neither Step nor
// Observe could have come to from New: a pending operation after the completion or of the other direction, a
// success with a reason, a failure without one.
func (i *Invitation) UnmarshalText(text []byte) error {
	read, ok := parse(string(text))
	if !ok {
		return fmt.Errorf("%w: %q is no invitation", ErrInvalid, text)
	}
	*i = read
	return nil
}

func parse(text string) (i Invitation, ok bool) {
	words := strings.Split(text, " ")
	if len(words) < 2 || len(words) > 3 {
		return i, false
	}
	var d Direction
	var s State
	if d.UnmarshalText([]byte(words[0])) != nil || s.UnmarshalText([]byte(words[1])) != nil {
		return i, false
	}
	var o Operation
	r := codes.NoReason
	if len(words) == 3 {
		if o.UnmarshalText([]byte(words[2])) != nil || o == OperationNone {
			o = OperationNone
			if r, ok = parseReason(words[2]); !ok {
				return i, false
			}
		}
	}
	i = invitation(d, s, o, r)
	return i, i.restorable()
}

// parseReason reads the name of any reason but NoReason.
func parseReason(name string) (codes.Reason, bool) {
	if name == undocumentedText {
		return codes.Undocumented, true
	}
	for r := codes.NoReason + 1; r < codes.Undocumented; r++ {
		if r.String() == name {
			return r, true
		}
	}
	return codes.NoReason, false
}

// restorable says whether a reader, reference or tolerant, can have come to i.
func (i Invitation) restorable() bool {
	d, s, o, r := i.Direction(), i.State(), i.Pending(), i.Reason()
	if i != invitation(d, s, o, r) || New(d) == (Invitation{}) {
		return false
	}
	switch {
	case s == StateNone, s == StateConnected:
		return o == OperationNone && r == codes.NoReason
	case s.Progress():
		return r == codes.NoReason && (o == OperationNone || pends.Has(o) && offered[d].Has(o))
	default:
		return s.Terminal() && o == OperationNone && r != codes.NoReason && r <= codes.Undocumented
	}
}

// object is the JSON form of an invitation: the wire's own tokens, one member each.
type object struct {
	Direction string `json:"direction"`
	State     string `json:"state"`
	Pending   string `json:"pending,omitempty"`
	Reason    string `json:"reason,omitempty"`
}

// MarshalJSON is the invitation as an object:
//
//	{"direction":"Outgoing","state":"Failed","reason":"RemoteFailure/Busy"}
//
// It has the members "direction" and "state", and "pending" or "reason" where there is one.
func (i Invitation) MarshalJSON() ([]byte, error) {
	text, err := i.MarshalText()
	if err != nil {
		return nil, err
	}
	words := strings.Split(string(text), " ")
	o := object{Direction: words[0], State: words[1]}
	switch {
	case i.Pending() != OperationNone:
		o.Pending = words[2]
	case i.Reason() != codes.NoReason:
		o.Reason = words[2]
	}
	return json.Marshal(o)
}

// UnmarshalJSON reads what MarshalJSON writes, with the members in any order, and refuses what UnmarshalText refuses.
func (i *Invitation) UnmarshalJSON(data []byte) error {
	var o object
	if err := json.Unmarshal(data, &o); err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if o.Pending != "" && o.Reason != "" {
		return fmt.Errorf("%w: an operation is pending and there is a reason", ErrInvalid)
	}
	read, ok := parse(strings.TrimSpace(o.Direction + " " + o.State + " " + o.Pending + o.Reason))
	if !ok || (read.Pending() != OperationNone) != (o.Pending != "") {
		return fmt.Errorf("%w: %s is no invitation", ErrInvalid, data)
	}
	*i = read
	return nil
}
