package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/buger/jsonparser"
	"github.com/bytedance/sonic"
	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	gojson "github.com/goccy/go-json"
	"github.com/tidwall/gjson"
	"github.com/valyala/fastjson"

	"github.com/avinvite/avinvite/fsm/eventchannel"
)

const rel = "ms:rtc:saas:audioVideoInvitation"

// document is an event document of a megabyte in which one event in a hundred is about an invitation, and the number
// of those.
var document, invited = func() (doc []byte, found int) {
	var b bytes.Buffer
	b.WriteString(`{"_links":{"self":{"href":"` + app + `/events?ack=1"},"next":{"href":"` + app + `/events?ack=2"}},` +
		`"sender":[{"rel":"ms:rtc:saas:communication","href":"` + app + `/communication","events":[`)
	for n := 0; b.Len() < 1<<20; n++ {
		if n > 0 {
			b.WriteByte(',')
		}
		if n%100 == 50 {
			found++
			b.WriteString(eventOf(n, "Failed", declined))
		} else {
			b.WriteString(otherEvent(n))
		}
	}
	b.WriteString(`]}]}`)
	return b.Bytes(), found
}()

// webhook is a megabyte of documents as a webhook is given them, one a line, each with one event about an invitation, and
// the number of those.
var webhook, posted = func() (lines []byte, found int) {
	var b bytes.Buffer
	for ; b.Len() < 1<<20; found++ {
		state, rest := "Connecting", `"type":"started"`
		if found%2 == 1 {
			state, rest = "Failed", declined
		}
		fmt.Fprintln(&b, webhookDocument(found, found/2, state, rest))
	}
	return b.Bytes(), found
}()

const (
	app      = "/platformservice/v1/applications/1627259584"
	declined = `"status":"Failure","reason":{"code":"RemoteFailure","subcode":"Declined","message":"Your invitation was ` +
		`declined."},"type":"completed"`
)

// eventOf is an event about the invitation of that number. rest is its other members.
func eventOf(invitation int, state, rest string) string {
	return fmt.Sprintf(`{"link":{"rel":"%s","href":"%s/communication/audioVideoInvitations/%d"},`+
		`"_embedded":{"%[1]s":{"direction":"Outgoing","importance":"Normal","state":"%[4]s","operationId":"dial-%[3]d",`+
		`"subject":"","to":"sip:amanda@fabrikam.example","threadId":"AdRh06a3QqVvbDJ3","_links":{"self":{"href":`+
		`"%[2]s/communication/audioVideoInvitations/%[3]d"},"ms:rtc:saas:conversation":{"href":"%[2]s/communication/conversations/%[3]d"}},`+
		`"rel":"%[1]s"}},%[5]s}`, rel, app, invitation, state, rest)
}

// otherEvent is an event about something else.
func otherEvent(n int) string {
	switch n % 3 {
	case 0:
		return fmt.Sprintf(`{"link":{"rel":"contactPresence","href":"%s/people/user%d%%40contoso.example/presence"},`+
			`"in":{"rel":"contact","href":"%[1]s/people/user%[2]d%%40contoso.example"},`+
			`"_embedded":{"contactPresence":{"availability":"Away","activity":"away","deviceType":"Desktop",`+
			`"lastActive":"2016-11-24T19:%02[3]d:00Z","rel":"contactPresence"}},"type":"updated"}`, app, n, n%60)
	case 1:
		return fmt.Sprintf(`{"link":{"rel":"message","href":"%s/communication/conversations/%d/messaging/messages/%d"},`+
			`"status":"Success","_embedded":{"message":{"direction":"Incoming","timeStamp":"\/Date(1479000000%03[4]d)\/",`+
			`"operationId":"im-%[3]d","_links":{"self":{"href":"%[1]s/communication/conversations/%[2]d/messaging/messages/%[3]d"},`+
			`"plainMessage":{"href":"data:text/plain;charset=utf-8,Can+you+call+me+at+%[3]d%%3F+%%22now%%22"},`+
			`"participant":{"href":"%[1]s/communication/conversations/%[2]d/participants/user%[2]d"}},"rel":"message"}},"type":"completed"}`,
			app, n%40, n, n%1000)
	}
	return fmt.Sprintf(`{"link":{"rel":"participant","href":"%s/communication/conversations/%d/participants/user%d",`+
		`"title":"J\u00fcrgen \"%[3]d\""},"in":{"rel":"conversation","href":"%[1]s/communication/conversations/%[2]d"},"type":"added"}`,
		app, n%40, n)
}

