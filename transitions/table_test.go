package transitions_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

var directions = []transitions.Direction{transitions.Incoming, transitions.Outgoing}

// told is the model told a second time, as conditions: whether e is legal from that state, and on what authority.
func told(d transitions.Direction, from transitions.State, e transitions.Event) (codes.Basis, bool) {
	const none, connecting = transitions.StateNone, transitions.StateConnecting
	has := func(s transitions.State) bool {
		return s <= connecting || d == transitions.Outgoing && s.Progress()
	}
	if !has(from) {
		return 0, false
	}
	completed := codes.Stated // from None and from Connecting
	if from.Progress() && from != connecting {
		completed = codes.Inferred
	}
	sub := e.Reason.Subcode()
	switch {
	case e.Type == transitions.EventCompleted && e.State == transitions.StateConnected:
		if from == connecting {
			completed = codes.Sampled
		}
		return completed, e.Reason == codes.NoReason
	case e.Type == transitions.EventCompleted && e.State == transitions.StateFailed:
		return max(completed, e.Reason.EndsIn(e.State), e.Reason.Basis()), e.Reason.Fits(d)
	case e.Type == transitions.EventCompleted && e.State == transitions.StateDeclined:
		return codes.Inferred, e.Reason.Fits(d) && sub == codes.SubcodeDeclined
	case e.Type == transitions.EventCompleted && e.State == transitions.StateCancelled:
		canceled := sub == codes.SubcodeCanceled || e.Reason == codes.InformationalMediaFallback
		return codes.Inferred, canceled && e.Reason.Fits(d)
	case !e.State.Progress() || !has(e.State) || e.Reason != codes.NoReason:
		return 0, false
	case e.Type == transitions.EventStarted && e.State == connecting:
		return codes.Sampled, from == none
	case e.Type == transitions.EventStarted:
		return codes.Inferred, from == none
	case e.Type == transitions.EventUpdated && e.State == connecting && from == connecting && d == transitions.Incoming:
		return codes.Sampled, true
	case e.Type == transitions.EventUpdated:
		return codes.Inferred, e.State != connecting || from == none || from == connecting
	}
	return 0, false
}

// faults is what is wrong with a table: its duplicates, its gaps and what it has too much, measured by the model; what
// has no source; and the states that cannot be reached.
func faults(edges []transitions.Edge) (list []string) {
	type cell struct {
		d    transitions.Direction
		from transitions.State
		e    transitions.Event
	}
	has := map[cell]codes.Basis{}
	for _, e := range edges {
		name := fmt.Sprintf("%v %v: %v(%v)", e.Direction, e.From, e.Type, e.To)
		if e.Reasons == 0 {
			list = append(list, "empty: "+name+" allows no event at all")
		}
		if !published(e.Source) {
			list = append(list, fmt.Sprintf("unsourced: %s has the source %q", name, e.Source.String()))
		}
		for r := range e.Reasons.All() {
			c := cell{e.Direction, e.From, transitions.Event{Type: e.Type, State: e.To, Reason: r}}
			if _, ok := has[c]; ok {
				list = append(list, fmt.Sprintf("duplicate: %s for %v", name, r))
			}
			has[c] = e.Basis
		}
	}
	for _, d := range directions {
		for from := range transitions.StateCancelled + 1 {
			for e := range events() {
				want, legal := told(d, from, e)
				got, ok := has[cell{d, from, e}]
				switch {
				case legal && !ok:
					list = append(list, fmt.Sprintf("gap: %v %v lacks %v", d, from, e))
				case !legal && ok:
					list = append(list, fmt.Sprintf("too much: %v %v has %v", d, from, e))
				case legal && got != want:
					list = append(list, fmt.Sprintf("basis: %v %v: %v is %v, want %v", d, from, e, got, want))
				}
			}
		}
		reached := []transitions.State{transitions.StateNone}
		for n := 0; n < len(reached); n++ {
			for _, e := range edges {
				if e.Direction == d && e.From == reached[n] && !slices.Contains(reached, e.To) {
					reached = append(reached, e.To)
				}
			}
		}
		for s := range transitions.StateCancelled + 1 {
			ringing := s >= transitions.StateAlerting && s <= transitions.StateForwarded
			if mine := d == transitions.Outgoing || !ringing; mine && !slices.Contains(reached, s) {
				list = append(list, fmt.Sprintf("unreachable: %v %v", d, s))
			}
		}
	}
	return list
}

