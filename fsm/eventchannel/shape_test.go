package eventchannel_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/avinvite/avinvite/fsm/eventchannel"
)

// shaped is a document with every string that a reader keeps, names with an escape, and an event of another kind.
var shaped = `{"_links":{"self":{"href":"e?ack=1"},"next":{"href":"e?ack=2"},"resume":{"href":"r"}},` +
	`"baseuri":"https://pool.example/","sender":[{"rel":"communication","href":"c","events":[` +
	`{"link":{"rel":"messagingInvitation","href":"m","x":"y"},"x":{"a":1,"b":[null,true,-1.5e3,"z"]}},` +
	`{"link":{"rel":"audioVideoInvitation","href":"i?\u00e9"},"in":{"rel":"c","href":"d"},"_embedded":` +
	`{"audioVideoInvitation":` + titled + `},"type":"started"},` +
	`{"link":{"rel":"audioVideoInvitation","href":"j"},"_embedded":` +
	`{"audioVideoInvitation":{"st\u0061te":"Connecting","_links":{"ms:rtc:saas:accept":{"href":"a"}}}},"type":"updated"},` +
	event(`"type":"completed","status":"Failure","reason":{"code":"Gone","message":"gone"},`+embedded("Failed")) + `]}]}`

var titled = strings.Replace(incoming, `"subject": ""`, `"subject":"s","sessionContext":"c"`, 1)

// TestShapes replaces each string of a document, names among them, by each of several values. The document comes between
// others of the shape and of its own shape. Byte by byte, no event is in the buffer at once, so that no shape is used. The
// short form takes a quarter of the values for each string.
func TestShapes(t *testing.T) {
	values := []string{
		`""`, `"?"`, `"\u0041"`, `"\ud800"`, `"é"`, "\"\xff\"", `"` + strings.Repeat("x", 251) + `"`, `"` + strings.Repeat("x", 501) + `"`,
		`"Connected"`, `null`, `"`,
	}
	for n, at := range regexp.MustCompile(`"(\\.|[^"\\])*"`).FindAllStringIndex(shaped, -1) {
		for k, value := range values {
			if (n+k)%4 > 0 && os.Getenv("AVINVITE_LONG") == "" {
				continue
			}
			other := shaped[:at[0]] + value + shaped[at[1]:]
			holdShapes(t, []byte(strings.Join([]string{shaped, other, shaped, other, ""}, "\n")), eventchannel.Limits{String: 500})
		}
	}
}

// TestShapesEscapedNames escapes each name of a document in turn, and replaces each string of another document of that
// shape. A name with an escape may be that of any member. The short form escapes only the name of the reason.
func TestShapesEscapedNames(t *testing.T) {
	for _, name := range regexp.MustCompile(`"[^"\\]+":`).FindAllStringIndex(shaped, -1) {
		if shaped[name[0]:name[1]] != `"reason":` && os.Getenv("AVINVITE_LONG") == "" {
			continue
		}
		escaped := fmt.Sprintf(`%s"\u%04x%s`, shaped[:name[0]], shaped[name[0]+1], shaped[name[0]+2:])
		for _, at := range regexp.MustCompile(`"(\\.|[^"\\])*"`).FindAllStringIndex(escaped, -1) {
			other := escaped[:at[0]] + `"X"` + escaped[at[1]:]
			holdShapes(t, []byte(escaped+"\n"+other+"\n"+escaped), eventchannel.Limits{})
		}
	}
}

// TestShapesLimits has documents that are over a limit, and of the same shape as one that is not.
func TestShapesLimits(t *testing.T) {
	one, two := event(`"type":"started"`), event(`"type":"updated"`)
	holdShapes(t, []byte(document(one, two)+"\n"+document(one, two, two)+"\n"+document(one)), eventchannel.Limits{Events: 3})
	size := int64(len(shaped))
	longer := strings.Replace(shaped, "i?", "i?longer", 1)
	holdShapes(t, []byte(shaped+"\n"+longer+"\n"+shaped), eventchannel.Limits{Document: size + 5})
}

