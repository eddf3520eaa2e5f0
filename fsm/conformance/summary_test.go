package conformance_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/transitions"
)

func TestSummary(t *testing.T) {
	failed := func(code, subcode string) string {
		return event("@", "completed", resource(`"direction":"Outgoing","state":"Failed"`)+reason(code, subcode))
	}
	busy, rain, twice := failed("RemoteFailure", "Busy"), failed("Timeout", "Rain"), failed("Gone", "CannotRedirect")
	connected := event("@", "completed", `,"status":"Success"`)
	var lives []string
	started := event("@", "started", "")
	weather := failed("Weather", "Rain")
	for n, life := range []string{busy, connected, connected, busy, rain, started, connected + "," + twice, busy, weather} {
		lives = append(lives, strings.ReplaceAll(life, `"@"`, fmt.Sprintf(`"%d"`, n)))
	}
	verdicts, err := conformance.Check(strings.NewReader(`{"sender":[{"events":[` + strings.Join(lives, ",") + `]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	var got conformance.Summary
	for _, v := range verdicts {
		got.Add("here", v)
	}
	want := conformance.Summary{
		Invitations: 9,
		Results: map[conformance.Result]int{
			conformance.Conforms:   5,
			conformance.Incomplete: 1,
			conformance.Deviates:   1,
			conformance.Violates:   2,
		},
		Outcomes: []conformance.OutcomeCount{
			{Outcome: transitions.StateConnected, Invitations: 3},
			{Outcome: transitions.StateFailed, Reason: "RemoteFailure/Busy", Invitations: 3},
			{Invitations: 1},
			{Outcome: transitions.StateFailed, Reason: "Timeout/Rain", Invitations: 1},
			{Outcome: transitions.StateFailed, Reason: "Weather/Rain", Invitations: 1},
		},
		Rules: []conformance.RuleCount{
			{Rule: conformance.RuleCompleted, Basis: codes.Stated, Findings: 1},
			{Rule: conformance.RuleUndocumented, Basis: codes.Stated, Findings: 1},
			{Rule: conformance.RuleUndocumented, Basis: codes.Inferred, Findings: 1},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A recording with more outcomes than there can be documented ones is counted to the end, in limited memory and time.
func TestSummaryOutcomes(t *testing.T) {
	const others = 20_000
	var s conformance.Summary
	for n := range conformance.MaxOutcomes + others {
		s.Add(
			"",
			conformance.Verdict{Outcome: transitions.StateFailed, Error: &codes.Error{Code: codes.Code(fmt.Sprintf("%06d", n))}},
		)
	}
	s.Add("", conformance.Verdict{Outcome: transitions.StateFailed, Error: &codes.Error{Code: "000999"}})
	first := conformance.OutcomeCount{Outcome: transitions.StateFailed, Reason: "000999", Invitations: 2}
	if len(s.Outcomes) != conformance.MaxOutcomes || s.Outcomes[0] != first || s.OtherOutcomes != others {
		t.Errorf("%d outcomes, the first %v, %d others", len(s.Outcomes), s.Outcomes[0], s.OtherOutcomes)
	}
}

// TestSummaryOthers counts what a verdict leaves out, and beyond 100 relations those that are passed over together.
func TestSummaryOthers(t *testing.T) {
	v := conformance.Verdict{Result: conformance.Violates, OmittedFindings: 5, Findings: []conformance.Finding{
		{Rule: conformance.RuleCompleted, Basis: codes.Stated}, {Rule: conformance.RuleCompleted, Basis: codes.Stated},
	}}
	var whole, part conformance.Summary
	part.Add("", v)
	for range 3 {
		whole.Merge(part)
	}
	if len(whole.Rules) != 1 || whole.Rules[0].Findings != 6 || whole.OtherFindings != 15 {
		t.Errorf("findings by rule %v, and %d others, want 6 and 15", whole.Rules, whole.OtherFindings)
	}

	const relations = 150
	for n := range relations {
		whole.Pass(map[string]int{fmt.Sprintf("%03d", n): 2})
	}
	whole.Merge(conformance.Summary{PassedOver: map[string]int{"000": 1, "149": 1, "zebra": 1}})
	if len(whole.PassedOver) > 101 || whole.PassedOver["000"] != 3 || whole.PassedOver["others"] != 2*(relations-100)+2 {
		t.Errorf("%d relations, %d of the first, %d others", len(whole.PassedOver), whole.PassedOver["000"], whole.PassedOver["others"])
	}
}

// Invitation n of the recording begins at second n. The odd ones complete at second 10, the even ones never; the
// recording ends at second 21.5 with a heartbeat.
func TestSummarySpans(t *testing.T) {
	var entries []string
	for n := range 8 {
		entries = append(entries, poll(n, event(fmt.Sprintf("i/%d", n), "started", "")))
		if n%2 == 1 {
			entries = append(entries, poll(10, event(fmt.Sprintf("i/%d", n), "completed", `,"status":"Success"`)))
		}
	}
	entries = append(entries, entry(21, "GET", "https://pool.example/apps/1/events", "", 200, `{"sender":[]}`))
	verdicts, err := conformance.Check(strings.NewReader(har(entries...)))
	if err != nil {
		t.Fatal(err)
	}
	var s conformance.Summary
	for n := range verdicts {
		s.Add("capture", verdicts[len(verdicts)-1-n])
		s.Add("copy", verdicts[len(verdicts)-1-n])
	}
	list := func(spans []conformance.Span) (lines []string) {
		for _, span := range spans {
			lines = append(
				lines,
				fmt.Sprint(span.Input, " ", span.Href[len(span.Href)-1:], " ", span.Outcome, " ", span.Until.Sub(span.Began)),
			)
		}
		return lines
	}
	if diff := cmp.Diff([]string{
		"capture 1 Connected 9s", "copy 1 Connected 9s", "capture 3 Connected 7s", "copy 3 Connected 7s",
		"capture 5 Connected 5s",
	}, list(s.Slowest)); diff != "" {
		t.Errorf("slowest (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{
		"capture 0 None 21s", "copy 0 None 21s", "capture 2 None 19s", "copy 2 None 19s", "capture 4 None 17s",
	}, list(s.Pending)); diff != "" {
		t.Errorf("pending (-want +got):\n%s", diff)
	}
	verdicts, err = conformance.Check(strings.NewReader(har(poll(1, event("i", "completed", `,"status":"Success"`)))))
	if err != nil || len(verdicts) != 1 {
		t.Fatal(verdicts, err)
	}
	var lone conformance.Summary
	lone.Add("capture", verdicts[0])
	if lone.Slowest != nil {
		t.Errorf("slowest %v, want none: how long it took is unknown", lone.Slowest)
	}
	began := time.Date(2017, 4, 20, 12, 0, 1, 500_000_000, time.UTC)
	if len(s.Slowest) > 0 && s.Slowest[0].Began != began {
		t.Errorf("began %v, want %v", s.Slowest[0].Began, began)
	}
}

// TestJSON reads back the verdicts on everything that the scripts judge, and a summary of them.
func TestJSON(t *testing.T) {
	var s conformance.Summary
	verdicts, _ := conformance.Check(strings.NewReader(string(lives(20, true))))
	for _, d := range []string{
		event("i", "completed", resource(`"direction":"Outgoing","state":"Failed"`)+reason("Weather", "Rain")),
		event("i", "completed", resource(`"direction":"Incoming","state":"Failed"`)+reason("Timeout", "Rain")),
		event("i", "completed", ""), event("i", "updated", resource(`"state":"Failed"`)),
	} {
		more, _ := conformance.Check(strings.NewReader(`{"sender":[{"events":[` + d + `]}]}`))
		verdicts = append(verdicts, more...)
	}
	refused, _ := conformance.Check(strings.NewReader(har(
		entry(1, "POST", "https://pool.example/audioVideoInvitations", `{"operationId":"7","to":"sip:a@b"}`, 403, `{"code":"Forbidden"}`),
		entry(2, "POST", "https://pool.example/audioVideoInvitations/8/accept", "", 418, `{"code":"Teapot"}`),
	)))
	for _, v := range append(verdicts, refused...) {
		s.Add("here", v)
		readBack(t, v)
	}
	s.Pass(map[string]int{"messagingInvitation": 3})
	readBack(t, s)
}

func readBack[T any](t *testing.T, v T) {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var read T
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if diff := cmp.Diff(v, read, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (-written +read):\n%s", text, diff)
	}
}

// TestSummaryMerge merges summaries of parts in any grouping, and has the summary of the whole.
func TestSummaryMerge(t *testing.T) {
	verdicts, err := conformance.Check(strings.NewReader(string(lives(30, true))))
	if err != nil {
		t.Fatal(err)
	}
	var whole, merged conformance.Summary
	var parts [3]conformance.Summary
	for n, v := range verdicts {
		v.Until = v.Until.Add(time.Duration(n) * time.Millisecond) // so that none took as long as another
		whole.Add("here", v)
		parts[n%3].Add("here", v)
	}
	parts[0].Pass(map[string]int{"a": 1})
	parts[2].Pass(map[string]int{"a": 2, "b": 1})
	whole.Pass(map[string]int{"a": 3, "b": 1})
	parts[1].Merge(parts[2])
	merged.Merge(parts[1])
	merged.Merge(parts[0])
	if diff := cmp.Diff(whole, merged); diff != "" {
		t.Errorf("(-whole +merged):\n%s", diff)
	}
}
