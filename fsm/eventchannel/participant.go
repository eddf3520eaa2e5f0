package eventchannel

import (
	"fmt"
	"maps"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/avinvite/avinvite/transitions"
)

// Participant is another party of an invitation (ms:rtc:saas:participant), with what an application shows of it. Every
// member may be absent. Its JSON is what a service embeds in a resource.
type Participant struct {
	Name          string
	URI           string // sip: or tel:
	SourceNetwork string // "sourceNetwork", as SameEnterprise
	Anonymous     bool
	Href          string // of its self link
}

// From returns who sent the invitation: the participant that is embedded, or one with the name and the href of the
// link; nil if there is neither. The error says what of the participant is of the wrong type.
func (r *Resource) From() (*Participant, error) {
	all, err := r.participants("from")
	if len(all) == 0 {
		return nil, err
	}
	return &all[0], err
}

// AcceptedBy returns who accepted an outgoing invitation, known once it has succeeded: the embedded participants in
// their order, or one with the name and the href of the link. The error says what is of the wrong type.
func (r *Resource) AcceptedBy() ([]Participant, error) {
	return r.participants("acceptedByParticipant")
}

// participants reads what is embedded for that relation, one participant or a list, and otherwise what is linked.
func (r *Resource) participants(relation string) ([]Participant, error) {
	for _, rel := range slices.Sorted(maps.Keys(r.Embedded)) {
		raw := jsontext.Value(r.Embedded[rel])
		if transitions.TrimRelPrefix(rel) != relation || raw.Kind() == 'n' {
			continue
		}
		all := make([]Participant, 1)
		var to any = &all[0]
		if raw.Kind() == '[' {
			to = &all
		}
		if err := json.Unmarshal(raw, to); err != nil {
			return nil, fmt.Errorf("eventchannel: what is embedded as %s, want a participant or a list of them: %w", rel, err)
		}
		return all, nil
	}
	if l, ok := r.Link(relation); ok {
		return []Participant{{Name: l.Title, Href: l.Href}}, nil
	}
	return nil, nil
}

// wireParticipant is a participant as it is embedded.
type wireParticipant struct {
	SourceNetwork string               `json:"sourceNetwork,omitempty"`
	Anonymous     bool                 `json:"anonymous"`
	Name          string               `json:"name,omitempty"`
	URI           string               `json:"uri,omitempty"`
	Links         wireParticipantLinks `json:"_links,omitzero"`
	Rel           string               `json:"rel,omitempty"`
}

type wireParticipantLinks struct {
	Self struct {
		Href string `json:"href"`
	} `json:"self"`
}

// MarshalJSON writes the participant in the form of published payloads.
func (p Participant) MarshalJSON() ([]byte, error) {
	w := wireParticipant{
		SourceNetwork: p.SourceNetwork, Anonymous: p.Anonymous, Name: p.Name, URI: p.URI, Rel: transitions.RelPrefix + "participant",
	}
	w.Links.Self.Href = p.Href
	return json.Marshal(w)
}

// UnmarshalJSON reads the members that have a field, and passes over the others.
func (p *Participant) UnmarshalJSON(data []byte) error {
	var w wireParticipant
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	*p = Participant{w.Name, w.URI, w.SourceNetwork, w.Anonymous, w.Links.Self.Href}
	return nil
}
