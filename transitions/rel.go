package transitions

import "strings"

// RelPrefix is the prefix of link relations that services write today. Previews wrote "service:", and UCWA writes no
// prefix. [TrimRelPrefix] removes either prefix.
const RelPrefix = "ms:rtc:saas:"

// The link relations of two resources, as services write them today: the invitation, and communication, the resource that
// sends the invitation's events.
const (
	RelInvitation    = RelPrefix + "audioVideoInvitation"
	RelCommunication = RelPrefix + "communication"
)

// TrimRelPrefix returns a link relation without its prefix.
func TrimRelPrefix(rel string) string {
	if bare, ok := strings.CutPrefix(rel, RelPrefix); ok {
		return bare
	}
	return strings.TrimPrefix(rel, "service:")
}

// acceptAndBridge is the relation that services write for the link that the PAGE lists as acceptAndBridge
// (SDK/Tests/Data/Event_IncomingAudioCall.json).
const acceptAndBridge = "acceptAndBridgeAudioVideo"

// Rel returns the relation of the operation's link as services write it, with the prefix. It is empty for
// [OperationNone] and for a value that is no operation.
func (o Operation) Rel() string {
	switch {
	case o == OperationNone || o > OperationCancel:
		return ""
	case o == OperationAcceptAndBridge:
		return RelPrefix + acceptAndBridge
	}
	return RelPrefix + o.String()
}

// OperationOf returns the operation whose link has the relation, under each prefix and in each spelling:
// acceptAndBridge and acceptAndBridgeAudioVideo are the same. It returns [OperationNone] for any other relation.
func OperationOf(rel string) Operation {
	bare := TrimRelPrefix(rel)
	if bare == acceptAndBridge {
		return OperationAcceptAndBridge
	}
	for o := OperationAccept; o <= OperationCancel; o++ {
		if bare == o.String() {
			return o
		}
	}
	return OperationNone
}
