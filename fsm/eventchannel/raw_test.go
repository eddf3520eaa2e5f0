package eventchannel_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// lives is documents about invitations, one a line, each with what differs from the others.
func lives(n int) (lines []string) {
	for i := range n {
		lines = append(lines, fmt.Sprintf(`{"baseuri":"https://pool%[1]d.example/","sender":[{"rel":"sender%[1]d","events":[`+
			`{"link":{"rel":"service:audioVideoInvitation","href":"i/%[1]d"},"in":{"rel":"c","href":"c/%[1]d"},"status":"S%[1]d",`+
			`"_embedded":{"audioVideoInvitation":{"direction":"D%[1]d","state":"T%[1]d","operationId":"o%[1]d","subject":"s%[1]d",`+
			`"x%[1]d":[%[1]d],"_links":{"accept":{"href":"a%[1]d"},"r%[1]d":{"href":"h%[1]d"}}}},`+
			`"reason":{"code":"C%[1]d","message":"m%[1]d"},"type":"completed"}]}]}`+"\n", i))
	}
	return lines
}

// A raw event says what the whole one does.
func TestRawEvents(t *testing.T) {
	input := strings.Join(lives(3), "") + about("a") + document(event(`"type":"updated"`))
	var whole, raw []string
	for e, err := range eventchannel.NewReader(strings.NewReader(input)).Events() {
		if err != nil {
			t.Fatal(err)
		}
		r := e.Invitation
		if r == nil {
			r = new(eventchannel.Resource)
		}
		event, odd, err := e.Reduce(transitions.StateAlerting)
		whole = append(whole, fmt.Sprint(e.Place, e.Type, e.Status, r.Direction, r.State, r.Operations(), e.Reason, e.Sender,
			e.Href, r.OperationID, e.Document.Place, event, odd, err))
	}
	for e, err := range eventchannel.NewReader(strings.NewReader(input)).RawEvents() {
		if err != nil {
			t.Fatal(err)
		}
		event, odd, err := e.Reduce(transitions.StateAlerting)
		raw = append(raw, fmt.Sprint(e.Place(), e.Type, e.Status, e.Direction, e.State, e.Operations, e.Reason, e.Sender,
			e.Href(), string(e.AppendOperationID(nil)), e.Document().Place, event, odd, err))
	}
	if diff := cmp.Diff(whole, raw); diff != "" || len(raw) != 5 {
		t.Errorf("(-whole +raw):\n%s", diff)
	}
}

// hold holds a raw event to the whole one.
func hold(t *testing.T, e *eventchannel.RawEvent) {
	t.Helper()
	parts := func(e *eventchannel.RawEvent) string {
		var offers []string
		for o, href := range e.Offers() {
			offers = append(offers, o.String()+" "+string(href))
		}
		from, wrong := e.From()
		return fmt.Sprintf("%v %v %q %q %q %q %v %v %q %+v %v %q %v %v", e.Place(), e.Type, e.Status, e.Direction, e.State, e.Sender,
			e.Operations, e.Reason, e.AppendHref(nil), from, wrong, e.AppendTo(nil), e.Validate(), offers) +
			string(e.AppendOperationID(nil)) + fmt.Sprintf("%q %t", e.Identity(), e.Embeds())
	}
	whole := e.Event()
	one, sender, index := e.Position()
	if other, s, i := whole.Raw().Position(); other != one || s != sender || i != index {
		t.Errorf("the raw event stands at %v, %d, %d, the whole one at %v, %d, %d", one, sender, index, other, s, i)
	}
	if got, want := parts(e), parts(whole.Raw()); got != want {
		t.Errorf("the raw event says\n%s, the whole one\n%s", got, want)
	}
}

// A raw event has the parts of the whole one.
func TestRawParts(t *testing.T) {
	resource := func(members string) string {
		return `{"baseuri":"https://Pool.example:443/a/b","_links":{"self":{"href":"../e?ack=1\u0026key=2"}},"sender":[{"rel":"ms:rtc:saas:people","events":[` +
			event(`"type":"updated","_embedded":{"audioVideoInvitation":{`+members+`}}`) + "," + event(`"type":"updated"`) + "]}]}\n"
	}
	input := resource(`"direction":"Sideways","state":"Weather","importance":"High","to":"sip:a\u00e9"`) +
		resource(`"operationId":"`+strings.Repeat("o", 51)+`","subject":"`+strings.Repeat("\u00e9", 250)+`","sessionContext":"`+strings.Repeat(`\u00e9`, 51)+`"`) +
		resource(`"_links":{"ms:rtc:saas:from":{"title":"An\u006ea","href":"p"},"service:from":{"href":"q"},"accept":{"href":"./x"},"cancel":{"href":""}}`) +
		resource(`"_embedded":{"from":null,"ms:rtc:saas:from":{"name":"Bo","uri":"sip:bo"}},"_links":{"from":{"title":"A"}}`) +
		resource(`"_embedded":{"from":[{"name":"C"},{"name":"D"}]}`) + resource(`"_embedded":{"from":{"name":"C"},"service:from":{"name":"D"}}`) +
		resource(`"_embedded":{"from":{"anonymous":7}}`) + resource(`"importance":"Urgent","state":"Connected","direction":"Incoming"`)
	n := 0
	for e, err := range eventchannel.NewReader(strings.NewReader(input)).RawEvents() {
		if err != nil {
			t.Fatal(err)
		}
		hold(t, e)
		if e.Ordinal() != n%2 {
			t.Errorf("event %d is number %d of its document", n, e.Ordinal())
		}
		n++
	}
	if n != 16 {
		t.Errorf("%d events, want 16", n)
	}
}

