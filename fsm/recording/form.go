package recording

import (
	"bufio"
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/avinvite/avinvite/codes/enum"
	"github.com/avinvite/avinvite/transitions"
)

// Form is the form of a recording.
type Form uint8

// The forms. Their texts are lines, array and har.
const (
	Lines Form = 1 // event documents in sequence; a Writer writes one per line
	Array Form = 2 // a JSON array of event documents; Items also reads several arrays in sequence
	HAR   Form = 3 // HTTP Archive 1.2
)

var forms = enum.Names[Form]{Type: "Form", Noun: "form of a recording", Texts: []string{Lines: "lines", Array: "array", HAR: "har"}}

// String returns the text of the form, or "Form(n)" for a value that is no form.
func (f Form) String() string { return forms.String(f) }

// MarshalText returns the text of the form; a value that is no form is an error.
func (f Form) MarshalText() ([]byte, error) { return forms.Marshal(f) }

// UnmarshalText reads a text that MarshalText writes; any other text is an error.
func (f *Form) UnmarshalText(text []byte) error { return forms.Unmarshal(f, text) }

// FormError reports input that is no recording.
type FormError struct {
	Is string // the form of the input, in words
	Do string // the instruction to make a recording of it; "" if unknown
}

// Error returns the form of the input, the instruction Do, and the forms that Items reads.
func (e *FormError) Error() string { return "recording: " + e.Text() }

// Text returns the text of Error without the name of the package.
func (e *FormError) Text() string {
	text := e.Is
	if e.Do != "" {
		text += ": " + e.Do
	}
	return text + "; neither an event document, nor an array of them, nor a HAR, nor gzip of one"
}

// beginning is how many bytes of a recording are looked at to recognise its form.
const beginning = 1 << 16

var byteOrderMark = []byte("\uFEFF")

// space is the white space of JSON.
const space = " \t\r\n"

// format is a format that is no recording, known by the bytes that it begins with.
type format struct{ begins, is, do string }

// unpackBy and convertBy return instructions to run a command, whose output is a recording.
func unpackBy(program string) string  { return "unpack it, as by " + program + " FILE" }
func convertBy(command string) string { return "convert it, as by " + command }

// utf8From is the instruction to convert a text in another encoding.
func utf8From(encoding string) string { return convertBy("iconv -f " + encoding + " -t UTF-8 FILE") }

var formats = []format{
	{"\xff\xfe\x00\x00", "UTF-32 text", utf8From("UTF-32")},
	{"\x00\x00\xfe\xff", "UTF-32 text", utf8From("UTF-32")},
	{"\x1e", "a JSON text sequence (RFC 7464)", convertBy("tr -d '\\036' < FILE")},
	{"\xff\xfe", "UTF-16 text", utf8From("UTF-16")},
	{"\xfe\xff", "UTF-16 text", utf8From("UTF-16")},
	{"<?xml", "XML", "want the event channel's JSON form, which a client gets that accepts application/json"},
	{"<", "a page or XML", "want the event channel's JSON form"},
	{"%PDF-", "a PDF", ""},
	{gzipMagic, "compressed by gzip more than once", unpackBy("gzip -dc")},
	{"PK\x03\x04", "a zip archive", unpackBy("unzip -p")},
	{"\x28\xb5\x2f\xfd", "compressed by zstd", unpackBy("zstd -dc")},
	{"\x04\x22\x4d\x18", "compressed by lz4", unpackBy("lz4 -dc")},
	{"BZh", "compressed by bzip2", unpackBy("bzip2 -dc")},
	{"\xfd7zXZ", "compressed by xz", unpackBy("xz -dc")},
	{"LZIP", "compressed by lzip", unpackBy("lzip -dc")},
	{"\x1f\x9d", "compressed by compress", unpackBy("gzip -dc")},
	{"\x78\x01", "compressed by zlib", unpackBy("pigz -dc")},
	{"\x78\x5e", "compressed by zlib", unpackBy("pigz -dc")},
	{"\x78\x9c", "compressed by zlib", unpackBy("pigz -dc")},
	{"\x78\xda", "compressed by zlib", unpackBy("pigz -dc")},
	{"7z\xbc\xaf\x27\x1c", "a 7z archive", unpackBy("7z x -so")},
	{"Rar!", "a RAR archive", unpackBy("unrar p -inul")},
	{"\x0a\x0d\x0d\x0a", "a capture of packets", "want the HTTP traffic, as a proxy exports it to a HAR"},
	{"\xd4\xc3\xb2\xa1", "a capture of packets", "want the HTTP traffic, as a proxy exports it to a HAR"},
	{"\xa1\xb2\xc3\xd4", "a capture of packets", "want the HTTP traffic, as a proxy exports it to a HAR"},
}

