package conformance

import (
	"errors"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/history"
	"github.com/avinvite/avinvite/transitions"
)

// communication is the relation of the sender of events about invitations, without its prefix.
var communication = transitions.TrimRelPrefix(transitions.RelCommunication)

// observations returns the findings about an event by itself. entry is that of the event. before is the operationId that
// the invitation had before, if that was another one.
func observations(e *eventchannel.RawEvent, entry *history.Entry, before string) (findings []Finding) {
	add := func(f Finding) {
		f.Place = e.Place()
		findings = append(findings, f)
	}
	if e.Sender != "" && e.Sender != transitions.RelCommunication && transitions.TrimRelPrefix(e.Sender) != communication {
		add(Finding{
			Rule: RuleSender, Basis: codes.Stated, Source: "PAGE, Events, Sender",
			Seen: "sender " + e.Sender, Expected: "sender " + transitions.RelCommunication,
		})
	}
	if e.Direction != "" && entry.Direction == 0 {
		add(Finding{
			Rule: RuleToken, Basis: codes.Stated, Source: "UCWA/Direction_ref.md: the members",
			Seen: "direction " + e.Direction, Expected: "Incoming or Outgoing",
		})
	}
	if before != "" {
		add(Finding{
			Rule: RuleFixedOperation, Basis: codes.Inferred,
			Source: "UCWA/OperationResource.md: the operationId is included in every event about the operation",
			Seen:   "operationId " + short(string(e.AppendOperationID(nil))), Expected: "operationId " + short(before),
		})
	}
	if broken := e.Validate(); broken != nil {
		invalid := new(eventchannel.ValidationError)
		_ = errors.As(broken, &invalid) // always
		for _, o := range invalid.Offences {
			switch {
			case o.Limit > 0:
				add(Finding{
					Rule: RuleLength, Basis: codes.Stated, Source: "PAGE, Properties: the maximum length",
					Seen: o.Pointer[1:] + " of " + o.Got, Expected: o.Want,
				})
			case o.Pointer == "/importance":
				add(Finding{
					Rule: RuleToken, Basis: codes.Inferred, Source: "UCWA/Importance_ref.md: the members",
					Seen: "importance " + short(e.Event().Invitation.Importance), Expected: o.Want,
				})
			}
		}
	}
	if entry.Odd == 0 {
		return findings // reducing the event has told no error
	}
	_, odd, err := e.Reduce(transitions.StateNone)
	for _, o := range odd {
		f := unreadable(o)
		f.Basis = codes.Inferred
		add(f)
	}
	if err != nil {
		add(unreadable(err))
	}
	return findings
}

// remembered returns the findings that a history still tells about an event.
func remembered(odd history.Oddities) (findings []Finding) {
	for _, o := range []struct {
		odd history.Oddities
		err error
	}{
		{history.StateToken, &eventchannel.TokenError{Member: "state", Token: "not kept", Want: "a member of InvitationState"}},
		{history.StatusToken, &eventchannel.TokenError{Member: "status", Token: "not kept", Want: "Success or Failure"}},
		{history.Contradiction, &eventchannel.ContradictionError{One: "a part", Other: "another part"}},
		{history.Incomplete, &eventchannel.IncompleteError{Missing: "all of status, state and reason"}},
	} {
		if odd&o.odd == 0 {
			continue
		}
		f := unreadable(o.err)
		if odd&history.Unreadable == 0 || f.Rule == RuleToken {
			f.Basis = codes.Inferred
		}
		findings = append(findings, f)
	}
	return findings
}

// short cuts a long text.
func short(text string) string {
	const enough = 60
	if len(text) <= enough {
		return text
	}
	return text[:enough] + "..."
}

// unreadable returns the finding about an event that cannot be reduced to an event of the machine, or not all of it.
func unreadable(err error) Finding {
	f := Finding{Seen: err.Error(), Basis: codes.Stated}
	var contradiction *eventchannel.ContradictionError
	var token *eventchannel.TokenError
	switch {
	case errors.As(err, &contradiction):
		f.Rule = RuleContradiction
		f.Source = "PAGE, Asynchronous reason codes: a status of success, or of failure with code and subcode"
		f.Expected = "status, state and reason that tell one outcome"
	case errors.As(err, &token):
		f.Rule, f.Expected = RuleToken, token.Want
		f.Seen = token.Member + " " + short(token.Token)
		f.Source = "UCWA/InvitationState_ref.md: the states; PAGE, Asynchronous reason codes: the status values"
	default:
		f.Rule, f.Basis, f.Expected = RuleIncomplete, codes.Inferred, "a status, a state or a reason"
		f.Source = "no capture shows a completion that says nothing of how it went"
	}
	return f
}
