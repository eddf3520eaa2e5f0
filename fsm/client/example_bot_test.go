package client_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http/httptest"

	"github.com/avinvite/avinvite/fsm/client"
	"github.com/avinvite/avinvite/fsm/service"
	"github.com/avinvite/avinvite/transitions"
)

// bot accepts a call, and returns when it has ended.
func bot(ctx context.Context, c *client.Client, discovery string) error {
	application, err := c.Discover(ctx, discovery)
	if err != nil {
		return err
	}
	calls := client.Calls{Client: c}
	for call, err := range calls.Follow(ctx, application.Events) {
		if err != nil {
			log.Println(err) // the loop goes on, or ends itself
			continue
		}
		if call.Offers(transitions.OperationAccept) {
			if err := accept(ctx, call); err != nil {
				log.Println(err)
			}
		}
		if i, _ := call.Invitation(); i.Terminal() {
			fmt.Println(i)
			return nil // a bot that takes more than one call goes on here
		}
	}
	return ctx.Err()
}

// accept accepts a call. If the answer is lost, the next attempt asks the service first whether it has been accepted.
func accept(ctx context.Context, call *client.Call) (err error) {
	for range 3 {
		if _, err = call.Do(ctx, transitions.OperationAccept, client.Input{}); !errors.Is(err, client.ErrLost) {
			return err
		}
	}
	return err
}

// A bot accepts a call of a simulated service, which loses the answer to its first request.
func Example_bot() {
	script, err := service.ParseScript([]byte(`{
		"incoming": [{"from": "tel:+14255550100", "steps": [{"event": "started(Connecting)"}]}],
		"faults": [{"fault": "lose", "on": "accept", "times": 1}]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := service.New(service.Config{Script: script})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	server := httptest.NewServer(s)
	defer server.Close()

	if err := bot(context.Background(), new(client.Client), server.URL+"/platformservice/discover"); err != nil {
		fmt.Println(err)
	}
	fmt.Println("accepted", s.Calls()[0].Accepted, "time")
	// Output:
	// Incoming Connected
	// accepted 1 time
}
