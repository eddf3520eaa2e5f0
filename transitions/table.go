package transitions

import (
	"iter"

	"github.com/avinvite/avinvite/codes"
)

// row is one line of the protocol: in this direction, from any of these states, an event of this type may carry the
// invitation to that state, without a reason or for any that is fitting, on this authority.
type row struct {
	direction Direction
	from      states
	event     EventType
	to        State
	reasons   reasons
	basis     codes.Basis
	source    codes.Source
}

// table is the whole protocol of events, and offers in operation.go is that of operations. Everything else in this
// package, and every file under generated, is computed from these two. Which of the 57 reasons fits which direction and
// which state is told by columns of the catalogue, and not repeated here.
//
// The basis of a row is that of its weakest part: the state that it leaves, the event, and the state that it carries. A
// reason is one more part, so a row with reasons yields edges of several bases.
var table = []row{
	// An invitation to the application.
	{Incoming, none, EventStarted, StateConnecting, without, codes.Sampled, incomingStarted},
	{Incoming, none, EventUpdated, StateConnecting, without, codes.Inferred, updatedFirst},
	{Incoming, connecting, EventUpdated, StateConnecting, without, codes.Sampled, incomingLife},
	{Incoming, none, EventCompleted, StateConnected, without, codes.Stated, completedOnly},
	{Incoming, connecting, EventCompleted, StateConnected, without, codes.Sampled, incomingLife},
	{Incoming, none, EventCompleted, StateFailed, fitting, codes.Stated, completedOnly},
	{Incoming, connecting, EventCompleted, StateFailed, fitting, codes.Stated, ultimately},
	{Incoming, none, EventCompleted, StateDeclined, fitting, codes.Stated, completedOnly},
	{Incoming, connecting, EventCompleted, StateDeclined, fitting, codes.Stated, ultimately},
	{Incoming, none, EventCompleted, StateCancelled, fitting, codes.Stated, completedOnly},
	{Incoming, connecting, EventCompleted, StateCancelled, fitting, codes.Stated, ultimately},

	// An invitation by the application.
	{Outgoing, none, EventStarted, StateConnecting, without, codes.Sampled, outgoingStarted},
	{Outgoing, none, EventStarted, StateAlerting, without, codes.Inferred, startedLate},
	{Outgoing, none, EventStarted, StateTeamRing, without, codes.Inferred, startedLate},
	{Outgoing, none, EventStarted, StateForwarded, without, codes.Inferred, startedLate},
	{Outgoing, none, EventUpdated, StateConnecting, without, codes.Inferred, updatedFirst},
	{Outgoing, connecting, EventUpdated, StateConnecting, without, codes.Inferred, incomingAlike},
	{Outgoing, none | connecting | ringing, EventUpdated, StateAlerting, without, codes.Inferred, alerting},
	{Outgoing, none | connecting | ringing, EventUpdated, StateTeamRing, without, codes.Inferred, retargeted},
	{Outgoing, none | connecting | ringing, EventUpdated, StateForwarded, without, codes.Inferred, retargeted},
	{Outgoing, none, EventCompleted, StateConnected, without, codes.Stated, completedOnly},
	{Outgoing, connecting, EventCompleted, StateConnected, without, codes.Sampled, outgoingLife},
	{Outgoing, ringing, EventCompleted, StateConnected, without, codes.Inferred, accepted},
	{Outgoing, none, EventCompleted, StateFailed, fitting, codes.Stated, completedOnly},
	{Outgoing, connecting, EventCompleted, StateFailed, fitting, codes.Stated, ultimately},
	{Outgoing, ringing, EventCompleted, StateFailed, fitting, codes.Inferred, completedLater},
	{Outgoing, none, EventCompleted, StateDeclined, fitting, codes.Stated, completedOnly},
	{Outgoing, connecting, EventCompleted, StateDeclined, fitting, codes.Stated, ultimately},
	{Outgoing, ringing, EventCompleted, StateDeclined, fitting, codes.Inferred, completedLater},
	{Outgoing, none, EventCompleted, StateCancelled, fitting, codes.Stated, completedOnly},
	{Outgoing, connecting, EventCompleted, StateCancelled, fitting, codes.Stated, ultimately},
	{Outgoing, ringing, EventCompleted, StateCancelled, fitting, codes.Inferred, completedLater},
}

// The pages that the rows rest on, named as in package codes. A page about a sibling of the resource says so.
const (
	pageEvents    = "UCWA/EventsInUCWA.md, Aggregation"
	pageStates    = "UCWA/InvitationState_ref.md"
	pageReceiving = "UCWA/ReceiveAnIM.md, the captured life of an incoming messagingInvitation, a sibling"
	pageSending   = "UCWA/SendAnIM.md, the captured life of an outgoing messagingInvitation, a sibling"
	pageMessaging = "UCWA/messagingInvitation_ref.md, a sibling"
	pagePhone     = "UCWA/phoneAudioInvitation_ref.md, a sibling"
)

