package suite

import (
	"encoding/json"
	"fmt"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
)

// Answer holds the parts that an implementation shows at the start, or after an input.
type Answer struct {
	Sees Sees // the parts that the answer has; Status and Code belong to SeesVerdict

	OK      bool       // whether the input was accepted
	Status  int        // of a refused operation, the HTTP status
	Code    codes.Code // of a refused operation
	State   transitions.State
	Offers  transitions.OperationSet
	Pending transitions.Operation
	Reason  codes.Reason
}

// Differs returns the parts that the receiver has, and that the other answer lacks or has with another value; zero if
// there are none. Parts that the receiver does not have are not compared. If the receiver has the reason
// [codes.Undocumented], the other answer may have no reason.
func (a Answer) Differs(other Answer) (parts Sees) {
	part := func(p Sees, same bool) {
		if a.Sees&p != 0 && !same {
			parts |= p
		}
	}
	sameReason := a.Reason == other.Reason || a.Reason == codes.Undocumented && other.Reason == codes.NoReason
	part(SeesState, other.Sees&SeesState != 0 && a.State == other.State)
	part(SeesOffers, other.Sees&SeesOffers != 0 && a.Offers == other.Offers)
	part(SeesPending, a.Pending == other.Pending)
	part(SeesReason, sameReason)
	part(SeesVerdict, other.Sees&SeesVerdict != 0 && a.OK == other.OK && a.Status == other.Status && a.Code == other.Code)
	return parts
}

// judged returns a with the verdict that stands for an answer of a table.
func (a Answer) judged(verdict answer) Answer {
	if verdict == unjudged {
		return a
	}
	a.Sees |= SeesVerdict
	a.OK = verdict == accepted
	if verdict >= refusedWith {
		row := codes.Synchronous(verdict - refusedWith)
		a.Status, a.Code = row.HTTP(), row.Code()
	}
	return a
}

// shown returns the parts of a look that are seen.
func (l look) shown(sees Sees) Answer {
	return Answer{
		Sees: sees &^ SeesVerdict, State: l.state, Offers: l.offers, Pending: l.pending, Reason: l.reason,
	}
}

// MarshalJSON writes the parts in Sees with the tokens of the wire. If no operation is pending or there is no reason,
// the member is absent.
//
//	{"ok":true,"state":"Failed","offers":[],"reason":{"code":"RemoteFailure","subcode":"Busy"}}
//	{"ok":false,"status":409,"code":"Conflict","state":"Alerting","offers":[],"pending":"cancel"}
func (a Answer) MarshalJSON() ([]byte, error) {
	out := members{}
	if a.Sees&SeesVerdict != 0 {
		out.OK, out.Status, out.Code = &a.OK, a.Status, a.Code
	}
	if a.Sees&SeesState != 0 {
		out.State = &a.State
	}
	if a.Sees&SeesOffers != 0 {
		out.Offers = &a.Offers
	}
	if a.Sees&SeesPending != 0 {
		out.Pending = a.Pending
	}
	if a.Sees&SeesReason != 0 {
		var err error
		if out.Reason, err = reason(a.Reason); err != nil {
			return nil, err
		}
	}
	return json.Marshal(out)
}

// members is the JSON form of an Answer.
type members struct {
	OK      *bool                     `json:"ok,omitempty"`
	Status  int                       `json:"status,omitempty"`
	Code    codes.Code                `json:"code,omitempty"`
	State   *transitions.State        `json:"state,omitempty"`
	Offers  *transitions.OperationSet `json:"offers,omitempty"`
	Pending transitions.Operation     `json:"pending,omitzero"`
	Reason  json.RawMessage           `json:"reason,omitempty"`
}

// reason returns the JSON form of a reason, which is that in the action that brings it, and nil for no reason.
func reason(r codes.Reason) (json.RawMessage, error) {
	text, err := json.Marshal(laws.Action{Event: transitions.Completed(transitions.StateFailed, r)})
	if err != nil {
		return nil, err
	}
	var action struct {
		Reason json.RawMessage `json:"reason"`
	}
	return action.Reason, json.Unmarshal(text, &action)
}

// UnmarshalJSON reads the form that MarshalJSON writes, and ignores other members. An unknown state or operation, and a
// member of another JSON type, is an error. The reason is the one that [codes.Resolve] returns for the code and
// subcode. Sees always has SeesPending and SeesReason, because their members may be absent.
func (a *Answer) UnmarshalJSON(data []byte) error {
	var in members
	if err := json.Unmarshal(data, &in); err != nil {
		return fmt.Errorf("suite: the answer %.200s: %w", data, err)
	}
	read := Answer{Sees: SeesPending | SeesReason, Status: in.Status, Code: in.Code, Pending: in.Pending}
	if in.OK != nil {
		read.Sees |= SeesVerdict
		read.OK = *in.OK
	}
	if in.State != nil {
		read.Sees |= SeesState
		read.State = *in.State
	}
	if in.Offers != nil {
		read.Sees |= SeesOffers
		read.Offers = *in.Offers
	}
	if in.Reason != nil {
		var pair *struct {
			Code    codes.Code    `json:"code"`
			Subcode codes.Subcode `json:"subcode"`
		}
		if err := json.Unmarshal(in.Reason, &pair); err != nil {
			return fmt.Errorf("suite: the reason %.200s: %w", in.Reason, err)
		}
		if pair != nil {
			read.Reason, _ = codes.Resolve(pair.Code, pair.Subcode)
		}
	}
	*a = read
	return nil
}
