package conformance_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/transitions"
)

// event is one event of a document: its link and type, then what else it has.
func event(href, typ, rest string) string {
	return fmt.Sprintf(`{"link":{"rel":"ms:rtc:saas:audioVideoInvitation","href":%q},"type":%q%s}`, href, typ, rest)
}

func resource(members string) string {
	return `,"_embedded":{"ms:rtc:saas:audioVideoInvitation":{` + members + `}}`
}

func reason(code, subcode string) string {
	return fmt.Sprintf(`,"reason":{"code":%q,"subcode":%q}`, code, subcode)
}

// judge tells each verdict in a line, and each of its findings in another.
func judge(t *testing.T, events ...string) (lines []string) {
	t.Helper()
	document := `{"sender":[{"events":[` + strings.Join(events, ",") + `]}]}`
	verdicts, err := conformance.Check(strings.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range verdicts {
		direction := v.Direction.String()
		if v.DirectionInferred {
			direction += "?"
		}
		if v.Direction == 0 {
			direction = "?"
		}
		lines = append(lines, fmt.Sprintf("%s %s %v %v %v", v.Href+v.OperationID, direction, v.Path, v.Reason, v.Result))
		for _, f := range v.Findings {
			if f.Source == "" || f.Expected == "" || f.Rule.Text() == "" {
				t.Errorf("finding %+v lacks its source, what was expected or the rule's text", f)
			}
			lines = append(lines, fmt.Sprintf("%s %s %s: %s", f.Severity(), f.Basis, f.Rule, f.Seen))
		}
	}
	return lines
}

// TestCheckEveryEvent holds the verdict on one event against the relation, for every event of every direction.
func TestCheckEveryEvent(t *testing.T) {
	for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		for cell := range transitions.Cells(d) {
			if cell.From != transitions.StateNone {
				continue
			}
			rest := resource(fmt.Sprintf(`"direction":%q,"state":%q`, d, cell.Event.State))
			if cell.Event.Reason.Documented() {
				rest += reason(string(cell.Event.Reason.Code()), string(cell.Event.Reason.Subcode()))
			}
			lines := judge(t, event("i", cell.Event.Type.String(), rest))
			if legal := len(lines) == 1; legal != (cell.Rule == 0) {
				t.Errorf("%v %v: %q, want a finding for %v", d, cell.Event, lines, cell.Rule)
			}
		}
	}
}

// TestCheckLimits has an invitation that alternates between two states and completes later than a verdict has room for.
func TestCheckLimits(t *testing.T) {
	const events = 3 * conformance.MaxSteps
	var lives []string
	for n := range events {
		lives = append(
			lives,
			event("i", "updated", resource(`"direction":"Outgoing","state":"`+[]string{"Connecting", "Alerting"}[n%2]+`"`)),
		)
	}
	lives = append(
		lives,
		event("i", "completed", `,"status":"Success"`),
		event("i", "updated", resource(`"state":"Forwarded"`)),
	)
	verdicts, err := conformance.Check(strings.NewReader(`{"sender":[{"events":[` + strings.Join(lives, ",") + `]}]}`))
	if err != nil || len(verdicts) != 1 {
		t.Fatal(len(verdicts), err)
	}
	v := verdicts[0]
	if len(v.Steps) != conformance.MaxSteps+1 || v.OmittedSteps != events+2-len(v.Steps) {
		t.Errorf("%d steps, %d omitted of %d", len(v.Steps), v.OmittedSteps, events+2)
	}
	if want := events/2 - 1 + 1; len(v.Findings) != conformance.MaxFindings || v.OmittedFindings != want-len(v.Findings) {
		t.Errorf("%d findings, %d omitted, want %d in all", len(v.Findings), v.OmittedFindings, want)
	}
	if v.Outcome != transitions.StateConnected || v.Path[len(v.Path)-1] != v.Outcome || v.Repair != nil {
		t.Errorf("outcome %v, path ends %v, repair %v", v.Outcome, v.Path[len(v.Path)-1], v.Repair)
	}
	if v.Result != conformance.Violates { // by the last event, of which there is no finding
		t.Errorf("the verdict %v, want what follows from all findings", v.Result)
	}
}

