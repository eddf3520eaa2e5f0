package eventchannel_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// texts are JSON and what is nearly so.
var texts = []string{
	`{}`, `[]`, `""`, `0`, `-0.5e+10`, `true`, `false`, `null`, ` [ 1 , {"a":[{"b":""}]} ] `,
	`"\"\\\/\b\f\n\r\t\u00fC\ud83d\ude00"`,
	`"\ud800"`, `{"a":1,"a":2}`, "\"\u00fc\u20ac\U0001F600\u2028\"",
	"", " ", `{`, `[`, `"`, `{"a"`, `{"a":`, `{"a":1`, `{"a":1,`, `{a:1}`, `{"a":1,}`, `[1,]`, `[,1]`, `[1 2]`, `[}`,
	`{]`, `01`, `1.`, `.5`, `-`,
	`+1`, `1e`, `1e+`, `tru`, `nul`, `True`, `"\x"`, `"\u12g4"`, `"\u12`, `"` + "\t" + `"`, "\"\xff\"",
	"\"\xed\xa0\x80\"", "\"\xc0\x80\"",
	"\"\xf4\x90\x80\x80\"", "\"\xe2\x82\"", "\x00", "\uFEFF{}", "{} {}", "1\f", `"a` + "\x7f" + `"`,
}

// FuzzPass holds what is passed over to what two other readers take for JSON, whether it comes at once or byte by
// byte, and what a string says to what it says by encoding/json.
func FuzzPass(f *testing.F) {
	for _, text := range texts {
		f.Add([]byte(text))
		f.Add([]byte(`{"0123456789":[` + text + `]}`))
	}
	f.Fuzz(holdPass)
}

func holdPass(t *testing.T, text []byte) {
	want := json.Valid(text) && utf8.Valid(text)
	if other := jsontext.Value(text).IsValid(jsontext.AllowDuplicateNames(true),
		jsontext.AllowInvalidUTF8(true)) && utf8.Valid(text); other != want {
		t.Fatalf("%q: jsontext %t, encoding/json %t", text, other, want)
	}
	for name, in := range map[string]io.Reader{"at once": bytes.NewReader(text),
		"byte by byte": iotest.OneByteReader(bytes.NewReader(text))} {
		if got := eventchannel.Pass(in); got != want {
			t.Errorf("%q, %s: %t, want %t", text, name, got, want)
		}
	}
	if got := eventchannel.PassLean(text); got != want {
		t.Errorf("%q, lean: %t, want %t", text, got, want)
	}
	var says string
	if !want || json.Unmarshal(text, &says) != nil || strings.Contains(says, "\uFFFD") { // which half a pair becomes
		return
	}
	var r eventchannel.Resource
	if err := r.UnmarshalJSON([]byte(`{"subject":` + string(text) + `}`)); err != nil || r.Subject != says {
		t.Errorf("%q says %q, error %v, want %q", text, r.Subject, err, says)
	}
}

// The depth that the two other readers go to is where Pass is told to stop.
func TestPassDepth(t *testing.T) {
	for _, depth := range []int{1, 63, 64, 65, 66, 9_999, 10_000, 10_001} {
		text := strings.Repeat("[", depth-1) + `["\n",{"\"":"\t"},[]` + strings.Repeat("]", depth)
		if got, want := eventchannel.Pass(strings.NewReader(text)), json.Valid([]byte(text)); got != want {
			t.Errorf("depth %d: %t, want %t", depth, got, want)
		}
		if got, want := eventchannel.PassLean([]byte(text)), json.Valid([]byte(text)); got != want {
			t.Errorf("depth %d, lean: %t, want %t", depth, got, want)
		}
	}
}

