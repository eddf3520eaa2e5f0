package conformance

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// Verdict is the judgement of one invitation. Its JSON reads back as the same verdict.
type Verdict struct {
	Href        string `json:"href,omitempty"` // of the first item that has one, resolved, without its query
	OperationID string `json:"operationId,omitempty"`

	// Direction is that of the events. If no event has a direction, Direction is the one with the better result, and
	// DirectionInferred is set; if the results are equal, Direction is zero.
	Direction         transitions.Direction `json:"direction,omitzero"`
	DirectionInferred bool                  `json:"directionInferred,omitempty"`

	// To is the party that is invited, and From the party that invites, each as a URI or else as a name or an href; "" if
	// unknown.
	To   string `json:"to,omitempty"`
	From string `json:"from,omitempty"`

	Path    []transitions.State `json:"path"` // the states that the invitation entered during Steps, in order
	Result  Result              `json:"result"`
	Outcome transitions.State   `json:"outcome,omitzero"` // the terminal state; zero while in progress

	Reason codes.Reason `json:"reason,omitzero"` // of a failure or a refusal
	Texts  []string     `json:"texts,omitempty"` // the reason's documented texts, blank ones included
	Error  *codes.Error `json:"error,omitempty"` // the reason as it was sent

	// Expects lists the terminal states that the invitation can still enter. It is empty after a completion that cannot be
	// read.
	Expects []transitions.State `json:"expects,omitempty"`

	// Began is the time of Call if that is known, and otherwise the time of the first step. Until is the time of the
	// completion; for a refused start it is Call.Answered, and otherwise the last time in the recording. Their difference
	// is the duration of the invitation. Each is zero if its time is not known.
	Began time.Time `json:"began,omitzero"`
	Until time.Time `json:"until,omitzero"`

	// Call is the request that started the invitation, nil if the recording does not hold it. Refused is set if the
	// service refused this request and no event came; then Error is the answer, and Reason the reason that corresponds
	// to it.
	Call    *Call `json:"call,omitempty"`
	Refused bool  `json:"refused,omitempty"`

	// Forgotten is set if a [Follower] has forgotten the invitation before its end, because it keeps no more invitations
	// than its Limit.
	Forgotten bool `json:"forgotten,omitempty"`

	Steps    []Step    `json:"steps"`    // the first MaxSteps, and the completion
	Findings []Finding `json:"findings"` // the first MaxFindings, in the order of the steps

	// Repair lists the fewest changes that make the order of the events legal. It is empty if OmittedSteps is not zero.
	Repair []Edit `json:"repair,omitempty"`

	// OmittedSteps and OmittedFindings count the steps and findings that are left out of Steps and Findings. They are
	// judged like the others, and Result includes them.
	OmittedSteps    int `json:"omittedSteps,omitempty"`
	OmittedFindings int `json:"omittedFindings,omitempty"`
}

// clone returns a copy of the verdict with lists of its own.
func (v *Verdict) clone() Verdict {
	c := *v
	c.Path, c.Steps = append([]transitions.State{}, v.Path...), append([]Step{}, v.Steps...)
	c.Findings, c.Expects = append([]Finding{}, v.Findings...), append([]transitions.State(nil), v.Expects...)
	return c
}

// The greatest numbers of steps and findings that a verdict keeps, so that no recording can fill the memory. A real
// invitation has fewer than twenty steps.
const (
	MaxSteps    = 1000
	MaxFindings = 100
)

// Step is an event or an operation, as it was read.
type Step struct {
	Type   transitions.EventType `json:"type,omitzero"`   // of an event; zero for an operation
	Said   transitions.State     `json:"said,omitzero"`   // the state in an event; zero if it could not be read
	Reason codes.Reason          `json:"reason,omitzero"` // of a completion that failed

	Operation transitions.Operation `json:"operation,omitzero"` // zero for an event
	Status    int                   `json:"status,omitzero"`    // of the answer to an operation: see Operation.Status
	Answered  time.Time             `json:"answered,omitzero"`  // zero if unknown

	// Findings is the number of findings about the step.
	Findings int `json:"findings,omitzero"`

	State transitions.State  `json:"state"` // of the invitation afterwards
	Place eventchannel.Place `json:"place"` // without its pointer
	Time  time.Time          `json:"time,omitzero"`
}

// Event returns the event of the step as a value of package transitions, and the zero Event for an operation.
func (s Step) Event() transitions.Event {
	return transitions.Event{Type: s.Type, State: s.Said, Reason: s.Reason}
}

// String returns a text such as "completed(Failed, RemoteFailure/Busy)" or "accept answered 204".
func (s Step) String() string {
	switch {
	case s.Operation != transitions.OperationNone && s.Status == 0:
		return s.Operation.String() + " without an answer"
	case s.Operation != transitions.OperationNone:
		return fmt.Sprintf("%v answered %d", s.Operation, s.Status)
	case s.Said == transitions.StateNone:
		return s.Type.String() + "(?)"
	}
	return s.Event().String()
}

// Edit is one change to the events of an invitation: it drops or replaces an event. It also applies to the repetitions
// of the event. An Edit never inserts an event, because an insertion is never needed: a legal sequence stays legal if a
// started, an updated or its last event is removed.
type Edit struct {
	Place eventchannel.Place `json:"place"`        // without its pointer
	Event string             `json:"event"`        // the event to drop or replace
	To    string             `json:"to,omitempty"` // the event to put in its place; "" to drop the event
}

