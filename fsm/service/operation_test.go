package service_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/service"
	"github.com/avinvite/avinvite/transitions"
)

// course returns a life that comes to a configuration and stays there, also behind an operation.
func course(t *testing.T, to transitions.Invitation) (l service.Life) {
	events, ok := transitions.Witness(to)
	if !ok {
		t.Fatalf("no way leads to %v", to)
	}
	for _, e := range events {
		l.Steps = append(l.Steps, service.Step{Event: e})
	}
	l.On = map[transitions.Operation][]service.Step{}
	for o := range transitions.Offers() {
		if o.Direction == to.Direction() {
			l.On[o.Operation] = nil
		}
	}
	return l
}

// TestOperations does every operation in every configuration that events or an operation lead to. The answer is that of
// the relation, and so is the configuration afterwards.
func TestOperations(t *testing.T) {
	for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		var all []transitions.Invitation
		var script service.Script
		for i := range transitions.Reachable(d) {
			if i.State() == transitions.StateNone {
				continue
			}
			all = append(all, i)
			if d == transitions.Outgoing {
				script.Outgoing = append(script.Outgoing, service.Outgoing{To: fmt.Sprintf("sip:%d", len(all)), Life: course(t, i)})
			}
		}
		for o := transitions.OperationAccept; o <= transitions.OperationCancel; o++ {
			bubble(t, service.Config{Script: script}, func(w *wire) {
				for n, i := range all {
					testOperation(w, n+1, i, o, course(t, i))
				}
			})
		}
	}
}

func testOperation(w *wire, n int, i transitions.Invitation, o transitions.Operation, l service.Life) {
	path := ""
	if i.Direction() == transitions.Outgoing {
		path, _, _ = strings.Cut(w.call(fmt.Sprintf("sip:%d", n)), "?")
	} else if call, err := w.Ring(service.Incoming{Life: l}); err != nil {
		w.Fatal(err)
	} else {
		path = call.Href
	}
	if p := i.Pending(); p != transitions.OperationNone {
		if a := w.do("POST", path+"/"+p.String(), body(p)); a.status != 204 {
			w.Fatalf("%v answered %d %s, want 204", p, a.status, a.body)
		}
	}
	want, err := i.DoRequest(o, transitions.Request{To: "sip:a@b"})
	status, refusal := 204, ""
	var row codes.Synchronous
	switch {
	case errors.As(err, &row) && !i.HangsUp(o):
		status, refusal = row.HTTP(), codes.Pair(row.Code(), row.Subcode())
	case o == transitions.OperationStartAdhocMeeting:
		status = 201
	}
	a := w.do("POST", path+"/"+o.String(), body(o))
	calls := w.Calls()
	if got := calls[len(calls)-1].Invitation; a.status != status || a.refusal() != refusal || got != want {
		w.Errorf("%v of %v answered %d %s and makes it %v, want %d %s and %v", o, i, a.status, a.refusal(), got, status, refusal, want)
	}
	if strings.Contains(string(a.body), "message") != (status >= 400 && row.Body().Message != nil) {
		w.Errorf("%v of %v answered %s, want the text of %v", o, i, a.body, row)
	}
}

// body returns a body for an operation: forward needs a target.
func body(o transitions.Operation) string {
	if o == transitions.OperationForward {
		return `{"to": "sip:a@b"}`
	}
	return ""
}

