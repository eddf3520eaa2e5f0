package eventchannel

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// Writer writes the documents of one event channel, as a service does: Add adds events, and Document makes a document
// of those added since the last one. The zero value is ready for use. It is not for concurrent use.
//
// A strict reader accepts what it writes. Whether an event may follow those before it is for
// [transitions.Invitation.Step] to say; a Writer remembers none.
type Writer struct {
	Href   string // of the event channel, to which each document adds its ack; "events" if empty
	Sender string // href of the communication resource, which sends the events; "communication" if empty
	Ack    int    // of the last document; each has one more than the one before

	// BaseURI is what relative hrefs are relative to. A webhook has it, for want of a request of the reader's; "" if not.
	BaseURI string

	events []jsontext.Value
}

// What a Writer writes, in the order of published payloads.
type (
	wireLink struct {
		Rel  string `json:"rel,omitempty"`
		Href string `json:"href"`
	}
	toldEvent struct {
		Link     wireLink              `json:"link"`
		Status   string                `json:"status,omitempty"`
		Embedded map[string]Resource   `json:"_embedded"`
		Reason   *codes.Error          `json:"reason,omitzero"`
		Type     transitions.EventType `json:"type"`
	}
	toldSender struct {
		wireLink
		Events []jsontext.Value `json:"events"`
	}
	toldDocument struct {
		Links struct {
			Self wireLink `json:"self"`
			Next wireLink `json:"next"`
		} `json:"_links"`
		BaseURI string       `json:"baseuri,omitempty"`
		Sender  []toldSender `json:"sender"`
	}
)

// Add adds the event by which an invitation came to be i, which is what i is after the event.
//
// The resource must have a link self; that is where the event leads. Its direction and state are those of i, whatever
// the resource says of the state. Of the operations it has the links of those that i offers, its own where it has one,
// and otherwise self with the relation behind it. A completion has a status, and a failure a reason: the body, or if
// that is nil the code and subcode of i with the first text that the specification has for them, unless that is blank.
//
// An error means that nothing was added. It wraps a *[transitions.TransitionError] if no invitation comes to i by such
// an event, as an update of a completed one; a *[ContradictionError] if the body means another reason than i has, or
// the resource says another direction; a *[ValidationError] if the resource is not as it should be. A body with a code
// or subcode that no page lists is written, though only the tolerant mode accepts it: new ones may appear at any
// time (UCWA/ErrorsAndInformationalMessages.md).
func (w *Writer) Add(t transitions.EventType, i transitions.Invitation, r Resource, body *codes.Error) error {
	event, err := tell(t, i, r, body)
	if err != nil {
		return fmt.Errorf("eventchannel: cannot write %v of %v: %w", t, i, err)
	}
	w.events = append(w.events, event)
	return nil
}

func tell(t transitions.EventType, i transitions.Invitation, r Resource, body *codes.Error) (jsontext.Value, error) {
	if err := tells(t, i, body); err != nil {
		return nil, err
	}
	direction := i.Direction().String()
	if r.Direction != "" && r.Direction != direction {
		return nil, &ContradictionError{"the resource's direction " + r.Direction, direction}
	}
	self, _ := r.Link("self")
	if self.Href == "" {
		return nil, errors.New("the resource has no link self")
	}
	r.Direction, r.State, r.Rel = direction, i.State().String(), cmp.Or(r.Rel, transitions.RelInvitation)
	r.Links = offer(r.Links, i.Operations(), self.Href)
	if err := r.Validate(); err != nil {
		return nil, err
	}
	if !invitation(r.Rel) {
		return nil, &TokenError{"rel", r.Rel, transitions.RelInvitation}
	}
	event := toldEvent{Link: wireLink{r.Rel, self.Href}, Embedded: map[string]Resource{r.Rel: r}, Reason: body, Type: t}
	switch reason := i.Reason(); {
	case i.Succeeded():
		event.Status = "Success"
	case i.Terminal():
		event.Status = "Failure"
		if body == nil {
			event.Reason = &codes.Error{Code: reason.Code(), Subcode: reason.Subcode()}
			if text := reason.Texts()[0]; text != "" {
				event.Reason.Message = &text
			}
		}
	}
	return json.Marshal(event, jsontext.PreserveRawStrings(true))
}

// tells asks whether an event of that type may tell of i. Events may be lost on the way, so that every one may be the
// first (UCWA/EventChannelDetails.md) as long as i does not speak against it.
func tells(t transitions.EventType, i transitions.Invitation, body *codes.Error) error {
	from, e := transitions.New(i.Direction()), transitions.Event{Type: t, State: i.State()}
	switch {
	case t == transitions.EventCompleted:
		e.Reason = i.Reason()
	case i.Terminal(), t == transitions.EventStarted && i.Pending() != transitions.OperationNone:
		from = i
	}
	if body != nil && e.Reason != body.Reason() {
		return &ContradictionError{"the body " + body.Error(), "the reason of the invitation"}
	}
	_, err := from.Step(e)
	if body != nil && errors.Is(err, transitions.ErrUndocumented) {
		return nil
	}
	return err
}

// offer is the links of a resource that offers some operations.
func offer(links []Link, offered transitions.OperationSet, self string) (all []Link) {
	for _, l := range links {
		o := transitions.OperationOf(l.Rel)
		if o == transitions.OperationNone || offered.Has(o) && l.Href != "" {
			all = append(all, l)
		}
	}
	missing := offered &^ (&Resource{Links: all}).Operations()
	for o := range missing.All() {
		rel := o.Rel()
		path, query, asks := strings.Cut(self, "?")
		if asks {
			query = "?" + query
		}
		all = append(all, Link{Rel: rel, Href: path + "/" + transitions.TrimRelPrefix(rel) + query})
	}
	return all
}

// Document makes a document of the events added since the last one, in their order. Without any it is a heartbeat, with
// an empty list of senders.
func (w *Writer) Document() ([]byte, error) {
	d := toldDocument{BaseURI: w.BaseURI}
	d.Links.Self.Href, d.Links.Next.Href = w.ack(w.Ack+1), w.ack(w.Ack+2)
	if w.events != nil {
		d.Sender = []toldSender{{wireLink{transitions.RelCommunication, cmp.Or(w.Sender, "communication")}, w.events}}
	}
	document, err := json.Marshal(d, jsontext.PreserveRawStrings(true))
	if err != nil {
		return nil, fmt.Errorf("eventchannel: cannot write the document: %w", err)
	}
	w.Ack, w.events = w.Ack+1, nil
	return document, nil
}

// ack is the href of the document with that number.
func (w *Writer) ack(n int) string {
	path, query, asks := strings.Cut(cmp.Or(w.Href, "events"), "?")
	if asks {
		query = "&" + query
	}
	return path + "?ack=" + strconv.Itoa(n) + query
}