// TestPassBytes has every byte, and every pair of one with an odd one, at every place of a string that is looked at
// in words, and every byte behind a backslash.
func TestPassBytes(t *testing.T) {
	pass := func(text []byte) {
		t.Helper()
		want := json.Valid(text) && utf8.Valid(text)
		if got, lean := eventchannel.Pass(bytes.NewReader(text)), eventchannel.PassLean(text); got != want || lean != want {
			t.Errorf("%q: %t, lean %t, want %t", text, got, lean, want)
		}
	}
	for n := range 1 << 8 {
		pass([]byte{'"', '\\', byte(n), '0', '0', '0', '0', '"'})
		for at := range 17 {
			for _, after := range []string{"a", "\x00", "\x1f", " ", "\"", "\\", "\x7f", "\x80", "\xff"} {
				pass([]byte(`"` + strings.Repeat("a", at) + string([]byte{byte(n)}) + after + strings.Repeat("a", 17-at) + `"`))
			}
		}
	}
}

// recordings adds what the command reads in its tests, and what is broken in other tests.
func recordings(f *testing.F) {
	files, err := filepath.Glob("../cmd/avinvite/testdata/recordings/*.json*")
	if err != nil || len(files) == 0 {
		f.Fatalf("no recordings, %v", err)
	}
	for _, file := range files {
		recording, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(recording)
	}
	for _, s := range []string{
		document(event(`"type":"completed","status":"Failure","reason":{"code":"RemoteFailure",` +
			`"subcode":"Declined","message":null},` +
			embedded("Failed"))),
		`{"_links":{"resync":{"href":"e\\u0026"}},"baseuri":"https://a.example/"}` + about("a")[:99] + "\n" +
			about("b"),
		"\uFEFF{\"sender\":[7,{\"events\":[\n{},null]}]}\r\n[]",
		`{"a":é}`,
	} {
		f.Add([]byte(s))
	}
}

// FuzzReader: whatever comes, each event can be told from others, each fault says where and what, and how the input
// arrives makes no difference. Byte by byte, no document is in the buffer at once, so that all of it is read exactly; at
// once, and through a small buffer, the reader is lean as long as nothing is odd.
func FuzzReader(f *testing.F) {
	recordings(f)
	f.Fuzz(holdReader)
}

func holdReader(t *testing.T, input []byte) {
	listened := func(in io.Reader, window int) []said {
		r := eventchannel.NewReader(in)
		if window > 0 {
			r.SetWindow(window)
		}
		return listen(t, r, int64(len(input)))
	}
	if len(input) > 5000 { // what is over the limit of a document is found out earlier or later
		listened(bytes.NewReader(input), 0)
		return
	}
	for e, err := range eventchannel.NewReader(bytes.NewReader(input)).RawEvents() {
		if err == nil {
			hold(t, e)
		}
	}
	exact := listened(iotest.OneByteReader(bytes.NewReader(input)), 0)
	for _, window := range []int{0, 500, 64} {
		lean := listened(bytes.NewReader(input), window)
		if fmt.Sprint(lean) != fmt.Sprint(exact) {
			t.Errorf("%q, window %d (-exact +lean):\n%s", input, window,
				cmp.Diff(exact, lean, cmpopts.IgnoreFields(eventchannel.Event{}, "Document")))
		}
	}
}

