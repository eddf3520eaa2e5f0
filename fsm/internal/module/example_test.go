package module_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// The README shows the next two functions.

// follow is a client: it follows a call through its event channel until the call has completed.
func follow(call transitions.Invitation, channel io.Reader) (transitions.Invitation, error) {
	for e, err := range eventchannel.NewReader(channel).Events() {
		if err == nil {
			call, err = e.Observe(call)
		}
		log.Println(call, err) // an error says what was wrong, and where; the client lives on
		if call.Terminal() {
			return call, nil
		}
	}
	return call, io.ErrUnexpectedEOF
}

// answer is a server: it handles requests for one operation on an invitation that other goroutines may change.
func answer(call *transitions.Atomic, o transitions.Operation) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		var refusal codes.Synchronous // a row of the specification's table
		if _, err := call.Do(o); errors.As(err, &refusal) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(refusal.HTTP())
			_ = json.NewEncoder(w).Encode(refusal.Body())
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}
}

func Example_client() {
	channel, err := os.Open("../../cmd/avinvite/testdata/recordings/outgoing-declined.jsonl")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer channel.Close()
	call, err := follow(transitions.New(transitions.Outgoing), channel)
	fmt.Println(call, err)
	retry, _ := call.Reason().Retry()
	fmt.Println(call.Reason().Explanation(), "Retry:", retry)
	// Output:
	// Outgoing Failed (RemoteFailure/Declined) <nil>
	// The person called declined. Retry: no
}

// TestClient shows the README's client what is broken, odd or missing: it goes on, and ends.
func TestClient(t *testing.T) {
	inRoot(t)
	log.SetOutput(t.Output())
	t.Cleanup(func() { log.SetOutput(os.Stderr) })
	recording := func(name string) string {
		data, err := os.ReadFile("fsm/cmd/avinvite/testdata/recordings/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	declined, _, _ := strings.Cut(recording("outgoing-declined.jsonl"), "\n")
	for name, test := range map[string]struct {
		channel, call string
		err           error
	}{
		"nothing":            {"", "Outgoing None", io.ErrUnexpectedEOF},
		"no completion":      {declined, "Outgoing Connecting", io.ErrUnexpectedEOF},
		"broken, then whole": {"{]\n" + recording("outgoing-declined.jsonl"), "Outgoing Failed (RemoteFailure/Declined)", nil},
		"an unknown subcode": {recording("unknown-subcode.jsonl"), "Outgoing Failed (RemoteFailure)", nil},
		"no readable end":    {recording("contradiction.jsonl"), "Outgoing Connecting", io.ErrUnexpectedEOF},
	} {
		call, err := follow(transitions.New(transitions.Outgoing), strings.NewReader(test.channel))
		if call.String() != test.call || !errors.Is(err, test.err) {
			t.Errorf("%s: follow = %v, %v, want %v, %v", name, call, err, test.call, test.err)
		}
	}
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
