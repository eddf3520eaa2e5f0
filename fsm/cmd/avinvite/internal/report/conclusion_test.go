package report

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/layout"
	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/fsm/eventchannel"
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
			"The person called is busy. Wait until the person is free.",
		},
		"connected out": {ending(out, connected, 0), "Connected after 5s, accepted by the other side", "The invitation was accepted."},
		"connected in":  {ending(in, connected, 0), "Connected after 5s, accepted by this side", "The invitation was accepted."},
		"cancel too late": {
			ending(out, connected, 0, step(cancel, 204, connecting, 3, 4)), "Connected after 5s, accepted by the other side",
			"The cancel at +3s came too late: the other side had accepted. The call is open: hang up if it is not wanted.",
		},
		"cancel in time": {
			ending(out, failed, codes.LocalFailureCanceled, step(cancel, 204, connecting, 3, 4)),
			"Failed (LocalFailure/Canceled) after 5s, ended by this side", "application, canceled the outgoing invitation.",
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
			"The decline at +2s was refused with 409, because the accept before it had succeeded. The call is open: hang up if it is not wanted.",
		},
		"refused because ended": {
			ending(out, failed, codes.RemoteFailureBusy, step(cancel, 404, failed, 6, 7)), "Failed",
			"The cancel at +6s was refused with 404, because the invitation had ended.",
		},
		"refused because it ended meanwhile": {
			ending(out, failed, codes.RemoteFailureBusy, step(cancel, 404, connecting, 4, 6)), "Failed",
			"The cancel at +4s was refused with 404, because the invitation ended meanwhile.",
		},
		"no answer": {ending(in, failed, codes.InformationalMissed, step(accept, 0, connecting, 3, 3)), "who ended it is not recorded", "The accept at +3s has no answer of the service."},
		"refused": {refused, "Refused at the start with 404 (NotFound/DestinationNotFound) after 1s, by the service",
			"The person or the meeting that was called does not exist. Correct the address"},
		"unknown code": {
			func() conformance.Verdict {
				v := ending(out, failed, codes.Undocumented)
				v.Error = &codes.Error{Code: "Weather"}
				return v
			}(), "Failed (Weather) after 5s, who ended it is not recorded", "The code Weather is undocumented.",
		},
		"missed": {
			ending(in, failed, codes.InformationalMissed), "Failed (Informational/Missed) after 5s, who ended it is not recorded",
			"Nobody accepted the incoming invitation.",
		},
		"hang up behind a late cancel": {
			ending(out, connected, 0, step(cancel, 204, connecting, 3, 4), step(cancel, 204, connected, 7, 8)), "Connected",
			"The cancel at +3s came too late: the other side had accepted. The cancel at +7s came after the end: it hangs up the call.",
		},
		"pending": {
			conformance.Verdict{
				Direction: out, Began: noon, Until: noon.Add(time.Minute), Path: []transitions.State{connecting},
				Expects: []transitions.State{connected, failed}, Result: conformance.Incomplete,
			},
			"No outcome after 1m0s: still Connecting", "It can still end in Connected, Failed.",
		},
		"a request, and no event": {
			conformance.Verdict{
				Began: noon, Until: noon.Add(time.Second), Result: conformance.Incomplete, Expects: []transitions.State{connected},
				Steps: []conformance.Step{step(accept, 204, 0, 0, 1)},
			},
			"No outcome after 1s: no event was read", "It can still end in Connected.",
		},
		"a pair that no page has": {
			func() conformance.Verdict {
				v := ending(out, failed, codes.NoReason)
				v.Error = &codes.Error{Code: codes.RemoteFailure, Subcode: codes.SubcodeEscalationFailed}
				return v
			}(), "Failed (RemoteFailure/EscalationFailed) after 5s, ended by the other side",
			"No page has the pair RemoteFailure/EscalationFailed, so the reason counts as RemoteFailure alone. Try again later.",
		},
		"advice on a code need not fit a subcode": {
			func() conformance.Verdict {
				v := ending(out, failed, codes.NoReason)
				v.Error = &codes.Error{Code: codes.Forbidden, Subcode: "Weather"}
				return v
			}(), "Failed (Forbidden/Weather) after 5s, ended by the service",
			"The subcode Weather is undocumented, so the reason counts as Forbidden alone. Try again after a change.",
		},
	} {
		c := conclude(test.verdict, false)
		open := strings.Contains(c.why, "The call is open")
		if !strings.Contains(c.outcome, test.outcome) || !strings.Contains(c.why, test.why) || open != strings.Contains(test.why, "is open") {
			t.Errorf("%s: %q, %q, want %q, %q", name, c.outcome, c.why, test.outcome, test.why)
		}
	}
}