// holdShapes holds the reader to the same with and without shapes.
func holdShapes(t *testing.T, input []byte, limits eventchannel.Limits) {
	t.Helper()
	read := func(in io.Reader, window int) (all []string) {
		r := eventchannel.NewReader(in)
		r.SetWindow(window)
		r.Limits = limits
		r.PassedOver = func(relation string) { all = append(all, "passed over: "+relation) }
		r.Resumed = func(d *eventchannel.Document) { all = append(all, fmt.Sprintf("resumed: %+v", *d)) }
		for e, err := range r.RawEvents() {
			if err != nil {
				all = append(all, err.Error())
				continue
			}
			hold(t, e)
			all = append(all, fmt.Sprint(said{e.Event(), ""}, e.Serial(), e.Ordinal()))
			for o, link := range e.Offers() {
				all = append(all, fmt.Sprintf("%v %s", o, link))
			}
		}
		return all
	}
	want := read(iotest.OneByteReader(bytes.NewReader(input)), 1000)
	for _, window := range []int{1 << 17, 1000} { // a document longer than the window is read in exact mode
		if diff := cmp.Diff(want, read(bytes.NewReader(input), window)); diff != "" {
			t.Fatalf("%q, window %d (-byte by byte +at once):\n%s", input, window, diff)
		}
	}
}

// TestShapesKnown counts the texts that are recognised: all documents but the first if they are alike, all events but the
// first of each kind if the documents differ in their numbers of events, and none if everything differs.
func TestShapesKnown(t *testing.T) {
	const documents = 4 // which the buffer holds at once
	var alike, longer, strange strings.Builder
	for n := range documents {
		href := strings.NewReplacer("ack=1", fmt.Sprint("ack=", n, `\u0026key=1`), "i?", fmt.Sprint(n, `?\u00e9\n`))
		fmt.Fprintln(&alike, href.Replace(shaped))
		fmt.Fprintln(&longer, document(slices.Repeat([]string{event(`"type":"started"`)}, n+1)...)) // and one of another kind
		fmt.Fprintf(&strange, `{"sender":[{"events":[{"link":{"rel":"x"},"x":%d}]}]}`+"\n", n)
	}
	for _, test := range []struct {
		text string
		want int
	}{
		{alike.String(), documents - 1},
		{longer.String(), documents*(documents+1)/2 - 1 + documents - 1},
		{strange.String(), 0},
	} {
		r := eventchannel.NewReader(strings.NewReader(test.text))
		for _, err := range r.RawEvents() {
			if err != nil {
				t.Error(err)
			}
		}
		if got := r.Recognised(); got != test.want {
			t.Errorf("%d texts are recognised, want %d, in %.300s...", got, test.want, test.text)
		}
	}
}

// TestShapesBounded reads documents that all have another shape, and then alike ones, which are recognised all the same.
func TestShapesBounded(t *testing.T) {
	const documents = 10_000
	var text strings.Builder
	for n := range documents {
		fmt.Fprintf(&text, `{"x":%d,"sender":[{"events":[{"link":{"rel":"x","href":"h"},"x":%d}]}]}`+"\n", n%2*n, n)
	}
	for n := range documents {
		fmt.Fprintf(&text, `{"sender":[{"events":[{"link":{"rel":"x","href":"%d"}}]}]}`+"\n", n)
	}
	r := eventchannel.NewReader(strings.NewReader(text.String()))
	for _, err := range r.RawEvents() {
		if err != nil {
			t.Fatal(err)
		}
	}
	kept, learned := r.Shapes()
	if known := r.Recognised(); kept > 128 || learned > documents/4 || known < documents*9/10 {
		t.Errorf("%d shapes are kept and %d were learned, %d texts of %d alike ones are recognised", kept, learned, known, documents)
	}
}
