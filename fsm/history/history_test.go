package history_test

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	"pgregory.net/rapid"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/history"
	"github.com/avinvite/avinvite/transitions"
)

// documents draws event documents about one invitation: of two keys or none, some of them with equal self links.
func documents(t *rapid.T) (all []string) {
	events := []string{
		`"type":"started"`, `"type":"updated"`, `"type":"completed","status":"Success"`,
		`"type":"completed","reason":{"code":"RemoteFailure","subcode":"Busy"}`,
		`"type":"completed","reason":{"code":"Weather","subcode":"Rain"}`, `"type":"completed"`,
		`"type":"updated","_embedded":{"audioVideoInvitation":{"state":"Alerting","direction":"Outgoing"}}`,
		`"type":"updated","_embedded":{"audioVideoInvitation":{"state":"Alerting","direction":"Incoming"}}`,
	}
	for range rapid.IntRange(1, 12).Draw(t, "documents") {
		self := rapid.SampledFrom([]string{"events?ack=%d&key=1", "events?ack=%d&key=2", "events?ack=%d"}).Draw(t, "self")
		self = fmt.Sprintf(self, rapid.IntRange(1, 4).Draw(t, "number"))
		var list []string
		for _, e := range rapid.SliceOfN(rapid.SampledFrom(events), 1, 3).Draw(t, "events") {
			list = append(list, `{"link":{"rel":"audioVideoInvitation","href":"i"},`+e+`}`)
		}
		all = append(all, `{"_links":{"self":{"href":"`+self+`"}},"sender":[{"events":[`+strings.Join(list, ",")+`]}]}`)
	}
	return all
}

// entries reads the deliveries of documents, each at its time.
func entries(t *rapid.T, documents []string, times []int) (all []history.Entry) {
	var channel history.Channel
	for n, d := range documents {
		for e, err := range eventchannel.NewReader(strings.NewReader(d)).Events() {
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, channel.Entry(e, time.Unix(int64(times[n]), 0)))
		}
	}
	return all
}

func of(entries ...history.Entry) *history.History {
	h := new(history.History)
	for _, e := range entries {
		h.Add(e)
	}
	return h
}

func binary(t *rapid.T, h *history.History) []byte {
	b, err := h.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestLaw15 delivers documents several times and in any order to three replicas, and merges them in two ways.
func TestLaw15(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		once := documents(t)
		var deliveries []string
		for _, d := range once {
			deliveries = append(deliveries, slices.Repeat([]string{d}, rapid.IntRange(1, 3).Draw(t, "deliveries"))...)
		}
		deliveries = rapid.Permutation(deliveries).Draw(t, "order")
		times := rapid.SliceOfN(rapid.IntRange(1, 20), len(deliveries), len(deliveries)).Draw(t, "times")
		all := entries(t, deliveries, times)
		var replicas [3]*history.History
		for n := range replicas {
			replicas[n] = new(history.History)
		}
		whole := of(all...)
		for _, e := range all {
			replicas[rapid.IntRange(0, 2).Draw(t, "replica")].Add(e)
		}
		merge := func(order ...*history.History) *history.History {
			h := new(history.History)
			for _, o := range order {
				h.Merge(o)
			}
			return h
		}
		a, b, c := replicas[0], replicas[1], replicas[2]
		want := binary(t, whole)
		for name, h := range map[string]*history.History{
			"merged": merge(a, b, c), "the other way round": merge(c, b, a), "associated": merge(a, merge(b, c)),
			"twice": merge(a, b, c, b, a), "in another order": of(rapid.Permutation(all).Draw(t, "again")...),
		} {
			if got := binary(t, h); !bytes.Equal(got, want) {
				t.Errorf("%s: %x, want %x", name, got, want)
			}
			i, known := h.Invitation()
			if wi, wk := whole.Invitation(); i != wi || known != wk {
				t.Errorf("%s: %v, want %v", name, i, wi)
			}
		}
		if whole.Len() > 0 && whole.Add(all[0]) {
			t.Error("an entry is new when it is added again")
		}
		read := new(history.History)
		if err := read.UnmarshalBinary(want); err != nil || !bytes.Equal(binary(t, read), want) {
			t.Errorf("read back: error %v", err)
		}
		reasons := 0
		for e := range whole.Entries() {
			if e.Reason != nil {
				reasons += 100
			}
		}
		if most := 40*whole.Len() + reasons + 10; len(want) > most {
			t.Errorf("%d bytes of %d events, want at most %d", len(want), whole.Len(), most)
		}
	})
}

