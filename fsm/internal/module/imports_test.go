package module_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/avinvite/avinvite"

// policy is who may import what. It is a statement of policy: when a build breaks it, the build is wrong.
//
// Every package of the module falls under the first rule whose folder it is in. A rule allows the standard library,
// the folder itself and its internal packages, and what is listed; a name that ends with a slash allows everything
// below it.
var policy = []struct {
	folder string
	allows []string
	tests  []string // beyond allows, for the tests of the folder
	reason string
}{
	{
		"codes", []string{module + "/codes/enum"}, []string{"github.com/google/go-cmp/"},
		"the catalogue is what everybody links, so it pulls nothing",
	},
	{
		"transitions", []string{module + "/codes", module + "/codes/enum", module + "/transitions/export"},
		[]string{"github.com/google/go-cmp/", "github.com/anishathalye/porcupine"},
		"the relation is data and pure functions: a program that links it gets the standard library and the catalogue",
	},
	{
		"fsm/eventchannel", []string{module + "/codes", module + "/codes/enum", module + "/transitions", "github.com/go-json-experiment/json/"},
		[]string{"github.com/google/go-cmp/", "pgregory.net/rapid", module + "/proptest"},
		"the wire knows what an event is and nothing of machines; the faster tokenizer stays in this one package",
	},
	{
		"fsm/conformance", []string{
			module + "/codes", module + "/codes/enum", module + "/transitions", module + "/fsm/eventchannel", "github.com/go-json-experiment/json/",
		},
		[]string{"github.com/google/go-cmp/", "pgregory.net/rapid", "github.com/rogpeppe/go-internal/"},
		"verdicts come of the relation and the wire, never of an engine",
	},
	{
		"fsm/cmd", []string{
			module + "/codes", module + "/codes/enum", module + "/transitions", module + "/fsm", module + "/fsm/", "github.com/looplab/fsm",
			module + "/transitions/export", "github.com/go-json-experiment/json/",
		},
		[]string{"github.com/google/go-cmp/", "github.com/rogpeppe/go-internal/", "github.com/santhosh-tekuri/jsonschema/"},
		"the command uses everything but proptest: rapid would put its flags on every command line",
	},
	{
		"fsm/internal/module", nil, []string{
			module + "/codes", module + "/transitions", module + "/transitions/export", module + "/fsm/eventchannel",
			"github.com/google/go-cmp/",
		},
		"the tests of the module as a whole need what they compare the README with",
	},
	{
		"fsm", []string{module + "/codes", module + "/codes/enum", module + "/transitions", "github.com/looplab/fsm"},
		[]string{
			"github.com/google/go-cmp/", "pgregory.net/rapid", module + "/proptest", module + "/fsm/eventchannel",
			"github.com/anishathalye/porcupine",
		},
		"the live machine is the one package that knows the engine",
	},
	{
		"proptest", []string{module + "/codes", module + "/codes/enum", module + "/transitions", "pgregory.net/rapid", "github.com/google/go-cmp/"},
		[]string{module + "/fsm", module + "/fsm/", "github.com/looplab/fsm", "github.com/go-json-experiment/json/"},
		"the kit runs on anybody's machine, so it links nobody's",
	},
}

// listed runs go list over the module and answers one line per package: its path and the rest, cut at a tab.
func listed(t *testing.T, args ...string) map[string][]string {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-e"}, args...)...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list %v: %v", args, err)
	}
	lines := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		path, rest, _ := strings.Cut(strings.TrimSpace(line), "\t")
		lines[path] = strings.Fields(strings.Trim(rest, "[]"))
	}
	return lines
}

