package recording_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/avinvite/avinvite/fsm/recording"
)

var update = flag.Bool("update", false, "write the items that are read into the scripts")

// request tells a request in a line.
func request(r *recording.Request) string {
	line := r.Method
	if len(r.Body) > 0 {
		line += " " + string(r.Body)
	}
	line += fmt.Sprintf(" %d", r.Status)
	if r.Foreign {
		line += " foreign"
	}
	if r.Answer != nil {
		line += " " + string(r.Answer.Code)
	}
	if r.Location != "" {
		line += " to " + r.Location
	}
	if r.Resource != nil {
		line += " shows " + r.Resource.State
	}
	return line
}

// TestScripts reads the recordings in testdata. A script has a recording in each section and, in the section behind it,
// the items that are read from it: a line for each event, request and error. In a recording, "@started" stands for the
// text of an event document, "@base64" for the same in base64, and "@gzip" for its gzip in base64.
func TestScripts(t *testing.T) {
	scripts, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatal("no scripts", err)
	}
	document := strings.ReplaceAll(started, `"`, `\"`)
	stands := strings.NewReplacer(
		"@started", document, "@base64", base64.StdEncoding.EncodeToString([]byte(started)),
		"@gzip", base64.StdEncoding.EncodeToString([]byte(zip(t, started))),
		"@br", base64.StdEncoding.EncodeToString([]byte("\x1b\x58\x00\xa0\x24")),
	)
	for _, script := range scripts {
		archive, err := txtar.ParseFile(script)
		if err != nil {
			t.Fatal(err)
		}
		for n := 0; n+1 < len(archive.Files); n += 2 {
			input, items := archive.Files[n], &archive.Files[n+1]
			t.Run(filepath.Base(script)+"/"+input.Name, func(t *testing.T) {
				if items.Name != "items" {
					t.Fatalf("section %q, want items", items.Name)
				}
				got := strings.Join(append(lines(stands.Replace(string(input.Data))), ""), "\n")
				if *update {
					items.Data = []byte(got)
				} else if diff := cmp.Diff(string(items.Data), got); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		}
		if *update {
			if err := os.WriteFile(script, txtar.Format(archive), 0o644); err != nil {
				t.Error(err)
			}
		}
	}
}

// TestForms has input that is no recording. The error says what it is and, where that helps, how to make a recording
// of it.
func TestForms(t *testing.T) {
	for _, test := range []struct{ input, is, do string }{
		{"", "empty input", ""},
		{" \n", "empty input", ""},
		{"%PDF-1.7\n%", "a PDF", ""},
		{"time,href\n1,i/1\n", `begins with "time,href`, ""},
		{`<?xml version="1.0"?><events/>`, "XML", "application/json"},
		{"<!DOCTYPE html>\n<html>", "a page or XML", ""},
		{"PK\x03\x04", "a zip archive", "unzip -p"},
		{"\x28\xb5\x2f\xfd\x04", "zstd", "zstd -dc"},
		{"\x04\x22\x4d\x18d", "lz4", "lz4 -dc"},
		{"\x78\x9c\xab\x56", "zlib", "pigz"},
		{"\x1b\x58\x00\xa0\x24", "brotli", "brotli -dc"},
		{strings.Repeat("x", 257) + "ustar\x00", "tar", "tar"},
		{"\xff\xfe{\x00", "UTF-16", "iconv"},
		{"\xff\xfe\x00\x00{\x00\x00\x00", "UTF-32", "iconv -f UTF-32"},
		{"\x00\x00\xfe\xff\x00\x00\x00{", "UTF-32", "iconv -f UTF-32"},
		{"\x1e" + started, "a JSON text sequence", "tr -d '\\036'"},
		{"\x00{\x00\"", "UTF-16", "iconv"},
		{"{\x00\"\x00", "UTF-16", "iconv"},
		{zip(t, zip(t, started)), "gzip more than once", "gzip -dc"},
		{"2017-04-20 INFO " + started, `"2017-04-20 INFO " before the brace`, "sed"},
		{"[2024-05-06T09:00:00Z] " + started, "before the brace", "sed"},
		{"[INFO] " + started, "before the brace", "sed"},
		{"data: " + started, "before the brace", "sed"},
		{`["sender"]`, "an array that does not begin with an object", ""},
		{`[1]`, "an array that does not begin with an object", ""},
		{`{"name":"x","version":1}`, `an object with the members ["name" "version"]`, ""},
		{`{"log":` + quote(started) + `,"stream":"stdout"}`, "docker", "jq -r '.log'"},
		{`{"time":"2024","body":` + started + `}`, "wrap", "jq -c '.body'"},
		{`{"time":"2024","body":` + quote(started) + `}`, "text", "jq -r '.body'"},
		{`{"request":{"the body":[{"text":` + quote(started) + `}]}}`, "text", `jq -r '.request.["the body"][].text'`},
		{`[{"body":` + started + `}]`, "wrap", "jq -c '.[]|.body'"},
		{`{"har":{"log":{"entries":[]}}}`, "wrap", "jq -c '.har'"},
		{`{"version":"1.2","entries":[]}`, "the log of a HAR", "jq '{log:.}'"},
		{`{"startedDateTime":"","request":{}}`, "the entries of a HAR", "jq -s"},
		{`{"type":"started","link":{"rel":"r","href":"h"}}`, "an event alone", "jq -c '{sender:[{events:[.]}]}'"},
		{`{"rel":"r","href":"h","events":[]}`, "a sender alone", "jq -c '{sender:[.]}'"},
		{`{}`, "an empty object", ""},
		{strings.Repeat("縞馬", 9), `begins with "縞馬`, ""}, // the 32nd byte is in a character
		{`{"rel":"ms:rtc:saas:audioVideo","state":"Connected","_links":{}}`, `the resource "ms:rtc:saas:audioVideo" alone`, ""},
		{`{"code":"Gone","message":"no"}`, "an error body alone", ""},
		{`{"rel":"ms:rtc:saas:audioVideoInvitation","state":"Connecting","_links":{"self":{"href":"h"}}}`, "an invitation alone", "jq -c"},
	} {
		var errs []error
		for item, err := range recording.Items(strings.NewReader(test.input)) {
			if errs = append(errs, err); err == nil {
				t.Errorf("%.40q: %+v, want an error alone", test.input, item)
			}
		}
		form := new(recording.FormError)
		if len(errs) != 1 || !errors.As(errs[0], &form) || !strings.Contains(form.Is, test.is) || !strings.Contains(form.Do, test.do) ||
			strings.Contains(errs[0].Error(), "avinvite") {
			t.Errorf("%.40q: errors %v, want one: %s, %s", test.input, errs, test.is, test.do)
		}
	}
}

// TestGzip reads gzip as people have it: whole, in several members, cut short, and with something behind.
func TestGzip(t *testing.T) {
	packed, har := zip(t, started), zip(t, `{"log":{"entries":[]}}`)
	for _, test := range []struct {
		name, input string
		want        []string
	}{
		{"whole", packed, []string{"started"}},
		{"in two members", packed + packed, []string{"started", "started"}},
		{"cut short", packed[:len(packed)-4], []string{"started", "the gzip data are cut short"}},
		{"with three bytes behind", packed + "abc", []string{"started", "behind the gzip data"}},
		{"with a byte behind", packed + "\x1f", []string{"started", "behind the gzip data"}},
		{"with something behind", packed + "something that is behind", []string{"started", "behind the gzip data"}},
		{"with a member behind that is cut short", packed + packed[:5], []string{"started", "cut short"}},
		{"a HAR cut short", har[:len(har)-4], []string{"byte 22: the gzip data are cut short"}},
		{"nothing", "\x1f\x8b", []string{"begins like gzip"}},
	} {
		got := lines(test.input)
		ok := len(got) == len(test.want)
		for n := range got {
			ok = ok && n < len(test.want) && strings.Contains(got[n], test.want[n])
		}
		if !ok {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// TestSpace has more white space in front than is looked at to recognise a form.
func TestSpace(t *testing.T) {
	for _, space := range []string{strings.Repeat(" ", 100_000), strings.Repeat("\r\n\t ", 40_000), " "} {
		for _, begin := range []string{"", "["} {
			input := space + begin + started
			if begin == "[" {
				input += "]"
			}
			for item, err := range recording.Items(strings.NewReader(input)) {
				want := int64(strings.Index(input, `{"type"`))
				if err != nil || item.Event.Place().Offset != want {
					t.Errorf("%.5q: %+v, error %v, want byte %d", space, item, err, want)
				}
			}
		}
		if got := lines(space + `{"log":{"entries":[]}}`); got != nil {
			t.Errorf("%.5q and a HAR: %q, want nothing", space, got)
		}
	}
}

// TestTimes has times as people write them.
func TestTimes(t *testing.T) {
	want := time.Date(2024, 5, 6, 9, 0, 0, 500_000_000, time.UTC)
	for _, text := range []string{
		"2024-05-06T09:00:00.500Z", "2024-05-06T11:00:00.5+02:00", "2024-05-06T03:30:00.5-05:30", // HAR 1.2
		"2024-05-06t09:00:00.5z", "2024-05-06 09:00:00.5Z", // RFC 3339, 5.6
		"2024-05-06T09:00:00.5+0000", "2024-05-06T11:00:00.5+0200", // lightbody/browsermob-proxy#44, nccgroup/LoggerPlusPlus#138
		"2024-05-06T09:00:00.5",                                                          // ProxymanApp/Proxyman#2580
		"2024-05-06T09:00:00,5Z", "2024-05-06T09:00:00.5+00", "2024-05-06T11:00:00.5+02", // ISO 8601; not reported; by precaution
		"2024-05-06 11:00:00.5 +0200", "2024-05-06 09:00:00.5 UTC", " 2024-05-06T09:00:00.5Z ", // not reported; by precaution
	} {
		input := `{"log":{"entries":[{"startedDateTime":` + quote(text) + `,"request":{"method":"POST","url":"u"}}]}}`
		for item, err := range recording.Items(strings.NewReader(input)) {
			if err != nil || !item.Time.Equal(want) {
				t.Errorf("%s: %v, error %v, want %v", text, item.Time, err, want)
			}
		}
	}
}

func quote(text string) string {
	quoted, _ := json.Marshal(text) // of a string, which cannot fail
	return string(quoted)
}

// zip compresses a text by gzip.
func zip(t *testing.T, text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write([]byte(text))
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestPipe wants each event of a pipe before the next document is written, also if documents could be read ahead.
func TestPipe(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	document := `{"sender":[{"events":[{"link":{"rel":"audioVideoInvitation","href":"/i"},"type":"updated"}]}]}`
	fault := func(_ recording.Item, err error) error { return err }
	items := func(in io.Reader) iter.Seq[error] {
		return func(yield func(error) bool) {
			for item, err := range recording.Items(in) {
				if !yield(fault(item, err)) {
					return
				}
			}
		}
	}
	ahead := func(in io.Reader) iter.Seq[error] { return recording.Map(in, fault) }
	for _, read := range []func(io.Reader) iter.Seq[error]{items, ahead} {
		for _, parts := range [][]string{
			{document, document, document},
			{document + "\n", document + "\n", document + "\n"},
			{" " + document + "\r\n", document + "\n" + document[:10], document[10:] + document[:90], document[90:]},
			{"[" + document, "," + document, ",\n  " + document + "]"},
		} {
			synctest.Test(t, func(t *testing.T) {
				in, out := io.Pipe()
				seen, ended := 0, make(chan bool)
				go func() {
					defer close(ended)
					for err := range read(in) {
						if err != nil {
							t.Error(err)
						}
						seen++
					}
				}()
				for n, text := range parts {
					_, _ = io.WriteString(out, text)
					if synctest.Wait(); seen != strings.Count(strings.Join(parts[:n+1], ""), "]}]}") {
						t.Errorf("%d events are read of %q", seen, parts[:n+1])
					}
				}
				_ = out.Close()
				<-ended
			})
		}
	}
}
