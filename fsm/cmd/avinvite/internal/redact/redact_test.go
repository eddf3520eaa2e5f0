package redact_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/redact"
	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/fsm/recording"
)

// judged returns what a recording is judged to be, without what redaction replaces.
func judged(text []byte) (lines []string) {
	var c conformance.Checker
	err := c.Read(bytes.NewReader(text))
	faults := 0
	if all, ok := err.(interface{ Unwrap() []error }); ok {
		faults = len(all.Unwrap())
	}
	lines = append(lines, fmt.Sprintf("faults %d, passed over %v", faults, c.PassedOver()))
	for v := range c.Verdicts() {
		reason := v.Reason.String()
		lines = append(lines, fmt.Sprintf("%v %v %v %v %v %v %v %v %v", v.Direction, v.DirectionInferred, v.Path, v.Result,
			v.Outcome, reason, v.Refused, v.Expects, v.Began.IsZero()))
		if v.Call != nil {
			lines = append(lines, fmt.Sprintf("call %d %v %v", v.Call.Status, v.Call.Time, v.Call.To != ""))
		}
		for _, s := range v.Steps {
			lines = append(lines, fmt.Sprintf("%v %v %v %d %v %v", s, s.State, s.Time, s.Findings, s.Answered, s.Place.Document))
		}
		for _, f := range v.Findings {
			lines = append(lines, fmt.Sprintf("%s %v %s %d %s", f.Rule, f.Basis, f.Source, f.Place.Document, f.Place.Pointer))
		}
		lines = append(lines, fmt.Sprintf("%d edits", len(v.Repair)))
	}
	return lines
}

