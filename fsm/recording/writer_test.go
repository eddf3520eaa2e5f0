package recording_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/avinvite/avinvite/fsm/recording"
)

const started = `{"sender":[{"events":[{"type":"started",` +
	`"link":{"rel":"ms:rtc:saas:audioVideoInvitation","href":"https://pool.example/invitations/1"}}]}]}`

// TestWriter reads what a Writer writes.
func TestWriter(t *testing.T) {
	at := time.Date(2024, 5, 6, 9, 0, 0, 0, time.UTC)
	for _, form := range []recording.Form{recording.Lines, recording.Array, recording.HAR} {
		var b strings.Builder
		w := recording.NewWriter(&b, form)
		for n := range 3 {
			began := at.Add(time.Duration(n) * time.Second)
			if err := w.Document([]byte(started), "https://pool.example/events?ack=1", began, time.Second/2); err != nil {
				t.Fatal(err)
			}
		}
		want := []string{"started", "started", "started"}
		if form == recording.HAR {
			answer := []byte(`{"code":"Conflict"}`)
			for _, x := range []recording.Exchange{
				{Method: "POST", URL: "https://pool.example/i/1/accept", Began: at, Took: 1, Body: []byte("{}"), Status: 409, Answer: answer},
				{Method: "POST", URL: "https://pool.example/i/1/accept", Began: at.Add(1), Status: 502, Answer: answer, AnswerType: "text/html"},
			} {
				if err := w.Exchange(x); err != nil {
					t.Fatal(err)
				}
			}
			want = []string{"00.5 started", "01.5 started", "02.5 started", `00.0 POST {} 409 Conflict`, `00.0 POST 502 foreign`}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, lines(b.String())); diff != "" {
			t.Errorf("form %d (-want +got):\n%s", form, diff)
		}
	}
}

// TestWriterTimes writes two requests within a microsecond, whose times and Location a reader gets back.
func TestWriterTimes(t *testing.T) {
	var b strings.Builder
	w := recording.NewWriter(&b, recording.HAR)
	began := time.Date(2024, 5, 6, 9, 0, 0, 1, time.UTC)
	const location = "https://pool.example/audioVideoInvitations/1"
	for n := range 2 {
		err := w.Exchange(recording.Exchange{
			Method: "POST", URL: "https://pool.example/audioVideoInvitations", Began: began.Add(time.Duration(n)),
			Took: 250 * time.Nanosecond, Status: 201, Location: location,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	n := 0
	for item, err := range recording.Items(strings.NewReader(b.String())) {
		at := began.Add(time.Duration(n))
		if err != nil || !item.Time.Equal(at) || !item.Request.Answered.Equal(at.Add(250)) || item.Request.Location != location {
			t.Errorf("item %d is %+v with %+v and error %v, want time %v and location %s", n, item, item.Request, err, at, location)
		}
		n++
	}
	if n != 2 {
		t.Errorf("%d items, want 2", n)
	}
}

// TestWriterErrors has a form without room for requests, no form, and an output that fails.
func TestWriterErrors(t *testing.T) {
	w := recording.NewWriter(new(strings.Builder), recording.Lines)
	first := w.Exchange(recording.Exchange{Method: "POST", URL: "u", Status: 204})
	if first == nil || w.Document(nil, "", time.Time{}, 0) != first || w.Close() != first {
		t.Errorf("error %v, want one that stays: a request among event documents", first)
	}
	const none = "recording: Form(0) is no form, want Lines, Array or HAR"
	if err := recording.NewWriter(new(strings.Builder), 0).Close(); err == nil || err.Error() != none {
		t.Errorf("form 0: error %v, want %s", err, none)
	}
	broken := errors.New("broken")
	if err := recording.NewWriter(failing{broken}, recording.HAR).Close(); err != broken {
		t.Errorf("error %v, want that of the output", err)
	}
}

// TestFormText reads the text of each form back, and shows it in a log.
func TestFormText(t *testing.T) {
	for form, text := range map[recording.Form]string{recording.Lines: "lines", recording.Array: "array", recording.HAR: "har"} {
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Info("", "form", form)
		var read recording.Form
		if err := read.UnmarshalText([]byte(text)); err != nil || read != form || !strings.HasSuffix(log.String(), "form="+text+"\n") {
			t.Errorf("%s is read as %v, error %v, and logged as %s", text, read, err, &log)
		}
	}
	form := recording.Lines
	if err := form.UnmarshalText([]byte("xml")); err == nil || form != recording.Lines {
		t.Errorf("xml is read as %v, error %v", form, err)
	}
	if text, err := recording.Form(4).MarshalText(); err == nil {
		t.Errorf("the text of form 4 is %q", text)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// lines tells the items of a recording that are an event or a request, and its faults, each in a line.
func lines(input string) (all []string) {
	for item, err := range recording.Items(strings.NewReader(input)) {
		at := ""
		if !item.Time.IsZero() {
			at = item.Time.Format("05.0 ")
		}
		switch {
		case err != nil:
			all = append(all, "error: "+err.Error())
		case item.Event != nil:
			all = append(all, at+item.Event.Type.String())
		case item.Request != nil:
			all = append(all, at+request(item.Request))
		}
	}
	return all
}