// other returns the format that a text which is no recording begins like, and false if none is known.
func other(text []byte) (format, bool) {
	n := slices.IndexFunc(formats, func(f format) bool { return bytes.HasPrefix(text, []byte(f.begins)) })
	if n >= 0 {
		return formats[n], true
	}
	head := text[:min(len(text), 32)]
	switch {
	case len(text) > 262 && string(text[257:262]) == "ustar":
		return format{is: "a tar archive", do: unpackBy("tar -xOf")}, true
	case bytes.IndexByte(head[:min(len(head), 2)], 0) >= 0:
		return format{is: "UTF-16 or binary, want UTF-8", do: utf8From("UTF-16")}, true
	case binary(head):
		return format{is: "binary data, which may be compressed by brotli", do: unpackBy("brotli -dc")}, true
	}
	return format{}, false
}

// binary reports whether the beginning of a text is not text.
func binary(head []byte) bool {
	for utf8.FullRune(head) { // a character may be cut at the end
		r, size := utf8.DecodeRune(head)
		if r == utf8.RuneError && size == 1 || r < ' ' && !strings.ContainsRune(space, r) && r != '\x1b' {
			return true
		}
		head = head[size:]
	}
	return false
}

// begun reports whether a text begins like a JSON object or array.
func begun(text []byte) bool {
	text = bytes.TrimLeft(bytes.TrimPrefix(text, byteOrderMark), space)
	return len(text) > 0 && (text[0] == '{' || text[0] == '[')
}

