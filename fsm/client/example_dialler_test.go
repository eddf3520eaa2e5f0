package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/client"
	"github.com/avinvite/avinvite/fsm/service"
)

// dial calls somebody, and again as long as the advice of the reason is that it may succeed later. While it waits,
// another goroutine must follow the event channel.
func dial(ctx context.Context, calls *client.Calls, start, to string, pause time.Duration) error {
	for attempt := 1; ; attempt++ {
		reason, err := once(ctx, calls, start, to)
		if err != nil {
			return err
		}
		if reason == codes.NoReason {
			fmt.Println(to, "is connected")
			return nil
		}
		retry, advice := reason.Retry()
		fmt.Println(strings.TrimSpace(fmt.Sprintf("%s, attempt %d: %v, retry: %v. %s", to, attempt, reason, retry, advice)))
		if retry != codes.RetryLater || attempt == 3 {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// once calls somebody, and returns the reason of the failure. A call that is refused at once has one too.
func once(ctx context.Context, calls *client.Calls, start, to string) (codes.Reason, error) {
	call, err := calls.Start(ctx, start, client.Input{To: to})
	var refusal *codes.Error
	switch {
	case errors.As(err, &refusal):
		return refusal.Reason(), nil
	case errors.Is(err, client.ErrLost): // calling again could ring twice: the started event tells whether there is a call
	case err != nil:
		return codes.NoReason, err
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	end, err := call.Wait(ctx)
	return end.Reason(), err
}

// A dialler calls three people of a simulated service.
func Example_dialler() {
	script, err := service.ParseScript([]byte(`{"outgoing": [
		{"to": "sip:busy@*", "steps": [{"event": "started(Connecting)"}, {"event": "completed(Failed, RemoteFailure/Busy)"}]},
		{"to": "sip:no@*", "steps": [{"event": "completed(Failed, RemoteFailure/Declined)"}]},
		{"steps": [{"event": "started(Connecting)"}, {"event": "completed(Connected)"}]}]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := service.New(service.Config{Script: script})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	server := httptest.NewServer(s)
	defer server.Close()

	ctx, cancel := context.WithCancel(context.Background())
	calls := client.Calls{Client: new(client.Client)}
	application, err := calls.Client.Discover(ctx, server.URL+"/platformservice/discover")
	if err != nil {
		fmt.Println(err)
		cancel()
		return
	}
	followed := make(chan struct{})
	go func() {
		defer close(followed)
		for _, err := range calls.Follow(ctx, application.Events) {
			if err != nil && ctx.Err() == nil {
				fmt.Println(err)
			}
		}
	}()
	for _, to := range []string{"sip:amanda@contoso.example", "sip:busy@contoso.example", "sip:no@contoso.example"} {
		if err := dial(ctx, &calls, application.StartAudio, to, time.Millisecond); err != nil {
			fmt.Println(err)
		}
	}
	cancel()
	<-followed
	// Output:
	// sip:amanda@contoso.example is connected
	// sip:busy@contoso.example, attempt 1: RemoteFailure/Busy, retry: later. Wait until the person is free.
	// sip:busy@contoso.example, attempt 2: RemoteFailure/Busy, retry: later. Wait until the person is free.
	// sip:busy@contoso.example, attempt 3: RemoteFailure/Busy, retry: later. Wait until the person is free.
	// sip:no@contoso.example, attempt 1: RemoteFailure/Declined, retry: no.
}
