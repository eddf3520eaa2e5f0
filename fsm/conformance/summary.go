package conformance

import (
	"cmp"
	"slices"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// Summary counts many verdicts. The zero value is ready for use. Its memory is limited,
// whatever the number of verdicts; its lists are in order after every Add.
type Summary struct {
	Invitations int            `json:"invitations"`
	Results     map[Result]int `json:"results"`  // how many of each result; no entry for none
	Outcomes    []OutcomeCount `json:"outcomes"` // the most frequent first
	Rules       []RuleCount    `json:"rules"`    // those that were broken, the most frequent first

	// OtherOutcomes is how many invitations ended in yet other ways, once there were MaxOutcomes.
	OtherOutcomes int `json:"otherOutcomes,omitempty"`

	// Where times are known: the invitations that took longest to complete, if their beginning was recorded, and those
	// that have waited longest for their completion, up to five of each, the longest first.
	Slowest []Span `json:"slowest,omitempty"`
	Pending []Span `json:"pending,omitempty"`
}

// MaxOutcomes is how many different outcomes a summary tells apart.
const MaxOutcomes = 1000

// OutcomeCount is how many invitations ended in one way.
type OutcomeCount struct {
	Outcome     transitions.State `json:"outcome,omitzero"` // zero if no completion has been read
	Reason      string            `json:"reason,omitempty"` // code and subcode as they were sent; empty if none were
	Invitations int               `json:"invitations"`
}

// RuleCount counts the findings about one rule that stand on one basis: some rules do not always stand on the same.
type RuleCount struct {
	Rule     Rule        `json:"rule"`
	Basis    codes.Basis `json:"basis"`
	Findings int         `json:"findings"`
}

// Span is how long one invitation took, or has taken so far.
type Span struct {
	Input       string            `json:"input"` // as it was given to Add
	Href        string            `json:"href,omitempty"`
	OperationID string            `json:"operationId,omitempty"`
	Outcome     transitions.State `json:"outcome,omitzero"`
	Began       time.Time         `json:"began"`
	Until       time.Time         `json:"until"`
}

// spans is how many invitations Slowest and Pending name.
const spans = 5

// Add takes the verdict on one more invitation. The input is the name of what told of it, such as a file's.
func (s *Summary) Add(input string, v Verdict) {
	s.Invitations++
	if s.Results == nil {
		s.Results = map[Result]int{}
	}
	s.Results[v.Result]++

	outcome := OutcomeCount{Outcome: v.Outcome}
	if v.Error != nil {
		outcome.Reason = codes.Pair(v.Error.Code, v.Error.Subcode)
	}
	n := slices.IndexFunc(s.Outcomes, func(o OutcomeCount) bool {
		return o.Outcome == outcome.Outcome && o.Reason == outcome.Reason
	})
	if n < 0 && len(s.Outcomes) < MaxOutcomes {
		n = len(s.Outcomes)
		s.Outcomes = append(s.Outcomes, outcome)
	}
	if n < 0 {
		s.OtherOutcomes++
	} else {
		s.Outcomes[n].Invitations++
		rise(s.Outcomes, n, func(a, b OutcomeCount) int {
			return cmp.Or(b.Invitations-a.Invitations, cmp.Compare(a.Outcome, b.Outcome), cmp.Compare(a.Reason, b.Reason))
		})
	}

	for _, f := range v.Findings {
		n := slices.IndexFunc(s.Rules, func(r RuleCount) bool { return r.Rule == f.Rule && r.Basis == f.Basis })
		if n < 0 {
			n = len(s.Rules)
			s.Rules = append(s.Rules, RuleCount{Rule: f.Rule, Basis: f.Basis})
		}
		s.Rules[n].Findings++
		rise(s.Rules, n, func(a, b RuleCount) int {
			return cmp.Or(b.Findings-a.Findings, cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Basis, b.Basis))
		})
	}

	list := &s.Pending
	if v.Outcome != 0 {
		list = &s.Slowest
	}
	if v.Began.IsZero() || v.Until.IsZero() || v.Outcome != 0 && len(v.Path) == 1 {
		return
	}
	*list = append(*list, Span{input, v.Href, v.OperationID, v.Outcome, v.Began, v.Until})
	rise(*list, len(*list)-1, func(a, b Span) int {
		return cmp.Compare(b.Until.Sub(b.Began), a.Until.Sub(a.Began))
	})
	*list = (*list)[:min(len(*list), spans)]
}

// rise moves the one row of a sorted list that may stand too low up to its place.
func rise[T any](rows []T, n int, compare func(a, b T) int) {
	for ; n > 0 && compare(rows[n], rows[n-1]) < 0; n-- {
		rows[n], rows[n-1] = rows[n-1], rows[n]
	}
}