// TestOrder compares the order of the documents with a plain statement of it: of two documents that have one key the
// number decides, and no document is behind one that arrived later than it and everything that comes after it.
func TestOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		once := documents(t)
		times := rapid.Permutation(slices.Collect(func(yield func(int) bool) {
			for n := range once {
				if !yield(n + 1) {
					return
				}
			}
		})).Draw(t, "times")
		order := slices.Collect(of(entries(t, once, times)...).Entries())
		since := func(e history.Entry) int64 {
			first := e.Time
			for _, o := range order {
				if o.Key != 0 && o.Key == e.Key && o.Number > e.Number {
					first = min(first, o.Time)
				}
			}
			return first
		}
		for n, b := range order {
			for _, a := range order[:n] {
				if a.Key != 0 && a.Key == b.Key && a.Number > b.Number {
					t.Errorf("number %d is before number %d of one key", a.Number, b.Number)
				}
				if a.Document == b.Document && a.Index > b.Index {
					t.Error("the events of a document are out of order")
				}
				if c := cmp.Compare(since(a), since(b)); c > 0 {
					t.Errorf("%v is before %v, and arrived later", a, b)
				}
			}
		}
	})
}

// TestSame tells documents apart that are nearly the same.
func TestSame(t *testing.T) {
	document := func(self, events string) string {
		return `{"_links":{"self":{"href":"` + self + `"}},"sender":[{"events":[` + events + `]}]}`
	}
	event := `{"link":{"rel":"audioVideoInvitation","href":"i"},"type":"started"}`
	other := `{"link":{"rel":"audioVideoInvitation","href":"j"},"type":"started"}`
	for _, test := range []struct {
		name, a, b string
		resume     bool
		same       bool
	}{
		{"again", document("e?ack=1&key=1", event), document("e?ack=1&key=1", event), false, true},
		{"again, without a key", document("e?ack=1", event), document("e?ack=1", event), false, true},
		{"again, in another case of the path", document("E?ack=1", event), document("e?ack=1", event), false, true},
		{"another key", document("e?ack=1&key=1", event), document("e?ack=1&key=2", event), false, false},
		{"another number", document("e?ack=1&key=1", event), document("e?ack=2&key=1", event), false, false},
		{"an event more", document("e?ack=1&key=1", event), document("e?ack=1&key=1", event+","+other), false, false},
		{"behind a resume", document("e?ack=1&key=1", event), document("e?ack=1&key=1", event), true, false},
		{"no self link", document("", event), document("", event), false, false},
	} {
		var channel history.Channel
		var h history.History
		for n, d := range []string{test.a, test.b} {
			for e, err := range eventchannel.NewReader(strings.NewReader(d)).Events() {
				if entry := channel.Entry(e, time.Unix(int64(n), 0)); err != nil || e.Href != "i" {
					continue
				} else if added := h.Add(entry); n == 1 && added == test.same {
					t.Errorf("%s: added %v", test.name, added)
				}
			}
			if test.resume {
				channel.Resume()
			}
		}
	}
}

// TestMaxEvents adds more events than a history keeps. The completion stays.
func TestMaxEvents(t *testing.T) {
	var h history.History
	for n := range 3 * history.MaxEvents {
		h.Add(history.Entry{Time: int64(n), Event: transitions.Updated(transitions.StateConnecting)})
	}
	h.Add(history.Entry{Time: 1e6, Event: transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy)})
	if i, _ := h.Invitation(); h.Len() != history.MaxEvents || i.Reason() != codes.RemoteFailureBusy {
		t.Errorf("%d events, %v", h.Len(), i)
	}
}