// webhookDocument is a document of a webhook with that number, about the invitation of another number.
func webhookDocument(n, invitation int, state, rest string) string {
	return fmt.Sprintf(`{"_links":{"self":{"href":"%[1]s/events?ack=%[2]d&key=5"},"next":{"href":"%[1]s/events?ack=%[3]d&key=5"}},`+
		`"baseuri":"https://pool.contoso.example/","sender":[{"rel":"ms:rtc:saas:communication","href":"%[1]s/communication",`+
		`"events":[{"link":{"rel":"%[4]s","href":"%[1]s/communication/audioVideoInvitations/%[5]d?endpointId=sip%%3Ax%%40contoso.example"},`+
		`"_embedded":{"%[4]s":{"direction":"Outgoing","importance":"Normal","state":"%[6]s","operationId":"dial-%[5]d",`+
		`"subject":"","to":"sip:amanda@fabrikam.example","threadId":"AdRh06a3QqVvbDJ3","_links":{"self":{"href":`+
		`"%[1]s/communication/audioVideoInvitations/%[5]d?endpointId=sip%%3Ax%%40contoso.example"},`+
		`"ms:rtc:saas:conversation":{"href":"%[1]s/communication/conversations/%[5]d"},`+
		`"ms:rtc:saas:cancel":{"href":"%[1]s/communication/conversations/%[5]d/audioVideo/terminate"}},"rel":"%[4]s"}},%[7]s}]}]}`,
		app[1:], n, n+1, rel, invitation, state, rest)
}

// outcome is what every reader takes out of an event about an invitation.
type outcome struct{ href, kind, status, state, code, subcode string }

// envelope is the document for the readers that fill structs. What it does not name they pass over.
type envelope struct {
	Sender []struct {
		Events []wireEvent `json:"events"`
	} `json:"sender"`
}

type wireEvent struct {
	Link struct {
		Rel  string `json:"rel"`
		Href string `json:"href"`
	} `json:"link"`
	Type     string `json:"type"`
	Status   string `json:"status"`
	Embedded struct {
		Invitation *struct {
			State string `json:"state"`
		} `json:"ms:rtc:saas:audioVideoInvitation"`
	} `json:"_embedded"`
	Reason *struct {
		Code    string `json:"code"`
		Subcode string `json:"subcode"`
	} `json:"reason"`
}

func (e *wireEvent) outcome() outcome {
	o := outcome{href: e.Link.Href, kind: e.Type, status: e.Status}
	if e.Embedded.Invitation != nil {
		o.state = e.Embedded.Invitation.State
	}
	if e.Reason != nil {
		o.code, o.subcode = e.Reason.Code, e.Reason.Subcode
	}
	return o
}

// structs is a reader by a function that fills structs.
func structs(unmarshal func([]byte, any) error) func([]byte) ([]outcome, error) {
	return func(doc []byte) (found []outcome, err error) {
		var v envelope
		if err := unmarshal(doc, &v); err != nil {
			return nil, err
		}
		for _, s := range v.Sender {
			for n := range s.Events {
				if s.Events[n].Link.Rel == rel {
					found = append(found, s.Events[n].outcome())
				}
			}
		}
		return found, nil
	}
}

