package codes_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/avinvite/avinvite/codes"
)

// bodies are error bodies as they are sent, and some that should not be.
var bodies = []string{
	`{"code":"RemoteFailure","subcode":"Declined","message":"Your invitation was declined."}`,
	`{"code":"Informational","subcode":"PromptsStopped","message":null}`,
	`{"code":"NotFound","message":"gone","debugInfo":{"errorReportId":"7f", "n":1e2}}`,
	`{"code":"BadRequest","subcode":"None","parameters":[{"name":"sdp","reason":"Invalid"},{"name":"to","reason":""}]}`,
	`{"code":"BadRequest","parameters":{"to":"Missing","sdp":"Invalid"}}`,
	`{"code":"BadRequest","parameters":[]}`,
	`{"code":"BadRequest","parameters":{}}`,
	`{"code":"BadRequest","parameters":[{"name":"sdp","reason":"Invalid","more":1}]}`,
	`{"code":"BadRequest","parameters":[{"name":"sdp"}]}`,
	`{"code":"BadRequest","parameters":null}`,
	`{"code":"BadRequest","parameters":{"to":null}}`,
	`{"code":"Gone","link":"https://pool.example/help","retryAfter":3,"x":{"y":[null,true]}}`,
	`{"code":"Gone","link":{"href":"/help"},"subcode":7,"message":[]}`,
	`{"code":"Gone","link":"","subcode":"","message":"","debugInfo":null}`,
	`{"code":"Té/<>&\u2028","subcode":"\u0000"}`,
	`{"code":"Gone","Code":"a member of another name","SUBCODE":1}`,
	`{"code":"Gone","subcode":"\uFFFD","message":"\ud83d\ude00 and \u00e9"}`,
	`{"code":"Gone","subcode":"a\ud83d","message":"\udE00","link":"\uDBFF","parameters":[{"name":"\ud800","reason":""}]}`,
	`{"code":"BadRequest","parameters":{"\ud800":"half"}}`,
	`{"code":"BadRequest","parameters":[{"name":"a","reason":"b"},7]}`,
	`{"code":"BadRequest","parameters":"none"}`,
	`{"code":"Gone","message":"<b>&</b>","debugInfo":"<i>","x":"\u003c"}`,
}

// value is JSON as Go values, to compare what two texts mean.
func value(t *testing.T, data []byte) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	return v
}

func roundTrip(t *testing.T, body string) {
	t.Helper()
	var e codes.Error
	if err := json.Unmarshal([]byte(body), &e); err != nil {
		t.Fatalf("Unmarshal(%s): %v", body, err)
	}
	data, err := json.Marshal(&e)
	if err != nil {
		t.Fatalf("Marshal of %s: %v", body, err)
	}
	if diff := cmp.Diff(value(t, []byte(body)), value(t, data)); diff != "" {
		t.Errorf("%s comes back as %s (-sent +back):\n%s", body, data, diff)
	}
}

func TestErrorRoundTrip(t *testing.T) {
	for _, body := range bodies {
		roundTrip(t, body)
	}
}

// Half a surrogate pair is no text. It stays in Other as it came, to the byte.
func TestErrorKeepsWhatIsNoText(t *testing.T) {
	var e codes.Error
	if err := json.Unmarshal([]byte(bodies[17]), &e); err != nil {
		t.Fatal(err)
	}
	want := codes.Error{Code: codes.Gone, Other: map[string][]byte{
		"subcode": []byte(`"a\ud83d"`), "message": []byte(`"\udE00"`), "link": []byte(`"\uDBFF"`),
		"parameters": []byte(`[{"name":"\ud800","reason":""}]`),
	}}
	if diff := cmp.Diff(want, e); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	data, err := e.MarshalJSON()
	text := `{"code":"Gone","link":"\uDBFF","message":"\udE00",` +
		`"parameters":[{"name":"\ud800","reason":""}],"subcode":"a\ud83d"}`
	if err != nil || string(data) != text {
		t.Errorf("MarshalJSON() = %s, %v, want %s", data, err, text)
	}
}

// Whether <, > and & are escaped is for the encoder to say, and the order of a property bag is kept.
func TestErrorBytes(t *testing.T) {
	for _, body := range []string{
		`{"code":"Gone","message":"<b>&</b>","debugInfo":"<i>","x":"\u003c"}`,
		`{"code":"BadRequest","parameters":{"to":"Missing","sdp":"<"}}`,
		`{"code":"BadRequest","subcode":"None","message":null,"link":"/a","parameters":[{"name":"sdp","reason":"&"}]}`,
		`{"code":"BadRequest","debugInfo":{"a":1.0}}`,
	} {
		var e codes.Error
		if err := json.Unmarshal([]byte(body), &e); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		encoder := json.NewEncoder(&out)
		encoder.SetEscapeHTML(false)
		// The value, not the pointer, gives the same.
		if err := encoder.Encode(e); err != nil || out.String() != body+"\n" {
			t.Errorf("%s comes back as %s, %v", body, out.String(), err)
		}
	}
}

