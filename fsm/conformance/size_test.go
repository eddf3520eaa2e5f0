package conformance_test

import (
	"fmt"
	"io"
	"runtime"
	"strconv"
	"testing"

	"github.com/avinvite/avinvite/fsm/conformance"
)

// calls is a recording of incoming calls as a webhook of one application gets them: three documents for each call, of
// which nobody called before, with an href of 140 bytes and an operationId of 36.
type calls struct {
	first, until int // numbers of calls; until is left out
	step         int // of the call first
	left         []byte
}

func (c *calls) Read(p []byte) (int, error) {
	for len(c.left) < len(p) && c.first < c.until {
		c.left = appendCall(c.left, c.first, c.step)
		if c.step = (c.step + 1) % callSteps; c.step == 0 {
			c.first++
		}
	}
	n := copy(p, c.left)
	if c.left = append(c.left[:0], c.left[n:]...); n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// callSteps is the number of documents of a call.
const callSteps = 3

// appendCall appends a document of a call. It has no use of package fmt, which would take most of the time of a test.
func appendCall(b []byte, call, step int) []byte {
	digits := func(b []byte, n uint64, width int) []byte {
		for width--; width >= 0; width-- {
			b = append(b, "0123456789abcdef"[n>>(4*width)&15])
		}
		return b
	}
	guid := func(b []byte, group string) []byte {
		b = digits(b, uint64(call)*2654435761, 8)
		b = append(append(b, group...), "-4b7f-9c1e-"...)
		return digits(b, uint64(call), 12)
	}
	href := func(b []byte) []byte {
		b = append(b, `"href":"https://pool.contoso.example/ucwa/oauth/v1/applications/10910000000/communication/audioVideoInvitations/`...)
		return append(guid(b, "-51f4"), '"')
	}
	b = append(b, `{"_links":{"self":{"href":"/ucwa/oauth/v1/applications/10910000000/events?key=1&ack=`...)
	b = strconv.AppendInt(b, int64(callSteps*call+step+1), 10)
	b = append(b, `"}},"sender":[{"rel":"communication","events":[{"link":{"rel":"ms:rtc:saas:audioVideoInvitation",`...)
	b = append(href(b), `},"type":"`...)
	b = append(b, []string{"started", "updated", "completed"}[step]...)
	b = append(b, `","_embedded":{"ms:rtc:saas:audioVideoInvitation":{"direction":"Incoming","operationId":"`...)
	b = append(guid(b, "-07da"), `","to":"sip:service@contoso.example","_links":{"self":{`...)
	b = append(href(b), `},"from":{"href":"sip:caller`...)
	b = strconv.AppendInt(b, int64(call), 10)
	b = append(b, `@fabrikam.example"}},"state":"`...)
	b = append(b, []string{"Connecting", "Connecting", "Connected"}[step]...)
	return append(b, "\"}}}]}]}\n"...)
}

// TestSize measures the memory that invitations take when they have completed. On more cores, goroutines that are about to
// end may still hold blocks of the recording.
func TestSize(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	sizes := []int{1_000, 10_000, 100_000}
	if long() {
		sizes = append(sizes, 1_000_000)
	}
	for _, n := range sizes {
		before := int64(heap())
		var c conformance.Checker
		if err := c.Read(&calls{until: n}); err != nil {
			t.Fatal(err)
		}
		const limit, fixed = 300, 100_000
		taken := int64(heap()) - before
		if c.Len() != n || taken > int64(limit*n+fixed) {
			t.Errorf("%d invitations take %d bytes, want %d that take at most %d each and %d in all", c.Len(), taken, n, limit, fixed)
		}
		if testing.Verbose() {
			fmt.Printf("%d invitations: %.0f bytes each\n", n, float64(taken)/float64(n))
		}
		runtime.KeepAlive(&c)
	}
}
