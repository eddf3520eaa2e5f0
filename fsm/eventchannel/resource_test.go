package eventchannel_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// incoming is a resource in the shape of the published fixture of an incoming call.
const incoming = `{
	"direction": "Incoming", "importance": "Normal", "threadId": "AdRh9b3cQqVvbDJ3", "state": "Connecting",
	"operationId": "9b6f2c1e-03a7-4a58-b0b4-6f0d6c6f4c21", "subject": "", "to": "sip:bob@contoso.example",
	"joinAudioMuted": null, "bandwidth": 1.50e3,
	"_links": {
		"self": {"href": "/i/1?endpointId=7"},
		"ms:rtc:saas:conversation": {"href": "/c/1", "revision": 2},
		"ms:rtc:saas:accept": {"href": "/i/1/accept?endpointId=7"},
		"ms:rtc:saas:acceptAndBridgeAudioVideo": {"href": "/i/1/acceptAndBridgeAudioVideo"},
		"service:decline": {"href": "/i/1/decline"},
		"forward": {"href": "/i/1/forward"},
		"ms:rtc:saas:startAdhocMeeting": {"href": ""},
		"ms:rtc:saas:from": {"href": "/c/1/p/amanda", "title": "Amanda \u00c5"},
		"others": [{"href": "/1"}, {"href": "/2"}]
	},
	"_embedded": {
		"ms:rtc:saas:from": {"name": "Amanda", "uri": "sip:amanda@fabrikam.example", "rel": "ms:rtc:saas:participant"},
		"ms:rtc:saas:acceptedByParticipant": [{"name": "Bob"}]
	},
	"rel": "ms:rtc:saas:audioVideoInvitation"
}`

// canonical is JSON with its members in order, its texts spelt in one way, and nothing between.
func canonical(t testing.TB, raw []byte) string {
	t.Helper()
	v := jsontext.Value(slices.Clone(raw))
	if err := v.Format(jsontext.ReorderRawObjects(true)); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return string(v)
}

func resource(t testing.TB, raw string) (r eventchannel.Resource) {
	t.Helper()
	if err := json.Unmarshal([]byte(raw), &r); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return r
}

func TestResource(t *testing.T) {
	r := resource(t, incoming)
	want := eventchannel.Resource{
		Direction: "Incoming", Importance: "Normal", ThreadID: "AdRh9b3cQqVvbDJ3", State: "Connecting",
		OperationID: "9b6f2c1e-03a7-4a58-b0b4-6f0d6c6f4c21", To: "sip:bob@contoso.example",
		Rel: "ms:rtc:saas:audioVideoInvitation",
		Links: []eventchannel.Link{
			{Rel: "self", Href: "/i/1?endpointId=7"},
			{Rel: "ms:rtc:saas:conversation", Href: "/c/1", Other: map[string][]byte{"revision": []byte("2")}},
			{Rel: "ms:rtc:saas:accept", Href: "/i/1/accept?endpointId=7"},
			{Rel: "ms:rtc:saas:acceptAndBridgeAudioVideo", Href: "/i/1/acceptAndBridgeAudioVideo"},
			{Rel: "service:decline", Href: "/i/1/decline"},
			{Rel: "forward", Href: "/i/1/forward"},
			{Rel: "ms:rtc:saas:startAdhocMeeting", Other: map[string][]byte{"href": []byte(`""`)}},
			{Rel: "ms:rtc:saas:from", Href: "/c/1/p/amanda", Title: "Amanda Å"},
		},
		Embedded: map[string][]byte{
			"ms:rtc:saas:from": []byte(`{"name": "Amanda", "uri": "sip:amanda@fabrikam.example", ` +
				`"rel": "ms:rtc:saas:participant"}`),
			"ms:rtc:saas:acceptedByParticipant": []byte(`[{"name": "Bob"}]`),
		},
		Other: map[string][]byte{
			"subject": []byte(`""`), "joinAudioMuted": []byte("null"), "bandwidth": []byte("1.50e3"),
			"_links": []byte(`{"others":[{"href":"/1"},{"href":"/2"}]}`),
		},
	}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	var offered []transitions.Operation
	for o, l := range r.Offers() {
		if l.Href == "" {
			t.Errorf("%v is offered nowhere", o)
		}
		offered = append(offered, o)
	}
	if diff := cmp.Diff([]transitions.Operation{
		transitions.OperationAccept, transitions.OperationAcceptAndBridge,
		transitions.OperationDecline, transitions.OperationForward,
	}, offered); diff != "" {
		t.Errorf("offered (-want +got):\n%s", diff)
	}
	if got := slices.Collect(r.Operations().All()); !slices.Equal(got, offered) {
		t.Errorf("Operations() has %v, want %v", got, offered)
	}
	if l, ok := r.Link("service:from"); !ok || l.Href != "/c/1/p/amanda" {
		t.Errorf(`Link("service:from") = %v, %v`, l, ok)
	}
	if l, ok := r.Link("cancel"); ok {
		t.Errorf(`Link("cancel") = %v, want none`, l)
	}
}

