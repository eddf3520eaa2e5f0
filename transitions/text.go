package transitions

import (
	"bytes"
	"database/sql/driver"
	"encoding"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/codes/enum"
)

// MarshalText returns a text that people can read in a database row: the direction and the state, then the pending
// operation or the reason if there is one, separated by spaces.
//
//	Incoming Connecting accept
//	Outgoing Failed RemoteFailure/Busy
//	Outgoing Failed undocumented
//
// The text of the zero Invitation is empty. An invitation that neither mode reaches has no text: that is an error.
func (i Invitation) MarshalText() ([]byte, error) {
	if i == (Invitation{}) {
		return []byte{}, nil
	}
	if fault := i.fault(); fault != "" {
		return nil, fmt.Errorf("%w: %v has no text: %s", ErrInvalid, i, fault)
	}
	text := i.Direction().String() + " " + i.State().String()
	if o := i.Pending(); o != OperationNone {
		text += " " + o.String()
	}
	if r := i.Reason(); r != codes.NoReason {
		text += " " + r.String()
	}
	return []byte(text), nil
}

// UnmarshalText reads the form that [Invitation.MarshalText] writes. It refuses everything else with [ErrInvalid], in
// particular an invitation that neither [Invitation.Step] nor [Invitation.Observe] can reach from [New]: a pending
// operation after the completion or of the other direction, a success with a reason, a failure without one.
func (i *Invitation) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*i = Invitation{}
		return nil
	}
	words := strings.Split(string(text), " ")
	if len(words) != 2 && len(words) != 3 {
		return fmt.Errorf("%w: %.80q, want a direction, a state and perhaps an operation or a reason, with a space between",
			ErrInvalid, text)
	}
	var d Direction
	if err := d.UnmarshalText([]byte(words[0])); err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	var s State
	if err := s.UnmarshalText([]byte(words[1])); err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	var o Operation
	var r codes.Reason
	if len(words) == 3 {
		third := []byte(words[2])
		if words[2] == "none" || o.UnmarshalText(third) != nil && r.UnmarshalText(third) != nil {
			return fmt.Errorf("%w: %.80q is neither an operation, as accept, nor a reason, as RemoteFailure/Busy", ErrInvalid, third)
		}
	}
	return i.restore(d, s, o, r)
}

// Value returns the text of [Invitation.MarshalText] for database/sql.
func (i Invitation) Value() (driver.Value, error) { return enum.Value(i) }

// Scan reads the text of [Invitation.Value] from database/sql. NULL is read as the zero Invitation.
func (i *Invitation) Scan(column any) error {
	if column == nil {
		*i = Invitation{}
		return nil
	}
	return enum.Scan(i, column)
}

// object is the JSON form of an invitation: the wire's own tokens, one member each.
type object struct {
	Direction Direction    `json:"direction"`
	State     State        `json:"state"`
	Pending   Operation    `json:"pending,omitempty"`
	Reason    codes.Reason `json:"reason,omitempty"`
}

// MarshalJSON returns the invitation as an object:
//
//	{"direction":"Outgoing","state":"Failed","reason":"RemoteFailure/Busy"}
//
// It has the members "direction" and "state", and "pending" or "reason" if there is one. The zero Invitation is null.
// MarshalJSON returns an error whenever [Invitation.MarshalText] does.
func (i Invitation) MarshalJSON() ([]byte, error) {
	if i == (Invitation{}) {
		return []byte("null"), nil
	}
	if fault := i.fault(); fault != "" {
		return nil, fmt.Errorf("%w: %v has no JSON: %s", ErrInvalid, i, fault)
	}
	return json.Marshal(object{i.Direction(), i.State(), i.Pending(), i.Reason()})
}

// UnmarshalJSON reads the form that [Invitation.MarshalJSON] writes, with the members in any order. It also reads a
// string with the text of [Invitation.MarshalText], because encoding/json reads the keys of a map in this way. It
// refuses everything else with [ErrInvalid]: an invitation that [Invitation.UnmarshalText] refuses, a member
// that is unknown, misspelt or there twice, and a member whose value is no string, null included.
func (i *Invitation) UnmarshalJSON(data []byte) error {
	var d Direction
	var s State
	var o Operation
	var r codes.Reason
	members := []struct {
		name  string
		value encoding.TextUnmarshaler
		seen  bool
	}{{"direction", &d, false}, {"state", &s, false}, {"pending", &o, false}, {"reason", &r, false}}
	refuse := func(format string, args ...any) error {
		return fmt.Errorf("%w: "+format, append([]any{ErrInvalid}, args...)...)
	}
	var whole json.RawMessage
	if err := json.Unmarshal(data, &whole); err != nil {
		return refuse("%w", err)
	}
	in := json.NewDecoder(bytes.NewReader(whole))
	switch begin, _ := in.Token(); begin := begin.(type) {
	case nil: // the value null
		*i = Invitation{}
		return nil
	case string:
		return i.UnmarshalText([]byte(begin))
	}
	if whole[0] != '{' {
		return refuse("%.80s, want an object with a direction and a state", whole)
	}
	for in.More() {
		name, _ := in.Token() // the syntax has been checked
		var raw json.RawMessage
		_ = in.Decode(&raw)
		n := 0
		for n < len(members) && members[n].name != name {
			n++
		}
		var text *string
		switch {
		case n == len(members):
			return refuse("the member %.80q is none of direction, state, pending and reason", name)
		case members[n].seen:
			return refuse("the member %q is there twice", name)
		case json.Unmarshal(raw, &text) != nil || text == nil:
			return refuse("the member %q is %.80s, want a string", name, raw)
		}
		members[n].seen = true
		if err := members[n].value.UnmarshalText([]byte(*text)); err != nil {
			return refuse("%w", err)
		}
	}
	if !members[0].seen || !members[1].seen {
		return refuse("%.80s, want an object with a direction and a state", whole)
	}
	return i.restore(d, s, o, r)
}

// restore sets i to its parts, which are in range, if one of the modes reaches it.
func (i *Invitation) restore(d Direction, s State, o Operation, r codes.Reason) error {
	read := invitation(d, s, o, r)
	if fault := read.fault(); fault != "" {
		return fmt.Errorf("%w: %v: %s", ErrInvalid, read, fault)
	}
	*i = read
	return nil
}

// fault returns why neither mode reaches i. It is empty if one does.
func (i Invitation) fault() string {
	d, s, o, r := i.Direction(), i.State(), i.Pending(), i.Reason()
	switch {
	case i != invitation(d, s, o, r) || New(d) == (Invitation{}) || s > StateCancelled || r > codes.Undocumented:
		return "a part of it is out of range"
	case !s.Progress() && o != OperationNone:
		return "an operation is pending only while the invitation is in progress"
	case o != OperationNone && !(offered[d] & pends).Has(o):
		return "the operation never stays pending in this direction"
	case r != codes.NoReason && (!s.Terminal() || s == StateConnected):
		return "only a failure has a reason"
	case r == codes.NoReason && s.Terminal() && s != StateConnected:
		return "a failure needs a reason"
	}
	return ""
}
