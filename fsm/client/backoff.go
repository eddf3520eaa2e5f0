package client

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/avinvite/avinvite/fsm/eventchannel"
)

const (
	firstWait = 500 * time.Millisecond
	maxWait   = 30 * time.Second
)

// backoff waits between the attempts of a request: half a second at first and then twice as long each time, up to half a
// minute, of which a random half is left out so that the clients of a service that comes back do not all come at once.
type backoff struct {
	giveUp time.Duration // for how long attempts may fail
	since  time.Time     // when the first of them began
	wait   time.Duration
}

// succeeded begins anew.
func (b *backoff) succeeded() { b.since, b.wait = time.Now(), 0 }

// pause waits before the next attempt, and no shorter than atLeast. It returns an error if the context has ended, or if
// the next attempt would come too late.
func (b *backoff) pause(ctx context.Context, atLeast time.Duration) error {
	b.wait = min(max(firstWait, 2*b.wait), maxWait)
	wait := max(b.wait/2+rand.N(b.wait/2), atLeast)
	if tried := time.Since(b.since); wait > b.giveUp-tried {
		return fmt.Errorf("client: given up after %v without success (a further attempt would have come after %v)",
			tried.Round(time.Second), wait.Round(time.Second))
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return fmt.Errorf("client: %w", context.Cause(ctx))
	case <-timer.C:
		return nil
	}
}

// final reports whether a GET that failed will fail again.
func final(e *Error) bool {
	var limit *eventchannel.LimitError
	if errors.As(e, &limit) {
		return true
	}
	if !e.Refused() {
		return false
	}
	switch e.Status {
	case http.StatusUnauthorized:
		return true // a challenge has no body
	case http.StatusRequestTimeout, http.StatusTooManyRequests:
		return false
	}
	return e.Status < 500 && e.Body != nil // without a body, it may be anybody's
}
