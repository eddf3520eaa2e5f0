package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"

	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// The README shows the next two functions.

// follow is a client: it follows an outgoing call through what the event channel says, until the call has completed.
func follow(channel io.Reader) (call transitions.Invitation, err error) {
	call = transitions.New(transitions.Outgoing)
	for e, err := range eventchannel.NewReader(channel).Events() {
		if err != nil {
			return call, err // says where in the document, and what was expected
		}
		event, err := e.Transition(call.State())
		if err != nil {
			return call, err // says which parts of the event disagree
		}
		next, odd, err := call.Observe(event)
		if odd != (transitions.Oddity{}) || err != nil {
			log.Println(call, event, odd, err) // the service has broken a rule, and the client lives on
		}
		call = next
	}
	return call, nil
}

// answer is a server: the handler of an operation on an incoming invitation that its event channel moves as well.
func answer(call *transitions.Atomic, o transitions.Operation) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		_, err := call.Do(o)
		if refused := (*transitions.OperationError)(nil); errors.As(err, &refused) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(refused.Synchronous.HTTP()) // the row that the specification documents
			_ = json.NewEncoder(w).Encode(refused.Synchronous.Body())
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}
}

func Example_client() {
	channel, err := os.Open("testdata/recordings/outgoing-declined.jsonl")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer channel.Close()
	call, err := follow(channel)
	fmt.Println(call, err)
	retry, _ := call.Reason().Retry()
	fmt.Println(call.Reason().Explanation(), "Retry:", retry)
	// Output:
	// Outgoing Failed (RemoteFailure/Declined) <nil>
	// The person called declined. Retry: no
}

func Example_server() {
	var call transitions.Atomic
	call.Store(transitions.New(transitions.Incoming))
	_, err := call.Step(transitions.Started(transitions.StateConnecting)) // and send it
	fmt.Println(err)
	for _, o := range []transitions.Operation{transitions.OperationAccept, transitions.OperationDecline} {
		w := httptest.NewRecorder()
		answer(&call, o)(w, nil)
		fmt.Println(w.Code)
		fmt.Print(w.Body)
	}
	// Output:
	// <nil>
	// 204
	// 409
	// {"code":"Conflict","subcode":"None","message":"Un-supported Service/Resource/API error."}
}
