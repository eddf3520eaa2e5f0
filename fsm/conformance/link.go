package conformance

import (
	"path"
	"strings"
	"time"

	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/recording"
	"github.com/avinvite/avinvite/transitions"
)

// linker finds the requests that are operations on invitations, by the links that the invitations have shown.
type linker struct {
	checker *Checker
	links   map[string]target // by the identity of the href
}

// target is the operation that a link stands for.
type target struct {
	invitation string // its href
	operation  transitions.Operation
}

// take hands an item of an HAR to the checker.
func (l *linker) take(item recording.Item) {
	l.checker.until(item.Time)
	switch {
	case item.Event != nil:
		l.checker.Add(item.Event, item.Time)
		if e := item.Event; e.Invitation != nil && e.Href != "" {
			l.learn(e.Invitation, e.Href, func(href string) string {
				return eventchannel.Resolve(item.URL, e.Resolve(href))
			})
		}
	case item.Request != nil && item.Request.Resource != nil:
		l.learn(item.Request.Resource, item.URL, func(href string) string { return eventchannel.Resolve(item.URL, href) })
	case item.Request != nil:
		l.checker.until(item.Request.Answered)
		l.do(item)
	}
}

// learn remembers where the links of an invitation lead. Links that tell it themselves, as nearly all do, are left out.
func (l *linker) learn(r *eventchannel.Resource, invitation string, resolve func(string) string) {
	for o, link := range r.Offers() {
		href := resolve(link.Href)
		tells := told(href)
		if tells.operation != o || eventchannel.Identity(tells.invitation) != eventchannel.Identity(invitation) {
			l.links[eventchannel.Identity(href)] = target{invitation, o}
		}
	}
}

// told returns what an href tells itself, as published ones do: the operation stands below the invitation.
func told(href string) target {
	href, _, _ = strings.Cut(href, "?")
	n := strings.LastIndexByte(href, '/')
	if n < 0 {
		return target{}
	}
	o := transitions.OperationOf(href[n+1:])
	if o == transitions.OperationNone {
		return target{}
	}
	return target{href[:n], o}
}

// do judges a request if it is an operation: of the invitation that showed the link last or, because a recording may
// begin later than that, of the invitation that the href names.
func (l *linker) do(item recording.Item) {
	link, known := l.links[eventchannel.Identity(item.URL)]
	if !known {
		link = told(item.URL)
		_, known = l.checker.hrefs[eventchannel.Identity(link.invitation)]
		known = known || strings.EqualFold(path.Base(path.Dir(link.invitation)), "audioVideoInvitations")
	}
	if r := item.Request; known && r.Method == "POST" && (r.Status < 300 || r.Status >= 400) {
		o := Operation{
			Place: item.Place, Href: link.invitation, Operation: link.operation,
			Status: r.Status, Answer: r.Answer, Answered: r.Answered,
		}
		if r.Foreign {
			o.Status, o.Answered = 0, time.Time{}
		}
		l.checker.Do(&o, item.Time)
	}
}
