package redact

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"net/textproto"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// lenient are the options with which parts of a recording are read.
var lenient = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// headers redacts the headers of an exchange: all but a few go.
func (r *redactor) headers(out *bufio.Writer, value jsontext.Value) {
	var all []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	_ = json.Unmarshal(value, &all, lenient) // a header that cannot be read goes
	out.WriteByte('[')
	kept := 0
	for _, h := range all {
		var value string
		switch strings.ToLower(h.Name) {
		case "content-type":
			value = mediaType(h.Value)
		case "content-encoding":
			value = known(h.Value, codings, "x-redacted")
		case "location":
			value = r.url(h.Value)
		default:
			continue
		}
		if kept++; kept > 1 {
			out.WriteByte(',')
		}
		out.WriteString(`{"name":`)
		quote(out, textproto.CanonicalMIMEHeaderKey(h.Name))
		out.WriteString(`,"value":`)
		quote(out, value)
		out.WriteByte('}')
	}
	out.WriteByte(']')
}

// wireBody is a body of a HAR. A member that is absent or of another type is nil.
type wireBody struct {
	Size     *float64 `json:"size"`
	Type     *string  `json:"mimeType"`
	Encoding *string  `json:"encoding"`
	Text     *string  `json:"text"`
}

// body redacts a body.
func (r *redactor) body(out *bufio.Writer, value jsontext.Value) {
	var b wireBody
	dec := decoder(bytes.NewReader(value))
	_, _ = dec.ReadToken()
	for dec.PeekKind() == '"' {
		t, _ := dec.ReadToken()
		name := t.String()
		value, err := dec.ReadValue()
		if err != nil {
			break
		}
		switch name {
		case "size":
			_ = json.Unmarshal(value, &b.Size, lenient)
		case "mimeType":
			_ = json.Unmarshal(value, &b.Type, lenient)
		case "encoding":
			_ = json.Unmarshal(value, &b.Encoding, lenient)
		case "text":
			_ = json.Unmarshal(value, &b.Text, lenient)
		}
	}
	n := 0
	member := func(name string) {
		if n++; n > 1 {
			out.WriteByte(',')
		}
		quote(out, name)
		out.WriteByte(':')
	}
	kind, labelled := "", false
	out.WriteByte('{')
	if b.Size != nil {
		member("size")
		size, _ := json.Marshal(*b.Size)
		_, _ = out.Write(size)
	}
	if b.Type != nil {
		kind = *b.Type
	}
	if b.Encoding != nil {
		labelled = strings.EqualFold(strings.TrimSpace(*b.Encoding), "base64")
		member("encoding")
		quote(out, known(strings.TrimSpace(*b.Encoding), []string{"base64"}, "x-redacted"))
	}
	written := mediaType(kind)
	if b.Text != nil {
		text, boundary := r.bodyText(*b.Text, kind, labelled)
		if boundary != "" {
			written += "; boundary=" + boundary
		}
		member("text")
		quote(out, text)
	}
	if b.Type != nil {
		member("mimeType")
		quote(out, written)
	}
	out.WriteByte('}')
}

// boundary stands between the parts of a redacted body.
const boundary = "redacted"

// bodyText redacts the text of a body. Plain text may have the label of base64, and base64 may have none.
func (r *redactor) bodyText(text, kind string, labelled bool) (redacted, parted string) {
	if begun(text) || text == "" {
		return r.document(text), ""
	}
	plain := strings.NewReplacer("=", "", "-", "+", "_", "/", " ", "", "\n", "", "\r", "", "\t", "").Replace(text)
	if decoded, err := base64.RawStdEncoding.DecodeString(plain); err == nil && (labelled || begun(string(decoded))) {
		inner, parted := r.plainText(string(decoded), kind)
		return base64.StdEncoding.EncodeToString([]byte(inner)), parted
	}
	if labelled {
		return "!", "" // no base64 either
	}
	return r.plainText(text, kind)
}

func (r *redactor) plainText(text, kind string) (redacted, parted string) {
	if begun(text) {
		return r.document(text), ""
	}
	if bare, parameters, err := mime.ParseMediaType(kind); err == nil && strings.HasPrefix(bare, "multipart/") {
		parts := multipart.NewReader(strings.NewReader(text), parameters["boundary"])
		if part, err := parts.NextPart(); err == nil {
			first, _ := io.ReadAll(part)
			inner, _ := r.plainText(string(first), "")
			return "--" + boundary + "\r\nContent-Type: application/json\r\n\r\n" + inner + "\r\n--" + boundary + "--\r\n", boundary
		}
	}
	for _, beginning := range []string{"<!doctype html>", "<html>", "<?xml ?>", "\x1f\x8b", "<"} {
		if begin := strings.ToLower(strings.TrimSpace(text)); strings.HasPrefix(begin, beginning[:min(2, len(beginning))]) {
			return beginning, ""
		}
	}
	return "redacted", ""
}

// begun reports whether a text begins like JSON.
func begun(text string) bool {
	text = strings.TrimLeft(strings.TrimPrefix(text, "\ufeff"), " \t\r\n")
	return text != "" && (text[0] == '{' || text[0] == '[')
}

// document redacts JSON values in a text, as far as they can be read.
func (r *redactor) document(text string) string {
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
	"application/vnd.microsoft.ucwa+xml", "application/sdp", "application/octet-stream", "text/plain", "text/html", "text/xml",
	"multipart/related", "multipart/alternative", "multipart/mixed", "multipart/batching", "x-unknown",
}

// mediaType returns a media type without its parameters, if it is known.
func mediaType(text string) string {
	bare, _, _ := strings.Cut(text, ";")
	return known(strings.TrimSpace(bare), mediaTypes, "application/x-redacted")
}
