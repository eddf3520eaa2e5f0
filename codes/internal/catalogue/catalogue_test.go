package catalogue_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/avinvite/avinvite/codes/internal/catalogue"
)

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := fs.ReadFile(catalogue.Sources, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestFilesAreUpToDate(t *testing.T) {
	files, err := catalogue.Render(catalogue.Sources)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 3 {
		t.Errorf("%d files, want tables.go, catalogue.json and CATALOGUE.md", len(files))
	}
	for _, f := range files {
		old, err := os.ReadFile("../../" + f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(old), string(f.Content)); diff != "" {
			t.Errorf("%s is not what go generate writes (-file +rendered):\n%s", f.Name, diff)
		}
	}
}

// TestSchema validates catalogue.json, and the schema refuses members that it does not describe.
func TestSchema(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("../../catalogue.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	files, err := catalogue.Render(catalogue.Sources)
	if err != nil {
		t.Fatal(err)
	}
	text := string(files[1].Content)
	validate := func(text string) error {
		t.Helper()
		object, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return schema.Validate(object)
	}
	if err := validate(text); err != nil {
		t.Error(err)
	}
	for _, change := range [][2]string{
		{"catalogue/1", "catalogue/2"},
		{`"subcode": "Busy"`, `"subCode": "Busy"`},
		{`"actor": "remote"`, `"actor": "nobody"`},
		{`"basis": "Stated"`, `"basis": "Guessed"`},
		{`"http": 404`, `"http": "404"`},
		{`"reasons": [`, `"reasons": {}, "others": [`},
	} {
		changed := strings.Replace(text, change[0], change[1], 1)
		if changed == text || validate(changed) == nil {
			t.Errorf("the schema allows %s in the place of %s", change[1], change[0])
		}
	}
}

// rest is the text from a mark on.
func rest(text, mark string) string { return text[strings.Index(text, mark):] }

func TestRenderRefuses(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want string }{
		{"a row of another table", "async,,Gone", "asinc,,Gone", `catalogue.csv:18: table "asinc", want one of async, sync`},
		{
			"a duplicate", "async,,Gone",
			"async,,Forbidden,,Unreachable,The destination is not reachable.,,\nasync,,Gone",
			"catalogue.csv:18: a second row Forbidden/Unreachable",
		},
		{
			"a code that is unknown", "async,,Gone", "async,,Went",
			"catalogue.csv:18: code Went is not in vocabulary.csv",
		},
		{"codes out of order", "async,,Timeout,", "async,,Gone,", "catalogue.csv:64: code Gone after ServiceFailure"},
		{
			"subcodes out of order", "async,,Gone", "async,,Forbidden,,Ajar,,,\nasync,,Gone",
			"catalogue.csv:18: Ajar after Unreachable",
		},
		{
			"an asynchronous row with a status", "async,,Gone,,", "async,,Gone,410,",
			"catalogue.csv:18: an asynchronous row has neither",
		},
		{
			"an asynchronous row at the end", "sync,BadRequest,", "async,,Timeout,,None,Late.,,\nsync,BadRequest,",
			"catalogue.csv:66: an asynchronous row after",
		},
		{
			"a second synchronous name", "sync,BadRequest,", "sync,CallNotFound,",
			"catalogue.csv:66: a second row named CallNotFound",
		},
		{"a synchronous row without a name", "sync,BadRequest,", "sync,,", `catalogue.csv:66: "", want a token`},
		{
			"another text beside a text", "Federation required.,,", "Federation required.,Federate!,UCWA",
			"catalogue.csv:12: other_text and other_source",
		},
		{
			"another text from nowhere",
			`The too many groups error.,"UCWA/messagingInvitation_ref.md before 2016-09-26, asynchronous table"`,
			"The too many groups error.,", "catalogue.csv:8: other_text and other_source",
		},
		{
			"a text of two lines", "Federation required.", "\"Federation\nrequired.\"",
			`catalogue.csv:12: "Federation\nrequired.", want one line`,
		},
		{
			"a text with a blank at its end", "Federation required.", "Federation required. ",
			`catalogue.csv:12: "Federation required. ", want one line`,
		},
		{
			"a text that breaks a table", "Federation required.", "Federation | required.",
			`catalogue.csv:12: "Federation | required.", want one line`,
		},
		{"another header", "table,name", "table,called", `catalogue.csv:1: header ["table" "called"`},
		{
			"a quote that is not closed", "Federation required.", `"Federation required.`,
			`catalogue.csv:18: extraneous or missing "`,
		},
		{"a token that is none", ",Unreachable,", ",Un reachable,", `catalogue.csv:17: "Un reachable", want a token`},
		{
			"a missing field", "async,,Gone,,CannotRedirect", "async,,Gone,CannotRedirect",
			"catalogue.csv:18: wrong number of fields",
		},
		{"a status that is none", "NotFound,404", "NotFound,4o4", `catalogue.csv:65: http "4o4"`},
		{"a status of another code", "NotFound,404", "NotFound,410", `catalogue.csv:65: http "410", want "404"`},
		{
			"a synchronous row of the event channel", "Gone,410,CannotRedirect", "Informational,,CannotRedirect",
			"catalogue.csv:74: a synchronous row with Informational, which has no status",
		},
		{
			"a synchronous subcode that is unknown", "409,TooManyGroups", "409,TooManyGrups",
			"catalogue.csv:72: subcode TooManyGrups is in no asynchronous row",
		},
		{
			"a synchronous duplicate", "sync,BadRequest,",
			"sync,CallNotFoundAgain,NotFound,404,None,Call Not Found,,\nsync,BadRequest,",
			"catalogue.csv:66: a second row NotFound/None with the same text",
		},
		{
			"a text that is no UTF-8", "Federation required.", "Federation \xff.",
			`catalogue.csv:12: "Federation \xff.", want one line`,
		},
		{"a renumbered reason", "\n2,Conflict", "\n3,Conflict", `reasons.csv:3: id "3", want 2`},
		{"a direction that is none", "AlreadyExists,both", "AlreadyExists,all", `reasons.csv:3: direction "all"`},
		{"a basis that is none", "outgoing,Inferred", "outgoing,Guessed", `reasons.csv:2: basis "Guessed"`},
		{"an actor that is none", "service,Inferred", "servant,Inferred", `reasons.csv:2: actor "servant"`},
		{"actors out of order", "remote or service", "service or remote", `reasons.csv:11: actor "service or remote"`},
		{"a basis of the actor that is none", "service,Inferred", "service,Guessed", `reasons.csv:2: basis "Guessed"`},
		{"a reason without a source", `Inferred,"PAGE, Asynchronous reason codes"`, "Inferred,", "reasons.csv:2: no source"},
		{
			"an inference that does not say how", "only an outgoing call has a number to normalize", "",
			`reasons.csv:2: because ""`,
		},
		{
			"a statement that infers", "Declines an incoming invitation.,,", "Declines an incoming invitation.,so it seems,",
			`reasons.csv:22: because "so it seems"`,
		},
		{
			"words that the specification does not have", "The phone normalization failed.,only", "Normalization failed.,only",
			`reasons.csv:2: words "Normalization failed." are not in the texts of PAGE`,
		},
		{
			"words of another reason", "Outgoing invitation declined.,,remote", "Remote Failure.,,remote",
			`reasons.csv:31: words "Remote Failure." are not in`,
		},
		{
			"words that another page does not have", "The resource is permanently gone. The client should not retry.,\"The call",
			"Never retry.,\"The call", `reasons.csv:14: words "Never retry." are not in the texts of UCWA/ErrorCode_ref.md`,
		},
		{"an advice that is none", ",changed,", ",perhaps,", `reasons.csv:2: retry "perhaps"`},
		{
			"a change that does not say which", "Join the meeting first.", "",
			"reasons.csv:12: advice goes with retry changed",
		},
		{"an explanation of two sentences", "The call was redirected.,C", "It. Was.,C", `reasons.csv:20: explanation "It. Was."`},
		{"an explanation that is missing", "The call was redirected.,C", ",C", `reasons.csv:20: explanation ""`},
		{
			"a litmus with itself", "Choose Informational/Missed if", "Choose Informational/ConnectedElsewhere if",
			"reasons.csv: litmus of Informational/ConnectedElsewhere: Informational/ConnectedElsewhere is not another",
		},
		{"a reason that is missing", "\n57,Timeout,None,", "\n", "reasons.csv:58: wrong number of fields"},
		{
			"a pair that no row has", "2,Conflict,AlreadyExists", "2,Conflict,Known",
			"reasons.csv:3: Conflict/Known is not pair 2",
		},
		{
			"a pair without a reason", rest(read(t, "reasons.csv"), "\n57,"), "\n",
			"reasons.csv: 56 reasons for the 57 pairs of catalogue.csv; Timeout/None is missing",
		},
		{"an empty file", read(t, "reasons.csv"), "", "reasons.csv: empty, want the header id,code"},
		{"a state that is none", "Declined,*/Declined", "Refused,*/Declined", `endings.csv:6: state "Refused"`},
		{"a state of no reason", "*/Canceled", "*/Cancelled", `endings.csv:7: reasons "*/Cancelled" fit no reason`},
		{"a pattern that is none", "*/Canceled", "[", `endings.csv:7: reasons "[": syntax error`},
		{"a reason without a state", "Failed,*/*", "Failed,[A-Q]*/*", "endings.csv: RemoteFailure/AnotherOperationPending does not end in Failed first"},
		{"a status of another generic error", "BadRequest,400,BadRequest,None", "BadRequest,404,BadRequest,None", `generic.csv:4: http "404", want "400"`},
		{"a generic error twice", "\nConflict,409,Conflict,None", "\nForbidden,403,Forbidden,None", "generic.csv:25: a second row Forbidden"},
		{"a generic error that is missing", "\nVersionNotSupported,", "\nVersionUnknown,", "generic.csv: VersionNotSupported of published.csv"},
		{"a generic subcode that is unknown", ",Gone,TooManyApplications", ",Gone,ManyApplications", "generic.csv:18: subcode ManyApplications"},
		{"a second text", "\nsubcode,Busy,", "\nsubcode,Canceled,", "published.csv:32: a second subcode Canceled"},
		{"a text that is missing", ",Conflict.,UCWA", ",,UCWA", "published.csv:3: want a text and its page"},
		{
			"a published word that is missing", "\nsubcode,TooManyContacts,,,UCWA/ErrorSubcode_ref.md,,", "",
			"catalogue.csv: subcode TooManyContacts is in no asynchronous row",
		},
		{
			"a published word with another source", "subcode,Demoted,,,UCWA/ErrorSubcode_ref.md", "subcode,Demoted,,,PAGE",
			`vocabulary.csv:30: source "PAGE", want it to begin with UCWA/ErrorSubcode_ref.md`,
		},
		{"a status that is none", "BadRequest,400,,", "BadRequest,4o4,,", `vocabulary.csv:2: http "4o4"`},
		{
			"a second code", "\ncode,Forbidden,403", "\ncode,BadRequest,403",
			"vocabulary.csv:3: a second code BadRequest",
		},
		{
			"a subcode with a status", "subcode,Demoted,,", "subcode,Demoted,403,",
			"vocabulary.csv:30: a subcode has a token and a source only",
		},
		{
			"a subcode twice", "subcode,Denied,", "subcode,Demoted,",
			"vocabulary.csv:31: subcode Demoted after Demoted",
		},
		{
			"subcodes of the vocabulary out of order", "subcode,Ejected,", "subcode,Busy,",
			"vocabulary.csv:33: subcode Busy after",
		},
		{
			"a subcode of the specification", "subcode,Demoted,,", "subcode,Declined,,",
			"catalogue.csv:26: subcode Declined is in vocabulary.csv",
		},
		{
			"a code after the subcodes", "subcode,Demoted,,,UCWA/ErrorSubcode_ref.md", "code,Demoted,,,PAGE",
			"vocabulary.csv:30: a code after the subcodes",
		},
		{"a word of another kind", "subcode,Demoted,,", "subword,Demoted,,", `vocabulary.csv:30: kind "subword"`},
		{
			"a code without a source", ",UCWA/ErrorCode_ref.md; UCWA/reportMediaDiagnostics_ref.md,A gateway", ",,A gateway",
			"vocabulary.csv:16: no source",
		},
		{"a word that is none", "subcode,Demoted,,", "subcode,,,", `vocabulary.csv:30: "", want a token`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sources, found := fstest.MapFS{}, false
			for _, name := range []string{
				"catalogue.csv", "reasons.csv", "vocabulary.csv", "endings.csv", "generic.csv", "published.csv",
			} {
				text := read(t, name)
				if !found && strings.Contains(text, tt.old) {
					text, found = strings.Replace(text, tt.old, tt.new, 1), true
				}
				sources[name] = &fstest.MapFile{Data: []byte(text)}
			}
			if !found {
				t.Fatalf("%q is in no file", tt.old)
			}
			_, err := catalogue.Render(sources)
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("Render error = %v, want %s...", err, tt.want)
			}
		})
	}
}
