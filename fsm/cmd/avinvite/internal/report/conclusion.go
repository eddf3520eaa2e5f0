package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/layout"
	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/transitions"
)

// conclusion is what a person asks first about an invitation.
type conclusion struct {
	outcome string // how it ended, after how long, and who ended it
	style   layout.Style
	parties string // who called whom, and when
	why     string // in plain words, with what can be done
}

// conclude concludes from a verdict on a recording, of which parts may be unread.
func conclude(v conformance.Verdict, unread bool) conclusion {
	c := conclusion{parties: parties(v) + began(v)}
	c.outcome, c.style = outcome(v)
	c.why = sentences(slices.Concat([]string{why(v, unread), advice(v)}, races(v), []string{open(v)})...)
	return c
}

// outcome returns how an invitation ended, after how long, and who ended it.
func outcome(v conformance.Verdict) (text string, style layout.Style) {
	switch {
	case v.Refused:
		return fmt.Sprintf("Refused at the start with %d%s%s, by the service", v.Call.Status, pair(v), after(v)), layout.Red
	case v.Outcome == transitions.StateConnected:
		by := map[transitions.Direction]string{
			transitions.Incoming: ", accepted by this side", transitions.Outgoing: ", accepted by the other side",
		}
		return v.Outcome.String() + after(v) + by[v.Direction], layout.Green
	case v.Outcome != 0:
		return v.Outcome.String() + pair(v) + after(v) + ", " + endedBy(v), layout.Red
	case len(v.Expects) == 0:
		return "No outcome" + after(v) + ": the completion cannot be read", layout.Yellow
	case len(v.Path) == 0 && !slices.ContainsFunc(v.Steps, func(s conformance.Step) bool { return s.Type != 0 }):
		return "No outcome" + after(v) + ": no event was read", layout.Yellow
	case len(v.Path) == 0:
		return "No outcome" + after(v) + ": no event has a state", layout.Yellow
	}
	text = "No outcome" + after(v) + ": still " + v.Path[len(v.Path)-1].String()
	if v.Forgotten {
		text += ", forgotten because more invitations are open than are kept"
	}
	return text, layout.Yellow
}

// after says how long an invitation took, or has been pending; "" if its beginning or its end was not recorded.
func after(v conformance.Verdict) string {
	if v.Began.IsZero() || !v.Until.After(v.Began) {
		return ""
	}
	return " after " + lasted(v.Began, v.Until).String()
}

// pair returns the reason as it was sent, in parentheses; "" if none was.
func pair(v conformance.Verdict) string {
	if v.Error == nil {
		return ""
	}
	return " (" + codes.Pair(v.Error.Code, v.Error.Subcode) + ")"
}

// sides are the parties as they are called in a report.
var sides = []struct {
	actor codes.Actor
	name  string
}{
	{codes.ActorLocal, "this side"},
	{codes.ActorRemote, "the other side"},
	{codes.ActorService, "the service"},
	{codes.ActorOtherEndpoint, "the same user elsewhere"},
}

// endedBy says who ended an invitation.
func endedBy(v conformance.Verdict) string { return EndedBy(known(v)) }

// EndedBy says who ends an invitation for a reason.
func EndedBy(r codes.Reason) string {
	actor, _ := r.Actor()
	var names []string
	for _, s := range sides {
		if actor&s.actor != 0 {
			names = append(names, s.name)
		}
	}
	if names == nil {
		return "who ended it is not recorded"
	}
	return "ended by " + strings.Join(names, " or ")
}

// known returns the reason of a verdict if it is documented, or else the reason of its code without a subcode.
func known(v conformance.Verdict) codes.Reason {
	if !v.Reason.Documented() && v.Error != nil {
		reason, _ := codes.Resolve(v.Error.Code, "")
		return reason
	}
	return v.Reason
}

// parties says who called whom.
func parties(v conformance.Verdict) string {
	text := "Call of unknown direction"
	if v.Direction != 0 {
		text = v.Direction.String() + " call"
	}
	if v.From != "" {
		text += " from " + v.From
	}
	if v.To != "" {
		text += " to " + v.To
	}
	if v.DirectionInferred {
		text += " (no event says the direction, but only this one explains them)"
	}
	return text
}

// began says when an invitation began, behind the parties.
func began(v conformance.Verdict) string {
	if v.Began.IsZero() {
		return ", no times recorded"
	}
	return v.Began.Format(", 2006-01-02 15:04:05.000 MST")
}

