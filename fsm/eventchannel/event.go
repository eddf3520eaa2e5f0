package eventchannel

import (
	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// Event is one event about an invitation, as it was read.
type Event struct {
	Place      Place
	Document   *Document // that holds the event; nil if no Reader has read it
	Sender     string    // the relation of the sender, with its prefix; "" when absent
	Type       transitions.EventType
	Rel        string       // of the link, with its prefix
	Href       string       // of the link; made absolute by the document's baseuri, if it has one, as [Event.Resolve] does
	In         string       // the same of what the resource is in, as a conversation; "" when absent
	Status     string       // "" when absent
	Invitation *Resource    // nil when nothing is embedded
	Reason     *codes.Error // nil when absent; events of one Reader with equal reasons share it
}

// Key identifies the invitation: its href without the query, which differs between events about one resource,
// or its operationId where an event has no href.
func (e *Event) Key() string {
	if href := Identity(e.Href); href != "" {
		return href
	}
	return e.OperationID()
}

// OperationID is that of the embedded resource, empty if there is none.
func (e *Event) OperationID() string {
	if e.Invitation == nil {
		return ""
	}
	return e.Invitation.OperationID
}
