package recording

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// Writer writes a recording in one of the forms. Its input is event documents, such as those of an
// [eventchannel.Writer], and requests. After an error, each later call returns the same error. A Writer is not for
// concurrent use.
type Writer struct {
	out   io.Writer
	form  Form
	parts int
	err   error
}

// NewWriter returns a writer to out. The writer does not buffer: give it a [bufio.Writer] for many documents, and flush
// that after Close. For an unknown form, the first call returns an error.
func NewWriter(out io.Writer, form Form) *Writer {
	w := &Writer{out: out, form: form}
	switch form {
	case Lines:
	case Array:
		w.put([]byte("["))
	case HAR:
		w.put([]byte(`{"log":{"version":"1.2","creator":{"name":"avinvite","version":"1"},"entries":[`))
	default:
		w.err = fmt.Errorf("recording: %v is no form, want Lines, Array or HAR", form)
	}
	return w
}

// Document writes an event document. In a HAR, the document becomes the answer to a GET of url, the absolute URL of the
// event channel; at is the time of the request, and took its duration. The other forms hold the document alone.
func (w *Writer) Document(document []byte, url string, at time.Time, took time.Duration) error {
	switch w.form {
	case HAR:
		return w.exchange(Exchange{Method: "GET", URL: url, Began: at, Took: took, Status: 200, Answer: document})
	case Lines:
		w.put(append(bytes.Clone(bytes.TrimSpace(document)), '\n'))
	case Array:
		w.part(document)
	}
	return w.err
}

// Exchange is a request with its answer.
type Exchange struct {
	Method, URL string
	Began       time.Time     // when the request was sent
	Took        time.Duration // from Began until the answer had come
	Body        []byte        // of the request; nil for none
	Type        string        // media type of Body; "" means application/json
	Status      int           // of the answer; zero if there was none
	Answer      []byte        // body of the answer
	AnswerType  string        // media type of Answer; "" means application/json
	Location    string        // URL of a created resource, or of the target of a redirect; "" for none
}

// Exchange writes a request with its answer. In the forms Lines and Array, which cannot hold requests, it returns an
// error.
func (w *Writer) Exchange(x Exchange) error {
	if w.form != HAR && w.err == nil {
		w.err = errors.New("recording: a request in event documents, want a HAR")
	}
	return w.exchange(x)
}

// Close writes the end of the recording. It does not close the writer that NewWriter was given.
func (w *Writer) Close() error {
	switch w.form {
	case Lines: // the last line is an end
	case Array:
		w.put([]byte("\n]\n"))
	case HAR:
		w.put([]byte("\n]}}\n"))
	}
	return w.err
}

// The members that HAR 1.2 requires.
type (
	wireEntry struct {
		Started  string       `json:"startedDateTime"`
		Time     float64      `json:"time"`
		Request  wireRequest  `json:"request"`
		Response wireResponse `json:"response"`
		Cache    struct{}     `json:"cache"`
		Timings  wireTimings  `json:"timings"`
	}
	wireMessage struct {
		Version     string   `json:"httpVersion"`
		Cookies     []string `json:"cookies"`
		Headers     []string `json:"headers"`
		HeadersSize int      `json:"headersSize"`
		BodySize    int      `json:"bodySize"`
	}
	wireRequest struct {
		Method string `json:"method"`
		URL    string `json:"url"`
		wireMessage
		Query []string  `json:"queryString"`
		Body  *wireBody `json:"postData,omitempty"`
	}
	wireResponse struct {
		Status int    `json:"status"`
		Text   string `json:"statusText"`
		wireMessage
		Content  wireBody `json:"content"`
		Redirect string   `json:"redirectURL"`
	}
	wireBody struct {
		Size *int   `json:"size,omitempty"`
		Type string `json:"mimeType"`
		Text string `json:"text"`
	}
	wireTimings struct {
		Send    float64 `json:"send"`
		Wait    float64 `json:"wait"`
		Receive float64 `json:"receive"`
	}
)

func (w *Writer) exchange(x Exchange) error {
	message := wireMessage{"HTTP/1.1", []string{}, []string{}, -1, -1}
	size, ms := len(x.Answer), float64(x.Took)/float64(time.Millisecond)
	answer := wireBody{&size, cmp.Or(x.AnswerType, "application/json"), string(x.Answer)}
	entry := wireEntry{
		Started:  stamp(x.Began),
		Time:     ms,
		Request:  wireRequest{Method: x.Method, URL: x.URL, wireMessage: message, Query: []string{}},
		Response: wireResponse{Status: x.Status, wireMessage: message, Content: answer, Redirect: x.Location},
		Timings:  wireTimings{Wait: ms},
	}
	if x.Body != nil {
		entry.Request.Body = &wireBody{Type: cmp.Or(x.Type, "application/json"), Text: string(x.Body)}
	}
	text, err := json.Marshal(entry)
	if err != nil && w.err == nil {
		w.err = fmt.Errorf("recording: the exchange cannot be written: %w", err)
	}
	w.part(text)
	return w.err
}

// stamp returns a time in milliseconds, as most recorders write it, or in nanoseconds if it has a finer part: the order of
// requests within a millisecond matters.
func stamp(at time.Time) string {
	if at.Nanosecond()%int(time.Millisecond) == 0 {
		return at.Format("2006-01-02T15:04:05.000Z07:00")
	}
	return at.Format("2006-01-02T15:04:05.000000000Z07:00")
}

// part writes one of several parts between which there are commas.
func (w *Writer) part(text []byte) {
	if w.parts++; w.parts > 1 {
		w.put([]byte(","))
	}
	w.put([]byte("\n"))
	w.put(text)
}

// put writes, unless writing has failed.
func (w *Writer) put(text []byte) {
	if w.err == nil {
		_, w.err = w.out.Write(text)
	}
}
