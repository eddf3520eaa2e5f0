package module_test

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// copied is a file that somebody copies out.
type copied struct {
	name, text string
	file       *ast.File
}

// compile parses the files and checks their types, as the compiler does.
func compile(t *testing.T, all []copied) {
	t.Helper()
	files, imports := token.NewFileSet(), map[string]bool{}
	for n, c := range all {
		var err error
		if all[n].file, err = parser.ParseFile(files, "copied.go", c.text, parser.SkipObjectResolution); err != nil {
			t.Errorf("a copy of %s does not compile: %v\n%s", c.name, err, c.text)
			return
		}
		for _, spec := range all[n].file.Imports {
			imports[strings.Trim(spec.Path.Value, `"`)] = true
		}
	}
	args := []string{"list", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}"}
	out, err := exec.Command("go", slices.AppendSeq(args, maps.Keys(imports))...).Output()
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
	for _, c := range all {
		if _, err := config.Check("copied", files, []*ast.File{c.file}, nil); err != nil {
			t.Errorf("a copy of %s does not compile: %v\n%s", c.name, err, c.text)
		}
	}
	if len(all) == 0 {
		t.Error("there is nothing to copy")
	}
}

// TestReadmeSnippets compiles the README's snippets of Go as they stand.
func TestReadmeSnippets(t *testing.T) {
	inRoot(t)
	var snippets []copied
	for _, m := range regexp.MustCompile("(?s)```go\n(.*?)```\n").FindAllStringSubmatch(read(t, "README.md"), -1) {
		snippets = append(snippets, copied{name: "a snippet of the README", text: "package snippet\n\n" + m[1]})
	}
	compile(t, snippets)
}
