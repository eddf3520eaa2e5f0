package eventchannel

import (
	"errors"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// Event is one event about an invitation, as it was read.
type Event struct {
	Place      Place
	Document   *Document // that holds the event; nil if no Reader has read it
	Sender     string    // the relation of what sent the event, with its prefix; "" when absent
	Type       transitions.EventType
	Rel        string       // of the link, with its prefix
	Href       string       // of the link; made absolute by the document's baseuri, if it has one, as [Event.Resolve] does
	In         string       // the same of what the resource is in, as a conversation; "" when absent
	Status     string       // "" when absent
	Invitation *Resource    // nil when nothing is embedded
	Reason     *codes.Error // nil when absent
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

// event reads an event.
func (p *parser) event() (*Event, error) {
	e := &Event{Place: p.place}
	err := p.object(func(name string) error {
		switch name {
		case "link":
			return p.link(&e.Rel, &e.Href)
		case "in":
			return p.link(new(string), &e.In)
		case "type":
			return p.eventType(e)
		case "status":
			return p.text(&e.Status)
		case "_embedded":
			return p.invitation(e)
		case "reason":
			return p.reason(e)
		}
		return p.pass()
	})
	switch {
	case err != nil:
		return nil, err
	case e.Type == 0:
		return nil, &Error{p.place, errors.New("no type, want started, updated or completed")}
	case e.Key() == "":
		return nil, &Error{p.place, errors.New("neither link.href nor an embedded operationId, " +
			"want one to tell which invitation this is")}
	}
	return e, nil
}

// link reads a link.
func (p *parser) link(rel, href *string) error {
	if p.dec.PeekKind() == 'n' {
		return p.pass()
	}
	return p.object(func(name string) error {
		switch name {
		case "rel":
			return p.text(rel)
		case "href":
			return p.text(href)
		}
		return p.pass()
	})
}

// text reads a string; null is as good as an empty one.
func (p *parser) text(to *string) error {
	v, err := p.value(`"n`, "a string")
	if err != nil || v.Kind() == 'n' {
		return err
	}
	*to, err = p.unquote(v)
	return err
}

// pass passes over a value, which may be anything in which no member is there twice.
func (p *parser) pass() error {
	if err := p.dec.SkipValue(); err != nil {
		return p.fault(err)
	}
	return nil
}

// last is the place of the value that has just been read.
func (p *parser) last(v jsontext.Value) Place {
	return p.at(p.dec.InputOffset()-int64(len(v)), p.dec.StackPointer())
}

func (p *parser) eventType(e *Event) error {
	v, err := p.value(`"`, "started, updated or completed")
	if err != nil {
		return err
	}
	text, err := p.unquote(v)
	if err == nil && e.Type.UnmarshalText([]byte(text)) != nil {
		err = &Error{p.last(v), fmt.Errorf("the type is %q, want started, updated or completed", text)}
	}
	return err
}

// invitation reads the invitation out of what an event embeds.
func (p *parser) invitation(e *Event) error {
	if p.dec.PeekKind() == 'n' {
		return p.pass()
	}
	return p.object(func(rel string) error {
		if !invitation(rel) {
			return p.pass()
		}
		if p.dec.PeekKind() != '{' || e.Invitation != nil {
			v, err := p.value("{", "an invitation, which is an object")
			if err == nil {
				err = &Error{p.last(v), errors.New("a second invitation, want one")}
			}
			return err
		}
		var err error
		e.Invitation, err = p.resource()
		return err
	})
}

func (p *parser) reason(e *Event) error {
	v, err := p.value("{n", "an error body, which is an object")
	if err != nil || v.Kind() == 'n' {
		return err
	}
	e.Reason = new(codes.Error)
	if err := e.Reason.UnmarshalJSON(v); err != nil {
		return &Error{p.last(v), err}
	}
	return nil
}
