package module_test

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the sessions and the computed parts of the README")

// inRoot runs a test in the root of the module. It looks at every file there, because the go command repeats a test only
// if a file has changed that the test itself has looked at, and these tests run other programs.
func inRoot(t *testing.T) {
	t.Helper()
	t.Chdir(filepath.Join("..", "..", ".."))
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if path == ".git" && entry.IsDir() {
			return fs.SkipDir
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
