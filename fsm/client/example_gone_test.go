package client_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/avinvite/avinvite/fsm/client"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/service"
)

// An application on a small machine keeps two calls at most. The third call drops the first, and the program learns that
// the outcome of the first stays unknown.
func ExampleCalls_Add() {
	const event = `{"link":{"rel":"ms:rtc:saas:audioVideoInvitation","href":"https://pool.example/invitations/%d"},
		"_embedded":{"ms:rtc:saas:audioVideoInvitation":{"direction":"Incoming","state":"Connecting"}},"type":"started"}`
	calls := client.Calls{Client: new(client.Client), Max: 2}
	var first *client.Call
	for n := range 3 {
		document := fmt.Sprintf(`{"sender":[{"events":[`+event+`]}]}`, n+1)
		for d, err := range eventchannel.NewReader(strings.NewReader(document)).Documents() {
			if err != nil {
				fmt.Println(err)
				return
			}
			changed, err := calls.Add(context.Background(), d)
			fmt.Println(changed[0].Href(), err)
			if first == nil {
				first = changed[0]
			}
		}
	}
	_, err := first.Wait(context.Background())
	fmt.Println(first.Gone(), errors.Is(err, client.ErrGone))
	// Output:
	// https://pool.example/invitations/1 <nil>
	// https://pool.example/invitations/2 <nil>
	// https://pool.example/invitations/3 client: more than 2 calls that have not ended; the oldest, https://pool.example/invitations/1, is dropped
	// true true
}

// A program keeps the href of its application, and later begins with it instead of the discovery.
func ExampleClient_Discover() {
	s, err := service.New(service.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	http, stop := service.InMemory(s)
	defer stop()
	c := client.Client{HTTP: http}
	url := "http://pool.example/platformservice/discover"
	for range 2 {
		application, err := c.Discover(context.Background(), url)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(application.Self != "", application.Self == url)
		url = application.Self
	}
	// Output:
	// true false
	// true true
}
