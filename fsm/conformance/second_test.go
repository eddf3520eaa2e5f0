package conformance_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/history"
	"github.com/avinvite/avinvite/transitions"
)

// long reports whether the tests take their long form. They ask it while they run, and not before, because go test
// caches results by the variables that tests have read.
func long() bool { return os.Getenv("AVINVITE_LONG") != "" }

// TestSecondJudge has a second judge judge random recordings, in every form: it is written from the description of the
// model alone, and knows nothing of the checker nor of the relation.
func TestSecondJudge(t *testing.T) {
	seeds := 1000
	if long() {
		seeds = 20_000
	}
	outcomes := map[string]int{}
	for seed := range uint64(seeds) {
		r := rand.New(rand.NewPCG(seed, 17))
		var lives []*plainLife
		for n := range 1 + r.IntN(3) {
			lives = append(lives, &plainLife{
				href: fmt.Sprintf("https://pool.example/audioVideoInvitations/%d", n), incoming: r.IntN(2) == 0,
			})
		}
		deliveries := redeliver(r, imagine(r, lives))
		form := []string{"lines", "concatenated", "array", "HAR"}[r.IntN(4)]
		judgePlainly(lives, deliveries, form == "HAR")
		verdicts, err := conformance.Check(strings.NewReader(written(t, r, deliveries, form)))
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		for _, l := range lives {
			want, got := l.tell(), ""
			for _, v := range verdicts {
				if v.Href == l.href {
					got = told(v)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("seed %d, %s, %s (-second +checker):\n%s\nof %s", seed, form, l.href, diff, show(deliveries))
			}
			outcomes[strings.SplitN(want, "\n", 2)[0]]++
			if form != "HAR" && want != "" {
				if diff := cmp.Diff(want, told(remember(t, r, l, deliveries))); diff != "" {
					t.Errorf("seed %d, %s (-second +by histories):\n%s\nof %s", seed, l.href, diff, show(deliveries))
				}
			}
		}
		if t.Failed() {
			return
		}
	}
	if len(outcomes) < 40 {
		t.Errorf("%d different verdicts, want a rich choice", len(outcomes))
	}
}

// remember has three replicas take the deliveries at random, merges their histories, and returns the verdict.
func remember(t *testing.T, r *rand.Rand, l *plainLife, deliveries []plainItem) (verdict conformance.Verdict) {
	var channel history.Channel
	var replicas [3]history.History
	for n, d := range deliveries {
		if d.operation != "" {
			continue
		}
		for e, err := range eventchannel.NewReader(strings.NewReader(d.part(n).text(t, false))).Events() {
			if err != nil {
				t.Fatal(err)
			}
			entry := channel.Entry(e, time.Unix(int64(n), 0))
			if e.Href == l.href {
				replicas[r.IntN(3)].Add(entry)
			}
		}
	}
	var merged history.History
	for _, n := range r.Perm(3) {
		merged.Merge(&replicas[n])
	}
	var c conformance.Checker
	c.AddHistory(l.href, "", &merged)
	for v := range c.Verdicts() {
		verdict = v
	}
	return verdict
}

// told tells a verdict as plainLife.tell does.
func told(v conformance.Verdict) string {
	var findings []string
	for _, f := range v.Findings {
		findings = append(findings, fmt.Sprintf("%s %v", f.Rule, f.Basis))
	}
	slices.Sort(findings)
	outcome := "-"
	if v.Outcome != 0 {
		outcome = v.Outcome.String()
	}
	return strings.Join(append([]string{fmt.Sprintf("%v %s %v", v.Result, outcome, v.Path)}, findings...), "\n")
}

// plainItem is an event document or, in a HAR, a request.
type plainItem struct {
	key    string
	number int
	events []plainEvent

	life      *plainLife // of a request
	operation string
	status    int
}

type plainEvent struct {
	life          *plainLife
	typ           string
	state, status string // "" when absent
	code, subcode string // "" when absent
	links         []string
}

// plainLife is an invitation, with all that its judge keeps of it.
type plainLife struct {
	href     string
	incoming bool

	state, code, subcode string
	pending              string
	path, findings       []string
	seen                 bool
}

func (l *plainLife) find(rule, basis string) { l.findings = append(l.findings, rule+" "+basis) }

// tell tells the verdict, nothing if the recording has nothing of the invitation.
func (l *plainLife) tell() string {
	if !l.seen {
		return ""
	}
	slices.Sort(l.findings)
	all := strings.Join(l.findings, "\n")
	result, outcome := "incomplete", "-"
	if terminal(l.state) {
		result, outcome = "conforms", l.state
	}
	switch {
	case strings.Contains(all, "Stated"), strings.Contains(all, "Sampled"):
		result = "violates"
	case all != "":
		result = "deviates"
	}
	return strings.Join(append([]string{fmt.Sprintf("%s %s %v", result, outcome, l.path)}, l.findings...), "\n")
}

var (
	progress  = []string{"Connecting", "Alerting", "TeamRing", "Forwarded"}
	terminals = []string{"Connected", "Failed", "Declined", "Cancelled"}
	accepting = []string{"accept", "acceptAndBridge", "decline", "forward", "startAdhocMeeting"}
)

func terminal(state string) bool { return slices.Contains(terminals, state) }

// judgePlainly folds and judges deliveries: for each invitation, each document once, and those of a key in the order of
// their numbers.
func judgePlainly(lives []*plainLife, deliveries []plainItem, har bool) {
	for _, l := range lives {
		var order []plainItem
		for _, d := range deliveries {
			about := d.life == l || slices.ContainsFunc(d.events, func(e plainEvent) bool { return e.life == l })
			if !about || d.operation == "" && slices.ContainsFunc(order, func(o plainItem) bool { return same(o, d) }) {
				continue
			}
			at := slices.IndexFunc(order, func(o plainItem) bool {
				return d.operation == "" && d.key != "" && o.operation == "" && o.key == d.key && o.number > d.number
			})
			if at < 0 {
				at = len(order)
			}
			order = slices.Insert(order, at, d)
		}
		for _, item := range order {
			if item.operation != "" && har {
				l.operate(item.operation, item.status)
			}
			for _, e := range item.events {
				if e.life == l {
					l.event(e)
				}
			}
		}
	}
}

// same reports whether two documents are one: their self links and their events are equal.
func same(a, b plainItem) bool {
	return a.operation == "" && b.operation == "" && a.key == b.key && a.number == b.number &&
		slices.EqualFunc(a.events, b.events, func(a, b plainEvent) bool {
			return a.life == b.life && a.typ == b.typ && a.state == b.state && a.status == b.status && a.code == b.code &&
				a.subcode == b.subcode && slices.Equal(a.links, b.links)
		})
}

// operate judges an operation: section 3.
func (l *plainLife) operate(operation string, status int) {
	l.seen = true
	offered := slices.Contains(l.offers(), operation)
	hangsUp := operation == "cancel" && !l.incoming && l.state == "Connected"
	if l.state != "" && !offered && !hangsUp {
		l.find("operation-not-offered", "Inferred")
	}
	if status == 418 && !hangsUp {
		l.find("undocumented-answer", "Inferred")
	}
	if status == 204 && offered && operation != "startAdhocMeeting" {
		l.pending = operation
	}
	if status == 204 && operation == "startAdhocMeeting" {
		l.find("undocumented-answer", "Inferred") // it answers 201
	}
}

func (l *plainLife) offers() []string {
	switch {
	case !slices.Contains(progress, l.state) || l.pending != "":
		return nil
	case l.incoming:
		return accepting
	}
	return []string{"cancel"}
}

// event folds and judges an event: sections 5, 2 and 4.
func (l *plainLife) event(e plainEvent) {
	l.seen = true
	state := e.state
	if state != "" && !slices.Contains(progress, state) && !terminal(state) {
		l.find("unknown-token", "Inferred")
		state = ""
	}
	code, subcode := e.code, e.subcode
	switch e.typ {
	case "started":
		if state == "" {
			state = "Connecting"
		}
	case "updated":
		if state == "" {
			state = l.state
		}
		if state == "" {
			state = "Connecting"
		}
	case "completed":
		status := strings.ToLower(e.status)
		if status != "" && status != "success" && status != "failure" {
			l.find("unknown-token", "Inferred")
			status = ""
		}
		switch {
		case slices.Contains(progress, state), status == "success" && state != "" && state != "Connected",
			status == "failure" && state == "Connected":
			l.find("contradiction", "Stated")
			return
		case status == "success", state == "Connected":
			if code != "" {
				l.find("contradiction", "Inferred")
			}
			state, code, subcode = "Connected", "", ""
		case status == "" && state == "" && code == "":
			l.find("incomplete-event", "Inferred")
			return
		case state == "":
			state = "Failed"
		}
	}
	if rule, basis := l.broken(e.typ, state, code, subcode); rule != "" {
		if !l.repeats(e.typ, state, code, subcode) {
			l.find(rule, basis)
		}
		if terminal(l.state) || e.typ == "started" && l.state != "" || e.typ != "completed" && terminal(state) {
			return
		}
		l.come(state, code, subcode, e.typ)
		return
	}
	l.come(state, code, subcode, e.typ)
	for _, link := range e.links {
		if !slices.Contains(l.offers(), link) && !(link == "cancel" && !l.incoming && terminal(l.state)) {
			l.find("link-not-offered", "Inferred")
			return
		}
	}
}

// come takes the invitation to a state.
func (l *plainLife) come(state, code, subcode, typ string) {
	if n := len(l.path); n == 0 || l.path[n-1] != state {
		l.path = append(l.path, state)
	}
	l.state, l.code, l.subcode = state, code, subcode
	if typ == "completed" {
		l.pending = ""
	}
}

// repeats reports whether an event says what the invitation is already.
func (l *plainLife) repeats(typ, state, code, subcode string) bool {
	none := func(s string) string { return strings.TrimSuffix(s, "None") }
	return l.state == state && l.code == code && none(l.subcode) == none(subcode) && terminal(l.state) == (typ == "completed")
}

// broken returns the rule that an event breaks, and its basis; "" if none.
func (l *plainLife) broken(typ, state, code, subcode string) (rule, basis string) {
	foreign := func(s string) bool { return l.incoming && slices.Contains(progress[1:], s) }
	switch {
	case terminal(l.state):
		return "after-completion", "Stated"
	case foreign(state) || foreign(l.state):
		return "wrong-direction", "Inferred"
	case typ == "started":
		if l.state != "" || terminal(state) {
			return "undefined-transition", "Inferred"
		}
	case typ == "updated":
		if terminal(state) || state == "Connecting" && l.state != "" && l.state != "Connecting" {
			return "undefined-transition", "Inferred"
		}
	case state == "Connected":
	default:
		return l.reason(state, code, subcode)
	}
	return "", ""
}

// reason judges the reason of a failure, by the catalogue.
func (l *plainLife) reason(state, code, subcode string) (rule, basis string) {
	if subcode == "" {
		subcode = "None"
	}
	known := false
	direction := transitions.Outgoing
	if l.incoming {
		direction = transitions.Incoming
	}
	for r := range codes.Reasons() {
		known = known || string(r.Code()) == code
		if string(r.Code()) != code || string(r.Subcode()) != subcode {
			continue
		}
		fits := state == "Failed" || state == "Declined" && subcode == "Declined" ||
			state == "Cancelled" && (subcode == "Canceled" || code == "Informational" && subcode == "MediaFallback")
		switch {
		case !r.Fits(direction):
			return "reason-direction", r.Basis().String()
		case !fits:
			return "reason-state", "Inferred"
		}
		return "", ""
	}
	if known {
		return "undocumented-reason", "Inferred"
	}
	return "undocumented-reason", "Stated"
}

// imagine makes up what happens: legal lives as a rule, and in places anything.
func imagine(r *rand.Rand, lives []*plainLife) (items []plainItem) {
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	number := map[string]int{}
	for range 1 + r.IntN(9) {
		l := lives[r.IntN(len(lives))]
		if r.IntN(5) == 0 {
			operation := pick(append(slices.Clone(accepting), "cancel", "accept", "cancel")...)
			items = append(items, plainItem{life: l, operation: operation, status: []int{204, 204, 409, 418}[r.IntN(4)]})
			continue
		}
		item := plainItem{key: pick("7", "8", "")}
		number[item.key] += 1 + r.IntN(2)
		item.number = number[item.key]
		for range 1 + r.IntN(2) {
			e := plainEvent{life: l, typ: pick("started", "updated", "updated", "completed")}
			if r.IntN(4) > 0 {
				e.state = pick(append(slices.Clone(progress), "Connecting", "Connecting", "Pending", "Failed")...)
			}
			if e.typ == "completed" {
				e.state = pick("", "Connected", "Connected", "Failed", "Failed", "Declined", "Cancelled", "Pending", "Connecting")
				e.status = pick("", "Success", "Failure", "success", "FAILURE", "Maybe")
				e.code, e.subcode = reasonOf(r)
			}
			if r.IntN(6) == 0 {
				e.links = []string{pick("accept", "decline", "cancel", "forward")}
			}
			item.events = append(item.events, e)
			if r.IntN(3) == 0 {
				l = lives[r.IntN(len(lives))]
			}
		}
		items = append(items, item)
	}
	return items
}

// reasonOf draws a reason: any of the catalogue, an unknown one, or none.
func reasonOf(r *rand.Rand) (code, subcode string) {
	switch r.IntN(6) {
	case 0, 1:
		return "", ""
	case 2:
		return "Weather", "Rain"
	case 3:
		return "RemoteFailure", []string{"Rain", "Snow", ""}[r.IntN(3)]
	}
	all := slices.Collect(codes.Reasons())
	reason := all[r.IntN(len(all))]
	return string(reason.Code()), string(reason.Subcode())
}

// redeliver delivers some documents again, and some of a key later.
func redeliver(r *rand.Rand, items []plainItem) []plainItem {
	for range r.IntN(4) {
		from := r.IntN(len(items))
		if items[from].operation != "" {
			continue
		}
		moved := items[from]
		if r.IntN(2) == 0 {
			items = slices.Delete(items, from, from+1)
		}
		items = slices.Insert(items, from+r.IntN(len(items)-from+1), moved)
	}
	return items
}

// written writes deliveries as a recording. The entries of a HAR are in any order; other forms have no requests.
func written(t *testing.T, r *rand.Rand, deliveries []plainItem, form string) string {
	var texts []string
	for n, d := range deliveries {
		p := d.part(n)
		if d.operation != "" {
			if form != "HAR" {
				continue
			}
			p.took = "500"
			p.request = map[string]any{"method": "POST", "url": d.life.href + "/" + d.operation}
			p.answer = map[string]any{"status": d.status, "content": map[string]any{"mimeType": "application/json"}}
			texts = append(texts, p.text(t, true))
			continue
		}
		texts = append(texts, p.text(t, form == "HAR"))
	}
	if texts == nil {
		texts = []string{`{"sender":[]}`}
	}
	text := strings.Join(texts, "\n")
	switch form {
	case "concatenated":
		var b bytes.Buffer
		for _, d := range texts {
			if err := json.Indent(&b, []byte(d), "", "  "); err != nil {
				t.Fatal(err)
			}
			b.WriteString("\n")
		}
		text = b.String()
	case "array":
		text = "[" + strings.Join(texts, ",\n") + "]"
	case "HAR":
		r.Shuffle(len(texts), func(a, b int) { texts[a], texts[b] = texts[b], texts[a] })
		text = `{"log":{"entries":[` + strings.Join(texts, ",") + `]}}`
	}
	if r.IntN(4) > 0 {
		return text
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return b.String()
}

// part returns delivery n as a part of a recording.
func (d plainItem) part(n int) *part {
	p := &part{second: 3 * n, took: "1000", self: fmt.Sprintf("/applications/1/events?ack=%d", d.number)}
	if d.key != "" {
		p.self += "&key=" + d.key
	}
	for _, e := range d.events {
		p.events = append(p.events, e.json())
		p.senders = append(p.senders, "communication")
	}
	return p
}

func (e plainEvent) json() map[string]any {
	direction := "Outgoing"
	if e.life.incoming {
		direction = "Incoming"
	}
	resource := map[string]any{"direction": direction}
	if e.state != "" {
		resource["state"] = e.state
	}
	if e.links != nil {
		links := map[string]any{}
		for _, l := range e.links {
			links["ms:rtc:saas:"+l] = map[string]any{"href": e.life.href + "/" + l}
		}
		resource["_links"] = links
	}
	event := map[string]any{
		"link": map[string]any{"rel": "ms:rtc:saas:audioVideoInvitation", "href": e.life.href}, "type": e.typ,
		"_embedded": map[string]any{"ms:rtc:saas:audioVideoInvitation": resource},
	}
	if e.status != "" {
		event["status"] = e.status
	}
	if e.code != "" {
		reason := map[string]any{"code": e.code}
		if e.subcode != "" {
			reason["subcode"] = e.subcode
		}
		event["reason"] = reason
	}
	return event
}

// show shows deliveries, for a failure.
func show(items []plainItem) string {
	var b strings.Builder
	for _, i := range items {
		if i.operation != "" {
			fmt.Fprintf(&b, "%s %s %d\n", i.life.href, i.operation, i.status)
			continue
		}
		fmt.Fprintf(&b, "document %d of key %q\n", i.number, i.key)
		for _, e := range i.events {
			fmt.Fprintf(&b, "  %s %s state=%s status=%s reason=%s/%s links=%v\n", e.life.href, e.typ, e.state, e.status, e.code, e.subcode, e.links)
		}
	}
	return b.String()
}
