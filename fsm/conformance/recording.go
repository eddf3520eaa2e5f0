package conformance

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/avinvite/avinvite/fsm/eventchannel"
)

// Check reads a recording to its end and answers a verdict per invitation, in the order of their first events. What
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

// Read takes all that a recording tells of. A recording is one event document, or several one after the other, for
// example one per line, as a client polled them or a webhook was given them; or a HAR 1.2 file, as browsers and
// proxies export it, of the event channel's answers and the application's requests. Either may be compressed by
// gzip. The kind is told by the first bytes.
//
// Reading goes on after what cannot be read where that is possible; the error joins all that was wrong. Event
// documents are read as they come and forgotten. The invitation events and operations of a HAR are held until its
// end, since they are judged in the order of their times.
func (c *Checker) Read(r io.Reader) error {
	in := bufio.NewReaderSize(r, 1<<16)
	if magic, _ := in.Peek(2); string(magic) == "\x1f\x8b" {
		z, err := gzip.NewReader(in)
		if err != nil {
			return fmt.Errorf("conformance: begins like gzip: %w", err)
		}
		in = bufio.NewReaderSize(z, 1<<16)
	}
	beginning, err := in.Peek(1 << 16)
	if len(beginning) == 0 && err != nil && err != io.EOF {
		return err // otherwise it comes again, behind what could be read
	}
	switch kind, err := recognise(beginning); {
	case err != nil:
		return err
	case kind == kindHAR:
		return c.readHAR(in)
	}
	var unread []error
	for e, err := range eventchannel.NewReader(in).Events() {
		if err != nil {
			unread = append(unread, err)
			continue
		}
		c.Add(e, time.Time{})
	}
	return errors.Join(unread...)
}

type kind int

const (
	kindDocuments kind = iota
	kindHAR
)

// recognise tells a recording by the names of its first object's members. What is no object, or broken, is left to the
// reader of documents, which says where the fault is; what is an object of another kind is an error here.
func recognise(beginning []byte) (kind, error) {
	beginning = bytes.TrimPrefix(beginning, []byte("\uFEFF"))
	if text := bytes.TrimSpace(beginning); len(text) > 0 && text[0] != '{' && !bytes.Contains(text, []byte("\n{")) {
		return 0, fmt.Errorf("conformance: begins with %.20q, want { of an event document or a HAR, or gzip of one", text)
	}
	d := jsontext.NewDecoder(bytes.NewReader(beginning), jsontext.AllowDuplicateNames(true))
	if t, err := d.ReadToken(); err != nil || t.Kind() != '{' {
		return kindDocuments, nil
	}
	var names []string
	for {
		t, err := d.ReadToken()
		if err != nil {
			return kindDocuments, nil
		}
		if t.Kind() == '}' {
			break
		}
		switch name := t.String(); name {
		case "log":
			return kindHAR, nil
		case "sender", "_links", "baseuri":
			return kindDocuments, nil
		default:
			names = append(names, fmt.Sprintf("%.20q", name))
		}
		if err := d.SkipValue(); err != nil {
			return kindDocuments, nil
		}
	}
	return 0, fmt.Errorf("conformance: an object with the members %s: neither an event document (sender, _links) nor a HAR (log)",
		"["+strings.Join(names[:min(len(names), 5)], " ")+"]")
}
