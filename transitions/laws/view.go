package laws

import (
	"encoding/json"
	"slices"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// View is the part of an invitation that can be seen from outside.
type View struct {
	Direction transitions.Direction
	State     transitions.State
	Reason    codes.Reason
	Pending   transitions.Operation   // not compared if the subject has no operations
	Offers    []transitions.Operation // in any order; not compared if the subject has no operations
}

// ViewOf returns the view of an invitation of package transitions.
func ViewOf(i transitions.Invitation) View {
	offers := slices.AppendSeq([]transitions.Operation{}, i.Operations().All())
	return View{i.Direction(), i.State(), i.Reason(), i.Pending(), offers}
}

// equal compares two views whose offers are sorted.
func (v View) equal(w View) bool {
	return v.Direction == w.Direction && v.State == w.State && v.Reason == w.Reason && v.Pending == w.Pending &&
		slices.Equal(v.Offers, w.Offers)
}

// view is the JSON form of a View.
type view struct {
	Direction transitions.Direction   `json:"direction,omitzero"`
	State     transitions.State       `json:"state"`
	Reason    reason                  `json:"reason,omitzero"`
	Pending   transitions.Operation   `json:"pending,omitzero"`
	Offers    []transitions.Operation `json:"offers,omitzero"`
}

// MarshalJSON writes an object such as {"direction":"Outgoing","state":"Alerting","offers":["cancel"]}, with the
// members "reason" and "pending" if there is a reason or a pending operation. If Offers is nil or Direction is zero,
// its member is absent.
func (v View) MarshalJSON() ([]byte, error) {
	return json.Marshal(view{v.Direction, v.State, reason(v.Reason), v.Pending, v.Offers})
}

// UnmarshalJSON reads the form that MarshalJSON writes, and ignores unknown members.
func (v *View) UnmarshalJSON(data []byte) error {
	var read struct {
		view
		Offers *transitions.OperationSet `json:"offers"` // because a slice of operations also reads a string of base64
	}
	if err := json.Unmarshal(data, &read); err != nil {
		return err
	}
	*v = View{read.Direction, read.State, codes.Reason(read.Reason), read.Pending, nil}
	if read.Offers != nil {
		v.Offers = slices.AppendSeq([]transitions.Operation{}, read.Offers.All())
	}
	return nil
}
