package client_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/avinvite/avinvite/fsm/client"
	"github.com/avinvite/avinvite/fsm/eventchannel"
)

func Example() {
	verify := func(r *http.Request) error {
		if r.Header.Get("Authorization") == "" {
			return errors.New("no token")
		}
		return nil
	}
	handler, err := client.NewWebhook(verify, func(r *http.Request, d *eventchannel.Document) error {
		for e, err := range d.Events() {
			fmt.Println(e, err)
		}
		return nil // the answer is 200, and the service need not send the document again
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest("POST", "/callback", strings.NewReader(`{"sender":[]}`)))
	fmt.Println(w.Code)
	// Output: 401
}
