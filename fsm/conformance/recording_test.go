package conformance_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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
		`"response":{"status":%d,"content":{"mimeType":"application/json","text":%s}}}`, s, method, url, text(posted), status, text(answer))
}

func har(entries ...string) string {
	return `{"log":{"version":"1.2","creator":{"name":"test"},"pages":[],"entries":[` + strings.Join(entries, ",") + `]}}`
}

// poll is an entry that brings one event.
func poll(s int, event string) string {
	return entry(s, "GET", "https://pool.example/apps/1/events?ack=1", "", 200, `{"sender":[{"events":[`+event+`]}]}`)
}

const offering = `,"_embedded":{"ms:rtc:saas:audioVideoInvitation":{"direction":"Incoming","state":"Connecting","_links":{` +
	`"self":{"href":"/apps/1/i/1"},"ms:rtc:saas:accept":{"href":"/apps/1/i/1/accept?x=1"},` +
	`"ms:rtc:saas:acceptAndBridgeAudioVideo":{"href":"/apps/1/i/1/bridge"}}}}`

// seen tells the steps and findings of each verdict.
func seen(verdicts []conformance.Verdict) (lines []string) {
	for _, v := range verdicts {
		lines = append(lines, v.Href+" "+v.Result.String())
		for _, s := range v.Steps {
			line := s.What
			if !s.Time.IsZero() {
				line = s.Time.Format("05.0 ") + line
			}
			lines = append(lines, line)
		}
		for _, f := range v.Findings {
			lines = append(lines, string(f.Rule)+": "+f.Place.Pointer)
		}
	}
	return lines
}

func TestRead(t *testing.T) {
	started := `{"sender":[{"events":[` + event("i", "started", "") + `]}]}`
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write([]byte(started))
	_ = z.Close()
	conflict := `{"code":"Conflict","message":"busy"}`
	for _, test := range []struct {
		name, input string
		want        []string
		err         string // what the error must tell; none if empty
	}{
		{"a document", started, []string{"i incomplete", "started(Connecting)"}, ""},
		{"gzip", zipped.String(), []string{"i incomplete", "started(Connecting)"}, ""},
		{"gzip cut short", zipped.String()[:zipped.Len()-4], []string{"i incomplete", "started(Connecting)"}, "unexpected EOF"},
		{"gzip of nothing", "\x1f\x8b", nil, "gzip"},
		{"another kind of object", `{"name":"x","version":1}`, nil, `members ["name" "version"]: neither an event document (sender, _links) nor a HAR (log)`},
		{"a page", "<!DOCTYPE html>\n<html>", nil, `begins with "<!DOCTYPE html>`},
		{
			"a HAR in the order of its times",
			har(
				poll(9, event("/apps/1/i/1", "completed", `,"status":"Success"`)),
				entry(5, "POST", "https://pool.example/apps/1/i/1/accept?x=2", "{}", 204, ""),
				entry(6, "POST", "https://pool.example/apps/1/elsewhere", "{}", 204, ""),
				poll(1, event("/apps/1/i/1?y=1", "started", offering)),
			),
			[]string{
				"https://pool.example/apps/1/i/1 conforms",
				"01.5 started(Connecting)", "05.0 accept answered 204", "09.5 completed(Connected)",
			}, "",
		},
		{
			"two operations at a time",
			har(
				poll(1, event("/apps/1/i/1", "started", offering)),
				entry(2, "POST", "https://pool.example/apps/1/i/1/accept", "", 204, ""),
				entry(3, "POST", "https://pool.example/apps/1/i/1/bridge", "", 409, conflict),
			),
			[]string{
				"https://pool.example/apps/1/i/1 deviates",
				"01.5 started(Connecting)", "02.0 accept answered 204", "03.0 acceptAndBridge answered 409",
				"operation-not-offered: /log/entries/2/request",
			}, "",
		},
		{
			"a webhook's HAR",
			har(entry(1, "POST", "https://app.example/callback", `{"baseuri":"https://pool.example/","sender":[{"events":[`+event("i/1", "started", offering)+`]}]}`, 200, "")),
			[]string{"https://pool.example/i/1 incomplete", "01.0 started(Connecting)"}, "",
		},
		{
			"base64, and a finding's place",
			har(strings.Replace(entry(1, "GET", "https://pool.example/e", "", 200, "@"), `"text":"@"`, `"encoding":"base64","text":"`+
				base64.StdEncoding.EncodeToString([]byte(`{"sender":[{"events":[`+event("i", "completed", "")+`]}]}`))+`"`, 1)),
			[]string{"https://pool.example/i deviates", "01.5 completed(?)", "incomplete-event: /log/entries/0/response/content/text#/sender/0/events/0"}, "",
		},
		{
			"one bad entry",
			har(`{"startedDateTime":"yesterday"}`, poll(1, event("i", "started", ""))),
			[]string{"https://pool.example/apps/1/i incomplete", "01.5 started(Connecting)"}, "/log/entries/0",
		},
		{
			"one bad body",
			har(poll(1, `{"link":`), poll(2, event("i", "started", ""))),
			[]string{"https://pool.example/apps/1/i incomplete", "02.5 started(Connecting)"}, "/log/entries/0/response/content/text",
		},
		{"a HAR without entries", `{"log":{"version":"1.2"}}`, nil, "HAR without log.entries"},
		{"a HAR with other entries", `{"log":{"entries":7}}`, nil, "want a list of entries"},
		{
			"a HAR cut short", strings.TrimSuffix(har(poll(1, event("i", "started", ""))), "]}}"),
			[]string{"https://pool.example/apps/1/i incomplete", "01.5 started(Connecting)"}, "unexpected EOF",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			verdicts, err := conformance.Check(strings.NewReader(test.input))
			if diff := cmp.Diff(test.want, seen(verdicts)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("error %v, want %q in it", err, test.err)
			}
		})
	}
}

// Times are kept to the nanosecond and in UTC.
func TestReadTime(t *testing.T) {
	verdicts, err := conformance.Check(strings.NewReader(har(strings.Replace(poll(1, event("i", "started", "")), "01.000Z", "01.000000001+02:00", 1))))
	if err != nil || len(verdicts) != 1 {
		t.Fatal(verdicts, err)
	}
	want := time.Date(2017, 4, 20, 10, 0, 1, 500000001, time.UTC)
	if got := verdicts[0].Steps[0].Time; got != want {
		t.Errorf("time %v, want %v", got, want)
	}
}
