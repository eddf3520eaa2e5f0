package module_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestPackageComments wants an example before the first heading of every package comment that has a file of its own. A
// test of the package or of the README must run its lines, one after the other.
func TestPackageComments(t *testing.T) {
	inRoot(t)
	trimmed := func(text string) string {
		var b strings.Builder
		for line := range strings.Lines(text) {
			b.WriteString(strings.TrimSpace(line) + "\n")
		}
		return b.String()
	}
	for _, folder := range libraries() {
		if _, err := os.Stat(folder + "/doc.go"); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		opening, _, found := strings.Cut(read(t, folder+"/doc.go"), "\n// # ")
		var example strings.Builder
		for line := range strings.Lines(opening) {
			if code, is := strings.CutPrefix(line, "//\t"); is {
				example.WriteString(code)
			}
		}
		files, err := filepath.Glob(folder + "/*_test.go")
		if err != nil {
			t.Fatal(err)
		}
		runs := func(file string) bool { return strings.Contains(trimmed(read(t, file)), trimmed(example.String())) }
		if !found || example.Len() == 0 || !slices.ContainsFunc(append(files, "fsm/internal/module/example_test.go"), runs) {
			t.Errorf("the comment of %s has no example before its first heading that a test runs:\n%s", folder, example.String())
		}
	}
}
