package laws_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
)

// server is a server with one invitation. It answers an application's requests over HTTP.
type server struct{ call transitions.Atomic }

func newServer(d transitions.Direction) *server {
	s := new(server)
	s.call.Store(transitions.New(d))
	return s
}

// send asks the server to send an event. It returns an error if the event is not legal.
func (s *server) send(e transitions.Event) error {
	_, err := s.call.Step(e)
	return err
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var o transitions.Operation
	if err := o.UnmarshalText([]byte(path.Base(r.URL.Path))); err != nil {
		http.NotFound(w, r)
		return
	}
	_, err := s.call.Do(o)
	if refused, ok := err.(*transitions.OperationError); ok {
		w.WriteHeader(refused.Synchronous.HTTP())
		_ = json.NewEncoder(w).Encode(refused.Synchronous.Body())
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// post does an operation as an application would, and finds the documented error in the answer. Two of the rows differ
// in their message only.
func (s *server) post(o transitions.Operation) error {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/audioVideoInvitations/1/"+o.String(), nil))
	if w.Code == http.StatusNoContent {
		return nil
	}
	body := new(codes.Error)
	if err := json.Unmarshal(w.Body.Bytes(), body); err != nil {
		return err
	}
	for row := range codes.SynchronousErrors() {
		if row.HTTP() == w.Code && row.Body().Error() == body.Error() {
			return row
		}
	}
	return body
}

func (s *server) view() laws.View { return laws.ViewOf(s.call.Load()) }

// The laws check which events a server sends, and how it answers operations. Here the operations are HTTP requests, and
// a refusal has the row of the synchronous errors that the answer shows.
func Example_server() {
	fmt.Println(laws.Enumerate(laws.Live(newServer, (*server).send, (*server).post, (*server).view)))
	// Output: <nil>
}
