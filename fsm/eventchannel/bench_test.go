package eventchannel_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/avinvite/avinvite/fsm/eventchannel"
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

// TestMemoryPerEvent: events about other things cost no memory at all, and one about an invitation little more than
// what it says.
func TestMemoryPerEvent(t *testing.T) {
	read := func(document []byte) (bytesAllocated, objects float64) {
		f := func() {
			for _, err := range eventchannel.NewReader(bytes.NewReader(document)).Events() {
				if err != nil {
					t.Error(err)
				}
			}
		}
		return float64(allocates(f)), testing.AllocsPerRun(1, f)
	}
	few, fewObjects := read(realistic(1000, false))
	many, manyObjects := read(realistic(10_000, false))
	if many > few+10*9000 || manyObjects > fewObjects+100 { // the runtime allocates a little, too
		t.Errorf("without invitations, 1000 events allocate %.0f bytes in %.0f objects, 10,000 %.0f in %.0f", few,
			fewObjects, many, manyObjects)
	}
	invited, invitedObjects := read(realistic(10_000, true))
	perEvent, objects := (invited-many)/100, (invitedObjects-manyObjects)/100
	t.Logf("%.0f bytes in %.0f objects per event of %d bytes", perEvent, objects, len(declined))
	if perEvent > 8*float64(len(declined)) || objects > 120 {
		t.Errorf("%.0f bytes in %.0f objects per event of %d bytes", perEvent, objects, len(declined))
	}
}
