package codes_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"

	"github.com/avinvite/avinvite/codes"
)

// The reason of a failed completion, and advice on inviting again.
func Example() {
	explain := func(data []byte) error {
		var failure codes.Error // the member "reason" of a completed event
		if err := json.Unmarshal(data, &failure); err != nil {
			return err
		}
		retry, advice := failure.Reason().Retry()
		fmt.Println(failure.Reason().Texts(), retry, advice)
		return nil
	}
	fmt.Println(explain([]byte(`{"code":"BadRequest","subcode":"NormalizationFailed","message":null}`)))
	fmt.Println(explain([]byte(`{"subcode":"Timeout"}`)))
	// Output:
	// [The phone normalization failed.] changed Give the number in international form, for example tel:+12065550100.
	// <nil>
	// an error body without a code, want at least the member code
}

// The facts about a reason, each with its authority.
func ExampleLookup() {
	reason, ok := codes.Lookup("RemoteFailure", "Canceled")
	if !ok {
		fmt.Println("not documented")
		return
	}
	actor, basis := reason.Actor()
	fmt.Println(reason)
	fmt.Printf("  text      %q\n", reason.Texts())
	fmt.Printf("  incoming  %v, outgoing %v (%v)\n",
		reason.Fits(codes.Incoming), reason.Fits(codes.Outgoing), reason.Basis())
	fmt.Println("           ", reason.Source())
	fmt.Printf("  ended by  %v (%v)\n", actor, basis)
	fmt.Println("           ", reason.ActorSource())
	for _, ending := range reason.States() {
		fmt.Printf("  state     %v (%v)\n", ending.State, ending.Basis)
	}
	fmt.Println("  when      ", reason.Explanation())
	fmt.Println("  litmus    ", reason.Litmus())
	// Output:
	// RemoteFailure/Canceled
	//   text      ["Invitation canceled by remote user."]
	//   incoming  true, outgoing false (Inferred)
	//             PAGE, Asynchronous reason codes: "Invitation canceled by remote user."; because only the side that invited can cancel
	//   ended by  remote (Stated)
	//             PAGE, Asynchronous reason codes: "Invitation canceled by remote user."
	//   state     Failed (Inferred)
	//   state     Cancelled (Inferred)
	//   when       The caller canceled the incoming invitation.
	//   litmus     Choose LocalFailure/Canceled if the local user canceled, or Informational/Canceled if nobody is known to have canceled.
}

// The advice on inviting again, and the page that states it, if one does.
func ExampleReason_RetrySource() {
	for _, r := range []codes.Reason{codes.RemoteFailureBusy, codes.GoneCannotRedirect} {
		retry, advice := r.Retry()
		fmt.Printf("%v: %v %q %q\n", r, retry, advice, r.RetrySource().Words)
	}
	// Output:
	// RemoteFailure/Busy: later "Wait until the person is free." ""
	// Gone/CannotRedirect: no "" "The resource is permanently gone. The client should not retry."
}

// A checker of recorded traffic asks whether the answer to a request is documented at all.
func ExampleLookupGeneric() {
	for _, answer := range []struct {
		status int
		body   *codes.Error
	}{
		{412, &codes.Error{Code: "PreConditionFailed"}},
		{404, &codes.Error{Code: codes.NotFound, Subcode: codes.SubcodeAPIVersionNotSupported}},
		{429, nil},
		{418, nil},
	} {
		generic, ok := codes.LookupGeneric(answer.status, answer.body)
		fmt.Println(answer.status, answer.body, ok, generic.Name, generic.Basis)
	}
	generic, _ := codes.LookupGeneric(428, nil)
	fmt.Println(generic.Code, "is also spelled", generic.OtherCode)
	// Output:
	// 412 PreConditionFailed true PreconditionFailed Stated
	// 404 NotFound/APIVersionNotSupported true VersionNotSupported Stated
	// 429 no error body true TooManyRequests Stated
	// 418 no error body false  Basis(0)
	// PreconditionRequired is also spelled PreConditionRequired
}

// The reasons for which the local user ends an invitation, as far as the documentation says so, and whether the state may
// be Declined. Where the direction of the reason is Inferred, its source says why.
func ExampleReasons() {
	for r := range codes.Reasons() {
		if actor, basis := r.Actor(); actor == codes.ActorLocal && basis == codes.Stated {
			fmt.Printf("%v %v %q\n", r, r.EndsIn(codes.StateDeclined) != 0, r.Source().Because)
		}
	}
	// Output:
	// LocalFailure/Canceled false "no page says that cancel fails outgoing invitations only"
	// LocalFailure/Declined true ""
	// LocalFailure/InsufficientBandwidth false ""
	// LocalFailure/Timeout false "the text names no direction"
}

