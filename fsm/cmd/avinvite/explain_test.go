package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/layout"
	"github.com/avinvite/avinvite/transitions"
)

func TestExplain(t *testing.T) {
	for _, test := range []struct {
		args   string
		status int
		stdout []string // texts in the output; none if there is no output
		stderr string
	}{
		{"remotefailure/BUSY", 0, []string{
			"RemoteFailure/Busy\n", "too busy at this time to\n", "Outgoing (Stated)", "remote (Stated)", "Failed (Inferred)\n",
			"advice       Wait until", "codes.RemoteFailureBusy\n",
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
			[]string{"as RemoteFailure/None without a subcode", "AnotherOperationPending  ", "only events carry the code"},
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
		{"gone/cannotredirect", 0, []string{"Repeating the call at once does not help", "client should not retry."}, ""},
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
		{"Canselled", 2, nil, "did you mean Cancelled, Canceled?"},
		{"cancelled", 0, []string{
			"Cancelled\n", "a state of completed invitations", "incoming     completed with Informational/Canceled,\n", "or Connecting (Inferred)\n",
			"transitions.StateCancelled\n",
		}, ""},
		{"Forwarded", 0, []string{"ServiceFailure/Forwarded\n", "incoming     no event leads to it\n"}, ""},
		{"ACCEPT", 0, []string{"accept\n", "incoming invitations in progress (Sampled)", "ms:rtc:saas:accept\n"}, ""},
		{"startadhocmeeting", 0, []string{"none on the invitation", "transitions.OperationStartAdhocMeeting\n"}, ""},
		{"Wrong-Direction", 0, []string{"documented for the other direction only\n", "Inferred", "of an\n", "; because"}, ""},
		{"NoContent", 0, []string{"an answer to an operation\n", "204\n"}, ""},
		{"201", 0, []string{"Created\n", "Location has its link."}, ""},
		{"SUCCESS", 0, []string{"a status of a completed event\n"}, ""},
		{"updated", 0, []string{"a type of event\n"}, ""},
		{"conforms", 0, []string{"may have failed.\n"}, ""},
		{"Connecting", 0, []string{"then         incoming: updated with Connecting; completed with Connected,\n"}, ""},
		{"contradiction", 0, []string{"basis        each finding says its own, with the source\n"}, ""},
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
		{"418", 2, nil, "no code has the HTTP status 418; those that there are: 200 201 204 400"},
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

// TestExplainEveryName looks up every name, and every pair of a code and a subcode, in any case of letters, and measures
// the output.
func TestExplainEveryName(t *testing.T) {
	all := names()
	for c := range allCodes() {
		for s := range allSubcodes() {
			all = append(all, string(c)+"/"+string(s))
		}
	}
	for n, name := range all {
		cased := []func(string) string{strings.Clone, strings.ToLower, strings.ToUpper}[n%3](name)
		found, err := lookUp(cased)
		if err != nil {
			t.Errorf("explain %s: %v", cased, err)
		}
		var out strings.Builder
		for _, topic := range found {
			topic.write(layout.New(&out, layout.Plain()))
		}
		for text := range strings.Lines(out.String()) {
			if layout.Columns(text) > layout.Width && strings.Contains(strings.TrimSpace(text), " ") {
				t.Errorf("explain %s prints a line of more than %d columns: %q", cased, layout.Width, text)
			}
		}
		if first, _, _ := strings.Cut(name, "/"); !strings.Contains(out.String(), first) {
			t.Errorf("explain %s prints %q, which does not name it", cased, out.String())
		}
	}
}

// TestEntries finds every edge among the entries of its state, and no other.
func TestEntries(t *testing.T) {
	edges, from := 0, 0
	for edge := range transitions.Edges() {
		edges++
		if !slices.ContainsFunc(entriesOf(edge.Direction, edge.To), func(e entry) bool {
			return strings.HasPrefix(e.event, edge.Type.String()) && e.basis == edge.Basis &&
				e.source == edge.Source.String() && slices.Contains(e.from, edge.From.String())
		}) {
			t.Errorf("no entry of %v has %+v", edge.To, edge)
		}
	}
	for s := transitions.StateConnecting; s <= transitions.StateCancelled; s++ {
		for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
			for _, e := range entriesOf(d, s) {
				from += len(e.from)
			}
		}
	}
	if from != edges {
		t.Errorf("the entries have %d edges, want %d", from, edges)
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

// TestExplainNamesConstants looks for the constants that explain names in the sources.
func TestExplainNamesConstants(t *testing.T) {
	sources := map[string]string{}
	for _, name := range []string{"codes", "transitions"} {
		files, err := filepath.Glob("../../../" + name + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			sources[name] += string(source)
		}
	}
	seen := map[string]bool{}
	for _, topic := range topics() {
		var out strings.Builder
		topic.write(layout.New(&out, layout.Plain()))
		for text := range strings.Lines(out.String()) {
			if constant, ok := strings.CutPrefix(strings.TrimSpace(text), "in Go        "); ok {
				name, constant, _ := strings.Cut(constant, ".")
				seen[constant] = true
				if !strings.Contains(sources[name], "\t"+constant+" ") {
					t.Errorf("explain %s names %s.%s, which is no constant", topic.names[0], name, constant)
				}
			}
		}
	}
	if all := len(slices.Collect(codes.Reasons())); len(seen) < all {
		t.Errorf("%d constants named, want %d at least", len(seen), all)
	}
}
