package conformance

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// successes is how an operation is answered that is not refused: UCWA/accept_ref.md, decline_ref.md and cancel_ref.md,
// the vendor's own tests for forward, and docs/ChatCallflowDetail.md for the others.
var successes = map[transitions.Operation][]int{
	transitions.OperationAccept:            {204},
	transitions.OperationAcceptAndBridge:   {204, 200},
	transitions.OperationDecline:           {204},
	transitions.OperationForward:           {204},
	transitions.OperationStartAdhocMeeting: {201},
	transitions.OperationCancel:            {204},
}

// generic is the errors that any resource may answer with: UCWA/GenericSynchronousErrors.md, with the statuses of
// UCWA/ErrorsAndInformationalMessages.md, and what the pages of the operations add. A missing subcode is None.
var generic = []struct {
	status  int
	code    codes.Code
	subcode codes.Subcode
}{
	{400, codes.BadRequest, codes.SubcodeDeserializationFailure},
	{400, codes.BadRequest, codes.SubcodeNormalizationFailed},
	{403, codes.Forbidden, codes.SubcodeNone},
	{404, codes.NotFound, codes.SubcodeApplicationNotFound},
	{405, codes.MethodNotAllowed, codes.SubcodeNone},
	{410, codes.Gone, codes.SubcodeInactiveApplicationExpired},
	{410, codes.Gone, codes.SubcodeTooManyApplications},
	{410, codes.Gone, codes.SubcodeUserAgentNotAllowed},
	{412, codes.PreconditionFailed, codes.SubcodeNone},
	{413, codes.EntityTooLarge, codes.SubcodeNone},
	{415, codes.UnsupportedMediaType, codes.SubcodeNone},
	{428, codes.PreconditionRequired, codes.SubcodeNone},
	{429, codes.TooManyRequests, codes.SubcodeNone},
	{500, codes.ServiceFailure, codes.SubcodeNone},
	{500, codes.ServiceFailure, codes.SubcodeCallbackChannelError},
	{503, codes.ServiceUnavailable, codes.SubcodeNone},
	{504, codes.Timeout, codes.SubcodeNone},
}

// documented says whether the answer to an operation is: a success, a row of the specification, or a generic error.
func documented(o *Operation) bool {
	fits := func(status int, code codes.Code, subcode codes.Subcode) bool {
		return o.Status == status &&
			(o.Answer == nil || o.Answer.Code == code && cmp.Or(o.Answer.Subcode, codes.SubcodeNone) == subcode)
	}
	for row := range codes.SynchronousErrors() {
		if fits(row.HTTP(), row.Code(), row.Subcode()) {
			return true
		}
	}
	for _, row := range generic {
		if fits(row.status, row.code, row.subcode) {
			return true
		}
	}
	return slices.Contains(successes[o.Operation], o.Status)
}

func expectedAnswer(o transitions.Operation) string {
	expected := "a documented synchronous error"
	for _, status := range slices.Backward(successes[o]) {
		expected = strconv.Itoa(status) + ", or " + expected
	}
	return expected
}
