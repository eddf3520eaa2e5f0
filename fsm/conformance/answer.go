package conformance

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// successes has the statuses of operations that are not refused: UCWA/accept_ref.md, decline_ref.md and cancel_ref.md,
// the vendor's own tests for forward, and an earlier Trusted-Application-API/docs/ChatCallflowDetail.md for the others.
var successes = map[transitions.Operation][]int{
	transitions.OperationAccept:            {204},
	transitions.OperationAcceptAndBridge:   {204, 200},
	transitions.OperationDecline:           {204},
	transitions.OperationForward:           {204},
	transitions.OperationStartAdhocMeeting: {201},
	transitions.OperationCancel:            {204},
}

// documented reports whether the answer to an operation is a success, a row of the specification, or a generic error.
func documented(o transitions.Operation, status int, answer *codes.Error) bool {
	return slices.Contains(successes[o], status) || documentedError(status, answer)
}

// documentedError reports whether an answer is a documented synchronous error. If its body is unknown, the status decides.
// A client without a token is answered with a challenge (Trusted-Application-API/docs/AuthenticationAndAuthorization.md).
func documentedError(status int, answer *codes.Error) bool {
	for row := range codes.SynchronousErrors() {
		if row.HTTP() == status && (answer == nil ||
			answer.Code == row.Code() && cmp.Or(answer.Subcode, codes.SubcodeNone) == row.Subcode()) {
			return true
		}
	}
	_, generic := codes.LookupGeneric(status, answer)
	return generic || status == 401
}

// documentedRefusal reports whether an answer to a start is a documented synchronous error or a documented reason.
//
// Inferred: a refusal ends the invitation before it begins, and PAGE lists the reasons for which an invitation fails. If
// the code has a status of its own, the answer must have it.
func documentedRefusal(status int, answer *codes.Error) bool {
	if documentedError(status, answer) {
		return true
	}
	return status >= 400 && answer != nil && answer.Reason().Documented() &&
		(answer.Code.HTTP() == 0 || answer.Code.HTTP() == status)
}

func expectedAnswer(o transitions.Operation) string {
	expected := "a documented synchronous error"
	for _, status := range slices.Backward(successes[o]) {
		expected = strconv.Itoa(status) + ", or " + expected
	}
	return expected
}
