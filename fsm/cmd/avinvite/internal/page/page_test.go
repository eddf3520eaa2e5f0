package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/report"
	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
	"github.com/avinvite/avinvite/transitions/suite"
)

// elements returns the texts of the data elements of a page with an attribute, unpacked.
func elements(t *testing.T, page, attribute string) (texts []string) {
	t.Helper()
	for _, match := range regexp.MustCompile(`<script ([^>]*)>([^<]*)</script>`).FindAllStringSubmatch(page, -1) {
		if !strings.Contains(match[1], attribute) {
			continue
		}
		text := match[2]
		if strings.Contains(match[1], `data-packed="gzip"`) {
			r, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, strings.NewReader(text)))
			if err != nil {
				t.Fatal(err)
			}
			unpacked, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			text = string(unpacked)
		}
		texts = append(texts, text)
	}
	return texts
}

func explore(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	if err := Explore(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestModel compares every cell of the model in a page with Step, Do and Observe.
func TestModel(t *testing.T) {
	var m model
	if err := json.Unmarshal([]byte(elements(t, explore(t), `id="model"`)[0]), &m); err != nil {
		t.Fatal(err)
	}
	machine, err := suite.New(suite.Spec{Direction: transitions.Incoming, Sees: suite.SeesState})
	if err != nil {
		t.Fatal(err)
	}
	alphabet := machine.Alphabet()
	if len(m.Inputs) != 302 || len(alphabet) != 302 {
		t.Fatalf("%d inputs on the page, %d of the suite, want 302", len(m.Inputs), len(alphabet))
	}
	names := map[string]bool{}
	for n, a := range alphabet {
		in := m.Inputs[n]
		reason := ""
		if a.Event.Reason != codes.NoReason {
			reason = a.Event.Reason.String()
		}
		if in.Operation != a.Operation || in.Type != a.Event.Type || in.State != a.Event.State || in.Reason != reason || names[in.Name] {
			t.Errorf("input %d is %+v, want %v with a name of its own", n, in, a)
		}
		names[in.Name] = true
	}
	legal := map[cell]authority{}
	for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		for c := range transitions.Cells(d) {
			legal[cell{d, c.From, laws.Action{Event: c.Event}}] = authority{c.Basis, c.Source}
		}
	}
	n := 0
	for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		for i := range transitions.Reachable(d) {
			c := m.Configurations[n]
			if c.Text != i.String() || c.Terminal != i.Terminal() || c.Offered != i.Operations().String() {
				t.Errorf("configuration %d is %+v, want %v", n, c, i)
			}
			for k, a := range alphabet {
				compareCell(t, &m, i, a, m.Answers[c.Cells[k]], c, legal)
			}
			n++
		}
	}
	if n != 106 {
		t.Errorf("%d configurations, want 106", n)
	}
	for _, c := range m.Configurations[n:] {
		if c.Cells != nil {
			t.Errorf("%s has cells, though only Observe reaches it", c.Text)
		}
	}
}

