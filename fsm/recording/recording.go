package recording

import (
	"bufio"
	"bytes"
	"io"
	"iter"
	"math"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
)

// Item is one item of a recording: an event, a request, an event or a batch that the package does not read (PassedOver),
// or a resume (Resumed). An item without any of these shows only that the recording reached its Time.
type Item struct {
	// Place is the place of the item. For an event it is the place without the pointer to the event in its document;
	// RawEvent.Place returns the place with that pointer. It is zero for an event that is passed over.
	Place   eventchannel.Place
	Time    time.Time              // when the event came, or the request was sent; zero if unknown
	URL     string                 // of the request, or of the request that brought the event; "" in event documents
	Event   *eventchannel.RawEvent // valid until the next item is yielded
	Request *Request

	// PassedOver is the relation, without its prefix, of an event about an invitation of another kind, such as
	// messagingInvitation. It is "batch" for a request that holds several operations, and "" for any other item.
	PassedOver string

	// Resumed is set for a document that has the link named resume. The service numbers the documents after it from the
	// start: see Channel.Resume of package history.
	Resumed bool
}

// Request is a request of the application, with its answer.
type Request struct {
	Method   string                 // in upper case
	Body     []byte                 // as sent, unpacked; nil if there was none
	Type     string                 // the media type of the body, with its parameters
	Status   int                    // of the answer; zero if there was none
	Foreign  bool                   // a proxy on the way sent the answer, not the service
	Location string                 // absolute URL of a created resource, or of the target of a redirect; "" if unknown
	Answered time.Time              // when the answer had come; zero if unknown
	Answer   *codes.Error           // the error body of a refusal; nil if it has none that can be read
	Resource *eventchannel.Resource // the invitation in the answer of a GET
}

// Items yields the items of a recording in the order of the recording, and an error in the place of each part that
// cannot be read; reading continues after it where that is possible. Such an error is an *[eventchannel.Error]. Two
// other errors end the sequence: a *[FormError], yielded alone, for input in another form, and an error from
// reading the input.
//
// Memory does not grow with the input: it is that of the largest event, or of the largest entry of a HAR, with up to
// 1,000 URLs that carried documents.
func Items(in io.Reader) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		more := true
		give := func(item Item, err error) bool {
			more = more && yield(item, err)
			return more
		}
		read(in, give, func(r *eventchannel.Reader, empty func() bool) {
			for e, err := range r.RawEvents() {
				item := Item{Event: e}
				if e != nil {
					item.Place, _, _ = e.Position()
				}
				if err != nil && empty() || !give(item, err) {
					return
				}
			}
		})
	}
}

// Map yields the results of f for the items and errors that Items yields, in the same order. The result of f may hold
// the event, which is valid until the next result is yielded. Unless the recording is a HAR, the items of events never
// have a Place.
//
// If GOMAXPROCS is more than 1, documents that stand on lines of their own are read ahead: see [eventchannel.Map] for the
// limits of f and of the loop.
func Map[T any](in io.Reader, f func(Item, error) T) iter.Seq[T] {
	return func(yield func(T) bool) {
		more := true
		give := func(t T) bool {
			more = more && yield(t)
			return more
		}
		each := func(item Item, err error) bool { return more && give(f(item, err)) }
		read(in, each, func(r *eventchannel.Reader, empty func() bool) {
			for result := range eventchannel.Map(r, func(e *eventchannel.RawEvent, err error) result[T] {
				return result[T]{f(Item{Event: e}, err), err}
			}) {
				if result.err != nil && empty() || !give(result.of) {
					return
				}
			}
		})
	}
}

// result is a result of f, and the error that f was given.
type result[T any] struct {
	of  T
	err error
}

// read yields the items of a recording. For event documents it leaves the events to a function, which is given a reader of
// them, and a function that reports whether an error is no fault, because the recording is an array without documents. yield may be
// called after it has returned false, and then does nothing.
func read(in io.Reader, yield func(Item, error) bool, events func(r *eventchannel.Reader, empty func() bool)) {
	text, err := Unpack(in)
	if err != nil {
		yield(Item{}, err)
		return
	}
	buffered, skipped, err := skipSpace(text)
	if err != nil {
		yield(Item{}, err)
		return
	}
	begins, err := peek(buffered)
	if len(begins) == 0 && err != nil && err != io.EOF {
		yield(Item{}, err)
		return // otherwise the error comes again, behind the part that could be read
	}
	form, err := recognise(begins)
	switch {
	case err != nil:
		yield(Item{}, err)
	case form == HAR:
		if bytes.HasPrefix(begins, byteOrderMark) {
			_, _ = buffered.Discard(len(byteOrderMark))
			skipped.bytes += int64(len(byteOrderMark))
		}
		newHARReader(buffered, skipped.bytes, yield).read()
	default:
		in := documents(form, io.MultiReader(skipped.reader(), buffered))
		r := newReader(in)
		r.PassedOver = func(relation string) { yield(Item{PassedOver: relation}, nil) }
		r.Resumed = func(d *eventchannel.Document) { yield(Item{Place: d.Place, Resumed: true}, nil) }
		events(r, func() bool {
			array, is := in.(*elements)
			return is && array.none.Load()
		})
	}
}

// newReader reads event documents without a limit on their size, because a recording may be one document of everything
// that ever came.
func newReader(in io.Reader) *eventchannel.Reader {
	r := eventchannel.NewReader(in)
	r.Limits = eventchannel.Limits{Document: math.MaxInt64, Events: math.MaxInt}
	return r
}

// documents returns event documents of a form as eventchannel.Reader reads them.
func documents(f Form, in io.Reader) io.Reader {
	if f == Array {
		return &elements{in: bufio.NewReader(in), blank: true}
	}
	return in
}

// white is the JSON white space that a recording begins with.
type white struct {
	bytes  int64
	indent int64 // bytes behind the last line break
}

// skipSpace passes over the white space in front.
func skipSpace(in io.Reader) (*bufio.Reader, white, error) {
	r := bufio.NewReaderSize(in, beginning)
	var w white
	for {
		c, err := r.ReadByte()
		switch {
		case err == io.EOF:
			return r, w, nil
		case err != nil:
			return r, w, err
		case c == '\n':
			w.bytes, w.indent = w.bytes+1, 0
		case bytes.IndexByte([]byte(space), c) >= 0:
			w.bytes, w.indent = w.bytes+1, w.indent+1
		default:
			return r, w, r.UnreadByte()
		}
	}
}

// reader returns as much white space again, so that places stay true.
func (w white) reader() io.Reader {
	if w.bytes == w.indent {
		return io.LimitReader(blanks{}, w.bytes)
	}
	return io.MultiReader(
		io.LimitReader(blanks{}, w.bytes-w.indent-1), bytes.NewReader([]byte("\n")), io.LimitReader(blanks{}, w.indent),
	)
}

type blanks struct{}

func (blanks) Read(p []byte) (int, error) {
	for n := range p {
		p[n] = ' '
	}
	return len(p), nil
}
