package eventchannel_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// service answers each poll with the next document. It tells of a call that nobody answers, with heartbeats in between.
func service() *httptest.Server {
	channel := eventchannel.Writer{Href: "/events"}
	call := transitions.New(transitions.Outgoing)
	life := []transitions.Event{
		transitions.Started(transitions.StateConnecting),
		transitions.Updated(transitions.StateAlerting),
		transitions.Completed(transitions.StateFailed, codes.RemoteFailureTimeout),
	}
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("ack") != fmt.Sprint(channel.Ack+1) {
			http.Error(w, "want the href of next", http.StatusConflict)
			return
		}
		if channel.Ack%2 == 1 {
			event := life[channel.Ack/2]
			call, _ = call.Step(event)
			err := channel.Add(event.Type, call, eventchannel.Resource{
				OperationID: "dial-1",
				Links:       []eventchannel.Link{{Rel: "self", Href: "/communication/audioVideoInvitations/1"}},
			}, nil)
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
		}
		document, err := channel.Document()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		_, _ = w.Write(document)
	}))
}

// A client that polls requests the link next of the last document, and so acknowledges the document. The client finds
// its own invitation by the operationId until an event or the answer to the request brings the href. Both hrefs are
// made absolute, so that they can be compared.
func Example_longPoll() {
	server := service()
	defer server.Close()

	call := transitions.New(transitions.Outgoing)
	var calls eventchannel.Correlator[*transitions.Invitation]
	mine, _ := calls.Keep("", "dial-1")
	*mine = &call // and send the request

	for next := server.URL + "/events?ack=1"; !call.Terminal(); {
		answer, err := http.Get(next)
		if err != nil {
			fmt.Println(err)
			return
		}
		here := answer.Request.URL.String() // what hrefs are relative to
		for d, err := range eventchannel.NewReader(answer.Body).Documents() {
			if err != nil {
				fmt.Println(err)
				return
			}
			// A resync or a resume stands in the place of next, for a client that has missed something.
			next = eventchannel.Resolve(here, cmp.Or(d.Next, d.Resync, d.Resume))
			for e, err := range d.Events() {
				if err != nil {
					fmt.Println(err) // costs this event
					continue
				}
				kept, joined := calls.Keep(eventchannel.Resolve(here, e.Href), e.OperationID())
				if joined != nil {
					*kept = *joined // the client's own, which an event had told of without saying so
				} else if *kept == nil {
					incoming := transitions.New(transitions.Incoming)
					*kept = &incoming
				}
				i := *kept
				*i, err = e.Observe(*i)
				fmt.Println(*i, err) // an error says what was wrong with the event; the client lives on
			}
		}
		_ = answer.Body.Close()
	}
	location := server.URL + "/communication/audioVideoInvitations/1" // says the answer, at last
	late, _ := calls.Keep(location, "dial-1")
	fmt.Println(*late == &call)
	// Output:
	// Outgoing Connecting <nil>
	// Outgoing Alerting <nil>
	// Outgoing Failed (RemoteFailure/Timeout) <nil>
	// true
}

// webhook takes the documents that a service posts. The documentation does not promise that each comes once or in
// order, and Observe survives repetitions and disorder.
type webhook struct {
	mu    sync.Mutex
	calls eventchannel.Correlator[transitions.Invitation]
}

func (h *webhook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	in := eventchannel.NewReader(r.Body)
	in.Limits = eventchannel.Limits{Document: 1 << 20, Events: 1000} // it is open to everybody
	for e, err := range in.Events() {
		if err != nil {
			fmt.Println(err)
			w.WriteHeader(codes.SyncBadRequest.HTTP())
			_ = json.NewEncoder(w).Encode(codes.SyncBadRequest.Body())
			return
		}
		call, _ := h.calls.Keep(e.Href, e.OperationID())
		if *call == (transitions.Invitation{}) {
			*call = transitions.New(transitions.Incoming)
		}
		if *call, err = e.Observe(*call); err != nil {
			fmt.Println(err) // to the log: the service will not do better for a refusal
		}
		fmt.Println(*call)
		if e.Invitation == nil {
			continue
		}
		for o, link := range e.Invitation.Offers() {
			fmt.Println("  ", o, e.Resolve(link.Href))
		}
		if from, err := e.Invitation.From(); err == nil && from != nil {
			fmt.Println("   from", from.Name, from.URI)
		}
	}
}

