package main

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/layout"
)

func TestExplain(t *testing.T) {
	for _, test := range []struct {
		args   string
		status int
		stdout []string // what it must contain; nothing at all if there is none
		stderr string
	}{
		{"remotefailure/BUSY", 0, []string{
			"RemoteFailure/Busy\n", "too busy at this time to\n", "Outgoing (Stated)", "remote (Stated)", "Failed (Inferred)\n",
			"At another time. Wait until", "codes.RemoteFailureBusy\n",
		}, ""},
		{"canceled", 0, []string{
			"Informational/Canceled\n", "LocalFailure/Canceled\n", "RemoteFailure/Canceled\n",
			"Failed (Stated)", "Cancelled (Inferred)",
			"Incoming or Outgoing (Inferred)", "only the side that invited can",
		}, ""},
		{
			"Gone", 0,
			[]string{
				"a code of the invitation", "410", "CannotRedirect  ", "as Gone alone, without",
				"codes.SyncContentTypeNotSupported",
			},
			"",
		},
		{
			"RemoteFailure", 0,
			[]string{"as RemoteFailure/None without a subcode", "AnotherOperationPending  ", "of the event channel only"},
			"",
		},
		{
			"Timeout", 0,
			[]string{"codes.Timeout\n", "LocalFailure/Timeout\n", "RemoteFailure/Timeout\n", "ServiceFailure/Timeout\n"},
			"",
		},
		{"404", 0, []string{"codes.NotFound\n", "Call Not Found\n", "The resource does not exist.\n"}, ""},
		{
			"VersionNotSupported", 0,
			[]string{"a generic error", "404", "APIVersionNotSupported", "Requested Version is not supported.", "Stated"}, "",
		},
		{
			"NotFound/ApplicationNotFound", 0,
			[]string{"a generic error", "as NotFound alone", "UCWA will send a failure response\n"}, "",
		},
		{"preconditionfailed/", 0, []string{"or           PreConditionFailed\n", "412"}, ""},
		{"gone/cannotredirect", 0, []string{"No.\n", "client should not retry."}, ""},
		{"TooManyContacts", 0, []string{"There are too many contacts.\n", "UCWA/ErrorSubcode_ref.md"}, ""},
		{"429", 0, []string{"a code of other resources", "429", "codes.TooManyRequests\n"}, ""},
		{"CallNotFound", 0, []string{"documented   Call Not Found\n", "codes.SyncCallNotFound\n"}, ""},
		{
			"Conflict/TooManyGroups", 0,
			[]string{"(a row without a text)", "elsewhere    The too many groups error.", "codes.SyncTooManyGroups\n"},
			"",
		},
		{"NotFound/None", 0, []string{"codes.SyncCallNotFound\n", "codes.SyncResourceNotFound\n"}, ""},
		{"RemoteFailure/", 0, []string{"codes.RemoteFailureNone\n"}, ""},
		{
			"PromptsStopped", 0,
			[]string{"of requests or of other resources", "Event_PromptStopped.json", "codes.SubcodePromptsStopped\n"},
			"",
		},
		{
			"ParameterValidationFailure", 0,
			[]string{"codes.SubcodeParameterValidationFailure\n", "codes.SyncParameterValidationFailure\n"}, "",
		},
		{
			"gone/busy", 0,
			[]string{"Gone/Busy\n", "no pair of the specification", "as Gone alone", "RemoteFailure/Busy"}, "",
		},
		{"NotAcceptable/Busy", 0, []string{"as undocumented"}, ""},
		{"Busy Declined", 0, []string{"RemoteFailure/Busy\n", "LocalFailure/Declined\n"}, ""},
		{"Buzy", 2, nil, `nothing is called "Buzy"; did you mean Busy?`},
		{"Cancelled", 2, nil, "did you mean Canceled?"},
		{
			"RemoteFailure/Buzy", 2, nil,
			"did you mean RemoteFailure/Busy? (from a service, it counts as RemoteFailure alone)",
		},
		{"RemoteFialure/Busy", 2, nil, "did you mean RemoteFailure/Busy?"},
		{"Gone/Buzy", 2, nil, "did you mean Busy?"},
		{"NotAcceptable/Buzy", 2, nil, "did you mean Busy?\n"},
		{"busy/", 2, nil, "did you mean Busy?"},
		{"encrypt", 2, nil, "MediaEncryptionRequired"},
		{"RemoteFailure/Sideways", 2, nil, "or nearly so"},
		{"zzzzzzzz", 2, nil, "avinvite explain lists all names"},
		{"/", 2, nil, `nothing is called "/"`},
		{"418", 2, nil, "no code has the HTTP status 418; those that there are: 400 403 404"},
		{"0", 2, nil, "no code has the HTTP status 0"},
		{"Buzy Busy", 2, []string{"RemoteFailure/Busy\n"}, "did you mean Busy?"},
		{"\x1b[2J", 2, nil, `"\x1b[2J"`},
	} {
		var stdout, stderr bytes.Buffer
		args := append([]string{"explain"}, strings.Fields(test.args)...)
		if status := run(args, nil, &stdout, &stderr); status != test.status {
			t.Errorf("explain %s: status %d, want %d", test.args, status, test.status)
		}
		for _, want := range test.stdout {
			if !strings.Contains(stdout.String(), want) {
				t.Errorf("explain %s prints %q, want %q in it", test.args, stdout.String(), want)
			}
		}
		if len(test.stdout) == 0 && stdout.Len() > 0 {
			t.Errorf("explain %s prints %q, want nothing", test.args, stdout.String())
		}
		if !strings.Contains(stderr.String(), test.stderr) || (test.stderr == "") != (stderr.Len() == 0) {
			t.Errorf("explain %s: stderr %q, want %q", test.args, stderr.String(), test.stderr)
		}
	}
}