// As everywhere, null changes nothing.
func TestResourceNull(t *testing.T) {
	r := resource(t, incoming)
	if err := r.UnmarshalJSON([]byte(" null\n")); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(resource(t, incoming), r); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Whoever unmarshals may use the bytes again.
func TestResourceKeepsNothingOfItsInput(t *testing.T) {
	raw := []byte(incoming)
	var r eventchannel.Resource
	if err := r.UnmarshalJSON(raw); err != nil {
		t.Fatal(err)
	}
	clear(raw)
	if diff := cmp.Diff(resource(t, incoming), r); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Every operation of every direction is told from its link, under every prefix.
func TestOperations(t *testing.T) {
	for offer := range transitions.Offers() {
		names := []string{offer.Operation.String()}
		if offer.Operation == transitions.OperationAcceptAndBridge {
			names = append(names, "acceptAndBridgeAudioVideo")
		}
		for _, name := range names {
			for _, prefix := range []string{"", "service:", "ms:rtc:saas:"} {
				r := eventchannel.Resource{Links: []eventchannel.Link{{Rel: prefix + name, Href: "x"}}}
				if got := r.Operations(); got.Len() != 1 || !got.Has(offer.Operation) {
					t.Errorf("%s: %v is offered, want %v", prefix+name, slices.Collect(got.All()), offer.Operation)
				}
			}
		}
	}
}

// What is read and written is the same, whatever of it is missing or odd.
func TestResourceKeepsAll(t *testing.T) {
	for _, raw := range []string{
		incoming, `{}`, `{"_links":{}}`, `{"_links":null,"_embedded":null}`, `{"_embedded":{}}`, `{"_links":{"a":[]}}`,
		`{"state":null,"subject":"","rel":null}`, `{"_links":{"self":{}}}`,
		`{"_links":{"self":{"href":null,"title":""}}}`,
		`{"_embedded":{"a":null,"b":[],"c":{"d":1e400}}}`, `{"":{"\u0000":"\ud83d\ude00"}}`,
		`{"Subject":"x","subject":"y"}`,
		`{"mediaOffer":{"href":"data:,"},"customContent":"CID:2"}`, `{"_links":{"_links":{"_links":{}}}}`,
		`{"\"a\"":1,"a":2}`,
	} {
		written, err := json.Marshal(resource(t, raw))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(canonical(t, []byte(raw)), canonical(t, written)); diff != "" {
			t.Errorf("(-read +written):\n%s", diff)
		}
	}
}

// The order of the members depends on nothing but the names, and for links on their order.
func TestResourceOrder(t *testing.T) {
	const raw = `{"rel":"r","_embedded":{"b":[],"a":{}},"z":1,"to":"t",` +
		`"_links":{"z":{"title":"t","href":"h"},"a":{}},"a":2,"direction":"d"}`
	const want = `{"direction":"d","to":"t","a":2,"z":1,` +
		`"_links":{"z":{"href":"h","title":"t"},"a":{}},"_embedded":{"a":{},"b":[]},"rel":"r"}`
	written, err := json.Marshal(resource(t, raw))
	if string(written) != want || err != nil {
		t.Errorf("%s, %v\nwant %s", written, err, want)
	}
}

// A resource that is no JSON, or has a member twice, is not written.
func TestResourceCannotBeWritten(t *testing.T) {
	self := eventchannel.Link{Rel: "self", Href: "i/1"}
	for _, r := range []eventchannel.Resource{
		{Subject: "\xff"},
		{Other: map[string][]byte{"a": []byte("{")}},
		{Other: map[string][]byte{"a": []byte("1 2")}},
		{Other: map[string][]byte{"_links": []byte(`{"self":[]}`)}, Links: []eventchannel.Link{self}},
		{Other: map[string][]byte{"_links": []byte(`7`)}, Links: []eventchannel.Link{self}},
		{Other: map[string][]byte{"_links": []byte(`{"a":{}} {}`)}, Links: []eventchannel.Link{self}},
		{Links: []eventchannel.Link{self, self}},
		{Links: []eventchannel.Link{{Rel: "self", Other: map[string][]byte{"a": []byte("\xff")}}}},
		{Embedded: map[string][]byte{"from": []byte("{]")}},
	} {
		if written, err := json.Marshal(r); err == nil {
			t.Errorf("%+v is written as %s, want an error", r, written)
		}
	}
	// What a program has set goes before what was read.
	r := resource(t, `{"_links":null}`)
	r.Links = []eventchannel.Link{self}
	if written, err := json.Marshal(r); string(written) != `{"_links":{"self":{"href":"i/1"}}}` || err != nil {
		t.Errorf("written as %s, %v", written, err)
	}
	r = resource(t, `{"subject":"","_links":{"self":{"href":null}},"_embedded":null}`)
	r.Subject, r.Links[0].Href, r.Embedded = "x", "i/1", map[string][]byte{"from": []byte("{}")}
	const set = `{"subject":"x","_links":{"self":{"href":"i/1"}},"_embedded":{"from":{}}}`
	if written, err := json.Marshal(r); string(written) != set || err != nil {
		t.Errorf("written as %s, %v", written, err)
	}
}

func TestResourceErrors(t *testing.T) {
	for _, tt := range []struct{ raw, want string }{
		{`[]`, "byte 0: an array, want an object"},
		{`{"subject": 7}`, "byte 12, /subject: a number, want a string"},
		{`{"state":{}}`, "byte 9, /state: an object, want a string"},
		{`{"_links":[]}`, "byte 10, /_links: an array, want an object"},
		{`{"_links":{"a~/b": 7}}`, "byte 19, /_links/a~0~1b: a number, want a link, which is an object"},
		{`{"_links":{"self":{"href": true}}}`, "byte 27, /_links/self/href: a boolean, want a string"},
		{`{"_embedded":"x"}`, "byte 13, /_embedded: a string, want an object"},
		{
			`{"_embedded":{"ms:rtc:saas:from":"x"}}`,
			"byte 33, /_embedded/ms:rtc:saas:from: a string, want a resource or a list of them",
		},
		{`{"a\nb\u202e":{"x":1,"x":2}}`, `byte 21, "/a\nb\u202e/x": "x" a second time, want it once`},
		{`{"_embedded":{"from":7}}`, "byte 21, /_embedded/from: a number, want a resource or a list of them"},
		{`{"to":"a","to":"b"}`, `byte 10, /to: "to" a second time, want it once`},
		{`{"_links":{"self":{},"self":{}}}`, `byte 21, /_links/self: "self" a second time, want it once`},
		{"{\"to\":\"\xff\"}", "byte 7, /to: the byte 0xff, want UTF-8"},
		{`{"to":"\ud800x"}`, `byte 7, /to: half of a surrogate pair, want a character`},
		{`{"a":{"b":"\udc00x"}}`, `byte 11, /a/b: half of a surrogate pair, want a character`},
		{`{} {}`, "byte 3: '{', want the end"},
		{"{}\x00", `byte 2: '\x00', want the end`},
		{`{"to":"a"`, "byte 9, /to: unexpected EOF, want , or }"},
		{`{"to":tru}`, "byte 9, /to: '}', want true"},
		{`{"to":"a",}`, "byte 10: '}', want the name of a member"},
		{strings.Repeat(`[`, 10_001), "10001 nested arrays and objects, want at most 10000"},
		{``, "byte 0: unexpected EOF, want a value"},
	} {
		var r eventchannel.Resource
		err := r.UnmarshalJSON([]byte(tt.raw))
		var fault *eventchannel.Error
		if !errors.As(err, &fault) || !strings.HasSuffix(err.Error(), tt.want) || fault.Place.Document != 1 {
			t.Errorf("%.40s: error %v, want %q", tt.raw, err, tt.want)
		}
	}
}

// What an event with the whole resource of an incoming call costs, in a long document of such.
func BenchmarkResource(b *testing.B) {
	const events = 1000
	const rel = "ms:rtc:saas:audioVideoInvitation"
	event := `{"link":{"rel":"` + rel + `","href":"i/1"},"_embedded":{"` + rel + `":` + incoming + `},"type":"started"}`
	document := `{"sender":[{"events":[` + strings.Repeat(event+",", events-1) + event + `]}]}`
	b.SetBytes(int64(len(document)))
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for _, err := range eventchannel.NewReader(strings.NewReader(document)).Events() {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != events {
			b.Fatalf("%d events, want %d", n, events)
		}
	}
}

// FuzzResource: what can be read is written again as the same, and read again as the same; what cannot says where.
func FuzzResource(f *testing.F) {
	for _, seed := range []string{
		incoming, `{}`, `{"_links":null,"_embedded":{}}`, `{"_links":{"a":[],"self":{"href":"","title":null}}}`,
		`{"state":null,"subject":"\ud83d\ude00"}`,
		`{"to":7}`, `{"to":"a","to":"b"}`, `{"_embedded":{"from":"x"}}`, "{\"to\":\"\xff\"}",
		`{"_links":{"self":{"href":{}}}}`, `{} {}`, `null`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var r, again eventchannel.Resource
		if err := r.UnmarshalJSON(raw); err != nil {
			var fault *eventchannel.Error
			if !errors.As(err, &fault) || fault.Place.Offset < 0 || fault.Place.Offset > int64(len(raw)) {
				t.Errorf("the fault does not say where and what: %#v", err)
			}
			return
		}
		if strings.TrimSpace(string(raw)) == "null" {
			return
		}
		written, err := r.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		if read, got := canonical(t, raw), canonical(t, written); read != got {
			t.Errorf("read    %s\nwritten %s", read, got)
		}
		if err := again.UnmarshalJSON(written); err != nil {
			t.Fatal(err)
		}
		if rewritten, err := again.MarshalJSON(); !bytes.Equal(rewritten, written) || err != nil {
			t.Errorf("written %s\nthen    %s, %v", written, rewritten, err)
		}
	})
}
