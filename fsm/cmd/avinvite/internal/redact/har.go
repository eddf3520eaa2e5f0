package redact

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"io"
	"math"
	"mime/multipart"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/avinvite/avinvite/fsm/recording"
)

// lenient are the options with which parts of a recording are read.
var lenient = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// isHAR reports whether a recording begins as a HAR: its first object has an object log.
func isHAR(in *bufio.Reader) bool {
	head, _ := in.Peek(in.Size()) // shorter at the end of the input
	dec := decoder(bytes.NewReader(bytes.TrimPrefix(head, byteOrderMark)))
	if t, err := dec.ReadToken(); err != nil || t.Kind() != '{' {
		return false
	}
	for dec.PeekKind() == '"' {
		t, err := dec.ReadToken()
		if err != nil {
			return false
		}
		if t.String() == "log" && dec.PeekKind() == '{' {
			return true
		}
		if dec.SkipValue() != nil {
			return false
		}
	}
	return false
}

// place returns the names of the open members in a HAR, with slashes between them; "" outside of one.
func (r *redactor) place() string {
	if len(r.path) == 0 || r.path[0] != "log" {
		return ""
	}
	return strings.Join(r.path, "/")
}

// largest is the largest time in milliseconds and the largest size that stays. A longer number could be a telephone number.
const largest = 999_999_999

