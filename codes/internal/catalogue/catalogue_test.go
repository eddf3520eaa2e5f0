package catalogue_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/avinvite/avinvite/codes/internal/catalogue"
)

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile("../../" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestFilesAreUpToDate(t *testing.T) {
	files, err := catalogue.Render([]byte(read(t, "catalogue.csv")), []byte(read(t, "reasons.csv")), []byte(read(t, "vocabulary.csv")))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if diff := cmp.Diff(read(t, f.Name), string(f.Content)); diff != "" {
			t.Errorf("%s is not what go generate writes (-file +rendered):\n%s", f.Name, diff)
		}
	}
}

func TestRenderRefuses(t *testing.T) {
	rows, reasons, vocabulary := read(t, "catalogue.csv"), read(t, "reasons.csv"), read(t, "vocabulary.csv")
	for _, tt := range []struct{ name, old, new, want string }{
		{"a row of another table", "async,,Gone", "asinc,,Gone", `catalogue.csv:18: table "asinc", want async or sync`},
		{"a duplicate", "async,,Gone", "async,,Forbidden,,Unreachable,The destination is not reachable.,,\nasync,,Gone", "catalogue.csv:18: a second row Forbidden/Unreachable"},
		{"codes out of order", "async,,Timeout,", "async,,Aardvark,", "catalogue.csv:64: code Aardvark after ServiceFailure"},
		{"a token that is none", ",Unreachable,", ",Un reachable,", `catalogue.csv:17: "Un reachable", want a token`},
		{"a missing field", "async,,Gone,,CannotRedirect", "async,,Gone,CannotRedirect", "catalogue.csv: record on line 18: wrong number of fields"},
		{"a status that is none", "NotFound,404", "NotFound,4o4", `catalogue.csv:65: http "4o4"`},
		{"a renumbered reason", "\n2,Conflict", "\n3,Conflict", `reasons.csv:3: id "3", want 2`},
		{"a direction that is none", "AlreadyExists,both", "AlreadyExists,all", `reasons.csv:3: direction "all"`},
		{"an actor that is none", "service,Inferred", "servant,Inferred", `reasons.csv:2: actor "servant"`},
		{"a reason without a source", `57,Timeout,None,both,service,Inferred,"follows from the text of PAGE, asynchronous reason codes"`, "57,Timeout,None,both,service,Inferred,", "reasons.csv:58: no source"},
		{"a state that is none", `Failed,changed,"Give`, `Connected,changed,"Give`, `reasons.csv:2: states "Connected"`},
		{"a retry that is none", `Failed,changed,"Give`, `Failed,maybe,"Give`, `reasons.csv:2: retry "maybe"`},
		{"a change that is none", `changed,"Correct`, `no,"Correct`, "reasons.csv:27: a change goes with"},
		{"a reason without an explanation", "no,,The person called declined.", "no,,", "reasons.csv:31: no explanation"},
		{"a code that is missing", "code,Gone,410,", "code,Went,410,", "vocabulary.csv: code Gone of the specification is missing"},
		{"a second code", "code,NotAcceptable,,", "code,Gone,,", "vocabulary.csv:8: a second code Gone"},
		{"a code's status that is none", "code,TooManyRequests,429", "code,TooManyRequests,4xx", `vocabulary.csv:13: http "4xx"`},
		{"a subcode with a status", "subcode,Demoted,,", "subcode,Demoted,404,", "vocabulary.csv:28: a subcode has no http"},
		{"subcodes out of order", "subcode,Demoted,,", "subcode,Zebra,,", "vocabulary.csv:29: subcode Denied after Zebra"},
		{"a subcode of the specification", "subcode,Demoted,,", "subcode,Declined,,", "vocabulary.csv:28: subcode Declined is one of the specification"},
		{"a word of another kind", "subcode,Demoted,,", "subword,Demoted,,", `vocabulary.csv:28: kind "subword"`},
		{"a word without a source", "code,LocalFailure,,UCWA/reportMediaDiagnostics_ref.md", "code,LocalFailure,,", "vocabulary.csv:19: no source"},
		{"a pair that no row has", "2,Conflict,AlreadyExists", "2,Conflict,Known", "reasons.csv:3: Conflict/Known is not pair 2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, k, v := rows, reasons, vocabulary
			for _, file := range []*string{&r, &k, &v} {
				if changed := strings.Replace(*file, tt.old, tt.new, 1); changed != *file {
					*file = changed
					break
				}
			}
			if r == rows && k == reasons && v == vocabulary {
				t.Fatalf("%q is in no file", tt.old)
			}
			_, err := catalogue.Render([]byte(r), []byte(k), []byte(v))
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("Render error = %v, want %s...", err, tt.want)
			}
		})
	}
}