// TestBodies sends bodies, to a start and to an operation, that a service must refuse or must read.
func TestBodies(t *testing.T) {
	long := strings.Repeat("x", 251)
	multipart := "--b\r\nContent-Type: application/json\r\n\r\n{\"to\":\"sip:a@b\"}\r\n--b--\r\n"
	for _, test := range []struct {
		query, kind, body string
		start, operation  string // the answers
	}{
		{"", "application/json", `{"to":"sip:a@b"}`, "201", "204"},
		{"", "application/json; charset=utf-8", `{"to":"sip:a@b", "unknown": [1]}`, "201", "204"},
		{"", `multipart/related; type="application/json"; boundary=b`, multipart, "201", "204"},
		{"&to=sip:a@b", "", "", "201", "204"},
		{"", "", "", "400 BadRequest/ParameterValidationFailure", "400 BadRequest/ParameterValidationFailure"},
		{"", "application/json", `{"to":""}`, "400 BadRequest/ParameterValidationFailure", "400 BadRequest/ParameterValidationFailure"},
		{"", "application/json", `{"to":"sip:a@b"`, "400 BadRequest/None", "400 BadRequest/None"},
		{"", "application/json", `{"to":7}`, "400 BadRequest/None", "400 BadRequest/None"},
		{"", "application/json", `[]`, "400 BadRequest/None", "400 BadRequest/None"},
		{"", "multipart/related; boundary=c", multipart, "400 BadRequest/None", "400 BadRequest/None"},
		{"", "text/plain", `{"to":"sip:a@b"}`, "415 UnsupportedMediaType", "415 UnsupportedMediaType"},
		{"", "", `{"to":"sip:a@b"}`, "415 UnsupportedMediaType", "415 UnsupportedMediaType"},
		{"&operationId=" + long[:51], "application/json", `{"to":"sip:a@b"}`,
			"400 BadRequest/ParameterValidationFailure", "400 BadRequest/ParameterValidationFailure"},
		{"&operationId=" + long[:50], "application/json", `{"to":"sip:a@b"}`, "201", "204"},
		{"", "application/json", `{"to":"sip:a@b", "importance": "High"}`, "400 BadRequest/ParameterValidationFailure", "204"},
		{"&to=%ff", "", "", "400 BadRequest/None", "400 BadRequest/None"},
		{"&subject=" + long, "application/json", `{"to":"sip:a@b"}`,
			"400 BadRequest/ParameterValidationFailure", "400 BadRequest/ParameterValidationFailure"},
		{"&sessionContext=" + long[:51], "application/json", `{"to":"sip:a@b"}`,
			"400 BadRequest/ParameterValidationFailure", "400 BadRequest/ParameterValidationFailure"},
	} {
		bubble(t, service.Config{}, func(w *wire) {
			call, err := w.Ring(service.Incoming{})
			if err != nil {
				w.Fatal(err)
			}
			for _, to := range []struct{ url, want string }{{w.start, test.start}, {call.Href + "/forward?", test.operation}} {
				r := w.request("POST", to.url+test.query, test.body)
				r.Header.Set("Content-Type", test.kind)
				a := w.send(r)
				if got := strings.TrimSpace(fmt.Sprint(a.status, " ", a.refusal())); got != to.want || a.err != nil {
					w.Errorf("%s %s %s answered %s %v, want %s", to.url, test.kind, test.body, got, a.err, to.want)
				}
			}
		})
	}
}

// TestPaths asks for paths and methods that are not there.
func TestPaths(t *testing.T) {
	bubble(t, service.Config{}, func(w *wire) {
		path, query, _ := strings.Cut(w.application, "?")
		const other = "/platformservice/v1/applications/1"
		incoming, err := w.Ring(service.Incoming{})
		if err != nil {
			w.Fatal(err)
		}
		self := incoming.Href
		for _, test := range []struct{ method, path, want string }{
			{"GET", "/", "404 NotFound/None"},
			{"GET", "/platformservice", "404 NotFound/None"},
			{"GET", other, "404 NotFound/ApplicationNotFound"},
			{"GET", other + "/events?ack=1", "404 NotFound/ApplicationNotFound"},
			{"POST", other + "/communication/audioVideoInvitations", "404 NotFound/ApplicationNotFound"},
			{"GET", path + "/communication", "200"},
			{"GET", strings.ToUpper(path[:len("/platformservice")]) + path[len("/platformservice"):], "200"},
			{"GET", path + "/communication/audioVideoInvitations/1?" + query, "404 NotFound/None"},
			{"GET", self, "200"},
			{"POST", self, "405 MethodNotAllowed"},
			{"DELETE", self, "405 MethodNotAllowed"},
			{"GET", self + "/accept", "405 MethodNotAllowed"},
			{"POST", self + "/acceptandbridge", "204"},
			{"POST", self + "/ACCEPTANDBRIDGEAUDIOVIDEO", "409 Conflict/None"},
			{"POST", self + "/hold", "404 NotFound/None"},
			{"POST", path + "/communication/audioVideoInvitations/1/accept", "404 NotFound/None"},
			{"POST", path + "/communication/conversations/1/audioVideo/terminate", "404 NotFound/None"},
			{"PUT", w.start, "405 MethodNotAllowed"},
			{"POST", path + "/events", "405 MethodNotAllowed"},
		} {
			a := w.do(test.method, test.path, "")
			if got := strings.TrimSpace(fmt.Sprint(a.status, " ", a.refusal())); got != test.want {
				w.Errorf("%s %s answered %s, want %s", test.method, test.path, got, test.want)
			}
			if kind := a.header.Get("Content-Type"); len(a.body) > 0 && kind != "application/json" {
				w.Errorf("%s %s answered %s, want JSON", test.method, test.path, kind)
			}
		}
	})
}

