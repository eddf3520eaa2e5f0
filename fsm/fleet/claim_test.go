package fleet_test

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/avinvite/avinvite/fsm/client"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/fleet"
	"github.com/avinvite/avinvite/fsm/fleet/internal/trial"
	"github.com/avinvite/avinvite/transitions"
)

// lease is the lease of the tests in which one ends. It is less than the time of an attempt, so that an owner can learn of its
// claim after the lease.
const lease = 2 * time.Second

// couple is two replicas, the first of which reaches the server and the service through proxies.
type couple struct {
	ctx           context.Context
	slow, other   *trial.Process
	server, posts *trial.Proxy
	sent          *posts
	direct        string // URL of the service
}

func pair(t *testing.T) *couple {
	t.Helper()
	c := &couple{ctx: within(t, time.Minute)}
	ports, err := trial.FreePorts(1)
	if err != nil {
		t.Fatal(err)
	}
	server, err := trial.Start(c.ctx, trial.Role{Server: &trial.Server{Name: "one", Dir: t.TempDir(), Client: ports[0]}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Kill() })
	address := "127.0.0.1:" + strconv.Itoa(ports[0])
	sent, at := service(t)
	c.sent, c.direct = sent, at.URL
	for _, p := range []struct {
		to     **trial.Proxy
		target string
	}{{&c.server, address}, {&c.posts, at.Listener.Addr().String()}} {
		if *p.to, err = trial.NewProxy(p.target); err != nil {
			t.Fatal(err)
		}
		t.Cleanup((*p.to).Close)
	}
	slow, _ := replicas(t, c.ctx, 1, trial.Replica{URL: "nats://" + c.server.Address, Copies: 1, Lease: lease})
	other, _ := replicas(t, c.ctx, 1, trial.Replica{URL: "nats://" + address, Copies: 1, Lease: lease})
	c.slow, c.other = slow[0], other[0]
	return c
}

// takeOver has the other replica accept until it succeeds, and returns how often it was refused.
func (c *couple) takeOver(t *testing.T, began time.Time) {
	t.Helper()
	refused := 0
	err := until(c.ctx, "the other replica accepts", func() bool {
		status := accept(c.ctx, c.other.Address, trial.Href(1), c.direct+"/1")
		if status == http.StatusConflict {
			refused++
		}
		return status == http.StatusOK
	})
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); refused == 0 || took < lease-lease/10 {
		t.Errorf("the other replica took the claim over after %v and %d refusals, want the lease of %v", took, refused, lease)
	}
}

