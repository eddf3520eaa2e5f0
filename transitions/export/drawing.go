package export

import (
	"fmt"
	"slices"
	"strings"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// arrow is one line of a drawing: the edges between two states, and their label.
type arrow struct {
	from, to string
	parts    []part
}

// part is the edges of an arrow that have one event type.
type part struct {
	event   transitions.EventType
	reasons transitions.ReasonSet
	bases   []codes.Basis
}

// label returns the event types, the number of reasons and the bases, as in
//
//	completed, 50 reasons (Sampled, Inferred)
func (a *arrow) label() string {
	var labels []string
	for _, p := range a.parts {
		label := p.event.String()
		if n := p.reasons.Len(); !p.reasons.Has(codes.NoReason) {
			label += fmt.Sprintf(", %d reason", n)
			if n > 1 {
				label += "s"
			}
		}
		slices.Sort(p.bases)
		var bases []string
		for _, b := range p.bases {
			bases = append(bases, b.String())
		}
		labels = append(labels, label+" ("+strings.Join(bases, ", ")+")")
	}
	return strings.Join(labels, ", ")
}

// inferred reports whether all of the arrow is Inferred.
func (a *arrow) inferred() bool {
	return !slices.ContainsFunc(a.parts, func(p part) bool {
		return slices.ContainsFunc(p.bases, func(b codes.Basis) bool { return b != codes.Inferred })
	})
}

// arrows draws one arrow between two states, whatever the number of edges.
func arrows(d transitions.Direction, name func(transitions.Edge) (from, to string)) []*arrow {
	var list []*arrow
	at := map[[2]string]*arrow{}
	for e := range of(d) {
		from, to := name(e)
		a := at[[2]string{from, to}]
		if a == nil {
			a = &arrow{from: from, to: to}
			at[[2]string{from, to}] = a
			list = append(list, a)
		}
		n := slices.IndexFunc(a.parts, func(p part) bool { return p.event == e.Type })
		if n < 0 {
			n = len(a.parts)
			a.parts = append(a.parts, part{event: e.Type})
		}
		p := &a.parts[n]
		p.reasons |= e.Reasons
		if !slices.Contains(p.bases, e.Basis) {
			p.bases = append(p.bases, e.Basis)
		}
	}
	return list
}