// Where the rows come from.
var (
	incomingStarted = codes.Source{Page: "SDK/Tests/Data/Event_IncomingAudioCall.json"}
	outgoingStarted = codes.Source{Page: "SDK/Tests/Data/Event_AudioVideoInvitationStarted.json"}
	incomingLife    = codes.Source{Page: pageReceiving}
	outgoingLife    = codes.Source{Page: pageSending}
	incomingAlike   = codes.Source{Page: pageReceiving, Because: "the one captured update, of an incoming invitation, keeps Connecting"}
	completedOnly   = codes.Source{Page: pageEvents, Words: `an operation that completes very quickly might have only a "completed" event`}
	updatedFirst    = codes.Source{
		Page: pageEvents, Words: "status updates can skip some intermediate steps if they happen quickly enough",
		Because: "the started event can be such a step",
	}
	startedLate = codes.Source{
		Page: pageEvents, Words: "the aggregation mechanism attempts to combine events to reflect the latest state",
		Because: "a started event can be combined with an update",
	}
	alerting = codes.Source{
		Page: pageStates, Words: "Represents the status of an outgoing call instance",
		Because: "a call that alerts has been sent and has not ended",
	}
	retargeted = codes.Source{
		Page: pagePhone, Words: "the invitation could be forwarded or sent to all members of the invitee's team (team ring)",
		Because: "the page says so of the status of an invitation that has not ended",
	}
	accepted = codes.Source{
		Page: pagePhone, Words: "who accepts the call can be different from the original target",
		Because: "a call that alerts, was forwarded or rings a team can still be accepted",
	}
	ultimately = codes.Source{
		Page: pageMessaging, Words: "will complete with success or failure (in which case a reason is supplied)",
	}
	completedLater = codes.Source{
		Page: pageMessaging, Words: ultimately.Words, Because: "a call that alerts, was forwarded or rings a team has not ended",
	}
)

// states is a set of states, one bit each.
type states uint16

const (
	none       states = 1 << StateNone
	connecting states = 1 << StateConnecting
	ringing    states = 1<<StateAlerting | 1<<StateTeamRing | 1<<StateForwarded
)

func (ss states) has(s State) bool { return ss>>s&1 != 0 }

// reasons reports whether the events of a row have a reason.
type reasons bool

const (
	without reasons = false // none of them does
	fitting reasons = true  // each does, and it is documented for the row's direction and state
)

// edges yields the edges of the row from one of its source states: one, or one for each basis that its reasons have.
func (r *row) edges(from State) iter.Seq[Edge] {
	return func(yield func(Edge) bool) {
		if r.reasons == without {
			yield(Edge{r.direction, from, r.event, r.to, 1 << codes.NoReason, r.basis, r.source})
			return
		}
		byBasis := map[codes.Basis]*Edge{}
		for reason := range codes.Reasons() {
			if !reason.Fits(r.direction) || reason.EndsIn(r.to) == 0 {
				continue
			}
			basis, source := r.authority(reason)
			e := byBasis[basis]
			if e == nil {
				e = &Edge{r.direction, from, r.event, r.to, 0, basis, source}
				byBasis[basis] = e
			}
			e.Reasons |= 1 << reason
		}
		for basis := codes.Stated; basis <= codes.Inferred; basis++ {
			if e := byBasis[basis]; e != nil && !yield(*e) {
				return
			}
		}
	}
}

// authority is the basis and the source of the weakest part of an edge of the row: the row itself, the reason beside the
// state, or the reason in the direction. Of parts that are equally weak, the state beside the reason counts first.
func (r *row) authority(reason codes.Reason) (codes.Basis, codes.Source) {
	basis, source := r.basis, r.source
	for _, e := range reason.States() {
		if e.State == r.to && e.Basis >= basis {
			basis, source = e.Basis, e.Source
		}
	}
	if r.reasons == fitting && reason.Basis() > basis {
		basis, source = reason.Basis(), reason.Source()
	}
	return basis, source
}

// Edge is one edge of the relation. A line of the table has one edge for each of its source states, or several where
// the reasons differ in their basis: one for each basis.
type Edge struct {
	Direction Direction
	From      State
	Type      EventType
	To        State
	Reasons   ReasonSet    // of the event; codes.NoReason alone for an event without a reason
	Basis     codes.Basis  // the basis of the edge's weakest part
	Source    codes.Source // for the first of Reasons; a Cell has the source for each reason
}

// Edges yields every edge in the order of the table.
func Edges() iter.Seq[Edge] {
	return func(yield func(Edge) bool) {
		for n := range table {
			for from := range StateCancelled + 1 {
				if !table[n].from.has(from) {
					continue
				}
				for e := range table[n].edges(from) {
					if !yield(e) {
						return
					}
				}
			}
		}
	}
}

// relation is the table as the machine reads it: for each direction and source state, which are the low bits of an
// invitation, for each event type and each target state, the set of reasons with which the event is legal there. What
// is not in the table is an empty set.
type relation [rowBits + 1][4][16]ReasonSet

// protocol is the relation of the table.
var protocol = compile(Edges())

func compile(edges iter.Seq[Edge]) (p relation) {
	for e := range edges {
		p.at(invitation(e.Direction, e.From, OperationNone, codes.NoReason))[e.Type][e.To] |= e.Reasons
	}
	return p
}

// at returns the reasons with which events are legal from i, by event type and target state.
func (p *relation) at(i Invitation) *[4][16]ReasonSet { return &p[i.word&rowBits] }