// recordings returns every recording of the repository, those in scripts included, by name.
func recordings(t *testing.T) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	err := filepath.WalkDir("../../../../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text := []byte(nil)
		switch filepath.Ext(path) {
		case ".json", ".jsonl", ".ndjson", ".har", ".log", ".gz":
			text, err = os.ReadFile(path)
			all[path] = text
		case ".txtar":
			text, err = os.ReadFile(path)
			for n, part := range strings.Split(string(text), "\n-- ")[1:] {
				_, body, _ := strings.Cut(part, " --\n")
				all[fmt.Sprintf("%s#%d", path, n)] = []byte(body)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestSame judges all recordings of the repository, and what redaction makes of them.
func TestSame(t *testing.T) {
	invitations := 0
	for path, text := range recordings(t) {
		var out, again bytes.Buffer
		err := redact.Copy(&out, bytes.NewReader(text))
		if form := new(recording.FormError); errors.As(err, &form) {
			if out.Len() > 0 {
				t.Errorf("%s: %v, and yet %q is written", path, err, out.String())
			}
			continue
		} else if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		want := judged(text)
		if diff := gocmp.Diff(want, judged(out.Bytes())); diff != "" {
			t.Errorf("%s is judged otherwise when it is redacted (-as it is +redacted):\n%s", path, diff)
		}
		invitations += len(want) - 1
		if err := redact.Copy(&again, bytes.NewReader(out.Bytes())); err != nil || again.Len() == 0 {
			t.Errorf("%s cannot be redacted twice: %v", path, err)
		}
	}
	if invitations < 20 {
		t.Errorf("%d lines about invitations, want those of all recordings", invitations)
	}
}

// secrets are values that stand in the recording below.
var secrets = []string{
	"alice", "bob", "fabrikam", "contoso", "hunter2", "c0ffee", "Bearer", "Budget", "4255550", "Crocodile", "AdRh", "v=0", "dj0",
	"session=", "X-Trace", "MyMember", "secret", "1627259584",
}

const exchange = `{"log":{"version":"1.2","creator":{"name":"Alice's proxy secret","version":"secret 1"},"pages":[{"title":"https://contoso.com/secret"}],
"entries":[{"startedDateTime":"2017-04-20T12:00:00.000Z","time":15,"serverIPAddress":"secret","request":{"method":"POST",
"url":"https://alice:hunter2@pool.contoso.com:8443/platformservice/v1/applications/1627259584/communication/startAudio?MyMember=secret&operationId=c0ffee",
"headers":[{"name":"Authorization","value":"Bearer hunter2"},{"name":"Cookie","value":"session=1"},{"name":"X-Trace","value":"secret"},{"name":"Content-Type","value":"application/json; x=secret"}],
"cookies":[{"name":"session","value":"secret"}],"queryString":[{"name":"MyMember","value":"secret"}],
"postData":{"mimeType":"application/json","params":[{"name":"secret"}],"text":"{\"operationId\":\"c0ffee\",\"to\":\"sip:bob@fabrikam.com\",\"subject\":\"Budget\",\"MyMember\":4255550,\"sessionContext\":\"secret\"}"}},
"response":{"status":404,"statusText":"secret","headers":[{"name":"Set-Cookie","value":"session=1"}],"content":{"mimeType":"application/json","text":"{\"code\":\"NotFound\",\"message\":\"Crocodile\",\"debugInfo\":{\"MyMember\":\"secret\"}}"}}},
{"startedDateTime":"2017-04-20T12:00:01.000Z","time":15,"comment":"secret","request":{"method":"GET","url":"https://pool.contoso.com/platformservice/v1/applications/1627259584/events?ack=1"},
"response":{"status":200,"content":{"mimeType":"application/json","text":"{\"sender\":[{\"rel\":\"ms:rtc:saas:communication\",\"href\":\"/c/secret\",\"events\":[{\"link\":{\"rel\":\"ms:rtc:saas:audioVideoInvitation\",\"href\":\"/platformservice/v1/applications/1627259584/communication/audioVideoInvitations/c0ffee?endpointId=sip%3Aalice%40contoso.com\",\"title\":\"Alice\"},\"type\":\"started\",\"_embedded\":{\"ms:rtc:saas:audioVideoInvitation\":{\"direction\":\"Incoming\",\"state\":\"Connecting\",\"threadId\":\"AdRh\",\"subject\":\"Budget\",\"customContent\":{\"href\":\"data:text/plain;base64,dj0wDQo=\"},\"mediaOffer\":{\"href\":\"data:application/sdp,v=0\"},\"_embedded\":{\"from\":{\"uri\":\"tel:+14255550\",\"name\":\"alice\"}}}}}]}]}"}}}
]}}`

// TestSecrets looks for what must not be in a redacted recording, and for what must.
func TestSecrets(t *testing.T) {
	var out bytes.Buffer
	if err := redact.Copy(&out, strings.NewReader(exchange)); err != nil {
		t.Fatal(err)
	}
	for _, secret := range secrets {
		if !strings.Contains(exchange, secret) {
			t.Errorf("the recording does not hold %q", secret)
		}
		if strings.Contains(strings.ToLower(out.String()), strings.ToLower(secret)) {
			t.Errorf("%q is still in %s", secret, out.String())
		}
	}
	for _, kept := range []string{
		"NotFound", "Connecting", "Incoming", "startAudio", "2017-04-20T12:00:01.000Z", ":8443/platformservice/v1/applications/id1/",
		"audioVideoInvitations/", "events?ack=1", `"status":404`, `{\"operationId\":\"operation 1\"`, "tel:+1555",
	} {
		if !strings.Contains(out.String(), kept) {
			t.Errorf("%q is not in %s", kept, out.String())
		}
	}
	if diff := gocmp.Diff(judged([]byte(exchange)), judged(out.Bytes())); diff != "" {
		t.Errorf("judged otherwise when redacted (-as it is +redacted):\n%s", diff)
	}
}

// TestConsistent redacts one resource that is written in several ways, and two that are alike.
func TestConsistent(t *testing.T) {
	const a, b = `{"href":"https://Pool.example:443/I/%61bc"}`, `{"href":"https://pool.example/i/ABC?x=1"}`
	const c = `{"href":"https://pool.example/i/abd"}`
	var out bytes.Buffer
	if err := redact.Copy(&out, strings.NewReader(a+b+c)); err != nil {
		t.Fatal(err)
	}
	want := `{"href":"https://host1.example/id1/id2"}
{"href":"https://host1.example/id1/id2?parameter1=value1"}
{"href":"https://host1.example/id1/id3"}
`
	if got := strings.TrimRight(out.String(), "\n") + "\n"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestFaults redacts broken and unreadable input.
func TestFaults(t *testing.T) {
	full := errors.New("full")
	if err := redact.Copy(failing{full}, strings.NewReader(exchange)); !errors.Is(err, full) {
		t.Errorf("on a full disk: %v", err)
	}
	gone := errors.New("gone")
	if err := redact.Copy(io.Discard, io.MultiReader(strings.NewReader(`{"sender":[`), iotest.ErrReader(gone))); !errors.Is(err, gone) {
		t.Errorf("of a disk that is gone: %v", err)
	}
	for _, text := range []string{"", "<html>", "GET / HTTP/1.1"} {
		form := new(recording.FormError)
		if err := redact.Copy(io.Discard, strings.NewReader(text)); !errors.As(err, &form) {
			t.Errorf("%q: %v, want the error of another form", text, err)
		}
	}
	lines := slices.Collect(strings.Lines(strings.Repeat(`{"sender":[{"rel":"people"}]}`+"\n", 3)))
	lines[1] = `{"sender":[{"rel":"secret` + "\n"
	var out bytes.Buffer
	if err := redact.Copy(&out, strings.NewReader(strings.Join(lines, ""))); err != nil || strings.Contains(out.String(), "secret") {
		t.Errorf("%v, %s", err, out.String())
	}
	if n := strings.Count(out.String(), "people"); n != 2 {
		t.Errorf("%d of 2 whole lines are in %s", n, out.String())
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
