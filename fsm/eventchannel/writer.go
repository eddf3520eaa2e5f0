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

// Writer writes the documents of one event channel, as a service does: Add adds events, and Document writes the events
// added since the last document. The zero Writer is ready for use. It is not for concurrent use.
//
// A Writer writes only events that some legal sequence contains. It does not remember earlier events. The caller
// decides with [transitions.Invitation.Step] whether an event may follow them.
type Writer struct {
	Href   string // of the event channel; each document adds the parameter ack; "events" if empty
	Sender string // href of the communication resource, the sender of the events; "communication" if empty
	Ack    int    // number of the last document; Document increments it

	// BaseURI is the base of relative hrefs. Documents for a webhook need it, because the reader has sent no request to
	// which hrefs could be relative. If it is empty, the document has no baseuri.
	BaseURI string

	events []jsontext.Value
}

// The JSON that a Writer writes, in the order of published payloads.
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

// Add adds an event of type t; i is the invitation after the event.
//
// The event embeds r as [Resource.Show] returns it; the link self of r becomes the link of the event. A completion gets
// a status. If its state is not Connected, it gets body as its reason too. If body is nil, the reason has the code and
// subcode of i, and as its message the first text that the PAGE has for them; if that text is blank, there is no
// message.
//
// If Add returns an error, it has added nothing. The error wraps that of [Resource.Show]; a
// *[transitions.TransitionError] if no such event leads to i, such as an update to a completed invitation; or a
// *[ContradictionError] if body has another reason than i. A body with a code or subcode that the documentation does
// not list is written, because new ones may appear at any time (UCWA/ErrorsAndInformationalMessages.md); only Observe
// accepts it.
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
	r, err := r.Show(i)
	if err != nil {
		return nil, err
	}
	self, _ := r.Link("self")
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

// Show returns the resource as a service shows it while the invitation is i, in an event and in the answer to a GET.
// Its direction and its state are those of i. The links of operations that i does not offer are left out, and an
// operation of i without a link in r gets the href of self, with "/" and the relation without its prefix at the end of
// the path.
//
// The error is a *[ContradictionError] if r has another direction, a *[TokenError] if r has the relation of another
// resource, and a *[ValidationError] if [Resource.Validate] finds an offence. A resource without a link self is an error
// as well.
func (r Resource) Show(i transitions.Invitation) (Resource, error) {
	direction := i.Direction().String()
	if r.Direction != "" && r.Direction != direction {
		return Resource{}, &ContradictionError{"the resource's direction " + r.Direction, direction}
	}
	self, _ := r.Link("self")
	if self.Href == "" {
		return Resource{}, errors.New("the resource has no link self, want one to name the invitation")
	}
	r.Direction, r.State, r.Rel = direction, i.State().String(), cmp.Or(r.Rel, transitions.RelInvitation)
	r.Links = offer(r.Links, i.Operations(), self.Href)
	if err := r.Validate(); err != nil {
		return Resource{}, err
	}
	if !invitation(r.Rel) {
		return Resource{}, &TokenError{"rel", r.Rel, transitions.RelInvitation}
	}
	return r, nil
}

// tells returns an error unless an event of that type may lead to i. Because events may be lost on the way
// (UCWA/EventChannelDetails.md), any event may be the first, unless i shows that another came before it.
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

// offer returns the links of a resource that offers these operations, and no others.
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

// Document writes a document with the events added since the last one, in their order. Without events it writes a
// heartbeat, whose list of senders is empty. If Document returns an error, the added events and Ack stay as they were.
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

// ack returns the href of document n.
func (w *Writer) ack(n int) string {
	path, query, asks := strings.Cut(cmp.Or(w.Href, "events"), "?")
	if asks {
		query = "&" + query
	}
	return path + "?ack=" + strconv.Itoa(n) + query
}
