package eventchannel

import (
	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// Event is one event about an audio/video invitation, as it was read.
type Event struct {
	Place      Place
	Document   *Document // contains the event; nil if no Reader has read the event
	Sender     string    // the relation of the sender, with its prefix; "" when absent
	Type       transitions.EventType
	Rel        string       // relation of the link, with its prefix
	Href       string       // where the link leads; absolute if the document has a baseuri or [Reader.URL] is set
	In         string       // where the link "in" leads, which is the conversation of the invitation; "" when absent
	Status     string       // "" when absent
	Invitation *Resource    // nil when nothing is embedded
	Reason     *codes.Error // nil when absent; events of one Reader with equal reasons share it
}

// Key returns the text that identifies the invitation: the [Identity] of its href, or its operationId if the event has
// no href.
func (e *Event) Key() string {
	if href := Identity(e.Href); href != "" {
		return href
	}
	return e.OperationID()
}

// OperationID returns the operationId of the embedded resource, "" if the event embeds none.
func (e *Event) OperationID() string {
	if e.Invitation == nil {
		return ""
	}
	return e.Invitation.OperationID
}
