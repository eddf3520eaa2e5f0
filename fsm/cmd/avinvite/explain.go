package main

import (
	"bytes"
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/layout"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/report"
	"github.com/avinvite/avinvite/fsm/internal/distance"
)

func newExplain() *cobra.Command {
	command := &cobra.Command{
		Use:   "explain [NAME...]",
		Short: "Say what is known of a reason, a code or an HTTP status",
		Long: `
Say everything that is known of a reason, a code, a subcode, a synchronous error
or an HTTP status; without a NAME, list the catalogue. Upper and lower case are
one.

What is documented is quoted to the letter, mistakes in spelling included; what
stands beside "means" and "try again" is ours. In the sources, PAGE is the
reference page of ms:rtc:saas:audioVideoInvitation, and UCWA/... are pages of
the UCWA 2.0 reference.

Exit status: 0; 2 for a name that is unknown, with the nearest ones, if the
arguments make no sense, or the output cannot be written.`,
		Example: `  avinvite explain                     all codes and reasons, one line each
  avinvite explain RemoteFailure/Busy  a reason
  avinvite explain Busy                every reason that has the subcode
  avinvite explain RemoteFailure       a code and its reasons
  avinvite explain 404                 codes and synchronous errors of a status
  avinvite explain CallNotFound        a synchronous error`,
		ValidArgsFunction: completeAny(func() []string { return append(words(), pairs()...) }),
	}
	command.RunE = func(_ *cobra.Command, names []string) error { return explain(command, names) }
	return command
}

// explain writes what is known of the names, or lists all of them.
func explain(command *cobra.Command, names []string) error {
	var out bytes.Buffer
	w := layout.New(&out, false)
	s := status(statusOK)
	if len(names) == 0 {
		listCatalogue(w)
	}
	for _, name := range names {
		t, err := lookUp(name)
		if err != nil {
			complain(command, err)
			s = statusFailed
			continue
		}
		if out.Len() > 0 {
			w.Blank()
		}
		t.write(w)
	}
	if err := write(command, out.Bytes()); err != nil {
		return err
	}
	return s
}

// topic is what a name stands for, which may be several things: Timeout is a code and a subcode.
type topic struct {
	codes    []codes.Code
	reasons  []codes.Reason
	subcodes []codes.Subcode // those of other resources
	rows     []codes.Synchronous
	generic  []codes.Generic
	pair     pair // two words that are published, but not together
}

type pair struct {
	code    codes.Code
	subcode codes.Subcode
}

// lookUp looks a name up. The error of an unknown one names the nearest.
func lookUp(name string) (topic, error) {
	if code, subcode, ok := strings.Cut(name, "/"); ok {
		return findPair(name, code, subcode)
	}
	if status, err := strconv.Atoi(name); err == nil {
		return findStatus(status)
	}
	var t topic
	t.codes = matching(allCodes(), func(c codes.Code) bool { return same(c, name) })
	t.subcodes = matching(codes.OtherSubcodes(), func(s codes.Subcode) bool { return same(s, name) })
	t.reasons = matching(codes.Reasons(), func(r codes.Reason) bool { return same(r.Subcode(), name) })
	t.rows = matching(codes.SynchronousErrors(), func(s codes.Synchronous) bool {
		return same(s.Code(), name) || same(s.Subcode(), name) || strings.EqualFold(s.String(), name)
	})
	t.generic = matching(codes.GenericErrors(), func(g codes.Generic) bool {
		return strings.EqualFold(g.Name, name) || same(g.Subcode, name) && g.Subcode != codes.SubcodeNone
	})
	if t.empty() {
		return t, unknown(name, nearest(name, words()))
	}
	return t, nil
}

