package eventchannel

import (
	"fmt"
	"slices"
	"strings"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// importances are the members of Importance (UCWA/Importance_ref.md).
var importances = []string{"Normal", "Urgent", "Emergency"}

// Validate compares the resource with its documentation: operationId and sessionContext have at most 50 UTF-16 code
// units and subject at most 250 (PAGE, Properties); direction, importance and state have a listed value
// (UCWA/Direction_ref.md, UCWA/Importance_ref.md, UCWA/InvitationState_ref.md). Each of them may be absent. The error
// is a *[ValidationError] with every offence.
func (r *Resource) Validate() error {
	var all []Offence
	limited := transitions.Request{OperationID: r.OperationID, SessionContext: r.SessionContext, Subject: r.Subject}
	for _, x := range limited.Excesses() {
		all = append(all, Offence{
			Pointer: "/" + x.Member, Limit: x.Limit, Actual: x.Length,
			Got: fmt.Sprintf("%d UTF-16 code units", x.Length), Want: fmt.Sprintf("at most %d", x.Limit),
		})
	}
	member := func(pointer, token, want string, is bool) {
		if token != "" && !is {
			all = append(all, Offence{Pointer: pointer, Got: fmt.Sprintf("%.40q", token), Want: want})
		}
	}
	var d transitions.Direction
	member("/direction", r.Direction, "Incoming or Outgoing", d.UnmarshalText([]byte(r.Direction)) == nil)
	member("/importance", r.Importance, "Normal, Urgent or Emergency", slices.Contains(importances, r.Importance))
	_, err := transitions.ParseState(r.State)
	member("/state", r.State, "a member of InvitationState", err == nil)
	if all == nil {
		return nil
	}
	return &ValidationError{all}
}

// Offence is a fault of one property: it breaks the documentation.
type Offence struct {
	Pointer       string // a JSON pointer into the resource, such as /subject
	Limit, Actual int    // lengths in UTF-16 code units; both zero if the offence is not the length
	Got, Want     string // the value, and the values that are allowed; "" if the offence is the length
}

// String returns a line such as "/subject: 251 UTF-16 code units, want at most 250".
func (o Offence) String() string { return o.Pointer + ": " + o.Got + ", want " + o.Want }

// ValidationError lists all properties of a resource that break their documentation, excessive lengths first.
type ValidationError struct{ Offences []Offence }

// Error joins the offences in one line.
func (e *ValidationError) Error() string {
	texts := make([]string, len(e.Offences))
	for n, o := range e.Offences {
		texts[n] = o.String()
	}
	return "eventchannel: " + strings.Join(texts, "; ")
}

// Unwrap returns the PAGE's synchronous error with which a server answers, BadRequest 400 ParameterValidationFailure.
func (e *ValidationError) Unwrap() error { return codes.SyncParameterValidationFailure }

// Body returns the error body with which a server answers, with one parameter for each offence.
func (e *ValidationError) Body() *codes.Error {
	body := codes.SyncParameterValidationFailure.Body()
	for _, o := range e.Offences {
		name := strings.TrimPrefix(o.Pointer, "/")
		body.Parameters = append(body.Parameters, codes.Parameter{Name: name, Reason: o.Got + ", want " + o.Want})
	}
	return body
}
