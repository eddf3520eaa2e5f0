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

// follow is a client: it follows its one outgoing call through the event channel until the call has completed.
func follow(channel io.Reader) transitions.Invitation {
	call := transitions.New(transitions.Outgoing)
	for e, err := range eventchannel.NewReader(channel).Events() {
		var event transitions.Event
		if err == nil {
			event, err = e.Transition(call.State())
		}
		if err != nil {
			log.Print(err) // this event cannot be read, or its parts disagree
			continue
		}
		next, odd, err := call.Observe(event)
		if odd != (transitions.Oddity{}) || err != nil {
			log.Println(call, event, odd, err) // the service broke a rule; the client lives on
		}
		if call = next; call.Terminal() {
			break
		}
	}
	return call
}

// answer is a server: it handles requests for one operation on an invitation that other goroutines may change.
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
	call := follow(channel)
	fmt.Println(call)
	retry, _ := call.Reason().Retry()
	fmt.Println(call.Reason().Explanation(), "Retry:", retry)
	// Output:
	// Outgoing Failed (RemoteFailure/Declined)
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
