package conformance_test

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/avinvite/avinvite/fsm/conformance"
)

// traffic is a document about an invitation among events about other things, as most traffic is.
func traffic(invitation int, typ string) string {
	presence := `{"link":{"rel":"contactPresence","href":"/apps/1/people/amanda@fabrikam.example/presence"},"in":{"rel":` +
		`"contact","href":"/apps/1/people/amanda@fabrikam.example","title":"Amanda"},"_embedded":{"contactPresence":{` +
		`"activity":"In a call","availability":"Busy","deviceType":"Desktop","rel":"contactPresence"}},"type":"updated"},`
	state := `"state":"Connecting","_links":{"self":{"href":"/apps/1/i/1"},` +
		`"ms:rtc:saas:decline":{"href":"/apps/1/i/1/decline"}}`
	if typ == "completed" {
		state = `"state":"Connected"`
	}
	about := event(fmt.Sprintf("/apps/1/audioVideoInvitations/%08d", invitation), typ,
		resource(fmt.Sprintf(`"direction":"Incoming","operationId":"%08d",`, invitation)+state))
	return `{"sender":[{"rel":"people","events":[` + strings.Repeat(presence, 9) + about + `]}]}`
}

// lives is the recording of many invitations, one document per line or one entry of a HAR each.
func lives(invitations int, inHAR bool) []byte {
	var documents, entries []string
	for n := range 3 * invitations {
		document := traffic(n/3, []string{"started", "updated", "completed"}[n%3])
		documents = append(documents, document)
		at := time.Date(2017, 4, 20, 12, 0, n, 0, time.UTC).Format(time.RFC3339)
		poll := entry(0, "GET", "https://pool.example/apps/1/events?ack=1", "", 200, document)
		entries = append(entries, strings.Replace(poll, "2017-04-20T12:00:00.000Z", at, 1))
	}
	if inHAR {
		return []byte(har(entries...))
	}
	return []byte(strings.Join(documents, "\n") + "\n")
}

func BenchmarkRead(b *testing.B) {
	for _, kind := range []string{"lines", "HAR"} {
		b.Run(kind, func(b *testing.B) {
			recording := lives(1000, kind == "HAR")
			b.SetBytes(int64(len(recording)))
			b.ReportAllocs()
			for b.Loop() {
				var c conformance.Checker
				if err := c.Read(bytes.NewReader(recording)); err != nil || c.Len() != 1000 {
					b.Fatalf("%d invitations, want 1000; error %v", c.Len(), err)
				}
			}
		})
	}
}

// TestReadMemory reads the same again and again: however much it is, it costs no memory, for the invitations are the
// same.
func TestReadMemory(t *testing.T) {
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	once := lives(10, false)
	before := heap()
	var c conformance.Checker
	if err := c.Read(io.MultiReader(repeat(once, 1000)...)); err != nil {
		t.Fatal(err)
	}
	const limit = 4 << 20
	if after := heap(); c.Len() != 10 || after > before+limit {
		t.Errorf("%d bytes of recordings leave %d bytes of %d invitations, want at most %d of 10",
			1000*len(once), after-before, c.Len(), limit)
	}
	runtime.KeepAlive(&c)
}

func repeat(text []byte, times int) (readers []io.Reader) {
	for range times {
		readers = append(readers, bytes.NewReader(text))
	}
	return readers
}

// TestEvent limits the allocations and bytes of an event about an invitation on one core, its kept state included. The
// documents are those of a webhook: two allocations and 250 bytes, and five and 400 in a HAR with a link to remember.
func TestEvent(t *testing.T) {
	const events = 40_000
	var lines, har bytes.Buffer
	har.WriteString(`{"log":{"entries":[`)
	for n := range events {
		state, rest := "Connecting", `"type":"started"`
		if n%2 == 1 {
			state, rest = "Connected", `"status":"Success","type":"completed"`
		}
		document := func(link string) string {
			return fmt.Sprintf(`{"_links":{"self":{"href":"apps/1/events?ack=%d&key=5"}},"baseuri":"https://pool.example/","sender":[`+
				`{"rel":"ms:rtc:saas:communication","events":[{"link":{"rel":"ms:rtc:saas:audioVideoInvitation",`+
				`"href":"apps/1/audioVideoInvitations/%d?endpointId=sip%%3Ax"},"_embedded":{"ms:rtc:saas:audioVideoInvitation":`+
				`{"direction":"Outgoing","importance":"Normal","state":"%s","operationId":"dial-%[2]d","to":"sip:a@b.example",`+
				`"_links":{"self":{"href":"apps/1/audioVideoInvitations/%[2]d"}%[5]s}}},%[4]s}]}]}`, n, n/2, state, rest, link)
		}
		fmt.Fprintln(&lines, document(""))
		fmt.Fprintf(&har, `%s{"startedDateTime":"2024-05-06T09:00:00Z","time":12,"request":{"method":"POST","url":"https://me.example/hook",`+
			`"headers":[{"name":"Content-Type","value":"application/json"}],"postData":{"mimeType":"application/json","text":%q}},`+
			`"response":{"status":200,"content":{"size":0}}}`, []string{"", ",\n"}[min(n, 1)],
			document(fmt.Sprintf(`,"ms:rtc:saas:cancel":{"href":"apps/1/calls/%d/terminate"}`, n/2)))
	}
	har.WriteString("]}}")
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for _, test := range []struct {
		form          string
		text          []byte
		objects, size float64 // at most
	}{{"lines", lines.Bytes(), 2.05, 250}, {"HAR", har.Bytes(), 5.05, 400}} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		var c conformance.Checker
		err := c.Read(bytes.NewReader(test.text))
		runtime.ReadMemStats(&after)
		objects, size := float64(after.Mallocs-before.Mallocs)/events, float64(after.TotalAlloc-before.TotalAlloc)/events
		t.Logf("%s: %.2f allocations and %.0f bytes an event", test.form, objects, size)
		if err != nil || c.Len() != events/2 || objects > test.objects || size > test.size {
			t.Errorf("%s: %d invitations, error %v, %.2f allocations and %.0f bytes an event, want %d, none, %.2f and %.0f", test.form,
				c.Len(), err, objects, size, events/2, test.objects, test.size)
		}
	}
}
