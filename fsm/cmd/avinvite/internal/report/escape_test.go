package report

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode"

	"github.com/avinvite/avinvite/fsm/conformance"
)

const hostile = "a\u202e\u009b[2J\u2066\u200f\U000e0041 é"

// TestEscaper reads back what is written with escapes, whole and byte by byte.
func TestEscaper(t *testing.T) {
	for name, escape := range map[string]func(io.Writer) io.Writer{"JSON": EscapeJSON, "XML": EscapeXML} {
		var plain, read string
		var b strings.Builder
		e := escape(iotest.TruncateWriter(&b, 1<<20))
		switch name {
		case "JSON":
			text, _ := json.Marshal(hostile)
			plain = string(text)
		case "XML":
			text, _ := xml.Marshal(hostile)
			plain = string(text)
		}
		for n := range len(plain) {
			if _, err := e.Write([]byte{plain[n]}); err != nil {
				t.Fatal(err)
			}
		}
		var err error
		if name == "JSON" {
			err = json.Unmarshal([]byte(b.String()), &read)
		} else {
			err = xml.Unmarshal([]byte(b.String()), &read)
		}
		if err != nil || read != hostile {
			t.Errorf("%s: %q reads back as %q, error %v", name, b.String(), read, err)
		}
		visible(t, name, b.String())
	}
}

// TestReportsEscape writes a verdict that is hostile in every text, in every format.
func TestReportsEscape(t *testing.T) {
	quoted, _ := json.Marshal(hostile)
	text := `{"sender":[{"rel":` + string(quoted) + `,"events":[{"type":"completed","status":` + string(quoted) + `,` +
		`"link":{"rel":"audioVideoInvitation","href":` + string(quoted) + `},` +
		`"reason":{"code":` + string(quoted) + `,"message":` + string(quoted) + `}}]}]}`
	for _, format := range Formats() {
		var b strings.Builder
		r := New(format, &b, Options{Verbose: true})
		total, c := NewTotal(), new(conformance.Checker)
		if err := c.Read(strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
		recording := Recording{Name: hostile, Checker: c}
		total.Add(&recording)
		r.Recording(recording)
		r.End(total, 0)
		if !strings.Contains(b.String(), "[2J") {
			t.Errorf("%s has nothing of the verdict:\n%s", format, b.String())
		}
		visible(t, format, b.String())
	}
}

func visible(t *testing.T, name, text string) {
	t.Helper()
	for _, r := range text {
		if !unicode.IsPrint(r) && !strings.ContainsRune("\n\t\r", r) {
			t.Errorf("%s has %U raw", name, r)
		}
	}
}