func compareCell(t *testing.T, m *model, i transitions.Invitation, a laws.Action, got answer, c configuration, legal map[cell]authority) {
	t.Helper()
	next, err := a.Step(i)
	if to := m.Configurations[got.To]; to.Text != next.String() {
		t.Errorf("%v, %v: leads to %s, want %v", i, a, to.Text, next)
	}
	if (err == nil) != (got.Rule == "") {
		t.Errorf("%v, %v: rule %q, want %v", i, a, got.Rule, err)
	}
	basis, source, rule, seen := codes.Basis(0), "", "", ""
	switch {
	case err == nil && a.Operates():
		for o := range transitions.Offers() {
			if o.Direction == i.Direction() && o.Operation == a.Operation {
				basis, source = o.Basis, o.Source.String()
			}
		}
	case err == nil:
		known := legal[cell{i.Direction(), i.State(), a}]
		basis, source = known.basis, known.source.String()
	case a.Operates():
		var refusal *transitions.OperationError
		_ = errors.As(err, &refusal)
		basis, source, rule = refusal.Basis(), refusal.Source().String(), refusal.Rule().Name()
		if row := refusal.Synchronous; got.Status != row.HTTP() || !strings.HasPrefix(got.Error, string(row.Code())+": ") {
			t.Errorf("%v, %v: answer %d %s, want %v", i, a, got.Status, got.Error, row)
		}
		if got.HangUp != i.HangsUp(a.Operation) {
			t.Errorf("%v, %v: hangs up %t", i, a, got.HangUp)
		}
	default:
		var refusal *transitions.TransitionError
		_ = errors.As(err, &refusal)
		basis, source, rule = refusal.Basis(), refusal.Source().String(), refusal.Rule().Name()
		if c.Expected != refusal.Expected() {
			t.Errorf("%v: expects %s, want %s", i, c.Expected, refusal.Expected())
		}
		after, odd, err := i.Observe(a.Event)
		seen = map[[3]bool]string{
			{true, false, false}: clientKeeps, {false, true, true}: clientTakes, {false, false, true}: clientIgnores, {false, false, false}: clientRepeats,
		}[[3]bool{err != nil, after != i, odd != transitions.Oddity{}}]
		if seen == clientTakes && m.Configurations[got.Seen].Text != after.String() {
			t.Errorf("%v, %v: a client is then %s, want %v", i, a, m.Configurations[got.Seen].Text, after)
		}
	}
	if got.Basis != basis || m.Sources[got.Source] != source || got.Rule != rule || got.Client != seen {
		t.Errorf("%v, %v: %+v (%s), want %s, %v, %s, %s", i, a, got, m.Sources[got.Source], rule, basis, source, seen)
	}
}

// TestReasons wants the facts of the catalogue about every reason, and a way to it that Step accepts.
func TestReasons(t *testing.T) {
	m, err := newModel()
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]laws.Action{}
	machine, _ := suite.New(suite.Spec{Direction: transitions.Incoming, Sees: suite.SeesState})
	for _, a := range machine.Alphabet() {
		byName[newInput(a).Name] = a
	}
	n := 0
	for r := range codes.Reasons() {
		got := m.Reasons[n]
		n++
		if got.Name != r.String() || got.Explanation != r.Explanation() || !slices.Equal(got.Texts, r.Texts()) || len(got.States) != len(r.States()) {
			t.Errorf("%v: %+v", r, got)
		}
		for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
			if r.Fits(d) != slices.Contains(got.Directions, d) {
				t.Errorf("%v: directions %v", r, got.Directions)
				continue
			}
			i := transitions.New(d)
			for _, name := range got.Witness[d.String()] {
				if i, err = byName[name].Step(i); err != nil {
					t.Error(err)
				}
			}
			if r.Fits(d) && i.Reason() != r {
				t.Errorf("%v, %v: the way leads to %v", r, d, i)
			}
		}
	}
	if n != len(m.Reasons) {
		t.Errorf("%d reasons, want %d", len(m.Reasons), n)
	}
}

// judge returns the recordings of the command.
func judge(t *testing.T) (all []report.Recording) {
	t.Helper()
	files, err := filepath.Glob("../../testdata/recordings/*")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		in, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		r := report.Recording{Name: filepath.Base(file), Checker: new(conformance.Checker)}
		if err := r.Checker.Read(in); err != nil {
			r.Unread = []error{err}
		}
		in.Close()
		all = append(all, r)
	}
	return all
}

func render(t *testing.T, change func(*reported), recordings ...report.Recording) string {
	t.Helper()
	var b strings.Builder
	r, err := New(&b, "")
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(r.(*reported))
	}
	total := report.NewTotal()
	for _, recording := range recordings {
		total.Add(&recording)
		r.Recording(recording)
	}
	r.End(total, 0)
	return b.String()
}

func lines(t *testing.T, page string) (all []Line) {
	t.Helper()
	for _, text := range elements(t, page, `class="verdicts"`) {
		for text := range strings.Lines(text) {
			var l Line
			if err := json.Unmarshal([]byte(text), &l); err != nil {
				t.Fatal(err)
			}
			all = append(all, l)
		}
	}
	return all
}

