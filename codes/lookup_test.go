package codes_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/avinvite/avinvite/codes"
)

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