// TestSerial has pairs of documents, and whether they are the same.
func TestSerial(t *testing.T) {
	linked := func(self string, events ...string) string {
		return `{"baseuri":"https://a.example/","_links":{"self":{"href":"` + self + `"}},` + document(events...)[1:]
	}
	of := func(events ...string) string { return linked("e?ack=7&key=8", events...) }
	a, b := event(`"type":"started"`), event(`"type":"updated"`)
	for _, test := range []struct {
		one, other string
		same       bool
	}{
		{of(a, b), of(a, b), true}, {of(a), of(b), false}, {of(a, b), of(b, a), false}, {of(a), of(a, a), false},
		{of(a), of(a, "7"), false}, {of(a), of(event(`"in":{"href":"x"},"type":"started"`)), true},
		{of(event(`"type":"completed","status":"Success"`)), of(event(`"type":"completed","status":"Failure"`)), false},
		{of(event(`"type":"updated",` + embedded("Alerting"))), of(event(`"type":"updated",` + embedded("Connecting"))), false},
		{
			of(event(`"type":"completed","reason":{"code":"Gone","message":"a"}`)),
			of(event(`"type":"completed","reason":{"code":"Gone","message":"b"}`)), false,
		},
		{of(a), linked("E?ack=7&key=8", a), true}, {of(a), linked("https://A.example/./e?ack=7&key=8", a), true},
		{of(a), linked("e?ack=8&key=8", a), false}, {of(a), linked("e?ack=7&key=9", a), false}, {of(a), linked("f?ack=7&key=8", a), false},
		{document(a), document(b), true},
	} {
		serial := func(input string) (whole eventchannel.Serial) {
			for d, err := range eventchannel.NewReader(strings.NewReader(input)).Documents() {
				if err != nil {
					t.Fatal(err)
				}
				whole = d.Serial()
			}
			for e, err := range eventchannel.NewReader(strings.NewReader(input)).RawEvents() {
				if err == nil && e.Serial() != whole {
					t.Errorf("%s: serial %x of the raw event, %x of the document", input, e.Serial(), whole)
				}
			}
			return whole
		}
		if (serial(test.one) == serial(test.other)) != test.same {
			t.Errorf("%s\n%s: the same serial %t, want %t", test.one, test.other, !test.same, test.same)
		}
	}
}

// poisoned is a line for each Read, at which the lines before are overwritten wherever they stand in the buffer.
type poisoned struct {
	lines []string
	read  [][]byte
}

func (p *poisoned) Read(to []byte) (int, error) {
	for _, b := range p.read {
		copy(b, bytes.Repeat([]byte(`"\u0066{}`), len(b)))
	}
	if len(p.lines) == 0 {
		return 0, io.EOF
	}
	n := copy(to, p.lines[0])
	if p.lines[0] = p.lines[0][n:]; p.lines[0] == "" {
		p.lines = p.lines[1:]
	}
	p.read = append(p.read, to[:n])
	return n, nil
}

// No text of an event stands in a buffer that is used again.
func TestNoTextOutlivesItsBuffer(t *testing.T) {
	lines := lives(40)
	var want []said
	for e, err := range eventchannel.NewReader(strings.NewReader(strings.Join(lines, ""))).Events() {
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, said{e, ""})
	}
	r := eventchannel.NewReader(&poisoned{lines: lines})
	var got []said
	var texts []string
	for e, err := range r.RawEvents() {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, said{e.Event(), ""})
		texts = append(texts, fmt.Sprint(e.Status, e.State, e.Direction, e.Sender, e.Href()), e.Reason.Error(), e.Document().BaseURI)
	}
	if diff := cmp.Diff(fmt.Sprint(want), fmt.Sprint(got)); diff != "" || r.Odd() > 1 {
		t.Errorf("%d documents read exactly (-want +got):\n%s", r.Odd(), diff)
	}
	if all := strings.Join(texts, " "); strings.Contains(all, "u0066") || strings.Count(all, "https://pool39") != 2 {
		t.Errorf("overwritten: %s", all)
	}
}

