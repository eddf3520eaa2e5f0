package fleet

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/avinvite/avinvite/transitions"
)

// hash returns a token of a subject for a key, because hrefs have characters that subjects cannot have.
func hash(key string) string {
	sum := sha256.Sum256([]byte(key))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// call returns the subject of an invitation.
func (f *Fleet) call(key string) string { return f.name + ".call." + hash(key) }

// claim returns the subject of a claim.
func (f *Fleet) claim(key string, o transitions.Operation) string {
	return f.name + ".claim." + hash(key) + "." + o.String()
}

// put writes a message if the last one of its subject is that with the sequence seq, 0 if there is none, and returns the
// new sequence. The acknowledgement comes when a majority of the servers has the message on disk.
func (f *Fleet) put(ctx context.Context, subject string, data []byte, seq uint64, o ...jetstream.PublishOpt) (uint64, error) {
	return f.publish(ctx, subject, data, append(o, jetstream.WithExpectLastSequencePerSubject(seq))...)
}

// barrier writes a message that nobody reads. Its acknowledgement proves that the server which took it was the leader, with
// everything that had been acknowledged before, and that the conditions of the options held there. No read proves as much:
// a server that is cut off answers reads for some time, and does not know it.
func (f *Fleet) barrier(ctx context.Context, o ...jetstream.PublishOpt) (uint64, error) {
	return f.publish(ctx, f.name+".barrier", nil, o...)
}

func (f *Fleet) publish(ctx context.Context, subject string, data []byte, o ...jetstream.PublishOpt) (uint64, error) {
	ack, err := f.js.PublishMsg(ctx, &nats.Msg{Subject: subject, Data: data}, append(o, jetstream.WithRetryAttempts(0))...)
	if err != nil {
		return 0, err
	}
	return ack.Sequence, nil
}

// The pauses between attempts, and the time of one attempt.
const (
	firstPause, longestPause = 5 * time.Millisecond, 500 * time.Millisecond
	attemptTime              = 3 * time.Second
)

// permanentError is an error that another attempt would meet again.
type permanentError struct{ error }

func (e permanentError) Unwrap() error { return e.error }

func permanent(err error) error { return permanentError{err} }

// conflict reports whether a message was not written because of the last one of its subject.
func conflict(err error) bool {
	var api *jetstream.APIError
	return errors.As(err, &api) &&
		(api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence || api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequenceConstant)
}

// final reports whether another attempt is vain. A change of leader ends in errors of many kinds (no answer, a closed
// connection, an API error with status 503), so that only the errors known to stay are final.
func final(err error) bool {
	var api *jetstream.APIError
	if errors.As(err, &api) {
		return !conflict(err) && api.Code != http.StatusServiceUnavailable
	}
	return errors.As(err, new(permanentError)) || errors.Is(err, nats.ErrConnectionClosed) || errors.Is(err, nats.ErrMaxPayload)
}

// retry attempts until it succeeds, an error is final, or ctx ends. An attempt whose answer is lost may have succeeded, so
// the next one must find that out. A server that is cut off from the others keeps its connections, so after some time
// without success the next attempt goes to another one.
func (f *Fleet) retry(ctx context.Context, what string, attempt func(context.Context) error) error {
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		limited, cancel := context.WithTimeout(ctx, attemptTime)
		err := attempt(limited)
		cancel()
		switch {
		case err == nil:
			f.alive.Store(time.Now().UnixNano())
			return nil
		case errors.Is(err, nats.ErrConnectionClosed) && f.conn.LastError() != nil:
			return fmt.Errorf("fleet: %s: %w: %w", what, err, f.conn.LastError())
		case final(err):
			return fmt.Errorf("fleet: %s: %w", what, err)
		}
		if last, now := f.alive.Load(), time.Now().UnixNano(); !conflict(err) && now-last > int64(2*attemptTime) && f.alive.CompareAndSwap(last, now) {
			_ = f.conn.ForceReconnect() // fails if the connection is closed, which the next attempt finds
		}
		select {
		case <-time.After(pause/2 + rand.N(pause)):
		case <-ctx.Done():
			return fmt.Errorf("fleet: %s: %w; the last attempt: %w", what, context.Cause(ctx), err)
		}
	}
}