// A row without a text keeps its blank, and has the text of another page beside it.
func ExampleRows() {
	for row := range codes.Rows() {
		if row.Text == "" && row.OtherText != "" {
			fmt.Printf("%v: %q, %s\n", row.Reason, row.OtherText, row.OtherSource)
		}
	}
	fmt.Println(codes.GoneCannotRedirect.OtherText())
	fmt.Println(codes.SyncConflict.OtherText())
	// Output:
	// Conflict/AlreadyExists: "The already exists error.", UCWA/messagingInvitation_ref.md before 2016-09-26, asynchronous table
	// Conflict/None: "Un-supported Service/Resource/API error.", UCWA/messagingInvitation_ref.md before 2016-09-26, asynchronous table
	// Conflict/TooManyGroups: "The too many groups error.", UCWA/messagingInvitation_ref.md before 2016-09-26, asynchronous table
	// Gone/CannotRedirect: "Cannot redirect since there is no back up pool configured.", UCWA/audioVideoInvitation_ref.md, synchronous table
	// ServiceFailure/CallbackChannelError: "The remote event channel is not reachable", UCWA/messagingInvitation_ref.md before 2016-09-26, asynchronous table
	// ServiceFailure/InvalidExchangeServerVersion: "Invalid exchange server version.", UCWA/messagingInvitation_ref.md before 2016-09-26, asynchronous table
	// Cannot redirect since there is no back up pool configured. UCWA/audioVideoInvitation_ref.md, synchronous table
	// Un-supported Service/Resource/API error. UCWA/audioVideoInvitation_ref.md, synchronous table
}

// The lists of the specification, and of other pages.
func ExampleCodes() {
	fmt.Println(len(slices.Collect(codes.Codes())), len(slices.Collect(codes.OtherCodes())))
	fmt.Println(len(slices.Collect(codes.Subcodes())), len(slices.Collect(codes.OtherSubcodes())))
	fmt.Println(len(slices.Collect(codes.Reasons())), len(slices.Collect(codes.Rows())))
	fmt.Println(len(slices.Collect(codes.SynchronousErrors())), len(slices.Collect(codes.GenericErrors())))
	fmt.Println(codes.MethodNotAllowed.Documented(), codes.MethodNotAllowed.HTTP())
	// Output:
	// 11 10
	// 44 44
	// 57 63
	// 10 29
	// false 405
}

// The whole catalogue, for a program in another language and for a page.
func ExampleJSON() {
	var catalogue struct{ Schema string }
	fmt.Println(json.Unmarshal([]byte(codes.JSON()), &catalogue), catalogue.Schema)
	fmt.Println(strings.Contains(codes.Markdown(), codes.Pair("RemoteFailure", "Busy")))
	// Output:
	// <nil> avinvite.catalogue/1
	// true
}

// An error body keeps every member as it came, also those that no page lists.
func ExampleError_UnmarshalJSON() {
	body := new(codes.Error)
	err := json.Unmarshal([]byte(`{"code":"BadRequest","message":null,"debugInfo":{"pool":7},"parameters":{"to":"Missing"},"trace":"a1"}`), body)
	fmt.Println(err, body)
	fmt.Println(body.NullMessage, string(body.DebugInfo), body.Parameters, body.ParameterBag, string(body.Other["trace"]))
	written, err := json.Marshal(body)
	fmt.Println(string(written), err)
	// Output:
	// <nil> BadRequest; to: "Missing"
	// true {"pool":7} [{to Missing}] true "a1"
	// {"code":"BadRequest","message":null,"parameters":{"to":"Missing"},"debugInfo":{"pool":7},"trace":"a1"} <nil>
}

// The words of a code and a subcode, on the pages that list them.
func ExampleSubcode_Text() {
	fmt.Println(codes.Gone.HTTP(), codes.Gone.Text())
	fmt.Println(codes.SubcodeTooManyContacts.Text())
	fmt.Println(codes.SubcodeTooManyContacts.Published())
	fmt.Println(codes.SubcodeTooManyContacts.Documented(), codes.SubcodeBusy.Documented()) // for an invitation
	// Output:
	// 410 The resource is permanently gone. The client should not retry.
	// There are too many contacts.
	// UCWA/ErrorSubcode_ref.md true
	// false true
}

// A service may send a pair that no page lists. The code still tells what kind of failure it is.
func ExampleResolve() {
	for _, pair := range [][2]string{
		{"RemoteFailure", "Busy"},
		{"RemoteFailure", ""},
		{"RemoteFailure", "OutToLunch"},
		{"Informational", "AutoAccepted"},
		{"Weather", "Rain"},
	} {
		reason, match := codes.Resolve(codes.Code(pair[0]), codes.Subcode(pair[1]))
		fmt.Printf("%s, %q: %v (%v)\n", pair[0], pair[1], reason, match)
		if match == codes.MatchNone {
			fmt.Println("  no page lists it: keep it in a log")
		}
	}
	// Output:
	// RemoteFailure, "Busy": RemoteFailure/Busy (pair)
	// RemoteFailure, "": RemoteFailure/None (pair)
	// RemoteFailure, "OutToLunch": RemoteFailure (code)
	// Informational, "AutoAccepted": Informational (elsewhere)
	// Weather, "Rain": undocumented (none)
	//   no page lists it: keep it in a log
}