// TestHangUp cancels a call that is connected: the link cancel has an address of the modality.
func TestHangUp(t *testing.T) {
	bubble(t, played(t, `{"outgoing": [{"steps": [{"event": "completed(Connected)"}]}]}`), func(w *wire) {
		w.call("sip:a@b")
		_, events := w.poll()
		cancel := w.get(events[0].Href).Links["ms:rtc:saas:cancel"].Href
		if cancel != "" {
			w.Errorf("a connected call offers cancel at %s", cancel)
		}
		conversation := w.get(events[0].Href).Links["ms:rtc:saas:conversation"].Href
		path, _, _ := strings.Cut(conversation, "?")
		for range 2 {
			if a := w.do("POST", path+"/audioVideo/terminate", ""); a.status != 204 || !w.Calls()[0].Invitation.Succeeded() {
				w.Errorf("hanging up answered %d %s and makes the invitation %v, want 204 and no change", a.status, a.body, w.Calls()[0])
			}
		}
	})
}

// TestToken sends requests without the token, and with another one.
func TestToken(t *testing.T) {
	s, err := service.New(service.Config{Token: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	client, stop := service.InMemory(s)
	defer stop()
	defer s.Close()
	w := &wire{T: t, client: client}
	for token, want := range map[string]int{"": 401, "Bearer": 401, "Bearer other": 401, "secret": 401, "Bearer secret": 200, "bearer secret": 200} {
		r := w.request("GET", "/platformservice/discover", "")
		r.Header.Set("Authorization", token)
		if a := w.send(r); a.status != want || (want == 401) != (a.header.Get("WWW-Authenticate") == "Bearer") {
			t.Errorf("the token %q is answered %d with the challenge %q, want %d", token, a.status, a.header.Get("WWW-Authenticate"), want)
		}
	}
}

// TestRefusalOrder sends a body that is not JSON where something else is wrong as well: NotFound comes first, and Conflict
// last.
func TestRefusalOrder(t *testing.T) {
	bubble(t, service.Config{}, func(w *wire) {
		call, err := w.Ring(service.Incoming{Life: course(w.T, pending(w.T))})
		if err != nil {
			w.Fatal(err)
		}
		for _, test := range []struct{ before, operation, want string }{
			{"", "cancel", "404 NotFound/None"},
			{"", "accept", "400 BadRequest/None"},
			{"accept", "decline", "400 BadRequest/None"},
		} {
			if test.before != "" {
				w.do("POST", call.Href+"/"+test.before, "")
			}
			a := w.do("POST", call.Href+"/"+test.operation, "{")
			if got := fmt.Sprint(a.status, " ", a.refusal()); got != test.want {
				w.Errorf("%s with a broken body is answered %s, want %s", test.operation, got, test.want)
			}
		}
	})
}

// pending returns an incoming call that is accepted.
func pending(t *testing.T) transitions.Invitation {
	i, err := transitions.New(transitions.Incoming).Step(transitions.Started(transitions.StateConnecting))
	if err == nil {
		i, err = i.Do(transitions.OperationAccept)
	}
	if err != nil {
		t.Fatal(err)
	}
	return i
}