// A raw event that is used too late, or that no Reader has read, says something else or nothing, but panics never.
func TestRawEventTooLate(t *testing.T) {
	r := eventchannel.NewReader(strings.NewReader(strings.Join(lives(2), "")))
	var late []eventchannel.RawEvent
	for e, err := range r.RawEvents() {
		if err == nil {
			late = append(late, *e)
		}
	}
	for _, over := range []string{`\`, `\u`, `"\u12`, "{", `{"_links":`, `{"to":"\`, "\xff"} {
		for shift := range 8 {
			r.Reset(strings.NewReader(strings.Repeat(" ", shift) + strings.Repeat(over, 2000)))
			for range r.RawEvents() {
			}
			for _, e := range append(late, eventchannel.RawEvent{}) {
				if e.AppendOperationID(nil); e.Href() != "" && e.Event() == nil {
					t.Error("no event")
				}
			}
		}
	}
	var none eventchannel.RawEvent
	hold(t, (&eventchannel.Event{Type: transitions.EventStarted, Href: "a", Document: new(eventchannel.Document)}).Raw())
	for _, p := range []string{"", "/a", "/sender/0/events/x", "/sender/-1/events/0", "/sender/0/events/0/type", "#/sender/0"} {
		whole := eventchannel.Event{Place: eventchannel.Place{Pointer: p}}
		if within, sender, index := whole.Raw().Position(); within.Pointer != p || sender != -1 || index != -1 {
			t.Errorf("%q: %v, %d, %d", p, within, sender, index)
		}
	}
	if e := none.Event(); e.Href != "" || e.In != "" || e.Invitation != nil || none.Document() != nil {
		t.Errorf("the zero RawEvent is %+v, in %v", e, none.Document())
	}
}

// A pipe that trickles is not delayed: an event is yielded when its document has been written, whatever comes later.
func TestTrickle(t *testing.T) {
	for _, pieces := range []int{1, 2, 7} {
		in, out := io.Pipe()
		written := make(chan string)
		go func() {
			for n := range 20 {
				d := about(fmt.Sprint(n))
				for i := range pieces {
					_, _ = out.Write([]byte(d[len(d)*i/pieces : len(d)*(i+1)/pieces]))
				}
				written <- fmt.Sprint(n) // waits until the event is there
			}
			_ = out.Close()
		}()
		n := 0
		for e, err := range eventchannel.NewReader(in).Events() {
			if want := <-written; err != nil || e.Key() != want {
				t.Errorf("%v, %v, want %s", e, err, want)
			}
			n++
		}
		if n != 20 {
			t.Errorf("in %d pieces: %d events, want 20", pieces, n)
		}
	}
}

// A broken line costs the exact reading of itself. What is no fault costs none, be it escaped, foreign or indented.
func TestLeanAgain(t *testing.T) {
	sound := strings.Repeat(about("a")+"\n", 100)
	for _, test := range []struct {
		line string
		odd  int
	}{
		{"", 0}, {about("broken")[:90] + "\n", 1}, {"garbage\n", 1}, {"{\n", 1},
		{`{"sender":[{"events":[` + event(`"type":"begun"`) + "]}]}\n", 1},
		{`{"sender":[{"events":[` + event(`"x":{"a":1,"a":2},"type":"started"`) + "]}]}\n", 1},
		{`{"sender":[{"events":[` + event(`"x":"\ud800","type":"started"`) + "]}]}\n", 1},
		{`{"x":{"a":"\ud800","a":2},"sender":[{"events":[{"link":{"rel":"a","rel2":"\ud800"}},` +
			event(`"x":"\u00e9\ud83d\ude00`+"\U0001F600\u20ac"+`\"\\","ty\u0070e":"start\u0065d"`) + "]}]}\n", 0},
		{"{\n  \"sender\": [\n{\"events\"\t:\r\n [ ] } ]\n}\n", 0},
		{`{"sender":[{"events":[{"type":"started","in":null,"link":{"href":"i","rel":"audioVideoInvitation"}}]}]}`, 0},
	} {
		r := eventchannel.NewReader(strings.NewReader(sound + test.line + sound))
		r.SetWindow(1 << 22) // so that it holds all
		events := 0
		for _, err := range r.RawEvents() {
			if err == nil {
				events++
			}
		}
		if r.Odd() != test.odd || events < 200 {
			t.Errorf("%q: %d documents read exactly, %d events, want %d and 200", test.line, r.Odd(), events, test.odd)
		}
	}
}

// The key and the number of a serial come from the first parameters key and ack; without either there are none.
func TestSerialNumber(t *testing.T) {
	serial := func(query string) eventchannel.Serial {
		return (&eventchannel.Document{Self: "https://a.example/e" + query}).Serial()
	}
	want := serial("?ack=7&key=a")
	if want.Key == 0 || want.Number != 7 {
		t.Errorf("key %d and number %d, want some key and 7", want.Key, want.Number)
	}
	for _, query := range []string{"?key=a&ack=7", "?ack=7&key=a&key=b&ack=8", "?acks=9&keys=b&ack=7&&key=a", "?ack=07&key=a"} {
		if got := serial(query); got.Key != want.Key || got.Number != want.Number {
			t.Errorf("%s: key %d and number %d, want %d and %d", query, got.Key, got.Number, want.Key, want.Number)
		}
	}
	for _, query := range []string{"", "?", "?ack=7", "?key=a", "?key=a&ack=", "?key=a&ack=x", "?key=a&ack=4294967296", "?key&ack=7"} {
		if got := serial(query); got.Key != 0 || got.Number != 0 || got.Document == 0 {
			t.Errorf("%s: serial %v, want one without a key and a number", query, got)
		}
	}
}
