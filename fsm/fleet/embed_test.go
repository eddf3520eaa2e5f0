package fleet_test

import (
	"bytes"
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/avinvite/avinvite/fsm/client"
	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/fsm/fleet"
	"github.com/avinvite/avinvite/fsm/fleet/internal/trial"
)

func open(t *testing.T, ctx context.Context, url string, c fleet.Config) *fleet.Fleet {
	t.Helper()
	f, err := fleet.Open(ctx, url, c)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// within returns a context for one test.
func within(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// deliver posts documents to a webhook, and wants each to be answered with a status.
func deliver(t *testing.T, h http.Handler, status int, documents ...[]byte) {
	t.Helper()
	for _, d := range documents {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("POST", "/events", bytes.NewReader(d)))
		if w.Code != status {
			t.Fatalf("a document is answered %d %s, want %d", w.Code, w.Body, status)
		}
	}
}

// judged returns verdicts by href, without times and places, which differ between machines.
func judged(t *testing.T, verdicts iter.Seq2[conformance.Verdict, error]) map[string]string {
	t.Helper()
	all := map[string]string{}
	for v, err := range verdicts {
		if err != nil {
			t.Fatal(err)
		}
		v.Began, v.Until = time.Time{}, time.Time{}
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var plain any
		if err := json.Unmarshal(text, &plain); err != nil {
			t.Fatal(err)
		}
		strip(plain)
		text, _ = json.Marshal(plain)
		if _, twice := all[v.Href]; twice {
			t.Fatalf("two verdicts on %s", v.Href)
		}
		all[v.Href] = string(text)
	}
	return all
}

func strip(v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range []string{"place", "at", "time"} {
			delete(v, name)
		}
		for _, member := range v {
			strip(member)
		}
	case []any:
		for _, element := range v {
			strip(element)
		}
	}
}

// TestRestart stores a storm in each kind of embedded servers, and reads it back from disk.
func TestRestart(t *testing.T) {
	for _, scheme := range []string{"embed", "embed3"} {
		t.Run(scheme, func(t *testing.T) {
			t.Parallel()
			ctx, url := within(t, time.Minute), scheme+":"+t.TempDir()
			all, err := trial.Storm(30, 1)
			if err != nil {
				t.Fatal(err)
			}
			f := open(t, ctx, url, fleet.Config{})
			h, err := f.Webhook(client.Unverified)
			if err != nil {
				t.Fatal(err)
			}
			deliver(t, h, http.StatusOK, all...)
			f.Close()
			deliver(t, h, http.StatusServiceUnavailable, all[0])

			f = open(t, ctx, url, fleet.Config{})
			defer f.Close()
			compare(t, all, judged(t, f.Verdicts(ctx)))
		})
	}
}

func trusted(all iter.Seq[conformance.Verdict]) iter.Seq2[conformance.Verdict, error] {
	return func(yield func(conformance.Verdict, error) bool) {
		for v := range all {
			if !yield(v, nil) {
				return
			}
		}
	}
}
