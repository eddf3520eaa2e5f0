package eventchannel_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// others are events about other things, in the proportions and lengths of real traffic.
var others = []string{
	`{"link":{"rel":"contactPresence",` +
		`"href":"/platformservice/v1/applications/1627/people/user%d@contoso.example/presence"},` +
		`"in":{"rel":"contact","href":"/platformservice/v1/applications/1627/people/user%[1]d@contoso.example"},` +
		`"_embedded":{"contactPresence":{"availability":"Away","activity":"away",` +
		`"lastActive":"2016-11-24T19:%02[1]d:00Z"}},"type":"updated"}`,
	`{"link":{"rel":"message",` +
		`"href":"/platformservice/v1/applications/1627/communication/conversations/%d/messaging/messages/1"},` +
		`"status":"Success","_embedded":{"message":{"direction":"Incoming","timeStamp":"\/Date(1479%09[1]d)\/",` +
		`"_links":{` +
		`"plainMessage":{"href":"data:text/plain;charset=utf-8,Can+you+call+me+at+%[1]d%%3F"}}}},"type":"completed"}`,
	`{"link":{"rel":"participant",` +
		`"href":"/platformservice/v1/applications/1627/communication/conversations/%d/participants/1",` +
		`"title":"J\u00fcrgen \"%[1]d\" Gr\u00fc\u00dfner"},"in":{"rel":"conversation",` +
		`"href":"/platformservice/v1/conversations/%[1]d"},"type":"added"}`,
}

const declined = `{"link":{"rel":"ms:rtc:saas:audioVideoInvitation",` +
	`"href":"/platformservice/v1/applications/1627/communication/audioVideoInvitations/%d"},` +
	`"status":"Failure","_embedded":{"ms:rtc:saas:audioVideoInvitation":{"direction":"Outgoing",` +
	`"importance":"Normal","state":"Failed",` +
	`"operationId":"dial-%[1]d","subject":"","to":"sip:amanda@fabrikam.example","threadId":"AdRh06a3QqVvbDJ3",` +
	`"_links":{"self":{"href":` +
	`"/platformservice/v1/applications/1627/communication/audioVideoInvitations/%[1]d"},` +
	`"ms:rtc:saas:conversation":{"href":` +
	`"/platformservice/v1/applications/1627/communication/conversations/%[1]d"}},` +
	`"rel":"ms:rtc:saas:audioVideoInvitation"}},` +
	`"reason":{"code":"RemoteFailure","subcode":"Declined","message":"Your invitation was declined."},` +
	`"type":"completed"}`

// realistic is a document with so many events, of which one in a hundred is about an invitation, if any are.
func realistic(events int, invitations bool) []byte {
	var list []string
	for n := range events {
		text := others[n%len(others)]
		if invitations && n%100 == 50 {
			text = declined
		}
		list = append(list, fmt.Sprintf(text, n))
	}
	return []byte(`{"_links":{"self":{"href":"events?ack=1"},"next":{"href":"events?ack=2"}},` +
		`"sender":[{"rel":"communication","events":[` +
		strings.Join(list, ",") + `]}]}`)
}

// structs are what a reader with encoding/json fills: what is wanted of the events, and no more.
type structs struct {
	Sender []struct {
		Events []struct {
			Link     struct{ Rel, Href string }
			Type     string
			Status   string
			Embedded struct {
				Invitation *struct{ Direction, OperationID, State string } `json:"ms:rtc:saas:audioVideoInvitation"`
			} `json:"_embedded"`
			Reason *struct{ Code, Subcode string }
		}
	}
}

// BenchmarkRead reads a document of a megabyte, of whose events one percent is about invitations.
func BenchmarkRead(b *testing.B) {
	document := realistic(3400, true)
	for _, reader := range []struct {
		name string
		read func() (events int)
	}{
		{"Reader", func() (events int) {
			for e, err := range eventchannel.NewReader(bytes.NewReader(document)).Events() {
				if err == nil && e.Reason != nil {
					events++
				}
			}
			return events
		}},
		{"encoding-json", func() (events int) {
			var v structs
			if json.Unmarshal(document, &v) == nil {
				for _, e := range v.Sender[0].Events {
					if e.Link.Rel == "ms:rtc:saas:audioVideoInvitation" && e.Reason != nil {
						events++
					}
				}
			}
			return events
		}},
	} {
		b.Run(reader.name, func(b *testing.B) {
			b.SetBytes(int64(len(document)))
			b.ReportAllocs()
			events := 0
			allocated := allocates(func() {
				for b.Loop() {
					events += reader.read()
				}
			})
			if events != 34*b.N {
				b.Fatalf("%d events in %d documents, want 34 each", events, b.N)
			}
			b.ReportMetric(float64(allocated)/float64(events), "B/event")
		})
	}
}

// allocates is how many bytes f allocates.
func allocates(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestMemoryPerEvent: events about other things cost no memory at all. One about an invitation costs at most two
// allocations and 250 bytes, with its href made absolute by a baseuri; the whole event costs a few times of what it says.
func TestMemoryPerEvent(t *testing.T) {
	const lines = 2000
	stream := func(event string) []byte {
		var b bytes.Buffer
		for n := range lines {
			fmt.Fprintf(&b, `{"_links":{"self":{"href":"events?ack=%d"}},"baseuri":"https://pool.example/","sender":[`+
				`{"rel":"ms:rtc:saas:communication","href":"/communication","events":[%s]}]}`+"\n", n, fmt.Sprintf(event, n))
		}
		return b.Bytes()
	}
	var room [64]byte
	raw := func(r *eventchannel.Reader) {
		for e, err := range r.RawEvents() {
			if err != nil {
				t.Fatal(err)
			}
			if href, id := e.Href(), e.AppendOperationID(room[:0]); len(href) < 90 || string(id[:5]) != "dial-" {
				t.Fatalf("%s, %s", href, id)
			}
			if _, odd, err := e.Reduce(transitions.StateConnecting); odd != nil || err != nil {
				t.Fatal(odd, err)
			}
		}
	}
	whole := func(r *eventchannel.Reader) {
		for _, err := range r.Events() {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, test := range []struct {
		name           string
		event          string
		read           func(*eventchannel.Reader)
		objects, bytes float64 // an event, at most
	}{
		{"a message", others[1], raw, 0, 0},
		{"a participant, with escapes", others[2], raw, 0, 0},
		{"an invitation", declined, raw, 2, 250},
		{"the whole invitation", declined, whole, 30, 3 * float64(len(declined))},
	} {
		in := bytes.NewReader(stream(test.event))
		r := eventchannel.NewReader(in)
		read := func() {
			_, _ = in.Seek(0, io.SeekStart)
			r.Reset(in)
			test.read(r)
		}
		read() // the buffers grow
		objects := testing.AllocsPerRun(2, read) / lines
		size := float64(allocates(read)) / lines
		t.Logf("%s: %.2f objects, %.0f bytes", test.name, objects, size)
		if objects > test.objects+0.01 || size > test.bytes+5 { // the runtime allocates a little, too
			t.Errorf("%s: %.2f objects, %.0f bytes an event, want at most %g and %g", test.name, objects, size,
				test.objects, test.bytes)
		}
		if passes := 5; r.Odd() > passes*lines/50 { // those across the end of the buffer
			t.Errorf("%s: %d documents of %d are read exactly", test.name, r.Odd(), passes*lines)
		}
	}
}
