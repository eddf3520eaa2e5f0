package service_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/avinvite/avinvite/fsm/client"
	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/service"
	"github.com/avinvite/avinvite/transitions"
)

// application is an application of package client: it is called and calls, and does operations by chance.
type application struct {
	t     *testing.T
	ctx   context.Context // until its end
	calls client.Calls
	work  sync.WaitGroup

	mu     sync.Mutex // guards everything below
	chance *rand.Rand
	known  map[*client.Call]bool
	faults []error
}

// outgoing and incoming are how many calls each application starts and gets.
const outgoing, incoming = 3, 3

// against runs an application against a service for an hour, in a time of their own. It returns the application, and the
// service's truth about its calls with the verdicts on its recording.
func against(t *testing.T, script service.Script) (a *application, truth []service.Call, verdicts []conformance.Verdict) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		a = &application{t: t, chance: rand.New(rand.NewPCG(script.Seed, 0)), known: map[*client.Call]bool{}}
		hook, err := client.NewWebhook(client.Unverified, a.take)
		if err != nil {
			t.Fatal(err)
		}
		behind, stopHook := service.InMemory(hook)
		recording := new(bytes.Buffer)
		s, err := service.New(service.Config{
			Script: script, Recording: recording, Webhook: behind, Callbacks: []string{"application.contoso.example"},
		})
		if err != nil {
			t.Fatal(err)
		}
		web, stop := service.InMemory(s)
		a.calls.Client = &client.Client{HTTP: web, GiveUp: time.Hour}
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		a.ctx = ctx
		a.run(script.Callback == "")
		truth = s.Calls()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		stop()
		stopHook()
		if verdicts, err = conformance.Check(recording); err != nil {
			t.Error(err)
		}
	})
	return a, truth, verdicts
}

// run finds the application and starts calls, and follows the event channel unless it has a webhook.
func (a *application) run(follows bool) {
	links, err := a.calls.Client.Discover(a.ctx, host+"/platformservice/discover")
	if err != nil {
		a.t.Error(err)
		return
	}
	for n := range outgoing {
		pause := time.Duration(a.random(20_000)) * time.Millisecond
		a.work.Go(func() {
			time.Sleep(pause)
			a.start(a.ctx, links.StartAudioVideo, n)
		})
	}
	if follows {
		for call, err := range a.calls.Follow(a.ctx, links.Events) {
			if err != nil {
				a.fault(err)
			} else {
				a.act(call)
			}
		}
	}
	<-a.ctx.Done()
	a.work.Wait()
}

// take takes a document of the webhook. One in four it says that it could not, so that the document comes again.
func (a *application) take(r *http.Request, d *eventchannel.Document) error {
	changed, err := a.calls.Add(r.Context(), d)
	if err != nil {
		a.fault(err)
	}
	for _, call := range changed {
		a.act(call)
	}
	if a.random(4) == 0 {
		return errors.New("out of order")
	}
	return nil
}

// act does operations on a new call, by chance.
func (a *application) act(call *client.Call) {
	if !a.meet(call) {
		return
	}
	for o := range transitions.Offers() {
		if call.Offers(o.Operation) && a.random(3) == 0 {
			a.work.Go(func() { a.do(a.ctx, call, o.Operation) })
		}
	}
}

func (a *application) random(n int) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.chance.IntN(n)
}

// meet reports whether a call is new.
func (a *application) meet(call *client.Call) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	known := a.known[call]
	a.known[call] = true
	return !known
}

func (a *application) fault(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.faults = append(a.faults, err)
}

// start starts a call, again after a refusal that may pass.
func (a *application) start(ctx context.Context, link string, n int) {
	for ctx.Err() == nil {
		call, err := a.calls.Start(ctx, link, client.Input{To: fmt.Sprintf("sip:%d@contoso.example", n)})
		if err != nil {
			a.fault(err)
		}
		if call != nil {
			a.meet(call)
			return
		}
		if !passing(err) {
			return
		}
		time.Sleep(second)
	}
}

// do does an operation, again after a refusal that may pass and after an answer that was lost.
func (a *application) do(ctx context.Context, call *client.Call, o transitions.Operation) {
	in := map[transitions.Operation]client.Input{
		transitions.OperationForward:         {To: "sip:other@contoso.example"},
		transitions.OperationAcceptAndBridge: {ToURI: "sip:other@contoso.example"},
	}[o]
	for ctx.Err() == nil {
		_, err := call.Do(ctx, o, in)
		if err == nil {
			return
		}
		a.fault(err)
		if !errors.Is(err, client.ErrLost) && !passing(err) {
			return
		}
		time.Sleep(second)
	}
}

// passing reports whether a request that failed may be sent again: it was not sent, or was refused by a service that is
// out of order.
func passing(err error) bool {
	var e *client.Error
	return errors.As(err, &e) && !errors.Is(err, client.ErrLost) && (!e.Refused() || e.Status == 429 || e.Status >= 500)
}

