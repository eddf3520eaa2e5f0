package codes_test

import (
	"encoding"
	"fmt"
	"iter"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/avinvite/avinvite/codes"
)

// The texts of other pages for the blank rows are to the letter, each with its page.
func TestOtherTexts(t *testing.T) {
	const cannotRedirect = "Cannot redirect since there is no back up pool configured."
	const asynchronous = "UCWA/messagingInvitation_ref.md before 2016-09-26, asynchronous table"
	const synchronous = "UCWA/audioVideoInvitation_ref.md, synchronous table"
	type other struct{ text, source string }
	want := map[any]other{
		codes.ConflictAlreadyExists:                      {"The already exists error.", asynchronous},
		codes.ConflictNone:                               {"Un-supported Service/Resource/API error.", asynchronous},
		codes.ConflictTooManyGroups:                      {"The too many groups error.", asynchronous},
		codes.GoneCannotRedirect:                         {cannotRedirect, synchronous},
		codes.ServiceFailureCallbackChannelError:         {"The remote event channel is not reachable", asynchronous},
		codes.ServiceFailureInvalidExchangeServerVersion: {"Invalid exchange server version.", asynchronous},
		codes.SyncInvalidExchangeServerVersion:           {"Invalid exchange server version.", synchronous},
		codes.SyncAlreadyExists:                          {"The already exists error.", synchronous},
		codes.SyncTooManyGroups:                          {"The too many groups error.", synchronous},
		codes.SyncConflict:                               {"Un-supported Service/Resource/API error.", synchronous},
		codes.SyncCannotRedirect:                         {cannotRedirect, synchronous},
	}
	got := map[any]other{}
	for r := range codes.Reasons() {
		if text, source := r.OtherText(); text != "" || source != "" {
			got[r] = other{text, source}
		}
	}
	for s := range codes.SynchronousErrors() {
		if text, source := s.OtherText(); text != "" || source != "" {
			got[s] = other{text, source}
		}
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(other{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLookupAndResolve(t *testing.T) {
	for _, tt := range []struct {
		code    codes.Code
		subcode codes.Subcode
		lookup  codes.Reason
		resolve codes.Reason
		match   codes.Match
	}{
		{"RemoteFailure", "Busy", codes.RemoteFailureBusy, codes.RemoteFailureBusy, codes.MatchPair},
		{"RemoteFailure", "", codes.RemoteFailureNone, codes.RemoteFailureNone, codes.MatchPair},
		{"RemoteFailure", "None", codes.RemoteFailureNone, codes.RemoteFailureNone, codes.MatchPair},
		{"RemoteFailure", "Sideways", codes.NoReason, codes.Alone(codes.RemoteFailure), codes.MatchCode},
		{"BadRequest", "", codes.NoReason, codes.Alone(codes.BadRequest), codes.MatchCode},
		{"BadRequest", "None", codes.NoReason, codes.Alone(codes.BadRequest), codes.MatchCode},
		{"ExchangeServiceFailure", "None", codes.NoReason, codes.Undocumented, codes.MatchNone},
		{"Informational", "AutoAccepted", codes.NoReason, codes.Alone(codes.Informational), codes.MatchElsewhere},
		{"Gone", "Busy", codes.NoReason, codes.Alone(codes.Gone), codes.MatchElsewhere},
		{"ExchangeServiceFailure", "ExchangeTimeout", codes.NoReason, codes.Undocumented, codes.MatchElsewhere},
		{"ExchangeServiceFailure", "Sideways", codes.NoReason, codes.Undocumented, codes.MatchNone},
		{"remotefailure", "Busy", codes.NoReason, codes.Undocumented, codes.MatchNone},
		{"Teapot", "", codes.NoReason, codes.Undocumented, codes.MatchNone},
		{"", "", codes.NoReason, codes.Undocumented, codes.MatchNone},
	} {
		if got, ok := codes.Lookup(tt.code, tt.subcode); got != tt.lookup || ok != (tt.lookup != codes.NoReason) {
			t.Errorf("Lookup(%q, %q) = %v, %v, want %v", tt.code, tt.subcode, got, ok, tt.lookup)
		}
		if got, match := codes.Resolve(tt.code, tt.subcode); got != tt.resolve || match != tt.match {
			t.Errorf("Resolve(%q, %q) = %v, %v, want %v, %v", tt.code, tt.subcode, got, match, tt.resolve, tt.match)
		}
	}
}

// Every code that is published, and two that are not, meets every subcode.
func TestResolveEveryPair(t *testing.T) {
	type pair struct {
		code    codes.Code
		subcode codes.Subcode
	}
	documented := map[pair]codes.Reason{}
	for r := range codes.Reasons() {
		documented[pair{r.Code(), r.Subcode()}] = r
	}
	page, other := slices.Collect(codes.Codes()), slices.Collect(codes.OtherCodes())
	subcodes := slices.AppendSeq(slices.Collect(codes.Subcodes()), codes.OtherSubcodes())
	for _, c := range slices.Concat(page, other, []codes.Code{"Weather", ""}) {
		for _, s := range append(slices.Clone(subcodes), "Rain", "") {
			want, match := codes.Undocumented, codes.MatchNone
			if slices.Contains(page, c) {
				want, match = codes.Alone(c), codes.MatchCode
			}
			if s != "None" && slices.Contains(subcodes, s) && (slices.Contains(page, c) || slices.Contains(other, c)) {
				match = codes.MatchElsewhere
			}
			literal := s
			if s == "" {
				literal = "None"
			}
			r, ok := documented[pair{c, literal}]
			if ok {
				want, match = r, codes.MatchPair
			}
			if got, how := codes.Resolve(c, s); got != want || how != match {
				t.Errorf("Resolve(%q, %q) = %v, %v, want %v, %v", c, s, got, how, want, match)
			}
			if got, found := codes.Lookup(c, s); got != r || found != ok {
				t.Errorf("Lookup(%q, %q) = %v, %v, want %v, %v", c, s, got, found, r, ok)
			}
		}
	}
}

// Every value of the byte, in range or not, answers every question and names itself apart from all others.
func TestEveryReasonValue(t *testing.T) {
	seen := map[string]bool{}
	for i := range 256 {
		r := codes.Reason(i)
		if seen[r.String()] {
			t.Errorf("Reason(%d).String() = %q, which another has", i, r)
		}
		seen[r.String()] = true
		code, subcode := "", ""
		if r > codes.NoReason && r < codes.Undocumented {
			code, subcode, _ = strings.Cut(r.String(), "/")
		}
		if string(r.Code()) != code || string(r.Subcode()) != subcode || r.Code().Documented() != (code != "") {
			t.Errorf("%v: code %q, subcode %q, want %q, %q", r, r.Code(), r.Subcode(), code, subcode)
		}
		if want := i >= 1 && i <= 57; r.Documented() != want {
			t.Errorf("%v.Documented() = %t, want %t", r, r.Documented(), want)
		}
		if got, _ := codes.Lookup(r.Code(), r.Subcode()); r.Documented() && got != r {
			t.Errorf("Lookup(%q, %q) = %v, want %v", r.Code(), r.Subcode(), got, r)
		}
		fits := r.Fits(codes.Incoming) || r.Fits(codes.Outgoing)
		if fits != r.Documented() || r.Fits(0) || r.Fits(3) {
			t.Errorf("%v: Fits says a direction: %v, documented: %v", r, fits, r.Documented())
		}
		_, actorBasis := r.Actor()
		for what, known := range map[string]bool{
			"basis": known(r.Basis(), r.Source()), "actor": known(actorBasis, r.ActorSource()),
			"text": len(r.Texts()) > 0, "explanation": r.Explanation() != "", "state": r.EndsIn(codes.StateFailed) != 0,
		} {
			if known != r.Documented() {
				t.Errorf("%v has a known %s: %t, documented: %t", r, what, known, r.Documented())
			}
		}
		retry, advice := r.Retry()
		if (retry != codes.RetryUnknown) != r.Documented() || advice != "" && retry == codes.RetryNo {
			t.Errorf("%v: retry %v, advice %q", r, retry, advice)
		}
		other, source := r.OtherText()
		if (other == "") != (source == "") || (other != "") != slices.Contains(r.Texts(), "") {
			t.Errorf("%v: other text %q from %q, texts %q", r, other, source, r.Texts())
		}
	}
}

// text is what the small types have in common.
type text interface {
	comparable
	fmt.Stringer
	encoding.TextMarshaler
}

// testText tries every value of the byte: the valid ones come back from their text, and no two have one; the others are
// refused and print themselves.
func testText[T text, P interface {
	*T
	encoding.TextUnmarshaler
}](t *testing.T, value func(uint8) T, valid func(uint8) bool) {
	t.Helper()
	seen := map[string]bool{}
	for i := range 256 {
		v := value(uint8(i))
		if seen[v.String()] || v.String() == "" {
			t.Errorf("%T(%d) is called %q, which is blank or another's", v, i, v)
		}
		seen[v.String()] = true
		data, err := v.MarshalText()
		if (err == nil) != valid(uint8(i)) {
			t.Errorf("%T(%d).MarshalText() error = %v, valid: %v", v, i, err, valid(uint8(i)))
		}
		if err != nil {
			if want := fmt.Sprintf("(%d)", i); !strings.HasSuffix(v.String(), want) {
				t.Errorf("%T(%d) is called %q, want the number in it", v, i, v)
			}
			continue
		}
		var back T
		if err := P(&back).UnmarshalText(data); err != nil || back != v {
			t.Errorf("%T: UnmarshalText(%q) = %v, %v, want %v", v, data, back, err, v)
		}
	}
	for _, wrong := range []string{"", "Sideways", "RemoteFailure/", "busy"} {
		var v T
		if err := P(&v).UnmarshalText([]byte(wrong)); err == nil || !strings.Contains(err.Error(), "want") {
			t.Errorf("%T: UnmarshalText(%q) error = %v, want one that says what was wanted", v, wrong, err)
		}
	}
}

func TestText(t *testing.T) {
	below := func(n int) func(uint8) bool { return func(i uint8) bool { return int(i) < n } }
	from1 := func(n uint8) func(uint8) bool { return func(i uint8) bool { return i >= 1 && i <= n } }
	testText(t, func(i uint8) codes.Direction { return codes.Direction(i) }, from1(2))
	testText(t, func(i uint8) codes.State { return codes.State(i) }, below(9))
	testText(t, func(i uint8) codes.Basis { return codes.Basis(i) }, from1(3))
	testText(t, func(i uint8) codes.Synchronous { return codes.Synchronous(i) }, from1(10))
	testText(t, func(i uint8) codes.Actor { return codes.Actor(i) }, below(16))
	testText(t, func(i uint8) codes.Match { return codes.Match(i) }, below(4))
	testText(t, func(i uint8) codes.Retry { return codes.Retry(i) }, below(4))
	testText(t, func(i uint8) codes.Reason { return codes.Reason(i) }, below(70))
}

// known reports whether a basis has a source with the parts that go with it; the zero basis has none.
func known(b codes.Basis, s codes.Source) bool {
	return b >= codes.Stated && b <= codes.Inferred && s.Page != "" && (s.Because != "") == (b == codes.Inferred)
}

// A failure can always end in Failed. The words Declined and canceled go with a state of their own. One payload and two
// pages say which failures end in Failed.
func TestStates(t *testing.T) {
	for r := range codes.Reasons() {
		want := map[codes.State]codes.Basis{codes.StateFailed: codes.Inferred}
		switch {
		case r == codes.RemoteFailureDeclined:
			want[codes.StateFailed] = codes.Sampled
		case r == codes.LocalFailureDeclined || r == codes.LocalFailureCanceled:
			want[codes.StateFailed] = codes.Stated
		}
		switch {
		case r.Subcode() == codes.SubcodeDeclined:
			want[codes.StateDeclined] = codes.Inferred
		case r.Subcode() == codes.SubcodeCanceled || r == codes.InformationalMediaFallback:
			want[codes.StateCancelled] = codes.Inferred
		}
		got := map[codes.State]codes.Basis{}
		for _, e := range r.States() {
			got[e.State] = e.Basis
			if !known(e.Basis, e.Source) || r.States()[0].State != codes.StateFailed {
				t.Errorf("%v: %v, want each with a source and Failed first", r, r.States())
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%v.States() (-want +got):\n%s", r, diff)
		}
		for i := range 256 {
			if s := codes.State(i); r.EndsIn(s) != want[s] {
				t.Errorf("%v.EndsIn(%v) = %v, want %v", r, s, r.EndsIn(s), want[s])
			}
		}
	}
	if got := codes.Undocumented.States(); got != nil {
		t.Errorf("Undocumented.States() = %v, want none", got)
	}
}

// The advice that pages state, and the explanations that say no more than the texts.
func TestStatedAdvice(t *testing.T) {
	for r := range codes.Reasons() {
		retry, advice := r.Retry()
		got := fmt.Sprint(retry, " ", advice, " ", r.RetrySource())
		want, stated := map[codes.Reason]string{
			codes.GoneCannotRedirect: "no  UCWA/ErrorCode_ref.md: " +
				`"The resource is permanently gone. The client should not retry."`,
			codes.ConflictAlreadyExists: "later Wait, or use the resource that exists already. " +
				"UCWA/ErrorsAndInformationalMessages.md, error sample: " +
				`"The requested resource already exists. Please wait and try again."`,
		}[r]
		if stated && got != want || !stated && r.RetrySource() != (codes.Source{}) {
			t.Errorf("%v: advice %q, want %q", r, got, want)
		}
	}
	for r, want := range map[codes.Reason]string{
		codes.TimeoutNone: "The operation timed out.", codes.RemoteFailureTimeout: "The operation timed out on the callee's side.",
		codes.InformationalMediaFallback:         "The media fallback logic cancelled the invitation.",
		codes.InformationalRedirected:            "The call was redirected.",
		codes.InformationalDerivedConversation:   "A derived conversation was created.",
		codes.ServiceFailureCallbackChannelError: "The event channel of the remote side is not reachable.",
		codes.NotFoundDestinationNotFound:        "The person or the meeting that was called does not exist.",
	} {
		if r.Explanation() != want {
			t.Errorf("%v: %q, want %q", r, r.Explanation(), want)
		}
	}
}

// The statuses are those of UCWA/ErrorsAndInformationalMessages.md.
func TestPublished(t *testing.T) {
	status := map[codes.Code]int{
		codes.BadRequest: 400, codes.Forbidden: 403, codes.NotFound: 404, codes.MethodNotAllowed: 405,
		codes.ClientTimeout: 408, codes.Conflict: 409, codes.Gone: 410, codes.PreconditionFailed: 412,
		codes.EntityTooLarge: 413, codes.UnsupportedMediaType: 415, codes.PreconditionRequired: 428,
		codes.TooManyRequests: 429, codes.ServiceFailure: 500, codes.ServiceUnavailable: 503, codes.Timeout: 504,
	}
	for _, test := range []struct {
		documented bool
		codes      iter.Seq[codes.Code]
		subcodes   iter.Seq[codes.Subcode]
		count      [2]int
	}{
		{true, codes.Codes(), codes.Subcodes(), [2]int{11, 44}},
		{false, codes.OtherCodes(), codes.OtherSubcodes(), [2]int{10, 44}},
	} {
		var count [2]int
		for c := range test.codes {
			count[0]++
			pages, ok := c.Published()
			if !ok || c.Documented() != test.documented || c.HTTP() != status[c] ||
				strings.Contains(pages, "ErrorCode_ref") != (c.Text() != "") {
				t.Errorf("%s: published %v in %q, documented %v, HTTP %d, %q", c, ok, pages, c.Documented(), c.HTTP(), c.Text())
			}
		}
		for s := range test.subcodes {
			count[1]++
			pages, ok := s.Published()
			if !ok || pages == "" || s.Documented() != test.documented ||
				strings.Contains(pages, "ErrorSubcode_ref") != (s.Text() != "") {
				t.Errorf("%s: published %v in %q, documented %v, %q", s, ok, pages, s.Documented(), s.Text())
			}
		}
		if count != test.count {
			t.Errorf("documented %v: %v codes and subcodes, want %v", test.documented, count, test.count)
		}
	}
	for _, other := range []codes.Code{"PreConditionFailed", "PreConditionRequired"} {
		want := strings.Replace(string(other), "C", "c", 1)
		if other.HTTP() != codes.Code(want).HTTP() || other.Text() != codes.Code(want).Text() || other.HTTP() == 0 {
			t.Errorf("%s is not known as %s", other, want)
		}
	}
	for _, unknown := range []string{"", "Sideways", "gone", "busy"} {
		c, s := codes.Code(unknown), codes.Subcode(unknown)
		if pages, ok := c.Published(); ok || pages+c.Text() != "" || c.Documented() || c.HTTP() != 0 {
			t.Errorf("Code(%q): published %v in %q, documented %v, HTTP %d", c, ok, pages, c.Documented(), c.HTTP())
		}
		if pages, ok := s.Published(); ok || pages+s.Text() != "" || s.Documented() {
			t.Errorf("Subcode(%q): published %v in %q, documented %v", s, ok, pages, s.Documented())
		}
	}
}

func TestSynchronousRows(t *testing.T) {
	for s, want := range map[codes.Synchronous]string{
		codes.SyncCallNotFound:                 "NotFound 404 None: Call Not Found",
		codes.SyncResourceNotFound:             "NotFound 404 None: The resource does not exist.",
		codes.SyncContentTypeNotSupported:      "Gone 410 None: The content-type is not supported.",
		codes.SyncInvalidExchangeServerVersion: "ServiceFailure 500 InvalidExchangeServerVersion",
		codes.SyncConflict:                     "Conflict 409 None",
		codes.SyncCannotRedirect:               "Gone 410 CannotRedirect",
		0:                                      "Synchronous(0)",
		11:                                     "Synchronous(11)",
	} {
		if got := s.Error(); got != want {
			t.Errorf("Synchronous(%d).Error() = %q, want %q", uint8(s), got, want)
		}
	}
}

// Every generic error is found by its own answer, in both spellings and without the literal None, and an answer that
// differs in one thing is not found as that error.
func TestGeneric(t *testing.T) {
	seen := map[string]bool{}
	for g := range codes.GenericErrors() {
		seen[g.Name] = true
		if g.HTTP != g.Code.HTTP() || !known(g.Basis, g.Source) {
			t.Errorf("%+v: want the status %d of its code, a basis and a source", g, g.Code.HTTP())
		}
		status := g.HTTP
		if status == 0 {
			status = 500
		}
		// Several errors can have one answer; the first is found.
		same := func(got codes.Generic) bool {
			return got.HTTP == g.HTTP && got.Code == g.Code && got.Subcode == g.Subcode
		}
		for _, body := range []codes.Error{{Code: g.Code, Subcode: g.Subcode}, {Code: g.OtherCode, Subcode: g.Subcode}} {
			if body.Code == "" {
				continue
			}
			if got, ok := codes.LookupGeneric(status, &body); !ok || !same(got) {
				t.Errorf("LookupGeneric(%d, %v) = %+v, %v, want %+v", status, &body, got, ok, g)
			}
			if got, ok := codes.LookupGeneric(200, &body); ok {
				t.Errorf("LookupGeneric(200, %v) = %+v, want none", &body, got)
			}
			if body.Subcode == codes.SubcodeNone {
				body.Subcode = ""
				if got, ok := codes.LookupGeneric(status, &body); !ok || !same(got) {
					t.Errorf("LookupGeneric(%d, %v) = %+v, %v, want %+v", status, &body, got, ok, g)
				}
			}
			body.Subcode = "Sideways"
			if got, ok := codes.LookupGeneric(status, &body); ok {
				t.Errorf("LookupGeneric(%d, %v) = %+v, want none", status, &body, got)
			}
		}
		if got, ok := codes.LookupGeneric(g.HTTP, nil); ok != (g.HTTP != 0) || ok && got.HTTP != g.HTTP {
			t.Errorf("LookupGeneric(%d, nil) = %+v, %v", g.HTTP, got, ok)
		}
	}
	// 17 of UCWA/GenericSynchronousErrors.md, two of other pages, six statuses, two of operations.
	if len(seen) != 17+2+6+2 {
		t.Errorf("%d names of generic errors, want 27", len(seen))
	}
	for _, status := range []int{0, 200, 401, 502} {
		if got, ok := codes.LookupGeneric(status, nil); ok {
			t.Errorf("LookupGeneric(%d, nil) = %+v, want none", status, got)
		}
	}
}

func TestLookupAllocatesNothing(t *testing.T) {
	for _, pair := range []struct {
		code    codes.Code
		subcode codes.Subcode
	}{{"RemoteFailure", "Busy"}, {"RemoteFailure", ""}, {"RemoteFailure", "Sideways"}, {"Weather", "Rain"}} {
		if n := testing.AllocsPerRun(100, func() { _, _ = codes.Lookup(pair.code, pair.subcode) }); n != 0 {
			t.Errorf("Lookup(%q, %q) allocates %v times, want 0", pair.code, pair.subcode, n)
		}
		if n := testing.AllocsPerRun(100, func() { _, _ = codes.Resolve(pair.code, pair.subcode) }); n != 0 {
			t.Errorf("Resolve(%q, %q) allocates %v times, want 0", pair.code, pair.subcode, n)
		}
	}
}

// TestDependencies holds what a program that links the catalogue gets: the standard library, and of that nothing that
// opens a connection or starts a process.
func TestDependencies(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	if deps := strings.Fields(string(out)); !slices.Contains(deps, "log/slog") {
		t.Errorf("go list finds %v, want log/slog among them", deps)
	}
	banned := []string{"net", "net/http", "os/exec", "testing", "encoding/csv", "text/template"}
	for dep := range strings.FieldsSeq(string(out)) {
		first, _, _ := strings.Cut(dep, "/")
		standard := !strings.Contains(first, ".")
		if slices.Contains(banned, dep) || !standard && !strings.HasPrefix(dep, "github.com/avinvite/avinvite/codes") {
			t.Errorf("codes links %s", dep)
		}
	}
}

// BenchmarkLookup looks the two wire strings of a reason up, by the generated switch and by a Go map keyed by the pair,
// which take turns: every reason, and as many pairs that are none, of which half have a code or a subcode of the same
// length. Reported are the medians, and how many times that of the map the one of Lookup is; it has to be less than 1.
func BenchmarkLookup(b *testing.B) {
	type pair struct {
		code    codes.Code
		subcode codes.Subcode
	}
	known := map[pair]codes.Reason{}
	var documented, unknown []pair
	for r := range codes.Reasons() {
		// Strings from the wire share no memory with the constants.
		p := pair{codes.Code(strings.Clone(string(r.Code()))), codes.Subcode(strings.Clone(string(r.Subcode())))}
		known[p] = r
		documented = append(documented, p)
		miss := pair{p.code, p.subcode[1:] + "x"}
		switch int(r) % 4 {
		case 1:
			miss = pair{p.code, "OutTo" + p.subcode}
		case 2:
			miss = pair{p.code[1:] + "x", p.subcode}
		case 3:
			miss = pair{"Out" + p.code, p.subcode}
		}
		unknown = append(unknown, miss)
	}
	subjects := []struct {
		name string
		has  func(pair) bool
	}{
		{"Lookup", func(p pair) bool { _, ok := codes.Lookup(p.code, p.subcode); return ok }},
		{"map", func(p pair) bool { _, ok := known[p]; return ok }},
		{
			"Resolve",
			func(p pair) bool { _, match := codes.Resolve(p.code, p.subcode); return match == codes.MatchPair },
		},
	}
	for _, bench := range []struct {
		name    string
		queries []pair
		want    bool
	}{{"documented", documented, true}, {"unknown", unknown, false}} {
		b.Run(bench.name, func(b *testing.B) {
			const rounds = 16
			samples := make([][]time.Duration, len(subjects))
			for b.Loop() {
				for n, s := range subjects {
					start := time.Now()
					for range rounds {
						for _, p := range bench.queries {
							if s.has(p) != bench.want {
								b.Fatal(s.name, p)
							}
						}
					}
					samples[n] = append(samples[n], time.Since(start))
				}
			}
			medians := make([]float64, len(subjects))
			for n, s := range subjects {
				slices.Sort(samples[n])
				medians[n] = float64(samples[n][len(samples[n])/2]) / float64(rounds*len(bench.queries))
				b.ReportMetric(medians[n], "ns/"+s.name)
			}
			b.ReportMetric(medians[0]/medians[1], "x-map")
			b.ReportMetric(0, "ns/op") // of all together, which says nothing
		})
	}
}
