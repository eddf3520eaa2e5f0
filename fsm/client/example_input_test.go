package client_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/avinvite/avinvite/fsm/client"
	"github.com/avinvite/avinvite/transitions"
)

// An announcement joins a conversation without listening to it, and has a webhook of its own. Later a caller is bridged
// into a meeting, whose media another machine takes.
func ExampleInput() {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Printf("%s %s\n", r.URL.Path, body)
		if r.URL.Path == "/start" {
			w.Header().Set("Location", "/invitations/1")
			w.WriteHeader(http.StatusCreated)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	defer service.Close()

	ctx, c := context.Background(), new(client.Client)
	if _, err := c.Start(ctx, service.URL+"/start", client.Input{
		To: "sip:lene@contoso.example", ThreadID: "AdB1", JoinAudioMuted: true, JoinVideoMuted: true,
		CallbackURL: "https://bot.example/announcements",
	}); err != nil {
		fmt.Println(err)
	}
	if _, err := c.Start(ctx, service.URL+"/start", client.Input{
		To: "sip:lene@contoso.example", CallbackContext: "shift=night", // to the webhook that is registered
	}); err != nil {
		fmt.Println(err)
	}
	if _, err := c.Do(ctx, transitions.OperationAcceptAndBridge, service.URL+"/bridge", client.Input{
		MeetingURI: "sip:desk@contoso.example;gruu;opaque=app:conf:focus:id:1",
	}); err != nil {
		fmt.Println(err)
	}
	if _, err := c.Do(ctx, transitions.OperationAccept, service.URL+"/accept", client.Input{MediaHost: "Remote"}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// /start {"threadId":"AdB1","callbackUrl":"https://bot.example/announcements","joinAudioMuted":true,"joinVideoMuted":true,"to":"sip:lene@contoso.example"}
	// /start {"callbackContext":"shift=night","to":"sip:lene@contoso.example"}
	// /bridge {"meetingUri":"sip:desk@contoso.example;gruu;opaque=app:conf:focus:id:1"}
	// /accept {"mediaHost":"Remote"}
}