// compare compares what the application has come to with the truth.
func (a *application) compare(t *testing.T, truth []service.Call) {
	t.Helper()
	byHref := map[string]*client.Call{}
	for call := range a.known {
		byHref[eventchannel.Identity(call.Href())] = call
	}
	for _, want := range truth {
		href := eventchannel.Identity(host + want.Href)
		call := byHref[href]
		delete(byHref, href)
		if call == nil {
			t.Errorf("the application does not know %s, %v", href, want.Invitation)
			continue
		}
		if i, known := call.Invitation(); i != want.Invitation || !known || !i.Terminal() {
			t.Errorf("%s has ended as %v, and the service says %v", href, i, want.Invitation)
		}
		if want.Accepted > 1 {
			t.Errorf("%s was accepted %d times", href, want.Accepted)
		}
	}
	for href, call := range byHref {
		if i, _ := call.Invitation(); href != "" && !call.Gone() && !i.Terminal() {
			t.Errorf("the application waits for ever for %s, %v, which the service does not know", href, i)
		}
	}
}

// finds is what is found in a recording because of the faults that spoil events. No other rule may be broken, except those
// in late.
var finds = map[service.Kind][]string{
	service.FaultReorder:   {"after-completion", "undefined-transition"},
	service.FaultToken:     {"unknown-token"},
	service.FaultDirection: {"reason-direction"},
}

// late is found if the application sees a document later than the service has made it, because its answer was delayed or
// lost, or because a fault has put an event into a document of its own: the document still offers an operation that has
// been done, or the application does an operation after a completion that it cannot know.
var late = []string{"link-not-offered", "operation-not-offered"}

func faulty(seed uint64, chance float64, kinds ...service.Kind) service.Script {
	script := service.Script{Seed: seed, Aggregate: 3 * second}
	for n := range incoming {
		script.Incoming = append(script.Incoming, service.Incoming{After: time.Duration(n*n) * second})
	}
	for _, kind := range kinds {
		script.Faults = append(script.Faults, service.Fault{Kind: kind, Chance: chance})
	}
	return script
}

// TestPollingClient runs the client against the service without faults, with each fault, and with all at once: thirty seeds
// each, and a thousand in the long form. Every invitation ends for the client as it does for the service, none is accepted
// twice, and nothing waits for ever. Without faults the recording conforms; with faults only those are found.
func TestPollingClient(t *testing.T) { survive(t, "", service.Kinds()) }

// TestWebhookClient is TestPollingClient by webhook, whose posts the application refuses one in four times.
func TestWebhookClient(t *testing.T) {
	polls := []service.Kind{service.FaultResync, service.FaultResume}
	survive(t, "http://application.contoso.example/callback", slices.DeleteFunc(service.Kinds(), func(k service.Kind) bool {
		return slices.Contains(polls, k)
	}))
}

func survive(t *testing.T, callback string, kinds []service.Kind) {
	t.Helper()
	seeds := uint64(30)
	if long() {
		seeds = 1000
	}
	type occasion struct {
		name   string
		kinds  []service.Kind
		chance float64
	}
	occasions := []occasion{{name: "none"}, {"all", kinds, 0.1}}
	for _, kind := range kinds {
		occasions = append(occasions, occasion{string(kind), []service.Kind{kind}, 0.3})
	}
	for _, o := range occasions {
		t.Run(o.name, func(t *testing.T) {
			ended, gone, met := 0, 0, 0
			for seed := range seeds {
				script := faulty(seed, o.chance, o.kinds...)
				script.Callback = callback
				a, truth, verdicts := against(t, script)
				a.compare(t, truth)
				for call := range a.known {
					if call.Gone() {
						gone++
					} else {
						ended++
					}
				}
				met += len(a.faults)
				var allowed []string
				for _, kind := range o.kinds {
					allowed = append(allowed, slices.Concat(finds[kind], late)...)
				}
				for _, v := range verdicts {
					if o.kinds == nil && v.Result != conformance.Conforms {
						t.Errorf("%s %v: %+v", v.Href, v.Result, v.Findings)
					}
					for _, f := range v.Findings {
						if !slices.Contains(allowed, string(f.Rule)) {
							t.Errorf("%s: %+v", v.Href, f)
						}
					}
				}
				if t.Failed() {
					t.Fatalf("seed %d; the client met\n%v", seed, errors.Join(a.faults...))
				}
			}
			if o.kinds == nil && (gone > 0 || ended != int(seeds)*(outgoing+incoming)) {
				t.Errorf("without faults %d calls ended and %d are gone, want %d and 0", ended, gone, seeds*(outgoing+incoming))
			}
			t.Logf("%d calls ended, %d are gone, and the client met %d errors", ended, gone, met)
		})
	}
}
