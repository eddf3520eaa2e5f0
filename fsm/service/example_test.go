package service_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/service"
)

// A program calls somebody who is busy, and the test asks the service how the call has ended.
func Example() {
	if err := test(); err != nil {
		fmt.Println(err)
	}
	// Output:
	// 201
	// sip:busy@contoso.example Outgoing Failed (RemoteFailure/Busy)
}

func test() error {
	script, err := service.ParseScript([]byte(`{"outgoing": [{"to": "sip:busy@*", "steps": [
		{"event": "started(Connecting)"},
		{"event": "completed(Failed, RemoteFailure/Busy)"}
	]}]}`))
	if err != nil {
		return err
	}
	s, err := service.New(service.Config{Script: script})
	if err != nil {
		return err
	}
	server := httptest.NewServer(s)
	dial(server.URL + "/platformservice/discover") // the client under test
	for _, call := range s.Calls() {
		fmt.Println(call.To, call.Invitation)
	}
	server.Close()
	return s.Close()
}

// dial discovers the application and starts a call, as the client of the example.
func dial(discover string) {
	host := strings.TrimSuffix(discover, "/platformservice/discover")
	applications := links(discover)["ms:rtc:saas:applications"]
	application := host + links(applications)["ms:rtc:saas:application"]
	path, query, _ := strings.Cut(application, "?")
	start := path + "/communication/audioVideoInvitations?" + query
	answer, err := http.Post(start, "application/json", strings.NewReader(`{"to": "sip:busy@contoso.example"}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	answer.Body.Close()
	fmt.Println(answer.StatusCode)
}

// links returns the links of a resource, which is read by GET.
func links(url string) map[string]string {
	answer, err := http.Get(url)
	if err != nil {
		fmt.Println(err)
		return nil
	}
	defer answer.Body.Close()
	var resource struct {
		Links map[string]struct{ Href string } `json:"_links"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&resource); err != nil {
		fmt.Println(err)
	}
	hrefs := map[string]string{}
	for relation, link := range resource.Links {
		hrefs[relation] = link.Href
	}
	return hrefs
}

// Somebody calls the application, whose client reads the event by a connection in memory.
func ExampleInMemory() {
	s, err := service.New(service.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	client, stop := service.InMemory(s)
	defer stop()
	call, err := s.Ring(service.Incoming{From: "tel:+14255550100"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(call.Invitation, s.Dropped())
	answer, err := client.Get("http://localhost" + service.ApplicationPath(service.DefaultEndpoint) + "/events?ack=1")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer answer.Body.Close()
	for e, err := range eventchannel.NewReader(answer.Body).Events() {
		fmt.Println(e.Type, e.Invitation.Direction, err)
	}
	// Output:
	// Incoming Connecting 0
	// started Incoming <nil>
}
