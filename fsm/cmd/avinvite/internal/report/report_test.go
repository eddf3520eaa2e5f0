package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/avinvite/avinvite/fsm/conformance"
)

// TestVerdicts judges 200 invitations once, and again those that are chosen and those that are shown.
func TestVerdicts(t *testing.T) {
	endings := []string{
		`"status":"Success"`, // accepted
		`"status":"Failure","reason":{"code":"RemoteFailure","subcode":"Busy"}`,
		`"status":"Failure","reason":{"code":"Weather"}`, // a violation
		`"status":"Success"`,
		`"other":"updated"`, // incomplete
		`"status":"Success"`, `"status":"Success"`,
	}
	var text strings.Builder
	for n := range 200 {
		ending := endings[n%len(endings)]
		kind := "completed"
		if !strings.Contains(ending, "status") {
			kind = "updated"
		}
		fmt.Fprintf(&text, `{"sender":[{"events":[{"link":{"rel":"audioVideoInvitation","href":"i/%d"},"type":"%s",%s}]}]}`+"\n", n, kind, ending)
	}
	c := new(conformance.Checker)
	if err := c.Read(strings.NewReader(text.String())); err != nil {
		t.Fatal(err)
	}
	for _, choice := range []Choice{
		{}, {Failed: true}, {Result: conformance.Conforms}, {Result: conformance.Incomplete}, {Result: conformance.Violates},
		{Reason: "busy"}, {ID: "130"}, {ID: "none"},
	} {
		r, total := Recording{Checker: c, Choice: choice}, NewTotal()
		total.Add(&r)
		var chosen, notable []string
		for v := range c.Verdicts() {
			if !choice.Has(v) {
				continue
			}
			chosen = append(chosen, v.Href)
			if choice.Some() || v.Result != conformance.Conforms || failed(v) {
				notable = append(notable, v.Href)
			}
		}
		var got, shown []string
		for v := range r.Verdicts() {
			got = append(got, v.Href)
		}
		for v := range r.shown(false) {
			shown = append(shown, v.Href)
		}
		if !slices.Equal(got, chosen) || len(got)+total.Hidden != 200 {
			t.Errorf("%+v: Verdicts yields %q, want %q; %d hidden", choice, got, chosen, total.Hidden)
		}
		if !slices.Equal(shown, notable) {
			t.Errorf("%+v: shown are %q, want %q", choice, shown, notable)
		}
	}
}
