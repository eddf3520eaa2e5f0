package report

import (
	"path"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/transitions"
)

// Invitation is a verdict with the sentences of a report, for a page that shows it. Its members that differ from one
// invitation to the next stand together, because then many invitations pack to two thirds of the size.
type Invitation struct {
	Began  time.Time   `json:"began,omitzero"`
	Took   *int64      `json:"took,omitempty"`   // in milliseconds; nil if unknown
	At     []*int64    `json:"at,omitempty"`     // of each message: milliseconds since the last known time, nil if unknown
	Places []*[2]int64 `json:"places,omitempty"` // of each message: documents and bytes since the last known place, nil if it has none

	ID          string `json:"id,omitempty"` // by which --id chooses it; "" if it is the last part of the href
	OperationID string `json:"operation,omitempty"`
	Href        string `json:"href,omitempty"`
	File        string `json:"file"`

	Direction transitions.Direction `json:"direction,omitzero"`
	From      string                `json:"from,omitempty"`
	To        string                `json:"to,omitempty"`

	Result conformance.Result  `json:"result"`
	Ending string              `json:"ending"`           // as the total counts it
	Reason string              `json:"reason,omitempty"` // as it was sent
	Known  string              `json:"known,omitempty"`  // the documented reason that it is or counts as
	Path   []transitions.State `json:"path"`

	Ended      string   `json:"ended"`   // the outcome, and who ended it
	Parties    string   `json:"parties"` // who called whom
	Why        string   `json:"why"`     // with what can be done
	Meaning    string   `json:"meaning"` // of the result
	Message    string   `json:"message,omitempty"`
	Documented []string `json:"documented,omitempty"`

	Messages []Message `json:"messages"`
	Findings []Finding `json:"findings,omitempty"`
	Repair   []Repair  `json:"repair,omitempty"`

	OmittedSteps    int `json:"omittedSteps,omitempty"`
	OmittedFindings int `json:"omittedFindings,omitempty"`
}

// Finding is a finding with the text of its rule, and its place in words.
type Finding struct {
	Severity string           `json:"severity"`
	Rule     conformance.Rule `json:"rule"`
	Text     string           `json:"text"`
	Basis    codes.Basis      `json:"basis"`
	Source   string           `json:"source"`
	Where    string           `json:"where"`
	Seen     string           `json:"seen"`
	Expected string           `json:"expected"`
	More     string           `json:"more"` // the command that tells more
}

// Repair is a change to the events that were seen.
type Repair struct {
	Event string `json:"event"`
	To    string `json:"to,omitempty"` // "" if the event should not be at all
	Where string `json:"where"`
}

// NewInvitation returns the verdict on an invitation of a recording.
func NewInvitation(r Recording, v conformance.Verdict) Invitation {
	c, o := conclude(v, len(r.Unread) > 0), conformance.OutcomeCount{Outcome: v.Outcome, Refused: v.Refused}
	if v.Error != nil {
		o.Reason = codes.Pair(v.Error.Code, v.Error.Subcode)
	}
	i := Invitation{
		File: Title(r.Name), Href: v.Href, OperationID: v.OperationID,
		Direction: v.Direction, From: v.From, To: v.To,
		Result: v.Result, Ending: ended(o), Reason: o.Reason, Path: v.Path, Began: v.Began,
		Ended: c.outcome, Parties: parties(v), Why: c.why, Meaning: meaning(v),
		Messages: messages(v), OmittedSteps: v.OmittedSteps, OmittedFindings: v.OmittedFindings,
	}
	if i.ID = id(v); i.ID == path.Base(v.Href) {
		i.ID = ""
	}
	if !v.Began.IsZero() && !v.Until.IsZero() {
		i.Took = new(v.Until.Sub(v.Began).Milliseconds())
	}
	i.place(v.Began)
	i.Message, i.Documented = texts(v)
	if v.Reason.Documented() {
		i.Known = v.Reason.String()
	}
	for _, f := range v.Findings {
		i.Findings = append(i.Findings, Finding{
			f.Severity(), f.Rule, f.Rule.Text(), f.Basis, f.Source, f.Place.String(), f.Seen, f.Expected, more(v, f),
		})
	}
	for _, e := range v.Repair {
		i.Repair = append(i.Repair, Repair{e.Event, e.To, e.Place.String()})
	}
	return i
}

// place sets the times and places of the messages.
func (i *Invitation) place(began time.Time) {
	timed, last := false, [2]int64{}
	for _, m := range i.Messages {
		var at *int64
		if !m.Time.IsZero() && !began.IsZero() {
			at, timed = new(m.Time.Sub(began).Milliseconds()), true
			began = began.Add(time.Duration(*at) * time.Millisecond)
		}
		var where *[2]int64
		if m.Place != nil {
			here := [2]int64{int64(m.Place.Document), m.Place.Offset}
			where, last = &[2]int64{here[0] - last[0], here[1] - last[1]}, here
		}
		i.At, i.Places = append(i.At, at), append(i.Places, where)
	}
	if !timed {
		i.At = nil
	}
}
