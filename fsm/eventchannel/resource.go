package eventchannel

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/avinvite/avinvite/transitions"
)

// Resource is the invitation itself, ms:rtc:saas:audioVideoInvitation (PAGE, Properties and Links), in the form in
// which an event embeds it and a GET of its self link returns it. Every member may be absent. The texts stay as they
// are on the wire: [Event.Reduce] interprets the state, and [Resource.Validate] compares the texts with their
// documentation. Lengths are in UTF-16 code units.
//
// Nothing is lost: JSON that is read and written again has the same members with the same values, in the order of
// MarshalJSON. A repeated member, a text that is not UTF-8, and a member of the wrong type are errors that name the
// place.
//
// Two of the specification's ten properties, customContent and mediaOffer, are links on the wire, and are in Links.
type Resource struct {
	Direction      string // Incoming or Outgoing (UCWA/Direction_ref.md)
	Importance     string // Normal, Urgent or Emergency (UCWA/Importance_ref.md)
	OperationID    string // at most 50 long; chosen by the client for the operation that it began, or else by the server
	SessionContext string // at most 50 long
	State          string // a member of InvitationState (UCWA/InvitationState_ref.md)
	Subject        string // at most 250 long
	ThreadID       string // of the conversation
	To             string // a URI, sip: as a rule; UCWA has a link instead
	Rel            string // the relation of the resource, with its prefix

	// Links holds the links in "_links" in their order: self, the operations, audioVideo and conversation in both
	// directions; from, acceptedByParticipant and application where these are not embedded; and every link that the
	// documentation does not list.
	Links []Link

	// Embedded holds the members of "_embedded" as raw JSON, by relation: from (one participant), acceptedByParticipant
	// (a list of participants), application, and every resource that the documentation does not list.
	Embedded map[string][]byte

	// Other holds as raw JSON, by name, every member without a field above, and every text that is empty or null. A
	// member of "_links" that is not a single link is in Other["_links"]. A field that is not empty wins over a member
	// of its name in Other.
	Other map[string][]byte
}

// Link is a link of a resource: a relation and its target.
type Link struct {
	Rel   string // with its prefix; see [transitions.TrimRelPrefix]
	Href  string // relative to the document as a rule; see [Event.Resolve]
	Title string // text for people, such as the name of a participant; "" when absent

	Other map[string][]byte // the other members, and texts that are empty or null, as raw JSON
}

// Link returns the first link with the relation rel, and reports whether there is one. Prefixes are ignored.
func (r *Resource) Link(rel string) (Link, bool) {
	for _, l := range r.Links {
		if transitions.TrimRelPrefix(l.Rel) == transitions.TrimRelPrefix(rel) {
			return l, true
		}
	}
	return Link{}, false
}

// Offers yields each link with an href that offers an operation, in the order of the links. Prefixes are ignored, and
// acceptAndBridgeAudioVideo, as the service spells it, is acceptAndBridge. A service withdraws an operation by leaving
// out its link.
func (r *Resource) Offers() iter.Seq2[transitions.Operation, Link] {
	return func(yield func(transitions.Operation, Link) bool) {
		for _, l := range r.Links {
			if o := transitions.OperationOf(l.Rel); o != transitions.OperationNone && l.Href != "" && !yield(o, l) {
				return
			}
		}
	}
}

// Operations returns the set of the operations in Offers. [transitions.Invitation.Operations] returns the set that a
// resource should offer.
func (r *Resource) Operations() (offered transitions.OperationSet) {
	for o := range r.Offers() {
		offered |= 1 << o
	}
	return offered
}

// text pairs the name of a text property with its field.
type text struct {
	name string
	of   *string
}

// texts returns the text properties in the order of the PAGE, which does not list rel.
func (r *Resource) texts() [9]text {
	return [...]text{
		{"direction", &r.Direction},
		{"importance", &r.Importance},
		{"operationId", &r.OperationID},
		{"sessionContext", &r.SessionContext},
		{"state", &r.State},
		{"subject", &r.Subject},
		{"threadId", &r.ThreadID},
		{"to", &r.To},
		{"rel", &r.Rel},
	}
}

func (l *Link) texts() [2]text { return [...]text{{"href", &l.Href}, {"title", &l.Title}} }

// UnmarshalJSON reads the resource. The error is an *[Error]. As in encoding/json, null changes nothing.
func (r *Resource) UnmarshalJSON(data []byte) error {
	if string(bytes.TrimSpace(data)) == "null" {
		return nil
	}
	var read Resource
	err := unmarshal(data, func(p *parser) {
		if p.object() {
			p.resource(nil, &read)
		}
	})
	if err == nil {
		*r = read
	}
	return err
}

// MarshalJSON writes the members that are not empty: the texts in the order of the PAGE, Other in the order of the
// names, Links, Embedded, and last Rel. It returns an error for a text that is not UTF-8, for a value in Other or
// Embedded that is not JSON, and for a relation or a name that is there twice.
func (r Resource) MarshalJSON() ([]byte, error) {
	raw, err := encode(r.encode)
	if err != nil {
		return nil, fmt.Errorf("eventchannel: the resource cannot be written: %w", err)
	}
	return raw, nil
}

func (r *Resource) encode(e *encoder) {
	texts := r.texts()
	rel := len(texts) - 1 // stands last
	e.begin()
	e.texts(texts[:rel])
	e.others(r.Other, texts[:], "_links", "_embedded")
	e.links(r.Links, r.Other["_links"])
	if r.Embedded != nil {
		e.name("_embedded")
		e.begin()
		e.others(r.Embedded, nil)
		e.end()
	} else {
		e.raw("_embedded", r.Other["_embedded"])
	}
	e.texts(texts[rel:])
	e.end()
}

// links writes "_links": links, and the members of rest.
func (e *encoder) links(links []Link, rest jsontext.Value) {
	if len(links) == 0 {
		e.raw("_links", rest)
		return
	}
	e.name("_links")
	e.begin()
	for _, l := range links {
		texts := l.texts()
		e.name(l.Rel)
		e.begin()
		e.texts(texts[:])
		e.others(l.Other, texts[:])
		e.end()
	}
	switch {
	case rest == nil, rest.Kind() == 'n': // a link that the program has set goes before null
	case rest.Kind() != '{':
		e.fail(errors.New("both Links and an Other[\"_links\"] that is not an object, want one of them"))
	default:
		others, err := linkMembers(rest)
		e.fail(err)
		for _, rel := range slices.Sorted(maps.Keys(others)) {
			e.raw(rel, others[rel])
		}
	}
	e.end()
}

// linkMembers returns the members of Other["_links"], which is an object if it is valid.
func linkMembers(object jsontext.Value) (map[string]jsontext.Value, error) {
	members := map[string]jsontext.Value{}
	if !object.IsValid() {
		return nil, errors.New("the _links in Other are not JSON")
	}
	d := jsontext.NewDecoder(bytes.NewReader(object))
	_, _ = d.ReadToken() // no error: the object is valid
	for d.PeekKind() != '}' {
		name, _ := d.ReadToken()
		rel := name.String()
		value, _ := d.ReadValue()
		members[rel] = value.Clone()
	}
	return members, nil
}
