package transitions

import (
	"iter"
	"math/bits"
	"slices"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/codes/enum"
)

// Operation is a link of the invitation that the application may POST to (PAGE, Links). [Offers] yields the operations of
// each direction, with their basis.
type Operation uint8

// The operations. All are offered by incoming invitations only, except cancel, which only outgoing ones offer.
const (
	OperationNone              Operation = 0 // no operation
	OperationAccept            Operation = 1
	OperationAcceptAndBridge   Operation = 2
	OperationDecline           Operation = 3
	OperationForward           Operation = 4
	OperationStartAdhocMeeting Operation = 5 // starts another invitation and leaves this one unchanged (Inferred)
	OperationCancel            Operation = 6
)

// linkTexts has the PAGE's description of each link.
var linkTexts = [...]string{
	OperationAccept:            "Accepts an incoming invitation.",
	OperationAcceptAndBridge:   "accept an incoming invitation and bridge with conference",
	OperationDecline:           "Declines an incoming invitation.",
	OperationForward:           "forward an incoming invitation",
	OperationStartAdhocMeeting: "Represents an link to a resource that, if this invitation succeeded, will be replaced",
	OperationCancel:            "Cancels the corresponding invitation.",
}

// Text returns the PAGE's description of the operation's link; it is empty for [OperationNone] and a value that is no operation.
func (o Operation) Text() string {
	if int(o) < len(linkTexts) {
		return linkTexts[o]
	}
	return ""
}

var operations = enum.Names[Operation]{Type: "Operation", Noun: "operation", Texts: []string{
	"none", "accept", "acceptAndBridge", "decline", "forward", "startAdhocMeeting", "cancel",
}}

// String returns the link's relation without its prefix, "none" for [OperationNone], and "Operation(n)" for a value that
// is no operation.
func (o Operation) String() string { return operations.String(o) }

// MarshalText returns the text of String; a value that is no operation is an error.
func (o Operation) MarshalText() ([]byte, error) {
	return operations.Marshal(o)
}

// UnmarshalText reads a text that MarshalText writes; any other text is an error.
func (o *Operation) UnmarshalText(text []byte) error {
	return operations.Unmarshal(o, text)
}

// OperationSet is a set of operations: bit o stands for the Operation o.
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

// MarshalJSON writes the operations in the set as an array of their texts. A bit that stands for no operation is an error.
func (s OperationSet) MarshalJSON() ([]byte, error) { return marshalSet(s, Operation.valid) }

// UnmarshalJSON reads an array of operations in any order. It returns an error for OperationNone, and for a text that
// is no operation.
func (s *OperationSet) UnmarshalJSON(data []byte) error {
	return unmarshalSet(s, data, Operation.valid)
}

// valid reports whether o is an operation, so that it can be in a set.
func (o Operation) valid() bool { return o != OperationNone && o <= OperationCancel }

// offers is what an invitation in progress offers while no operation is pending. The basis is that of the weaker part:
// that there is such a link, or that doing the operation removes all links.
var offers = []Offer{
	{Incoming, OperationAccept, true, codes.Sampled, linksGone},
	{Incoming, OperationAcceptAndBridge, true, codes.Inferred, acceptAlike},
	{Incoming, OperationDecline, true, codes.Inferred, acceptAlike},
	{Incoming, OperationForward, true, codes.Inferred, acceptAlike},
	{Incoming, OperationStartAdhocMeeting, false, codes.Inferred, otherResource},
	{Outgoing, OperationCancel, true, codes.Inferred, acceptAlike},
}

// Offer is an operation that an invitation of one direction offers while it is in progress.
type Offer struct {
	Direction Direction
	Operation Operation
	Pending   bool         // doing it makes it pending, and from then on no operation is offered
	Basis     codes.Basis  // on what authority it is offered and has this effect
	Source    codes.Source // where the basis can be read
}

// Offers yields every offer: the operations of the incoming direction, then those of the outgoing one.
func Offers() iter.Seq[Offer] { return slices.Values(offers) }

// Where the offers and the refusals of operations come from. Real payloads have the links of both directions
// (SDK/Tests/Data/Event_IncomingAudioCall.json, SDK/Tests/Data/Event_AudioVideoInvitationStarted.json).
var (
	linksGone   = codes.Source{Page: pageReceiving}
	acceptAlike = codes.Source{Page: pageReceiving, Because: "the links are gone once accept is done, and no payload shows another operation"}

	otherResource = codes.Source{
		Page: "PAGE, Links", Words: linkTexts[OperationStartAdhocMeeting],
		Because: "the link leads to another resource (SDK/Tests/Data/Event_IncomingAudioCall.json)",
	}
	callNotFound = codes.Source{
		Page: "PAGE, Synchronous errors", Words: "Call Not Found", Because: "a call that has ended is not found",
	}
	outgoing = codes.Source{
		Page: "UCWA/cancel_ref.md", Words: "will either fail the outgoing invitation or disconnect the corresponding modality",
		Because: "the page does not say that an incoming invitation never has the link",
	}
)

// offered has the operations that each direction offers while it is in progress, and pends those that become pending.
var offered, pends = func() (offered [4]OperationSet, pends OperationSet) {
	for o := range Offers() {
		offered[o.Direction] |= 1 << o.Operation
		if o.Pending {
			pends |= 1 << o.Operation
		}
	}
	return offered, pends
}()
