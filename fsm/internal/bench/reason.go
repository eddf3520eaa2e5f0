package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/avinvite/avinvite/codes"
)

// pair is a code and a subcode as they come from the wire.
type pair struct{ code, subcode string }

// documented is every documented pair, and unknown as many with a subcode that nobody knows. The strings share no memory
// with the catalogue's: comparing a string with itself costs nothing.
var documented, unknown = func() (yes, no []pair) {
	for r := range codes.Reasons() {
		yes = append(yes, pair{strings.Clone(string(r.Code())), strings.Clone(string(r.Subcode()))})
		no = append(no, pair{strings.Clone(string(r.Code())), strings.ToLower(string(r.Subcode()))})
	}
	return yes, no
}()

var (
	byPair = func() map[pair]codes.Reason {
		m := map[pair]codes.Reason{}
		for r := range codes.Reasons() {
			m[pair{string(r.Code()), string(r.Subcode())}] = r
		}
		return m
	}()
	byCode = func() map[string]map[string]codes.Reason {
		m := map[string]map[string]codes.Reason{}
		for p, r := range byPair {
			if m[p.code] == nil {
				m[p.code] = map[string]codes.Reason{}
			}
			m[p.code][p.subcode] = r
		}
		return m
	}()
	list = slices.Collect(codes.Reasons())
)

// reasonLookups are ways to find the reason of a pair.
var reasonLookups = []struct {
	name string
	find func(pair) codes.Reason
}{
	{"a map by the pair", func(p pair) codes.Reason { return byPair[p] }},
	{"a map of maps", func(p pair) codes.Reason { return byCode[p.code][p.subcode] }},
	{"a search through the list", func(p pair) codes.Reason {
		for _, r := range list {
			if string(r.Code()) == p.code && string(r.Subcode()) == p.subcode {
				return r
			}
		}
		return codes.NoReason
	}},
	{"`codes.Lookup`, a generated switch", func(p pair) codes.Reason {
		r, _ := codes.Lookup(codes.Code(p.code), codes.Subcode(p.subcode))
		return r
	}},
	{"`codes.Resolve`, which tells what is unknown", func(p pair) codes.Reason {
		r, match := codes.Resolve(codes.Code(p.code), codes.Subcode(p.subcode))
		if match != codes.MatchPair {
			return codes.NoReason
		}
		return r
	}},
}

// lookUps finds the reasons of the pairs in turn.
func lookUps(find func(pair) codes.Reason, pairs []pair, want bool) sample {
	return timed(func(n int) (done int) {
		for k := range n {
			if r := find(pairs[k%len(pairs)]); (r != codes.NoReason) == want {
				done++
			}
		}
		return done
	})
}

func reasons(set settings, w io.Writer) error {
	var rows []row
	for _, l := range reasonLookups {
		rows = append(rows, row{l.name, []sample{lookUps(l.find, documented, true), lookUps(l.find, unknown, false)}})
	}
	taken, ratios, err := set.measure(rows)
	if err != nil {
		return err
	}
	fmt.Fprint(w, `
## Reasons

The reason of a code and a subcode from the wire: each documented pair in turn, and as many whose subcode is unknown.

| | documented | unknown subcode | allocations |
|---|--:|--:|--:|
`)
	for n, r := range rows {
		cells := [2]string{times(ratios[n][0]), times(ratios[n][1])}
		if n == 0 {
			cells = [2]string{figure(taken[n][0]) + " ns", figure(taken[n][1]) + " ns"}
		}
		fmt.Fprintf(w, "| %s | %s | %s | %.0f |\n", r.name, cells[0], cells[1], allocations(r.samples[0]))
	}
	return nil
}
