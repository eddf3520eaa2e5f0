package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/layout"
	"github.com/avinvite/avinvite/transitions"
)

// mostReasons is the number of reasons that failures names.
const mostReasons = 5

// failures returns how many of the chosen invitations failed, and how many of them for each of the most frequent reasons.
// It returns "" if the invitations are few.
func (r Recording) failures() (headline string, reasons []outcomeSum) {
	if r.Chosen.Invitations <= few {
		return "", nil
	}
	failed, pending := 0, 0
	for _, o := range r.Chosen.Outcomes {
		switch {
		case o.Outcome == 0 && !o.Refused:
			pending += o.Invitations
			continue
		case o.Outcome == transitions.StateConnected:
			continue
		}
		failed += o.Invitations
		name := cmp.Or(o.Reason, "no reason")
		n := slices.IndexFunc(reasons, func(r outcomeSum) bool { return r.name == name })
		if n < 0 {
			n, reasons = len(reasons), append(reasons, outcomeSum{name: name})
		}
		reasons[n].invitations += o.Invitations
	}
	slices.SortStableFunc(reasons, func(a, b outcomeSum) int { return b.invitations - a.invitations })
	if len(reasons) > mostReasons+1 {
		others := outcomeSum{name: "other reasons"}
		for _, o := range reasons[mostReasons:] {
			others.invitations += o.invitations
		}
		reasons = append(reasons[:mostReasons], others)
	}
	noun := "invitation"
	if r.Choice.Some() {
		noun = "chosen invitation"
	}
	headline = fmt.Sprintf("%d of %s failed", failed, layout.Count(r.Chosen.Invitations, noun))
	if pending > 0 {
		headline += fmt.Sprintf(", %d without an outcome", pending)
	}
	if r.Chosen.OtherOutcomes > 0 {
		headline += fmt.Sprintf(", %d not counted by reason", r.Chosen.OtherOutcomes)
	}
	return headline, reasons
}

// counts returns "RemoteFailure/Busy 2, Informational/Missed 1".
func counts(sums []outcomeSum) string {
	var texts []string
	for _, o := range sums {
		texts = append(texts, fmt.Sprintf("%s %d", o.name, o.invitations))
	}
	return strings.Join(texts, ", ")
}
