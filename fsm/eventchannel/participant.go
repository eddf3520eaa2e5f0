package eventchannel

import (
	"fmt"
	"maps"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Participant is another party of an invitation (ms:rtc:saas:participant). Every member may be absent.
type Participant struct {
	Name          string
	URI           string // sip: or tel:
	SourceNetwork string // "sourceNetwork", as SameEnterprise
	Anonymous     bool
	Href          string // of its self link
}

// From returns who sent the invitation: the participant that is embedded, or one with the name and the href of the link;
// nil if there is neither. The error says what of the participant is of the wrong type.
func (r *Resource) From() (*Participant, error) {
	all, err := r.participants("from")
	if len(all) == 0 {
		return nil, err
	}
	return &all[0], err
}

// AcceptedBy returns who accepted an outgoing invitation, which one knows once it has succeeded: the participants that are
// embedded, in their order, or one with the name and the href of the link. The error says what is of the wrong type.
func (r *Resource) AcceptedBy() ([]Participant, error) {
	return r.participants("acceptedByParticipant")
}

// participants reads what is embedded for that relation, one participant or a list, and otherwise what is linked.
func (r *Resource) participants(relation string) ([]Participant, error) {
	for _, rel := range slices.Sorted(maps.Keys(r.Embedded)) {
		if Relation(rel) != relation {
			continue
		}
		raw := jsontext.Value(r.Embedded[rel])
		read := make([]wireParticipant, 1)
		var err error
		if raw.Kind() == '[' {
			err = json.Unmarshal(raw, &read)
		} else {
			err = json.Unmarshal(raw, &read[0])
		}
		if err != nil {
			return nil, fmt.Errorf("eventchannel: what is embedded as %s: %w", rel, err)
		}
		all := make([]Participant, len(read))
		for n, w := range read {
			all[n] = Participant{w.Name, w.URI, w.SourceNetwork, w.Anonymous, w.Links.Self.Href}
		}
		return all, nil
	}
	if l, ok := r.Link(relation); ok {
		return []Participant{{Name: l.Title, Href: l.Href}}, nil
	}
	return nil, nil
}

type wireParticipant struct {
	Name          string `json:"name"`
	URI           string `json:"uri"`
	SourceNetwork string `json:"sourceNetwork"`
	Anonymous     bool   `json:"anonymous"`
	Links         struct {
		Self struct {
			Href string `json:"href"`
		} `json:"self"`
	} `json:"_links"`
}
