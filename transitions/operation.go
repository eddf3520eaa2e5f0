package transitions

import (
	"iter"
	"math/bits"
	"slices"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/codes/enum"
)

// Operation is a link of the invitation that the application may POST to. PAGE, Links; which direction
// offers which one is Sampled (the links of real payloads).
type Operation uint8

// The operations. All are offered by incoming invitations only, except cancel, which only outgoing ones offer.
const (
	OperationNone              Operation = 0 // no operation; what Invitation.Pending says when none is pending
	OperationAccept            Operation = 1 // "Accepts an incoming invitation."
	OperationAcceptAndBridge   Operation = 2 // "accept an incoming invitation and bridge with conference"
	OperationDecline           Operation = 3 // "Declines an incoming invitation."
	OperationForward           Operation = 4 // "forward an incoming invitation"
	OperationStartAdhocMeeting Operation = 5 // starts another invitation and leaves this one as it is (Inferred)
	OperationCancel            Operation = 6 // "Cancels the corresponding invitation."
)

var operations = enum.Names[Operation]{Package: "transitions", Type: "Operation", Texts: []string{
	"none", "accept", "acceptAndBridge", "decline", "forward", "startAdhocMeeting", "cancel",
}}

// String is the link's relation without its prefix, "none" for [OperationNone], and "Operation(n)" for a value
// that is no operation.
func (o Operation) String() string { return operations.String(o) }

// MarshalText is the text of String; a value that is no operation is an error.
func (o Operation) MarshalText() ([]byte, error) {
	return operations.Marshal(o)
}

// UnmarshalText reads what MarshalText writes, and nothing else.
func (o *Operation) UnmarshalText(text []byte) error {
	return operations.Unmarshal(o, text)
}

// OperationSet is a set of operations, what an invitation offers: bit o stands for the Operation o.
type OperationSet uint8

// Has reports whether o is in the set.
func (s OperationSet) Has(o Operation) bool { return o != OperationNone && s>>o&1 != 0 }

// Len counts the operations in the set.
func (s OperationSet) Len() int { return bits.OnesCount8(uint8(s)) }

// String lists the operations in the set, separated by commas; it is "nothing" for the empty set.
func (s OperationSet) String() string { return list(s.Len(), s.All()) }

// All yields the operations in the set in the order of the constants.
func (s OperationSet) All() iter.Seq[Operation] {
	return func(yield func(Operation) bool) {
		for o := OperationAccept; o <= OperationCancel; o++ {
			if s.Has(o) && !yield(o) {
				return
			}
		}
	}
}

// offers is what an invitation in progress offers while no operation is pending.
var offers = []Offer{
	{Incoming, OperationAccept, true, codes.Sampled, incomingLinks},
	{Incoming, OperationAcceptAndBridge, true, codes.Sampled, incomingLinks},
	{Incoming, OperationDecline, true, codes.Sampled, incomingLinks},
	{Incoming, OperationForward, true, codes.Sampled, incomingLinks},
	{Incoming, OperationStartAdhocMeeting, false, codes.Inferred, adhocLink},
	{Outgoing, OperationCancel, true, codes.Sampled, outgoingLinks},
}

// Offer is an operation that an invitation of one direction offers while it is in progress.
type Offer struct {
	Direction Direction
	Operation Operation
	Pending   bool        // doing it makes it pending, which withdraws all of them until the completion
	Basis     codes.Basis // on what authority it is offered and has this effect
	Source    string      // where that can be read
}

// Offers yields every offer: the operations of the incoming direction, then those of the outgoing one.
func Offers() iter.Seq[Offer] { return slices.Values(offers) }

// Where the offers come from, named as in table.go.
const (
	incomingLinks = "SDK/Tests/Data/Event_IncomingAudioCall.json has the link; " +
		"UCWA/ReceiveAnIM.md: after accept the links are gone"
	outgoingLinks = "SDK/Tests/Data/Event_AudioVideoInvitationStarted.json has the link; " +
		"UCWA/SendAnIM.md: on completion it is gone"
	adhocLink = "SDK/Tests/Data/Event_IncomingAudioCall.json: " +
		"the link leads to another resource, so that this one stays as it is"
)

// offered is what each direction offers while it is in progress, and pends is what stays pending once it is done.
var offered, pends = func() (offered [4]OperationSet, pends OperationSet) {
	for o := range Offers() {
		offered[o.Direction] |= 1 << o.Operation
		if o.Pending {
			pends |= 1 << o.Operation
		}
	}
	return offered, pends
}()
