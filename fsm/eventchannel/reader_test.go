package eventchannel_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// read tells each event as it reduces, or its error.
func read(input string) (lines []string) {
	for e, err := range eventchannel.NewReader(strings.NewReader(input)).Events() {
		if err != nil {
			lines = append(lines, err.Error())
			continue
		}
		t, odd, err := e.Reduce(transitions.StateAlerting)
		parts := []string{fmt.Sprintf("%s %v %v", e.Key(), t, err)}
		for _, o := range odd {
			parts = append(parts, o.Error())
		}
		lines = append(lines, strings.Join(parts, "; odd: "))
	}
	return lines
}

func document(events ...string) string {
	return `{"sender":[{"rel":"people","events":[{"link":{"rel":"presence","href":7},"type":9}]},` +
		`{"rel":"communication","events":[` + strings.Join(events, ",") + `]}]}`
}

func event(rest string) string {
	return `{"link":{"rel":"ms:rtc:saas:audioVideoInvitation","href":"i/1?x=2"},` + rest + `}`
}

func embedded(state string) string {
	return `"_embedded":{"ms:rtc:saas:audioVideoInvitation":{"state":"` + state + `"}}`
}

func TestReader(t *testing.T) {
	declined := `"reason":{"subcode":"Declined","code":"RemoteFailure","message":null}`
	for _, tt := range []struct {
		name, input string
		want        []string
	}{
		{"heartbeat", "\uFEFF" + `{"sender":[],"_links":{}}`, nil},
		{"bare", document(event(`"type":"started"`), event(`"type":"updated"`)),
			[]string{"i/1 started(Connecting) <nil>", "i/1 updated(Alerting) <nil>"}},
		{"success", document(event(`"type":"completed","status":"success"`)),
			[]string{"i/1 completed(Connected) <nil>"}},
		{"no status", document(event(`"type":"completed",` + embedded("Connected"))),
			[]string{"i/1 completed(Connected) <nil>"}},
		{"failure", document(event(`"type":"completed","status":"Failure",` + embedded("Failed") + "," + declined)),
			[]string{"i/1 completed(Failed, RemoteFailure/Declined) <nil>"}},
		{"failure by reason alone", document(event(`"type":"completed",` + declined)),
			[]string{"i/1 completed(Failed, RemoteFailure/Declined) <nil>"}},
		{"failure without reason", document(event(`"type":"completed","status":"Failure"`)),
			[]string{"i/1 completed(Failed, undocumented) <nil>"}},
		{"baseuri last",
			`{"sender":[{"events":[` + event(`"type":"started"`) + `]}],"baseuri":"https://pool.example/ucwa/"}`,
			[]string{"https://pool.example/ucwa/i/1 started(Connecting) <nil>"}},
		{"concatenated", document(event(`"type":"started"`)) + "\n" + document(event(`"type":"started"`)),
			[]string{"i/1 started(Connecting) <nil>", "i/1 started(Connecting) <nil>"}},
		{"twice escaped",
			`{"sender":[{"events":[{"link":{"rel":"audioVideoInvitation","href":"i/1?a=1\\u0026b=2"},` +
				`"type":"started"}]}],"_links":null}`,
			[]string{"i/1 started(Connecting) <nil>"}},
		{"escaped names",
			`{"sen\u0064er":[{"\u0065vents":[{"l\u0069nk":{"re\u006c":"audio\u0056ideoInvitation","href":"i"},` +
				`"type":"start\u0065d"}]}]}`,
			[]string{"i started(Connecting) <nil>"}},
		{"the same sender twice",
			`{"sender":[{"events":[` + event(`"type":"started"`) + `],"rel":"c"},{"rel":"c","events":[` +
				event(`"type":"updated"`) + `]}]}`,
			[]string{"i/1 started(Connecting) <nil>", "i/1 updated(Alerting) <nil>"}},
		{"prefixes",
			document(strings.ReplaceAll(event(`"type":"started",`+embedded("Alerting")), "ms:rtc:saas:", ""),
				strings.ReplaceAll(event(`"type":"updated"`), "ms:rtc:saas", "service")),
			[]string{"i/1 started(Alerting) <nil>", "i/1 updated(Alerting) <nil>"}},
		{"parameters as a bag",
			document(event(`"type":"completed","status":"FAILURE","reason":{"code":"BadRequest",` +
				`"parameters":{"sdp":"Invalid"}}`)),
			[]string{"i/1 completed(Failed, BadRequest) <nil>"}},
		{"no reason", document(event(`"type":"completed","status":"Success","reason":null`)),
			[]string{"i/1 completed(Connected) <nil>"}},
		{"nulls", document(event(`"in":null,"status":null,"_embedded":null,"reason":null,"type":"updated"`)),
			[]string{"i/1 updated(Alerting) <nil>"}},
		{"nothing said", document(event(`"type":"completed"`)),
			[]string{"i/1 ?(None) the event lacks all of status, state and reason"}},
		{"status against state", document(event(`"type":"completed","status":"Success",` + embedded("Failed"))),
			[]string{"i/1 ?(None) status Success contradicts state Failed"}},
		{"status against reason", document(event(`"type":"completed","status":"Success",` + declined)),
			[]string{"i/1 completed(Connected) <nil>; odd: status Success contradicts reason RemoteFailure/Declined"}},
		{"failure against state", document(event(`"type":"completed","status":"Failure",` + embedded("Connected"))),
			[]string{"i/1 ?(None) status Failure contradicts state Connected"}},
		{"state against reason", document(event(`"type":"completed",` + embedded("Connected") + "," + declined)),
			[]string{"i/1 completed(Connected) <nil>; odd: state Connected contradicts reason RemoteFailure/Declined"}},
		{"a state that is on no wire", document(event(`"type":"started",` + embedded("None"))),
			[]string{`i/1 started(Connecting) <nil>; odd: the state is "None", want a member of InvitationState`}},
		{"unknown status", document(event(`"type":"completed","status":"Successful"`)),
			[]string{`i/1 ?(None) the event lacks all of status, state and reason; odd: the status is "Successful", want Success or Failure`}},
		{"unfinished completion", document(event(`"type":"completed",` + embedded("Connecting"))),
			[]string{"i/1 ?(None) type completed contradicts state Connecting"}},
		{"unknown state", document(event(`"type":"started",` + embedded("Pending"))),
			[]string{`i/1 started(Connecting) <nil>; odd: the state is "Pending", want a member of InvitationState`}},
		{"unknown state of an update", document(event(`"type":"updated",` + embedded("Pending"))),
			[]string{`i/1 updated(Alerting) <nil>; odd: the state is "Pending", want a member of InvitationState`}},
		{"unknown tokens beside a witness", document(event(`"type":"completed","status":"Done",` + embedded("Pending") +
			"," + declined)),
			[]string{`i/1 completed(Failed, RemoteFailure/Declined) <nil>; odd: the state is "Pending", want a member of ` +
				`InvitationState; odd: the status is "Done", want Success or Failure`}},
		{"unknown state beside a status", document(event(`"type":"completed","status":"Success",` + embedded("Pending"))),
			[]string{`i/1 completed(Connected) <nil>; odd: the state is "Pending", want a member of InvitationState`}},
		{"unknown status beside a state", document(event(`"type":"completed","status":"Done",` + embedded("Connected"))),
			[]string{`i/1 completed(Connected) <nil>; odd: the status is "Done", want Success or Failure`}},
		{"empty", "", []string{"eventchannel: document 1, byte 0: empty input, want an event document"}},
		{"not a document", "[]",
			[]string{"eventchannel: document 1, byte 0: '[', want an event document, which is an object"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			// What an event that does not reduce prints is not this test's business.
			got := read(tt.input)
			for i := range got {
				got[i] = strings.ReplaceAll(got[i], "EventType(0)(None)", "?(None)")
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestReaderErrors holds what is wrong to its place, which is where the § is in the input, and to its text.
func TestReaderErrors(t *testing.T) {
	for _, tt := range []struct {
		input string
		want  []string // pointer and text
	}{
		// Not JSON, or not UTF-8: the document is lost.
		{`{"a":1,§}`, []string{`: '}', want the name of a member`}},
		{`{"a":1 §"b":2}`, []string{`/a: '"', want , or }`}},
		{`{"a" §1}`, []string{`/a: '1', want :`}},
		{`{"a":[1,2,§]}`, []string{`/a/2: ']', want a value`}},
		{`{"a":[0,{"b/~":tru§}]}`, []string{`/a/1/b~1~0: '}', want true`}},
		{`{"a":0§1}`, []string{`/a: '1', want , or }`}},
		{`{"a":1.§}`, []string{`/a: '}', want a digit`}},
		{`{"a":-§}`, []string{`/a: '}', want a digit`}},
		{`{"a":1e+§}`, []string{`/a: '}', want a digit`}},
		{`{"a":"\§x"}`, []string{`/a: 'x', want one of "\/bfnrtu, to escape`}},
		{`{"a":"\u00§g0"}`, []string{`/a: 'g', want four hexadecimal digits`}},
		{"{\"a\":\"§\t\"}", []string{`/a: '\t', want an escape, because a string has no control characters`}},
		{"{\"a\":\"§\xff\"}", []string{`/a: the byte 0xff, want UTF-8`}},
		{"{\"a\":\"§\xed\xa0\x80\"}", []string{`/a: the byte 0xed, want UTF-8`}},
		{"{\"a\":§\x00}", []string{`/a: '\x00', want a value`}},
		{`{"a":"§`, []string{`/a: unexpected EOF, want " at the end of the string`}},
		{`{"a":[§`, []string{`/a/0: unexpected EOF, want a value`}},
		{`{"a":{"b":"\§`, []string{`/a/b: unexpected EOF, want the rest of an escape`}},
		{`§["a"]`, []string{`: '[', want an event document, which is an object`}},
		{`{}§null`, []string{`: 'n', want an event document, which is an object`}},

		// JSON, but no event document: the rest is read.
		{`{"sender":§{},"baseuri":§7}`, []string{
			`/sender: an object, want an array of senders`,
			`/baseuri: a number, want a string`,
		}},
		{`{"sender":[§true,{"events":§""},{"events":[§7,§null,{"link":§[]},§{"link":{"href":"i"}},` +
			`{"link":{"rel":§{}}}]}],"_links":{"next":§"a"}}`,
			[]string{
				`/sender/0: a boolean, want a sender, which is an object`,
				`/sender/1/events: a string, want an array of events`,
				`/sender/2/events/0: a number, want an event, which is an object`,
				`/sender/2/events/1: link.rel occurs 0 times, want once, to name the resource of the event`,
				`/sender/2/events/2/link: an array, want a link, which is an object`,
				`/sender/2/events/3: link.rel occurs 0 times, want once, to name the resource of the event`,
				`/sender/2/events/4/link/rel: an object, want a string`,
				`/_links/next: a string, want a link, which is an object`,
			}},
		{`{"sender":[],"baseuri":"a","sender":§[],"baseuri":§"\ud800"}`, []string{
			`/sender: "sender" a second time, want it once`,
			`/baseuri: "baseuri" a second time, want it once`,
		}},
		{`{"baseuri":§"\ud800"}`, []string{`/baseuri: half of a surrogate pair, want a character`}},

		// Events about invitations, each of which is one with something wrong.
		{document(event(`"type":§"x"`)),
			[]string{`/sender/1/events/0/type: the type is "x", want started, updated or completed`}},
		{document(event(`"type":§7`)),
			[]string{`/sender/1/events/0/type: a number, want started, updated or completed`}},
		{document(`§` + event(`"x":1`)), []string{`/sender/1/events/0: the event has no type, want started, updated or completed`}},
		{document(event(`"type":"started",§"type":"updated"`)),
			[]string{`/sender/1/events/0/type: "type" a second time, want it once`}},
		{document(event(`"x":"§\ud800y","type":"updated"`)),
			[]string{`/sender/1/events/0/x: half of a surrogate pair, want a character`}},
		{document(event(`"x":"a§\ud83db\ude00","type":"updated"`)),
			[]string{`/sender/1/events/0/x: half of a surrogate pair, want a character`}},
		{document(event(`"x":{` + members(40) + `§"m7":0},"type":"updated"`)),
			[]string{`/sender/1/events/0/x/m7: "m7" a second time, want it once`}},
		{document(event(`"x":{"§\udc00":1},"type":"updated"`)),
			[]string{`/sender/1/events/0/x: half of a surrogate pair, want a character`}},
		{document(`§{"link":{"rel":"audioVideoInvitation","href":"\u003fx"},"type":"started"}`),
			[]string{`/sender/1/events/0: the event has neither link.href nor an embedded operationId,` +
				` want one to name the invitation`}},
		{document(event(`"x":{"a":1,§"a":2},"type":"updated"`)),
			[]string{`/sender/1/events/0/x/a: "a" a second time, want it once`}},
		{document(event(`"type":"started","status":§true`)),
			[]string{`/sender/1/events/0/status: a boolean, want a string`}},
		{document(event(`"type":"started","in":§"c"`)), []string{`/sender/1/events/0/in: a string, want an object`}},
		{document(event(`"type":"completed","reason":§[]`)),
			[]string{`/sender/1/events/0/reason: an array, want an error body, which is an object`}},
		{document(event(`"type":"completed","reason":§{"kode":"x"}`)),
			[]string{`/sender/1/events/0/reason: an error body without a code, want at least the member code`}},
		{document(event(`"type":"started","_embedded":{"audioVideoInvitation":§7}`)),
			[]string{`/sender/1/events/0/_embedded/audioVideoInvitation: a number, want an invitation,` +
				` which is an object`}},
		{document(event(`"type":"started","_embedded":{"audioVideoInvitation":{"state":§1}}`)),
			[]string{`/sender/1/events/0/_embedded/audioVideoInvitation/state: a number, want a string`}},
		{document(event(`"type":"started","_embedded":{"audioVideoInvitation":{},"service:audioVideoInvitation":§{}}`)),
			[]string{`/sender/1/events/0/_embedded/service:audioVideoInvitation: a second invitation in one event, want one`}},
		{document(`§` + event(`"type":"started","link":{"rel":"audioVideoInvitation"}`)),
			[]string{`/sender/1/events/0: link.rel occurs 2 times, want once, to name the resource of the event`}},
		{document(`§{"link":{"rel":"audioVideoInvitation"},"type":"started"}`),
			[]string{`/sender/1/events/0: the event has neither link.href nor an embedded operationId,` +
				` want one to name the invitation`}},
	} {
		parts := strings.Split(tt.input, "§")
		input := strings.Join(parts, "")
		var got, want []string
		offset := 0
		for n, text := range tt.want {
			offset += len(parts[n])
			want = append(want, fmt.Sprintf("byte %d, %s", offset, text))
		}
		for e, err := range eventchannel.NewReader(strings.NewReader(input)).Events() {
			var fault *eventchannel.Error
			if !errors.As(err, &fault) {
				t.Errorf("%s: event %v, error %T, want an *Error", input, e, err)
				continue
			}
			got = append(got, fmt.Sprintf("byte %d, %s: %v", fault.Place.Offset, fault.Place.Pointer, fault.Err))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", input, diff)
		}
	}
}

// members is so many members of an object, with a comma behind each.
func members(n int) (text string) {
	for i := range n {
		text += fmt.Sprintf(`"m%d":%[1]d,`, i)
	}
	return text
}

// What nobody reads may be anything that is JSON.
func TestReaderPassesOver(t *testing.T) {
	input := `{"sender":[{"a":1,"a":"\ud800","events":[{"link":{"rel":"message","href":7,"href":8},"type":[],` +
		`"reason":0}]}],"b":{"b":-0.5e-3,"b":[[],{}]}}`
	if got := read(input); got != nil {
		t.Errorf("%q, want nothing", got)
	}
}

// TestReaderLimits has inputs just within a limit and just over it, and long ones, of which no more is read than
// the limit and what had been read ahead.
func TestReaderLimits(t *testing.T) {
	started := event(`"type":"started"`)
	exact := document(started)
	limits := eventchannel.Limits{Depth: 6, Document: int64(len(exact)),
		String: int64(len("ms:rtc:saas:audioVideoInvitation")), Events: 2}
	for _, tt := range []struct {
		input  string
		change func(*eventchannel.Limits)
		want   string // the events and errors in a line; a part of that for long inputs
	}{
		{exact, func(*eventchannel.Limits) {}, "i/1"},
		{exact, func(l *eventchannel.Limits) { *l = eventchannel.Limits{} }, "i/1"},
		{exact + exact, func(l *eventchannel.Limits) { l.Document-- },
			"i/1; document 1, byte 207: a document of 207 bytes or more, want at most 206; " +
				"i/1; document 2, byte 414: a document of 207 bytes or more, want at most 206"},
		{strings.ReplaceAll(exact, ",{", ",\n{"), func(l *eventchannel.Limits) { l.Document = 200 },
			"i/1; document 1, byte 208: a document of 208 bytes or more, want at most 200"},
		{exact, func(l *eventchannel.Limits) { l.Depth-- },
			"document 1, byte 45, /sender/0/events/0/link: 6 nested arrays and objects, want at most 5"},
		{document(event(`"a":{"b":{}},"type":"started"`)), func(l *eventchannel.Limits) { *l = eventchannel.Limits{Depth: 6} },
			"document 1, byte 195, /sender/1/events/0/a/b: 7 nested arrays and objects, want at most 6"},
		{exact, func(l *eventchannel.Limits) { l.String-- },
			"document 1, byte 133, /sender/1/events/0/link/rel: a string of 32 bytes or more, want at most 31"},
		{exact + "\n" + exact, func(l *eventchannel.Limits) { l.Events-- },
			"document 1, byte 203, /sender/1/events/0: 2 events in a document, want at most 1; " +
				"document 2, byte 411, /sender/1/events/0: 2 events in a document, want at most 1"},
		{`{"sender":[7,7,7]}`, func(l *eventchannel.Limits) { l.Events-- },
			"document 1, byte 11, /sender/0: a number, want a sender, which is an object; " +
				"document 1, byte 14, /sender/1: 2 events in a document, want at most 1"},

		{exact[:100], func(l *eventchannel.Limits) { l.Document = 100 },
			`document 1, byte 100, /sender/1/rel: unexpected EOF, want " at the end of the string`},
		{`{"a":` + strings.Repeat("[", 20_000), func(l *eventchannel.Limits) { *l = eventchannel.Limits{Depth: 20_000} },
			"document 1, byte 10004, /a" + strings.Repeat("/0", 9_999) +
				": 10001 nested arrays and objects, want at most 10000"},

		// Long ones, by default.
		{`{"a":` + strings.Repeat("[", 1<<20), func(l *eventchannel.Limits) { l.Depth = 0 },
			"document 1, byte 104, /a" + strings.Repeat("/0", 99) + ": 101 nested arrays and objects"},
		{`{"` + strings.Repeat(`\n`, 3<<20), func(l *eventchannel.Limits) { *l = eventchannel.Limits{} },
			"document 1, byte 1: a string of 4194305 bytes"},
		{`{"a":"` + strings.Repeat("x", 5<<20), func(l *eventchannel.Limits) { *l = eventchannel.Limits{} },
			"document 1, byte 5, /a: a string of 4194305 bytes"},

		// Whatever a long document is made of.
		{`{"a":[` + strings.Repeat("0,", 1<<20), func(*eventchannel.Limits) {}, "a document of "},
		{`{"a":` + strings.Repeat("1", 1<<20), func(*eventchannel.Limits) {}, "a document of "},
		{`{"a":` + strings.Repeat(" ", 1<<20), func(*eventchannel.Limits) {}, "a document of "},
		{`{"sender":[{"events":[{"a":` + strings.Repeat("1", 1<<20), func(*eventchannel.Limits) {}, "a document of "},
		{"{" + strings.Repeat("\n{", 1<<20), func(*eventchannel.Limits) {}, "document 1, byte 2: '{', want the name"},
	} {
		in := strings.NewReader(tt.input)
		r := eventchannel.NewReader(in)
		r.Limits = limits
		tt.change(&r.Limits)
		var got []string
		for e, err := range r.Events() {
			if err == nil {
				got = append(got, e.Key())
				continue
			}
			var limit *eventchannel.LimitError
			if errors.As(err, &limit) && (limit.Actual <= limit.Limit || limit.Actual > limit.Limit+1<<17) {
				t.Errorf("%.40s: %v", tt.input, err)
			}
			got = append(got, strings.TrimPrefix(err.Error(), "eventchannel: "))
			if len(tt.input) > 1<<20 {
				break
			}
		}
		if got := strings.Join(got, "; "); !strings.Contains(got, tt.want) || len(tt.input) < 1<<20 && got != tt.want {
			t.Errorf("%.40s, %+v:\n%s, want\n%s", tt.input, r.Limits, got, tt.want)
		}
	}
}

// TestReaderTellsOrigin reads who sent an event and in which document, in either order of the members.
func TestReaderTellsOrigin(t *testing.T) {
	event := `"events":[{"type":"started","link":{"rel":"audioVideoInvitation","href":"i"}}]`
	links := `"_links":{"self":{"href":"events?ack=1"}}`
	for _, document := range []string{
		`{` + links + `,"sender":[{"rel":"communication",` + event + `}]}`,
		`{"sender":[{` + event + `,"rel":"communication"}],` + links + `}`,
	} {
		for e, err := range eventchannel.NewReader(strings.NewReader(document)).Events() {
			if err != nil || e.Sender != "communication" || e.Document.Self != "events?ack=1" {
				t.Errorf("%s: %+v, error %v, want its sender and its document", document, e, err)
			}
		}
	}
}

// TestReaderPassesOverSiblings counts events about invitations of other kinds.
func TestReaderPassesOverSiblings(t *testing.T) {
	var events strings.Builder
	for _, rel := range []string{
		"ms:rtc:saas:messagingInvitation", "service:messagingInvitation", "audioVideoInvitation", "messaging", "phoneAudioInvitation",
	} {
		events.WriteString(`,{"type":"started","link":{"rel":"` + rel + `","href":"i"}}`)
	}
	r := eventchannel.NewReader(strings.NewReader(`{"sender":[{"events":[` + events.String()[1:] + `]}]}`))
	var got []string
	r.PassedOver = func(relation string) { got = append(got, relation) }
	for e, err := range r.Events() {
		if err != nil {
			t.Error(err)
		}
		got = append(got, "event "+e.Href)
	}
	if diff := cmp.Diff([]string{"messagingInvitation", "messagingInvitation", "phoneAudioInvitation", "event i"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
