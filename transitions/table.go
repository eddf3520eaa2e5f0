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
	source    string
}

// table is the whole protocol of events, and offers in operation.go is that of operations. Everything else in this
// package, and every file under generated, is computed from these two. Which of the 57 reasons fits which direction and which state
// is told by columns of the catalogue, and not repeated here.
var table = []row{
	// An invitation to the application.
	{Incoming, none, EventStarted, StateConnecting, without, codes.Sampled, receiveAnIM},
	{Incoming, none, EventUpdated, StateConnecting, without, codes.Inferred, aggregation},
	{Incoming, connecting, EventUpdated, StateConnecting, without, codes.Sampled, linksGone},
	{Incoming, none | connecting, EventCompleted, StateConnected, without, codes.Sampled, receiveAnIM},
	{Incoming, none | connecting, EventCompleted, StateFailed, fitting, codes.Sampled, issue36},
	{Incoming, none | connecting, EventCompleted, StateDeclined, fitting, codes.Inferred, stateMembers},
	{Incoming, none | connecting, EventCompleted, StateCancelled, fitting, codes.Inferred, stateMembers},

	// An invitation by the application.
	{Outgoing, none, EventStarted, StateConnecting, without, codes.Sampled, sendAnIM},
	{Outgoing, none, EventStarted, StateAlerting, without, codes.Inferred, stateMembers},
	{Outgoing, none, EventStarted, StateTeamRing, without, codes.Inferred, stateMembers},
	{Outgoing, none, EventStarted, StateForwarded, without, codes.Inferred, stateMembers},
	{Outgoing, none, EventUpdated, StateConnecting, without, codes.Inferred, aggregation},
	{Outgoing, connecting, EventUpdated, StateConnecting, without, codes.Sampled, linksGone},
	{Outgoing, none | connecting | ringing, EventUpdated, StateAlerting, without, codes.Inferred, retargeting},
	{Outgoing, none | connecting | ringing, EventUpdated, StateTeamRing, without, codes.Inferred, retargeting},
	{Outgoing, none | connecting | ringing, EventUpdated, StateForwarded, without, codes.Inferred, retargeting},
	{Outgoing, none | connecting | ringing, EventCompleted, StateConnected, without, codes.Sampled, sendAnIM},
	{Outgoing, none | connecting | ringing, EventCompleted, StateFailed, fitting, codes.Sampled, issue36},
	{Outgoing, none | connecting | ringing, EventCompleted, StateDeclined, fitting, codes.Inferred, stateMembers},
	{Outgoing, none | connecting | ringing, EventCompleted, StateCancelled, fitting, codes.Inferred, stateMembers},
}

// states is a set of states, one bit each.
type states uint16

const (
	none       states = 1 << StateNone
	connecting states = 1 << StateConnecting
	ringing    states = 1<<StateAlerting | 1<<StateTeamRing | 1<<StateForwarded
)

func (ss states) has(s State) bool { return ss>>s&1 != 0 }

// reasons reports whether the events of a row bear a reason.
type reasons bool

const (
	without reasons = false // none of them does
	fitting reasons = true  // each does, and it is documented for the row's direction and state
)

// set spells the reasons out.
func (rs reasons) set(d Direction, s State) ReasonSet {
	if rs == without {
		return 1 << codes.NoReason
	}
	var set ReasonSet
	for r := range codes.Reasons() {
		if r.Fits(d) && r.EndsIn(s) != 0 {
			set |= 1 << r
		}
	}
	return set
}

// Where the rows come from. The names are those of the public repositories OfficeDev/skype-docs (UCWA/..., and SDK/...
// for the vendor's own client of this interface) and kenakamu/UCWA2.0-CS; PAGE is the specification of the resource.
const (
	sendAnIM     = "UCWA/SendAnIM.md: the captured life of an outgoing invitation"
	receiveAnIM  = "UCWA/ReceiveAnIM.md: the captured life of an incoming invitation"
	linksGone    = "UCWA/ReceiveAnIM.md: the one captured update, of an incoming invitation, keeps Connecting"
	issue36      = "kenakamu/UCWA2.0-CS#36: the captured end of a declined participant invitation says Failed"
	stateMembers = "UCWA/InvitationState_ref.md: the member and its one line"
	aggregation  = "UCWA/EventChannelDetails.md: events may be merged to the latest state"
	retargeting  = "UCWA/phoneAudioInvitation_ref.md: forwarded, or sent to the invitee's team"
)

// Edge is one edge of the relation: a line of the table for one of its source states.
type Edge struct {
	Direction Direction
	From      State
	Type      EventType
	To        State
	Reasons   ReasonSet   // with codes.NoReason as its one member where the event bears no reason
	Basis     codes.Basis // on what authority the edge stands
	Source    string      // where that can be read
}

// Edges yields every edge in the order of the table.
func Edges() iter.Seq[Edge] {
	return func(yield func(Edge) bool) {
		for _, r := range table {
			reasons := r.reasons.set(r.direction, r.to)
			for s := range StateCancelled + 1 {
				if r.from.has(s) && !yield(Edge{r.direction, s, r.event, r.to, reasons, r.basis, r.source}) {
					return
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
		p.row(invitation(e.Direction, e.From, OperationNone, codes.NoReason))[e.Type][e.To] |= e.Reasons
	}
	return p
}

// row is what is legal from i, by event type and target state.
func (p *relation) row(i Invitation) *[4][16]ReasonSet { return &p[i.word&rowBits] }
