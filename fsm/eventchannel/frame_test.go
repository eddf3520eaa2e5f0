package eventchannel_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/avinvite/avinvite/fsm/eventchannel"
)

// value returns the value that is next, as encoding/json decodes it into an any.
func value(f *eventchannel.Frame) any {
	switch f.Kind() {
	case '{':
		object := map[string]any{}
		for f.Open(); f.More(); {
			name := string([]rune(string(f.Name())))
			object[name] = value(f)
		}
		return object
	case '[':
		array := []any{}
		for f.Open(); f.More(); {
			array = append(array, value(f))
		}
		return array
	case '"':
		return string(f.Text([]byte("x"))[1:])
	case '0':
		return f.Number()
	case 't':
		f.Skip()
		return true
	case 'f':
		f.Skip()
		return false
	}
	f.Skip()
	return nil
}

// floats has the numbers of a value as Frame.Number returns them, also those out of range.
func floats(v any) any {
	switch v := v.(type) {
	case json.Number:
		number, _ := strconv.ParseFloat(string(v), 64)
		return number
	case map[string]any:
		for name := range v {
			v[name] = floats(v[name])
		}
	case []any:
		for n := range v {
			v[n] = floats(v[n])
		}
	}
	return v
}

// FuzzFrame holds a Frame to encoding/json, whether the text comes at once or byte by byte: both accept the same texts,
// and decode the same values. Values that are passed over are accepted alike.
func FuzzFrame(f *testing.F) {
	for _, text := range texts {
		f.Add([]byte(text))
		f.Add([]byte(`{"0123456789":[` + text + `]}`))
	}
	f.Fuzz(holdFrame)
}

func holdFrame(t *testing.T, text []byte) {
	var want any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	valid := json.Valid(text) && decoder.Decode(&want) == nil
	want = floats(want)
	for name, in := range map[string]io.Reader{
		"at once": bytes.NewReader(text), "byte by byte": iotest.OneByteReader(bytes.NewReader(text)),
	} {
		frame := eventchannel.NewFrame(in, 0)
		got := value(frame)
		end, fault := frame.End(), new(eventchannel.Error)
		switch err := frame.Err(); {
		case end != valid || valid && err != nil:
			t.Errorf("%q, %s: end %t, error %v, want %t", text, name, end, err, valid)
		case valid && !cmp.Equal(want, got):
			t.Errorf("%q, %s (-want +got):\n%s", text, name, cmp.Diff(want, got))
		case errors.As(err, &fault) && (fault.Place.Offset < 0 || fault.Place.Offset > int64(len(text)) || !utf8.ValidString(fault.Place.Pointer)):
			t.Errorf("%q, %s: %v", text, name, fault)
		}
	}
	frame := eventchannel.NewFrame(bytes.NewReader(text), 0)
	if frame.Skip(); frame.End() != valid {
		t.Errorf("%q, passed over: %v, want %t", text, frame.Err(), valid)
	}
}

// TestFrameMutated holds a Frame to encoding/json over texts with pieces that are foreign, lost or doubled, and with
// strings of every length around that of a word. The long form has 300,000.
func TestFrameMutated(t *testing.T) {
	count := 5000
	if os.Getenv("AVINVITE_LONG") != "" {
		count = 300_000
	}
	whole := []string{
		`{"log":{"entries":[{"time":-1.5e3,"request":{"url":"https://a.example/ü?b=\u00fc\/","text":"{\"a\":\"\\u00e9\\\"b\"}"}},null,true,{}]}}`,
		`["` + string(bytes.Repeat([]byte(`0123456\"`), 40)) + `",1e999,"\ud83d\ude00\ud83d","` + "\U0001F600" + `",false,[[]]]`,
	}
	foreign := []string{
		`"`, `\`, `\\`, `\"`, `\n`, "{", "}", "[", "]", ",", ":", "0", "\n", "\x00", "\xff", "\xe2\x82", "é", `\ud800`, `\udc00`, `\u12`,
		`\ud83d\ude00`, " ", `"a":1,`, "null", "{}", `""`, "01", "tru", "-", "1e",
	}
	random := rand.New(rand.NewPCG(3, 4))
	for range count {
		text := []byte(whole[random.IntN(len(whole))])
		for range 1 + random.IntN(3) {
			at := random.IntN(len(text))
			switch end := min(len(text), at+random.IntN(12)); random.IntN(4) {
			case 0:
				text = slices.Delete(text, at+1, max(at+1, end))
			case 1, 2:
				text = slices.Insert(text, at, []byte(foreign[random.IntN(len(foreign))])...)
			case 3:
				text = slices.Insert(text, at, bytes.Clone(text[at:end])...)
			}
		}
		if holdFrame(t, text); t.Failed() {
			return
		}
	}
}