// TestCheckUnread shows that what cannot be read costs nothing else.
func TestCheckUnread(t *testing.T) {
	document := `{"sender":[{"events":[` + event("i", "begun", "") + "," + event("j", "started", "") + `]}]}`
	verdicts, err := conformance.Check(strings.NewReader(document + "{"))
	if len(verdicts) != 1 || verdicts[0].Href != "j" {
		t.Errorf("verdicts %+v, want one of j", verdicts)
	}
	for _, want := range []string{`"begun"`, "document 2"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want it to tell of %s", err, want)
		}
	}
}

// TestRepair compares the repair of every sequence of up to four events with what trying shows: no way to drop some and
// change others is shorter after which nothing is odd, and no legal sequence is nearer, insertions among the edits.
func TestRepair(t *testing.T) {
	const connecting, alerting = transitions.StateConnecting, transitions.StateAlerting
	alphabet := []transitions.Event{
		transitions.Started(connecting), transitions.Started(alerting),
		transitions.Updated(connecting), transitions.Updated(alerting), transitions.Updated(transitions.StateConnected),
		transitions.Completed(transitions.StateConnected, codes.NoReason),
		transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy),
		transitions.Completed(transitions.StateFailed, codes.Undocumented),
	}
	legal := words(alphabet, 4, func(word []transitions.Event) bool {
		i := transitions.New(transitions.Outgoing)
		for _, e := range word {
			next, err := i.Step(e)
			if err != nil {
				return false
			}
			i = next
		}
		return true
	})
	checked := 0
	for _, word := range words(alphabet, 4, func([]transitions.Event) bool { return true }) {
		var wire []string
		for _, e := range word {
			rest := resource(fmt.Sprintf(`"direction":"Outgoing","state":%q`, e.State))
			if e.Reason == codes.Undocumented {
				rest += reason("Weather", "Rain")
			} else if e.Reason != codes.NoReason {
				rest += reason(string(e.Reason.Code()), string(e.Reason.Subcode()))
			}
			wire = append(wire, event("i", e.Type.String(), rest))
		}
		verdicts, err := conformance.Check(strings.NewReader(`{"sender":[{"events":[` + strings.Join(wire, ",") + `]}]}`))
		if err != nil {
			t.Fatal(err)
		}
		events := slices.CompactFunc(slices.Clone(word), func(a, b transitions.Event) bool {
			return a.State == b.State && a.Reason == b.Reason &&
				(a.Type == transitions.EventCompleted) == (b.Type == transitions.EventCompleted)
		})
		want := edits(transitions.New(transitions.Outgoing), events, alphabet)
		for _, l := range legal {
			if near := distance(events, l); near < want {
				t.Errorf("%v: %v is %d edits away, dropping and changing take %d", word, l, near, want)
			}
		}
		if got := len(verdicts[0].Repair); got != want {
			t.Errorf("%v: repair %+v, want %d edits", word, verdicts[0].Repair, want)
		}
		checked++
	}
	if want := 8 + 8*8 + 8*8*8 + 8*8*8*8; checked != want {
		t.Errorf("%d sequences checked, want %d", checked, want)
	}
}

// words is every non-empty sequence of up to n letters whose beginnings are all kept.
func words(alphabet []transitions.Event, n int, keep func([]transitions.Event) bool) (all [][]transitions.Event) {
	last := [][]transitions.Event{nil}
	for range n {
		var longer [][]transitions.Event
		for _, w := range last {
			for _, e := range alphabet {
				if next := append(slices.Clone(w), e); keep(next) {
					longer = append(longer, next)
				}
			}
		}
		all, last = append(all, longer...), longer
	}
	return all
}

// edits is how many of the events must be dropped, or changed to others of their type, for nothing to be odd.
func edits(i transitions.Invitation, events, alphabet []transitions.Event) int {
	if len(events) == 0 {
		return 0
	}
	fewest := 1 + edits(i, events[1:], alphabet)
	for _, to := range alphabet {
		next, odd, err := i.Observe(to)
		if err != nil || odd != (transitions.Oddity{}) || to.Type != events[0].Type {
			continue
		}
		rest := edits(next, events[1:], alphabet)
		if to != events[0] {
			rest++
		}
		fewest = min(fewest, rest)
	}
	return fewest
}

// distance is Levenshtein's.
func distance(a, b []transitions.Event) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j := range b {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}

