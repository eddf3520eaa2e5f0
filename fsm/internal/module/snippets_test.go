package module_test

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// compiler returns a function that checks the types of a file, as the compiler does. The file may import what the packages
// of the module and their tests import.
func compiler(t *testing.T, files *token.FileSet) func(*ast.File) error {
	t.Helper()
	out, err := exec.Command("go", "list", "-export", "-deps", "-test", "-f", "{{.ImportPath}}\t{{.Export}}",
		"./codes/...", "./transitions/...", "./fsm", "./proptest", "./fsm/internal/module").Output()
	if err != nil {
		t.Fatal(err)
	}
	exports := map[string]string{}
	for line := range strings.Lines(string(out)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), "\t")
		exports[path] = file
	}
	config := types.Config{Importer: importer.ForCompiler(files, "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path])
	})}
	return func(file *ast.File) error {
		_, err := config.Check("copied", files, []*ast.File{file}, nil)
		return err
	}
}

// TestReadmeSnippets compiles the README's snippets of Go as they stand.
func TestReadmeSnippets(t *testing.T) {
	inRoot(t)
	files := token.NewFileSet()
	check := compiler(t, files)
	snippets := regexp.MustCompile("(?s)```go\n(.*?)```\n").FindAllStringSubmatch(read(t, "README.md"), -1)
	for _, m := range snippets {
		file, err := parser.ParseFile(files, "snippet.go", "package snippet\n\n"+m[1], parser.SkipObjectResolution)
		if err == nil {
			err = check(file)
		}
		if err != nil {
			t.Errorf("a snippet of the README does not compile: %v\n%s", err, m[1])
		}
	}
	if len(snippets) == 0 {
		t.Error("the README has no snippet")
	}
}
