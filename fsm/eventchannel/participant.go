package eventchannel

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/avinvite/avinvite/transitions"
)

// Participant is another party of an invitation (ms:rtc:saas:participant), with the members that an application shows
// to people. Every member may be absent. Its JSON is the form in which a service embeds it in a resource.
type Participant struct {
	Name          string
	URI           string // sip: or tel:
	SourceNetwork string // such as SameEnterprise
	Anonymous     bool
	Href          string // of its self link
}

// From returns the sender of the invitation: the embedded participant, or else a participant with the title and the
// href of the link from; nil if there is neither. The error names the member that is wrong in an embedded participant.
func (r *Resource) From() (*Participant, error) {
	all, err := r.participants("from")
	if len(all) == 0 {
		return nil, err
	}
	return &all[0], err
}

// AcceptedBy returns the participants who accepted an outgoing invitation, which are known once it has succeeded: the
// embedded participants in their order, or else one participant with the title and the href of the link
// acceptedByParticipant; nil if there is neither. The error names the member that is wrong in an embedded participant.
func (r *Resource) AcceptedBy() ([]Participant, error) {
	return r.participants("acceptedByParticipant")
}

// participants reads the participant or the list embedded under the relation, or else the link with the relation.
func (r *Resource) participants(relation string) ([]Participant, error) {
	for _, rel := range slices.Sorted(maps.Keys(r.Embedded)) {
		raw := bytes.TrimSpace(r.Embedded[rel])
		if transitions.TrimRelPrefix(rel) != relation || string(raw) == "null" {
			continue
		}
		var all []Participant
		err := unmarshal(raw, func(p *parser) {
			if p.next() != '[' {
				all = []Participant{p.participant()}
				return
			}
			for p.open(); p.more(); {
				all = append(all, p.participant())
			}
		})
		if err != nil {
			return nil, fmt.Errorf("eventchannel: the value embedded as %s is not a participant or a list of participants: %w", rel, err)
		}
		return all, nil
	}
	if l, ok := r.Link(relation); ok {
		return []Participant{{Name: l.Title, Href: l.Href}}, nil
	}
	return nil, nil
}

// participant reads the members of a participant that have a field.
func (p *parser) participant() (read Participant) {
	if !p.object() {
		return read
	}
	for p.more() {
		switch string(p.name) {
		case "name":
			read.Name = p.text().String()
		case "uri":
			read.URI = p.text().String()
		case "sourceNetwork":
			read.SourceNetwork = p.text().String()
		case "anonymous":
			read.Anonymous = string(p.take("tfn", "true or false")) == "true"
		case "_links":
			p.self(&read.Href)
		default:
			p.pass()
		}
	}
	return read
}

// self reads the href of the link self among the links that are next.
func (p *parser) self(href *string) {
	for inside := p.optional(); inside && p.more(); {
		if string(p.name) != "self" {
			p.pass()
			continue
		}
		var link quoted
		p.link(new(quoted), &link)
		*href = link.String()
	}
}

// MarshalJSON writes the participant in the form of published payloads.
func (p Participant) MarshalJSON() ([]byte, error) {
	return encode(func(e *encoder) {
		e.begin()
		e.text("sourceNetwork", p.SourceNetwork)
		e.raw("anonymous", strconv.AppendBool(nil, p.Anonymous))
		e.text("name", p.Name)
		e.text("uri", p.URI)
		e.name("_links")
		e.begin()
		e.name("self")
		e.begin()
		e.name("href")
		e.token(jsontext.String(p.Href))
		e.end()
		e.end()
		e.text("rel", transitions.RelPrefix+"participant")
		e.end()
	})
}

// UnmarshalJSON reads the members that have a field, and passes over the others; null changes nothing. The error is an
// *[Error].
func (p *Participant) UnmarshalJSON(data []byte) error {
	if string(bytes.TrimSpace(data)) == "null" {
		return nil
	}
	var read Participant
	err := unmarshal(data, func(parser *parser) { read = parser.participant() })
	if err == nil {
		*p = read
	}
	return err
}