// why says in plain words why an invitation ended as it did.
func why(v conformance.Verdict, unread bool) string {
	switch {
	case v.Refused:
		return refusal(v)
	case v.Outcome == transitions.StateConnected:
		return "The invitation was accepted."
	case v.Outcome == 0 && len(v.Expects) == 0:
		return "The findings say what is wrong with the completion."
	case v.Outcome == 0 && unread:
		return "No completion was read. It may be in the parts of the recording that cannot be read."
	case v.Outcome == 0:
		return "The recording has no completion of the invitation. It can still end in " + list(v.Expects, ", ") + "."
	}
	e := v.Error
	switch {
	case e == nil:
		return "The service sent no reason."
	case v.Reason.Documented():
		return v.Reason.Explanation()
	case !e.Code.Documented():
		return fmt.Sprintf("The code %s is undocumented.", codes.Pair(e.Code, ""))
	}
	switch _, listed := e.Subcode.Published(); {
	case listed || e.Subcode == "":
		return fmt.Sprintf("No page has the pair %s, so the reason counts as %s alone.", codes.Pair(e.Code, e.Subcode), e.Code)
	default:
		return fmt.Sprintf("The subcode %s is undocumented, so the reason counts as %s alone.", codes.Pair(codes.Code(e.Subcode), ""), e.Code)
	}
}

// refusal says why the service refused to start an invitation, as far as the documentation does.
func refusal(v conformance.Verdict) string {
	texts, listed := descriptions(v)
	switch {
	case v.Call.Status == 401 && len(texts) == 0:
		return "The request had no valid token."
	case v.Call.Status == 429 && len(texts) == 0:
		return "The user has too many requests outstanding. Wait, then try again."
	case v.Error != nil && v.Reason.Explanation() != "" && !ambiguous(v):
		return v.Reason.Explanation()
	case len(texts) > 0:
		return strings.TrimSuffix(`The documentation says "`+strings.Join(texts, `" or "`), ".") + `."`
	case listed && v.Error == nil:
		return "The answer has no reason. The documentation lists its status."
	case listed:
		return "The documentation lists this answer, but does not explain it."
	}
	return "No page lists this answer."
}

// descriptions returns the documented descriptions of the answer to a start, those of its reason included, and whether the
// documentation lists the answer.
func descriptions(v conformance.Verdict) (texts []string, listed bool) {
	for s := range codes.SynchronousErrors() {
		if s.HTTP() != v.Call.Status || v.Error != nil &&
			(s.Code() != v.Error.Code || s.Subcode() != cmp.Or(v.Error.Subcode, codes.SubcodeNone)) {
			continue
		}
		listed = true
		if v.Error != nil {
			texts = append(texts, s.Description())
		}
	}
	if g, ok := codes.LookupGeneric(v.Call.Status, v.Error); ok {
		listed = true
		texts = append(texts, g.Description)
	}
	if v.Reason.Documented() {
		texts = append(texts, v.Texts...)
	}
	texts = slices.DeleteFunc(texts, func(text string) bool { return text == "" })
	slices.SortStableFunc(texts, strings.Compare)
	return slices.Compact(texts), listed
}

// ambiguous reports whether the documentation describes the answer to a start in other words than its reason, so that the
// explanation and the advice of the reason may not fit.
func ambiguous(v conformance.Verdict) bool {
	texts, _ := descriptions(v)
	return slices.ContainsFunc(texts, func(text string) bool { return !slices.Contains(v.Texts, text) })
}

// advice says what can be done about an invitation that failed.
func advice(v conformance.Verdict) string {
	if !failed(v) || v.Refused && ambiguous(v) {
		return ""
	}
	if v.Reason.Documented() {
		return Advice(v.Reason, v.Direction)
	}
	// The advice on a code without a subcode, such as to join the meeting, need not fit a subcode that no page lists.
	switch retry, _ := known(v).Retry(); {
	case v.Direction != transitions.Outgoing:
	case retry == codes.RetryLater:
		return "Try again later."
	case retry == codes.RetryChanged:
		return "Try again after a change."
	}
	return ""
}

