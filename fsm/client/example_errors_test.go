package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/client"
	"github.com/avinvite/avinvite/fsm/service"
)

// A program that must answer a person soon gives up early, and says when a later attempt makes sense.
func ExampleError() {
	s, err := service.New(service.Config{Script: service.Script{Faults: []service.Fault{
		{Kind: service.FaultRefuse, On: "start", Code: codes.TooManyRequests, RetryAfter: time.Minute},
	}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	server := httptest.NewServer(s)
	defer server.Close()

	ctx := context.Background()
	c := &client.Client{Timeout: 10 * time.Second, GiveUp: 20 * time.Second}
	application, err := c.Discover(ctx, server.URL+"/platformservice/discover")
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = c.Start(ctx, application.StartAudio, client.Input{To: "sip:lene@contoso.example"})
	if refused, is := errors.AsType[*client.Error](err); is && refused.Refused() {
		fmt.Println(refused.Method, refused.Status, refused.Body.Code, "try again in", refused.RetryAfter)
	}
	// Output: POST 429 TooManyRequests try again in 1m0s
}
