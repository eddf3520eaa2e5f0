package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/layout"
	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/transitions"
)

func writeState(w *layout.Writer, s transitions.State) {
	w.Text(s.String())
	if s.Terminal() {
		w.Line("is", "a state of completed invitations; no event follows")
	} else {
		w.Line("is", "a state of invitations in progress")
	}
	for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		label := strings.ToLower(d.String())
		entries := entriesOf(d, s)
		if len(entries) == 0 {
			w.Line(label, "no event leads to it")
		}
		for _, e := range entries {
			w.Line(label, fmt.Sprintf("%s in %s (%v)", e.event, or(e.from), e.basis))
			w.Line("source", e.source)
		}
	}
	if !s.Terminal() {
		for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
			if next := following(d, s); next != "" {
				w.Line("then", strings.ToLower(d.String())+": "+next)
			}
		}
	}
	w.Line("in Go", "transitions.State"+s.String())
}

// following returns the events that are legal in a state, by type; "" if an invitation of the direction is never in it.
func following(d transitions.Direction, s transitions.State) string {
	var types []string
	for t := transitions.EventStarted; t <= transitions.EventCompleted; t++ {
		var states []string
		for edge := range transitions.Edges() {
			if name := edge.To.String(); edge.Direction == d && edge.From == s && edge.Type == t && !slices.Contains(states, name) {
				states = append(states, name)
			}
		}
		if states != nil {
			types = append(types, t.String()+" with "+or(states))
		}
	}
	return strings.Join(types, "; ")
}

// entry is an event that leads to a state: all edges of one basis and source.
type entry struct {
	event  string
	basis  codes.Basis
	source string
	from   []string
}

func entriesOf(d transitions.Direction, s transitions.State) (entries []entry) {
	for edge := range transitions.Edges() {
		if edge.Direction != d || edge.To != s {
			continue
		}
		e := entry{event: edge.Type.String(), basis: edge.Basis, source: edge.Source.String()}
		if !edge.Reasons.Has(codes.NoReason) {
			e.event += " with " + reasonsOf(edge.Reasons)
		}
		n := slices.IndexFunc(entries, func(o entry) bool { return o.event == e.event && o.basis == e.basis && o.source == e.source })
		if n < 0 {
			n = len(entries)
			entries = append(entries, e)
		}
		entries[n].from = append(entries[n].from, edge.From.String())
	}
	return entries
}

// reasonsOf lists a few reasons, and counts many.
func reasonsOf(set transitions.ReasonSet) string {
	if set.Len() > 4 {
		return fmt.Sprintf("one of %d reasons", set.Len())
	}
	var names []string
	for r := range set.All() {
		names = append(names, r.String())
	}
	return or(names)
}

func writeOperation(w *layout.Writer, o transitions.Operation) {
	w.Text(o.String())
	for offer := range transitions.Offers() {
		if offer.Operation != o {
			continue
		}
		w.Line("is", fmt.Sprintf("an operation of %s invitations in progress (%v)",
			strings.ToLower(offer.Direction.String()), offer.Basis))
		w.Line("source", offer.Source.String())
		if offer.Pending {
			w.Line("effect", "the invitation offers no operation until it has completed")
		} else {
			w.Line("effect", "none on the invitation, which offers its operations as before")
		}
	}
	w.Line("link", o.Rel())
	w.Line("text", o.Text()+" (PAGE, Links)")
	w.Line("in Go", "transitions.Operation"+strings.ToUpper(o.String()[:1])+o.String()[1:])
}

func writeRule(w *layout.Writer, r conformance.Rule) {
	w.Text(string(r))
	w.Line("is", "a rule of avinvite check")
	w.Line("text", r.Text())
	for rule := transitions.ErrInvalid; rule.Name() != ""; rule++ {
		if rule.Name() == string(r) {
			w.Line("basis", rule.Basis().String()+", unless a finding says otherwise")
			w.Line("source", rule.Source().String())
			return
		}
	}
	w.Line("basis", "each finding says its own, with the source")
}