// Advice says what can be done after a reason: the catalogue's advice, and to the side that dials whether inviting again
// can help, unless the advice says so. It is "" if nothing is known.
func Advice(r codes.Reason, d transitions.Direction) string {
	retry, advice := r.Retry()
	actor, _ := r.Actor()
	waits := strings.Contains(advice, "Wait") || strings.Contains(advice, "again")
	switch {
	case d != transitions.Outgoing && (strings.HasPrefix(advice, "Wait") || strings.HasPrefix(advice, "Invite")):
		return "" // only the side that dials can do that
	case d != transitions.Outgoing:
		return advice
	case retry == codes.RetryLater && !waits:
		return sentences("Try again later.", advice)
	case retry == codes.RetryChanged && advice == "":
		return "Try again after a change."
	case retry == codes.RetryNo && actor == codes.ActorLocal:
		return advice // this side has ended it on purpose
	case retry == codes.RetryNo:
		return sentences("Repeating the call at once does not help.", advice)
	}
	return advice
}

// races says which operations of the application came too late, or were refused, and what came of that.
func races(v conformance.Verdict) (texts []string) {
	for _, s := range v.Steps {
		text := race(v, s)
		if text != "" && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return texts
}

// race says that an operation did not decide how an invitation ended; "" if it did, or if there was none.
func race(v conformance.Verdict, s conformance.Step) string {
	if s.Operation == transitions.OperationNone {
		return ""
	}
	accepted := s.Status >= 200 && s.Status < 300
	at := ""
	if !s.Time.IsZero() {
		at = fmt.Sprintf(" at +%v", lasted(v.Began, s.Time))
	}
	canceled := v.Error != nil && v.Error.Subcode == codes.SubcodeCanceled
	switch {
	case s.Status == 0:
		return fmt.Sprintf("The %v%s has no answer of the service.", s.Operation, at)
	case !accepted:
		return fmt.Sprintf("The %v%s was refused with %d%s.", s.Operation, at, s.Status, late(v, s))
	case s.State.Terminal() && s.Operation == transitions.OperationCancel:
		return fmt.Sprintf("The cancel%s came after the end: it hangs up the call.", at)
	case !v.Outcome.Terminal():
		return ""
	case s.Operation == transitions.OperationCancel && v.Outcome == transitions.StateConnected:
		return fmt.Sprintf("The cancel%s came too late: the other side had accepted.", at)
	case s.Operation == transitions.OperationCancel && !canceled:
		return fmt.Sprintf("The cancel%s came too late: the invitation had ended otherwise.", at)
	case accepts(s.Operation) && canceled:
		return fmt.Sprintf("The %v%s came too late: the invitation had been canceled.", s.Operation, at)
	case accepts(s.Operation) && v.Outcome != transitions.StateConnected:
		return fmt.Sprintf("The %v%s did not lead to a call.", s.Operation, at)
	case s.Operation == transitions.OperationDecline && v.Outcome == transitions.StateConnected:
		return fmt.Sprintf("The decline%s came too late: the invitation had been accepted.", at)
	}
	return ""
}

// open says that a call is open although the application tried to prevent it; "" if none is, or if it was hung up.
func open(v conformance.Verdict) string {
	tried := false
	for _, s := range v.Steps {
		switch {
		case s.Operation == transitions.OperationCancel && s.State.Terminal() && s.Status < 300:
			return ""
		case s.Operation == transitions.OperationCancel || s.Operation == transitions.OperationDecline:
			tried = true
		}
	}
	if !tried || v.Outcome != transitions.StateConnected {
		return ""
	}
	return "The call is open: hang up if it is not wanted."
}

// late says why a refused operation had no chance, as far as the steps before show it.
func late(v conformance.Verdict, s conformance.Step) string {
	for _, before := range v.Steps {
		if before.Place == s.Place {
			break
		}
		if before.Operation != transitions.OperationNone && before.Status >= 200 && before.Status < 300 {
			return fmt.Sprintf(", because the %v before it had succeeded", before.Operation)
		}
	}
	if s.State.Terminal() {
		return ", because the invitation had ended"
	}
	if v.Outcome.Terminal() && !v.Until.IsZero() && !s.Answered.IsZero() && !s.Answered.Before(v.Until) {
		return ", because the invitation ended meanwhile"
	}
	return ""
}

func accepts(o transitions.Operation) bool {
	return o == transitions.OperationAccept || o == transitions.OperationAcceptAndBridge
}

// sentences joins sentences, and leaves out empty ones.
func sentences(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(t string) bool { return t == "" }), " ")
}

// failed reports whether an invitation has ended, and not in a call.
func failed(v conformance.Verdict) bool {
	return v.Refused || v.Outcome.Terminal() && v.Outcome != transitions.StateConnected
}