// TestUnread does not say that a recording lacks the completion if parts of it cannot be read.
func TestUnread(t *testing.T) {
	v := conformance.Verdict{
		Direction: transitions.Outgoing, Result: conformance.Incomplete, Href: "/i/1", Path: []transitions.State{transitions.StateConnecting},
		Expects: []transitions.State{transitions.StateConnected},
	}
	const lacks, may = "The recording has no completion", "in the parts of the recording that cannot be read."
	if why := conclude(v, false).why; !strings.Contains(why, lacks) || strings.Contains(why, may) {
		t.Errorf("all read: %q", why)
	}
	if why := conclude(v, true).why; strings.Contains(why, lacks) || !strings.HasSuffix(why, may) {
		t.Errorf("parts unread: %q", why)
	}
	if why := NewInvitation(Recording{Unread: []error{io.ErrUnexpectedEOF}}, v).Why; !strings.HasSuffix(why, may) {
		t.Errorf("a page, parts unread: %q", why)
	}
}

// TestShort keeps an invitation in short within the width, however long its reason is.
func TestShort(t *testing.T) {
	for r := range codes.Reasons() {
		var b strings.Builder
		v := ending(transitions.Outgoing, transitions.StateFailed, r)
		v.Href, v.To = "/i/1", "sip:amanda@fabrikam.example"
		(&text{Writer: layout.New(&b, layout.Plain())}).short(v)
		for line := range strings.Lines(b.String()) {
			if n := layout.Columns(strings.TrimSuffix(line, "\n")); n > layout.Width {
				t.Errorf("%d columns: %s", n, line)
			}
		}
		if want := "  Failed (" + r.String() + ")"; !strings.HasPrefix(b.String(), want) {
			t.Errorf("%q, want it to begin with %q", b.String(), want)
		}
	}
	var b strings.Builder
	(&text{Writer: layout.New(&b, layout.Plain())}).short(conformance.Verdict{Outcome: transitions.StateConnected, Href: "/i/1"})
	if want := "  Connected. Call of unknown direction, no times recorded, invitation id 1\n"; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}

// TestAdvice wants advice after every outgoing failure that this side has not ended on purpose, and none about dialling
// after an incoming failure.
func TestAdvice(t *testing.T) {
	for r := range codes.Reasons() {
		retry, advice := r.Retry()
		out, in := Advice(r, transitions.Outgoing), Advice(r, transitions.Incoming)
		actor, _ := r.Actor()
		if (out == "") != (retry == codes.RetryNo && actor == codes.ActorLocal) || !strings.Contains(out, advice) {
			t.Errorf("%v, outgoing: %q, want advice with %q", r, out, advice)
		}
		if strings.Contains(out, "Wait") && strings.Contains(out, "Try again later") || strings.Count(out, "Try again") > 1 {
			t.Errorf("%v, outgoing: %q says one thing twice", r, out)
		}
		for _, word := range []string{"Try again", "Repeating", "Invite", "Wait"} {
			if strings.Contains(in, word) && r.Fits(codes.Incoming) {
				t.Errorf("%v, incoming: %q is for the side that dials", r, in)
			}
		}
		if Advice(r, 0) != in {
			t.Errorf("%v, unknown direction: %q, want %q", r, Advice(r, 0), in)
		}
	}
}

