package fleet

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/avinvite/avinvite/transitions"
)

// [Fleet.Do] returns these errors without having called post.
var (
	// ErrClaimed: another call of Do holds the claim. That call may still fail, so a program that must know whether the
	// operation was done tries again after the lease, or follows the events of the invitation.
	ErrClaimed = errors.New("the operation is claimed by another")

	// ErrDone: another call of Do has posted the operation with success.
	ErrDone = errors.New("the operation has been done by another")

	// ErrLate: the claim was granted when two thirds of [Config.Lease] had passed, which is too late to post. The claim
	// stays for the rest of the lease.
	ErrLate = errors.New("the claim was granted too late")
)

// done precedes the token of an owner who has posted.
const done = "done "

// Do does an operation on an invitation by its key: it claims the operation, and calls post. Of all replicas that do so at
// the same time, one calls post: see the package comment for the promise and its limits. post must send its request with
// the context that it gets, which ends when two thirds of the lease have passed.
//
// Do returns these errors without having called post:
//
//   - a *[transitions.OperationError] if the history of the invitation shows that the operation is not offered;
//   - [ErrClaimed], [ErrDone] or [ErrLate];
//   - an error of ctx or of the servers if Do cannot read the history or write the claim. The claim may be held then, until
//     the lease ends.
//
// An error of post is wrapped. The claim stays for the rest of the lease, because the request may have been carried out.
// After the lease the operation can be done again. If post succeeded and Do could not record the success, the text of the
// error says so, and the operation can be claimed again after the lease.
//
// A successful Do publishes three messages: a check that its read was not stale, the claim, and the success.
func (f *Fleet) Do(ctx context.Context, key string, o transitions.Operation, post func(context.Context) error) error {
	if o == transitions.OperationNone || o.Rel() == "" {
		return fmt.Errorf("fleet: %v is no operation of an invitation", o)
	}
	call, err := f.Load(ctx, key)
	if err != nil {
		return err
	}
	if i, known := call.Invitation(); known {
		if _, err := i.Do(o); err != nil {
			return fmt.Errorf("fleet: %s: %w", key, err)
		}
	}
	subject, token, what := f.claim(key, o), rand.Text(), fmt.Sprintf("claiming %v of %s", o, key)
	deadline := time.Now().Add(f.lease * 2 / 3)
	seq, err := f.own(ctx, what, subject, token, 0, token, jetstream.WithMsgTTL(f.lease))
	if err != nil {
		return err
	}
	if !time.Now().Before(deadline) {
		return fmt.Errorf("fleet: %s: %w", what, ErrLate)
	}
	limited, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	if err := post(limited); err != nil {
		return fmt.Errorf("fleet: %v of %s: %w", o, key, err)
	}
	limited, cancel = context.WithDeadline(ctx, deadline.Add(f.lease/3)) // when the claim is gone
	defer cancel()
	if _, err := f.own(limited, what, subject, done+token, seq, token); err != nil {
		// Not wrapped: ErrClaimed and ErrDone promise that nothing was posted.
		return fmt.Errorf("fleet: %v of %s was posted with success, but this could not be noted: %v", o, key, err)
	}
	return nil
}

// own writes a claim behind the one with the sequence seq. A write whose answer was lost is found by its value.
func (f *Fleet) own(
	ctx context.Context, what, subject, value string, seq uint64, token string, o ...jetstream.PublishOpt,
) (owned uint64, err error) {
	err = f.retry(ctx, what, func(ctx context.Context) (err error) {
		owned, err = f.put(ctx, subject, []byte(value), seq, o...)
		if !conflict(err) {
			return err
		}
		m, read := f.stream.GetLastMsgForSubject(ctx, subject)
		switch {
		case read != nil:
			return err // it has expired by now, or the server that was read from lags behind
		case string(m.Data) == value:
			owned = m.Sequence
			return nil
		case string(m.Data) == token:
			return err // the owner's own claim, which is to be replaced
		case string(m.Data[:min(len(m.Data), len(done))]) == done:
			return permanent(ErrDone)
		}
		return permanent(ErrClaimed)
	})
	return owned, err
}