func findStatus(status int) (topic, error) {
	t := topic{
		codes:   matching(allCodes(), func(c codes.Code) bool { return c.HTTP() == status }),
		rows:    matching(codes.SynchronousErrors(), func(s codes.Synchronous) bool { return s.HTTP() == status }),
		generic: matching(codes.GenericErrors(), func(g codes.Generic) bool { return g.HTTP == status }),
	}
	if status == 0 || t.empty() {
		var known []int
		for c := range allCodes() {
			if c.HTTP() != 0 {
				known = append(known, c.HTTP())
			}
		}
		slices.Sort(known)
		return t, fmt.Errorf("no code has the HTTP status %d; those that there are: %s",
			status, strings.Trim(fmt.Sprint(known), "[]"))
	}
	return t, nil
}

func findPair(name, code, subcode string) (topic, error) {
	last := cmp.Or(subcode, code) // of the words that were written
	subcode = cmp.Or(subcode, string(codes.SubcodeNone))
	t := topic{
		reasons: matching(codes.Reasons(), func(r codes.Reason) bool {
			return same(r.Code(), code) && same(r.Subcode(), subcode)
		}),
		rows: matching(codes.SynchronousErrors(), func(s codes.Synchronous) bool {
			return same(s.Code(), code) && same(s.Subcode(), subcode)
		}),
		generic: matching(codes.GenericErrors(), func(g codes.Generic) bool {
			return (same(g.Code, code) || same(g.OtherCode, code)) && same(g.Subcode, subcode)
		}),
	}
	if len(t.reasons)+len(t.rows) > 0 {
		return t, nil
	}
	known := matching(allCodes(), func(c codes.Code) bool { return same(c, code) })
	for s := range allSubcodes() {
		if len(known) > 0 && same(s, subcode) {
			t.pair = pair{known[0], s}
			return t, nil
		}
	}
	near := nearest(name, pairs())
	if len(near) == 0 {
		near = nearest(last, words())
	}
	err := unknown(name, near)
	if len(known) > 0 && known[0].Documented() {
		err = fmt.Errorf("%w (from a service, it counts as %s alone)", err, known[0])
	}
	return t, err
}

func (t topic) empty() bool {
	return len(t.codes)+len(t.reasons)+len(t.subcodes)+len(t.rows)+len(t.generic) == 0
}

func matching[T any](all iter.Seq[T], ok func(T) bool) (found []T) {
	for v := range all {
		if ok(v) {
			found = append(found, v)
		}
	}
	return found
}

func same[T ~string](token T, name string) bool { return strings.EqualFold(string(token), name) }

func allCodes() iter.Seq[codes.Code] {
	return slices.Values(slices.AppendSeq(slices.Collect(codes.Codes()), codes.OtherCodes()))
}

func allSubcodes() iter.Seq[codes.Subcode] {
	return slices.Values(slices.AppendSeq(slices.Collect(codes.Subcodes()), codes.OtherSubcodes()))
}

// words are the names of one word that explain knows.
func words() (names []string) {
	for c := range allCodes() {
		names = append(names, string(c))
	}
	for s := range allSubcodes() {
		names = append(names, string(s))
	}
	for s := range codes.SynchronousErrors() {
		names = append(names, s.String())
	}
	for g := range codes.GenericErrors() {
		names = append(names, g.Name)
	}
	return names
}

// pairs are the names with a slash.
func pairs() (names []string) {
	for r := range codes.Reasons() {
		names = append(names, r.String())
	}
	for s := range codes.SynchronousErrors() {
		names = append(names, codes.Pair(s.Code(), s.Subcode()))
	}
	for g := range codes.GenericErrors() {
		names = append(names, codes.Pair(g.Code, g.Subcode))
	}
	return names
}

// unknown is the error of a name, of which the beginning tells enough, with the names that are near.
func unknown(name string, near []string) error {
	if len(near) == 0 {
		return fmt.Errorf("nothing is called %.40q, or nearly so; avinvite explain lists all names", name)
	}
	return fmt.Errorf("nothing is called %.40q; did you mean %s?", name, strings.Join(near, ", "))
}

// nearest is up to four of the known names, the nearest first: few letters differ, or they contain the name.
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

