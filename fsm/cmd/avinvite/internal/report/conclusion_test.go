package report

import (
	"strings"
	"testing"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/layout"
	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/transitions"
)

var noon = time.Date(2017, 4, 20, 12, 0, 0, 0, time.UTC)

// step returns an operation that was asked for and answered, each so many seconds after noon.
func step(o transitions.Operation, status int, state transitions.State, asked, answered int) conformance.Step {
	return conformance.Step{
		Operation: o, Status: status, State: state,
		Time: noon.Add(time.Duration(asked) * time.Second), Answered: noon.Add(time.Duration(answered) * time.Second),
	}
}

// ending returns a verdict on an invitation that ended five seconds after noon, for a reason if it failed.
func ending(d transitions.Direction, s transitions.State, r codes.Reason, steps ...conformance.Step) conformance.Verdict {
	v := conformance.Verdict{
		Direction: d, Outcome: s, Reason: r, Result: conformance.Conforms, Began: noon, Until: noon.Add(5 * time.Second), Steps: steps,
	}
	if r != codes.NoReason {
		v.Error = &codes.Error{Code: r.Code(), Subcode: r.Subcode()}
	}
	return v
}

// TestConclusion reads the sentences about each way to end, and about operations that did not decide it.
func TestConclusion(t *testing.T) {
	const out, in = transitions.Outgoing, transitions.Incoming
	const connecting, connected, failed = transitions.StateConnecting, transitions.StateConnected, transitions.StateFailed
	accept, cancel, decline := transitions.OperationAccept, transitions.OperationCancel, transitions.OperationDecline
	refused := conformance.Verdict{
		Direction: out, Refused: true, Began: noon, Until: noon.Add(time.Second), Result: conformance.Conforms,
		Call: &conformance.Call{Status: 404}, Error: &codes.Error{Code: codes.NotFound, Subcode: codes.SubcodeDestinationNotFound},
		Reason: codes.NotFoundDestinationNotFound,
	}
	late := step(decline, 409, connecting, 2, 3)
	late.Place.Offset = 7
	for name, test := range map[string]struct {
		verdict conformance.Verdict
		outcome string
		why     string
	}{
		"busy": {
			ending(out, failed, codes.RemoteFailureBusy), "Failed (RemoteFailure/Busy) after 5s, ended by the other side",
			"The person called is busy. Try again later. Wait until the person is free.",
		},
		"connected out": {ending(out, connected, 0), "Connected after 5s, accepted by the other side", "The invitation was accepted."},
		"connected in":  {ending(in, connected, 0), "Connected after 5s, accepted by this side", "The invitation was accepted."},
		"cancel too late": {
			ending(out, connected, 0, step(cancel, 204, connecting, 3, 4)), "Connected after 5s, accepted by the other side",
			"The cancel at +3s came too late: the other side had accepted.",
		},
		"cancel in time": {
			ending(out, failed, codes.LocalFailureCanceled, step(cancel, 204, connecting, 3, 4)),
			"Failed (LocalFailure/Canceled) after 5s, ended by this side", "application, canceled the outgoing invitation. Trying again does not help.",
		},
		"cancel behind a decline": {
			ending(out, failed, codes.RemoteFailureDeclined, step(cancel, 204, connecting, 3, 4)),
			"Failed (RemoteFailure/Declined) after 5s, ended by the other side", "The cancel at +3s came too late: the invitation had ended otherwise.",
		},
		"hang up": {
			ending(out, connected, 0, step(cancel, 204, connected, 7, 8)), "Connected", "The cancel at +7s came after the end: it hangs up the call.",
		},
		"accept too late": {
			ending(in, failed, codes.RemoteFailureCanceled, step(accept, 204, connecting, 3, 4)),
			"Failed (RemoteFailure/Canceled) after 5s, ended by the other side", "The accept at +3s came too late: the invitation had been canceled.",
		},
		"accept in vain": {
			ending(in, failed, codes.ServiceFailureTimeout, step(accept, 204, connecting, 3, 4)),
			"ended by the service", "The accept at +3s did not lead to a call.",
		},
		"second answer": {
			ending(in, connected, 0, step(accept, 204, connecting, 1, 2), late), "Connected",
			"The decline at +2s was refused with 409, because the accept before it had succeeded.",
		},
		"refused because ended": {
			ending(out, failed, codes.RemoteFailureBusy, step(cancel, 404, failed, 6, 7)), "Failed",
			"The cancel at +6s was refused with 404, because the invitation had ended.",
		},
		"refused because it ended meanwhile": {
			ending(out, failed, codes.RemoteFailureBusy, step(cancel, 404, connecting, 4, 6)), "Failed",
			"The cancel at +4s was refused with 404, because the invitation ended meanwhile.",
		},
		"no answer": {ending(in, failed, codes.InformationalMissed, step(accept, 0, connecting, 3, 3)), "nothing says by whom", "The accept at +3s has no answer."},
		"refused": {refused, "Refused at the start with 404 (NotFound/DestinationNotFound) after 1s, by the service",
			"The person or the meeting that was called does not exist. Try again after a change."},
		"unknown code": {
			func() conformance.Verdict {
				v := ending(out, failed, codes.Undocumented)
				v.Error = &codes.Error{Code: "Weather"}
				return v
			}(), "Failed (Weather) after 5s, nothing says by whom", "The code Weather is undocumented.",
		},
		"pending": {
			conformance.Verdict{
				Direction: out, Began: noon, Until: noon.Add(time.Minute), Path: []transitions.State{connecting},
				Expects: []transitions.State{connected, failed}, Result: conformance.Incomplete,
			},
			"No outcome after 1m0s: still Connecting", "It can still be Connected, Failed.",
		},
	} {
		c := conclude(test.verdict)
		if !strings.Contains(c.outcome, test.outcome) || !strings.Contains(c.why, test.why) {
			t.Errorf("%s: %q, %q, want %q, %q", name, c.outcome, c.why, test.outcome, test.why)
		}
	}
}

// TestLadder puts the answer to an operation behind the events that came before it, in lines that are not too wide.
func TestLadder(t *testing.T) {
	v := ending(transitions.Incoming, transitions.StateFailed, codes.RemoteFailureCanceled,
		step(transitions.OperationAccept, 204, transitions.StateConnecting, 1, 3),
		conformance.Step{
			Type: transitions.EventCompleted, Said: transitions.StateFailed, Reason: codes.RemoteFailureCanceled,
			State: transitions.StateFailed, Time: noon.Add(2 * time.Second), Findings: 1,
		},
		step(transitions.OperationDecline, 0, transitions.StateFailed, 4, 4))
	for _, width := range []int{0, 60, 40} {
		var b strings.Builder
		ladder(layout.New(&b, layout.Page{Width: width}), 4, v, false)
		for line := range strings.Lines(b.String()) {
			if n := layout.Columns(strings.TrimSuffix(line, "\n")); n > 60 && width > 0 || n > layout.Width {
				t.Errorf("%d columns of %d: %s", n, width, line)
			}
		}
		if width == 40 {
			continue // words are split
		}
		at := -1
		for _, want := range []string{"accept", "completed", "204", "decline", "no answer"} {
			next := strings.Index(b.String(), want)
			if next <= at {
				t.Errorf("%s is not where it should be in\n%s", want, b.String())
			}
			at = next
		}
		if strings.Count(b.String(), "    ! +2s") != 1 || strings.Count(b.String(), "!") != 1 {
			t.Errorf("the completed event is not marked, or others are, in\n%s", b.String())
		}
	}
}