// FuzzRawDocument: the events of a text that is one document without a fault are those that a stream of it has, and no
// other text counts as one.
func FuzzRawDocument(f *testing.F) {
	recordings(f)
	for _, text := range []string{
		`{"a":1}`, `{}`, `{"sender":[],"log":{}}`, `{"baseuri":null}`, about("a") + about("b"), `[` + about("a") + `]`, "\uFEFF " + about("a"),
		`{"_links":{"resume":{"href":"r"}},"sender":[{"events":[{"link":{"rel":"messagingInvitation"}}]}]}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		listen := func(all *[]string) *eventchannel.Reader {
			r := eventchannel.NewReader(bytes.NewReader(text))
			r.URL, r.Within = "https://a.example/b", eventchannel.Place{Document: 7, Offset: 8, Pointer: "/c"}
			r.PassedOver = func(relation string) { *all = append(*all, relation) }
			r.Resumed = func(d *eventchannel.Document) { *all = append(*all, fmt.Sprintf("%+v", *d)) }
			return r
		}
		told := func(e *eventchannel.RawEvent) string { return fmt.Sprint(e.Serial(), e.Place(), said{e.Event(), ""}) }
		var want, got []string
		faults := 0
		for e, err := range listen(&want).RawEvents() {
			if err != nil {
				faults++
				continue
			}
			want = append(want, told(e))
		}
		r := listen(&got)
		for range 2 { // with the memory of the time before
			got = nil
			ok := r.RawDocument(text, func(e *eventchannel.RawEvent) bool {
				got = append(got, told(e))
				return true
			})
			var members map[string]any
			if alone := json.Unmarshal(bytes.TrimPrefix(text, []byte("\uFEFF")), &members) == nil; !ok || !alone || faults > 0 {
				if ok {
					t.Fatalf("%q is taken for a document without a fault", text)
				}
				return
			}
			for name := range members {
				if name != "sender" && name != "_links" && name != "baseuri" && name != "" {
					t.Errorf("%q: a member %q", text, name)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" || len(members) == 0 {
				t.Errorf("%q (-stream +document):\n%s", text, diff)
			}
		}
	})
}

// TestRawDocumentAgain reads one text twice, without PassedOver, and then another text with Reset.
func TestRawDocumentAgain(t *testing.T) {
	sibling := `{"link":{"rel":"messagingInvitation","href":"m"}}`
	for _, text := range []string{
		`{"sender":[{"events":[` + sibling + `]}]}`, `{"log":{"entries":[]},"sender":[{"events":[` + sibling + `]}]}`,
	} {
		r, given := eventchannel.NewReader(nil), []byte(text)
		first := r.RawDocument(given, func(*eventchannel.RawEvent) bool { return true })
		again := r.RawDocument(given, func(*eventchannel.RawEvent) bool { return true })
		if want := !strings.Contains(text, "log"); first != want || again != want {
			t.Errorf("%s: %t, and then %t, want %t", text, first, again, want)
		}
		r.Reset(strings.NewReader(about("another text, which is longer than the first one by far")))
		for _, err := range r.RawEvents() {
			if err != nil {
				t.Error(err)
			}
		}
		if string(given) != text {
			t.Errorf("%s became %s", text, given)
		}
	}
}