// duplicates reports whether an object, or one in it, has two members of a name.
func duplicates(d *json.Decoder) bool {
	token, err := d.Token()
	if err != nil {
		return false
	}
	found := false
	seen := map[any]bool{}
	for d.More() {
		if token == json.Delim('{') {
			name, _ := d.Token()
			found = found || seen[name]
			seen[name] = true
		}
		found = duplicates(d) || found
	}
	if token == json.Delim('{') || token == json.Delim('[') {
		_, _ = d.Token()
	}
	return found
}

// FuzzError holds for everything that is read: nothing is lost, nothing panics, and the text of the error is a line.
func FuzzError(f *testing.F) {
	for _, body := range bodies {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var e codes.Error
		if json.Unmarshal([]byte(body), &e) != nil {
			return
		}
		if line := e.Error(); strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("Error() = %q, want a line that prints", line)
		}
		_, _ = e.Reason(), e.LogValue()
		// What has two members of a name loses one; a second time nothing is lost.
		first, err := e.MarshalJSON()
		if err != nil {
			t.Fatalf("%s cannot be written: %v", body, err)
		}
		roundTrip(t, string(first))
		if !duplicates(json.NewDecoder(strings.NewReader(body))) {
			roundTrip(t, body)
		}
	})
}

func TestErrorFields(t *testing.T) {
	message := "m"
	for body, want := range map[string]codes.Error{
		`{"code":"Gone"}`:                     {Code: codes.Gone},
		`{"code":"Gone","message":null}`:      {Code: codes.Gone, NullMessage: true},
		`{"code":"Gone","message":"m"}`:       {Code: codes.Gone, Message: &message},
		`{"code":"Gone","link":"/l","a":[1]}`: {Code: codes.Gone, Link: "/l", Other: map[string][]byte{"a": []byte("[1]")}},
		`{"code":"Gone","parameters":[{"name":"n","reason":"r"}],"debugInfo":{"x":1}}`: {
			Code: codes.Gone, Parameters: []codes.Parameter{{Name: "n", Reason: "r"}}, DebugInfo: []byte(`{"x":1}`),
		},
		`{"code":"Gone","parameters":{"b":"1","a":"2"}}`: {
			Code: codes.Gone, Parameters: []codes.Parameter{{Name: "b", Reason: "1"}, {Name: "a", Reason: "2"}},
			ParameterBag: true,
		},
		// Of members with the same name the last one counts.
		`{"code":"Forbidden","code":"Gone","message":"m","message":null}`: {Code: codes.Gone, NullMessage: true},
		`{"code":"Gone","a":1,"a":2}`: {
			Code: codes.Gone, Other: map[string][]byte{"a": []byte("2")},
		},
		`{"code":"Gone","parameters":{"a":"1","a":"2"}}`: {
			Code: codes.Gone, Parameters: []codes.Parameter{{Name: "a", Reason: "2"}}, ParameterBag: true,
		},
		`{"code":"Gone","parameters":{}}`: {Code: codes.Gone, Parameters: []codes.Parameter{}, ParameterBag: true},
		`{"code":"Gone","parameters":[]}`: {Code: codes.Gone, Parameters: []codes.Parameter{}},
	} {
		var got codes.Error
		if err := json.Unmarshal([]byte(body), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
	}
}

func TestErrorRefuses(t *testing.T) {
	for body, want := range map[string]string{
		`null`:                         "",
		`7`:                            "a number, want an error body, which is an object",
		`[]`:                           "an array, want",
		` "x"`:                         "a string, want",
		`true`:                         "a boolean, want",
		`{}`:                           "without a code",
		``:                             "not JSON",
		`{`:                            "not JSON",
		`{"code"`:                      "not JSON",
		`{"code":"Gone"`:               "not JSON",
		`{"code":"Gone"} x`:            "not JSON",
		`{"code":"Gone"}{}`:            "not JSON: invalid character '{' after top-level value",
		`{"code":"Gone","\ud800":1}`:   "half of a surrogate pair in the name of a member",
		`{"code":"\ud800"}`:            "half of a surrogate pair as its code, want text",
		`{"code":"Gone","code":7}`:     "a number as its code, want text",
		`{"code":""}`:                  "an empty string as its code",
		`{"code":null}`:                "null as its code",
		`{"code":{"a":` + "\n" + `1}}`: "an object as its code",
		"{\"code\":\"G\xffne\"}":       "not UTF-8",
	} {
		e := &codes.Error{Code: "before"}
		err := e.UnmarshalJSON([]byte(body))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("Unmarshal(%s) error = %v, want %q", body, err, want)
		}
		if e.Code != "before" {
			t.Errorf("Unmarshal(%s) leaves %+v", body, e)
		}
	}
	bad := "\xff"
	for _, e := range []codes.Error{
		{}, {Code: "Gone", DebugInfo: []byte("{")}, {Code: "Gone", Other: map[string][]byte{"a": []byte("b")}},
		{Code: "Gone", Other: map[string][]byte{"code": []byte(`"Here"`)}},
		{Code: "Gone", Other: map[string][]byte{"a": nil}},
		{Code: "Gone", Other: map[string][]byte{"\xff": []byte("1")}},
		{Code: "G\xffne"}, {Code: "Gone", Subcode: "\xff"}, {Code: "Gone", Message: &bad}, {Code: "Gone", Link: "\xff"},
		{
			Code: "Gone", Parameters: []codes.Parameter{{Name: "\xff"}}}, {Code: "Gone",
			Parameters: []codes.Parameter{{Reason: "\xff"}},
		},
	} {
		if data, err := e.MarshalJSON(); err == nil {
			t.Errorf("MarshalJSON of %+v = %s, want an error", e, data)
		}
	}
}

