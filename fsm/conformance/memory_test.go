package conformance_test

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/avinvite/avinvite/fsm/conformance"
)

// attack is a recording that is made up while it is read, and samples the memory in use.
type attack struct {
	begin, end string
	part       func(n int) string
	size       int // when to end

	read, parts int
	left        string
	ended       bool
	before      uint64
	peak        uint64
	sample      int
}

// Read fills p, as the Read of a file does, so that whole blocks are read ahead.
func (a *attack) Read(p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		var more int
		more, err = a.next(p[n:])
		n += more
	}
	return n, err
}

func (a *attack) next(p []byte) (int, error) {
	for a.left == "" {
		switch {
		case a.ended:
			return 0, io.EOF
		case a.parts == 0:
			a.left = a.begin
		case a.read >= a.size:
			a.left, a.ended = a.end, true
			if a.end == "" {
				return 0, io.EOF
			}
		}
		if !a.ended {
			a.left += a.part(a.parts)
			a.parts++
		}
	}
	if a.read >= a.sample {
		a.sample += a.size / 20
		a.peak = max(a.peak, heap())
	}
	n := copy(p, a.left)
	a.left = a.left[n:]
	a.read += n
	return n, nil
}

// heap returns the memory in use after a collection.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestMemory attacks the checker with a megabyte, in the long form with a hundred, of events of one invitation that are
// all different in one way, and of requests that all wait for a link. The memory in use stays within the limit all the
// time. Each core may add four megabytes, because a block of small documents that is read ahead takes twenty times its size,
// and its reader keeps the shapes of some.
func TestMemory(t *testing.T) {
	size, limit := 1<<20, uint64(4+4*runtime.GOMAXPROCS(0))<<20
	if long() {
		size = 100 << 20
	}
	document := func(event string) string { return `{"sender":[{"events":[` + event + `]}]}` + "\n" }
	outgoing := func(members string) string { return resource(`"direction":"Outgoing",` + members) }
	comma := func(n int) string { return ","[:min(n, 1)] }
	for _, test := range []struct {
		name, begin, end string
		part             func(n int) string
	}{
		{"ever another operationId", "", "", func(n int) string {
			return document(event("i", "updated", outgoing(fmt.Sprintf(`"state":"Connecting","operationId":"%d"`, n))))
		}},
		{"ever another reason", "", "", func(n int) string {
			return document(event("i", "completed", outgoing(`"state":"Failed"`)+reason("Weather", fmt.Sprint(n))))
		}},
		{"ever another message", "", "", func(n int) string {
			return document(event("i", "completed", outgoing(`"state":"Failed"`)+
				fmt.Sprintf(`,"reason":{"code":"RemoteFailure","subcode":"Busy","message":"%d"}`, n)))
		}},
		{"many steps", "", "", func(n int) string {
			return document(event("i", "updated", outgoing(`"state":"`+[]string{"TeamRing", "Alerting"}[n%2]+`"`)))
		}},
		{"many findings", "", "", func(n int) string { return document(event("i", "updated", outgoing(fmt.Sprintf(`"state":"S%d"`, n)))) }},
		{"ever another document", "", "", func(n int) string {
			return fmt.Sprintf(`{"_links":{"self":{"href":"e?ack=%d&key=%d"}},`, n, n%100) +
				document(event("i", "updated", outgoing(`"state":"Connecting"`)))[1:]
		}},
		{"ever another relation", "", "", func(n int) string {
			return document(fmt.Sprintf(`{"type":"started","link":{"rel":"x%dInvitation","href":"i"}}`, n))
		}},
		{"ever another fault", "", "", func(n int) string { return fmt.Sprintf("{\"sender\":%d}\n", n) }},
		{"requests without links", `{"log":{"entries":[`, `]}}`, func(n int) string {
			return comma(n) + entry(n%60, "POST", fmt.Sprintf("https://pool.example/%d", n), "", 204, "")
		}},
		{"ever another link", `{"log":{"entries":[`, `]}}`, func(n int) string {
			link := fmt.Sprintf(`"state":"Connecting","_links":{"cancel":{"href":"/%d"}}`, n)
			return comma(n) + poll(n%60, event("/i", "updated", outgoing(link)))
		}},
		{"ever another channel", `{"log":{"entries":[`, `]}}`, func(n int) string {
			text := strings.TrimSpace(document(event("https://pool.example/i", "updated", "")))
			return comma(n) + entry(n%60, "GET", fmt.Sprintf("https://pool.example/%d/events?ack=1", n), "", 200, text)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := &attack{begin: test.begin, end: test.end, part: test.part, size: size}
			a.before = heap()
			var c conformance.Checker
			_ = c.Read(a) // some have faults
			a.peak = max(a.peak, heap())
			for v := range c.Verdicts() {
				if len(v.Steps) > conformance.MaxSteps+1 || len(v.Findings) > conformance.MaxFindings {
					t.Errorf("%d steps and %d findings", len(v.Steps), len(v.Findings))
				}
			}
			a.peak = max(a.peak, heap())
			if used := a.peak - min(a.peak, a.before); used > limit {
				t.Errorf("%d bytes in use of %d bytes of input, want at most %d", used, a.read, limit)
			} else if testing.Verbose() {
				t.Logf("%.1f MB in use of %.1f MB of input", float64(used)/1e6, float64(a.read)/1e6)
			}
			runtime.KeepAlive(&c)
		})
	}
}
