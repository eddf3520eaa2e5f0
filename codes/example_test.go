package codes_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/avinvite/avinvite/codes"
)

// What a failed completion brings, and what can be done about it.
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
	// codes: an error body without a code, want at least that
}

// Everything that is known of a reason, and on what authority.
func ExampleLookup() {
	reason, ok := codes.Lookup("RemoteFailure", "Canceled")
	if !ok {
		fmt.Println("not documented")
		return
	}
	actor, basis := reason.Actor()
	fmt.Println(reason)
	fmt.Printf("  texts      %q\n", reason.Texts())
	fmt.Printf("  incoming   %v (%v)\n", reason.Fits(codes.Incoming), reason.Basis())
	fmt.Printf("  outgoing   %v (%v)\n", reason.Fits(codes.Outgoing), reason.Basis())
	fmt.Printf("  source     %s\n", reason.Source())
	fmt.Printf("  ended by   %v (%v)\n", actor, basis)
	for _, ending := range reason.States() {
		fmt.Printf("  state      %v (%v)\n", ending.State, ending.Basis)
	}
	fmt.Printf("  in short   %s\n", reason.Explanation())
	// Output:
	// RemoteFailure/Canceled
	//   texts      ["Invitation canceled by remote user."]
	//   incoming   true (Inferred)
	//   outgoing   false (Inferred)
	//   source     PAGE, Asynchronous reason codes: only the one who invited can cancel
	//   ended by   remote (Stated)
	//   state      Failed (Sampled)
	//   state      Cancelled (Inferred)
	//   in short   The caller gave up before the call was answered.
}

// A service may send what no page lists. That is no failure to read it: the code counts.
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
	}
	// Output:
	// RemoteFailure, "Busy": RemoteFailure/Busy (pair)
	// RemoteFailure, "": RemoteFailure/None (pair)
	// RemoteFailure, "OutToLunch": RemoteFailure (code)
	// Informational, "AutoAccepted": Informational (elsewhere)
	// Weather, "Rain": undocumented (none)
}

// call stands for a client that has read the reason of a failed completion.
func call(reason string) error {
	failure := new(codes.Error)
	if err := json.Unmarshal([]byte(reason), failure); err != nil {
		return err
	}
	return fmt.Errorf("call to Ann: %w", failure)
}

// A client decides whether to call again, and what to show: the service's message, which is in the user's language; or
// else the explanation of the reason; or else that it failed.
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
	//   offer to call again. Wait until the other person is free.
	// call to Ann: RemoteFailure/Declined: "Ann hat abgelehnt."
	//   show: Ann hat abgelehnt.
	//   do not call again
	//   and note that Ann said no
	// call to Ann: RemoteFailure/OutToLunch
	//   show: The call failed.
	//   do not call again
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