// violations answers the imports of a package that its rule does not allow.
func violations(path string, imports []string, tests bool) (broken []string) {
	folder := strings.TrimPrefix(path, module+"/")
	for _, rule := range policy {
		if folder != rule.folder && !strings.HasPrefix(folder, rule.folder+"/") {
			continue
		}
		allowed := append([]string{module + "/" + rule.folder, module + "/" + rule.folder + "/internal/"}, rule.allows...)
		if tests {
			allowed = append(allowed, rule.tests...)
		}
		for _, imported := range imports {
			first, _, _ := strings.Cut(imported, "/")
			standard := !strings.Contains(first, ".")
			if !standard && !slices.ContainsFunc(allowed, func(a string) bool {
				return imported == a || strings.HasSuffix(a, "/") && strings.HasPrefix(imported+"/", a)
			}) {
				broken = append(broken, path+" imports "+imported+": "+rule.reason)
			}
		}
		return broken
	}
	return []string{path + " is under no rule"}
}

// TestImports holds every package of the module, and its tests, to the rules.
func TestImports(t *testing.T) {
	deps := listed(t, "-f", "{{.ImportPath}}\t{{.Deps}}", "./...")
	tests := listed(t, "-f", "{{.ImportPath}}\t{{.TestImports}} {{.XTestImports}}", "./...")
	if len(deps) < 2 {
		t.Fatalf("go list finds %d packages, want the module", len(deps))
	}
	for path, imports := range deps {
		// What an allowed module pulls in itself is not the package's choice; what it links of ours is.
		for _, broken := range violations(path, direct(path, imports, deps), false) {
			t.Error(broken)
		}
		for n := range tests[path] {
			tests[path][n] = strings.Trim(tests[path][n], "[]")
		}
		for _, broken := range violations(path, tests[path], true) {
			t.Errorf("test of %s", broken)
		}
		for _, imported := range imports {
			if imported == "testing" && !strings.HasPrefix(path, module+"/proptest") {
				t.Errorf("%s links testing", path)
			}
		}
	}
}

// direct is the dependencies of a package that are not those of one of ours which it may import: all of them, for
// a leaf; and in any case everything of this module.
func direct(path string, imports []string, deps map[string][]string) []string {
	through := map[string]bool{}
	for _, imported := range imports {
		for _, indirect := range deps[imported] {
			if !strings.HasPrefix(indirect, module) {
				through[indirect] = true
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(imports), func(i string) bool { return through[i] || i == path })
}

// TestImportsCanFail shows that the rules catch what they are there for.
func TestImportsCanFail(t *testing.T) {
	for _, test := range []struct {
		path, imported string
		tests          bool
		want           bool
	}{
		{"codes", "github.com/google/go-cmp/cmp", false, false},
		{"codes", "github.com/google/go-cmp/cmp", true, true},
		{"codes", module + "/transitions", true, false},
		{"codes/internal/generate", "text/template", false, true},
		{"transitions", module + "/fsm", false, false},
		{"transitions", "github.com/looplab/fsm", true, false},
		{"transitions", module + "/codes", false, true},
		{"transitions/export", module + "/transitions", false, true},
		{"fsm", module + "/proptest", false, false},
		{"fsm", "github.com/looplab/fsm", false, true},
		{"fsm", module + "/fsm/eventchannel", false, false},
		{"fsm/eventchannel", "github.com/looplab/fsm", false, false},
		{"fsm/eventchannel", module + "/fsm", false, false},
		{"fsm/eventchannel", "github.com/go-json-experiment/json/jsontext", false, true},
		{"fsm/conformance", module + "/fsm", false, false},
		{"fsm/cmd/avinvite", module + "/proptest", false, false},
		{"fsm/cmd/avinvite", "pgregory.net/rapid", true, false},
		{"proptest", module + "/fsm", false, false},
		{"elsewhere", "fmt", false, false},
	} {
		got := violations(module+"/"+test.path, []string{test.imported}, test.tests)
		if (len(got) == 0) != test.want {
			t.Errorf("%s imports %s (tests %t): %v, want allowed %t", test.path, test.imported, test.tests, got, test.want)
		}
	}
}
