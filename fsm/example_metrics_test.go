package fsm_test

import (
	"bytes"
	"cmp"
	"context"
	"expvar"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm"
	"github.com/avinvite/avinvite/transitions"
)

// labels returns the code of a reason and the party that ended the invitation, as the labels of a metric. There are 30
// pairs, because every code that the specification does not list is "undocumented". The raw code of the wire must not be
// a label: a service may send any number of them.
func labels(r codes.Reason) string {
	actor, _ := r.Actor()
	return "code=" + cmp.Or(string(r.Code()), r.String()) + ",actor=" + actor.String()
}

// A server counts the ends of its invitations by code and party, and logs every transition. A finding of the tolerant
// mode is a warning.
func Example_metrics() {
	var ends expvar.Map // a program publishes it by expvar.NewMap, or makes a counter of Prometheus
	handler := slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr { // without the time, which no example can predict
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	})
	logger := slog.New(handler)
	config := fsm.Config{
		Tolerant: true,
		OnTransition: func(ctx context.Context, t fsm.Transition) {
			level := slog.LevelInfo
			if t.Odd != (transitions.Oddity{}) {
				level = slog.LevelWarn
			}
			logger.Log(ctx, level, "invitation", "transition", t)
		},
		OnCompleted: func(_ context.Context, i transitions.Invitation) { ends.Add(labels(i.Reason()), 1) },
	}
	for _, end := range []transitions.Event{
		transitions.Completed(transitions.StateConnected, codes.NoReason),
		transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy),
		transitions.Completed(transitions.StateFailed, codes.RemoteFailureDeclined),
		transitions.Completed(transitions.StateFailed, codes.Undocumented),
	} {
		call, err := fsm.New(transitions.Outgoing, config)
		if err == nil {
			err = call.Event(context.Background(), end)
		}
		if err != nil {
			logger.Error("invitation", "error", err)
		}
	}
	ends.Do(func(count expvar.KeyValue) { fmt.Println(count.Key, count.Value) })
	// Output:
	// level=INFO msg=invitation transition.event=completed(Connected) transition.from="Outgoing None" transition.to="Outgoing Connected"
	// level=INFO msg=invitation transition.event="completed(Failed, RemoteFailure/Busy)" transition.from="Outgoing None" transition.to="Outgoing Failed (RemoteFailure/Busy)"
	// level=INFO msg=invitation transition.event="completed(Failed, RemoteFailure/Declined)" transition.from="Outgoing None" transition.to="Outgoing Failed (RemoteFailure/Declined)"
	// level=WARN msg=invitation transition.event="completed(Failed, undocumented)" transition.from="Outgoing None" transition.to="Outgoing Failed (undocumented)" transition.odd.rule=undocumented-reason transition.odd.basis=Stated
	// code=RemoteFailure,actor=remote 2
	// code=none,actor=unknown 1
	// code=undocumented,actor=unknown 1
}

// TestLabels: whatever a service sends, the example has the labels that it says.
func TestLabels(t *testing.T) {
	all := map[string]bool{labels(codes.NoReason): true}
	known := slices.AppendSeq(slices.Collect(codes.Codes()), codes.OtherCodes())
	for _, code := range append(known, "Weather", "") {
		for _, subcode := range append(slices.Collect(codes.Subcodes()), "Rain") {
			reason, _ := codes.Resolve(code, subcode)
			all[labels(reason)] = true
		}
	}
	if len(all) != 30 {
		t.Errorf("there are %d labels, want 30: %v", len(all), all)
	}
}

// TestLogMachine: a log shows a machine as its invitation, and a transition in words.
func TestLogMachine(t *testing.T) {
	var b bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&b, nil))
	call, err := fsm.New(transitions.Incoming, fsm.Config{Tolerant: true, OnTransition: func(_ context.Context, t fsm.Transition) {
		logger.Info("", "transition", t)
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := call.Event(t.Context(), transitions.Started(transitions.StateAlerting)); err != nil {
		t.Fatal(err)
	}
	logger.Info("", "machine", call)
	logger.Info("", "none", (*fsm.Machine)(nil))
	for _, want := range []string{
		`"transition":{"event":"started(Alerting)","from":"Incoming None","to":"Incoming Alerting",` +
			`"odd":{"rule":"wrong-direction","basis":"Inferred"}}}`,
		`"machine":{"direction":"Incoming","state":"Alerting"}}`, `"none":null}`,
	} {
		if !strings.Contains(b.String(), want+"\n") {
			t.Errorf("the log is\n%s, want in it %s", &b, want)
		}
	}
}