// recognise tells the form of a recording by the names of its first objects' members. A broken recording is left to the
// reader of documents, which says where the fault is.
func recognise(begins []byte) (Form, error) {
	text := bytes.TrimLeft(bytes.TrimPrefix(begins, byteOrderMark), space)
	if len(text) == 0 {
		return 0, &FormError{Is: "empty input"}
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	before, _, braces := bytes.Cut(line, []byte("{"))
	if text[0] == '{' || text[0] == '[' && !prefixed(before, braces) {
		if len(text) > 1 && text[1] == 0 {
			f, _ := other(text)
			return 0, &FormError{f.is, f.do}
		}
		return members(text)
	}
	if f, known := other(begins); known && len(text) == len(begins) {
		return 0, &FormError{f.is, f.do}
	}
	if f, known := other(text); known {
		return 0, &FormError{f.is, f.do}
	}
	if n := bytes.Index(text, []byte("\n{")); n >= 0 && !braces {
		return members(text[n:])
	}
	if braces {
		return 0, &FormError{
			fmt.Sprintf("a line with %.40q before the brace, want the document alone", before),
			convertBy("sed 's/^[^{]*//' FILE"),
		}
	}
	return 0, &FormError{Is: fmt.Sprintf("begins with %.20q", text)}
}

// peek returns the beginning of a recording. It waits for no more than an event document, because a pipe may bring one
// now and the next one much later.
func peek(in *bufio.Reader) ([]byte, error) {
	for wanted := 1; ; wanted = in.Buffered() + 1 {
		begins, err := in.Peek(min(wanted, beginning))
		if err != nil || len(begins) == beginning {
			return begins, err
		}
		begins, _ = in.Peek(in.Buffered())
		if last := begins[len(begins)-1]; last != '}' && last != '\n' {
			continue
		}
		text := bytes.TrimLeft(bytes.TrimPrefix(begins, byteOrderMark), space)
		d := jsontext.NewDecoder(bytes.NewReader(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
		if d.PeekKind() == '[' {
			_, _ = d.ReadToken()
		}
		if d.PeekKind() != '{' {
			continue
		}
		if o, whole := look(d); whole && o.document() && o.has("log") == 0 {
			return begins, nil
		}
	}
}

// prefixed reports whether a line that begins with a bracket is no array but, as lines of a log, has a time or a level
// in brackets before the brace.
func prefixed(before []byte, braces bool) bool { return braces && bytes.IndexByte(before, ']') >= 0 }

// members recognises text that begins with objects, or with an array of them.
func members(text []byte) (Form, error) {
	d := jsontext.NewDecoder(bytes.NewReader(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	form, first := Lines, FormError{}
	if d.PeekKind() == '[' {
		form = Array
		_, _ = d.ReadToken()
	}
	if kind := d.PeekKind(); kind != '{' && kind != 0 && kind != ']' {
		return 0, &FormError{Is: "an array that does not begin with an object"}
	}
	for n := 0; d.PeekKind() == '{'; n++ {
		begin := d.InputOffset()
		o, whole := look(d)
		switch {
		case o.has("log") == '{' && form == Lines && n == 0:
			return HAR, nil
		case o.document(), !whole && (o.has("_links") != 0 || n == 0 && len(text) < beginning/2):
			return form, nil
		case n == 0:
			first = o.describe(bytes.TrimLeft(text[begin:], ","+space), form)
		}
		if !whole {
			break
		}
	}
	if first == (FormError{}) {
		return form, nil
	}
	return 0, &first
}

// object is the members of an object: the kinds of their values by name.
type object struct {
	names []string
	kinds []jsontext.Kind
	rel   string // the value of the member rel
}

// look reads an object, and reports whether it has been read to its end.
func look(d *jsontext.Decoder) (o object, whole bool) {
	_, _ = d.ReadToken()
	for d.PeekKind() == '"' {
		name, err := d.ReadToken()
		if err != nil {
			return o, false
		}
		o.names, o.kinds = append(o.names, name.String()), append(o.kinds, d.PeekKind())
		value, err := d.ReadValue()
		if err != nil {
			return o, false
		}
		if o.names[len(o.names)-1] == "rel" && value.Kind() == '"' {
			rel, _ := jsontext.AppendUnquote(nil, value)
			o.rel = string(rel)
		}
	}
	_, err := d.ReadToken()
	return o, err == nil
}

// has returns the kind of the member's value, zero if there is no such member.
func (o object) has(name string) jsontext.Kind {
	if n := slices.Index(o.names, name); n >= 0 {
		return o.kinds[n]
	}
	return 0
}

// document reports whether the object is an event document: an idle answer has links alone, a heartbeat no events.
func (o object) document() bool {
	return o.has("sender") != 0 || len(o.names) > 0 && o.other() == ""
}

// other returns a member that no event document has; "" if there is none.
func (o object) other() string {
	for _, name := range o.names {
		if name != "sender" && name != "_links" && name != "baseuri" {
			return name
		}
	}
	return ""
}

// describe returns the error of an object that is no event document.
func (o object) describe(text []byte, form Form) FormError {
	each := ""
	if form == Array {
		each = ".[]|"
	}
	jq := func(options, program string) string {
		return convertBy(strings.TrimSpace("jq "+options) + " '" + each + program + "' FILE")
	}
	path, kind := nested(text)
	switch {
	case o.has("log") == '"' && kind != '{':
		return FormError{"lines as docker's json-file driver writes them", jq("-r", ".log")}
	case o.has("link") == '{' && o.has("type") == '"':
		return FormError{"an event alone, without its document", jq("-c", "{sender:[{events:[.]}]}")}
	case o.has("events") == '[':
		return FormError{"a sender alone, without its document", jq("-c", "{sender:[.]}")}
	case transitions.TrimRelPrefix(o.rel) == "audioVideoInvitation", o.rel == "" && o.has("state") == '"' && o.has("direction") == '"':
		return FormError{
			"an invitation alone, which tells no event",
			jq("-c", `{sender:[{events:[{link:{rel:"`+transitions.RelInvitation+`",href:._links.self.href},type:"updated",`+
				`_embedded:{"`+transitions.RelInvitation+`":.}}]}]}`),
		}
	case o.has("startedDateTime") == '"':
		return FormError{"the entries of a HAR alone", convertBy("jq -s '{log:{entries:flatten}}' FILE")}
	case o.has("entries") == '[':
		return FormError{"the log of a HAR alone", jq("", "{log:.}")}
	case kind == '{':
		return FormError{"objects that wrap a document", jq("-c", path)}
	case kind == '"':
		return FormError{"objects that hold a document as text", jq("-r", path)}
	}
	switch {
	case len(o.names) == 0:
		return FormError{Is: "an empty object"}
	case o.rel != "":
		return FormError{Is: fmt.Sprintf("the resource %.60q alone, which tells no event", o.rel)}
	case o.has("code") == '"' && (o.has("message") != 0 || o.has("subcode") != 0):
		return FormError{Is: "an error body alone, which tells no event"}
	}
	var names []string
	for _, name := range o.names[:min(len(o.names), 5)] {
		names = append(names, fmt.Sprintf("%.20q", name))
	}
	return FormError{Is: fmt.Sprintf("an object with the members [%s], not sender, _links or log", strings.Join(names, " "))}
}

// nested finds an event document or a HAR within an object, or in a text in it: the path to it as jq writes paths, and
// the kind of value there; zero if there is none.
func nested(text []byte) (path string, kind jsontext.Kind) {
	d := jsontext.NewDecoder(bytes.NewReader(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	for {
		token, err := d.ReadToken()
		if err != nil {
			return "", 0
		}
		depth := d.StackDepth()
		if depth == 0 {
			return "", 0
		}
		if token.Kind() != '"' || depth > 8 {
			continue
		}
		in, length := d.StackIndex(depth)
		switch {
		case in == '{' && length%2 == 1: // a name
			name := token.String()
			if up := d.StackPointer(); depth > 1 && (name == "sender" && d.PeekKind() == '[' || name == "log" && d.PeekKind() == '{') {
				return jqPath(up, depth-1), '{'
			}
		case strings.Contains(token.String(), `"sender"`) && begun([]byte(token.String())):
			return jqPath(d.StackPointer(), depth), '"'
		}
	}
}

// jqPath writes the first tokens of a pointer as jq writes paths.
func jqPath(pointer jsontext.Pointer, tokens int) string {
	var path strings.Builder
	for token := range pointer.Tokens() {
		if tokens--; tokens < 0 {
			break
		}
		switch {
		case strings.Trim(token, "0123456789") == "":
			path.WriteString("[]")
		case strings.Trim(token, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == "":
			path.WriteString("." + token)
		default:
			fmt.Fprintf(&path, ".[%q]", strings.ReplaceAll(token, "'", `\u0027`))
		}
	}
	return path.String()
}
