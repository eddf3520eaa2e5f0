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

// rung is a message between the application and the service.
type rung struct {
	text    string
	sent    bool // by the application
	missing bool // it was not recorded
	at      time.Time
	state   string // of the invitation afterwards; "" if the message is no event
	broken  bool   // findings are about it
	place   string // in the recording; "" if it is not to be shown
}

// rungs returns the messages of an invitation in the order of their times: its start, its events, the operations and
// their answers.
func rungs(v conformance.Verdict, places bool) (all []rung) {
	var waiting []rung // answers
	flush := func(now time.Time) {
		for len(waiting) > 0 && (now.IsZero() || waiting[0].at.IsZero() || !waiting[0].at.After(now)) {
			all = append(all, waiting[0])
			waiting = waiting[1:]
		}
	}
	place := func(text string) string {
		if places {
			return text
		}
		return ""
	}
	ask := func(text string, at, answered time.Time, status int, where eventchannel.Place, findings int) {
		request, reply := faults(v, where, findings)
		all = append(all, rung{text: text, sent: true, at: at, broken: request, place: place(where.String())})
		answer := rung{text: fmt.Sprintf("%d", status), at: answered, broken: reply}
		if status == 0 {
			answer = rung{text: "no answer", missing: true}
		}
		waiting = append(waiting, answer)
	}
	if c := v.Call; c != nil {
		ask("start", c.Time, c.Answered, c.Status, c.Place, 0)
	}
	for _, s := range v.Steps {
		flush(s.Time)
		if s.Operation != transitions.OperationNone {
			ask(s.Operation.String(), s.Time, s.Answered, s.Status, s.Place, s.Findings)
			continue
		}
		all = append(all, rung{
			text: asSent(v, s), at: s.Time, state: s.State.String(), broken: s.Findings > 0, place: place(s.Place.String()),
		})
	}
	flush(time.Time{})
	return all
}

// faults reports whether a request is at fault, and whether its answer is. A finding that the verdict omits counts for
// the request.
func faults(v conformance.Verdict, where eventchannel.Place, findings int) (request, answer bool) {
	for _, f := range v.Findings {
		switch {
		case f.Place.Document != where.Document || f.Place.Offset != where.Offset:
		case f.Rule == conformance.RuleAnswer:
			answer = true
		default:
			request = true
		}
	}
	return request || findings > 0 && !answer, answer
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
	all := rungs(v, places)
	if len(all) == 0 {
		return
	}
	timed := 0
	for _, r := range all {
		if !r.at.IsZero() && !v.Began.IsZero() {
			timed = timeColumns
		}
	}
	front := strings.Repeat(" ", margin)
	inside := max(min(w.Width-margin-markColumns-timed-stateColumns-2, widest), narrowest)
	w.Row(layout.Span{Text: front + layout.Pad("", markColumns+timed) +
		layout.Pad("application", inside+2-len("service")) + "service  state"})
	for _, r := range all {
		mark, at, style := "", "", layout.Style("")
		if r.broken {
			mark, style = "!", layout.Red
		}
		if timed > 0 && !r.at.IsZero() {
			at = "+" + lasted(v.Began, r.at).String()
		}
		room := inside - len("<-  -")
		lines := layout.Lines(r.text, room)
		if r.place != "" {
			lines = append(lines, layout.Lines(r.place, room)...)
		}
		for n, line := range lines {
			body, state := layout.Pad("   "+line, inside), ""
			if n == 0 {
				body, state = r.arrow(line, inside), "  "+r.state
			}
			w.Row(
				layout.Span{Text: front + layout.Pad(mark, markColumns), Style: style},
				layout.Span{Text: layout.Pad(at, timed) + "|"},
				layout.Span{Text: body, Style: style},
				layout.Span{Text: "|" + state},
			)
			mark, at = "", ""
		}
	}
	if v.OmittedSteps > 0 {
		w.Row(layout.Span{Text: fmt.Sprintf("%sand %d more messages", front, v.OmittedSteps)})
	}
}

// arrow returns the first line of a message on an arrow that is as long as that many columns.
func (r rung) arrow(line string, columns int) string {
	shaft := strings.Repeat("-", max(0, columns-len("<-  ")-layout.Columns(line)))
	switch {
	case r.missing:
		return layout.Pad("   "+line, columns)
	case r.sent:
		return "-- " + line + " " + shaft[min(1, len(shaft)):] + ">"
	}
	return "<- " + line + " " + shaft
}