func (t topic) write(w *layout.Writer) {
	var sections []func()
	for _, c := range t.codes {
		sections = append(sections, func() { writeCode(w, c) })
	}
	for _, r := range t.reasons {
		sections = append(sections, func() { writeReason(w, r) })
	}
	for _, s := range t.subcodes {
		sections = append(sections, func() { writeSubcode(w, s) })
	}
	for _, s := range t.rows {
		sections = append(sections, func() { writeRow(w, s) })
	}
	for _, g := range t.generic {
		sections = append(sections, func() { writeGeneric(w, g) })
	}
	if t.pair != (pair{}) {
		sections = append(sections, func() { writePair(w, t.pair) })
	}
	for n, section := range sections {
		if n > 0 {
			w.Blank()
		}
		section()
	}
}

func writeReason(w *layout.Writer, r codes.Reason) {
	w.Text(r.String())
	w.Line("means", r.Explanation())
	if r.Litmus() != "" {
		w.Line("litmus", r.Litmus())
	}
	for _, text := range r.Texts() {
		w.Line("documented", report.Documented(text))
	}
	if text, source := r.OtherText(); text != "" {
		w.Line("elsewhere", text+" ("+source+")")
	}
	if text := r.Subcode().Text(); text != "" {
		w.Line("elsewhere", text+" (UCWA/ErrorSubcode_ref.md, of the subcode)")
	}
	var fits []string
	for _, d := range []codes.Direction{codes.Incoming, codes.Outgoing} {
		if r.Fits(d) {
			fits = append(fits, d.String())
		}
	}
	w.Line("direction", fmt.Sprintf("%s (%v)", strings.Join(fits, " or "), r.Basis()))
	w.Line("source", r.Source().String())
	actor, basis := r.Actor()
	w.Line("ended by", fmt.Sprintf("%v (%v)", actor, basis))
	w.Line("source", r.ActorSource().String())
	for _, e := range r.States() {
		w.Line("state", fmt.Sprintf("%v (%v)", e.State, e.Basis))
		w.Line("source", e.Source.String())
	}
	writeHTTP(w, r.Code())
	retry, advice := r.Retry()
	w.Line("try again", strings.TrimSpace(map[codes.Retry]string{
		codes.RetryLater: "At another time.", codes.RetryChanged: "After a change.", codes.RetryNo: "No.",
	}[retry]+" "+advice))
	if source := r.RetrySource(); source != (codes.Source{}) {
		w.Line("source", source.String())
	}
	w.Line("in Go", "codes."+string(r.Code())+string(r.Subcode()))
}

func writeHTTP(w *layout.Writer, c codes.Code) {
	switch {
	case c.HTTP() != 0:
		w.Line("HTTP", strconv.Itoa(c.HTTP()))
	case c.Documented():
		w.Line("HTTP", "none: the code is of the event channel only")
	default:
		w.Line("HTTP", "none is published")
	}
}

func writeCode(w *layout.Writer, c codes.Code) {
	w.Text(string(c))
	source, _ := c.Published()
	if !c.Documented() {
		w.Line("is", "a code of other resources; here it is undocumented")
		writeText(w, c.Text())
		writeHTTP(w, c)
		w.Line("source", source)
		w.Line("in Go", "codes."+string(c))
		return
	}
	w.Line("is", "a code of the invitation")
	writeText(w, c.Text())
	writeHTTP(w, c)
	w.Line("source", "PAGE, Asynchronous reason codes; "+source)
	without, _ := codes.Resolve(c, "")
	if without == codes.Alone(c) {
		w.Line("counts", fmt.Sprintf("as %v alone, without a subcode or with an unknown one", c))
	} else {
		w.Line("counts", fmt.Sprintf("as %v without a subcode, as %v alone with an unknown one", without, c))
	}
	w.Line("in Go", "codes."+string(c))
	w.Blank()
	listReasons(w, c)
}

func writeSubcode(w *layout.Writer, s codes.Subcode) {
	w.Text(string(s))
	source, _ := s.Published()
	w.Line("is", "a subcode of requests or of other resources; here it counts as its code alone")
	writeText(w, s.Text())
	w.Line("source", source)
	w.Line("in Go", "codes.Subcode"+string(s))
}

