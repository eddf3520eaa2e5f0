package recording

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"iter"
	"math"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
)

// Item is one item of a recording: an event, a request, or an event that the package does not read (PassedOver). An
// item without any of these shows only that the recording reached that time.
type Item struct {
	Place   eventchannel.Place     // not of an event, which has its own
	Time    time.Time              // when the event came, or the request was sent; zero if unknown
	URL     string                 // of the request, or of the request that returned the event; "" in event documents
	Event   *eventchannel.RawEvent // valid until the next item is yielded
	Request *Request

	// PassedOver is the relation, without its prefix, of an event about an invitation of another kind, such as
	// messagingInvitation. It is "batch" for a request that holds several operations, and "" for any other item.
	PassedOver string

	// Resumed is set for a document with a link resume, after which the service numbers its documents from the start: see
	// Channel.Resume of package history.
	Resumed bool
}

// Request is a request of the application, with its answer.
type Request struct {
	Method   string                 // in upper case
	Body     []byte                 // as sent, unpacked; nil if there was none
	Type     string                 // the media type of the body, with its parameters
	Status   int                    // of the answer; zero if there was none
	Foreign  bool                   // the answer is not the service's own: a proxy on the way sent it
	Location string                 // absolute URL of a redirect's target or of a created resource; "" if unknown
	Answered time.Time              // when the answer had come; zero if unknown
	Answer   *codes.Error           // the error body of a refusal; nil if it has none that can be read
	Resource *eventchannel.Resource // the invitation in the answer of a GET
}

// Items yields the items of a recording in the order of the recording, and an error in the place of each part that
// cannot be read; reading continues after it where that is possible. Such an error is an *[eventchannel.Error]. Two
// other errors end the sequence: a *[FormError], yielded alone, for input in another form, and an error of the reader
// in.
//
// Memory does not grow with the input: it is that of the largest event, or of the largest entry of a HAR, with up to
// 1,000 URLs that returned documents.
func Items(in io.Reader) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
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
			r, more := newReader(in), true
			r.PassedOver = func(relation string) { more = more && yield(Item{PassedOver: relation}, nil) }
			r.Resumed = func(d *eventchannel.Document) {
				more = more && yield(Item{Place: d.Place, Resumed: true}, nil)
			}
			for e, err := range r.RawEvents() {
				if array, is := in.(*elements); err != nil && is && array.empty() {
					return // which is no fault
				}
				item := Item{Event: e}
				if e != nil {
					item.Place, _, _ = e.Position()
				}
				if more = more && yield(item, err); !more {
					return
				}
			}
		}
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

// errStopped ends reading because nobody asks for more items.
var errStopped = errors.New("stopped")
