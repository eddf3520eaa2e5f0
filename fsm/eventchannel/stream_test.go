package eventchannel_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/avinvite/avinvite/fsm/eventchannel"
)

// about is a document with one event, about invitation i.
func about(i string) string {
	return `{"_links":{"self":{"href":"events?ack=1"}},"sender":[{"rel":"communication",` +
		`"events":[{"link":{"rel":"audioVideoInvitation","href":"` +
		i + `"},"in":{"rel":"ü","href":"\u00fc"},"x":[-1.5e3,true,false,null,{},[]],"type":"started"}]}]}`
}

// told tells the invitations that a stream is about, and the numbers of its documents that have something wrong.
func told(t *testing.T, in io.Reader) (invitations []string, wrong []int) {
	t.Helper()
	for e, err := range eventchannel.NewReader(in).Events() {
		var fault *eventchannel.Error
		switch {
		case err == nil:
			invitations = append(invitations, e.Key())
		case errors.As(err, &fault):
			wrong = append(wrong, fault.Place.Document)
		default:
			t.Errorf("error %T, want an *Error", err)
		}
	}
	return invitations, wrong
}

// TestBrokenLine breaks a document of a stream with one per line in every way that one wound can, at every byte:
// cut short, a byte gone, or something foreign there. What is around it is read, once, and if it is no document
// that is told.
func TestBrokenLine(t *testing.T) {
	whole := about("broken")
	foreign := []string{`"`, `\`, "{", "}", "[", "]", ",", ":", "0", "\r", "\xff", `{"a":`}
	before, after := about("before")+"\n", "\n"+about("after 1")+"\n"+about("after 2")
	for n := range len(whole) {
		lines := []string{whole[:n], whole[n:], whole[:n] + whole[n+1:]}
		for _, f := range foreign {
			lines = append(lines, whole[:n]+f+whole[n:], whole[:n]+f, whole[:n]+f+whole[n+1:])
		}
		for _, line := range lines {
			invitations, wrong := told(t, strings.NewReader(before+line+after))
			others := make([]string, 0, 3)
			for _, i := range invitations {
				if i == "before" || strings.HasPrefix(i, "after") {
					others = append(others, i)
				}
			}
			if diff := cmp.Diff([]string{"before", "after 1", "after 2"}, others); diff != "" {
				t.Fatalf("%s (-want +got):\n%s", line, diff)
			}
			if !json.Valid([]byte(line)) && strings.TrimSpace(line) != "" && len(wrong) == 0 {
				t.Fatalf("%s: no error", line)
			}
		}
	}
}

// TestBrokenDocument is about what else may be broken.
func TestBrokenDocument(t *testing.T) {
	indent := func(document, prefix, by string) string {
		var b bytes.Buffer
		if err := json.Indent(&b, []byte(document), prefix, by); err != nil {
			t.Fatal(err)
		}
		return prefix + b.String()
	}
	pretty := indent(about("b"), "", "  ")
	for _, tt := range []struct {
		name, input string
		invitations []string
		wrong       []int
	}{
		{"a document of many lines", pretty, []string{"b"}, nil},
		{"one without indentation", indent(about("b"), "", ""), []string{"b"}, nil},
		{"several, indented themselves", indent(about("a"), "\t", "\t") + "\n" + indent(about("b"), "\t", "\t"),
			[]string{"a", "b"}, nil},
		{"several, not indented", indent(about("a"), "", "") + indent(about("b"), "", ""), []string{"a", "b"}, nil},
		{"lines of Windows", strings.ReplaceAll(pretty, "\n", "\r\n") + "\r\n" + about("c"), []string{"b", "c"}, nil},

		{"cut between lines", pretty[:strings.Index(pretty, `"sender"`)] + "\n" + about("c"), []string{"c"}, []int{1}},
		{"cut, and many lines behind", pretty[:len(pretty)/2] + "\n" + strings.ReplaceAll(pretty, `"b"`, `"c"`),
			[]string{"c"}, []int{1}},
		{"garbage in one of many lines", strings.Replace(pretty, "-1.5e3", "1.5.3", 1) + "\n" + about("c"),
			[]string{"c"}, []int{1}},
		{"the same, indented",
			"  " + strings.ReplaceAll(strings.Replace(pretty, "-1.5e3", "1.5.3", 1), "\n", "\n  ") + "\n  " +
				about("c"), []string{"c"}, []int{1}},
		{"garbage after an event", strings.Replace(about("a"), "}]}]}", "}]}]x", 1) + "\n" + about("b"),
			[]string{"a", "b"}, []int{1}},

		{"lines of something else", "GET /events\n" + about("a") + "\nnull\n7 8 9\n[" + about("x") + "]\n" + about("b"),
			[]string{"a", "b"}, []int{1, 3}},
		{"a heading, and documents that are indented", "Recorded:\n  " + about("a") + "\n  " + about("b"),
			[]string{"a", "b"}, []int{1}},
		{"files with marks", "\uFEFF" + about("a") + "\r\n\uFEFF" + about("b") + "\uFEFF\n \uFEFF" + about("c"),
			[]string{"a", "b", "c"}, nil},
		{"half a mark", "\xef\xbb" + about("x") + "\n" + about("b"), []string{"b"}, []int{1}},
		{
			"indentation that changes",
			"    " + about("a") + "\n" + strings.Replace(pretty, "-1.5e3", "1.5.3", 1) + "\n" + about("c"),
			[]string{"a", "c"}, []int{2},
		},
		{"broken without indentation", "{\"a\":1,\n\"b\":tru\n}\n" + about("c"), []string{"c"}, []int{1}},
		{"something behind a document", about("a") + "," + about("x") + "\n" + about("b"), []string{"a", "b"},
			[]int{2}},
		{"a string without end", about("a") + "\n" + `{"sender` + "\n" + about("b"), []string{"a", "b"}, []int{2}},
		{"three cut in succession",
			about("a")[:80] + "\n" + about("b")[:99] + "\n" + about("c")[:60] + "\n" + about("d"), []string{"d"},
			[]int{1, 2, 3}},
		{"cut, with an empty line", about("a")[:80] + "\n\n" + about("d"), []string{"d"}, []int{1}},
		{"cut where a value belongs", `{"sender":` + "\n" + about("a") + "\n" + about("b"), []string{"a", "b"},
			[]int{1}},
		{"cut where an event belongs", `{"sender":[{"events":[` + "\n" + about("a") + "\n" + about("b"),
			[]string{"a", "b"}, []int{1}},
		{"an object that is no document", `{"msg":"begin"}` + "\n" + about("a"), []string{"a"}, []int{1}},
		{"a document that is wrapped", about("a") + "\n" + `{"time":1,"body":` + about("x") + "}\n" + about("b"),
			[]string{"a", "b"}, []int{2}},
		{"an invitation alone", `{"rel":"audioVideoInvitation","_links":{"self":{"href":"i"}}}`, nil, []int{1}},
		{"documents without senders", `{"_links":{"next":{"href":"e"}}}{"baseuri":"u"}{}`, nil, nil},
		{"cut at the end", about("a") + "\n" + about("b")[:50], []string{"a"}, []int{2}},
		{"cut at the end, one line before", about("a") + "\n" + `{"sender":[` + "\n" + about("c"), []string{"a", "c"},
			[]int{2}},
		{"an event that is wrong", strings.Replace(about("a"), "started", "begun", 1) + about("b"), []string{"b"},
			[]int{1}},
		{"lines that open more and more", strings.Repeat("{\"a\":[\n", 10_000) + about("b"), []string{"b"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			invitations, wrong := told(t, strings.NewReader(tt.input))
			if diff := cmp.Diff(tt.invitations, invitations); diff != "" {
				t.Errorf("invitations (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.wrong, wrong); diff != "" && tt.name != "lines that open more and more" {
				t.Errorf("documents with errors (-want +got):\n%s", diff)
			}
		})
	}
}

// TestReread: broken lines that look like parts of each other do not make the reader read them again without end.
func TestReread(t *testing.T) {
	const lines = 1200
	line := `{"a":[` + strings.Repeat(" ", 10_000) + "\n"
	r := eventchannel.NewReader(strings.NewReader(strings.Repeat(line, lines)))
	for _, err := range r.Events() {
		if err == nil {
			t.Fatal("an event")
		}
	}
	if again, size := r.Reread(), int64(lines*len(line)); again > 4*size+20<<20 || again < size {
		t.Errorf("of %d bytes, %d are read twice", size, again)
	}
}

// TestChunks: how the input arrives makes no difference.
func TestChunks(t *testing.T) {
	var input strings.Builder
	for n := range 400 {
		d := about(fmt.Sprint(n))
		if n%7 == 3 {
			d = d[:n%len(d)]
		}
		input.WriteString(d + "\n")
	}
	wantInvitations, wantWrong := told(t, strings.NewReader(input.String()))
	if len(wantInvitations) < 340 || len(wantWrong) != 57 {
		t.Fatalf("%d invitations, %d errors", len(wantInvitations), len(wantWrong))
	}
	for name, in := range map[string]io.Reader{
		"byte by byte":         iotest.OneByteReader(strings.NewReader(input.String())),
		"halves":               iotest.HalfReader(strings.NewReader(input.String())),
		"EOF with the last":    iotest.DataErrReader(strings.NewReader(input.String())),
		"now and then nothing": &halting{in: strings.NewReader(input.String())},
	} {
		invitations, wrong := told(t, in)
		if !cmp.Equal(invitations, wantInvitations) || !cmp.Equal(wrong, wantWrong) {
			t.Errorf("%s: %d invitations, %d errors, want %d, %d", name, len(invitations), len(wrong),
				len(wantInvitations), len(wantWrong))
		}
	}
}

// halting reads nothing every other time.
type halting struct {
	in   io.Reader
	halt bool
}

func (h *halting) Read(p []byte) (int, error) {
	if h.halt = !h.halt; h.halt {
		return 0, nil
	}
	return h.in.Read(p)
}

// TestInputErrors: an error of the input ends the stream, once, and can be found in the *Error.
func TestInputErrors(t *testing.T) {
	failure := errors.New("the line is dead")
	const half = "; the bytes from 0 on are no complete document"
	for text, want := range map[string]string{about("a"): failure.Error(), about("a")[:90]: failure.Error() + half, "{": failure.Error() + half} {
		var fault *eventchannel.Error
		for _, err := range eventchannel.NewReader(io.MultiReader(strings.NewReader(text), iotest.ErrReader(failure))).Events() {
			if errors.As(err, &fault) && fault.Err.Error() != want {
				t.Errorf("%q: error %v, want %s", text, fault.Err, want)
			}
		}
		if fault == nil {
			t.Errorf("%q: no error", text)
		}
	}
	for _, text := range []string{"", about("a"), about("a") + about("b")[:90], about("a") + "\nx"} {
		var events int
		var errs []error
		for _, err := range eventchannel.NewReader(io.MultiReader(strings.NewReader(text),
			iotest.ErrReader(failure))).Events() {
			if err != nil {
				errs = append(errs, err)
			} else {
				events++
			}
		}
		want := 1
		if strings.HasSuffix(text, "x") {
			want = 2
		}
		if len(errs) != want || !errors.Is(errs[want-1], failure) || events != min(1, len(text)) {
			t.Errorf("%q: %d events, errors %v", text, events, errs)
		}
	}
	for _, err := range eventchannel.NewReader(endless{}).Events() {
		if !errors.Is(err, io.ErrNoProgress) {
			t.Errorf("an input that never has anything: %v", err)
		}
	}
}

type endless struct{}

func (endless) Read([]byte) (int, error) { return 0, nil }

// TestDocuments is what a client follows.
func TestDocuments(t *testing.T) {
	input := `{"_links":{"self":{"href":"events?ack=1"},"next":{"href":"events?ack=2\\u0026key=5","x":0}},` +
		`"baseuri":"https://pool.example/app/","sender":[` +
		`{"events":[{"link":{"rel":"audioVideoInvitation","href":"i/1"},"in":{"rel":"conversation","href":"c/1"},` +
		`"type":"started"}]}]}` +
		`{"_links":{"resync":{"href":"events?ack=1"}},"sender":[]}` +
		`{"_links":{"resume":{"href":"events?ack=9"}}}` +
		`{"_links":{"self":{"href":"events"}},"sender":[]}` +
		`{"_links":{"next":{"href":"a"}},"sender":[{"events":[7,`
	type document struct {
		Place                            eventchannel.Place
		Base, Self, Next, Resync, Resume string
		Events                           []string
		Broken                           bool
	}
	var got []document
	for d, err := range eventchannel.NewReader(strings.NewReader(input)).Documents() {
		one := document{d.Place, d.BaseURI, d.Self, d.Next, d.Resync, d.Resume, nil, err != nil}
		for e, err := range d.Events() {
			if err != nil {
				one.Events = append(one.Events, "wrong")
				continue
			}
			one.Events = append(one.Events, e.Href+" in "+e.In)
		}
		got = append(got, one)
	}
	at := func(n int, begins string) eventchannel.Place {
		return eventchannel.Place{Document: n, Offset: int64(strings.Index(input, begins))}
	}
	if diff := cmp.Diff([]document{
		{
			at(1, `{"_links"`), "https://pool.example/app/", "https://pool.example/app/events?ack=1",
			"https://pool.example/app/events?ack=2&key=5", "", "",
			[]string{"https://pool.example/app/i/1 in https://pool.example/app/c/1"}, false,
		},
		{Place: at(2, `{"_links":{"resync"`), Resync: "events?ack=1"},
		{Place: at(3, `{"_links":{"resume"`), Resume: "events?ack=9"},
		{Place: at(4, `{"_links":{"self":{"href":"events"}}`), Self: "events"},
		{Place: at(5, `{"_links":{"next":{"href":"a"}}`), Next: "a", Events: []string{"wrong"}, Broken: true},
	}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A loop that ends early can be taken up again.
func TestLeaveAndGoOn(t *testing.T) {
	r := eventchannel.NewReader(strings.NewReader("\uFEFF" + about("a") + about("b") + "\n" + about("c")))
	for _, want := range []string{"a", "b", "c"} {
		for e, err := range r.Events() {
			if err != nil || e.Key() != want {
				t.Errorf("%v, %v, want %s", e, err, want)
			}
			break
		}
	}
	for e, err := range r.Events() {
		t.Errorf("%v, %v behind the end", e, err)
	}
}

// TestLongDocument has a document with so many events that they are handed on before it ends.
func TestLongDocument(t *testing.T) {
	const events = 2500
	one := `{"link":{"rel":"audioVideoInvitation","href":"i"},"type":"updated"},`
	long := `{"sender":[{"events":[` + strings.Repeat(one, events-1) + strings.TrimSuffix(one, ",") + `]}]`
	const base = `,"baseuri":"https://pool.example/"`
	for _, test := range []struct{ name, input, key, err string }{
		{"without a base", long + "}", "i", ""},
		{"a base before", strings.Replace(long, "{", "{"+base[1:]+",", 1) + "}", "https://pool.example/i", ""},
		{"a base behind", long + base + "}", "i", "/baseuri: baseuri behind 1000 events, want it before them"},
		{"broken at its end", long, "i", "unexpected EOF, want , or }"},
	} {
		told, errs := 0, ""
		for e, err := range eventchannel.NewReader(strings.NewReader(test.input)).Events() {
			switch {
			case err != nil:
				errs += err.Error()
			case e.Key() == test.key:
				told++
			}
		}
		if told != events || !strings.HasSuffix(errs, test.err) || (errs == "") != (test.err == "") {
			t.Errorf("%s: %d events of %s, error %q, want %d and %q", test.name, told, test.key, errs, events, test.err)
		}
	}
	known := 0
	for e, err := range eventchannel.NewReader(strings.NewReader(long[:len(long)-2] + `,"rel":"last"}]}`)).Events() {
		if err == nil && e.Sender == "last" {
			known++
		}
	}
	if known != events%1000 { // those that have not been handed on before
		t.Errorf("the sender behind %d events is known of %d", events, known)
	}
	for leave := range 2 * events {
		if leave%499 != 0 && leave != 999 && leave != 1000 {
			continue
		}
		r := eventchannel.NewReader(strings.NewReader(long + "}" + about("next")))
		n := 0
		for range r.Events() {
			if n++; n > leave {
				break
			}
		}
		for e, err := range r.Events() {
			if n <= events && (err != nil || e.Key() != "next") || n > events {
				t.Errorf("left behind %d events: %v, %v", n, e, err)
			}
		}
	}
}

// repeated is a text so many times, at the heap's expense of one.
type repeated struct {
	text  string
	times int
	at    int
	read  func() // after each megabyte
	total int
}

func (r *repeated) Read(p []byte) (n int, err error) {
	p = p[:min(len(p), 1<<16)]
	for n < len(p) {
		if r.times == 0 {
			return n, io.EOF
		}
		c := copy(p[n:], r.text[r.at:])
		n += c
		if r.at += c; r.at == len(r.text) {
			r.at = 0
			r.times--
		}
	}
	if r.total/1e6 != (r.total+n)/1e6 {
		r.read()
	}
	r.total += n
	return n, nil
}

// TestDefaultLimits: of a document that is too long, no more is read than a buffer beyond the limit, and of what is
// wrong no more is told than there may be events.
func TestDefaultLimits(t *testing.T) {
	last := func(in io.Reader) (limit *eventchannel.LimitError) {
		for _, err := range eventchannel.NewReader(in).Events() {
			if errors.As(err, &limit) {
				break
			}
		}
		return limit
	}
	in := &repeated{text: strings.Repeat(" ", 1000), times: 70_000, read: func() {}}
	limit := last(io.MultiReader(strings.NewReader("{"), in))
	if limit == nil || limit.What != "document" || limit.Limit != 64<<20 || in.total > 64<<20+1<<17 {
		t.Errorf("after %d bytes: %v", in.total, limit)
	}
	limit = last(strings.NewReader(`{"sender":[` + strings.Repeat("7,", 110_000)))
	if limit == nil || *limit != (eventchannel.LimitError{What: "events", Actual: 100_001, Limit: 100_000}) {
		t.Errorf("110,000 that are no senders: %v", limit)
	}
}

// TestMemory: what the reader holds on to does not grow with the input, be it many documents, sound or broken, or a
// long one.
func TestMemory(t *testing.T) {
	sound := strings.Replace(about("i"), `"events":[`,
		`"events":[`+strings.Repeat(`{"link":{"rel":"message","href":"m"},"type":"added"},`, 100), 1)
	for _, tt := range []struct{ name, begin, text string }{
		{"a document per line", "", sound + "\n"},
		{"concatenated", "", sound},
		{"broken", "", sound[:len(sound)-9] + "\n"},
		{"broken in a member", "", `{"a member with a long name":x` + "\n"},
		{"behind the events", `{"sender":[{"events":[{"link":{"rel":"message"}}]}],"a":[`, "0,"},
		{"broken lines of one document", "", `{"a":[` + strings.Repeat(" ", 1000) + "\n"},
		{"garbage without an end", "", "garbage "},
		{"one document", `{"sender":[{"events":[`, `{"link":{"rel":"message","href":"m"},"type":"added"},`},
		{"one document in lines", `{"sender":[{"events":[`,
			"\n" + `{"link":{"rel":"message","href":"m"},"type":"added"},`},
		{"one document about invitations", `{"sender":[{"events":[`,
			`{"link":{"rel":"audioVideoInvitation","href":"i"},"type":"updated"},`},
		{"one document of faults", `{"sender":[{"events":[`, "7,"},
		{"one string", `{"a":"`, "some text "},
		{"space", "", "   \n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			const megabytes = 11
			var held []uint64
			in := &repeated{text: tt.text, times: megabytes * 1e6 / len(tt.text), read: func() {
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				held = append(held, m.HeapAlloc)
			}}
			r := eventchannel.NewReader(io.MultiReader(strings.NewReader(tt.begin), in))
			r.Limits = eventchannel.Limits{Document: 1 << 40, String: 1 << 40, Events: 1 << 40}
			for range r.Events() {
			}
			if len(held) != megabytes-1 {
				t.Fatalf("measured %d times", len(held))
			}
			// For lines that may be documents the buffer grows, up to a bound that lies before.
			if early, late := held[6], held[len(held)-1]; late > early+100_000 {
				t.Errorf("holds %d bytes after 7 MB, %d after %d MB", early, late, len(held))
			}
		})
	}
}

// TestReset reads inputs of all kinds with one reader, one after the other, as each is read with its own.
func TestReset(t *testing.T) {
	r := eventchannel.NewReader(strings.NewReader("never read"))
	r.Limits.Depth = 10
	deep := strings.Repeat("[", 11)
	for _, input := range []string{about("1"), about("2") + `{"sender":[`, "", "\uFEFF" + about("3"), `{"x":` + deep,
		about("4")} {
		own := eventchannel.NewReader(strings.NewReader(input))
		own.Limits.Depth = 10
		r.Reset(strings.NewReader(input))
		var events [2][]string
		for n, reader := range []*eventchannel.Reader{own, r} {
			for e, err := range reader.Events() {
				if err != nil {
					events[n] = append(events[n], err.Error())
					continue
				}
				events[n] = append(events[n], fmt.Sprint(e.Place, e.Href, e.In, e.Type))
			}
		}
		if diff := cmp.Diff(events[0], events[1]); diff != "" || len(events[0]) == 0 {
			t.Errorf("%q (-own +reset):\n%s", input, diff)
		}
	}
}
