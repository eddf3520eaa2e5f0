package conformance_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/avinvite/avinvite/fsm/conformance"
)

var update = flag.Bool("update", false, "write the verdicts into the scripts")

// TestScripts judges the recordings that the scripts in testdata describe. A script has a recording in each section and,
// in the section behind it, the verdicts on it. A recording has a line for each of these:
//
//	document [SELF]               begins an event document, whose self link is SELF
//	poll SECOND [SELF] [took=MS]  begins one that a poll brings, which begins at that second and takes a second
//	hook SECOND [SELF]            begins one that a webhook gets
//	event HREF TYPE [MEMBER=VALUE...]   (HREF - for none)
//	    an event in the document. The members are status, reason (CODE/SUBCODE), sender, link (an operation and, behind a
//	    comma, its href), and properties of the embedded resource; "embedded" embeds one without properties
//	get SECOND HREF [MEMBER=VALUE...]   a GET of the resource
//	post SECOND URL STATUS [body=BODY] [answer=CODE/SUBCODE] [type=TYPE] [location=HREF]
//	    BODY is JSON or a form
//	raw JSON                      a line of the recording, or an entry of it
//	reverse                       turns the order of the documents or entries so far
//	again                         repeats them
//
// With a poll, a hook or a request, the recording is a HAR.
func TestScripts(t *testing.T) {
	scripts, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, file := range scripts {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for n := 0; n+1 < len(archive.Files); n += 2 {
			script, verdicts := archive.Files[n], &archive.Files[n+1]
			t.Run(filepath.Base(file)+"/"+script.Name, func(t *testing.T) {
				if verdicts.Name != "verdicts" {
					t.Fatalf("section %q, want verdicts", verdicts.Name)
				}
				input := new(recorded)
				for line := range strings.Lines(string(script.Data)) {
					input.do(t, strings.Fields(line))
				}
				got := tell(t, input.text(t))
				if *update {
					verdicts.Data = []byte(got)
				} else if diff := cmp.Diff(string(verdicts.Data), got); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		}
		if *update {
			if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
				t.Error(err)
			}
		}
	}
}

// tell checks a recording, and tells each verdict, its steps and its findings in a line each.
func tell(t *testing.T, recording string) string {
	t.Helper()
	var b strings.Builder
	verdicts, err := conformance.Check(strings.NewReader(recording))
	for _, v := range verdicts {
		direction := v.Direction.String()
		switch {
		case v.Direction == 0:
			direction = "?"
		case v.DirectionInferred:
			direction += "?"
		}
		fmt.Fprintf(&b, "%s %s %v %v %v", v.Href+v.OperationID, direction, v.Path, v.Reason, v.Result)
		if v.Call != nil {
			fmt.Fprintf(&b, ", call to %q", v.Call.To)
		}
		if v.Refused {
			fmt.Fprintf(&b, " refused %d", v.Call.Status)
		}
		b.WriteString("\n")
		for _, s := range v.Steps {
			if s.Time.IsZero() {
				fmt.Fprintf(&b, "  %v\n", s)
			} else {
				fmt.Fprintf(&b, "  %s %v\n", s.Time.Format("05.0"), s)
			}
		}
		for _, f := range v.Findings {
			if f.Source == "" || f.Expected == "" || f.Rule.Text() == "" || f.Place.Offset < 0 {
				t.Errorf("finding %+v lacks its source, its expectation or the text of its rule", f)
			}
			fmt.Fprintf(&b, "  %s %s %s: %s\n", f.Severity(), f.Basis, f.Rule, f.Seen)
		}
		for _, e := range v.Repair {
			fmt.Fprintf(&b, "  repair: %s -> %s\n", e.Event, e.To)
		}
	}
	if err != nil {
		fmt.Fprintf(&b, "error: %v\n", err)
	}
	return b.String()
}

// recorded is a recording that a script describes.
type recorded struct {
	har   bool
	parts []*part
}

// part is a document or an entry.
type part struct {
	raw     string // instead of all else
	second  int
	took    string
	self    string
	hook    bool
	events  []map[string]any
	senders []string // of the events
	request map[string]any
	answer  map[string]any
}

func (r *recorded) do(t *testing.T, words []string) {
	t.Helper()
	members := map[string]string{}
	plain := slices.DeleteFunc(slices.Clone(words), func(w string) bool {
		name, value, is := strings.Cut(w, "=")
		is = is && !strings.ContainsAny(name, ":/?{")
		if is {
			members[name] = value
		}
		return is
	})
	word := func(n int) string {
		if n < len(plain) {
			return plain[n]
		}
		return ""
	}
	second := func() (s int) { _, _ = fmt.Sscan(word(1), &s); return s }
	switch word(0) {
	case "document":
		r.parts = append(r.parts, &part{self: word(1)})
	case "poll", "hook":
		r.har = true
		took, has := members["took"]
		if !has {
			took = "1000"
		}
		r.parts = append(r.parts, &part{second: second(), self: word(2), took: took, hook: word(0) == "hook"})
	case "event":
		if len(r.parts) == 0 {
			r.parts = append(r.parts, new(part))
		}
		p := r.parts[len(r.parts)-1]
		e := map[string]any{"link": map[string]any{"rel": "ms:rtc:saas:audioVideoInvitation", "href": strings.TrimPrefix(word(1), "-")}, "type": word(2)}
		if status, has := members["status"]; has {
			e["status"] = status
		}
		if reason, has := members["reason"]; has {
			e["reason"] = pair(reason)
		}
		p.senders = append(p.senders, members["sender"])
		if resource := properties(members); resource != nil || slices.Contains(plain, "embedded") {
			e["_embedded"] = map[string]any{"ms:rtc:saas:audioVideoInvitation": resource}
		}
		p.events = append(p.events, e)
	case "get":
		r.har = true
		resource := properties(members)
		resource["rel"] = "ms:rtc:saas:audioVideoInvitation"
		text, _ := json.Marshal(resource)
		r.parts = append(r.parts, &part{
			second: second(), took: "500", request: map[string]any{"method": "GET", "url": word(2)},
			answer: map[string]any{"status": 200, "content": map[string]any{"mimeType": "application/json", "text": string(text)}},
		})
	case "post":
		r.har = true
		p := &part{second: second(), took: "500", request: map[string]any{"method": "POST", "url": word(2)}}
		status := 0
		if _, err := fmt.Sscan(word(3), &status); err == nil {
			kind, has := members["type"]
			if !has {
				kind = "application/json"
			}
			content := map[string]any{"mimeType": kind}
			if answer, has := members["answer"]; has {
				text, _ := json.Marshal(pair(answer))
				content["text"] = string(text)
			} else if has = members["page"] != ""; has {
				content["text"] = members["page"]
			}
			p.answer = map[string]any{"status": status, "content": content, "redirectURL": members["location"]}
		}
		if body, has := members["body"]; has {
			kind := "application/x-www-form-urlencoded"
			if strings.HasPrefix(body, "{") {
				kind = "application/json"
			}
			p.request["postData"] = map[string]any{"mimeType": kind, "text": body}
		}
		r.parts = append(r.parts, p)
	case "raw":
		r.parts = append(r.parts, &part{raw: strings.Join(words[1:], " ")})
	case "reverse":
		slices.Reverse(r.parts)
	case "again":
		r.parts = append(r.parts, r.parts...)
	case "":
	default:
		t.Fatalf("%q is no line of a script", words)
	}
}

// pair returns the error body of CODE/SUBCODE.
func pair(text string) map[string]any {
	code, subcode, has := strings.Cut(text, "/")
	body := map[string]any{"code": code}
	if has {
		body["subcode"] = subcode
	}
	return body
}

// properties returns the embedded resource, nil if the members have none.
func properties(members map[string]string) map[string]any {
	resource := map[string]any{}
	for name, value := range members {
		switch name {
		case "status", "reason", "sender":
		case "link":
			links := map[string]any{"self": map[string]any{"href": "self"}}
			for link := range strings.SplitSeq(value, ";") {
				operation, href, has := strings.Cut(link, ",")
				if !has {
					href = "self/" + operation
				}
				links["ms:rtc:saas:"+operation] = map[string]any{"href": href}
			}
			resource["_links"] = links
		case "long":
			resource[value] = strings.Repeat("x", 251)
		default:
			resource[name] = value
		}
	}
	if len(resource) == 0 {
		return nil
	}
	return resource
}

// text returns the recording.
func (r *recorded) text(t *testing.T) string {
	var texts []string
	for _, p := range r.parts {
		text := p.raw
		if text == "" {
			text = p.text(t, r.har)
		}
		texts = append(texts, text)
	}
	if r.har {
		return `{"log":{"entries":[` + strings.Join(texts, ",\n") + `]}}`
	}
	return strings.Join(texts, "\n")
}

func (p *part) text(t *testing.T, har bool) string {
	if p.request == nil {
		var senders []any
		for n, e := range p.events {
			sender := map[string]any{"events": []any{e}}
			if p.senders[n] != "" {
				sender["rel"] = p.senders[n]
			}
			senders = append(senders, sender)
		}
		document := map[string]any{"sender": senders}
		if p.self != "" {
			document["_links"] = map[string]any{"self": map[string]any{"href": p.self}}
		}
		text, err := json.Marshal(document)
		if err != nil {
			t.Fatal(err)
		}
		if !har {
			return string(text)
		}
		body := map[string]any{"mimeType": "application/json", "text": string(text)}
		p.request = map[string]any{"method": "GET", "url": "https://pool.example/applications/1/events?ack=1"}
		p.answer = map[string]any{"status": 200, "content": body}
		if p.hook {
			p.request = map[string]any{"method": "POST", "url": "https://bot.example/callback", "postData": body}
			p.answer = map[string]any{"status": 200}
		}
	}
	entry := map[string]any{
		"startedDateTime": time.Date(2017, 4, 20, 12, 0, p.second, 0, time.UTC), "request": p.request,
		"time": json.RawMessage(p.took),
	}
	if p.answer != nil {
		entry["response"] = p.answer
	}
	text, err := json.Marshal(entry)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
