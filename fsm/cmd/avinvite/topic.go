package main

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/layout"
	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/fsm/internal/distance"
	"github.com/avinvite/avinvite/transitions"
)

// topic is one thing that explain can explain, under each of its names. Several topics can share a name: Timeout is a
// code and a subcode.
type topic struct {
	names []string
	http  int  // zero without a status
	pair  bool // a pair of code and subcode that the specification has
	write func(*layout.Writer)
}

// topics returns all topics in the order in which explain writes them.
func topics() (all []topic) {
	for c := range allCodes() {
		all = append(all, topic{names: []string{string(c)}, http: c.HTTP(), write: func(w *layout.Writer) { writeCode(w, c) }})
	}
	for r := range codes.Reasons() {
		all = append(all, topic{
			names: []string{r.String(), string(r.Subcode())}, pair: true, write: func(w *layout.Writer) { writeReason(w, r) },
		})
	}
	for s := range codes.OtherSubcodes() {
		all = append(all, topic{names: []string{string(s)}, write: func(w *layout.Writer) { writeSubcode(w, s) }})
	}
	for s := range codes.SynchronousErrors() {
		all = append(all, topic{
			names: []string{s.String(), codes.Pair(s.Code(), s.Subcode()), string(s.Code()), string(s.Subcode())},
			http:  s.HTTP(), pair: true, write: func(w *layout.Writer) { writeRow(w, s) },
		})
	}
	for g := range codes.GenericErrors() {
		names := []string{g.Name, codes.Pair(g.Code, g.Subcode), string(g.Subcode)}
		if g.OtherCode != "" {
			names = append(names, codes.Pair(g.OtherCode, g.Subcode))
		}
		all = append(all, topic{names: names, http: g.HTTP, write: func(w *layout.Writer) { writeGeneric(w, g) }})
	}
	for s := transitions.StateConnecting; s <= transitions.StateCancelled; s++ {
		all = append(all, topic{names: []string{s.String()}, write: func(w *layout.Writer) { writeState(w, s) }})
	}
	for o := transitions.OperationAccept; o <= transitions.OperationCancel; o++ {
		all = append(all, topic{names: []string{o.String()}, write: func(w *layout.Writer) { writeOperation(w, o) }})
	}
	for _, w := range words {
		all = append(all, topic{names: []string{w.name}, http: w.http, write: w.write})
	}
	for _, r := range conformance.Rules() {
		all = append(all, topic{names: []string{string(r)}, write: func(w *layout.Writer) { writeRule(w, r) }})
	}
	return all
}

// names returns the names of all topics, each once.
func names() (all []string) {
	for _, t := range topics() {
		all = append(all, t.names...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// lookUp returns the topics of a name in any case of letters. The error of an unknown name has the nearest names.
func lookUp(name string) ([]topic, error) {
	if status, err := strconv.Atoi(name); err == nil {
		return lookUpStatus(status)
	}
	if code, subcode, ok := strings.Cut(name, "/"); ok {
		return lookUpPair(name, code, subcode)
	}
	found := named(name)
	if len(found) == 0 {
		return nil, unknown(name, nearest(name, names()))
	}
	return found, nil
}

func named(name string) []topic {
	return slices.DeleteFunc(topics(), func(t topic) bool { return !slices.ContainsFunc(t.names, same(name)) })
}

func same(name string) func(string) bool {
	return func(known string) bool { return strings.EqualFold(known, name) }
}

func lookUpStatus(status int) ([]topic, error) {
	all := slices.DeleteFunc(topics(), func(t topic) bool { return t.http == 0 })
	var known []int
	for _, t := range all {
		known = append(known, t.http)
	}
	found := slices.DeleteFunc(all, func(t topic) bool { return t.http != status })
	if len(found) > 0 {
		return found, nil
	}
	slices.Sort(known)
	return nil, fmt.Errorf("no code has the HTTP status %d; those that there are: %s",
		status, strings.Trim(fmt.Sprint(slices.Compact(known)), "[]"))
}

// lookUpPair returns the topics of a code and a subcode. Two published words that are no pair of the specification are a
// topic as well.
func lookUpPair(name, code, subcode string) ([]topic, error) {
	last := cmp.Or(subcode, code) // of the words that were written
	subcode = cmp.Or(subcode, string(codes.SubcodeNone))
	found := named(code + "/" + subcode)
	if slices.ContainsFunc(found, func(t topic) bool { return t.pair }) {
		return found, nil
	}
	c, published := first(allCodes(), code)
	if s, ok := first(allSubcodes(), subcode); ok && published {
		return append(found, topic{write: func(w *layout.Writer) { writePair(w, c, s) }}), nil
	}
	words, pairs := split(names())
	near := nearest(name, pairs)
	if len(near) == 0 {
		near = nearest(last, words)
	}
	err := unknown(name, near)
	if c.Documented() {
		err = fmt.Errorf("%w (from a service, it counts as %s alone)", err, c)
	}
	return nil, err
}

// first returns the token that is spelled like a word, in any case of letters.
func first[T ~string](tokens iter.Seq[T], word string) (token T, ok bool) {
	for t := range tokens {
		if strings.EqualFold(string(t), word) {
			return t, true
		}
	}
	return "", false
}

// split returns the names without and with a slash.
func split(names []string) (words, pairs []string) {
	for _, name := range names {
		if strings.Contains(name, "/") {
			pairs = append(pairs, name)
		} else {
			words = append(words, name)
		}
	}
	return words, pairs
}

func allCodes() iter.Seq[codes.Code] {
	return slices.Values(slices.AppendSeq(slices.Collect(codes.Codes()), codes.OtherCodes()))
}

func allSubcodes() iter.Seq[codes.Subcode] {
	return slices.Values(slices.AppendSeq(slices.Collect(codes.Subcodes()), codes.OtherSubcodes()))
}

// unknown returns the error of an unknown name, with the names that are near.
func unknown(name string, near []string) error {
	if len(near) == 0 {
		return fmt.Errorf("nothing is called %.40q, or nearly so; avinvite explain lists all names", name)
	}
	return fmt.Errorf("nothing is called %.40q; did you mean %s?", name, strings.Join(near, ", "))
}

// nearest returns up to four of the known names, the nearest first: those that differ in few letters or contain the name.
func nearest(name string, known []string) []string {
	name = strings.ToLower(name)
	far, limit := map[string]int{}, max(2, len(name)/4)
	for _, k := range known {
		far[k] = distance.Of(name, strings.ToLower(k))
		if len(name) > 2 && strings.Contains(strings.ToLower(k), name) {
			far[k] = min(far[k], 2)
		}
		limit = min(limit, far[k]+1)
	}
	maps.DeleteFunc(far, func(_ string, d int) bool { return d > limit })
	near := slices.SortedFunc(maps.Keys(far), func(a, b string) int {
		return cmp.Or(cmp.Compare(far[a], far[b]), cmp.Compare(a, b))
	})
	return near[:min(4, len(near))]
}
