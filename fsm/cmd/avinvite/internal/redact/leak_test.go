package redact_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	stdjson "encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/redact"
	"github.com/avinvite/avinvite/fsm/recording"
)

// scalar is the place of a string, a number or a word in a JSON text.
type scalar struct {
	start, end int
	name       bool // of a member
}

// scalars returns the places of all scalars of JSON values that follow each other.
func scalars(text []byte) (all []scalar) {
	dec := jsontext.NewDecoder(bytes.NewReader(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	for {
		switch kind := dec.PeekKind(); {
		case kind == 0:
			return all
		case strings.ContainsRune("{}[]", rune(kind)):
			if _, err := dec.ReadToken(); err != nil {
				return all
			}
		default:
			in, n := dec.StackIndex(dec.StackDepth())
			value, err := dec.ReadValue()
			if err != nil {
				return all
			}
			end := int(dec.InputOffset())
			all = append(all, scalar{end - len(value), end, in == '{' && n%2 == 0})
		}
	}
}

// TestAnywhere puts a secret in the place of each value and each name of all recordings in turn.
func TestAnywhere(t *testing.T) {
	secrets := []string{
		`"zebra"`, `"Zebra@zebra.example"`, `"sip:zebra@zebra.example;zebra=zebra"`, `"tel:+14255550123"`,
		`"https://zebra:zebra@zebra.example:42555/zebra/4255550123?zebra=zebra&ack=4255550123#zebra"`,
		`"data:text/plain;zebra,zebra"`, `"2017-04-20T12:00:00.1234255550123Z"`, `"{\"zebra\":\"zebra\",\"status\":4255550123}"`,
		`"<p>zebra"`, `"emVicmE="`, `"\ud800zebra"`, "\"zebra\xff\"",
		`4255550123`, `-4255550123.5`, `null`, `true`, `{"zebra":"zebra","name":"zebra","value":4255550123}`, `["zebra",4255550123,{"zebra":[]}]`,
	}
	places, failed := 0, 0
	for path, text := range recordings(t) {
		if len(text) > 20_000 {
			continue // has nothing that the others have not
		}
		for n, at := range scalars(text) {
			for m, secret := range secrets {
				if at.name && secret[0] != '"' || !long() && (n+m)%37 > 0 {
					continue
				}
				places++
				changed := slices.Concat(text[:at.start], []byte(secret), text[at.end:])
				if diff := leak(changed, "zebra", "4255550", "emVicm"); diff != "" {
					if failed++; failed < 10 {
						t.Errorf("%s with %s in the place of byte %d, %s: %s", path, secret, at.start, text[at.start:at.end], diff)
					}
				}
			}
		}
	}
	if failed > 0 {
		t.Errorf("%d of %d places fail", failed, places)
	}
}

// TestPacked redacts bodies that a recorder kept as bytes. The fault of reading them stays the same, so that it still
// says what to do.
func TestPacked(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write([]byte(strings.Repeat(`{"sender":[{"rel":"zebra"}]}`, 9))); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	whole := packed.Bytes()
	damaged := bytes.Clone(whole)
	damaged[len(damaged)-6] ^= 1
	for name, test := range map[string]struct {
		body  []byte
		fault string
	}{
		"gzip":                     {whole, ""},
		"gzip, cut":                {whole[:len(whole)/2], "compressed by gzip, and damaged"},
		"gzip, cut in the header":  {whole[:5], "compressed by gzip, and damaged"},
		"gzip, damaged":            {damaged, "compressed by gzip, and damaged"},
		"another first byte":       {[]byte("\x1f\x9czebra"), "binary data"},
		"a picture":                {[]byte("\x89PNG\r\n\x1a\nzebra"), "binary data"},
		"control characters":       {[]byte("zebra\x02"), "binary data"},
		"a text of wide letters":   {[]byte(strings.Repeat("縞馬", 9)), "a body that begins with"},
		"a text with a wrong byte": {[]byte(strings.Repeat("zebra ", 9) + "\xff"), "a body that begins with"},
	} {
		text := []byte(`{"log":{"entries":[{"startedDateTime":"2017-04-20T12:00:00.000Z","time":15,` +
			`"request":{"method":"GET","url":"https://pool.contoso.com/applications/1/events?ack=1"},"response":{"status":200,` +
			`"content":{"mimeType":"application/json","encoding":"base64","text":"` + base64.StdEncoding.EncodeToString(test.body) + `"}}}]}}`)
		if diff := leak(text, "zebra"); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		var out bytes.Buffer
		if err := redact.Copy(&out, bytes.NewReader(text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for what, text := range map[string][]byte{"recorded": text, "redacted": out.Bytes()} {
			var fault strings.Builder
			for _, err := range recording.Items(bytes.NewReader(text)) {
				if err != nil {
					fault.WriteString(err.Error())
				}
			}
			if !strings.Contains(fault.String(), test.fault) || (fault.String() == "") != (test.fault == "") {
				t.Errorf("%s, as %s: the fault is %q, want %q", name, what, fault.String(), test.fault)
			}
		}
	}
}

// long reports whether the long form of the tests is asked for.
func long() bool { return os.Getenv("AVINVITE_LONG") != "" }

// leak redacts a recording, and returns what is wrong with the redacted one; "" if nothing is.
func leak(text []byte, secrets ...string) string {
	var out, again bytes.Buffer
	err := redact.Copy(&out, bytes.NewReader(text))
	for _, secret := range secrets {
		if strings.Contains(strings.ToLower(out.String()), strings.ToLower(secret)) {
			return secret + " is in " + out.String()
		}
		if err != nil && strings.Contains(strings.ToLower(err.Error()), strings.ToLower(secret)) {
			return secret + " is in the error " + err.Error()
		}
	}
	if form := new(recording.FormError); errors.As(err, &form) {
		return ""
	}
	if err := redact.Copy(&again, bytes.NewReader(out.Bytes())); err != nil {
		return "the redacted recording: " + err.Error()
	}
	if diff := gocmp.Diff(out.String(), again.String()); diff != "" {
		return "redacted again (-once +twice):\n" + diff
	}
	if diff := gocmp.Diff(judged(text), judged(out.Bytes())); diff != "" {
		return "judged otherwise (-as it is +redacted):\n" + diff
	}
	return ""
}

// invitation is an event document without the braces of its resource, into which a test puts members.
const invitation = `{"sender":[{"rel":"ms:rtc:saas:communication","events":[{"link":{"rel":"ms:rtc:saas:audioVideoInvitation",` +
	`"href":"/platformservice/v1/applications/1/communication/audioVideoInvitations/1"},"type":"started","_embedded":` +
	`{"ms:rtc:saas:audioVideoInvitation":{"direction":"Outgoing","state":"Connecting"%s}}}]}]}` + "\n"

// exchanged is a HAR with a start of an invitation: members of its request and of its answer.
const exchanged = `{"log":{"entries":[{"startedDateTime":"2017-04-20T12:00:00Z","time":15,"request":{"method":"POST",` +
	`"url":"https://pool.example/platformservice/v1/applications/1/communication/startAudio"%s},"response":{"status":404%s}}]}}`

const parts = "--Zebra\\r\\nContent-Type: application/json\\r\\n\\r\\n" + `{\"to\":\"sip:zebra@zebra.example\",\"operationId\":\"zebra\"}` +
	"\\r\\n--Zebra\\r\\n\\r\\nv=0 zebra\\r\\n--Zebra--\\r\\n"

// TestLeak redacts what recorders write and nobody foresees.
func TestLeak(t *testing.T) {
	packed := func(text string) string {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write([]byte(text))
		_ = z.Close()
		return base64.StdEncoding.EncodeToString(b.Bytes())
	}
	event := func(members string) string { return fmt.Sprintf(invitation, members) }
	har := func(request, answer string) string { return fmt.Sprintf(exchanged, request, answer) }
	form := `,"postData":{"mimeType":"application/x-www-form-urlencoded","text":"to=sip%3Azebra%40zebra.example&operationId=zebra&zebra=zebra"}`
	polled := func(content string) string {
		return `{"log":{"entries":[{"request":{"method":"GET","url":"https://pool.example/applications/1/events?ack=1"},` +
			`"response":{"status":200,"content":` + content + `}}]}}`
	}
	for name, text := range map[string]string{
		"the figures of a HAR in an event": event(`,"status":4255550123,"time":4255550123,"request":{"bodySize":4255550123,"content":{"size":4255550123}}`),
		"figures of a HAR":                 har(`,"bodySize":4255550123,"headersSize":-4255550123`, `,"content":{"size":4255550123.4255550123}`),
		"a port that is none":              event(`,"_links":{"self":{"href":"https://zebra.example:4255550123/zebra"}}`),
		"a number of a query":              event(`,"_links":{"self":{"href":"https://zebra.example/events?ack=4255550&timeout=4255550123"}}`),
		"a version in capitals":            event("") + strings.Replace(event(""), "/platformservice/v1", "/PlatformService/V1", 1),
		"half of a surrogate pair":         event(`,"subject":"\ud800zebra"`),
		"bytes that are not UTF-8":         event(",\"zebra\xff\":\"zebra\xff\""),
		"a string that is too long":        event(`,"zebra":"` + strings.Repeat("zebra", 1e6) + `"`),
		"events behind a link to resync":   `{"_links":{"resync":{"href":true}}}` + "\n" + event(""),
		"gzip in base64":                   polled(`{"encoding":"base64","text":"` + packed(event(`,"to":"zebra"`)) + `"}`),
		"gzip in base64 without a label":   polled(`{"text":"` + packed(event(`,"to":"zebra"`)) + `"}`),
		"a text that is an object":         polled(`{"text":{"zebra":"zebra"}}`),
		"a body that is a text":            polled(`"zebra"`),
		"parts":                            har(`,"postData":{"mimeType":"multipart/related; boundary=Zebra","text":"`+parts+`"}`, ""),
		"parts that a header announces": har(`,"headers":[{"name":"content-type","value":"multipart/related; boundary=\"Zebra\""}],"postData":{"text":"`+
			parts+`"}`, ""),
		"headers that are none": har(`,"headers":[5,"zebra",{"name":5,"value":"zebra"},{"name":"zebra","value":["zebra"]}]`,
			`,"headers":[{"name":7},{"name":"Location","value":"/zebra"}]`),
		"headers by name":   har(`,"headers":{"Authorization":"Bearer zebra"},"cookies":"zebra","queryString":{"zebra":"zebra"}`, ""),
		"a form":            har(form, ""),
		"fields":            har(`,"postData":{"params":[{"name":"to","value":"sip:zebra@zebra.example"},{"name":"zebra","value":"zebra"},{"name":5}]}`, ""),
		"a page":            har("", `,"content":{"text":"<head>zebra"}`),
		"a comment":         har("", `,"content":{"text":"<!-- zebra --><html>"}`),
		"a doctype":         har("", `,"content":{"text":" <!DOCTYPE html SYSTEM \"zebra\">"}`),
		"a time":            strings.Replace(har("", ""), "00:00Z", "00:00.1234567894255550123Z", 1),
		"no time":           strings.Replace(har("", ""), "T12:00:00Z", "T4255550123.1", 1),
		"text behind a HAR": har("", "") + `{"zebra":"zebra"} zebra`,
		"text before lines": "zebra 4255550123\n" + event(""),
		"text":              "sip:zebra@zebra.example",
		"text in a line":    "zebra " + event(""),
		"text in brackets":  "[zebra] " + event(""),
	} {
		if diff := leak([]byte(text), "zebra", "4255550"); diff != "" {
			t.Errorf("%s: %.4000s", name, diff)
		}
	}
}

// TestBroken breaks documents of several lines, alone and in an array, and judges the documents behind them.
func TestBroken(t *testing.T) {
	var whole bytes.Buffer
	for range 3 {
		_ = stdjson.Indent(&whole, []byte(strings.TrimSpace(fmt.Sprintf(invitation, ""))), "", " ")
		whole.WriteByte('\n')
	}
	documents := strings.SplitAfter(whole.String(), "\n}\n")[:3]
	for _, fault := range []string{`"events": zebra [`, ""} {
		changed := slices.Clone(documents)
		changed[1], _, _ = strings.Cut(changed[1], `"events": [`)
		changed[1] += fault + "\n"
		for _, text := range []string{strings.Join(changed, ""), "[\n" + strings.Join(changed, ",\n") + "]\n"} {
			if diff := leak([]byte(text), "zebra"); diff != "" {
				t.Errorf("%s\n%s", diff, text)
			}
			if n := strings.Count(strings.Join(judged([]byte(text)), "\n"), "started"); n != 2 {
				t.Errorf("%d of 2 whole documents are judged in %s", n, text)
			}
		}
	}
}

// TestMemory redacts a long HAR, and long documents of many lines, in memory that does not grow with them.
func TestMemory(t *testing.T) {
	entry := strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf(exchanged, "", `,"content":{"text":"`+strings.Repeat("zebra ", 100)+`"}`), `{"log":{"entries":[`), "]}}")
	var document bytes.Buffer
	_ = stdjson.Indent(&document, fmt.Appendf(nil, invitation, ""), "", " ")
	for name, in := range map[string]io.Reader{
		"a HAR":    io.MultiReader(strings.NewReader(`{"log":{"entries":[`+entry), &repeated{text: "," + entry, times: 20_000}, strings.NewReader("]}}")),
		"lines":    &repeated{text: fmt.Sprintf(invitation, ""), times: 40_000},
		"indented": &repeated{text: document.String() + "\n", times: 20_000},
	} {
		before, most := heap(), uint64(0)
		watch := &watched{in: in, look: func() { most = max(most, heap()) }}
		if err := redact.Copy(io.Discard, watch); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if most > before+8<<20 {
			t.Errorf("%s of %d bytes: %d bytes of memory more than before", name, watch.n, most-before)
		}
	}
}

// repeated reads a text several times.
type repeated struct {
	text  string
	times int
	rest  string
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.rest == "" {
		if r.times--; r.times < 0 {
			return 0, io.EOF
		}
		r.rest = r.text
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// watched looks now and then.
type watched struct {
	in   io.Reader
	look func()
	n    int
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.in.Read(p)
	if (w.n+n)>>22 > w.n>>22 {
		w.look()
	}
	w.n += n
	return n, err
}

// heap returns the number of bytes that are in use.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