// documentReaders are ways to find the invitations in a document, or else in a stream of documents.
var documentReaders = []struct {
	name, note string
	read       func(doc []byte) ([]outcome, error)
}{
	{"encoding/json", "into structs that name what is wanted; the whole document in memory", structs(json.Unmarshal)},
	{"go-json-experiment/json", "the same structs; refuses duplicate members and broken UTF-8",
		structs(func(doc []byte, v any) error { return jsonv2.Unmarshal(doc, v) })},
	{"goccy/go-json", "the same structs", structs(gojson.Unmarshal)},
	{"bytedance/sonic", "the same structs", structs(sonic.Unmarshal)},
	{"go-json-experiment/json/jsontext", "values one by one, structs only for events that mention an invitation; refuses as above", withTokens},
	{"buger/jsonparser", "looks for names and checks nothing that it passes over", withJSONParser},
	{"valyala/fastjson", "a tree of the whole document", withFastJSON},
	{"tidwall/gjson", "looks for names and checks nothing at all", withGJSON},
	{"`eventchannel.Reader.Events`", "from an io.Reader, in flat memory, with limits and the place of every fault; the whole resource", withReader},
	{"`eventchannel.Reader.RawEvents`", "the same, but for the resource: its direction, state, operationId and operations", withRaw},
}

func withReader(doc []byte) (found []outcome, err error) {
	for e, err := range eventchannel.NewReader(bytes.NewReader(doc)).Events() {
		if err != nil {
			return nil, err
		}
		o := outcome{href: e.Href, kind: e.Type.String(), status: e.Status}
		if e.Invitation != nil {
			o.state = e.Invitation.State
		}
		if e.Reason != nil {
			o.code, o.subcode = string(e.Reason.Code), string(e.Reason.Subcode)
		}
		found = append(found, o)
	}
	return found, nil
}

// rawReader keeps its memory from one stream to the next, as a server's does.
var rawReader = eventchannel.NewReader(nil)

func withRaw(doc []byte) (found []outcome, err error) {
	rawReader.Reset(bytes.NewReader(doc))
	for e, err := range rawReader.RawEvents() {
		if err != nil {
			return nil, err
		}
		o := outcome{href: e.Href(), kind: e.Type.String(), status: e.Status, state: e.State}
		if e.Reason != nil {
			o.code, o.subcode = string(e.Reason.Code), string(e.Reason.Subcode)
		}
		found = append(found, o)
	}
	return found, nil
}

func withTokens(doc []byte) (found []outcome, err error) {
	d := jsontext.NewDecoder(bytes.NewBuffer(doc))
	mention := []byte(rel)
	for {
		switch kind := d.PeekKind(); {
		case kind == 0:
			if _, err := d.ReadToken(); err != io.EOF {
				return nil, err
			}
			return found, nil
		case d.StackDepth() == 4 && kind == '{': // an element of sender, of events
			raw, err := d.ReadValue()
			if err != nil {
				return nil, err
			}
			if !bytes.Contains(raw, mention) {
				continue
			}
			var e wireEvent
			if err := jsonv2.Unmarshal(raw, &e); err != nil {
				return nil, err
			}
			if e.Link.Rel == rel {
				found = append(found, e.outcome())
			}
		default:
			token, err := d.ReadToken()
			if err != nil {
				return nil, err
			}
			other := d.StackDepth() == 1 && token.String() != "sender" || d.StackDepth() == 3 && token.String() != "events"
			if other && token.Kind() == '"' {
				if err := d.SkipValue(); err != nil {
					return nil, err
				}
			}
		}
	}
}

func withJSONParser(doc []byte) (found []outcome, err error) {
	text := func(event []byte, keys ...string) string {
		s, _ := jsonparser.GetString(event, keys...)
		return s
	}
	_, err = jsonparser.ArrayEach(doc, func(sender []byte, _ jsonparser.ValueType, _ int, _ error) {
		_, _ = jsonparser.ArrayEach(sender, func(event []byte, _ jsonparser.ValueType, _ int, _ error) {
			if r, _, _, _ := jsonparser.Get(event, "link", "rel"); string(r) == rel {
				found = append(found, outcome{
					text(event, "link", "href"), text(event, "type"), text(event, "status"),
					text(event, "_embedded", rel, "state"), text(event, "reason", "code"), text(event, "reason", "subcode"),
				})
			}
		}, "events")
	}, "sender")
	return found, err
}

