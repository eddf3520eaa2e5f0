package suite_test

import (
	"fmt"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
	"github.com/avinvite/avinvite/transitions/suite"
)

// In this server an update restarts an invitation that has failed with RemoteFailure/Busy. Differences yields a shortest
// word for this state and this input.
func ExampleMachine_Differences() {
	spec := suite.Spec{
		Direction: transitions.Outgoing,
		Sees:      suite.SeesState | suite.SeesOffers | suite.SeesVerdict,
	}
	right, err := suite.New(spec)
	if err != nil {
		fmt.Println(err)
		return
	}
	wrong, err := suite.From(spec, transitions.New,
		func(i transitions.Invitation, e transitions.Event) (transitions.Invitation, error) {
			if i.Reason() == codes.RemoteFailureBusy && e == transitions.Updated(transitions.StateAlerting) {
				return transitions.New(transitions.Outgoing).Step(e)
			}
			return i.Step(e)
		}, transitions.Invitation.Do, laws.ViewOf)
	if err != nil {
		fmt.Println(err)
		return
	}
	for d := range wrong.Differences(right) {
		fmt.Println(d.Word)
	}
	// Output:
	// [completed(Failed, RemoteFailure/Busy) updated(Alerting)]
}
