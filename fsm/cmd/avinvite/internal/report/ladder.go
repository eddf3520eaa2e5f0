package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/layout"
	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// Message is a message between the application and the service: an event, a request, or the answer to a request.
type Message struct {
	Text    string `json:"text"`
	Sent    bool   `json:"sent,omitempty"`    // by the application
	Missing bool   `json:"missing,omitempty"` // an answer that was not recorded

	Type   transitions.EventType `json:"type,omitzero"`   // of an event
	Said   transitions.State     `json:"said,omitzero"`   // the state in an event; zero if it could not be read
	Reason codes.Reason          `json:"reason,omitzero"` // of a completion that failed
	State  transitions.State     `json:"state,omitzero"`  // of the invitation after an event

	Operation transitions.Operation `json:"operation,omitzero"` // that is requested, or answered; zero for the start
	Status    int                   `json:"status,omitzero"`    // of an answer

	fault

	Time  time.Time           `json:"-"` // zero if unknown
	Place *eventchannel.Place `json:"-"` // in the recording, without its pointer; nil for an answer
}

// fault sums up the findings about a message.
type fault struct {
	Broken   bool               `json:"broken,omitempty"`
	Deviates bool               `json:"deviates,omitempty"` // all findings about it are deviations
	Rules    []conformance.Rule `json:"rules,omitempty"`    // that it breaks; none if the verdict omits the findings
}

func (f *fault) add(found conformance.Finding) {
	f.Broken, f.Deviates, f.Rules = true, !found.Violation() && (f.Deviates || !f.Broken), append(f.Rules, found.Rule)
}

// messages returns the messages of an invitation in the order of their times: its start, its events, the operations and
// their answers.
func messages(v conformance.Verdict) (all []Message) {
	var waiting []Message // answers
	flush := func(now time.Time) {
		for len(waiting) > 0 && (now.IsZero() || waiting[0].Time.IsZero() || !waiting[0].Time.After(now)) {
			all = append(all, waiting[0])
			waiting = waiting[1:]
		}
	}
	ask := func(request Message, status int, answered time.Time, findings int) {
		answer := Message{Text: fmt.Sprintf("%d", status), Operation: request.Operation, Status: status, Time: answered}
		if status == 0 {
			answer.Text, answer.Missing, answer.Time = "no answer", true, time.Time{}
		}
		request.Sent = true
		request.fault, answer.fault = faults(v, *request.Place)
		// A finding that the verdict omits counts for the request.
		request.Broken = request.Broken || findings > 0 && !answer.Broken
		all, waiting = append(all, request), append(waiting, answer)
	}
	if c := v.Call; c != nil {
		ask(Message{Text: "start", Time: c.Time, Place: &c.Place}, c.Status, c.Answered, 0)
	}
	for _, s := range v.Steps {
		flush(s.Time)
		if s.Operation != transitions.OperationNone {
			ask(Message{Text: s.Operation.String(), Operation: s.Operation, Time: s.Time, Place: &s.Place}, s.Status, s.Answered, s.Findings)
			continue
		}
		event := Message{
			Text: asSent(v, s), Type: s.Type, Said: s.Said, Reason: s.Reason, State: s.State, Time: s.Time, Place: &s.Place,
		}
		event.fault, _ = faults(v, s.Place)
		event.Broken = s.Findings > 0
		all = append(all, event)
	}
	flush(time.Time{})
	return all
}

// faults returns the faults of the message at a place, and of the answer to it.
func faults(v conformance.Verdict, where eventchannel.Place) (message, answer fault) {
	for _, f := range v.Findings {
		switch {
		case f.Place.Document != where.Document || f.Place.Offset != where.Offset:
		case f.Rule == conformance.RuleAnswer:
			answer.add(f)
		default:
			message.add(f)
		}
	}
	return message, answer
}

// asSent returns an event with the reason as it was sent, if it completed the invitation.
func asSent(v conformance.Verdict, s conformance.Step) string {
	if v.Error == nil || v.Refused || s.Type != transitions.EventCompleted || s.Said != v.Outcome || s.Reason != v.Reason {
		return s.String()
	}
	return fmt.Sprintf("%v(%v, %s)", s.Type, s.Said, codes.Pair(v.Error.Code, v.Error.Subcode))
}

// The columns of a ladder.
const (
	markColumns  = 2
	timeColumns  = 10
	stateColumns = 12
	widest       = 46 // between the two sides
	narrowest    = 12
)

// ladder writes the messages of an invitation between the application and the service, and the state after each event.
// A message that findings are about has a mark in front.
func ladder(w *layout.Writer, margin int, v conformance.Verdict, places bool) {
	all := messages(v)
	if len(all) == 0 {
		return
	}
	timed := 0
	for _, m := range all {
		if !m.Time.IsZero() && !v.Began.IsZero() {
			timed = timeColumns
		}
	}
	front := strings.Repeat(" ", margin)
	inside := max(min(w.Width-margin-markColumns-timed-stateColumns-2, widest), narrowest)
	w.Row(layout.Span{Text: front + layout.Pad("", markColumns+timed) +
		layout.Pad("application", inside+2-len("service")) + "service  state"})
	for _, m := range all {
		mark, at, state, style := "", "", "", layout.Style("")
		if m.Broken {
			mark, style = "!", layout.Red
		}
		if timed > 0 && !m.Time.IsZero() {
			at = "+" + lasted(v.Began, m.Time).String()
		}
		if m.Type != 0 {
			state = "  " + m.State.String()
		}
		room := inside - len("<-  -")
		lines := layout.Lines(m.Text, room)
		if places && m.Place != nil {
			lines = append(lines, layout.Lines(m.Place.String(), room)...)
		}
		for n, line := range lines {
			body := layout.Pad("   "+line, inside)
			if n == 0 {
				body = m.arrow(line, inside)
			}
			w.Row(
				layout.Span{Text: front + layout.Pad(mark, markColumns), Style: style},
				layout.Span{Text: layout.Pad(at, timed) + "|"},
				layout.Span{Text: body, Style: style},
				layout.Span{Text: "|" + state},
			)
			mark, at, state = "", "", ""
		}
	}
	if v.OmittedSteps > 0 {
		w.Row(layout.Span{Text: fmt.Sprintf("%sand %d more messages", front, v.OmittedSteps)})
	}
}

// arrow returns the first line of a message on an arrow that is as long as that many columns.
func (m Message) arrow(line string, columns int) string {
	shaft := strings.Repeat("-", max(0, columns-len("<-  ")-layout.Columns(line)))
	switch {
	case m.Missing:
		return layout.Pad("   "+line, columns)
	case m.Sent:
		return "-- " + line + " " + shaft[min(1, len(shaft)):] + ">"
	}
	return "<- " + line + " " + shaft
}
