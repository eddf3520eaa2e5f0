package module_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestVendor vendors the packages of a program that imports package codes alone, without a network. The program gets the
// package, the package that it links, and nothing of any other module.
func TestVendor(t *testing.T) {
	inRoot(t)
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`(?m)^go .+$`).FindString(read(t, "go.mod"))
	program := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module example.com/program\n\n" + version + "\n\nrequire " + path + " v0.0.0\n\nreplace " + path + " => " + root + "\n",
		"main.go": "package main\n\nimport \"" + path + "/codes\"\n\n" +
			"func main() { println(codes.RemoteFailureBusy.Explanation()) }\n",
	} {
		if err := os.WriteFile(filepath.Join(program, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"mod", "vendor"}, {"build", "-o", os.DevNull, "."}} {
		cmd := exec.Command("go", args...)
		cmd.Dir = program
		cmd.Env = append(os.Environ(), "GOPROXY=off", "GOWORK=off", "GOFLAGS=")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go %v: %v\n%s", args, err, out)
		}
	}
	var vendored []string
	for line := range strings.Lines(read(t, filepath.Join(program, "vendor", "modules.txt"))) {
		if !strings.HasPrefix(line, "#") {
			vendored = append(vendored, strings.TrimSpace(line))
		}
	}
	if want := []string{path + "/codes", path + "/codes/enum"}; !slices.Equal(vendored, want) {
		t.Errorf("a program that imports codes alone vendors %v, want %v", vendored, want)
	}
	if files, err := filepath.Glob(filepath.Join(program, "go.sum")); err != nil || files != nil {
		t.Errorf("a program that imports codes alone has a go.sum, %v", err)
	}
}
