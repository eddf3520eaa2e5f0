package laws_test

import (
	"fmt"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
)

// A program that shows findings in its own form reads their parts. This machine drops the reason of a declined call, and
// then refuses the completion, because a failure without a reason is not legal.
func ExampleFinding() {
	c := laws.NewChecker(laws.Pure(transitions.New,
		func(i transitions.Invitation, e transitions.Event) (transitions.Invitation, error) {
			if e.State == transitions.StateDeclined {
				e.Reason = codes.NoReason
			}
			return i.Step(e)
		}, transitions.Invitation.Do, laws.ViewOf), laws.Patience)
	for _, f := range c.Enumerate(c.Words(), c.Laws()...) {
		fmt.Println(f.Law)
		fmt.Println(f.Authority)
		fmt.Println(f.Direction, f.Actions)
		fmt.Println("expected", f.Expected)
		fmt.Println("actual  ", f.Actual)
	}
	// Output:
	// 05 every documented reason is reached
	// Inferred: UCWA/InvitationState_ref.md: "The outgoing call was declined."; because the state and the subcode are one word
	// Incoming [completed(Declined, LocalFailure/Declined)]
	// expected accepted, {Direction:Incoming State:Declined Reason:LocalFailure/Declined Pending:none Offers:[]}
	// actual   refused, {Direction:Incoming State:None Reason:none Pending:none Offers:[]}
	// 10 every answer is that of the mode
	// Inferred: UCWA/InvitationState_ref.md: "The outgoing call was declined."; because the state and the subcode are one word
	// Incoming [completed(Declined, LocalFailure/Declined)]
	// expected accepted, {Direction:Incoming State:Declined Reason:LocalFailure/Declined Pending:none Offers:[]}
	// actual   refused, {Direction:Incoming State:None Reason:none Pending:none Offers:[]}
}