func TestRepairText(t *testing.T) {
	busy := event(
		"i",
		"completed",
		resource(`"direction":"Outgoing","state":"Failed"`)+reason("RemoteFailure", "VoicemailFull"),
	)
	events := []string{event("i", "started", ""), busy, event("i", "updated", "")}
	document := `{"sender":[{"events":[` + strings.Join(events, ",") + `]}]}`
	verdicts, err := conformance.Check(strings.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range verdicts[0].Repair {
		got = append(got, e.Event+" -> "+e.To)
	}
	want := []string{"completed(Failed, RemoteFailure) -> completed(Failed, one of 19 reasons with the code RemoteFailure)", "updated(Failed) -> "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestDoAnswers takes each row of the specification for documented, whatever the operation, with its status and no
// other, with its body, without, and with one that leaves out what it may.
func TestDoAnswers(t *testing.T) {
	for o := transitions.OperationAccept; o <= transitions.OperationCancel; o++ {
		for row := range codes.SynchronousErrors() {
			answers := []*codes.Error{row.Body(), nil, {Code: row.Code(), Subcode: row.Subcode()}}
			if row.Subcode() == codes.SubcodeNone {
				answers = append(answers, &codes.Error{Code: row.Code()})
			}
			for _, answer := range answers {
				for _, status := range []int{row.HTTP(), row.HTTP() + 50} {
					var c conformance.Checker
					c.Do(&conformance.Operation{Href: "i", Operation: o, Status: status, Answer: answer}, time.Time{})
					for v := range c.Verdicts() {
						if odd := len(v.Findings) > 0; odd != (status != row.HTTP()) {
							t.Errorf("%v: %v answered with %d, %v: findings %+v", o, row, status, answer, v.Findings)
						}
					}
				}
			}
		}
	}
}

// TestEachChosen judges every subset of the invitations. The first one is a part of the second, so it has no number.
func TestEachChosen(t *testing.T) {
	var c conformance.Checker
	err := c.Read(strings.NewReader(`{"sender":[{"events":[` + strings.Join([]string{
		event("", "started", resource(`"operationId":"1"`)), event("i", "started", ""), event("i", "updated", resource(`"operationId":"1"`)),
		event("j", "started", ""), event("k", "started", ""),
	}, ",") + `]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	all := slices.Collect(c.Verdicts())
	if len(all) != 3 {
		t.Fatalf("%d verdicts, want 3", len(all))
	}
	for set := range 1 << len(all) {
		var got, want []string
		for v := range c.Each(func(n int) bool { return set>>n&1 != 0 }) {
			got = append(got, v.Href)
		}
		for n, v := range all {
			if set>>n&1 != 0 {
				want = append(want, v.Href)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("set %03b: %q, want %q", set, got, want)
		}
	}
}

// link is the link of an operation, as a member of a resource.
func link(o transitions.Operation) string {
	return fmt.Sprintf(`,"_links":{"self":{"href":"i"},"ms:rtc:saas:%v":{"href":"i/%v"}}`, o, o)
}

// TestCheckLinks shows each link in each direction, before and after the completion.
func TestCheckLinks(t *testing.T) {
	for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		for _, completed := range []bool{false, true} {
			typ, state := "started", "Connecting"
			if completed {
				typ, state = "completed", "Connected"
			}
			for o := transitions.OperationAccept; o <= transitions.OperationCancel; o++ {
				lines := judge(t, event("i", typ, resource(fmt.Sprintf(`"direction":%q,"state":%q%s`, d, state, link(o)))))
				want := ""
				switch own := (o == transitions.OperationCancel) == (d == transitions.Outgoing); {
				case own && (!completed || d == transitions.Outgoing): // an outgoing one keeps its cancel, which ends the call
				default:
					want = "deviation Inferred" // no page says which links an invitation never has
				}
				if want == "" {
					if len(lines) != 1 {
						t.Errorf("%v, %s, %v: %q, want no finding", d, typ, o, lines)
					}
					continue
				}
				want += fmt.Sprintf(" link-not-offered: links to %v of %v %s", o, d, state)
				if len(lines) != 2 || lines[1] != want {
					t.Errorf("%v, %s, %v: %q, want %s", d, typ, o, lines, want)
				}
			}
		}
	}
}

// TestCheckLost expects nothing more of an invitation whose completion could not be read, whatever follows.
func TestCheckLost(t *testing.T) {
	events := event("i", "completed", "") + "," + event("i", "updated", resource(`"state":"Pending"`))
	verdicts, err := conformance.Check(strings.NewReader(`{"sender":[{"events":[` + events + `]}]}`))
	if err != nil || len(verdicts) != 1 || len(verdicts[0].Findings) != 2 || verdicts[0].Expects != nil {
		t.Errorf("%+v, error %v, want two findings and no expectation", verdicts, err)
	}
}

// TestCheckErrors keeps apart what ends invitations in nearly the same words.
func TestCheckErrors(t *testing.T) {
	bodies := []string{
		`{"code":"Gone"}`, `{"code":"Gone","subcode":"None"}`, `{"code":"Gone","message":""}`,
		`{"code":"Gone","message":null}`, `{"code":"Gone","debugInfo":{"a":1}}`, `{"code":"Gone","parameters":[]}`,
		`{"code":"Gone","other":1}`, `{"code":"Gone"}`,
	}
	var events []string
	for n, body := range bodies {
		events = append(events, event(fmt.Sprint(n), "completed", `,"status":"Failure","reason":`+body))
	}
	verdicts, err := conformance.Check(strings.NewReader(`{"sender":[{"events":[` + strings.Join(events, ",") + `]}]}`))
	if err != nil || len(verdicts) != len(bodies) {
		t.Fatal(len(verdicts), err)
	}
	for n, body := range bodies {
		want := new(codes.Error)
		if err := json.Unmarshal([]byte(body), want); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, verdicts[n].Error); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
	}
}

func TestVerdictJSON(t *testing.T) {
	verdicts, err := conformance.Check(strings.NewReader(`{"sender":[{"events":[` + event("i", "started", "") + `]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(verdicts)
	want := `[{"href":"i","path":["Connecting"],"result":"incomplete",` +
		`"expects":["Connected","Failed","Declined","Cancelled"],` +
		`"steps":[{"type":"started","said":"Connecting","state":"Connecting","place":{"document":1,"offset":22,"pointer":""}}],` +
		`"findings":[]}]`
	if diff := cmp.Diff(want, string(got)); err != nil || diff != "" {
		t.Errorf("error %v (-want +got):\n%s", err, diff)
	}
}

func TestResult(t *testing.T) {
	for r := conformance.Conforms; r <= conformance.Violates; r++ {
		if text, err := r.MarshalText(); err != nil || string(text) != r.String() {
			t.Errorf("%v.MarshalText() = %q, %v", r, text, err)
		}
	}
	for _, r := range []conformance.Result{0, conformance.Violates + 1} {
		if _, err := r.MarshalText(); err == nil || r.String() != fmt.Sprintf("Result(%d)", uint8(r)) {
			t.Errorf("%v.MarshalText() is not refused", r)
		}
	}
}

// TestRepairAnyReason changes no completion where only one of the reasons that the repair allows would make it good:
// that which a later event happens to repeat.
func TestRepairAnyReason(t *testing.T) {
	failed := func(r codes.Reason) string {
		return event("i", "completed", resource(`"direction":"Outgoing","state":"Failed"`)+
			reason(string(r.Code()), string(r.Subcode())))
	}
	undocumented := event("i", "completed", resource(`"direction":"Outgoing","state":"Failed"`)+reason("Weather", "Rain"))
	for legal := range transitions.New(transitions.Outgoing).Legal() {
		if legal.State != transitions.StateFailed || legal.Reason == codes.RemoteFailureBusy {
			continue
		}
		events := undocumented + "," + failed(codes.RemoteFailureBusy) + "," + failed(legal.Reason)
		verdicts, err := conformance.Check(strings.NewReader(`{"sender":[{"events":[` + events + `]}]}`))
		if err != nil {
			t.Fatal(err)
		}
		edits := verdicts[0].Repair
		if len(edits) != 2 || edits[0].To != "" || edits[1].To != "" {
			t.Errorf("%v: repair %+v, want two events dropped", legal, edits)
		}
	}
}

// TestRuleNames finds the rules of package transitions under their names. Two of them break no recording: values that are
// nothing of the protocol do not come from the wire, and a pending operation is why another one is not offered.
func TestRuleNames(t *testing.T) {
	for r := transitions.ErrInvalid; r.Name() != ""; r++ {
		own := r != transitions.ErrInvalid && r != transitions.ErrPending
		if text := conformance.Rule(r.Name()).Text(); own && text != r.Text() || !own && text != "" {
			t.Errorf("%s: text %q, want %q", r.Name(), text, r.Text())
		}
	}
}