// call stands for a client that has read the reason of a failed completion.
func call(reason string) error {
	failure := new(codes.Error)
	if err := json.Unmarshal([]byte(reason), failure); err != nil {
		return err
	}
	return fmt.Errorf("call to Ann: %w", failure)
}

// A client decides whether to call again, and shows a text: the service's message, which is in the user's language, or
// the explanation of the reason, or a general sentence.
func ExampleError() {
	for _, reason := range []string{
		`{"code":"RemoteFailure","subcode":"Busy","message":null}`,
		`{"code":"RemoteFailure","subcode":"Declined","message":"Ann hat abgelehnt."}`,
		`{"code":"RemoteFailure","subcode":"OutToLunch"}`,
	} {
		err := call(reason)
		fmt.Println(err)

		var failure *codes.Error
		if !errors.As(err, &failure) {
			fmt.Println("  no answer from the service")
			continue
		}
		message := failure.Reason().Explanation()
		if failure.Message != nil {
			message = *failure.Message
		}
		fmt.Println("  show:", cmp.Or(message, "The call failed."))

		switch retry, advice := failure.Reason().Retry(); retry {
		case codes.RetryLater:
			fmt.Println("  offer to call again.", advice)
		case codes.RetryChanged:
			fmt.Println("  first:", advice)
		case codes.RetryNo, codes.RetryUnknown:
			fmt.Println("  do not call again")
		}
		if errors.Is(err, &codes.Error{Code: codes.RemoteFailure, Subcode: codes.SubcodeDeclined}) {
			fmt.Println("  and note that Ann said no")
		}
	}
	// Output:
	// call to Ann: RemoteFailure/Busy
	//   show: The person called is busy.
	//   offer to call again. Wait until the person is free.
	// call to Ann: RemoteFailure/Declined: "Ann hat abgelehnt."
	//   show: Ann hat abgelehnt.
	//   do not call again
	//   and note that Ann said no
	// call to Ann: RemoteFailure/OutToLunch
	//   show: The call failed.
	//   do not call again
}

// A target of errors.Is has the code, and the subcode if it matters. The message never matters.
func ExampleError_Is() {
	for _, err := range []error{
		call(`{"code":"RemoteFailure","subcode":"Busy","message":"The line is busy."}`),
		call(`{"code":"RemoteFailure","subcode":"Declined"}`),
		call(`{"code":"LocalFailure"}`),
	} {
		busy := &codes.Error{Code: codes.RemoteFailure, Subcode: codes.SubcodeBusy}
		remote := &codes.Error{Code: codes.RemoteFailure}
		fmt.Println(errors.Is(err, busy), errors.Is(err, remote))
	}
	// Output:
	// true true
	// false true
	// false false
}

// start reads a request to start a call, or refuses it with a row of the specification.
func start(r *http.Request) error {
	var call struct{ To string }
	if json.NewDecoder(r.Body).Decode(&call) != nil {
		return codes.SyncBadRequest
	}
	if call.To == "" {
		return codes.SyncParameterValidationFailure
	}
	return nil
}

// A server refuses a request with a row of the specification: its status, and its error body.
func ExampleSynchronous() {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if row := codes.Synchronous(0); errors.As(start(r), &row) {
			body := row.Body()
			if row == codes.SyncParameterValidationFailure {
				body.Parameters = []codes.Parameter{{Name: "to", Reason: "Missing"}}
			}
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(row.HTTP())
			_ = json.NewEncoder(w).Encode(body)
			return
		}
		w.WriteHeader(http.StatusCreated)
	})

	for _, request := range []string{`{"to":"sip:ann@example.com"}`, `{"to":`, `{"to":""}`} {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequest(http.MethodPost, "/audioVideoInvitations", strings.NewReader(request)))
		fmt.Println(strings.TrimSpace(fmt.Sprint(answer.Code, " ", answer.Body)))
	}
	// Output:
	// 201
	// 400 {"code":"BadRequest","subcode":"None","message":"Something is wrong with the entire request (malformed XML/JSON, for example)."}
	// 400 {"code":"BadRequest","subcode":"ParameterValidationFailure","message":"Wrong Parameters provided for the request (for example, the requested conference subject exceeds the maximum length).","parameters":[{"name":"to","reason":"Missing"}]}
}
