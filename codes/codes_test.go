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

// The counts are those of the specification, counted by hand there.
func TestCatalogueIsComplete(t *testing.T) {
	rows := slices.Collect(codes.Rows())
	reasons := slices.Collect(codes.Reasons())
	blank := 0
	for _, r := range rows {
		if r.Text == "" {
			blank++
			if r.OtherText == "" || r.OtherSource == "" {
				t.Errorf("row %v is blank and no sibling page fills it", r.Reason)
			}
		}
	}
	got := []int{len(slices.Collect(codes.Codes())), len(slices.Collect(codes.Subcodes())), len(reasons), len(rows), blank}
	if diff := cmp.Diff([]int{11, 44, 57, 63, 6}, got); diff != "" {
		t.Errorf("codes, subcodes, reasons, rows, blank rows (-want +got):\n%s", diff)
	}
}

// What the specification misspells, repeats and leaves blank is kept so.
func TestTextsAreKeptToTheLetter(t *testing.T) {
	for r, want := range map[codes.Reason][]string{
		codes.ConflictAlreadyExists: {"", "There was a problem joining the conference focus."},
		codes.ConflictNone: {
			"", "The resource is being deleted.", "There was a problem joining the conference focus.",
		},
		codes.ForbiddenModalityNotSupported: {
			"The requested modality is not allowed in the conference.",
			"The remote client does not support the requested modality.",
		},
		codes.LocalFailureInsufficientBandwidth: {
			"The incoming audiovideo session was rejeted by the local client due to insufficient bandwidth.",
		},
		codes.RemoteFailureRepliedWithOtherModality: {
			"Replied with other modality.", "The recipient is responding in another way, such as IM or phone",
		},
		codes.RemoteFailureTemporarilyUnavailable: {
			"Some service is temporarily unavailable.", "Remote is temporarily unavailable.",
		},
		codes.ServiceFailureMediaNegotiationTimeOut: {"Media negotation timed out."},
		codes.NoReason: nil,
	} {
		if diff := cmp.Diff(want, r.Texts()); diff != "" {
			t.Errorf("%v.Texts() (-want +got):\n%s", r, diff)
		}
	}
}

// What other pages say of the rows that the specification leaves blank, and which page, is to the letter, too.
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
		if _, basis := r.Actor(); basis != 0 != r.Documented() || basis > codes.Inferred {
			t.Errorf("%v: the actor's basis is %v", r, basis)
		}
		if known := r.Basis() != 0 && r.Source() != "" && len(r.Texts()) > 0; known != r.Documented() {
			t.Errorf("%v: has basis, source and texts: %v, documented: %v", r, known, r.Documented())
		}
		retry, advice := r.Retry()
		if known := r.Explanation() != "" && retry != codes.RetryUnknown; known != r.Documented() {
			t.Errorf("%v: has explanation and retry: %v, documented: %v", r, known, r.Documented())
		}
		if fails := r.EndsIn(codes.StateFailed) == codes.Sampled; fails != r.Documented() {
			t.Errorf("%v: ends in %v, documented: %v", r, r.States(), r.Documented())
		}
		if advice != "" && retry != codes.RetryLater && retry != codes.RetryChanged {
			t.Errorf("%v: advice %q with retry %v", r, advice, retry)
		}
		other, source := r.OtherText()
		if (other == "") != (source == "") || (other != "") != slices.Contains(r.Texts(), "") {
			t.Errorf("%v: other text %q from %q, texts %q", r, other, source, r.Texts())
		}
	}
}

// UCWA/ErrorSubcode_ref.md lacks six subcodes that other pages have, so it is the source of no statement about them.
func TestSourcesHaveTheSubcode(t *testing.T) {
	lacks := []codes.Subcode{
		codes.SubcodeNone, codes.SubcodeMaxEventCountReached, codes.SubcodeCallbackChannelError,
		codes.SubcodeInvalidExchangeServerVersion, codes.SubcodeUnprocessableEntity, codes.SubcodeCannotRedirect,
	}
	for r := range codes.Reasons() {
		if slices.Contains(lacks, r.Subcode()) && strings.Contains(r.Source(), "ErrorSubcode_ref") {
			t.Errorf("%v: source %q, which does not have the subcode", r, r.Source())
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

func TestStates(t *testing.T) {
	for r := range codes.Reasons() {
		want := map[codes.State]codes.Basis{codes.StateFailed: codes.Sampled}
		switch {
		case r.Subcode() == codes.SubcodeDeclined:
			want[codes.StateDeclined] = codes.Inferred
		case r.Subcode() == codes.SubcodeCanceled || r == codes.InformationalMediaFallback:
			want[codes.StateCancelled] = codes.Inferred
		}
		got := map[codes.State]codes.Basis{}
		for _, e := range r.States() {
			got[e.State] = e.Basis
			if e.Source == "" || r.States()[0].State != codes.StateFailed {
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

// 20 codes are counted on UCWA/reportMediaDiagnostics_ref.md, and the statuses are those of
// UCWA/ErrorsAndInformationalMessages.md, which has one code more.
func TestPublished(t *testing.T) {
	status := map[codes.Code]int{
		codes.BadRequest: 400, codes.Forbidden: 403, codes.NotFound: 404, codes.MethodNotAllowed: 405,
		codes.Conflict: 409, codes.Gone: 410, codes.PreconditionFailed: 412, codes.EntityTooLarge: 413,
		codes.UnsupportedMediaType: 415, codes.PreconditionRequired: 428, codes.TooManyRequests: 429,
		codes.ServiceFailure: 500, codes.ServiceUnavailable: 503, codes.Timeout: 504,
		codes.ClientTimeout: 408,
	}
	for _, test := range []struct {
		documented bool
		codes      iter.Seq[codes.Code]
		subcodes   iter.Seq[codes.Subcode]
		count      [2]int
	}{
		{true, codes.Codes(), codes.Subcodes(), [2]int{11, 44}},
		{false, codes.OtherCodes(), codes.OtherSubcodes(), [2]int{10, 36}},
	} {
		var count [2]int
		for c := range test.codes {
			count[0]++
			if source, ok := c.Published(); !ok || source == "" || c.Documented() != test.documented {
				t.Errorf("%s: published %v in %q, documented %v", c, ok, source, c.Documented())
			}
			if c.HTTP() != status[c] {
				t.Errorf("%s.HTTP() = %d, want %d", c, c.HTTP(), status[c])
			}
		}
		for s := range test.subcodes {
			count[1]++
			if source, ok := s.Published(); !ok || source == "" || s.Documented() != test.documented {
				t.Errorf("%s: published %v in %q, documented %v", s, ok, source, s.Documented())
			}
		}
		if count != test.count {
			t.Errorf("documented %v: %v codes and subcodes, want %v", test.documented, count, test.count)
		}
	}
	for _, unknown := range []string{"", "Sideways", "gone", "busy"} {
		c, s := codes.Code(unknown), codes.Subcode(unknown)
		source, ok := c.Published()
		if ok || source != "" || c.Documented() || c.HTTP() != 0 {
			t.Errorf("Code(%q): published %v in %q, documented %v, HTTP %d", c, ok, source, c.Documented(), c.HTTP())
		}
		if source, ok := s.Published(); ok || source != "" || s.Documented() {
			t.Errorf("Subcode(%q): published %v in %q, documented %v", s, ok, source, s.Documented())
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
