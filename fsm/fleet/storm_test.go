package fleet_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/avinvite/avinvite/fsm/fleet"
	"github.com/avinvite/avinvite/fsm/fleet/internal/trial"
)

func TestMain(m *testing.M) {
	trial.Main()
	os.Exit(m.Run())
}

func long() bool { return os.Getenv("AVINVITE_LONG") != "" }

// replicas starts replicas that are processes.
func replicas(t *testing.T, ctx context.Context, count int, r trial.Replica) (running []*trial.Process, roles []trial.Replica) {
	t.Helper()
	ports, err := trial.FreePorts(count)
	if err != nil {
		t.Fatal(err)
	}
	running = make([]*trial.Process, count)
	t.Cleanup(func() {
		for _, p := range running {
			if p != nil {
				p.Kill()
			}
		}
	})
	for n := range count {
		r.Listen = ports[n]
		roles = append(roles, r)
		if running[n], err = trial.Start(ctx, trial.Role{Replica: &r}); err != nil {
			t.Fatal(err)
		}
	}
	return running, roles
}

func addresses(all []*trial.Process) (list []string) {
	for _, p := range all {
		list = append(list, p.Address)
	}
	return list
}

// until is trial.Until with an error that says what it waited for.
func until(ctx context.Context, what string, done func() bool) error {
	if err := trial.Until(ctx, done); err != nil {
		return fmt.Errorf("waiting until %s: %w", what, err)
	}
	return nil
}

// posts is the service: it counts the operations that it is sent, by the path.
type posts struct {
	mu    sync.Mutex
	count map[string]int
}

func service(t *testing.T) (*posts, *httptest.Server) {
	p := &posts{count: map[string]int{}}
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.count[r.URL.Path]++
	}))
	t.Cleanup(s.Close)
	return p, s
}

func (p *posts) of(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.count[path]
}

// accept has a replica accept an invitation, and returns the status of its answer.
func accept(ctx context.Context, replica, key, to string) int {
	r, err := http.NewRequestWithContext(ctx, "POST", replica+"/accept?"+url.Values{"key": {key}, "to": {to}}.Encode(), nil)
	if err != nil {
		return 0
	}
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0
	}
	a.Body.Close()
	return a.StatusCode
}

// load returns the set of documents that a history has: bit n is number n.
func load(ctx context.Context, replica, key string) (set uint64, err error) {
	r, err := http.NewRequestWithContext(ctx, "GET", replica+"/load?"+url.Values{"key": {key}}.Encode(), nil)
	if err != nil {
		return 0, err
	}
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	defer a.Body.Close()
	if a.StatusCode != http.StatusOK {
		return 0, errors.New(a.Status)
	}
	var numbers []int
	err = json.NewDecoder(a.Body).Decode(&numbers)
	for _, n := range numbers {
		set |= 1 << n
	}
	return set, err
}

// input is an operation on a register: it adds a document, or loads the history if add is zero.
type input struct {
	key string
	add int
}

// register is a set of documents that grows.
var register = porcupine.Model{
	Partition: func(all []porcupine.Operation) (parts [][]porcupine.Operation) {
		of := map[string]int{}
		for _, o := range all {
			key := o.Input.(input).key
			n, known := of[key]
			if !known {
				n = len(parts)
				of[key], parts = n, append(parts, nil)
			}
			parts[n] = append(parts[n], o)
		}
		return parts
	},
	Init: func() any { return uint64(0) },
	Step: func(state, in, out any) (bool, any) {
		if n := in.(input).add; n > 0 {
			return true, state.(uint64) | 1<<n
		}
		return state.(uint64) == out.(uint64), state
	},
}

// rounds are clients that use registers, each a few times, while faults happen.
type rounds struct {
	replicas []string
	service  string
	done     atomic.Int64 // rounds
	claims   atomic.Bool  // accept the invitations, too

	mu         sync.Mutex
	operations []porcupine.Operation
	claimed    []int // numbers of invitations
}

