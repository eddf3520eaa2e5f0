package client_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/client"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/service"
	"github.com/avinvite/avinvite/transitions"
)

// desk is an application behind a webhook. It accepts calls in its hours, and declines them at other times.
type desk struct {
	calls client.Calls
	open  bool
	ended chan transitions.Invitation
}

// take acts on the state of a call and not on an event, so that a document that comes twice does nothing twice. If it
// returns an error, the service may send the document again.
func (d *desk) take(r *http.Request, document *eventchannel.Document) error {
	changed, err := d.calls.Add(r.Context(), document)
	if err != nil {
		log.Println(err) // of an event that cannot be read; to send it again would not help
	}
	var failed []error
	for _, call := range changed {
		o, in := transitions.OperationAccept, client.Input{}
		if !d.open {
			o, in = transitions.OperationDecline, client.Input{Reason: "Local"}
		}
		if call.Offers(o) {
			_, err := call.Do(r.Context(), o, in)
			failed = append(failed, err)
		}
		if i, _ := call.Invitation(); i.Terminal() {
			select {
			case d.ended <- i:
			default: // it was told before
			}
		}
	}
	return errors.Join(failed...)
}

// The service posts a call to the desk at night. In production, the verifier is that of the module
// fsm/client/callbacktoken.
func Example_webhook() {
	night := &desk{calls: client.Calls{Client: new(client.Client)}, ended: make(chan transitions.Invitation, 1)}
	handler, err := client.NewWebhook(client.Unverified, night.take)
	if err != nil {
		fmt.Println(err)
		return
	}
	application := httptest.NewServer(handler)
	defer application.Close()

	s, err := service.New(service.Config{Script: service.Script{
		Callback: application.URL + "/callback", Faults: []service.Fault{{Kind: service.FaultDuplicate}},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	server := httptest.NewServer(s)
	defer server.Close()
	if _, err := night.calls.Client.Discover(context.Background(), server.URL+"/platformservice/discover"); err != nil {
		fmt.Println(err)
		return
	}

	ringing := service.Step{Event: transitions.Started(transitions.StateConnecting)}
	missed := service.Step{After: time.Minute, Event: transitions.Completed(transitions.StateFailed, codes.InformationalMissed)}
	if _, err := s.Ring(service.Incoming{Life: service.Life{Steps: []service.Step{ringing, missed}}}); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(<-night.ended)
	// Output: Incoming Failed (LocalFailure/Declined)
}
