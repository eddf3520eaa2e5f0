package service_test

import (
	"fmt"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/service"
)

// The first discovery succeeds, the next two are refused, and the fourth succeeds. One answer in two is late, and the
// seed decides which.
func ExampleFault() {
	s, err := service.New(service.Config{Script: service.Script{Seed: 7, Faults: []service.Fault{
		{Kind: service.FaultRefuse, On: "discover", Skip: 1, Times: 2, Code: codes.TooManyRequests},
		{Kind: service.FaultDelay, Chance: 0.5, Delay: time.Millisecond},
	}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	client, stop := service.InMemory(s)
	defer stop()
	for range 4 {
		answer, err := client.Get("http://localhost/platformservice/discover")
		if err != nil {
			fmt.Println(err)
			return
		}
		answer.Body.Close()
		fmt.Println(answer.Status)
	}
	// Output:
	// 200 OK
	// 429 Too Many Requests
	// 429 Too Many Requests
	// 200 OK
}

// A test of a client runs once for each fault that a service can have. A fault of the events cannot name a request.
func ExampleKinds() {
	for _, kind := range service.Kinds() {
		runs := 0
		for _, on := range append(service.Requests(), "") {
			s, err := service.New(service.Config{Script: service.Script{Faults: []service.Fault{{Kind: kind, On: on}}}})
			if err != nil {
				continue // the kind goes with no request
			}
			runs++ // the client under test runs against s here
			if err := s.Close(); err != nil {
				fmt.Println(err)
			}
		}
		fmt.Println(kind, runs)
	}
	// Output:
	// refuse 12
	// close 12
	// lose 12
	// cut 12
	// delay 12
	// proxy 12
	// resync 1
	// resume 1
	// merge 1
	// duplicate 1
	// reorder 1
	// token 1
	// direction 1
}
