package main

import (
	"maps"
	"slices"
	"strings"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/transitions"
)

// fault changes the acts of a life, which begins with started and ends with completed, so that it breaks a rule. A life
// that an eventchannel.Writer refuses is written as a legal life and then edited.
type fault struct {
	direction transitions.Direction // of the invitations that can break the rule; zero for either
	operation bool                  // shows in an operation, which only a HAR has
	plant     func(acts []act) []act
}

var faults = map[conformance.Rule]fault{
	conformance.RuleCompleted: {plant: func(acts []act) []act {
		return append(acts, act{event: transitions.Updated(transitions.StateConnecting)})
	}},
	conformance.RuleDirection: {direction: transitions.Incoming, plant: func([]act) []act {
		return []act{{
			event: transitions.Started(transitions.StateConnecting),
			edit:  []string{`"state":"Connecting"`, `"state":"Alerting"`},
		}}
	}},
	conformance.RuleUndefined: {direction: transitions.Outgoing, plant: func([]act) []act {
		return []act{
			{event: transitions.Started(transitions.StateAlerting)},
			{event: transitions.Updated(transitions.StateConnecting)},
			{event: transitions.Completed(transitions.StateConnected, codes.NoReason)},
		}
	}},
	conformance.RuleUndocumented: {plant: failing(codes.InformationalCanceled, `"subcode":"Canceled"`, `"subcode":"Weather"`)},
	conformance.RuleReasonDirection: {direction: transitions.Incoming, plant: failing(codes.InformationalCanceled,
		`"code":"Informational","subcode":"Canceled"`, `"code":"RemoteFailure","subcode":"Busy"`)},
	conformance.RuleReasonState: {direction: transitions.Outgoing, plant: failing(codes.RemoteFailureBusy,
		`"state":"Failed"`, `"state":"Declined"`)},
	conformance.RuleContradiction: {plant: failing(codes.InformationalCanceled, `"status":"Failure"`, `"status":"Success"`)},
	conformance.RuleIncomplete:    {plant: succeeding(`"status":"Success",`, ``, `"_embedded":`, `"embedded":`)},
	conformance.RuleToken:         {plant: succeeding(`"state":"Connected"`, `"state":"Pending"`)},
	conformance.RuleFixedDirection: {plant: succeeding(
		`"direction":"Incoming"`, `"direction":"Outgoing"`, `"direction":"Outgoing"`, `"direction":"Incoming"`)},
	conformance.RuleFixedOperation: {plant: succeeding(`"operationId":"`, `"operationId":"9`)},
	conformance.RuleLength:         {plant: succeeding(`"threadId":`, `"subject":"`+strings.Repeat("x", 251)+`","threadId":`)},
	conformance.RuleSender:         {plant: succeeding(`"`+transitions.RelCommunication+`"`, `"people"`)},
	conformance.RuleLink: {direction: transitions.Incoming, plant: succeeding(
		`"`+transitions.RelPrefix+`conversation"`, `"`+transitions.OperationDecline.Rel()+`"`)},
	conformance.RuleOperation: {direction: transitions.Incoming, operation: true, plant: func(acts []act) []act {
		return []act{
			acts[0],
			{operation: transitions.OperationAccept, answer: 204},
			{operation: transitions.OperationDecline, answer: 409},
			{event: transitions.Completed(transitions.StateConnected, codes.NoReason)},
		}
	}},
	conformance.RuleAnswer: {direction: transitions.Incoming, operation: true, plant: func(acts []act) []act {
		return slices.Insert(acts, 1, act{operation: transitions.OperationAccept, answer: 418})
	}},
}

// succeeding and failing replace all between the start and the end, and edit the end.
func succeeding(edit ...string) func([]act) []act {
	return func(acts []act) []act {
		return []act{acts[0], {event: transitions.Completed(transitions.StateConnected, codes.NoReason), edit: edit}}
	}
}

func failing(r codes.Reason, edit ...string) func([]act) []act {
	return func(acts []act) []act {
		return []act{acts[0], {event: transitions.Completed(transitions.StateFailed, r), edit: edit}}
	}
}

func faultNames() []string {
	var names []string
	for _, rule := range slices.Sorted(maps.Keys(faults)) {
		names = append(names, string(rule))
	}
	return names
}