// holdAhead requires that reading ahead, in blocks of that size, yields the same as reading document by document. The input
// comes as a file, as from a slow pipe, and line by line. The bytes of a block are others once its last event has been yielded.
func holdAhead(t *testing.T, input []byte, size int) {
	read := func(in io.Reader, cores int) (all []string) {
		r := eventchannel.NewReader(in)
		r.Limits = eventchannel.Limits{Depth: 20, Document: 5000, String: 500, Events: 50}
		r.SetAhead(size)
		r.PassedOver = func(relation string) { all = append(all, "passed over: "+relation) }
		r.Resumed = func(d *eventchannel.Document) { all = append(all, fmt.Sprintf("resumed: %+v", *d)) }
		type result struct {
			e    *eventchannel.RawEvent
			text string
			err  error
		}
		for got := range eventchannel.MapOn(r, cores, func(e *eventchannel.RawEvent, err error) result {
			if e == nil {
				return result{nil, "", err}
			}
			return result{e, fmt.Sprint(e.Href(), e.Type, e.Reason, e.Operations, e.Serial(), e.Ordinal(), e.Sender), err}
		}) {
			if got.e != nil {
				hold(t, got.e)
				all = append(all, fmt.Sprint(said{got.e.Event(), ""}))
			}
			all = append(all, got.text, fmt.Sprint(got.err))
		}
		return all
	}
	want := read(bytes.NewReader(input), 1)
	for _, in := range []io.Reader{
		bytes.NewReader(input), iotest.HalfReader(bytes.NewReader(input)), &lineReader{input},
	} {
		if got := read(in, 2); fmt.Sprint(want) != fmt.Sprint(got) {
			t.Errorf("%q, blocks of %d bytes of a %T (-one by one +ahead):\n%s", input, size, in, cmp.Diff(want, got))
		}
	}
}

// lineReader returns at most one line from each Read.
type lineReader struct{ left []byte }

func (r *lineReader) Read(p []byte) (int, error) {
	if len(r.left) == 0 {
		return 0, io.EOF
	}
	end := bytes.IndexByte(r.left, '\n') + 1
	if end == 0 {
		end = len(r.left)
	}
	n := copy(p, r.left[:end])
	r.left = r.left[n:]
	return n, nil
}

// FuzzMap: whatever comes, and in blocks of whatever size, reading ahead makes no difference.
func FuzzMap(f *testing.F) {
	line := about("a") + "\n"
	for _, text := range []string{
		line + line + line, line[:50] + "\n" + line, "{\n" + line + "}\n" + line, "\n \uFEFF" + line + "[]\n" + line + `{"sender":0}`,
		`{"_links":{"resume":{"href":"r"}}}` + "\n" + document(event(`"type":"begun"`)) + line + "{",
	} {
		f.Add([]byte(text), uint16(len(line)))
	}
	f.Fuzz(func(t *testing.T, input []byte, size uint16) {
		holdAhead(t, input[:min(len(input), 5000)], 1+int(size)%1000)
	})
}