// Result is the result of a verdict. If several values apply, the result is the greatest of them.
type Result uint8

const (
	Conforms   Result = 1 // completed or refused, without a finding
	Incomplete Result = 2 // no finding, and no completion in the recording
	Deviates   Result = 3 // only Inferred rules are broken
	Violates   Result = 4 // a Stated or Sampled rule is broken
)

var resultNames = [...]string{"", "conforms", "incomplete", "deviates", "violates"}

// String returns the name in lower case.
func (r Result) String() string {
	if r == 0 || int(r) >= len(resultNames) {
		return fmt.Sprintf("Result(%d)", uint8(r))
	}
	return resultNames[r]
}

// MarshalText returns the name. It returns an error for a value out of range.
func (r Result) MarshalText() ([]byte, error) {
	if r == 0 || int(r) >= len(resultNames) {
		return nil, fmt.Errorf("conformance: %v is no result", r)
	}
	return []byte(resultNames[r]), nil
}

// UnmarshalText reads a name. It returns an error for any other text.
func (r *Result) UnmarshalText(text []byte) error {
	n := slices.Index(resultNames[:], string(text))
	if n <= 0 {
		return fmt.Errorf("conformance: %.40q is no result", text)
	}
	*r = Result(n)
	return nil
}

// Finding is one fault of an event or an operation in a recording.
type Finding struct {
	Rule     Rule               `json:"rule"`
	Basis    codes.Basis        `json:"basis"`  // the basis of the rule in this case
	Source   string             `json:"source"` // where that basis can be read
	Place    eventchannel.Place `json:"place"`
	Seen     string             `json:"seen"`     // the event, the part of it, the operation or the answer that breaks the rule
	Expected string             `json:"expected"` // the alternatives that break no rule
}

// Violation reports whether the broken rule is Stated or Sampled; if not, the finding is a deviation.
func (f Finding) Violation() bool { return f.Basis == codes.Stated || f.Basis == codes.Sampled }

// Severity returns "violation" or "deviation".
func (f Finding) Severity() string {
	if f.Violation() {
		return "violation"
	}
	return "deviation"
}

// MarshalJSON writes the fields, and the member severity with the text of [Finding.Severity].
func (f Finding) MarshalJSON() ([]byte, error) {
	type plain Finding
	return json.Marshal(struct {
		Severity string `json:"severity"`
		plain
	}{f.Severity(), plain(f)})
}

// Rule is the name of a rule that a finding breaks. Names are stable.
type Rule string

// The rules. The first six are rules of package transitions and have the names of [transitions.Rule.Name].
const (
	RuleCompleted       Rule = "after-completion"      // an event after the completion that is not a repetition of it
	RuleDirection       Rule = "wrong-direction"       // a state that is documented for the other direction
	RuleUndefined       Rule = "undefined-transition"  // no such edge from the state that the invitation is in
	RuleUndocumented    Rule = "undocumented-reason"   // a failure without a documented reason
	RuleReasonDirection Rule = "reason-direction"      // a reason that is documented for the other direction
	RuleReasonState     Rule = "reason-state"          // a reason that does not fit the state
	RuleContradiction   Rule = "contradiction"         // status, state and reason of one event disagree
	RuleIncomplete      Rule = "incomplete-event"      // a completion that has neither a usable status, nor a usable state, nor a reason
	RuleToken           Rule = "unknown-token"         // a status, state, direction or importance that the documentation does not list
	RuleFixedDirection  Rule = "direction-changed"     // another direction than before
	RuleFixedOperation  Rule = "operation-id-changed"  // another operationId than before
	RuleLength          Rule = "too-long"              // a property that is longer than its documentation allows
	RuleSender          Rule = "wrong-sender"          // a sender that does not send events about invitations
	RuleOperation       Rule = "operation-not-offered" // an operation that the invitation did not offer when it was done
	RuleLink            Rule = "link-not-offered"      // the link of an operation that the invitation does not offer after the event
	RuleAnswer          Rule = "undocumented-answer"   // an answer to a start or an operation that the documentation does not list
)

// rules has the text of each rule. The first six have those of package transitions.
var rules = map[Rule]string{
	RuleCompleted:       transitions.ErrCompleted.Text(),
	RuleDirection:       transitions.ErrDirection.Text(),
	RuleUndefined:       transitions.ErrUndefined.Text(),
	RuleUndocumented:    transitions.ErrUndocumented.Text(),
	RuleReasonDirection: transitions.ErrReasonDirection.Text(),
	RuleReasonState:     transitions.ErrReasonState.Text(),
	RuleContradiction:   "parts of one event contradict each other",
	RuleIncomplete:      "a completion that does not say how it went",
	RuleToken:           "an unknown token",
	RuleFixedDirection:  "the direction has changed",
	RuleFixedOperation:  "the operationId has changed",
	RuleLength:          "a property is too long",
	RuleSender:          "a sender that does not send events about invitations",
	RuleOperation:       "an operation that is not offered",
	RuleLink:            "the link of an operation that is not offered",
	RuleAnswer:          "an undocumented answer",
}

// Text returns a short description of the fault, "" if r is no rule.
func (r Rule) Text() string { return rules[r] }

// Rules returns all rules, sorted by name.
func Rules() []Rule { return slices.Sorted(maps.Keys(rules)) }