func Example_webhook() {
	const document = `{
		"baseuri": "https://pool.example/platformservice/v1/",
		"sender": [{"rel": "ms:rtc:saas:communication", "href": "communication", "events": [{
			"link": {"rel": "ms:rtc:saas:audioVideoInvitation", "href": "audioVideoInvitations/9b3c"},
			"_embedded": {"ms:rtc:saas:audioVideoInvitation": {
				"direction": "Incoming", "state": "Connecting", "operationId": "9b6f2c1e",
				"_links": {
					"ms:rtc:saas:accept": {"href": "audioVideoInvitations/9b3c/accept"},
					"ms:rtc:saas:decline": {"href": "audioVideoInvitations/9b3c/decline"}
				},
				"_embedded": {"ms:rtc:saas:from": {"name": "Amanda", "uri": "sip:amanda@fabrikam.example"}}
			}},
			"type": "started"
		}]}]
	}`
	handler := new(webhook)
	for _, body := range []string{document, document[:200]} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest("POST", "/callback", strings.NewReader(body)))
		fmt.Println(w.Code)
	}
	// Output:
	// Incoming Connecting
	//    accept https://pool.example/platformservice/v1/audioVideoInvitations/9b3c/accept
	//    decline https://pool.example/platformservice/v1/audioVideoInvitations/9b3c/decline
	//    from Amanda sip:amanda@fabrikam.example
	// 200
	// eventchannel: document 1, byte 200, /sender/0/events/0/link/rel: unexpected EOF, want , or }
	// 400
}

// A server tells of a call that has failed. The state, the links, the status and the reason come of what the call is.
func ExampleWriter() {
	call := transitions.New(transitions.Outgoing)
	call, err := call.Step(transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy))
	if err != nil {
		fmt.Println(err) // no service may send this
		return
	}
	resource := eventchannel.Resource{
		OperationID: "dial-1", Subject: "Lunch?", To: "sip:bob@contoso.example",
		Links: []eventchannel.Link{{Rel: "self", Href: "audioVideoInvitations/1"}},
	}
	var channel eventchannel.Writer
	if err := channel.Add(transitions.EventCompleted, call, resource, nil); err != nil {
		fmt.Println(err)
		return
	}
	document, err := channel.Document()
	if err != nil {
		fmt.Println(err)
		return
	}
	var indented bytes.Buffer
	_ = json.Indent(&indented, document, "", "  ")
	fmt.Println(indented.String())

	// After the completion there is nothing to tell.
	err = channel.Add(transitions.EventUpdated, call, resource, nil)
	fmt.Println(errors.Is(err, transitions.ErrCompleted))
	// Output:
	// {
	//   "_links": {
	//     "self": {
	//       "href": "events?ack=1"
	//     },
	//     "next": {
	//       "href": "events?ack=2"
	//     }
	//   },
	//   "sender": [
	//     {
	//       "rel": "ms:rtc:saas:communication",
	//       "href": "communication",
	//       "events": [
	//         {
	//           "link": {
	//             "rel": "ms:rtc:saas:audioVideoInvitation",
	//             "href": "audioVideoInvitations/1"
	//           },
	//           "status": "Failure",
	//           "_embedded": {
	//             "ms:rtc:saas:audioVideoInvitation": {
	//               "direction": "Outgoing",
	//               "operationId": "dial-1",
	//               "state": "Failed",
	//               "subject": "Lunch?",
	//               "to": "sip:bob@contoso.example",
	//               "_links": {
	//                 "self": {
	//                   "href": "audioVideoInvitations/1"
	//                 }
	//               },
	//               "rel": "ms:rtc:saas:audioVideoInvitation"
	//             }
	//           },
	//           "reason": {
	//             "code": "RemoteFailure",
	//             "subcode": "Busy",
	//             "message": "The remote side indicated that it is too busy at this time to accept the invitation."
	//           },
	//           "type": "completed"
	//         }
	//       ]
	//     }
	//   ]
	// }
	// true
}