// TestVerdicts compares the invitations of a page with the verdicts: result, rules, path, and each message with its time
// and place. It does so for a page that packs them, too.
func TestVerdicts(t *testing.T) {
	recordings := judge(t)
	for name, change := range map[string]func(*reported){"plain": nil, "packed": func(r *reported) { r.plain = 0 }} {
		var want []string
		for _, r := range recordings {
			for v := range r.Checker.Verdicts() {
				want = append(want, fmt.Sprint(len(want), r.Name, v.Result, v.Path, rules(v.Findings, func(f conformance.Finding) conformance.Rule { return f.Rule }), len(v.Repair), places(v)))
			}
		}
		got := make([]string, len(want))
		for _, l := range lines(t, render(t, change, recordings...)) {
			got[l.N] = fmt.Sprint(l.N, l.File, l.Result, l.Path, rules(l.Findings, func(f report.Finding) conformance.Rule { return f.Rule }), len(l.Repair), restored(l))
			if len(l.Places) != len(l.Messages) || l.At != nil && len(l.At) != len(l.Messages) {
				t.Errorf("%s: %d messages, %d places, %d times", got[l.N], len(l.Messages), len(l.Places), len(l.At))
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %q\nwant %q", name, got, want)
		}
	}
}

// places returns the documents and bytes of the messages of a verdict that have a place, in their order.
func places(v conformance.Verdict) (all [][2]int64) {
	if v.Call != nil {
		all = append(all, [2]int64{int64(v.Call.Place.Document), v.Call.Place.Offset})
	}
	for _, s := range v.Steps {
		all = append(all, [2]int64{int64(s.Place.Document), s.Place.Offset})
	}
	return all
}

// restored returns the same of a line, as the page's script adds it up.
func restored(l Line) (all [][2]int64) {
	var at [2]int64
	for _, p := range l.Places {
		if p != nil {
			at = [2]int64{at[0] + p[0], at[1] + p[1]}
			all = append(all, at)
		}
	}
	return all
}

func rules[F any](findings []F, of func(F) conformance.Rule) (all []conformance.Rule) {
	for _, f := range findings {
		all = append(all, of(f))
	}
	return all
}

// TestLeftOut wants the invitations with findings on a page that has no room for all, and the number of the others. The
// drop page gets the same.
func TestLeftOut(t *testing.T) {
	for _, room := range []int{1, 3, 5} {
		page := render(t, func(r *reported) { r.most, r.block = room, 1 }, judge(t)...)
		found := 0
		shown := lines(t, page)
		for _, l := range shown {
			if len(l.Findings) > 0 {
				found++
			}
		}
		var s summary
		if err := json.Unmarshal([]byte(elements(t, page, `id="summary"`)[0]), &s); err != nil {
			t.Fatal(err)
		}
		if len(shown) != room || found != min(room, 3) || s.LeftOut != s.Invitations-room {
			t.Errorf("room for %d: %d invitations, %d of them with findings, and %d of %d left out", room, len(shown), found, s.LeftOut, s.Invitations)
		}
		var posted strings.Builder
		sum, err := judgeMost(room, judge(t), func(lines []byte) { posted.Write(lines) })
		if want := strings.Join(elements(t, page, `class="verdicts"`), ""); err != nil || posted.String() != want {
			t.Errorf("room for %d: posted %s, error %v, want %s", room, &posted, err, want)
		}
		if want := elements(t, page, `id="summary"`)[0]; string(sum) != want {
			t.Errorf("room for %d: summary %s, want %s", room, sum, want)
		}
	}
}

// TestLimits wants no invitation on a page without room for packed verdicts, and the first parts that could not be read.
func TestLimits(t *testing.T) {
	recordings := judge(t)
	for range mostUnread + 1 {
		recordings[0].Unread = append(recordings[0].Unread, errors.New("unreadable"))
	}
	page := render(t, func(r *reported) { r.plain, r.bytes = 0, 1 }, recordings...)
	var s summary
	if err := json.Unmarshal([]byte(elements(t, page, `id="summary"`)[0]), &s); err != nil {
		t.Fatal(err)
	}
	if n := len(lines(t, page)); n != 0 || s.LeftOut != s.Invitations || len(s.UnreadParts) != mostUnread {
		t.Errorf("%d invitations, %d of %d left out, %d unread parts", n, s.LeftOut, s.Invitations, len(s.UnreadParts))
	}
}

// TestJudge wants the drop page to get the lines and the summary of the report, those with findings first.
func TestJudge(t *testing.T) {
	recordings := judge(t)
	page := render(t, nil, recordings...)
	var posted strings.Builder
	sum, err := Judge(recordings, func(lines []byte) { posted.Write(lines) })
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Join(elements(t, page, `class="verdicts"`), ""); posted.String() != want {
		t.Errorf("posted %s\nwant %s", posted.String(), want)
	}
	if want := elements(t, page, `id="summary"`)[0]; string(sum) != want {
		t.Errorf("summary %s\nwant %s", sum, want)
	}
}

// TestPolicy wants the hashes of the very script and style in the policy, and nothing in the page that asks for more.
func TestPolicy(t *testing.T) {
	var drop bytes.Buffer
	if err := Drop(&drop, "self.onmessage = null;\n", []byte("program")); err != nil {
		t.Fatal(err)
	}
	for name, page := range map[string]string{"explore": explore(t), "report": render(t, nil, judge(t)...), "drop": drop.String()} {
		policy := html.UnescapeString(regexp.MustCompile(`http-equiv="Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(page)[1])
		var want strings.Builder
		want.WriteString("default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:")
		for _, tag := range []string{"style", "script"} {
			found := regexp.MustCompile(`(?s)<`+tag+`>(.*?)</`+tag+`>`).FindAllStringSubmatch(page, -1)
			if len(found) != 1 {
				t.Fatalf("%s: %d elements %s, want 1", name, len(found), tag)
			}
			sum := sha256.Sum256([]byte(found[0][1]))
			fmt.Fprintf(&want, "; %s-src 'sha256-%s'", tag, base64.StdEncoding.EncodeToString(sum[:]))
		}
		if name == "drop" {
			want.WriteString(" 'wasm-unsafe-eval'; worker-src blob:")
		}
		if policy != want.String() {
			t.Errorf("%s: policy %s, want %s", name, policy, want.String())
		}
		for _, bad := range []string{" style=", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "<link rel=\"stylesheet", " src=", "fetch("} {
			if strings.Contains(page, bad) {
				t.Errorf("%s: the page has %q", name, bad)
			}
		}
	}
	if err := Drop(io.Discard, "</SCRIPT>", nil); err == nil {
		t.Error("a worker that ends its element is accepted")
	}
}

// TestSizes limits the pages.
func TestSizes(t *testing.T) {
	if n := len(explore(t)); n > 170<<10 {
		t.Errorf("the explorer has %d bytes, want at most 170 KB", n)
	}
	if n := len(render(t, nil, judge(t)...)); n > 180<<10 {
		t.Errorf("the report on the recordings of the command has %d bytes, want at most 180 KB", n)
	}
}

// TestPicture wants the picture of the README small, well-formed, and without anything that runs or is loaded.
func TestPicture(t *testing.T) {
	text, err := os.ReadFile("report.svg")
	if err != nil {
		t.Fatal(err)
	}
	if len(text) > 60<<10 {
		t.Errorf("the picture has %d bytes, want at most 60 KB", len(text))
	}
	decoder := xml.NewDecoder(bytes.NewReader(text))
	texts := 0
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if element, ok := token.(xml.StartElement); ok {
			switch element.Name.Local {
			case "svg", "g", "rect", "path", "line", "polygon":
			case "text":
				texts++
			default:
				t.Errorf("the picture has an element %s", element.Name.Local)
			}
		}
	}
	if texts < 50 {
		t.Errorf("the picture has %d texts, want those of a report", texts)
	}
}
