package conformance_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/avinvite/avinvite/fsm/conformance"
)

// entry is a HAR entry that begins at second s and takes half of one.
func entry(s int, method, url, posted string, status int, answer string) string {
	text := func(body string) string {
		quoted, _ := json.Marshal(body)
		return string(quoted)
	}
	return fmt.Sprintf(`{"startedDateTime":"2017-04-20T12:00:%02d.000Z","time":500,`+
		`"request":{"method":%q,"url":%q,"postData":{"mimeType":"application/json","text":%s}},`+
		`"response":{"status":%d,"content":{"mimeType":"application/json","text":%s}}}`,
		s, method, url, text(posted), status, text(answer))
}

func har(entries ...string) string {
	return `{"log":{"version":"1.2","creator":{"name":"test"},"pages":[],"entries":[` + strings.Join(entries, ",") + `]}}`
}

// poll is an entry that brings one event.
func poll(s int, event string) string {
	return entry(s, "GET", "https://pool.example/apps/1/events?ack=1", "", 200, `{"sender":[{"events":[`+event+`]}]}`)
}

// TestReadErrors has more to complain of than an error tells.
func TestReadErrors(t *testing.T) {
	broken := slices.Repeat([]string{`{"startedDateTime":"yesterday"}`}, 300)
	verdicts, err := conformance.Check(strings.NewReader(har(append(broken, poll(1, event("i", "started", "")))...)))
	if len(verdicts) != 1 || err == nil {
		t.Fatal(verdicts, err)
	}
	lines := strings.Split(err.Error(), "\n")
	if last := lines[len(lines)-1]; len(lines) != 101 || last != "200 more that cannot be read" {
		t.Errorf("%d lines, the last %q", len(lines), last)
	}
}

// TestReadDisorder has 10,000 polls a second apart. One in a hundred belongs nine minutes before, and one two hours.
func TestReadDisorder(t *testing.T) {
	began := time.Date(2017, 4, 20, 12, 0, 0, 0, time.UTC)
	var entries []string
	for n := range 10_000 {
		at := began.Add(time.Duration(n) * time.Second)
		switch {
		case n == 8_000:
			at = at.Add(-2 * time.Hour)
		case n%100 == 50:
			at = at.Add(-9 * time.Minute)
		}
		entry := poll(0, event(fmt.Sprint("i/", n%50), "updated", ""))
		entries = append(entries, strings.Replace(entry, "2017-04-20T12:00:00.000Z", at.Format(time.RFC3339), 1))
	}
	verdicts, err := conformance.Check(strings.NewReader(har(entries...)))
	if err != nil {
		t.Error(err)
	}
	steps := 0
	for _, v := range verdicts {
		steps += len(v.Steps)
	}
	if steps != 10_000 {
		t.Errorf("%d steps, want 10,000", steps)
	}
}

// Times are kept to the nanosecond and in UTC.
func TestReadTime(t *testing.T) {
	entry := strings.Replace(poll(1, event("i", "started", "")), "01.000Z", "01.000000001+02:00", 1)
	verdicts, err := conformance.Check(strings.NewReader(har(entry)))
	if err != nil || len(verdicts) != 1 {
		t.Fatal(verdicts, err)
	}
	want := time.Date(2017, 4, 20, 10, 0, 1, 500000001, time.UTC)
	if got := verdicts[0].Steps[0].Time; got != want {
		t.Errorf("time %v, want %v", got, want)
	}
}
