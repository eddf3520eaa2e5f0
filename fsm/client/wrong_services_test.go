package client_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/client"
	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/fsm/recording"
	"github.com/avinvite/avinvite/fsm/service"
	"github.com/avinvite/avinvite/transitions"
)

// spoiler stands between a client and a service, changes answers, and records what the client gets.
type spoiler struct {
	service http.RoundTripper
	spoil   func(*http.Response, string) string // changes an answer, and returns its body
	record  *recording.Writer
}

func (s *spoiler) RoundTrip(r *http.Request) (*http.Response, error) {
	began := time.Now()
	var sent []byte
	if r.Body != nil {
		sent, _ = io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(sent))
	}
	answer, err := s.service.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	text := s.spoil(answer, string(body))
	answer.Body, answer.ContentLength = io.NopCloser(strings.NewReader(text)), -1
	err = s.record.Exchange(recording.Exchange{
		Method: r.Method, URL: r.URL.String(), Began: began, Took: time.Since(began), Body: sent, Status: answer.StatusCode,
		AnswerType: answer.Header.Get("Content-Type"), Answer: []byte(text), Location: answer.Header.Get("Location"),
	})
	return answer, err
}

// meet lets a client start one call, which is busy, and accept another from a spoiled service, for an hour. It returns the
// names of the rules that the service breaks, the ends that the client comes to, and the errors that it meets.
func meet(t *testing.T, spoil func(*http.Response, string) string) (rules, ends []string, faults error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		step := func(after time.Duration, e transitions.Event) service.Step {
			return service.Step{After: after, Event: e}
		}
		begun := step(0, transitions.Started(transitions.StateConnecting))
		s, err := service.New(service.Config{Script: service.Script{
			Incoming: []service.Incoming{{Life: service.Life{Steps: []service.Step{begun}}}},
			Outgoing: []service.Outgoing{{Life: service.Life{Steps: []service.Step{
				begun, step(time.Second, transitions.Updated(transitions.StateAlerting)),
				step(time.Second, transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy)),
			}}}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		web, stop := service.InMemory(s)
		har := new(bytes.Buffer)
		between := &spoiler{web.Transport, spoil, recording.NewWriter(har, recording.HAR)}
		web.Transport = between
		c := client.Calls{Client: &client.Client{HTTP: web}}
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		known := map[*client.Call]bool{}
		var met []error
		links, err := c.Client.Discover(ctx, "http://pool.example/platformservice/discover")
		if err != nil {
			t.Fatal(err)
		}
		call, err := c.Start(ctx, links.StartAudio, client.Input{OperationID: "dial-1", To: "sip:a@b"})
		if known[call] = call != nil; err != nil {
			met = append(met, err)
		}
		for call, err := range c.Follow(ctx, links.Events) {
			if err != nil {
				met = append(met, err)
			} else if known[call] = true; call.Offers(transitions.OperationAccept) {
				if _, err := call.Do(ctx, transitions.OperationAccept, client.Input{}); err != nil {
					met = append(met, err)
				}
			}
		}
		if err := errors.Join(between.record.Close(), s.Close()); err != nil {
			t.Error(err)
		}
		stop()
		for call := range known {
			if call != nil {
				i, _ := call.Invitation()
				ends = append(ends, i.String())
			}
		}
		verdicts, err := conformance.Check(har)
		if err != nil {
			met = append(met, err)
		}
		for _, v := range verdicts {
			for _, f := range v.Findings {
				rules = append(rules, string(f.Rule))
			}
		}
		faults = errors.Join(met...)
	})
	slices.Sort(ends)
	slices.Sort(rules)
	return slices.Compact(rules), ends, faults
}

// TestWrongServices meets services that are wrong in one way each. The client survives every one, and its error or the
// check of its recording names the fault.
func TestWrongServices(t *testing.T) {
	replace := func(old, new string) func(*http.Response, string) string {
		return func(_ *http.Response, body string) string { return strings.ReplaceAll(body, old, new) }
	}
	poll := func(edit func(*http.Response, string) string) func(*http.Response, string) string {
		return func(r *http.Response, body string) string {
			if !strings.Contains(r.Request.URL.Path, "/events") || r.StatusCode != 200 {
				return body
			}
			return edit(r, body)
		}
	}
	once := func(edit func(*http.Response, string) string) func(*http.Response, string) string {
		done := false
		return poll(func(r *http.Response, body string) string {
			if done || !strings.Contains(body, "audioVideoInvitation") {
				return body
			}
			done = true
			return edit(r, body)
		})
	}
	right := []string{"Incoming Connected", "Outgoing Failed (RemoteFailure/Busy)"}
	for _, test := range []struct {
		name  string
		spoil func(*http.Response, string) string
		rule  string // that the recording breaks; "" for none
		fault string // a part of the client's error; "" for none
		ends  []string
	}{
		{"none", func(_ *http.Response, body string) string { return body }, "", "", right},
		{"goes on after the completion", poll(func(_ *http.Response, body string) string {
			if strings.Contains(body, "Alerting") {
				body = strings.NewReplacer("Alerting", "Connected", `"type":"updated"`, `"type":"completed"`).Replace(body)
			}
			return body
		}), "after-completion", "", []string{"Incoming Connected", "Outgoing Connected"}},
		{"updates to a completed state", poll(replace(`"state":"Alerting"`, `"state":"Declined"`)), "undefined-transition", "", right},
		{"a state that no page lists", poll(replace(`"state":"Alerting"`, `"state":"Ringing"`)), "unknown-token", "", right},
		{"a status that no page lists", poll(replace(`"status":"Failure"`, `"status":"Partly"`)), "unknown-token", "", right},
		{"a reason of the other direction", poll(replace(`"subcode":"Busy"`, `"subcode":"Canceled"`)), "reason-direction", "",
			[]string{"Incoming Connected", "Outgoing Failed (RemoteFailure/Canceled)"}},
		{"a reason that no page lists", poll(replace(`"subcode":"Busy"`, `"subcode":"Sleeping"`)), "undocumented-reason", "",
			[]string{"Incoming Connected", "Outgoing Failed (RemoteFailure)"}},
		{"parts that contradict each other", poll(replace(`"status":"Success"`, `"status":"Failure"`)), "contradiction", "", right},
		{"a member twice", poll(replace(`"state":"Alerting"`, `"state":"Alerting","operationId":"dial-2"`)), "", "a second time", right},
		{"a sender that sends no such events", poll(replace(`"rel":"ms:rtc:saas:communication"`, `"rel":"ms:rtc:saas:people"`)), "wrong-sender", "", right},
		{"a subject that is too long", poll(replace(`"subject":""`, `"subject":"`+strings.Repeat("x", 251)+`"`)), "too-long", "", right},
		{"an answer that no page lists", func(r *http.Response, body string) string {
			if strings.HasSuffix(r.Request.URL.Path, "/accept") {
				r.StatusCode = 418
				r.Header.Set("Content-Type", "application/json")
				return `{"code":"Teapot"}`
			}
			return body
		}, "undocumented-answer", "no page documents", right},
		{"the page of a proxy", once(func(r *http.Response, _ string) string {
			r.Header.Set("Content-Type", "text/html")
			return "<html>Sign in"
		}), "", client.ErrForeign.Error(), right},
		{"a document that breaks off", once(func(_ *http.Response, body string) string { return body[:len(body)/2] }), "", "no event document", right},
		{"a document without a link to follow", once(func(_ *http.Response, body string) string {
			return strings.Replace(body, `"next"`, `"before"`, 1)
		}), "", "without a link to follow", right},
	} {
		t.Run(test.name, func(t *testing.T) {
			rules, ends, faults := meet(t, test.spoil)
			if test.rule != "" && !slices.Contains(rules, test.rule) || test.rule == "" && test.fault == "" && len(rules) > 0 {
				t.Errorf("the service breaks %q, want %q", rules, test.rule)
			}
			if test.fault != "" && !strings.Contains(faults.Error(), test.fault) {
				t.Errorf("the client met %v, want %s", faults, test.fault)
			}
			wantSame(t, "the ends", ends, test.ends)
		})
	}
}
