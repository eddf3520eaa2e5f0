package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

const vectorsDir = "../../suite/vectors"

// TestVectorsDrift compares the checked-in vectors with what the table gives now, and in the long form the sums of the
// others. go generate ./transitions/suite brings them up to date.
func TestVectorsDrift(t *testing.T) {
	listed, err := os.ReadFile(filepath.Join(vectorsDir, sums))
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{sums: true, "schema.json": true}
	want := 0
	for _, f := range vectorFiles() {
		want++
		if !f.checkedIn() && f.k > 0 && os.Getenv("AVINVITE_LONG") == "" {
			continue
		}
		var content bytes.Buffer
		sum := sha256.New()
		to := io.Writer(sum)
		if f.checkedIn() {
			known[f.name()] = true
			to = io.MultiWriter(sum, &content)
		}
		if err := f.write(to); err != nil {
			t.Fatal(err)
		}
		if line := sumLine(sum, f); !strings.Contains(string(listed), line) {
			t.Errorf("%s lacks the line %s", sums, line)
		}
		if !f.checkedIn() {
			continue
		}
		got, err := os.ReadFile(filepath.Join(vectorsDir, f.name()))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, content.Bytes()) {
			t.Errorf("%s has drifted from the table", f.name())
		}
	}
	if got := strings.Count(string(listed), "\n"); got != want {
		t.Errorf("%s has %d lines, want %d", sums, got, want)
	}
	entries, err := os.ReadDir(vectorsDir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !known[e.Name()] {
			t.Errorf("nobody generates %s", e.Name())
		}
	}
}

// TestVectorsSchema validates each line of the checked-in vectors, and lines with one fault.
func TestVectorsSchema(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join(vectorsDir, "schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	validate := func(line []byte) error {
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
		if err != nil {
			return err
		}
		return schema.Validate(value)
	}
	tests := 0
	for _, f := range vectorFiles() {
		if !f.checkedIn() {
			continue
		}
		content, err := os.ReadFile(filepath.Join(vectorsDir, f.name()))
		if err != nil {
			t.Fatal(err)
		}
		for n, line := range bytes.Split(bytes.TrimSpace(content), []byte("\n")) {
			if err := validate(line); err != nil {
				t.Errorf("%s:%d: %v", f.name(), n+1, err)
			}
			if n == 0 {
				continue
			}
			tests++
			for member := range map[string]bool{"id": true, "steps": true, "expect": true, "basis": true} {
				var object map[string]any
				if err := json.Unmarshal(line, &object); err != nil {
					t.Fatal(err)
				}
				delete(object, member)
				without, err := json.Marshal(object)
				if err != nil {
					t.Fatal(err)
				}
				if validate(without) == nil {
					t.Errorf("%s:%d is valid without %s", f.name(), n+1, member)
				}
			}
		}
	}
	if tests != 247 {
		t.Errorf("%d tests are checked in, want 247", tests)
	}
	for _, line := range []string{
		`{"id":"av-000000000000","steps":[{"do":"hangUp"}],"expect":[{}],"basis":["Stated"]}`,
		`{"id":"av-000000000000","steps":[],"expect":[{"status":404}],"basis":[]}`,
		`{"id":"av-000000000000","steps":[],"expect":[],"basis":[]}`,
		`{"id":"av-1","steps":[],"expect":[{}],"basis":[]}`,
	} {
		if validate([]byte(line)) == nil {
			t.Errorf("%s is valid", line)
		}
	}
}