// TestFold follows an invitation whose direction comes late, or never.
func TestFold(t *testing.T) {
	event := func(typ, state, direction string, reason *codes.Error) *eventchannel.Event {
		e := &eventchannel.Event{Href: "i", Reason: reason, Invitation: &eventchannel.Resource{State: state, Direction: direction}}
		if err := e.Type.UnmarshalText([]byte(typ)); err != nil {
			t.Fatal(err)
		}
		return e
	}
	for _, test := range []struct {
		events []*eventchannel.Event
		want   string
		known  bool
		odd    int
	}{
		{nil, "Outgoing None", false, 0},
		{[]*eventchannel.Event{event("started", "Connecting", "", nil)}, "Outgoing Connecting", false, 0},
		{[]*eventchannel.Event{event("started", "Alerting", "", nil)}, "Outgoing Alerting", false, 0},
		{
			[]*eventchannel.Event{event("started", "Connecting", "", nil), event("updated", "Connecting", "Incoming", nil)},
			"Incoming Connecting", true, 0,
		},
		{
			[]*eventchannel.Event{event("started", "Connecting", "Outgoing", nil), event("updated", "Connecting", "Incoming", nil)},
			"Outgoing Connecting", true, 1,
		},
		{
			[]*eventchannel.Event{event("completed", "Failed", "", &codes.Error{Code: codes.Informational, Subcode: codes.SubcodeMissed})},
			"Incoming Failed (Informational/Missed)", false, 0,
		},
		{[]*eventchannel.Event{event("updated", "Failed", "", nil)}, "Outgoing None", false, 1},
	} {
		var f history.Fold
		odd := 0
		for _, e := range test.events {
			if f.Observe(e) != nil {
				odd++
			}
		}
		if i, known := f.Invitation(); i.String() != test.want || known != test.known || odd != test.odd {
			t.Errorf("%v, known %v, %d odd; want %+v", i, known, odd, test)
		}
	}
}

// TestUnmarshal refuses bytes that are no history, whatever is changed in one.
func TestUnmarshal(t *testing.T) {
	message := "no"
	h := of(history.Entry{
		Time: 5, Reason: &codes.Error{Code: "Gone", Message: &message}, Event: transitions.Completed(transitions.StateFailed, codes.Alone(codes.Gone)),
	})
	b, err := h.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	for n := range b {
		if new(history.History).UnmarshalBinary(b[:n]) == nil {
			t.Errorf("%d of %d bytes are read", n, len(b))
		}
		changed := slices.Clone(b)
		changed[n] ^= 0x55
		_ = new(history.History).UnmarshalBinary(changed) // must not panic
	}
	if new(history.History).UnmarshalBinary(append(b, 0)) == nil {
		t.Error("a byte too many is read")
	}
}

// TestEntrySize holds the size that the documentation tells.
func TestEntrySize(t *testing.T) {
	if size := unsafe.Sizeof(history.Entry{}); size > 48 {
		t.Errorf("an entry has %d bytes, want at most 48", size)
	}
}

// TestOdditiesText gives each of the 256 sets a text of its own, so that no oddity is lost in a log.
func TestOdditiesText(t *testing.T) {
	sets := map[string]history.Oddities{}
	for n := range 256 {
		o := history.Oddities(n)
		if other, twice := sets[o.String()]; twice {
			t.Errorf("%q is the text of %#b and of %#b", o, uint8(other), n)
		}
		sets[o.String()] = o
	}
	for text, want := range map[string]history.Oddities{
		"nothing": 0, "unreadable": history.Unreadable, "contradiction": history.Contradiction,
		"unknown state": history.StateToken, "unknown status": history.StatusToken, "incomplete": history.Incomplete,
		"unreadable, incomplete":      history.Unreadable | history.Incomplete,
		"contradiction, Oddities(32)": history.Contradiction | 32,
	} {
		if got, ok := sets[text]; !ok || got != want {
			t.Errorf("%q is the text of %#b, want of %#b", text, got, want)
		}
	}
}
