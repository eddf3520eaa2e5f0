package eventchannel

import (
	"bytes"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/avinvite/avinvite/transitions"
)

// Resource is the invitation itself, ms:rtc:saas:audioVideoInvitation (PAGE, Properties and Links), as an event embeds
// it and as a GET of its self link answers. Every member may be absent. The texts are as they came: [Event.Reduce]
// reads the state, and [Resource.Validate] holds them against their documentation. Lengths are in UTF-16 code units.
//
// Nothing is lost: reading JSON and writing it gives the same members with the same values, the known ones first. A
// member twice, a text that is not UTF-8, and a member of the wrong type are errors that say where.
//
// Two of the specification's ten properties, customContent and mediaOffer, are links on the wire, and stand in Links.
type Resource struct {
	Direction      string // Incoming or Outgoing (UCWA/Direction_ref.md)
	Importance     string // Normal, Urgent or Emergency (UCWA/Importance_ref.md)
	OperationID    string // "operationId", at most 50 long: the client's name for what it began, or else the server's
	SessionContext string // "sessionContext", at most 50 long
	State          string // a member of InvitationState (UCWA/InvitationState_ref.md)
	Subject        string // at most 250 long
	ThreadID       string // "threadId" of the conversation
	To             string // a URI, sip: as a rule; UCWA has a link instead
	Rel            string // what this is, with the prefix; a resource repeats its relation within

	// Links holds "_links" in their order: self, those of the operations, audioVideo and conversation, which both
	// directions have, from, acceptedByParticipant and application, if they are not embedded, and what no page lists.
	Links []Link

	// Embedded holds the raw JSON of what "_embedded" holds, by relation: from, which is one participant,
	// acceptedByParticipant, which is a list of them, application, and what else there is.
	Embedded map[string][]byte

	// Other holds the raw JSON, by name, of the members that have no field above, and of texts that are empty or null.
	// What stands in "_links" and is no single link is in its own "_links". A field goes before a member of its name.
	Other map[string][]byte
}

// Link is a link of a resource: a relation and where it leads.
type Link struct {
	Rel   string // with its prefix; see [transitions.TrimRelPrefix]
	Href  string // relative to the document as a rule; see [Event.Resolve]
	Title string // for people, as the name of a participant; "" when absent

	Other map[string][]byte // the raw JSON of other members, and of texts that are empty or null
}

// Link returns the first link with that relation, whatever the prefix of either.
func (r *Resource) Link(rel string) (Link, bool) {
	for _, l := range r.Links {
		if transitions.TrimRelPrefix(l.Rel) == transitions.TrimRelPrefix(rel) {
			return l, true
		}
	}
	return Link{}, false
}

// Offers yields the operations that the resource offers, which are those that it has a link for, in the order of the
// links: under each prefix, and acceptAndBridge also as acceptAndBridgeAudioVideo, as the service spells it. A service
// withdraws an operation by leaving out its link.
func (r *Resource) Offers() iter.Seq2[transitions.Operation, Link] {
	return func(yield func(transitions.Operation, Link) bool) {
		for _, l := range r.Links {
			if o := transitions.OperationOf(l.Rel); o != transitions.OperationNone && l.Href != "" && !yield(o, l) {
				return
			}
		}
	}
}

// Operations is the set of the operations that the resource offers. What it should offer is the business of
// [transitions.Invitation.Operations].
func (r *Resource) Operations() (offered transitions.OperationSet) {
	for o := range r.Offers() {
		offered |= 1 << o
	}
	return offered
}

// text is a property that is a text.
type text struct {
	name string
	of   *string
}

// texts are the properties in the order of the PAGE. It does not list the last.
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

// UnmarshalJSON reads the resource; the error is an *[Error]. As everywhere, null changes nothing.
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

// MarshalJSON writes the members that are there: the texts in the order of the specification, the others by name, the
// links, what is embedded, and the relation. It is an error if a text is not UTF-8, if what should be JSON is not, and
// if a relation or a name is there twice.
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

// links writes links, and what else stands among them.
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
	if rest.Kind() == '{' {
		var others map[string]jsontext.Value
		e.fail(json.Unmarshal(rest, &others))
		for _, rel := range slices.Sorted(maps.Keys(others)) {
			e.raw(rel, others[rel])
		}
	}
	e.end()
}
