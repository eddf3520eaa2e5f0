package report

import (
	"slices"
	"strings"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/transitions"
)

// Choice says which invitations are shown. All are judged and counted. The zero value chooses all.
type Choice struct {
	Failed    bool                  // refused, or ended in another state than Connected
	Result    conformance.Result    // zero for any
	Reason    string                // a code, a subcode or a pair, in any case of letters; "" for any
	Direction transitions.Direction // zero for any
	ID        string                // the href, its last part or the operationId; "" for any
}

// Some reports whether the choice can leave out an invitation.
func (c Choice) Some() bool { return c != Choice{} }

// Has reports whether the invitation of a verdict is chosen.
func (c Choice) Has(v conformance.Verdict) bool {
	return (!c.Failed || failed(v)) &&
		(c.Result == 0 || c.Result == v.Result) &&
		(c.Reason == "" || slices.ContainsFunc(reasons(v), func(r string) bool { return strings.EqualFold(r, c.Reason) })) &&
		(c.Direction == 0 || c.Direction == v.Direction) &&
		(c.ID == "" || c.ID == v.Href || c.ID == v.OperationID || c.ID == id(v))
}

// reasons returns the names of the reason of a verdict: its pair, code and subcode as they were sent, and the reason that
// they count as.
func reasons(v conformance.Verdict) []string {
	if v.Error == nil {
		return nil
	}
	names := []string{codes.Pair(v.Error.Code, v.Error.Subcode), string(v.Error.Code), v.Reason.String()}
	if v.Error.Subcode != "" {
		names = append(names, string(v.Error.Subcode))
	}
	return names
}
