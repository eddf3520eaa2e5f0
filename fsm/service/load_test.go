package service_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/service"
	"github.com/avinvite/avinvite/transitions"
)

// TestLoad has many applications that poll over sockets, each with ten calls, all of which live at the same time. Every
// event arrives once. The long form has a thousand applications, beside an application that never acknowledges.
func TestLoad(t *testing.T) {
	applications, live := 50, 2*time.Second
	if long() {
		applications, live = 1000, 30*time.Second
	}
	const calls = 10
	script := service.Script{Outgoing: []service.Outgoing{{Life: service.Life{Steps: []service.Step{
		{Event: transitions.Started(transitions.StateConnecting)},
		{After: live / 2, Event: transitions.Updated(transitions.StateAlerting)},
		{After: live / 2, Event: transitions.Completed(transitions.StateConnected, codes.NoReason)},
	}}}}}
	s, err := service.New(service.Config{Script: script, Limits: service.Limits{Events: 100}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2 * applications}}
	defer client.CloseIdleConnections()

	began := time.Now()
	var started, updated, ended, documents atomic.Int64
	var late atomic.Int64 // the longest time from the end of a call to its event, in nanoseconds
	var starting, work sync.WaitGroup
	for n := range applications {
		endpoint := fmt.Sprintf("sip:%d@contoso.example", n)
		query := url.QueryEscape(endpoint)
		answer, err := client.Get(server.URL + "/platformservice/v1/applications?endpointId=" + query)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		path := server.URL + service.ApplicationPath(endpoint)
		starting.Add(1)
		work.Go(func() {
			due := time.Time{}
			for range calls {
				answer, err := client.Post(path+"/communication/audioVideoInvitations", "application/json", strings.NewReader(`{"to":"sip:a@b"}`))
				if err != nil || answer.StatusCode != 201 {
					t.Errorf("a start is answered %v with error %v, want 201", answer, err)
					starting.Done()
					return
				}
				answer.Body.Close()
				due = time.Now().Add(live)
			}
			starting.Done()
			next := path + "/events?ack=1"
			for left := calls; left > 0; {
				d, err := poll(client, next)
				if err != nil {
					t.Error(err)
					return
				}
				next = server.URL + d.Links["next"].Href
				documents.Add(1)
				for _, sender := range d.Sender {
					for _, e := range sender.Events {
						switch e.Type {
						case "started":
							started.Add(1)
						case "updated":
							updated.Add(1)
						case "completed":
							ended.Add(1)
							left--
						}
					}
				}
			}
			for wait := int64(time.Since(due)); ; {
				if was := late.Load(); was >= wait || late.CompareAndSwap(was, wait) {
					break
				}
			}
		})
	}
	greedy := server.URL + service.ApplicationPath(service.DefaultEndpoint) // it reads one document, and never acknowledges
	for range 300 {
		answer, err := client.Post(greedy+"/communication/audioVideoInvitations", "application/json", strings.NewReader(`{"to":"sip:a@b"}`))
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if _, err := poll(client, greedy+"/events?ack=1"); err != nil {
			t.Fatal(err)
		}
	}
	starting.Wait()
	allStarted := time.Since(began)
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	work.Wait()
	want := int64(applications * calls)
	if started.Load() != want || updated.Load() != want || ended.Load() != want {
		t.Errorf("%d started, %d updated and %d completed events, want %d of each", started.Load(), updated.Load(), ended.Load(), want)
	}
	if s.Dropped() == 0 {
		t.Error("no event of the application that never acknowledges is dropped, want those beyond 100")
	}
	t.Logf("%d applications, %d calls: all started after %v, all ended after %v, the last event %v late, %d documents, heap %d MiB",
		applications, want, allStarted, time.Since(began), time.Duration(late.Load()), documents.Load(), memory.HeapAlloc>>20)
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

type polled struct {
	Links  map[string]struct{ Href string } `json:"_links"`
	Sender []struct {
		Events []struct{ Type string }
	}
}

func poll(client *http.Client, url string) (d polled, err error) {
	answer, err := client.Get(url)
	if err != nil {
		return d, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return d, err
	}
	if answer.StatusCode != 200 {
		return d, fmt.Errorf("a poll of %s is answered %d %s, want 200", url, answer.StatusCode, text)
	}
	return d, json.Unmarshal(text, &d)
}