// TestClaim has an owner that is killed, one that is stopped for longer than the lease before it knows its claim, and one
// that is stopped behind its last look at the clock.
func TestClaim(t *testing.T) {
	t.Run("killed owner", func(t *testing.T) {
		t.Parallel()
		c := pair(t)
		c.server.HoldBehind(".claim.")
		began := time.Now()
		go accept(c.ctx, c.slow.Address, trial.Href(1), c.direct+"/1")
		if err := until(c.ctx, "the claim is on its way", func() bool { return c.server.Held(trial.Back) }); err != nil {
			t.Fatal(err)
		}
		c.slow.Kill()
		c.takeOver(t, began)
		if got := c.sent.of("/1"); got != 1 {
			t.Errorf("the service was sent %d operations, want 1", got)
		}
	})
	t.Run("stopped owner", func(t *testing.T) {
		t.Parallel()
		c := pair(t)
		c.server.HoldBehind(".claim.")
		began, answer := time.Now(), make(chan int, 1)
		go func() { answer <- accept(c.ctx, c.slow.Address, trial.Href(1), c.direct+"/1") }()
		if err := until(c.ctx, "the claim is on its way", func() bool { return c.server.Held(trial.Back) }); err != nil {
			t.Fatal(err)
		}
		if err := c.slow.Signal(syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
		c.takeOver(t, began)
		c.server.Hold(trial.Back, false)
		if err := c.slow.Signal(syscall.SIGCONT); err != nil {
			t.Fatal(err)
		}
		if status := <-answer; status != http.StatusConflict {
			t.Errorf("the owner that was stopped answers %d, want %d", status, http.StatusConflict)
		}
		if got := c.sent.of("/1"); got != 1 {
			t.Errorf("the service was sent %d operations, want 1", got)
		}
	})
	// What is not promised: nothing can call a request back.
	t.Run("stopped behind the check", func(t *testing.T) {
		t.Parallel()
		c := pair(t)
		c.posts.Hold(trial.There, true)
		began := time.Now()
		go accept(c.ctx, c.slow.Address, trial.Href(1), "http://"+c.posts.Address+"/1")
		if err := until(c.ctx, "the request is on its way", func() bool { return c.posts.Waits() }); err != nil {
			t.Fatal(err)
		}
		if err := c.slow.Signal(syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
		c.takeOver(t, began)
		c.posts.Hold(trial.There, false)
		if err := until(c.ctx, "both requests arrive", func() bool { return c.sent.of("/1") == 2 }); err != nil {
			t.Errorf("the service was sent %d operations: %v", c.sent.of("/1"), err)
		}
	})
}

// TestDo claims operations from many goroutines, and looks at each error.
func TestDo(t *testing.T) {
	ctx := within(t, time.Minute)
	f := open(t, ctx, "embed:"+t.TempDir(), fleet.Config{})
	defer f.Close()
	var sent atomic.Int64
	post := func(context.Context) error { sent.Add(1); return nil }
	const o = transitions.OperationAccept
	for n := range 50 {
		var all sync.WaitGroup
		var done atomic.Int64
		sent.Store(0)
		for range 8 {
			all.Go(func() {
				switch err := f.Do(ctx, trial.Href(n), o, post); {
				case err == nil:
					done.Add(1)
				case !errors.Is(err, fleet.ErrClaimed) && !errors.Is(err, fleet.ErrDone):
					t.Error(err)
				}
			})
		}
		all.Wait()
		if sent.Load() != 1 || done.Load() != 1 {
			t.Fatalf("%d of 8 posted, and %d were told so, want 1", sent.Load(), done.Load())
		}
		if err := f.Do(ctx, trial.Href(n), o, post); !errors.Is(err, fleet.ErrDone) {
			t.Fatalf("doing it again: %v, want ErrDone", err)
		}
	}

	errPost := errors.New("no route")
	key := trial.Href(100)
	err := f.Do(ctx, key, o, func(ctx context.Context) error {
		if end, ok := ctx.Deadline(); !ok || time.Until(end) > 20*time.Second || time.Until(end) < 15*time.Second {
			t.Errorf("the deadline is in %v, want two thirds of 30 s", time.Until(end))
		}
		return errPost
	})
	if !errors.Is(err, errPost) {
		t.Errorf("a post that fails: %v", err)
	}
	if err := f.Do(ctx, key, o, post); !errors.Is(err, fleet.ErrClaimed) {
		t.Errorf("behind a post that failed: %v, want ErrClaimed", err)
	}
	if err := f.Do(ctx, key, transitions.OperationCancel, post); err != nil {
		t.Errorf("another operation: %v", err)
	}
	if err := f.Do(ctx, key, transitions.OperationNone, post); err == nil {
		t.Error("no operation is done")
	}

	h, err := f.Webhook(client.Unverified)
	if err != nil {
		t.Fatal(err)
	}
	documents, err := trial.Ringing(101, 1)
	if err != nil {
		t.Fatal(err)
	}
	deliver(t, h, http.StatusOK, documents...)
	var refused *transitions.OperationError
	if err := f.Do(ctx, trial.Href(101), transitions.OperationCancel, post); !errors.As(err, &refused) {
		t.Errorf("cancelling an incoming invitation: %v, want a *transitions.OperationError", err)
	}
	if err := f.Do(ctx, eventchannel.Identity(trial.Href(101)), o, post); err != nil {
		t.Errorf("accepting it: %v", err)
	}
}

// TestDiskFull lets the disks of the servers fill up, kills all servers, and wants everything that was answered with 200.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	ctx := within(t, 3*time.Minute)
	cluster, err := trial.NewCluster(ctx, filepath.Join(t.TempDir(), "data"))
	if err != nil {
		t.Fatal(err)
	}
	defer cluster.Close()
	running, _ := replicas(t, ctx, 1, trial.Replica{URL: cluster.URL(), Timeout: 3 * time.Second})
	replica := running[0].Address
	restart := func(limit uint64) {
		t.Helper()
		cluster.LimitFiles(limit)
		var starts sync.WaitGroup
		for n := range 3 {
			cluster.Kill(n)
		}
		for n := range 3 {
			starts.Go(func() {
				if err := cluster.Start(ctx, n); err != nil {
					t.Error(err)
				}
			})
		}
		starts.Wait()
	}
	restart(256 << 10)
	kept, refused := map[int]uint64{}, 0
	for n := 0; refused < 2; n++ {
		documents, err := trial.Ringing(n, 3)
		if err != nil {
			t.Fatal(err)
		}
		for k, d := range documents {
			if err := trial.Deliver(ctx, replica, d); err == nil {
				kept[n] |= 1 << (k + 1)
				refused = 0
			} else if refused++; ctx.Err() != nil {
				t.Fatal(err)
			}
		}
	}
	if len(kept) < 10 {
		t.Errorf("%d invitations were kept on full disks, want those before they were full", len(kept))
	}
	restart(0)
	for n, want := range kept {
		err := until(ctx, "a history is loaded", func() bool {
			got, err := load(ctx, replica, trial.Href(n))
			if err == nil && got&want != want {
				t.Errorf("invitation %d has the documents %b, want %b", n, got, want)
			}
			return err == nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d invitations before the disks were full are all there", len(kept))
	documents, err := trial.Ringing(1_000_000, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := until(ctx, "documents are taken again", func() bool { return trial.Deliver(ctx, replica, documents[0]) == nil }); err != nil {
		t.Error(err)
	}
}
