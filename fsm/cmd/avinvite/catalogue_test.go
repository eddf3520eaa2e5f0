package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/avinvite/avinvite/codes"
)

// TestCatalogueCSV holds the table against the JSON, cell by cell.
func TestCatalogueCSV(t *testing.T) {
	var stdout, stderr bytes.Buffer
	status := run([]string{"catalogue", "--format", "csv"}, nil, &stdout, &stderr)
	if status != 0 || stderr.Len() > 0 {
		t.Fatalf("status %d, stderr %q, want 0 and nothing", status, stderr.String())
	}
	rows, err := csv.NewReader(&stdout).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	got := make([]map[string]string, 0, len(rows))
	for _, row := range rows[1:] {
		cells := map[string]string{}
		for n, cell := range row {
			if cell != "" {
				cells[rows[0][n]] = cell
			}
		}
		got = append(got, cells)
	}

	type object = map[string]any
	var sent struct{ Reasons, Asynchronous, Synchronous, Generic, Codes, Subcodes []object }
	out := new(bytes.Buffer)
	run([]string{"catalogue"}, nil, out, &stderr)
	d := json.NewDecoder(out)
	d.UseNumber()
	if err := d.Decode(&sent); err != nil {
		t.Fatal(err)
	}
	var want []map[string]string
	add := func(cells map[string]string) {
		for name, cell := range cells {
			if cell == "" {
				delete(cells, name)
			}
		}
		want = append(want, cells)
	}
	text := func(o object, name string) string {
		switch v := o[name].(type) {
		case string:
			return v
		case json.Number:
			return v.String()
		case object:
			source := codes.Source{Page: v["page"].(string)}
			source.Words, _ = v["words"].(string)
			source.Because, _ = v["because"].(string)
			return source.String()
		case []any:
			var parts []string
			for _, part := range v {
				if state, ok := part.(object); ok {
					part = state["state"]
				}
				parts = append(parts, part.(string))
			}
			return strings.Join(parts, " or ")
		}
		return ""
	}
	reasons := map[string]object{}
	for _, r := range sent.Reasons {
		reasons[text(r, "code")+"/"+text(r, "subcode")] = r
	}
	for _, a := range sent.Asynchronous {
		name := text(a, "code") + "/" + text(a, "subcode")
		cells := map[string]string{
			"kind": "asynchronous", "name": name, "text": text(a, "reason"),
			"otherText": text(a, "otherText"), "otherSource": text(a, "otherSource"),
		}
		for _, member := range []string{
			"code", "http", "subcode", "directions", "basis", "source", "actor", "actorBasis", "actorSource", "states",
			"retry", "advice", "retrySource", "explanation", "litmus",
		} {
			cells[member] = text(reasons[name], member)
		}
		add(cells)
	}
	for n, s := range sent.Synchronous {
		add(map[string]string{
			"kind": "synchronous", "name": codes.Synchronous(n + 1).String(), "code": text(s, "error"),
			"http": text(s, "http"), "subcode": text(s, "subcode"), "text": text(s, "description"),
			"otherText": text(s, "otherText"), "otherSource": text(s, "otherSource"),
		})
	}
	for _, g := range sent.Generic {
		add(map[string]string{
			"kind": "generic", "name": text(g, "name"), "code": text(g, "error"), "http": text(g, "http"),
			"subcode": text(g, "subcode"), "text": text(g, "description"), "basis": text(g, "basis"), "source": text(g, "source"),
		})
	}
	for _, c := range sent.Codes {
		token := text(c, "token")
		add(map[string]string{
			"kind": "code", "name": token, "code": token, "http": text(c, "http"), "text": text(c, "text"),
			"source": text(c, "source"),
		})
	}
	for _, s := range sent.Subcodes {
		token := text(s, "token")
		add(map[string]string{"kind": "subcode", "name": token, "subcode": token, "text": text(s, "text"), "source": text(s, "source")})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the CSV is not what the JSON says (-json +csv):\n%s", diff)
	}
}
