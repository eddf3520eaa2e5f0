package client_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/avinvite/avinvite/fsm/client"
	"github.com/avinvite/avinvite/fsm/eventchannel"
)

// While the keys of the service cannot be fetched, the webhook asks the service to come again. After that it marks the
// conversation, so that a proxy can send later callbacks to the same machine.
func ExampleNewWebhook() {
	keys := false
	verify := func(r *http.Request) error {
		if !keys {
			return fmt.Errorf("%w: no keys yet", client.ErrUnverifiable)
		}
		return nil // in production, the verdict of the module fsm/client/callbacktoken
	}
	handler, err := client.NewWebhook(verify, func(_ *http.Request, d *eventchannel.Document) error {
		for e, err := range d.Events() {
			fmt.Println(e.Type, e.Href, err)
		}
		return nil
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	handler.Timeout = 5 * time.Second
	handler.CallbackContext = func(*http.Request, *eventchannel.Document) string { return "machine-7" }
	handler.Report = func(status int, reason error) { fmt.Println(status, reason) }

	const document = `{"baseuri":"https://pool.example/","sender":[{"events":[{
		"link":{"rel":"ms:rtc:saas:audioVideoInvitation","href":"invitations/1"},"type":"started"}]}]}`
	for range 2 {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest("POST", "/callback", strings.NewReader(document)))
		fmt.Println(w.Code, strings.TrimSpace(w.Body.String()))
		keys = true
	}
	// Output:
	// 503 client: the sender of a document: the request cannot be verified now: no keys yet
	// 503 Service Unavailable
	// started https://pool.example/invitations/1 <nil>
	// 200 {"CallbackContext":"machine-7"}
}