// TestMutated holds the reader to the same over texts that are broken as recordings are: a piece is lost, foreign, doubled
// or cut off. The long form has 300,000.
func TestMutated(t *testing.T) {
	texts := 2000
	if os.Getenv("AVINVITE_LONG") != "" {
		texts = 300_000
	}
	full := `{"link":{"rel":"audioVideoInvitation","href":"i?\u00e9"},"in":{"rel":"c","href":"d"},"_embedded":` +
		`{"audioVideoInvitation":` + incoming + `},"type":"started"}`
	failed := event(`"type":"completed","status":"Failure","reason":{"code":"Gone","message":"` + "\U0001F600" +
		`\ud83d\ude00"},` + embedded("Failed"))
	sibling := `{"link":{"rel":"messagingInvitation","href":"m","x":"\ud800"},"x":{"a":1,"a":[null,true,-1.5e3]}}`
	whole := []string{
		document(full, sibling, failed) + "\n" + about("b") + about("c"),
		`{"_links":{"self":{"href":"e?ack=1"},"next":{"href":"e?ack=2"}},"sender":[{"events":[` + failed + `],` +
			`"rel":"communication","href":"c"},{"events":[]}],"baseuri":"https://pool.example/"}` + "\n" + about("d"),
		about("a") + "\n" + `{"sender":[],"_links":{"resync":{"href":"r"}}}` + "\n" + document(failed, failed),
		strings.Repeat(about("a")+"\n"+document(sibling)+"\n"+`{"_links":{"resume":{"href":"r"}}}`+"\n  "+document(failed)+"\n", 3),
		"{\n\"sender\":[\n{\n\"events\":[\n" + failed + ",\n" + full + "\n]}]}\n" + about("b") + about("c") + "\n" + about("d"),
	}
	foreign := []string{
		`"`, `\`, "{", "}", "[", "]", ",", ":", "0", "\n", "\n{", "\xff", "\u00e9", `\ud800`, `\udc00`, `\ud83d\ude00`, " ",
		`"type":"updated",`, `"link":{"rel":"audioVideoInvitation"},`, `"a":1,`, "null", "{}", `""`, "7", `"rel":"x",`,
		`"state":null,`, `"reason":{"code":"X"},`, `"_links":[],`, `"\u006cink":{},`,
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range texts {
		text := []byte(whole[random.IntN(len(whole))])
		for range 1 + random.IntN(3) {
			at := random.IntN(len(text))
			switch end := min(len(text), at+random.IntN(60)); random.IntN(5) {
			case 0:
				text = slices.Delete(text, at+1, max(at+1, end))
			case 1:
				text = slices.Insert(text, at, []byte(foreign[random.IntN(len(foreign))])...)
			case 2:
				text[at] = byte(random.Uint32())
			case 3:
				text = slices.Insert(text, at, bytes.Clone(text[at:end])...)
			case 4:
				text = text[:at+1]
			}
		}
		if holdReader(t, text); t.Failed() {
			return
		}
		if holdAhead(t, text, 1+random.IntN(600)); t.Failed() {
			return
		}
	}
}

// said is what the reader says: an event or an error.
type said struct {
	Event *eventchannel.Event
	Err   string
}

// String has everything that an event says.
func (s said) String() string {
	if s.Event == nil {
		return s.Err
	}
	e := s.Event
	resource, _ := json.Marshal(e.Invitation)
	return fmt.Sprintf("%v %s %v %s %s %s %s %s %#v in %v", e.Place, e.Sender, e.Type, e.Rel, e.Href, e.In, e.Status,
		resource, e.Reason, e.Document.Place)
}

// listen reads all of an input of that size, within limits that are soon met.
func listen(t *testing.T, r *eventchannel.Reader, size int64) (all []said) {
	r.Limits = eventchannel.Limits{Depth: 20, Document: 5000, String: 500, Events: 50}
	last := eventchannel.Place{}
	for e, err := range r.Events() {
		var place eventchannel.Place
		var fault *eventchannel.Error
		switch {
		case err == nil && e != nil:
			place = e.Place
			if e.Key() == "" || e.Type == 0 || e.Rel == "" {
				t.Errorf("event %+v", e)
			}
			_, _, _ = e.Reduce(transitions.StateConnecting)
			all = append(all, said{e, ""})
		case errors.As(err, &fault) && e == nil && fault.Err.Error() != "":
			place = fault.Place
			all = append(all, said{nil, err.Error()})
		default:
			t.Fatalf("event %v, error %#v", e, err)
		}
		if place.Document < max(1, last.Document) || place.Offset < 0 || place.Offset > size {
			t.Errorf("after %v comes %v, in %d bytes", last, place, size)
		}
		last = place
	}
	return all
}

// FuzzBrokenLine: whatever a line of a stream with one document per line is, the lines around it are read.
func FuzzBrokenLine(f *testing.F) {
	recordings(f)
	f.Fuzz(holdLine)
}

func holdLine(t *testing.T, line []byte) {
	before, after := about("before")+"\n", "\n"+about("after")+"\n"+about("end")+"\n"
	line = bytes.ReplaceAll(line, []byte("\n"), nil)
	var seen []string
	for e, err := range eventchannel.NewReader(io.MultiReader(strings.NewReader(before), bytes.NewReader(line),
		strings.NewReader(after))).Events() {
		if err == nil && (e.Place.Offset < int64(len(before)) || e.Place.Offset > int64(len(before)+len(line))) {
			seen = append(seen, e.Key())
		}
	}
	if diff := cmp.Diff([]string{"before", "after", "end"}, seen); diff != "" {
		t.Errorf("%q (-want +got):\n%s", line, diff)
	}
}