// TestExplainEveryName asks for all that there is, in any case, and looks at the width.
func TestExplainEveryName(t *testing.T) {
	names := slices.Concat(words(), pairs())
	for c := range allCodes() {
		for s := range allSubcodes() {
			names = append(names, string(c)+"/"+string(s))
		}
	}
	for _, name := range append(names, "") {
		for _, cased := range []string{name, strings.ToLower(name), strings.ToUpper(name)} {
			args := []string{cased}
			if name == "" {
				args = nil
			}
			var stdout, stderr bytes.Buffer
			status := run(append([]string{"explain"}, args...), nil, &stdout, &stderr)
			if status != 0 || stderr.Len() > 0 {
				t.Errorf("explain %q: status %d, stderr %q, want 0 and nothing", args, status, stderr.String())
			}
			for text := range strings.Lines(stdout.String()) {
				if layout.Columns(text) > layout.Width && strings.Contains(strings.TrimSpace(text), " ") {
					t.Errorf("explain %q prints a line of more than %d columns: %q", args, layout.Width, text)
				}
			}
			if first := name[:strings.IndexByte(name+"/", '/')]; !strings.Contains(stdout.String(), first) {
				t.Errorf("explain %q prints %q, which does not name it", args, stdout.String())
			}
		}
	}
}

func TestNearest(t *testing.T) {
	for _, test := range []struct {
		name, known, want string
	}{
		{"abcd", "wxyz abyx abcx", "abcx abyx"}, // one letter more than the nearest
		{"abcd", "abyx abcd", "abcd"},
		{"abcd", "axyz", ""},
		{"ABC", "xyzabcxyz", "xyzabcxyz"}, // in it
		{"ab", "xyabxyz", ""},             // too short for that
		{"a", "f e d c b", "b c d e"},
	} {
		if got := strings.Join(nearest(test.name, strings.Fields(test.known)), " "); got != test.want {
			t.Errorf("nearest(%q, %s) = %q, want %q", test.name, test.known, got, test.want)
		}
	}
}

// What explain says of the language is what the package calls it.
func TestExplainNamesConstants(t *testing.T) {
	source, err := os.ReadFile("../../../codes/tables.go")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, name := range words() {
		var stdout, stderr bytes.Buffer
		run([]string{"explain", name}, nil, &stdout, &stderr)
		for text := range strings.Lines(stdout.String()) {
			if constant, ok := strings.CutPrefix(strings.TrimSpace(text), "in Go        codes."); ok {
				seen++
				if !strings.Contains(string(source), "\t"+constant+" ") {
					t.Errorf("explain %s names codes.%s, which is no constant", name, constant)
				}
			}
		}
	}
	if all := len(slices.Collect(codes.Reasons())); seen < all {
		t.Errorf("%d constants named, want %d at least", seen, all)
	}
}