// pages is the bibliography: what a source may name. PAGE is the specification, by its headings.
var pages = []string{
	"PAGE, Properties", "PAGE, Links", "PAGE, Events", "PAGE, Asynchronous reason codes", "PAGE, Synchronous errors",
	"UCWA/ErrorSubcode_ref.md", "UCWA/ErrorsAndInformationalMessages.md", "UCWA/EventsInUCWA.md",
	"UCWA/InvitationState_ref.md", "UCWA/OperationResource.md", "UCWA/ReceiveAnIM.md", "UCWA/SendAnIM.md",
	"UCWA/audioVideoInvitation_ref.md", "UCWA/cancel_ref.md", "UCWA/decline_ref.md",
	"UCWA/derivedConversation_ref.md", "UCWA/messagingInvitation_ref.md",
	"UCWA/phoneAudioInvitation_ref.md",
	"SDK/Tests/Data/Event_IncomingAudioCall.json", "SDK/Tests/Data/Event_AudioVideoInvitationStarted.json",
	"kenakamu/UCWA2.0-CS#36",
}

// published reports whether a source names a page that exists.
func published(source codes.Source) bool {
	return slices.ContainsFunc(pages, func(page string) bool {
		return strings.Contains(strings.ToLower(source.Page), strings.ToLower(page))
	})
}

// TestTable refuses a table with duplicates, gaps, unsourced rows or unreachable states, and prints them.
func TestTable(t *testing.T) {
	for _, fault := range faults(slices.Collect(transitions.Edges())) {
		t.Error(fault)
	}
}

// TestTableCanFail makes every small mistake there is to make, in every edge, and each is found.
func TestTableCanFail(t *testing.T) {
	good := slices.Collect(transitions.Edges())
	for n, edge := range good {
		for _, mistake := range []struct {
			fault  string
			change func(edges []transitions.Edge) []transitions.Edge
		}{
			{"duplicate", func(edges []transitions.Edge) []transitions.Edge { return append(edges, edge) }},
			{"gap", func(edges []transitions.Edge) []transitions.Edge { return slices.Delete(edges, n, n+1) }},
			{"gap", func(edges []transitions.Edge) []transitions.Edge {
				edges[n].Reasons &= edges[n].Reasons - 1 // its first reason is lost
				return edges
			}},
			{"gap", func(edges []transitions.Edge) []transitions.Edge {
				edges[n].To = transitions.StateConnecting + edges[n].To%8 // it leads to the next state instead
				return edges
			}},
			{"too much", func(edges []transitions.Edge) []transitions.Edge {
				edges[n].Reasons |= 1<<codes.NoReason | 1<<codes.RemoteFailureBusy
				return edges
			}},
			{"too much", func(edges []transitions.Edge) []transitions.Edge {
				edges[n].From = transitions.StateConnected // it leads out of a completed invitation
				return edges
			}},
			{
				"basis",
				func(edges []transitions.Edge) []transitions.Edge {
					edges[n].Basis = 1 + edges[n].Basis%codes.Inferred
					return edges
				},
			},
			{"unsourced", func(edges []transitions.Edge) []transitions.Edge { edges[n].Source = codes.Source{}; return edges }},
			{"unsourced", func(edges []transitions.Edge) []transitions.Edge {
				edges[n].Source = codes.Source{Page: "UCWA/Nowhere.md"}
				return edges
			}},
		} {
			found := faults(mistake.change(slices.Clone(good)))
			if !slices.ContainsFunc(found, func(f string) bool { return strings.HasPrefix(f, mistake.fault+": ") }) {
				t.Errorf("%v %v, %v(%v): no %s found, only %q", edge.Direction, edge.From, edge.Type, edge.To, mistake.fault, found)
			}
		}
	}
	for s := transitions.StateConnecting; s <= transitions.StateCancelled; s++ {
		without := slices.DeleteFunc(slices.Clone(good), func(e transitions.Edge) bool { return e.To == s })
		if found := faults(without); !slices.Contains(found, fmt.Sprintf("unreachable: Outgoing %v", s)) {
			t.Errorf("without the edges to %v it is not found to be unreachable: %q", s, found)
		}
	}
}

// TestOffers compares the offers with the links of real payloads, direction by direction.
func TestOffers(t *testing.T) {
	want := map[transitions.Direction]string{
		transitions.Incoming: "[accept acceptAndBridge decline forward startAdhocMeeting]",
		transitions.Outgoing: "[cancel]",
	}
	got := map[transitions.Direction]string{}
	for _, d := range directions {
		var operations []transitions.Operation
		for o := range transitions.Offers() {
			if o.Direction == d {
				operations = append(operations, o.Operation)
			}
		}
		got[d] = fmt.Sprint(operations)
	}
	if !maps.Equal(got, want) {
		t.Errorf("Offers() = %v, want %v", got, want)
	}
	for o := range transitions.Offers() {
		if adhoc := o.Operation == transitions.OperationStartAdhocMeeting; o.Pending == adhoc {
			t.Errorf("%v %v: pending %t, want %t", o.Direction, o.Operation, o.Pending, !adhoc)
		}
	}
}
