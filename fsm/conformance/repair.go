package conformance

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// repair returns a shortest list of edits after which no event is odd: the shortest path through the layers (events edited
// so far, configuration reached). Of lists of one length it returns the one that spares completions, and that drops rather
// than changes other events. A repetition in the tolerant mode needs no edit, and an event that says the same as the
// event before it is kept or dropped with that.
func repair(d transitions.Direction, steps []Step) []Edit {
	events := slices.DeleteFunc(slices.Clone(steps), func(s Step) bool { return s.Operation != transitions.OperationNone })
	events = slices.CompactFunc(events, func(a, b Step) bool { return repeats(a.Event(), b.Event()) })
	layers := []layer{{{at: transitions.New(d)}}}
	for n, s := range events {
		var next layer
		for from := range layers[n] {
			next.extend(&layers[n][from], from, s.Event())
		}
		slices.SortStableFunc(next, func(a, b node) int { return cmp.Compare(a.at.State(), b.at.State()) })
		layers = append(layers, next)
	}
	best := 0
	ends := layers[len(events)]
	for end := range ends {
		if ends[end].cost < ends[best].cost {
			best = end
		}
	}
	var edits []Edit
	for n := len(events); n > 0; n-- {
		here := layers[n][best]
		if here.dropped || here.to != (transitions.Event{}) {
			e := Edit{Place: events[n-1].Place, Event: events[n-1].String()}
			if !here.dropped {
				e.To = class(layers[n-1][here.from].at, here.to, events[n-1].Event().Reason)
			}
			edits = append(edits, e)
		}
		best = here.from
	}
	slices.Reverse(edits)
	return edits
}

// repeats reports whether two events say the same.
func repeats(a, b transitions.Event) bool {
	return a.State != transitions.StateNone && a.State == b.State && a.Reason == b.Reason &&
		(a.Type == transitions.EventCompleted) == (b.Type == transitions.EventCompleted)
}

// layer is the cheapest way to each configuration after so many events. The reason of a completion matters only for
// its repetitions.
type layer []node

type node struct {
	at      transitions.Invitation
	free    bool  // completed by a change, for which any of the reasons will do: nothing repeats it
	cost    int64 // edits, and in the lower half the weight of the events to spare
	from    int   // in the layer before
	dropped bool
	to      transitions.Event // instead of the event; zero if it was kept
}

const edit = 1 << 32

func (l *layer) extend(here *node, from int, e transitions.Event) {
	completes := e.Type == transitions.EventCompleted
	reach := func(n node) {
		n.from = from
		known := slices.IndexFunc(*l, func(k node) bool {
			return k.free == n.free && (k.at == n.at || n.free && k.at.State() == n.at.State())
		})
		if known < 0 {
			*l = append(*l, n)
		} else if n.cost < (*l)[known].cost {
			(*l)[known] = n
		}
	}
	if next, odd, err := here.at.Observe(e); err == nil && odd == (transitions.Oddity{}) && !here.free {
		reach(node{at: next, cost: here.cost})
	}
	drop, change := here.cost+edit, here.cost+edit
	if completes {
		drop += 2
	} else {
		change++
	}
	reach(node{at: here.at, free: here.free, cost: drop, dropped: true})
	for legal := range here.at.Legal() {
		if legal.Type != e.Type {
			continue
		}
		cost := change
		if legal.State != e.State {
			cost++
		}
		if next, err := here.at.Step(legal); err == nil {
			reach(node{at: next, free: completes, cost: cost, to: legal})
		}
	}
}

// alike returns the legal events with the type and the state of e. If sent is a code alone, and some of these events have a
// reason with that code, it returns only them, and the code.
func alike(i transitions.Invitation, e transitions.Event, sent codes.Reason) (all []transitions.Event, code codes.Code) {
	var coded []transitions.Event
	for legal := range i.Legal() {
		if legal.Type != e.Type || legal.State != e.State {
			continue
		}
		all = append(all, legal)
		if !sent.Documented() && sent.Code() != "" && legal.Reason.Code() == sent.Code() {
			coded = append(coded, legal)
		}
	}
	if len(coded) > 0 {
		return coded, sent.Code()
	}
	return all, ""
}

// class is an event as an instruction in the place of one with the reason sent: any of the reasons will do.
func class(i transitions.Invitation, e transitions.Event, sent codes.Reason) string {
	all, code := alike(i, e, sent)
	if len(all) == 1 {
		return all[0].String()
	}
	with := ""
	if code != "" {
		with = " with the code " + string(code)
	}
	return e.Type.String() + "(" + e.State.String() + ", one of " + strconv.Itoa(len(all)) + " reasons" + with + ")"
}
