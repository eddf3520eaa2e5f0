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

func TestTablesAreUpToDate(t *testing.T) {
	got, err := catalogue.Render([]byte(read(t, "catalogue.csv")), []byte(read(t, "reasons.csv")))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(read(t, "tables.go"), string(got)); diff != "" {
		t.Errorf("tables.go is not what go generate writes (-file +rendered):\n%s", diff)
	}
}

func TestRenderRefuses(t *testing.T) {
	rows, reasons := read(t, "catalogue.csv"), read(t, "reasons.csv")
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
		{"a reason without a source", "57,Timeout,None,both,service,Inferred,", "57,Timeout,None,both,service,Inferred,\n#", "reasons.csv:58: no source"},
		{"a pair that no row has", "2,Conflict,AlreadyExists", "2,Conflict,Known", "reasons.csv:3: Conflict/Known is not pair 2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, k := strings.Replace(rows, tt.old, tt.new, 1), strings.Replace(reasons, tt.old, tt.new, 1)
			if r != rows {
				k = reasons
			} else if k == reasons {
				t.Fatalf("%q is in neither file", tt.old)
			}
			_, err := catalogue.Render([]byte(r), []byte(k))
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("Render error = %v, want %s...", err, tt.want)
			}
		})
	}
}
