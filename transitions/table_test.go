package transitions_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
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

// cell is an event in a state of one direction.
type cell struct {
	d    transitions.Direction
	from transitions.State
	e    transitions.Event
}

// wanted has every legal cell by the model, with its basis.
var wanted = sync.OnceValue(func() map[cell]codes.Basis {
	want := map[cell]codes.Basis{}
	for _, d := range directions {
		for from := range transitions.StateCancelled + 1 {
			for e := range events() {
				if basis, legal := told(d, from, e); legal {
					want[cell{d, from, e}] = basis
				}
			}
		}
	}
	return want
})

// faults lists the faults of a table: its duplicates, its gaps and what it has too much, measured by the model; edges
// without a source; and the states that cannot be reached.
func faults(edges []transitions.Edge) (list []string) {
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
	for c, want := range wanted() {
		if got, ok := has[c]; !ok {
			list = append(list, fmt.Sprintf("gap: %v %v lacks %v", c.d, c.from, c.e))
		} else if got != want {
			list = append(list, fmt.Sprintf("basis: %v %v: %v is %v, want %v", c.d, c.from, c.e, got, want))
		}
	}
	for c := range has {
		if _, ok := wanted()[c]; !ok {
			list = append(list, fmt.Sprintf("too much: %v %v has %v", c.d, c.from, c.e))
		}
	}
	for _, d := range directions {
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

// sentences are those of the pages that sources quote, to the letter as the pages have them. A page without any is only
// named, or quoted by package codes, which has sentences of its own.
var sentences = map[string][]string{
	"PAGE, Events":     nil,
	"PAGE, Properties": {"Gets the direction of the invitation."},
	"PAGE, Links": {
		"Accepts an incoming invitation.", "accept an incoming invitation and bridge with conference",
		"Declines an incoming invitation.", "forward an incoming invitation",
		"Represents an link to a resource that, if this invitation succeeded, will be replaced",
	},
	"PAGE, Asynchronous reason codes": {
		"In case of failure, the error code and subcode are sent on the event channel.",
		"The following table shows the errors that are possible for this resource.",
	},
	"PAGE, Synchronous errors": {"Call Not Found"},
	"UCWA/ErrorSubcode_ref.md": nil,
	"UCWA/ErrorsAndInformationalMessages.md": {
		"Synchronous errors are returned only in the command channel in response to GET, POST, PUT, or DELETE requests.",
		"New subcodes can be introduced at any time. Clients should be designed that that they ignore missing or unknown subcodes.",
	},
	"UCWA/EventsInUCWA.md, Aggregation": {
		"When the events are grouped together, the aggregation mechanism attempts to combine events to reflect the latest state.",
		"The presence of the aggregation mechanism means that status updates can skip some intermediate steps if they happen quickly enough.",
		`For example, an operation that completes very quickly might have only a "completed" event.`,
	},
	"UCWA/InvitationState_ref.md": {"Represents the status of an outgoing call instance"},
	"UCWA/OperationResource.md": {
		`All subsequent updates to the operation status will arrive in the event channel, until the final "completed" event.`,
	},
	"UCWA/ReceiveAnIM.md":             nil,
	"UCWA/SendAnIM.md":                nil,
	"UCWA/cancel_ref.md":              {"will either fail the outgoing invitation or disconnect the corresponding modality"},
	"UCWA/decline_ref.md":             {"decline causes the corresponding invitation to fail with an indication that it was declined."},
	"UCWA/derivedConversation_ref.md": nil,
	"UCWA/messagingInvitation_ref.md": {
		"Ultimately, the messagingInvitation will complete with success or failure (in which case a reason is supplied).",
	},
	"UCWA/phoneAudioInvitation_ref.md": {
		"for example, the invitation could be forwarded or sent to all members of the invitee's team (team ring).",
		"who accepts the call can be different from the original target",
	},
	"SDK/Tests/Data/Event_IncomingAudioCall.json":           nil,
	"SDK/Tests/Data/Event_AudioVideoInvitationStarted.json": nil,
	"kenakamu/UCWA2.0-CS#36":                                {"Your invitation was declined."},
}

// published reports whether a source names a page of the bibliography, or of package codes, and quotes it.
func published(source codes.Source) bool {
	if cited()[source] {
		return true
	}
	for page, list := range sentences {
		if strings.HasPrefix(source.Page, page) {
			return source.Words == "" || slices.ContainsFunc(list, func(s string) bool { return strings.Contains(s, source.Words) })
		}
	}
	return false
}

// cited has the sources of package codes.
var cited = sync.OnceValue(func() map[codes.Source]bool {
	all := map[codes.Source]bool{}
	for r := range codes.Reasons() {
		all[r.Source()] = true
		for _, e := range r.States() {
			all[e.Source] = true
		}
	}
	return all
})

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
