package main

import (
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/layout"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/report"
)

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
	w.Line("direction", fmt.Sprintf("%s (%v)", or(fits), r.Basis()))
	w.Line("source", r.Source().String())
	actor, basis := r.Actor()
	w.Line("ended by", fmt.Sprintf("%v (%v)", actor, basis))
	w.Line("source", r.ActorSource().String())
	for _, e := range r.States() {
		w.Line("state", fmt.Sprintf("%v (%v)", e.State, e.Basis))
		w.Line("source", e.Source.String())
	}
	writeHTTP(w, r.Code())
	side := codes.Incoming
	if r.Fits(codes.Outgoing) {
		side = codes.Outgoing
	}
	if advice := report.Advice(r, side); advice != "" {
		w.Line("advice", advice)
	}
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
		w.Line("HTTP", "none: only events carry the code")
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

func writePair(w *layout.Writer, c codes.Code, s codes.Subcode) {
	w.Text(codes.Pair(c, s))
	reason, _ := codes.Resolve(c, s)
	w.Line("is", "no pair of the specification, though both words are published")
	counts := "as undocumented"
	if reason != codes.Undocumented {
		counts = fmt.Sprintf("as %v alone", reason)
	}
	w.Line("counts", counts)
	var with []string
	for r := range codes.Reasons() {
		if r.Subcode() == s {
			with = append(with, r.String())
		}
	}
	if len(with) > 0 {
		w.Line("compare", strings.Join(with, " "))
	}
	source, _ := s.Published()
	w.Line("source", "of the subcode: "+source)
}

// listCatalogue writes a line or two per reason, and the names of all other codes and errors.
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
	w.Text("Other published words")
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

// listItem writes a name and a text beside it. The column has room for the longest subcode.
func listItem(w *layout.Writer, name, text string) {
	w.Wrap(2, 32, layout.Span{Text: layout.Pad(name, 29) + " "}, layout.Span{Text: text})
}
