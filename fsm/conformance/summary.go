package conformance

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// Summary counts many verdicts. The zero Summary is ready for use. Its memory is bounded, because it keeps at most
// MaxOutcomes outcomes. Its lists are sorted after each Add and Merge. Its JSON reads back as the same summary.
type Summary struct {
	Invitations int            `json:"invitations"`
	Results     map[Result]int `json:"results"`  // by result; a result without invitations has no entry
	Outcomes    []OutcomeCount `json:"outcomes"` // the most frequent first
	Rules       []RuleCount    `json:"rules"`    // the broken rules, the most frequent first

	// OtherOutcomes counts the invitations whose outcome is not among the first MaxOutcomes different outcomes.
	OtherOutcomes int `json:"otherOutcomes,omitempty"`

	// OtherFindings counts the findings that verdicts have left out ([Verdict.OmittedFindings]), which Rules does not count.
	OtherFindings int `json:"otherFindings,omitempty"`

	// PassedOver has the numbers of items that are not judged: see [Checker.PassedOver]. Beyond 100 relations, the others
	// are counted under "others".
	PassedOver map[string]int `json:"passedOver,omitempty"`

	// Slowest lists the invitations that took longest to complete, and Pending those that have waited longest for their
	// completion: up to five each, the longest first. Both have only invitations with known times, and Slowest only those
	// whose beginning was recorded.
	Slowest []Span `json:"slowest,omitempty"`
	Pending []Span `json:"pending,omitempty"`
}

// MaxOutcomes is the greatest number of different outcomes in Summary.Outcomes.
const MaxOutcomes = 1000

// OutcomeCount counts the invitations with one outcome.
type OutcomeCount struct {
	Outcome     transitions.State `json:"outcome,omitzero"`  // zero if no completion has been read
	Refused     bool              `json:"refused,omitempty"` // the service refused to start them
	Reason      string            `json:"reason,omitempty"`  // code and subcode as they were sent; empty if none were
	Invitations int               `json:"invitations"`
}

// RuleCount counts the findings about one rule with one basis, because the basis of some rules depends on the event.
type RuleCount struct {
	Rule     Rule        `json:"rule"`
	Basis    codes.Basis `json:"basis"`
	Findings int         `json:"findings"`
}

// Span is the time from the beginning of one invitation until its completion, or until the end of the recording.
type Span struct {
	Input       string            `json:"input"` // the argument input of Summary.Add
	Href        string            `json:"href,omitempty"`
	OperationID string            `json:"operationId,omitempty"`
	Outcome     transitions.State `json:"outcome,omitzero"`
	Began       time.Time         `json:"began"`
	Until       time.Time         `json:"until"`
}

// spans is how many invitations Slowest and Pending name.
const spans = 5

// Add adds the verdict on one invitation. input is the name of its recording, such as the name of a file.
func (s *Summary) Add(input string, v Verdict) {
	s.Invitations++
	if s.Results == nil {
		s.Results = map[Result]int{}
	}
	s.Results[v.Result]++

	outcome := OutcomeCount{Outcome: v.Outcome, Refused: v.Refused, Invitations: 1}
	if v.Error != nil {
		outcome.Reason = codes.Pair(v.Error.Code, v.Error.Subcode)
	}
	s.outcome(outcome)
	for _, f := range v.Findings {
		s.rule(RuleCount{Rule: f.Rule, Basis: f.Basis, Findings: 1})
	}
	s.OtherFindings += v.OmittedFindings
	if !v.Began.IsZero() && !v.Until.IsZero() && !v.Refused && (v.Outcome == 0 || len(v.Path) > 1 || v.Call != nil) {
		s.span(Span{input, v.Href, v.OperationID, v.Outcome, v.Began, v.Until})
	}
}

// Pass adds the numbers of items that are not judged, as [Checker.PassedOver] returns them.
func (s *Summary) Pass(passed map[string]int) {
	for _, kind := range slices.Sorted(maps.Keys(passed)) {
		s.PassedOver = pass(s.PassedOver, kind, passed[kind])
	}
}

// Merge adds the counts of another summary. If both together have at most MaxOutcomes outcomes, the result is the
// summary of all verdicts of both; otherwise the choice of the outcomes in Outcomes can differ. The choice of the
// relations in PassedOver can differ too, but the sum of its counts is exact.
func (s *Summary) Merge(other Summary) {
	s.Invitations += other.Invitations
	for r, n := range other.Results {
		if s.Results == nil {
			s.Results = map[Result]int{}
		}
		s.Results[r] += n
	}
	for _, o := range other.Outcomes {
		s.outcome(o)
	}
	s.OtherOutcomes += other.OtherOutcomes
	for _, r := range other.Rules {
		s.rule(r)
	}
	s.OtherFindings += other.OtherFindings
	s.Pass(other.PassedOver)
	for _, span := range slices.Concat(other.Slowest, other.Pending) {
		s.span(span)
	}
}

func (s *Summary) outcome(o OutcomeCount) {
	n := slices.IndexFunc(s.Outcomes, func(k OutcomeCount) bool {
		return k.Outcome == o.Outcome && k.Refused == o.Refused && k.Reason == o.Reason
	})
	switch {
	case n >= 0:
		s.Outcomes[n].Invitations += o.Invitations
	case len(s.Outcomes) < MaxOutcomes:
		n = len(s.Outcomes)
		s.Outcomes = append(s.Outcomes, o)
	default:
		s.OtherOutcomes += o.Invitations
		return
	}
	rise(s.Outcomes, n, func(a, b OutcomeCount) int {
		return cmp.Or(b.Invitations-a.Invitations, cmp.Compare(a.Outcome, b.Outcome), cmp.Compare(a.Reason, b.Reason))
	})
}

func (s *Summary) rule(r RuleCount) {
	n := slices.IndexFunc(s.Rules, func(k RuleCount) bool { return k.Rule == r.Rule && k.Basis == r.Basis })
	if n >= 0 {
		s.Rules[n].Findings += r.Findings
	} else {
		n = len(s.Rules)
		s.Rules = append(s.Rules, r)
	}
	rise(s.Rules, n, func(a, b RuleCount) int {
		return cmp.Or(b.Findings-a.Findings, cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Basis, b.Basis))
	})
}

func (s *Summary) span(span Span) {
	list := &s.Pending
	if span.Outcome != 0 {
		list = &s.Slowest
	}
	*list = append(*list, span)
	rise(*list, len(*list)-1, func(a, b Span) int { return cmp.Compare(b.Until.Sub(b.Began), a.Until.Sub(a.Began)) })
	*list = (*list)[:min(len(*list), spans)]
}

// rise moves the one row of a sorted list that may stand too low up to its place.
func rise[T any](rows []T, n int, compare func(a, b T) int) {
	for ; n > 0 && compare(rows[n], rows[n-1]) < 0; n-- {
		rows[n], rows[n-1] = rows[n-1], rows[n]
	}
}