func TestErrorMatchesByCodeAndSubcode(t *testing.T) {
	message := "Your invitation was declined."
	err := fmt.Errorf("call: %w", &codes.Error{Code: "RemoteFailure", Subcode: "Declined", Message: &message})
	for _, tt := range []struct {
		target codes.Error
		want   bool
	}{
		{codes.Error{Code: codes.RemoteFailure, Subcode: codes.SubcodeDeclined}, true},
		{codes.Error{Code: codes.RemoteFailure}, true},
		{codes.Error{Code: codes.RemoteFailure, Subcode: codes.SubcodeNone}, false},
		{codes.Error{Code: codes.RemoteFailure, Subcode: codes.SubcodeBusy}, false},
		{codes.Error{Code: codes.LocalFailure, Subcode: codes.SubcodeDeclined}, false},
	} {
		if got := errors.Is(err, &tt.target); got != tt.want {
			t.Errorf("errors.Is(%v, %v) = %v, want %v", err, &tt.target, got, tt.want)
		}
	}
	if !errors.Is(&codes.Error{Code: "Gone"}, &codes.Error{Code: "Gone", Subcode: "None"}) {
		t.Error("a missing subcode is not None")
	}
	var e *codes.Error
	if !errors.As(err, &e) || e.Reason() != codes.RemoteFailureDeclined {
		t.Errorf("errors.As(%v) finds %v", err, e)
	}
	if errors.Is((*codes.Error)(nil), e) || errors.Is(e, (*codes.Error)(nil)) {
		t.Error("a nil error body is something")
	}
}

func TestErrorPrints(t *testing.T) {
	message := "line\nbreak"
	for _, tt := range []struct {
		e    *codes.Error
		want string
	}{
		{nil, "no error body"},
		{&codes.Error{Code: "Gone"}, "Gone"},
		{&codes.Error{Code: "Gone", Subcode: "None", Message: &message}, `Gone/None: "line\nbreak"`},
		{
			&codes.Error{Code: "BadRequest", Parameters: []codes.Parameter{{Name: "to", Reason: "Missing"}}},
			`BadRequest; to: "Missing"`,
		},
		{&codes.Error{}, `""`},
		{&codes.Error{Code: "Gone\nlevel=INFO", Subcode: "a b"}, `"Gone\nlevel=INFO"/"a b"`},
		{
			&codes.Error{Code: "Té", Parameters: []codes.Parameter{{Name: "\x1b[2J", Reason: "\a"}}},
			`Té; "\x1b[2J": "\a"`,
		},
	} {
		if got := tt.e.Error(); got != tt.want {
			t.Errorf("Error() = %s, want %s", got, tt.want)
		}
	}
	var log bytes.Buffer
	timeless := func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{ReplaceAttr: timeless}))
	missing := []codes.Parameter{{Name: "to", Reason: "Missing"}}
	logger.Info("failed", "why", &codes.Error{Code: "Gone", Subcode: "Sideways", Message: &message})
	logger.Info("failed", "why", (*codes.Error)(nil))
	logger.Info("failed", "why", &codes.Error{Code: "BadRequest", Parameters: missing})
	want := `level=INFO msg=failed why.code=Gone why.subcode=Sideways why.message="line\nbreak" why.reason=Gone` + "\n" +
		"level=INFO msg=failed why=<nil>\n" +
		"level=INFO msg=failed why.code=BadRequest why.parameters.to=Missing why.reason=BadRequest\n"
	if diff := cmp.Diff(want, log.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