// TestLadderMark puts the mark at the answer that is undocumented, at the request that was not offered, and in each case
// not at the other.
func TestLadderMark(t *testing.T) {
	decline := step(transitions.OperationDecline, 418, transitions.StateConnecting, 1, 2)
	decline.Place, decline.Findings = eventchannel.Place{Document: 3, Offset: 70}, 1
	for rule, want := range map[conformance.Rule]string{
		conformance.RuleAnswer: "418", conformance.RuleOperation: "decline",
	} {
		v := ending(transitions.Incoming, transitions.StateFailed, codes.InformationalMissed, decline)
		v.Findings = []conformance.Finding{
			{Rule: rule, Place: eventchannel.Place{Document: 3, Offset: 70, Pointer: "/log/entries/2/request"}},
			{Rule: conformance.RuleLink, Place: eventchannel.Place{Document: 2, Offset: 70}},
		}
		marked := ladderRows(v, "!")
		if len(marked) != 1 || !strings.Contains(marked[0], want) {
			t.Errorf("%s: marked are %q, want only %s", rule, marked, want)
		}
	}
	refused := conformance.Verdict{
		Direction: transitions.Outgoing, Refused: true, Began: noon,
		Call:     &conformance.Call{Status: 418, Place: eventchannel.Place{Document: 1}},
		Findings: []conformance.Finding{{Rule: conformance.RuleAnswer, Place: eventchannel.Place{Document: 1}}},
	}
	if marked := ladderRows(refused, "!"); len(marked) != 1 || !strings.Contains(marked[0], "418") {
		t.Errorf("a start: marked are %q, want only 418", marked)
	}
}

// TestRefusal says why a start was refused, and no more than the documentation does.
func TestRefusal(t *testing.T) {
	for _, test := range []struct {
		status int
		answer *codes.Error
		want   string
	}{
		{404, &codes.Error{Code: codes.NotFound}, `The documentation says "Call Not Found" or "The resource does not exist."`},
		{
			403, &codes.Error{Code: codes.Forbidden},
			`The documentation says "Participant is not connected to meeting." or "User is no longer authorized for mobile applications."`,
		},
		{408, &codes.Error{Code: "ClientTimeout"}, "The documentation lists this answer, but does not explain it."},
		{408, nil, "The answer has no reason. The documentation lists its status."},
		{401, nil, "The request had no valid token."},
		{429, &codes.Error{Code: codes.TooManyRequests}, "The user has too many requests outstanding. Wait, then try again."},
		{418, &codes.Error{Code: "Teapot"}, "No page lists this answer."},
		{418, nil, "No page lists this answer."},
	} {
		v := conformance.Verdict{Refused: true, Call: &conformance.Call{Status: test.status}, Error: test.answer}
		if test.answer != nil {
			v.Reason = test.answer.Reason()
			v.Texts = v.Reason.Texts()
		}
		if got := refusal(v); got != test.want {
			t.Errorf("%d %v: %q, want %q", test.status, test.answer, got, test.want)
		}
	}
}

// TestLadderWrapped puts the time, the arrow and the state of a long event on its first row, and a mark if it has one.
func TestLadderWrapped(t *testing.T) {
	v := ending(transitions.Outgoing, transitions.StateFailed, codes.RemoteFailureMediaEncryptionNotSupported, conformance.Step{
		Type: transitions.EventCompleted, Said: transitions.StateFailed, Reason: codes.RemoteFailureMediaEncryptionNotSupported,
		State: transitions.StateFailed, Time: noon.Add(2 * time.Second), Findings: 1,
	})
	arrows := ladderRows(v, "<-")
	if len(arrows) != 1 || !strings.HasPrefix(arrows[0], "! +2s ") || !strings.Contains(arrows[0], "<- completed(") ||
		!strings.HasSuffix(arrows[0], "|  Failed") {
		t.Errorf("arrows %q, want one, with the mark, the time, the begin of the event and the state", arrows)
	}
	if rest := ladderRows(v, "NotSupported"); len(rest) != 1 || strings.Contains(rest[0], "-") {
		t.Errorf("rows %q, want one without an arrow", rest)
	}
}

// ladderRows returns the rows of a ladder that contain a text.
func ladderRows(v conformance.Verdict, text string) (rows []string) {
	var b strings.Builder
	ladder(layout.New(&b, layout.Page{Width: 80}), 0, v, false)
	for row := range strings.SplitSeq(b.String(), "\n") {
		if strings.Contains(row, text) {
			rows = append(rows, row)
		}
	}
	return rows
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
