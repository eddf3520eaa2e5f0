package eventchannel_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
)

func TestValidate(t *testing.T) {
	for _, r := range []eventchannel.Resource{
		{},
		{Direction: "Outgoing", Importance: "Urgent", State: "TeamRing"},
		{
			OperationID: strings.Repeat("é", 50), SessionContext: strings.Repeat("a", 50),
			Subject: strings.Repeat("😀", 125),
		},
	} {
		if err := r.Validate(); err != nil {
			t.Errorf("%+v: %v", r, err)
		}
	}

	r := eventchannel.Resource{
		Direction: "incoming", Importance: strings.Repeat("High", 1000), State: "None",
		OperationID: strings.Repeat("a", 51), SessionContext: strings.Repeat("é", 60),
		Subject: strings.Repeat("😀", 125) + "a",
	}
	err := r.Validate()
	var invalid *eventchannel.ValidationError
	if !errors.As(err, &invalid) {
		t.Fatalf("%T, want a *ValidationError", err)
	}
	want := []eventchannel.Offence{
		{Pointer: "/operationId", Limit: 50, Actual: 51, Got: "51 UTF-16 code units", Want: "at most 50"},
		{Pointer: "/sessionContext", Limit: 50, Actual: 60, Got: "60 UTF-16 code units", Want: "at most 50"},
		{Pointer: "/subject", Limit: 250, Actual: 251, Got: "251 UTF-16 code units", Want: "at most 250"},
		{Pointer: "/direction", Got: `"incoming"`, Want: "Incoming or Outgoing"},
		{Pointer: "/importance", Got: `"` + strings.Repeat("High", 10) + `"`, Want: "Normal, Urgent or Emergency"},
		{Pointer: "/state", Got: `"None"`, Want: "a member of InvitationState"},
	}
	if diff := cmp.Diff(want, invalid.Offences); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	var row codes.Synchronous
	if !errors.As(err, &row) || row.HTTP() != 400 || row.Subcode() != codes.SubcodeParameterValidationFailure {
		t.Errorf("a server answers %v, want BadRequest 400 ParameterValidationFailure", row)
	}
	short := eventchannel.ValidationError{Offences: want[2:3]}
	body, err := json.Marshal(short.Body())
	const wantBody = `{"code":"BadRequest","subcode":"ParameterValidationFailure",` +
		`"message":"Wrong Parameters provided for the request (for example, the requested conference subject ` +
		`exceeds the maximum length).",` +
		`"parameters":[{"name":"subject","reason":"251 UTF-16 code units, want at most 250"}]}`
	if string(body) != wantBody || err != nil {
		t.Errorf("the body is %s, %v\nwant %s", body, err, wantBody)
	}
}
