package service_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/service"
	"github.com/avinvite/avinvite/transitions"
)

// A service posts a call to the webhook of an application, one event in each document. Its recording is judged at the
// end.
func ExampleConfig() {
	events := make(chan transitions.EventType)
	application := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		for e, err := range eventchannel.NewReader(r.Body).Events() {
			if err == nil {
				events <- e.Type
			}
		}
	}))
	defer application.Close()

	var recording bytes.Buffer
	s, err := service.New(service.Config{
		Script:    service.Script{Callback: application.URL},
		Webhook:   application.Client(), // it trusts the certificate of the test
		Recording: &recording,
		Limits: service.Limits{
			Applications: 1, Calls: 10, Requests: 5, Bodies: 1 << 20, Posts: 100, Waiting: 100, Batch: 1, Retries: 1,
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := s.Ring(service.Incoming{Life: service.Life{Steps: []service.Step{
		{Event: transitions.Started(transitions.StateConnecting)},
		{Event: transitions.Completed(transitions.StateConnected, codes.NoReason)},
	}}}); err != nil {
		fmt.Println(err)
	}
	fmt.Println(<-events)
	fmt.Println(<-events)
	if err := s.Close(); err != nil {
		fmt.Println(err)
	}
	verdicts, err := conformance.Check(&recording)
	if err != nil {
		fmt.Println(err)
	}
	for _, v := range verdicts {
		fmt.Println(v.Path, v.Result)
	}
	// Output:
	// started
	// completed
	// [Connecting Connected] conforms
}

// The service of a test laboratory has a name. It refuses the requests of a web page whose name resolves to this machine.
func ExampleConfig_hosts() {
	s, err := service.New(service.Config{Remote: true, Hosts: []string{"lab.example"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	client, stop := service.InMemory(s)
	defer stop()
	for _, host := range []string{"lab.example", "page.example"} {
		answer, err := client.Get("http://" + host + "/platformservice/discover")
		if err != nil {
			fmt.Println(err)
			return
		}
		answer.Body.Close()
		fmt.Println(host, answer.Status)
	}
	// Output:
	// lab.example 200 OK
	// page.example 421 Misdirected Request
}

// A poll of the first application is answered without events after Idle. In the second application somebody calls, and
// the events travel in one document because the first waits for others.
func ExampleScript() {
	const sales = "sip:sales@contoso.example"
	s, err := service.New(service.Config{Script: service.Script{
		Idle: time.Millisecond, Away: time.Hour, Aggregate: 50 * time.Millisecond,
		Incoming: []service.Incoming{{Endpoint: sales, After: time.Millisecond, Life: service.Life{Steps: []service.Step{
			{Event: transitions.Started(transitions.StateConnecting)},
			{Event: transitions.Completed(transitions.StateConnected, codes.NoReason)},
		}}}},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	client, stop := service.InMemory(s)
	defer stop()
	answer, err := client.Get("http://localhost/platformservice/v1/applications?endpointId=" + sales)
	if err != nil {
		fmt.Println(err)
		return
	}
	answer.Body.Close()
	for _, channel := range []string{
		service.ApplicationPath(service.DefaultEndpoint) + "/events?ack=1",
		service.ApplicationPath(sales) + "/events?ack=1&timeout=180", // in seconds, instead of Idle
	} {
		answer, err := client.Get("http://localhost" + channel)
		if err != nil {
			fmt.Println(err)
			return
		}
		defer answer.Body.Close()
		fmt.Println(answer.Status)
		for e, err := range eventchannel.NewReader(answer.Body).Events() {
			if err != nil {
				fmt.Println(err)
				continue
			}
			fmt.Println("document", e.Place.Document, e.Type)
		}
	}
	for _, call := range s.Calls() {
		fmt.Println(call.Endpoint, call.Invitation)
	}
	// Output:
	// 200 OK
	// 200 OK
	// document 1 started
	// document 1 completed
	// sip:sales@contoso.example Incoming Connected
}