// figure returns a time, a size or a status of a HAR, as exactly as recording reads it, and 0 for any other number.
func (r *redactor) figure(text jsontext.Value) string {
	var n float64
	if json.Unmarshal(text, &n) != nil { // outside the range of a float64
		n = math.Inf(1)
	}
	switch r.place() {
	case "log/entries/time", "log/entries/timings/blocked", "log/entries/timings/dns", "log/entries/timings/connect",
		"log/entries/timings/ssl", "log/entries/timings/send", "log/entries/timings/wait", "log/entries/timings/receive":
		n = math.Round(min(max(-1, n), largest)*1e6) / 1e6 // to the nanosecond
	case "log/entries/response/status":
		n = math.Trunc(min(max(0, n), 999))
	case "log/entries/request/bodySize", "log/entries/request/headersSize", "log/entries/request/postData/size",
		"log/entries/response/bodySize", "log/entries/response/headersSize", "log/entries/response/content/size":
		n = math.Trunc(min(max(-1, n), largest))
	default:
		return "0"
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// whole returns the function that redacts a value of that kind of the open member at once, which is a part of a HAR; nil
// for any other value.
func (r *redactor) whole(kind jsontext.Kind) func(*bufio.Writer, jsontext.Value) error {
	switch r.place() {
	case "log/entries/request/cookies", "log/entries/request/queryString", "log/entries/response/cookies":
		return func(out *bufio.Writer, _ jsontext.Value) error {
			out.WriteString("[]")
			return nil
		}
	case "log/entries/request/headers", "log/entries/response/headers":
		if kind == '[' {
			return func(out *bufio.Writer, list jsontext.Value) error { return r.pairs(out, list, r.header) }
		}
	case "log/entries/request/postData/params":
		if kind == '[' {
			return func(out *bufio.Writer, list jsontext.Value) error { return r.pairs(out, list, r.field) }
		}
	case "log/entries/request/postData", "log/entries/response/content":
		if kind == '{' {
			return func(out *bufio.Writer, body jsontext.Value) error {
				r.labelled = labelled(body)
				return r.value(out, decoder(bytes.NewReader(body)))
			}
		}
	case "log/entries/request/postData/text", "log/entries/response/content/text":
		if kind == '"' {
			return func(out *bufio.Writer, text jsontext.Value) error {
				r.string(out, text, r.body)
				return nil
			}
		}
	}
	return nil
}

// pair is a header or a field of a form.
type pair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// pairs redacts a list of headers or fields. keep returns the redacted pair, or false for a pair that goes. An element
// that is no pair is redacted like any value, because it is a fault of the recording.
func (r *redactor) pairs(out *bufio.Writer, list jsontext.Value, keep func(pair) (pair, bool)) error {
	var all []jsontext.Value
	if err := json.Unmarshal(list, &all, lenient); err != nil {
		return err
	}
	out.WriteByte('[')
	written := 0
	for _, element := range all {
		var p pair
		is := element.Kind() == '{' && json.Unmarshal(element, &p, lenient) == nil
		if is {
			if p, is = keep(p); !is {
				continue
			}
		}
		if written++; written > 1 {
			out.WriteByte(',')
		}
		if !is {
			if err := r.value(out, decoder(bytes.NewReader(element))); err != nil {
				return err
			}
			continue
		}
		out.WriteString(`{"name":`)
		quote(out, p.Name)
		out.WriteString(`,"value":`)
		quote(out, p.Value)
		out.WriteByte('}')
	}
	out.WriteByte(']')
	return nil
}

// header redacts a header. Only three headers stay.
func (r *redactor) header(h pair) (pair, bool) {
	switch strings.ToLower(h.Name) {
	case "content-type":
		return pair{"Content-Type", mediaType(h.Value)}, true
	case "content-encoding":
		return pair{"Content-Encoding", known(h.Value, codings, "x-redacted")}, true
	case "location":
		return pair{"Location", r.url(h.Value)}, true
	}
	return pair{}, false
}

// field redacts a field of a form.
func (r *redactor) field(f pair) (pair, bool) {
	name, value := r.named(f.Name, f.Value)
	return pair{name, value}, true
}

// labelled reports whether a body has the label of base64.
func labelled(body jsontext.Value) bool {
	var b struct {
		Encoding jsontext.Value `json:"encoding"`
	}
	var label string
	return json.Unmarshal(body, &b, lenient) == nil && json.Unmarshal(b.Encoding, &label, lenient) == nil &&
		strings.EqualFold(strings.TrimSpace(label), "base64")
}

// body redacts the text of a body. Plain text may have the label of base64, and base64 may have none.
func (r *redactor) body(text string) string {
	if begun(text) || text == "" {
		return r.document(text)
	}
	plain := strings.NewReplacer("=", "", "-", "+", "_", "/", " ", "", "\n", "", "\r", "", "\t", "").Replace(text)
	decoded, err := base64.RawStdEncoding.DecodeString(plain)
	if err == nil {
		if inner := unpacked(decoded); r.labelled || begun(inner) {
			return base64.StdEncoding.EncodeToString([]byte(r.plain(inner)))
		}
	} else if r.labelled {
		return "!" // no base64 either
	}
	return r.plain(text)
}

const gzipMagic = "\x1f\x8b"

// maxBody bounds a body that is unpacked, as recording bounds it.
const maxBody = 64 << 20

// unpacked returns the text of a body that the recorder kept as gzip, and any other body as it is.
func unpacked(body []byte) string {
	in, err := recording.Unpack(bytes.NewReader(body))
	if err != nil {
		return string(body)
	}
	text, err := io.ReadAll(io.LimitReader(in, maxBody+1))
	if err != nil || len(text) > maxBody {
		return string(body)
	}
	return string(text)
}

// beginnings pairs the beginning of a body with its redacted text, the longer beginnings first.
var beginnings = []struct{ begins, redacted string }{
	{"<!doctype", "<!doctype html>"},
	{"<html", "<html>"},
	{"<?xml", "<?xml ?>"},
	{"<", "<"},
}

// plain redacts the text of a body that is not in base64.
func (r *redactor) plain(text string) string {
	if begun(text) {
		return r.document(text)
	}
	switch {
	case strings.HasPrefix(text, gzipMagic):
		return gzipMagic
	case binary(text):
		return "\x01"
	}
	head := strings.ToLower(strings.TrimSpace(text[:min(len(text), 100)]))
	for _, b := range beginnings {
		if strings.HasPrefix(head, b.begins) {
			return b.redacted
		}
	}
	if part, ok := firstPart(text); ok {
		return "--" + boundary + "\r\nContent-Type: application/json\r\n\r\n" + r.plain(part) + "\r\n--" + boundary + "--\r\n"
	}
	if fields := strings.Split(text, "&"); slices.ContainsFunc(fields, isParameter) {
		for n, field := range fields {
			fields[n] = r.parameter(field)
		}
		return strings.Join(fields, "&")
	}
	return "redacted"
}

// binary reports whether a body begins with bytes that are no text, by the same test as package recording.
func binary(text string) bool {
	head := text[:min(len(text), 32)]
	for utf8.FullRuneInString(head) {
		r, size := utf8.DecodeRuneInString(head)
		if r == utf8.RuneError && size == 1 || r < ' ' && !strings.ContainsRune(space+"\x1b", r) {
			return true
		}
		head = head[size:]
	}
	return false
}

// boundary stands between the parts of a redacted body.
const boundary = "redacted"

// firstPart returns the first part of a multipart text. Its boundary is the first line that begins with two hyphens.
func firstPart(text string) (part string, ok bool) {
	for line := range strings.Lines(text) {
		limit, found := strings.CutPrefix(strings.TrimRight(line, "\r\n\t "), "--")
		if !found || limit == "" {
			continue
		}
		p, err := multipart.NewReader(strings.NewReader(text), limit).NextPart()
		if err != nil {
			return "", false
		}
		body, _ := io.ReadAll(p) // a part that is cut counts as far as it goes
		return string(body), true
	}
	return "", false
}

// begun reports whether a text begins like JSON.
func begun(text string) bool {
	text = strings.TrimLeft(strings.TrimPrefix(text, string(byteOrderMark)), space)
	return text != "" && (text[0] == '{' || text[0] == '[')
}

// document redacts JSON values in a text, as far as they can be read.
func (r *redactor) document(text string) string {
	outside := r.path
	r.path = nil
	defer func() { r.path = outside }()
	var b bytes.Buffer
	out := bufio.NewWriter(&b)
	_ = r.lines(out, bufio.NewReader(strings.NewReader(text))) // a text is read without errors
	_ = out.Flush()
	return strings.TrimRight(b.String(), "\n")
}

// known returns a word of the list as the list spells it, in any case of letters, or else another word.
func known(word string, list []string, otherwise string) string {
	for _, w := range list {
		if strings.EqualFold(w, word) {
			return w
		}
	}
	if word == "" {
		return ""
	}
	return otherwise
}

var codings = []string{"gzip", "br", "deflate", "zstd", "identity"}

// mediaTypes are those that a redacted recording may have.
var mediaTypes = []string{
	"application/json", "application/xml", "application/vnd.microsoft.com.ucwa+json", "application/vnd.microsoft.com.ucwa+xml",
	"application/vnd.microsoft.ucwa+xml", "application/sdp", "application/octet-stream", "application/x-www-form-urlencoded",
	"text/plain", "text/html", "text/xml", "multipart/related", "multipart/alternative", "multipart/mixed", "multipart/batching",
	"x-unknown",
}

// mediaType returns a media type without its parameters, if it is known. A multipart type gets the boundary of redacted
// bodies.
func mediaType(text string) string {
	bare, _, _ := strings.Cut(text, ";")
	kind := known(strings.TrimSpace(bare), mediaTypes, "application/x-redacted")
	if strings.HasPrefix(kind, "multipart/") {
		kind += "; boundary=" + boundary
	}
	return kind
}