// run runs rounds until ctx ends.
func (r *rounds) run(ctx context.Context, t *testing.T, first int) {
	began := time.Now()
	for n := first; ctx.Err() == nil; n++ {
		documents, err := trial.Ringing(n, 4)
		if err != nil {
			t.Error(err)
			return
		}
		key, claims := trial.Href(n), r.claims.Load()
		var clients sync.WaitGroup
		for c := range 3 {
			clients.Go(func() {
				random := rand.New(rand.NewPCG(uint64(n), uint64(c)))
				for range 4 {
					o := porcupine.Operation{ClientId: c, Input: input{key: key}, Call: int64(time.Since(began))}
					replica := r.replicas[random.IntN(len(r.replicas))]
					limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
					var failed error
					if k := random.IntN(2 * len(documents)); k < len(documents) {
						o.Input, o.Output = input{key, k + 1}, uint64(0)
						failed = trial.Deliver(limited, replica, documents[k])
						if o.Return = int64(time.Since(began)); failed != nil {
							o.Return = math.MaxInt64 // it may take effect at any time, or never
						}
					} else {
						o.Output, failed = load(limited, replica, key)
						o.Return = int64(time.Since(began))
					}
					cancel()
					if failed == nil || o.Input.(input).add > 0 {
						r.mu.Lock()
						r.operations = append(r.operations, o)
						r.mu.Unlock()
					}
				}
				if claims {
					accept(context.WithoutCancel(ctx), r.replicas[c%len(r.replicas)], key, r.service+"/"+fmt.Sprint(n))
				}
			})
		}
		clients.Wait()
		if r.done.Add(1); claims {
			r.mu.Lock()
			r.claimed = append(r.claimed, n)
			r.mu.Unlock()
		}
	}
}

