package conformance

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/avinvite/avinvite/fsm/eventchannel"
)

// Check reads a recording to its end and returns a verdict per invitation, in the order of their first events. What
// could not be read is in the error; the verdicts are of all the rest. See [Checker.Read].
func Check(r io.Reader) ([]Verdict, error) {
	var c Checker
	err := c.Read(r)
	var verdicts []Verdict
	for v := range c.Verdicts() {
		verdicts = append(verdicts, v)
	}
	return verdicts, err
}

// Read takes all that a recording tells of. A recording is one of these, as it is or compressed by gzip, and is told by
// how it begins:
//
//   - event documents, as a client polled them or a webhook was given them: one, several one after the other, for
//     example one per line, or a JSON array of them;
//   - a HAR 1.2 file, as browsers and proxies export it: of the event channel's answers, or a webhook's requests, and
//     of the application's requests for operations.
//
// Reading goes on after what cannot be read where that is possible, and all that can be read is judged. The error
// joins the first hundred things that were wrong, each an *[eventchannel.Error] with its place, and counts the
// others. Event documents are read as they come and forgotten. The events and operations of a HAR are judged in the
// order of their times, for which its entries may be out of order by up to ten minutes.
func (c *Checker) Read(r io.Reader) error {
	in := bufio.NewReaderSize(r, beginning)
	if magic, _ := in.Peek(2); string(magic) == gzipMagic {
		z, err := gzip.NewReader(in)
		if err != nil {
			return fmt.Errorf("conformance: begins like gzip: %w", err)
		}
		in = bufio.NewReaderSize(&zipped{z}, beginning)
	}
	begins, err := in.Peek(beginning)
	if len(begins) == 0 && err != nil && err != io.EOF {
		return err // otherwise it comes again, behind what could be read
	}
	kind, err := recognise(begins)
	switch {
	case err != nil:
		return err
	case kind == kindHAR:
		skipped := 0
		if bytes.HasPrefix(begins, byteOrderMark) {
			skipped, _ = in.Discard(len(byteOrderMark))
		}
		return c.readHAR(in, int64(skipped))
	}
	var unread unread
	for e, err := range newReader(documents(kind, in)).Events() {
		if err != nil {
			unread.add(err)
			continue
		}
		c.Add(e, time.Time{})
	}
	return unread.join()
}

// unread is what is wrong with a recording: the first of it, and how much more there was.
type unread struct {
	errs []error
	more int
}

// maxErrors is how much of what could not be read an error tells of.
const maxErrors = 100

func (u *unread) add(err error) {
	if len(u.errs) < maxErrors {
		u.errs = append(u.errs, err)
	} else {
		u.more++
	}
}

func (u *unread) join() error {
	if u.more > 0 {
		return errors.Join(append(u.errs, fmt.Errorf("conformance: %d more that cannot be read", u.more))...)
	}
	return errors.Join(u.errs...)
}

// gzipMagic is how gzip's data begin: RFC 1952.
const gzipMagic = "\x1f\x8b"

var byteOrderMark = []byte("\uFEFF")

// space is JSON's white space.
const space = " \t\r\n"

// newReader reads event documents, which in a recording may be one of everything that ever came.
func newReader(in io.Reader) *eventchannel.Reader {
	r := eventchannel.NewReader(in)
	r.Limits = eventchannel.Limits{Document: math.MaxInt64, Events: math.MaxInt}
	return r
}

// documents is event documents of a kind as a reader reads them.
func documents(k kind, in io.Reader) io.Reader {
	if k == kindArray {
		return &elements{in: bufio.NewReader(in), blank: true}
	}
	return in
}

// beginning is how much of a recording is looked at to tell its kind.
const beginning = 1 << 16

type kind int

const (
	kindDocuments kind = iota + 1
	kindArray          // of documents
	kindHAR
)

// others is what people have at hand that is no recording, by how it begins: what it is, and what to do about it.
var others = []struct{ begins, is string }{
	{"\xff\xfe", "UTF-16 text: want UTF-8"},
	{"\xfe\xff", "UTF-16 text: want UTF-8"},
	{"<?xml", "XML: want the event channel's JSON form, which a client gets that accepts application/json"},
	{"<", "a page or XML: want the event channel's JSON form"},
	{"%PDF-", "a PDF"},
	{gzipMagic, "compressed by gzip more than once: unpack it"},
	{"PK\x03\x04", "a zip archive: unpack it"},
	{"\x28\xb5\x2f\xfd", "compressed by zstd: of the compressed forms, only gzip is read"},
	{"BZh", "compressed by bzip2: of the compressed forms, only gzip is read"},
	{"\xfd7zXZ", "compressed by xz: of the compressed forms, only gzip is read"},
}

