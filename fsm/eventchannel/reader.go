package eventchannel

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// Place is where in the input something stands.
type Place struct {
	Document int    `json:"document"` // counted from 1
	Offset   int64  `json:"offset"`   // in bytes, from the start of the input
	Pointer  string `json:"pointer"`  // a JSON pointer into the document
}

func (p Place) String() string {
	return fmt.Sprintf("document %d, byte %d, %s", p.Document, p.Offset, p.Pointer)
}

// Error is an input that cannot be read, or an event in it.
type Error struct {
	Place Place
	Err   error // what was wrong and what was expected
}

func (e *Error) Error() string { return "eventchannel: " + e.Place.String() + ": " + e.Err.Error() }

func (e *Error) Unwrap() error { return e.Err }

// Event is one event about an invitation, as it was read.
type Event struct {
	Place      Place
	Type       transitions.EventType
	Rel        string       // of the link, with its prefix
	Href       string       // of the link, resolved against the document's baseuri if there is one
	Status     string       // "" when absent
	Invitation *Resource    // nil when nothing is embedded
	Reason     *codes.Error // nil when absent

	base string // the document's baseuri, "" when absent
}

// Key identifies the invitation: its href without the query, which differs between events about one resource,
// or its operationId where an event has no href.
func (e *Event) Key() string {
	if href := Identity(e.Href); href != "" {
		return href
	}
	if e.Invitation != nil {
		return e.Invitation.OperationID
	}
	return ""
}

// Reader reads a stream of event documents: one, or several after each other with or without white space
// between, for example one per line. A byte-order mark at the start is passed over.
type Reader struct {
	in  *bufio.Reader
	dec *jsontext.Decoder

	skipped  int64 // bytes before the decoder's first
	document int
}

// NewReader returns a reader of r.
func NewReader(r io.Reader) *Reader { return &Reader{in: bufio.NewReaderSize(r, 1<<16)} }

// Events yields the events about audio/video invitations in their order. An event that is not what an event must be
// yields an *[Error] in its place and the rest is read; a document that is not JSON, has a member twice or is not UTF-8
// yields the events before the fault, then an *[Error], and ends the stream. Memory is that of the largest document's
// invitation events, whatever the length of the stream.
func (r *Reader) Events() iter.Seq2[*Event, error] {
	return func(yield func(*Event, error) bool) {
		if r.dec == nil {
			if mark, _ := r.in.Peek(3); string(mark) == "\uFEFF" {
				_, _ = r.in.Discard(3)
				r.skipped = 3
			}
			r.dec = jsontext.NewDecoder(r.in)
		}
		for {
			kind := r.dec.PeekKind()
			r.document++
			items, err := r.read(kind)
			for _, it := range items {
				if !yield(it.event, it.err) {
					return
				}
			}
			if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
				if r.document == 1 {
					yield(nil, &Error{r.place(r.dec.InputOffset()), errors.New("empty input, want an event document")})
				}
				return
			}
			if err != nil {
				yield(nil, r.fault(err))
				return
			}
		}
	}
}

// item is what Events yields.
type item struct {
	event *Event
	err   error
}

func (r *Reader) place(offset int64) Place {
	return Place{r.document, r.skipped + offset, string(r.dec.StackPointer())}
}

func (r *Reader) fault(err error) error {
	p := r.place(r.dec.InputOffset())
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		p.Offset, p.Pointer = r.skipped+syntax.ByteOffset, string(syntax.JSONPointer)
		err = syntax.Err
	}
	return &Error{p, err}
}

// read reads one document. The events are resolved only at its end, since baseuri may come after them.
func (r *Reader) read(kind jsontext.Kind) (items []item, err error) {
	if kind == 0 {
		_, err := r.dec.ReadToken()
		return nil, err
	}
	if kind != '{' {
		return nil, fmt.Errorf("the document is a JSON %v, want an object", kind)
	}
	base := ""
	defer func() {
		for _, it := range items {
			if it.event != nil {
				it.event.base = base
				it.event.Href = it.event.Resolve(it.event.Href)
			}
		}
	}()
	err = r.object(func(name string) error {
		switch name {
		case "baseuri":
			return r.value(&base, "a string")
		case "sender":
			return r.array(func() error {
				return r.object(func(name string) error {
					if name != "events" {
						return r.dec.SkipValue()
					}
					return r.array(func() error {
						it, err := r.event()
						if it != (item{}) {
							items = append(items, it)
						}
						return err
					})
				})
			})
		}
		return r.dec.SkipValue()
	})
	return items, err
}

