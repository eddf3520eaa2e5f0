package report

import (
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/transitions"
)

// Invitation is a verdict with the sentences of a report, for a page that shows it.
type Invitation struct {
	File        string `json:"file"`
	ID          string `json:"id"` // by which --id chooses it
	Href        string `json:"href,omitempty"`
	OperationID string `json:"operation,omitempty"`

	Direction transitions.Direction `json:"direction,omitzero"`
	From      string                `json:"from,omitempty"`
	To        string                `json:"to,omitempty"`

	Result  conformance.Result  `json:"result"`
	Outcome transitions.State   `json:"outcome,omitzero"`
	Refused bool                `json:"refused,omitempty"`
	Reason  string              `json:"reason,omitempty"` // as it was sent
	Known   string              `json:"known,omitempty"`  // the documented reason that it is or counts as
	Path    []transitions.State `json:"path"`
	Began   time.Time           `json:"began,omitzero"`
	Until   time.Time           `json:"until,omitzero"`

	Ended      string   `json:"ended"`   // the outcome, and who ended it
	Parties    string   `json:"parties"` // who called whom, and when
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

// NewInvitation returns the verdict on an invitation of a recording with that name.
func NewInvitation(file string, v conformance.Verdict) Invitation {
	c := conclude(v)
	i := Invitation{
		File: Title(file), ID: id(v), Href: v.Href, OperationID: v.OperationID,
		Direction: v.Direction, From: v.From, To: v.To,
		Result: v.Result, Outcome: v.Outcome, Refused: v.Refused, Path: v.Path, Began: v.Began, Until: v.Until,
		Ended: c.outcome, Parties: c.parties, Why: c.why, Meaning: meaning(v),
		Messages: messages(v), OmittedSteps: v.OmittedSteps, OmittedFindings: v.OmittedFindings,
	}
	i.Message, i.Documented = texts(v)
	if v.Error != nil {
		i.Reason = codes.Pair(v.Error.Code, v.Error.Subcode)
	}
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