// recognise tells a recording by the names of its first objects' members. What is broken is left to the reader of
// documents, which says where the fault is; what is something else is an error that names what it is not.
func recognise(begins []byte) (kind, error) {
	text := bytes.TrimLeft(bytes.TrimPrefix(begins, byteOrderMark), space)
	for _, other := range others {
		if bytes.HasPrefix(text, []byte(other.begins)) {
			return 0, fmt.Errorf("conformance: %s; %s", other.is, tried)
		}
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	before, _, braces := bytes.Cut(line, []byte("{"))
	switch {
	case len(text) == 0:
		return 0, errors.New("conformance: empty input: " + tried)
	case bytes.IndexByte(text[:min(len(text), 4)], 0) >= 0:
		return 0, errors.New("conformance: UTF-16 or binary, want UTF-8; " + tried)
	case text[0] == '{' || text[0] == '[':
		return members(text)
	case bytes.Contains(text, []byte("\n{")):
		return members(text[bytes.Index(text, []byte("\n{")):])
	case braces:
		return 0, fmt.Errorf("conformance: a line with %.40q before the brace, want the document alone; %s", before, tried)
	}
	return 0, fmt.Errorf("conformance: begins with %.20q: %s", text, tried)
}

const tried = "neither an event document, nor an array of them, nor a HAR, nor gzip of one"

// members tells a recording that begins with objects, or with an array of them, by the first that has a member of one.
func members(text []byte) (kind, error) {
	d := jsontext.NewDecoder(bytes.NewReader(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	is := kindDocuments
	if d.PeekKind() == '[' {
		is = kindArray
		_, _ = d.ReadToken()
	}
	if kind := d.PeekKind(); kind != '{' && kind != 0 {
		return 0, fmt.Errorf("conformance: an array that does not begin with an object: %s", tried)
	}
	var first []string
	n := 0
	for ; d.PeekKind() == '{'; n++ {
		_, _ = d.ReadToken()
		for d.PeekKind() == '"' {
			name, _ := d.ReadToken()
			switch name := name.String(); {
			case name == "log" && is == kindDocuments && n == 0:
				return kindHAR, nil
			case name == "sender", name == "_links", name == "baseuri":
				return is, nil
			case n == 0:
				first = append(first, fmt.Sprintf("%.20q", name))
			}
			if d.SkipValue() != nil {
				break
			}
		}
		if _, err := d.ReadToken(); err != nil {
			if n == 0 {
				return is, nil
			}
			break
		}
	}
	if n == 0 {
		return is, nil
	}
	return 0, fmt.Errorf("conformance: an object with the members [%s], not sender, _links or log: %s",
		strings.Join(first[:min(len(first), 5)], " "), tried)
}

// zipped says of gzip's errors what they are about. Several members one after the other are one text.
type zipped struct{ *gzip.Reader }

func (z *zipped) Read(p []byte) (int, error) {
	n, err := z.Reader.Read(p)
	switch {
	case err == nil || err == io.EOF:
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = errors.New("the gzip data are cut short")
	case errors.Is(err, gzip.ErrHeader):
		err = errors.New("behind the gzip data comes something that is not gzip")
	}
	return n, err
}

// elements reads a JSON array of documents as documents one after the other, each in a line of its own: the brackets
// and the commas between them become white space, so that places stay true.
//
// What is broken may have too few or too many brackets. So an element also ends at a line that begins as only another
// one does, and the array with the bracket that nothing follows.
type elements struct {
	in      *bufio.Reader
	depth   int
	quoted  bool
	escaped bool

	blank  bool // nothing but blanks so far in the line
	column int  // how many there are before its text
	indent int  // that of the line in which the first element begins, counted from 1; zero before it
}

func (e *elements) Read(p []byte) (int, error) {
	n, err := e.in.Read(p)
	for i, b := range p[:n] {
		if e.blank {
			switch b {
			case ' ', '\t', '\r':
				e.column++
			case '{', ',', ']':
				if e.depth != 1 && e.column < e.indent && e.begins(p[i:n]) {
					e.depth = 1
				}
				fallthrough
			default:
				e.blank = false
			}
		}
		switch {
		case b == '\n': // never within a string; one that is not closed shall cost its line only
			e.quoted, e.escaped, e.blank, e.column = false, false, true, 0
		case e.escaped:
			e.escaped = false
		case e.quoted:
			e.escaped = b == '\\'
			e.quoted = b != '"'
		case b == '"':
			e.quoted = true
		case b == '{' || b == '[':
			e.depth++
			switch {
			case e.indent > 0:
			case e.depth == 1:
				p[i] = ' '
			default:
				e.indent = e.column + 1
			}
		case b == '}' || b == ']':
			if e.depth--; e.depth == 0 {
				p[i] = ' '
			}
		case b == ',' && e.depth == 1:
			p[i] = '\n'
		}
	}
	if err == io.EOF && e.depth > 0 {
		err = fmt.Errorf("%w, want the end of the array", io.ErrUnexpectedEOF)
	}
	return n, err
}

// begins says whether a line that is indented like the elements begins one, or ends the array. If elements are not
// indented, what they hold may not be either, so that it takes the name of a member to tell.
func (e *elements) begins(line []byte) bool {
	const enough = 32
	if len(line) < enough {
		more, _ := e.in.Peek(enough - len(line))
		line = slices.Concat(line, more)
	}
	line = bytes.TrimSpace(bytes.TrimPrefix(line, []byte(",")))
	if string(line) == "]" {
		return true
	}
	inside, object := bytes.CutPrefix(line, []byte("{"))
	name, _, _ := bytes.Cut(bytes.TrimSpace(inside), []byte(":"))
	switch string(name) {
	case `"sender"`, `"_links"`, `"baseuri"`:
		return object
	}
	return object && e.indent > 1
}
