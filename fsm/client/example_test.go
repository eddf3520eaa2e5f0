package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/avinvite/avinvite/fsm/client"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

func Example() {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Println(r.Method, r.URL.Path, r.Header.Get("Authorization"))
		w.WriteHeader(http.StatusNoContent)
	}))
	defer service.Close()
	token := func(context.Context) (string, error) { return "from-the-directory", nil }
	verify := func(r *http.Request) error {
		if r.Header.Get("Authorization") == "" {
			return errors.New("no token")
		}
		return nil
	}

	calls := client.Calls{Client: &client.Client{Token: token, Origins: []string{service.URL}}}
	handler, err := client.NewWebhook(verify, func(r *http.Request, d *eventchannel.Document) error {
		changed, err := calls.Add(r.Context(), d)
		for _, call := range changed {
			if call.Offers(transitions.OperationAccept) {
				_, accepted := call.Do(r.Context(), transitions.OperationAccept, client.Input{})
				err = errors.Join(err, accepted)
			}
		}
		return err
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	document := `{"baseuri":"` + service.URL + `","sender":[{"rel":"communication","events":[{
		"link":{"rel":"ms:rtc:saas:audioVideoInvitation","href":"/invitations/1"},
		"_embedded":{"ms:rtc:saas:audioVideoInvitation":{"direction":"Incoming","state":"Connecting",
			"_links":{"self":{"href":"/invitations/1"},"ms:rtc:saas:accept":{"href":"/invitations/1/accept"}}}},
		"type":"started"}]}]}`
	for _, authorization := range []string{"", "Bearer e30", "Bearer e30"} {
		w, r := httptest.NewRecorder(), httptest.NewRequest("POST", "/callback", strings.NewReader(document))
		r.Header.Set("Authorization", authorization)
		handler.ServeHTTP(w, r)
		fmt.Println(w.Code)
	}
	// Output:
	// 401
	// POST /invitations/1/accept Bearer from-the-directory
	// 200
	// 200
}
