package module_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

// compile builds files that stand in no folder of the module: each is overlaid as a package of its own.
func compile(t *testing.T, files map[string]string) {
	t.Helper()
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	folder, args := t.TempDir(), []string{"build", "-overlay", ""}
	for name, text := range files {
		file := filepath.Join(folder, name+".go")
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		overlay.Replace[filepath.Join(root, "fsm", "internal", name, name+".go")] = file
		args = append(args, "./fsm/internal/"+name)
	}
	text, err := json.Marshal(overlay)
	if err != nil {
		t.Fatal(err)
	}
	args[2] = filepath.Join(folder, "overlay.json")
	if err := os.WriteFile(args[2], text, 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		t.Errorf("%d files that were copied out do not compile: %v\n%s", len(files), err, out)
	}
}

// TestReadmeSnippets compiles the README's snippets of Go as they stand.
func TestReadmeSnippets(t *testing.T) {
	inRoot(t)
	files := map[string]string{}
	for n, m := range regexp.MustCompile("(?s)```go\n(.*?)```\n").FindAllStringSubmatch(read(t, "README.md"), -1) {
		name := "snippet" + strconv.Itoa(n)
		files[name] = "package " + name + "\n\n" + m[1]
	}
	if len(files) == 0 {
		t.Error("the README has no snippet")
	}
	compile(t, files)
}