func (r *Reader) object(member func(name string) error) error {
	return r.composite('{', "an object", func() error {
		name, err := r.dec.ReadToken()
		if err != nil {
			return err
		}
		return member(name.String())
	})
}

func (r *Reader) array(element func() error) error { return r.composite('[', "an array", element) }

func (r *Reader) composite(open jsontext.Kind, want string, part func() error) error {
	if kind := r.dec.PeekKind(); kind != open && kind != 0 {
		return fmt.Errorf("a JSON %v, want %s", kind, want)
	}
	if _, err := r.dec.ReadToken(); err != nil {
		return unexpected(err)
	}
	for {
		switch r.dec.PeekKind() {
		case '}', ']':
			_, err := r.dec.ReadToken()
			return err
		}
		if err := part(); err != nil {
			return unexpected(err)
		}
	}
}

// unexpected keeps the end of the input within a document apart from the end between two.
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (r *Reader) value(to any, want string) error {
	v, err := r.dec.ReadValue()
	if err != nil {
		return err
	}
	if err := json.Unmarshal(v, to); err != nil {
		return fmt.Errorf("a JSON %v, want %s", v.Kind(), want)
	}
	return nil
}

// wireEvent is the parts of an event that matter here.
type wireEvent struct {
	Link struct {
		Rel  string `json:"rel"`
		Href string `json:"href"`
	} `json:"link"`
	Type     string                    `json:"type"`
	Status   string                    `json:"status"`
	Embedded map[string]jsontext.Value `json:"_embedded"`
	Reason   *codes.Error              `json:"reason"`
}

// invitation says whether rel is that of an audio/video invitation.
func invitation(rel string) bool { return Relation(rel) == "audioVideoInvitation" }

// event reads one event. The zero item is an event about something else.
func (r *Reader) event() (item, error) {
	raw, err := r.dec.ReadValue()
	if err != nil {
		return item{}, err
	}
	place := r.place(r.dec.InputOffset() - int64(len(raw)))
	var w wireEvent
	if err := json.Unmarshal(raw, &w); err != nil {
		// What is wrong with an event about something else is not our business.
		var only struct {
			Link struct {
				Rel string `json:"rel"`
			} `json:"link"`
		}
		if json.Unmarshal(raw, &only) == nil && !invitation(only.Link.Rel) {
			return item{}, nil
		}
		return item{err: semantic(place, "", err)}, nil
	}
	if !invitation(w.Link.Rel) {
		return item{}, nil
	}
	e := &Event{Place: place, Rel: w.Link.Rel, Href: w.Link.Href, Status: w.Status, Reason: w.Reason}
	if err := e.Type.UnmarshalText([]byte(w.Type)); err != nil {
		place.Pointer += "/type"
		return item{err: &Error{place, fmt.Errorf("the type is %q, want started, updated or completed", w.Type)}}, nil
	}
	for rel, value := range w.Embedded {
		if !invitation(rel) {
			continue
		}
		within := place
		within.Pointer += "/_embedded/" + rel
		if e.Invitation, err = parseResource(value, within); err != nil {
			return item{err: err}, nil
		}
	}
	if e.Key() == "" {
		return item{err: &Error{place, errors.New("neither link.href nor an embedded operationId, want one to tell which invitation this is")}}, nil
	}
	return item{event: e}, nil
}

// semantic places what Unmarshal found wrong within the event.
func semantic(place Place, within string, err error) error {
	place.Pointer += within
	var s *json.SemanticError
	if errors.As(err, &s) {
		place.Offset += s.ByteOffset
		place.Pointer += string(s.JSONPointer)
		want := "another type"
		if s.GoType != nil {
			want = map[string]string{"string": "a string", "struct": "an object", "map": "an object"}[s.GoType.Kind().String()]
		}
		err = fmt.Errorf("a JSON %v, want %s", s.JSONKind, want)
	}
	return &Error{place, err}
}