// fastJSON keeps its memory from one document to the next, as its parser is meant to be used.
var fastJSON fastjson.Parser

func withFastJSON(doc []byte) (found []outcome, err error) {
	v, err := fastJSON.ParseBytes(doc)
	if err != nil {
		return nil, err
	}
	for _, sender := range v.GetArray("sender") {
		for _, event := range sender.GetArray("events") {
			if string(event.GetStringBytes("link", "rel")) != rel {
				continue
			}
			text := func(keys ...string) string { return string(event.GetStringBytes(keys...)) }
			found = append(found, outcome{
				text("link", "href"), text("type"), text("status"),
				text("_embedded", rel, "state"), text("reason", "code"), text("reason", "subcode"),
			})
		}
	}
	return found, nil
}

func withGJSON(doc []byte) (found []outcome, err error) {
	gjson.GetBytes(doc, "sender").ForEach(func(_, sender gjson.Result) bool {
		sender.Get("events").ForEach(func(_, event gjson.Result) bool {
			if event.Get("link.rel").Str == rel {
				found = append(found, outcome{
					event.Get("link.href").String(), event.Get("type").String(), event.Get("status").String(),
					event.Get("_embedded." + rel + ".state").String(), event.Get("reason.code").String(), event.Get("reason.subcode").String(),
				})
			}
			return true
		})
		return true
	})
	return found, nil
}

// readings reads the document.
func readings(read func([]byte) ([]outcome, error)) sample {
	return timed(func(n int) (done int) {
		for range n {
			if found, err := read(document); err == nil && len(found) == invited {
				done++
			}
		}
		return done
	})
}

// lines reads the documents of the webhook: all of them by a reader of streams, and otherwise one after the other.
func lines(name string, read func([]byte) ([]outcome, error)) sample {
	stream := strings.HasPrefix(name, "`eventchannel")
	return timed(func(n int) (done int) {
		for range n {
			found := 0
			if stream {
				all, err := read(webhook)
				if err == nil {
					found = len(all)
				}
			} else {
				for line := range bytes.Lines(webhook) {
					one, err := read(line)
					if err == nil {
						found += len(one)
					}
				}
			}
			if found == posted {
				done++
			}
		}
		return done
	})
}

func documents(set settings, w io.Writer) error {
	var rows []row
	for _, r := range documentReaders {
		rows = append(rows, row{r.name, []sample{lines(r.name, r.read), readings(r.read)}})
	}
	taken, ratios, err := set.measure(rows)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, `
## Documents

The events about invitations out of %d documents of a webhook, each of which has one, one document a line; and out of one
document of %.1f MB, in which %d events are about invitations and a hundred times as many are not. All readers find the
same.

| | lines of a webhook | kB allocated | allocations | one document | kB allocated | allocations |
|---|--:|--:|--:|--:|--:|--:|
`, posted, float64(len(document))/1e6, invited)
	for n, r := range rows {
		fmt.Fprintf(w, "| %s |", r.name)
		for column, size := range []int{len(webhook), len(document)} {
			speed := times(1 / ratios[n][column])
			if n == 0 {
				speed = figure(float64(size)/taken[n][column]*1e3) + " MB/s"
			}
			count, bytes := memory(r.samples[column], 10)
			fmt.Fprintf(w, " %s | %s | %s |", speed, figure(bytes/1e3), figure(count))
		}
		fmt.Fprint(w, "\n")
	}
	fmt.Fprint(w, "\n")
	for _, r := range documentReaders {
		fmt.Fprintf(w, "- %s: %s\n", r.name, r.note)
	}
	return nil
}
