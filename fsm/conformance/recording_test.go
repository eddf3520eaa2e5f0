package conformance_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/fsm/eventchannel"
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

const offering = `,"_embedded":{"ms:rtc:saas:audioVideoInvitation":{"direction":"Incoming","state":"Connecting",` +
	`"_links":{"self":{"href":"/apps/1/i/1"},"ms:rtc:saas:accept":{"href":"/apps/1/i/1/accept?x=1"},` +
	`"ms:rtc:saas:acceptAndBridgeAudioVideo":{"href":"/apps/1/i/1/bridge"}}}}`

const stopping = `,"_embedded":{"ms:rtc:saas:audioVideoInvitation":{"direction":"Outgoing","state":"Connecting",` +
	`"_links":{"cancel":{"href":"/apps/1/stop"}}}}`

// seen tells the steps and findings of each verdict.
func seen(verdicts []conformance.Verdict) (lines []string) {
	for _, v := range verdicts {
		lines = append(lines, v.Href+" "+v.Result.String())
		for _, s := range v.Steps {
			line := s.String()
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
	zip := zipped(t, started)
	conflict := `{"code":"Conflict","message":"busy"}`
	for _, test := range []struct {
		name, input string
		want        []string
		err         string // what the error must tell; none if empty
	}{
		{"a document", started, []string{"i incomplete", "started(Connecting)"}, ""},
		{"a document that tells nothing", `{"baseuri":"https://pool.example/"}`, nil, ""},
		{"gzip", zip, []string{"i incomplete", "started(Connecting)"}, ""},
		{
			"gzip cut short",
			zip[:len(zip)-4],
			[]string{"i incomplete", "started(Connecting)"},
			"the gzip data are cut short",
		},
		{
			"gzip in two members",
			zip + zip,
			[]string{"i incomplete", "started(Connecting)", "started(Connecting)"},
			"",
		},
		{
			"gzip with something behind",
			zip + "something that is behind",
			[]string{"i incomplete", "started(Connecting)"},
			"not gzip",
		},
		{"gzip of nothing", "\x1f\x8b", nil, "gzip"},
		{
			"an array",
			"[" + started + ",\n " + started + "]\n",
			[]string{"i incomplete", "started(Connecting)", "started(Connecting)"},
			"",
		},
		{
			"an array with brackets in strings",
			`[{"x":"]}\\\"[{",` + started[1:] + `]`,
			[]string{"i incomplete", "started(Connecting)"},
			"",
		},
		{
			"an array cut between documents",
			"[" + started + ",",
			[]string{"i incomplete", "started(Connecting)"},
			"want the end of the array",
		},
		{
			"an array cut within a document",
			"[" + started + "," + started[:20],
			[]string{"i incomplete", "started(Connecting)"},
			"document 2, ",
		},
		{
			"an array with a broken element, one per line", "[" + started + ",\n" + started[:40] + ",\n" + started + "]",
			[]string{"i incomplete", "started(Connecting)", "started(Connecting)"},
			"document 2, byte 149, /sender/0/events/0/link/rel: ",
		},
		{
			"an indented array with a broken element", "  [" + started + ",\n  " + started[:40] + ",\n  " + started + "]",
			[]string{"i incomplete", "started(Connecting)", "started(Connecting)"},
			"document 2, ",
		},
		{
			"an array with an element that is cut behind a backslash",
			"[" + started + "\n," + `{"x":"\` + "\n," + started + "]",
			[]string{"i incomplete", "started(Connecting)", "started(Connecting)"},
			"document 2, ",
		},
		{
			"a broken line", started + "\n" + started[:40] + "\n" + started,
			[]string{"i incomplete", "started(Connecting)", "started(Connecting)"}, "document 2, ",
		},
		{
			"lines that are no documents", started + "\n[]\nnull\n" + started + "\nlog rotated\n" + started,
			[]string{"i incomplete", "started(Connecting)", "started(Connecting)", "started(Connecting)"},
			"'[', want an event document, which is an object",
		},
		{
			"a line that is none, then documents",
			`{"msg":"begin"}` + "\n" + started,
			[]string{"i incomplete", "started(Connecting)"},
			`a member "msg" and without sender`,
		},
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
			"links that were learnt by a GET, or tell their operation",
			har(
				poll(1, event("/apps/1/i/1", "started", "")),
				poll(1, event("/apps/1/i/2", "started", "")),
				entry(2, "GET", "https://pool.example/apps/1/i/1?x=1", "", 200,
					`{"rel":"ms:rtc:saas:audioVideoInvitation","_links":{"self":{"href":"/apps/1/i/1"},`+
						`"ms:rtc:saas:accept":{"href":"/apps/1/a/7"}}}`),
				entry(3, "POST", "https://pool.example/apps/1/a/7?x=2", "", 204, ""),
				entry(4, "POST", "https://pool.example/apps/1/i/2/acceptAndBridgeAudioVideo", "", 204, ""),
				entry(5, "POST", "https://pool.example/apps/1/audioVideoInvitations/3/decline", "", 204, ""),
				entry(6, "POST", "https://pool.example/apps/1/audioVideoInvitations/3/none", "", 204, ""),
				entry(7, "POST", "https://pool.example/apps/1/messages/3/accept", "", 204, ""),
				entry(8, "GET", "https://pool.example/apps/1/calls/1", "", 200,
					`{"rel":"ms:rtc:saas:audioVideo","_links":{"self":{"href":"/apps/1/calls/1"},`+
						`"ms:rtc:saas:audioVideoInvitation":{"href":"/apps/1/i/1"},"ms:rtc:saas:cancel":{"href":"/apps/1/a/8"}}}`),
				entry(9, "POST", "https://pool.example/apps/1/a/8", "", 204, ""),
				strings.Replace(entry(10, "GET", "https://pool.example/apps/1/i/1", "", 200,
					`{"rel":"ms:rtc:saas:audioVideoInvitation","_links":{"self":{"href":"/apps/1/i/1"},`+
						`"ms:rtc:saas:decline":{"href":"/apps/1/a/9"}}}`), `"time":500`, `"time":5000`, 1),
				entry(12, "POST", "https://pool.example/apps/1/a/9", "", 204, ""), // the link is not known yet
			),
			[]string{
				"https://pool.example/apps/1/i/1 incomplete", "01.5 started(Connecting)", "03.0 accept answered 204",
				"https://pool.example/apps/1/i/2 incomplete", "01.5 started(Connecting)", "04.0 acceptAndBridge answered 204",
				"https://pool.example/apps/1/audioVideoInvitations/3 incomplete", "05.0 decline answered 204",
			}, "",
		},
		{
			"a link that another invitation shows later",
			har(
				poll(1, event("/apps/1/i/1", "started", stopping)),
				entry(2, "POST", "https://pool.example/apps/1/stop", "", 204, ""),
				poll(3, event("/apps/1/i/2", "started", stopping)),
				entry(4, "POST", "https://pool.example/apps/1/stop", "", 204, ""),
			),
			[]string{
				"https://pool.example/apps/1/i/1 incomplete", "01.5 started(Connecting)", "02.0 cancel answered 204",
				"https://pool.example/apps/1/i/2 incomplete", "03.5 started(Connecting)", "04.0 cancel answered 204",
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
			"a refusal with the least of the statuses, and another's body",
			har(
				poll(1, event("/apps/1/i/1", "started", offering)),
				entry(2, "POST", "https://pool.example/apps/1/i/1/accept", "", 400, conflict),
			),
			[]string{
				"https://pool.example/apps/1/i/1 deviates", "01.5 started(Connecting)", "02.0 accept answered 400",
				"undocumented-answer: /log/entries/1/request",
			}, "",
		},
		{
			"a webhook's HAR",
			har(entry(1, "POST", "https://app.example/callback", `{"baseuri":"https://pool.example/","sender":[{"events":[`+
				event("i/1", "started", offering)+`]}]}`, 200, ""),
				`{"startedDateTime":"2017-04-20T12:00:02Z","request":{"method":"POST","url":"https://pool.example/i/1/accept"}}`),
			[]string{
				"https://pool.example/i/1 incomplete", "01.0 started(Connecting)", "02.0 accept without an answer",
			}, "",
		},
		{
			"base64, and a finding's place",
			har(strings.Replace(entry(1, "GET", "https://pool.example/e", "", 200, "@"),
				`"text":"@"`, `"encoding":"base64","text":"`+
					base64.StdEncoding.EncodeToString([]byte(`{"sender":[{"events":[`+event("i", "completed", "")+`]}]}`))+`"`, 1)),
			[]string{
				"https://pool.example/i deviates",
				"01.5 completed(?)",
				"incomplete-event: /log/entries/0/response/content/text#/sender/0/events/0",
			},
			"",
		},
		{
			"base64 that is none",
			har(strings.Replace(entry(1, "GET", "https://pool.example/e", "", 200, "@"),
				`"text":"@"`, `"encoding":"base64","text":"@"`, 1)),
			nil, "/log/entries/0/response/content/text: illegal base64",
		},
		{
			"an object and an array that are none", har(`{"startedDateTime":{},"request":[]}`), nil,
			"/log/entries/0/request: a JSON array, want a request",
		},
		{
			"a list of entries that is none", `{"log":{"entries":{}}}`, nil,
			"/log/entries: a JSON object, want a list of entries",
		},
		{
			"entries that are none", har("7", "null", poll(1, event("i", "started", ""))),
			[]string{"https://pool.example/apps/1/i incomplete", "01.5 started(Connecting)"},
			"document 1, byte 72, /log/entries: a JSON number, want an entry, which is an object",
		},
		{
			"one bad entry",
			har(`{"startedDateTime":"yesterday"}`, poll(1, event("i", "started", ""))),
			[]string{"https://pool.example/apps/1/i incomplete", "01.5 started(Connecting)"}, "/log/entries/0",
		},
		{
			"one bad body",
			har(poll(1, `{"link":`), poll(2, event("i", "started", ""))),
			[]string{"https://pool.example/apps/1/i incomplete", "02.5 started(Connecting)"},
			"/log/entries/0/response/content/text#/sender/0/events/0/link: byte 30 of it: ",
		},
		{
			"members that are null",
			har(
				`{"startedDateTime":"2017-04-20T12:00:01Z","request":{"postData":null},"response":null}`,
				poll(1, event("i", "started", "")),
			),
			[]string{"https://pool.example/apps/1/i incomplete", "01.5 started(Connecting)"}, "",
		},
		{
			"members of another type",
			har(`{"startedDateTime":"2017-04-20T12:00:01Z","time":"short","request":7}`, poll(1, event("i", "started", ""))),
			[]string{"https://pool.example/apps/1/i incomplete", "01.5 started(Connecting)"},
			"byte 121, /log/entries/0/time: a JSON string, want a number\n" +
				"eventchannel: document 1, byte 139, /log/entries/0/request: a JSON number, want a request, which is an object",
		},
		{
			"an entry without a time",
			har(
				poll(1, event("i", "started", "")),
				strings.Replace(poll(2, event("i", "updated", "")), "2017-04-20T12:00:02.000Z", "noon", 1),
				poll(3, event("i", "updated", "")),
			),
			[]string{
				"https://pool.example/apps/1/i incomplete",
				"01.5 started(Connecting)",
				"updated(Connecting)",
				"03.5 updated(Connecting)",
			},
			`/log/entries/1/startedDateTime: "noon", want a time from 1970 to 2200 as RFC 3339 has it`,
		},
		{
			"times that cannot be true",
			har(
				poll(1, event("i", "started", "")),
				strings.Replace(poll(2, event("i", "updated", "")), "2017", "9017", 1),
				strings.Replace(poll(3, event("i", "updated", "")), `"time":500`, `"time":1e300`, 1),
			),
			[]string{
				"https://pool.example/apps/1/i incomplete",
				"01.5 started(Connecting)",
				"updated(Connecting)",
				"updated(Connecting)",
			},
			"/log/entries/2/time: 1e+300, want milliseconds of at most 24h0m0s",
		},
		{
			"no entry with a time", har(strings.Replace(poll(1, event("i", "started", "")), "startedDateTime", "started", 1)),
			[]string{"https://pool.example/apps/1/i incomplete", "started(Connecting)"}, "/log/entries/0/startedDateTime",
		},
		{
			"an answer that is not in it",
			har(
				poll(1, event("i", "started", "")),
				strings.Replace(
					entry(2, "GET", "https://pool.example/apps/1/events?ack=2", "", 200, "@"),
					`"text":"@"`,
					`"size":700`,
					1,
				),
			),
			[]string{"https://pool.example/apps/1/i incomplete", "01.5 started(Connecting)"},
			"/log/entries/1/response/content: 700 bytes of the event channel that the recording does not hold",
		},
		{
			"an answer that is still compressed",
			har(
				poll(1, event("i", "started", "")),
				strings.Replace(
					entry(2, "GET", "https://pool.example/apps/1/events?ack=2", "", 200, "@"),
					`"text":"@"`,
					`"encoding":"base64","text":"`+base64.StdEncoding.EncodeToString([]byte("\x1f\x8b\x08"))+`"`,
					1,
				),
			),
			[]string{"https://pool.example/apps/1/i incomplete", "01.5 started(Connecting)"},
			"/log/entries/1/response/content/text: a body as it was compressed by gzip, want it unpacked",
		},
		{
			"a request without an answer, and one that took less than no time",
			har(
				strings.Replace(poll(1, event("/apps/1/i/1", "started", offering)), `"time":500`, `"time":-1`, 1),
				strings.Replace(
					entry(2, "POST", "https://pool.example/apps/1/i/1/accept", "", 0, ""),
					`"time":500`,
					`"time":-1`,
					1,
				),
			),
			[]string{"https://pool.example/apps/1/i/1 incomplete", "started(Connecting)", "02.0 accept without an answer"},
			"",
		},
		{
			// The longest there may be: longer than the operation that was done meanwhile, and the poll that ended before.
			"a poll of a day",
			har(
				poll(1, event("/apps/1/i/1", "started", offering)),
				strings.Replace(
					poll(2, event("/apps/1/i/1", "completed", `,"status":"Success"`)),
					`"time":500`,
					`"time":86400000`,
					1,
				),
				entry(3, "POST", "https://pool.example/apps/1/i/1/accept", "", 204, ""),
				poll(4, event("/apps/1/i/1", "updated", "")),
			),
			[]string{
				"https://pool.example/apps/1/i/1 conforms",
				"01.5 started(Connecting)", "03.0 accept answered 204", "04.5 updated(Connecting)", "02.0 completed(Connected)",
			}, "",
		},
		{"a HAR without entries", `{"log":{"version":"1.2"}}`, nil, "HAR without log.entries"},
		{
			"a HAR with other entries",
			`{"log":{"entries":7}}`,
			nil,
			"eventchannel: byte 18, /log/entries: a JSON number, want a list of entries",
		},
		{
			"a HAR with something behind", har(poll(1, event("i", "started", ""))) + har(),
			[]string{"https://pool.example/apps/1/i incomplete", "01.5 started(Connecting)"},
			"something behind the end of the HAR",
		},
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

// TestReadBrokenElement breaks an element of an array, in each layout that arrays have in files, at every byte: cut
// short, a byte gone, or something foreign there. The elements around it are read, and nothing is said against them.
func TestReadBrokenElement(t *testing.T) {
	document := func(href string) string { return `{"sender":[{"events":[` + event(href, "started", "") + `]}]}` }
	pretty := func(href string) string {
		var b bytes.Buffer
		_ = json.Indent(&b, []byte(document(href)), "  ", "  ")
		return b.String()
	}
	for _, layout := range []struct {
		name, begin, between, end string
		document                  func(string) string
	}{
		{"commas behind", "[", ",\n", "]", document},
		{"brackets on their own", "[\n", ",\n", "\n]\n", document},
		{"commas before", "[", "\n,", "\n]", document},
		{"commas before, with a space", "[ ", "\n, ", "\n]", document},
		{"indented", "[\n  ", ",\n  ", "\n]", pretty},
		{"indented, commas before", "[\n  ", "\n, ", "\n]", pretty},
	} {
		t.Run(layout.name, func(t *testing.T) {
			whole := layout.document("broken")
			for n := range len(whole) {
				elements := []string{whole[:n], whole[:n] + whole[n+1:]}
				for _, foreign := range []string{`"`, `\`, "{", "}", "[", "]", ",", ":", "\xff"} {
					elements = append(elements, whole[:n]+foreign+whole[n:], whole[:n]+foreign+whole[n+1:])
				}
				for _, broken := range elements {
					for _, around := range [][2][]string{{{"1"}, {"2", "3"}}, {{"1", "2", "3"}, nil}} {
						var parts []string
						for _, href := range around[0] {
							parts = append(parts, layout.document(href))
						}
						parts = append(parts, broken)
						for _, href := range around[1] {
							parts = append(parts, layout.document(href))
						}
						input := layout.begin + strings.Join(parts, layout.between) + layout.end
						verdicts, err := conformance.Check(strings.NewReader(input))
						var others []string
						for _, v := range verdicts {
							if strings.Contains("1 2 3", v.Href) && v.Href != "" {
								others = append(others, v.Href)
							}
						}
						if !slices.Equal(others, []string{"1", "2", "3"}) {
							t.Fatalf("%s:\n%v read, want all others; error %v", input, others, err)
						}
						end := len(input)
						if len(around[1]) > 0 {
							end = strings.Index(input, layout.document(around[1][0]))
						}
						for _, err := range told(err) {
							inner := new(eventchannel.Error)
							about := errors.As(err, &inner) && inner.Place.Document == 1+len(around[0])
							if !about && inner.Place.Offset > int64(end) {
								t.Fatalf("%s:\n%v, want no complaint about what comes behind byte %d", input, err, end)
							}
						}
					}
				}
			}
		})
	}
}

// TestReadBrokenElementLate has the element behind a broken one begin at every byte about the end of a buffer.
func TestReadBrokenElementLate(t *testing.T) {
	document := func(href string) string { return `{"sender":[{"events":[` + event(href, "started", "") + `]}]}` }
	for space := range 64 {
		input := "[" + document("1")[:40] + strings.Repeat(" ", 1<<12-100+space) + ",\n" + document("2") + "]"
		verdicts, err := conformance.Check(strings.NewReader(input))
		if len(verdicts) != 1 || verdicts[0].Href != "2" || len(told(err)) != 1 {
			t.Fatalf("%d spaces: verdicts %+v, error %v, want one of each", space, verdicts, err)
		}
	}
}

// told is what an error joins.
func told(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return nil
}

// TestReadOther tells what is no recording, and what it might have been.
func TestReadOther(t *testing.T) {
	for input, want := range map[string]string{
		"":                                      "empty input",
		" \n":                                   "empty input",
		"%PDF-1.7\n%":                           "a PDF",
		"time,href\n1,i/1\n":                    `begins with "time,href\n1,i/1\n"`,
		`<?xml version="1.0"?><events/>`:        "accepts application/json",
		"<!DOCTYPE html>\n<html>":               "a page or XML",
		"PK\x03\x04":                            "a zip archive",
		zipped(t, zipped(t, "{}")):              "compressed by gzip more than once",
		"\xff\xfe{\x00":                         "UTF-16 text",
		"\x00{\x00\"":                           "UTF-16 or binary",
		"{\x00\"\x00":                           "UTF-16 or binary",
		`2017-04-20 INFO {"sender":[]}` + "\n":  `a line with "2017-04-20 INFO " before the brace`,
		`{"name":"x","version":1}`:              `an object with the members ["name" "version"]`,
		`{"level":"info","body":{"sender":[]}}`: `jq -c '.body' FILE`,
		`[{"name":"x"}]`:                        `an object with the members ["name"]`,
		`{}`:                                    "an object with the members []",
		`[{"log":{"entries":[]}}]`:              `an object with the members ["log"]`,
		`{"msg":"begin"}{"log":{"entries":[]}}`: `an object with the members ["msg"]`,
		`["sender"]`:                            "an array that does not begin with an object",
		`"sender"`:                              `begins with "\"sender\""`,
		strings.Repeat(`{"name":"x"}`+"\n", 9000): `an object with the members ["name"]`,
	} {
		verdicts, err := conformance.Check(strings.NewReader(input))
		told := err != nil && strings.Contains(err.Error(), want) && strings.Contains(err.Error(), "nor a HAR")
		if !told || verdicts != nil {
			t.Errorf("%.40q: %d verdicts, error %v, want %q and what was tried", input, len(verdicts), err, want)
		}
	}
}

// TestReadPlace finds the entry of a finding by its offset, whatever stands before and between them.
func TestReadPlace(t *testing.T) {
	for _, mark := range []string{"", "\uFEFF"} {
		odd := poll(2, event("i", "completed", ""))
		input := mark + strings.Replace(har(poll(1, ""), odd), ","+odd, ",\n\t "+odd, 1)
		verdicts, err := conformance.Check(strings.NewReader(input))
		if err != nil || len(verdicts) != 1 || len(verdicts[0].Findings) != 1 {
			t.Fatal(verdicts, err)
		}
		place := verdicts[0].Findings[0].Place
		if want := strings.Index(input, odd); place.Document != 2 || int(place.Offset) != want {
			t.Errorf("place %v, want document 2, byte %d", place, want)
		}
	}
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

// TestOneComplaint has one thing wrong with each recording, and wants nothing else said: not that a text which is not
// base64 is missing, nor anything of the request that follows and has no answer.
func TestOneComplaint(t *testing.T) {
	answer := func(content string) string {
		return har(
			strings.Replace(entry(1, "GET", "https://pool.example/apps/1/events?ack=1", "", 200, "@"), `"text":"@"`, content, 1),
			`{"startedDateTime":"2017-04-20T12:00:02Z","request":{"method":"GET","url":"https://pool.example/apps/1/events"}}`,
		)
	}
	document := `{"sender":[{"events":[` + event("i", "started", "") + `]}]}`
	for input, want := range map[string]string{
		answer(`"size":700,"encoding":"base64","text":"@"`): "illegal base64",
		answer(`"size":700`):              "700 bytes of the event channel",
		har("7"):                          "a JSON number, want an entry",
		"\uFEFF" + `{"log":{"entries":[}`: "document 1, byte 22, /log/entries/0: invalid character '}'",
		"  [" + document + ",\n  " + document[:40] + ",\n  " + document + "]": "document 2, ",
	} {
		_, err := conformance.Check(strings.NewReader(input))
		if len(told(err)) != 1 || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one: %s", input, err, want)
		}
	}
}

// zipped is a text compressed by gzip.
func zipped(t *testing.T, text string) string {
	var b strings.Builder
	z := gzip.NewWriter(&b)
	_, err := z.Write([]byte(text))
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
