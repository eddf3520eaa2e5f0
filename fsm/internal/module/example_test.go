package module_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/client"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/service"
	"github.com/avinvite/avinvite/transitions"
)

// follow is the client of the comment of package eventchannel: it follows a call through its event channel until the call has completed.
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

// The README shows the next two functions.

// accept is a client: it accepts every call that comes in, and logs how each call ends.
func accept(ctx context.Context, calls *client.Calls, channel string) {
	for call, err := range calls.Follow(ctx, channel) {
		if err == nil && call.Offers(transitions.OperationAccept) {
			_, err = call.Do(ctx, transitions.OperationAccept, client.Input{})
		}
		if err != nil {
			log.Println(err) // an error says what was wrong, and where; the client lives on
		} else if i, _ := call.Invitation(); i.Terminal() {
			log.Println(call.Href(), i)
		}
	}
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

// TestAccept has the README's client accept calls of a simulated service. One caller cancels at once, and the service has
// faults meanwhile. The client knows how each call ended.
func TestAccept(t *testing.T) {
	logged := new(bytes.Buffer)
	log.SetOutput(logged)
	t.Cleanup(func() { log.SetOutput(os.Stderr) })
	synctest.Test(t, func(t *testing.T) {
		script, err := service.ParseScript([]byte(`{
			"incoming": [{"from": "sip:ann@contoso.example"}, {"from": "sip:bob@contoso.example", "after": "1s", "steps": [
				{"event": "completed(Failed, RemoteFailure/Canceled)"}]}],
			"faults": [{"fault": "refuse", "on": "poll", "skip": 1, "times": 2}]}`))
		if err != nil {
			t.Fatal(err)
		}
		s, err := service.New(service.Config{Script: script})
		if err != nil {
			t.Fatal(err)
		}
		connection, stop := service.InMemory(s)
		defer stop()
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		c := &client.Client{HTTP: connection}
		application, err := c.Discover(ctx, "http://pool.contoso.example/platformservice/discover")
		if err != nil {
			t.Fatal(err)
		}
		accept(ctx, &client.Calls{Client: c}, application.Events)
		ends := map[string]bool{"Incoming Connected": false, "Incoming Failed (RemoteFailure/Canceled)": false}
		for _, call := range s.Calls() {
			end := call.Invitation.String()
			ends[end] = regexp.MustCompile(regexp.QuoteMeta(call.Href) + `\S* ` + regexp.QuoteMeta(end)).MatchString(logged.String())
		}
		for end, known := range ends {
			if !known {
				t.Errorf("the client does not log %s:\n%s", end, logged)
			}
		}
	})
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