// writeText writes the published text of a word, if it has one.
func writeText(w *layout.Writer, text string) {
	if text != "" {
		w.Line("documented", text)
	}
}

func writeRow(w *layout.Writer, s codes.Synchronous) {
	w.Text(s.String())
	w.Line("is", "a synchronous error, the answer to a request that is refused at once")
	w.Line("error", string(s.Code()))
	w.Line("HTTP", strconv.Itoa(s.HTTP()))
	w.Line("subcode", string(s.Subcode()))
	w.Line("documented", report.Documented(s.Description()))
	if text, source := s.OtherText(); text != "" {
		w.Line("elsewhere", text+" ("+source+")")
	}
	w.Line("source", "PAGE, Synchronous errors")
	w.Line("in Go", "codes.Sync"+s.String())
}

func writeGeneric(w *layout.Writer, g codes.Generic) {
	w.Text(g.Name)
	w.Line("is", "a generic error, the answer to a request that is refused at once")
	w.Line("error", string(g.Code))
	if g.OtherCode != "" {
		w.Line("or", string(g.OtherCode))
	}
	writeHTTP(w, g.Code)
	w.Line("subcode", string(g.Subcode))
	writeText(w, g.Description)
	w.Line("basis", g.Basis.String())
	w.Line("source", g.Source.String())
}

func writePair(w *layout.Writer, p pair) {
	w.Text(codes.Pair(p.code, p.subcode))
	reason, _ := codes.Resolve(p.code, p.subcode)
	w.Line("is", "no pair of the specification, though both words are published")
	counts := "as undocumented"
	if reason != codes.Undocumented {
		counts = fmt.Sprintf("as %v alone", reason)
	}
	w.Line("counts", counts)
	if with := matching(codes.Reasons(), func(r codes.Reason) bool { return r.Subcode() == p.subcode }); len(with) > 0 {
		w.Line("compare", strings.Trim(fmt.Sprint(with), "[]"))
	}
	source, _ := p.subcode.Published()
	w.Line("source", "of the subcode: "+source)
}

// listCatalogue is a line or two per reason, and the names of everything else.
func listCatalogue(w *layout.Writer) {
	for c := range codes.Codes() {
		status := ""
		if c.HTTP() != 0 {
			status = fmt.Sprintf(", HTTP %d", c.HTTP())
		}
		w.Text(string(c) + status)
		listReasons(w, c)
		w.Blank()
	}
	w.Text("Synchronous errors")
	for s := range codes.SynchronousErrors() {
		listItem(w, s.String(), fmt.Sprintf("%s %d %s: %s", s.Code(), s.HTTP(), s.Subcode(), report.Documented(s.Description())))
	}
	w.Blank()
	w.Text("Generic errors")
	for g := range codes.GenericErrors() {
		status := ""
		if g.HTTP != 0 {
			status = " " + strconv.Itoa(g.HTTP)
		}
		text := fmt.Sprintf("%s%s %s", g.Code, status, g.Subcode)
		if g.Description != "" {
			text += ": " + g.Description
		}
		listItem(w, g.Name, text)
	}
	w.Blank()
	w.Text("Published for other resources")
	w.Line("codes", join(codes.OtherCodes()))
	w.Line("subcodes", join(codes.OtherSubcodes()))
	w.Blank()
	w.Text("The sentences beside the reasons are ours; avinvite explain NAME quotes what is documented.")
}

func join[T ~string](tokens iter.Seq[T]) string {
	var names []string
	for t := range tokens {
		names = append(names, string(t))
	}
	return strings.Join(names, ", ")
}

func listReasons(w *layout.Writer, c codes.Code) {
	for r := range codes.Reasons() {
		if r.Code() == c {
			listItem(w, string(r.Subcode()), r.Explanation())
		}
	}
}

// listItem is wide enough for the longest subcode.
func listItem(w *layout.Writer, name, text string) {
	w.Wrap(2, 32, layout.Span{Text: name}, layout.Span{Text: text})
}
