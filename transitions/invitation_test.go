package transitions_test

import (
	"errors"
	"testing"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// walk is an invitation after the events, each of which has to be legal.
func walk(t testing.TB, d transitions.Direction, events ...transitions.Event) transitions.Invitation {
	t.Helper()
	i := transitions.New(d)
	for _, e := range events {
		next, err := i.Step(e)
		if err != nil {
			t.Fatalf("%v.Step(%v) = %v, want no error", i, e, err)
		}
		i = next
	}
	return i
}

func TestStep(t *testing.T) {
	busy := transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy)
	for _, test := range []struct {
		from transitions.Invitation
		e    transitions.Event
		want string
		err  error
	}{
		{walk(t, transitions.Incoming), transitions.Started(transitions.StateConnecting), "Incoming Connecting", nil},
		{
			walk(t, transitions.Incoming), transitions.Started(transitions.StateAlerting), "Incoming None",
			transitions.ErrDirection,
		},
		{walk(t, transitions.Incoming), busy, "Incoming None", transitions.ErrReasonDirection},
		{walk(t, transitions.Outgoing), busy, "Outgoing Failed (RemoteFailure/Busy)", nil},
		{walk(t, transitions.Outgoing, busy), busy, "Outgoing Failed (RemoteFailure/Busy)", transitions.ErrCompleted},
		{
			walk(t, transitions.Outgoing, transitions.Started(transitions.StateAlerting)),
			transitions.Updated(transitions.StateConnecting), "Outgoing Alerting", transitions.ErrUndefined,
		},
		{
			walk(t, transitions.Outgoing), transitions.Completed(transitions.StateDeclined, codes.RemoteFailureBusy),
			"Outgoing None", transitions.ErrReasonState,
		},
		{
			walk(t, transitions.Outgoing), transitions.Completed(transitions.StateFailed, codes.Undocumented),
			"Outgoing None", transitions.ErrUndocumented,
		},
		{
			walk(t, transitions.Outgoing), transitions.Updated(transitions.StateNone), "Outgoing None",
			transitions.ErrInvalid,
		},
		{transitions.Invitation{}, busy, "invalid", transitions.ErrInvalid},
	} {
		got, err := test.from.Step(test.e)
		if got.String() != test.want || !errors.Is(err, test.err) {
			t.Errorf("%v.Step(%v) = %v, %v, want %v, %v", test.from, test.e, got, err, test.want, test.err)
		}
	}
}
