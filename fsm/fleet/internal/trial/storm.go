package trial

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// base is the host of the simulated service.
const base = "https://pool.example"

// Href returns the href of invitation number n, which is also its key.
func Href(n int) string { return base + "/v1/invitations/" + strconv.Itoa(n) }

// Deliveries are documents in the order in which they are posted.
type Deliveries [][]byte

// Storm returns the documents of invitations, each at least twice, reordered among some hundred invitations. One life in ten
// lacks a document, so that some invitations break a rule and some never complete.
func Storm(invitations int, seed uint64) (all Deliveries, err error) {
	random := rand.New(rand.NewPCG(seed, 0))
	type delivery struct {
		at       int
		document []byte
	}
	var posts []delivery
	for n := range invitations {
		documents, err := life(n, random)
		if err != nil {
			return nil, err
		}
		if random.IntN(10) == 0 && len(documents) > 1 {
			lost := random.IntN(len(documents))
			documents = slices.Delete(documents, lost, lost+1)
		}
		for _, d := range documents {
			for range 2 + random.IntN(8)/7 {
				posts = append(posts, delivery{n + random.IntN(100), d})
			}
		}
	}
	slices.SortStableFunc(posts, func(a, b delivery) int { return a.at - b.at })
	for _, p := range posts {
		all = append(all, p.document)
	}
	return all, nil
}

// life returns the documents of one invitation, each with one event.
func life(n int, random *rand.Rand) (documents [][]byte, err error) {
	i := transitions.New(transitions.Direction(1 + random.IntN(2)))
	w := eventchannel.Writer{Href: "/v1/events?key=" + strconv.Itoa(n), Sender: "/v1/communication", BaseURI: base}
	for !i.Terminal() {
		events := slices.Collect(i.Legal())
		if len(documents) < 1+random.IntN(4) { // do not complete yet
			events = slices.DeleteFunc(events, func(e transitions.Event) bool { return e.Type == transitions.EventCompleted })
		} else {
			events = slices.DeleteFunc(events, func(e transitions.Event) bool { return e.Type != transitions.EventCompleted })
		}
		e := events[random.IntN(len(events))]
		if i, err = i.Step(e); err != nil {
			return nil, err
		}
		d, err := document(&w, n, e.Type, i)
		if err != nil {
			return nil, err
		}
		documents = append(documents, d)
	}
	return documents, nil
}

// document writes the next document of an invitation.
func document(w *eventchannel.Writer, n int, t transitions.EventType, i transitions.Invitation) ([]byte, error) {
	r := eventchannel.Resource{
		OperationID: "op-" + strconv.Itoa(n), Links: []eventchannel.Link{{Rel: "self", Href: "/v1/invitations/" + strconv.Itoa(n)}},
	}
	if err := w.Add(t, i, r, nil); err != nil {
		return nil, err
	}
	return w.Document()
}

// Ringing returns documents 1 to count of an incoming invitation that rings.
func Ringing(n, count int) (documents [][]byte, err error) {
	i, err := transitions.New(transitions.Incoming).Step(transitions.Started(transitions.StateConnecting))
	if err != nil {
		return nil, err
	}
	w := eventchannel.Writer{Href: "/v1/events?key=" + strconv.Itoa(n), Sender: "/v1/communication", BaseURI: base}
	for k := range count {
		t := transitions.EventUpdated
		if k == 0 {
			t = transitions.EventStarted
		}
		d, err := document(&w, n, t, i)
		if err != nil {
			return nil, err
		}
		documents = append(documents, d)
	}
	return documents, nil
}

// Judge returns the verdicts of one machine that takes the deliveries.
func (all Deliveries) Judge() (*conformance.Checker, error) {
	c := new(conformance.Checker)
	r := eventchannel.NewReader(nil)
	for n, d := range all {
		r.Reset(bytes.NewReader(d))
		for e, err := range r.Events() {
			if err != nil {
				return nil, err
			}
			c.Add(e, time.Unix(int64(n), 0))
		}
	}
	return c, nil
}

// Post posts the deliveries to replicas, some at a time, each until it is answered with 200: a refused one is posted again
// to the next replica, as a load balancer does. It returns the latencies of those answered with 200 at once or later, in
// order of size. progress, if not nil, counts them.
func (all Deliveries) Post(ctx context.Context, workers int, progress *atomic.Int64, replicas ...string) ([]time.Duration, error) {
	var next atomic.Int64
	latencies, faults := make([][]time.Duration, workers), make([]error, workers)
	var posts sync.WaitGroup
	for w := range workers {
		posts.Go(func() {
			for n := int(next.Add(1)) - 1; n < len(all) && faults[w] == nil; n = int(next.Add(1)) - 1 {
				began := time.Now()
				if faults[w] = insist(ctx, all[n], n, replicas); faults[w] == nil {
					latencies[w] = append(latencies[w], time.Since(began))
					if progress != nil {
						progress.Add(1)
					}
				}
			}
		})
	}
	posts.Wait()
	sorted := slices.Concat(latencies...)
	slices.Sort(sorted)
	return sorted, errors.Join(faults...)
}

// insist posts a document until it is answered with 200.
func insist(ctx context.Context, document []byte, n int, replicas []string) error {
	for ; ; n++ {
		err := Deliver(ctx, replicas[n%len(replicas)], document)
		if err == nil {
			return nil
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return errors.Join(err, context.Cause(ctx))
		}
	}
}

// Deliver posts a document to a replica once, and waits for 3 s. Without an error it was answered with 200.
func Deliver(ctx context.Context, replica string, document []byte) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	return post(ctx, replica+"/events", document)
}

// connections are those of the storm and of the replicas.
var connections = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}}

// post posts a body, and returns an error unless it is answered with 200.
func post(ctx context.Context, url string, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	return answered(connections.Do(r))
}

func answered(a *http.Response, err error) error {
	if err != nil {
		return err
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		return err
	}
	if a.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d: %s", a.StatusCode, text)
	}
	return nil
}

// Percentile returns one of sorted values.
func Percentile(sorted []time.Duration, percent int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, len(sorted)*percent/100)]
}