// TestStorm posts a storm of documents to three replicas on three servers, uses registers and claims operations, while
// servers are killed and cut off, and replicas are killed and stopped. At the end nothing is wrong and nothing is lost.
// With AVINVITE_LONG the storm has 100,000 invitations.
func TestStorm(t *testing.T) {
	t.Parallel()
	invitations, workers, limit := 200, 8, 4*time.Minute
	if long() {
		invitations, workers, limit = 100_000, 32, 3*time.Hour
	}
	ctx := within(t, limit)
	all, err := trial.Storm(invitations, 1)
	if err != nil {
		t.Fatal(err)
	}
	cluster, err := trial.NewCluster(ctx, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer cluster.Close()
	running, roles := replicas(t, ctx, 3, trial.Replica{URL: cluster.URL()})
	sent, at := service(t)

	use, stop := context.WithCancel(ctx)
	defer stop()
	r := &rounds{replicas: addresses(running), service: at.URL}
	r.claims.Store(true)
	var clients sync.WaitGroup
	for n := range 2 {
		clients.Go(func() { r.run(use, t, 1_000_000*(n+1)) })
	}

	var latencies []time.Duration
	began, busy, left := time.Now(), time.Duration(0), all
	parts := 13
	// during posts the next part of the storm, and lets the fault happen in the middle.
	during := func(what string, fault func() error) {
		t.Helper()
		part := left[:len(left)/parts]
		left, parts = left[len(part):], parts-1
		from, start := r.done.Load(), time.Now()
		var progress atomic.Int64
		failed := make(chan error, 1)
		go func() {
			err := until(ctx, "the storm goes on", func() bool { return int(progress.Load()) >= len(part)/4 })
			failed <- errors.Join(err, fault())
		}()
		took, err := part.Post(ctx, workers, &progress, r.replicas...)
		busy += time.Since(start)
		latencies = append(latencies, took...)
		goOn := until(ctx, "clients go on", func() bool { return r.done.Load() >= from+2 })
		if err := errors.Join(err, <-failed, goOn); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		t.Logf("%6.1f s: %s: %d deliveries, %d rounds", time.Since(began).Seconds(), what, len(latencies), r.done.Load())
	}
	during("nothing happens", func() error { return nil })
	for n := range 3 {
		name := fmt.Sprintf("server %d is ", n+1)
		during(name+"killed", func() error { cluster.Kill(n); return nil })
		during(name+"started", func() error { return cluster.Start(ctx, n) })
	}
	n, err := leader(ctx, cluster)
	if err != nil {
		t.Fatal(err)
	}
	during("the leader is cut off", func() error { cluster.Cut(n, true); return nil })
	during("the leader is connected", func() error { cluster.Cut(n, false); return nil })
	r.claims.Store(false) // a replica that ends behind its POST may leave another one: see TestClaim
	during("operations are not claimed any more", func() error { return nil })
	for _, n := range []int{0, 2} {
		during(fmt.Sprintf("replica %d is killed and started", n+1), func() (err error) {
			running[n].Kill()
			running[n], err = trial.Start(ctx, trial.Role{Replica: &roles[n]})
			return err
		})
	}
	during("replica 2 is stopped and goes on", func() error {
		from := r.done.Load()
		return errors.Join(
			running[1].Signal(syscall.SIGSTOP),
			until(ctx, "clients go on", func() bool { return r.done.Load() >= from+4 }),
			running[1].Signal(syscall.SIGCONT),
		)
	})
	stop()
	clients.Wait()
	slices.Sort(latencies)
	t.Logf("%d deliveries of %d invitations with these faults: %.0f a second, p50 %v, p99 %v", len(latencies), invitations,
		float64(len(latencies))/busy.Seconds(), trial.Percentile(latencies, 50), trial.Percentile(latencies, 99))
	if len(latencies) != len(all) {
		t.Errorf("%d deliveries, want %d", len(latencies), len(all))
	}

	result, info := porcupine.CheckOperationsVerbose(register, r.operations, time.Minute)
	if result != porcupine.Ok {
		t.Errorf("%d operations on registers are linearizable: %v, %v", len(r.operations), result, info)
	}
	t.Logf("%d operations on registers are linearizable", len(r.operations))
	for _, n := range r.claimed {
		path := fmt.Sprint("/", n)
		for k := 0; sent.of(path) == 0; k++ { // each claim was too late, or failed
			accept(ctx, r.replicas[k%3], trial.Href(n), r.service+path)
			if ctx.Err() != nil {
				t.Fatal(context.Cause(ctx))
			}
		}
		if got := sent.of(path); got != 1 {
			t.Errorf("invitation %d was accepted %d times, want 1", n, got)
		}
	}
	t.Logf("%d operations, each of which three replicas claimed, were sent once", len(r.claimed))

	f := open(t, ctx, cluster.URL(), fleet.Config{})
	defer f.Close()
	compare(t, all, judged(t, f.Verdicts(ctx)))
	disk := cluster.Disk()
	for _, u := range cluster.Close() {
		t.Logf("a server had %d MB of memory at most, and used %v of CPU a delivery", u.Memory>>20,
			u.CPU/time.Duration(len(latencies)))
	}
	t.Logf("%d bytes on disk an invitation and server", disk/int64(invitations))
}

// leader returns the number of the server that leads the stream.
func leader(ctx context.Context, c *trial.Cluster) (n int, err error) {
	conn, err := nats.Connect(c.URL())
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	js, err := jetstream.New(conn)
	if err != nil {
		return 0, err
	}
	err = until(ctx, "the stream has a leader", func() bool {
		stream, err := js.Stream(ctx, "avinvite")
		if err != nil {
			return false
		}
		n = slices.IndexFunc(c.Roles, func(s trial.Server) bool { return s.Name == stream.CachedInfo().Cluster.Leader })
		return n >= 0
	})
	return n, err
}

// compare compares the verdicts of a fleet with those of one machine.
func compare(t *testing.T, all trial.Deliveries, got map[string]string) {
	t.Helper()
	one, err := all.Judge()
	if err != nil {
		t.Fatal(err)
	}
	want := judged(t, trusted(one.Verdicts()))
	wrong := 0
	for href := range want {
		if got[href] != want[href] {
			if wrong++; wrong < 5 {
				t.Errorf("%s is judged\n%s\nwant, as on one machine,\n%s", href, got[href], want[href])
			}
		}
	}
	if wrong > 0 || len(want) == 0 {
		t.Errorf("%d of %d verdicts are not those of one machine", wrong, len(want))
	}
	t.Logf("%d verdicts are those of one machine", len(want)-wrong)
}

// TestRegisterModel wants porcupine to find a lost document and a stale history.
func TestRegisterModel(t *testing.T) {
	add := func(n int, call, end int64) porcupine.Operation {
		return porcupine.Operation{Input: input{"a", n}, Call: call, Output: uint64(0), Return: end}
	}
	load := func(set uint64, call, end int64) porcupine.Operation {
		return porcupine.Operation{Input: input{"a", 0}, Call: call, Output: set, Return: end}
	}
	for _, test := range []struct {
		name  string
		all   []porcupine.Operation
		legal bool
	}{
		{"seen", []porcupine.Operation{add(1, 0, 1), load(2, 2, 3)}, true},
		{"lost", []porcupine.Operation{add(1, 0, 1), load(0, 2, 3)}, false},
		{"stale", []porcupine.Operation{add(1, 0, math.MaxInt64), load(2, 2, 3), load(0, 4, 5)}, false},
		{"unknown", []porcupine.Operation{add(1, 0, math.MaxInt64), load(0, 2, 3), load(2, 4, 5)}, true},
	} {
		if got := porcupine.CheckOperations(register, test.all); got != test.legal {
			t.Errorf("%s: linearizable is %v, want %v", test.name, got, test.legal)
		}
	}
}
