package module_test

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const path = "github.com/avinvite/avinvite"

type folderRow struct {
	name    string
	links   string // folders, separated by spaces
	because string
}

type moduleRow struct {
	path      string
	importers string // folders, separated by spaces; empty if tests alone import it
	purpose   string
}

// folders lists which packages of the module each package links, directly or through others: only ones further up. The
// tables are policy: a change that breaks a row needs a defence, the row does not. A package belongs to the row of the
// longest folder that it is in. Tests may import any package of the module.
var folders = []folderRow{
	{"codes/enum", "", "names of small integers need nothing"},
	{"codes", "codes/enum", "everybody links the catalogue, so it brings nothing along but the names of small integers"},
	{"codes/internal", "", "the generator writes the catalogue, so it must run when the catalogue does not compile"},
	{"transitions", "codes codes/enum", "the relation is data and functions without side effects; a reason is the catalogue's"},
	{"transitions/laws", "codes codes/enum transitions", "the laws hold for anybody's machine, without a test and without chance"},
	{"transitions/suite", "codes codes/enum transitions transitions/laws", "a suite is computed from the relation, and is for machines in any language"},
	{"transitions/export", "codes codes/enum transitions", "an export shows the relation and no machine"},
	{"transitions/internal", "codes codes/enum transitions transitions/laws transitions/suite transitions/export", "the generator writes exports and suites to files"},
	{"fsm/internal/distance", "", "the distance between two words needs nothing"},
	{"fsm", "codes codes/enum transitions fsm/internal/distance", "the live machine takes events, and is not told where they come from"},
	{"fsm/eventchannel", "codes codes/enum transitions", "a document leads to an event, whatever takes the event afterwards"},
	{"fsm/history", "codes codes/enum transitions fsm/eventchannel", "a client and a fleet keep what they have seen, and judge nothing"},
	{"fsm/recording", "codes codes/enum transitions fsm/eventchannel", "a recording holds what the wire carries, and whoever reads or writes one need not judge it"},
	{"fsm/conformance", "codes codes/enum transitions fsm/eventchannel fsm/history fsm/recording", "a verdict follows from the relation, and never from an engine"},
	{"fsm/client", "codes codes/enum transitions fsm/eventchannel fsm/history", "an application's side of HTTP takes documents, and judges nothing"},
	{"fsm/service", "codes codes/enum transitions fsm/eventchannel fsm/recording", "a service sends what the relation has, and leaves the judging of its recording to others"},
	{"fsm/cmd/avinvite", "codes codes/enum transitions transitions/laws transitions/suite transitions/export fsm/internal/distance fsm/eventchannel fsm/history fsm/recording fsm/conformance fsm/service",
		"the command judges and shows; it has no live invitation, and rapid would add flags to its command line"},
	{"fsm/internal/kills", "codes codes/enum transitions transitions/laws transitions/suite fsm/eventchannel fsm/history fsm/recording fsm/conformance",
		"its table compares the suites with the recordings, which transitions cannot read"},
	{"fsm/internal/module", "", "it has tests alone"},
	{"proptest", "codes codes/enum transitions transitions/laws transitions/suite", "the kit checks other people's machines, so it links none of ours"},
}

// modules lists the modules that go.mod requires directly, with the folders that import them and what they are for.
// Tests may import any of them.
var modules = []moduleRow{
	{"github.com/looplab/fsm", "fsm", "the engine that calls the callbacks of a `Machine`"},
	{"github.com/go-json-experiment/json", "fsm/eventchannel fsm/history fsm/recording fsm/service fsm/cmd/avinvite", "reads JSON token by token, with the position of each"},
	{"github.com/spf13/cobra", "fsm/cmd/avinvite", "reads the command's arguments, and makes its help and its completion in shells"},
	{"github.com/spf13/pflag", "fsm/cmd/avinvite", "defines the flags of the command"},
	{"github.com/rivo/uniseg", "fsm/cmd/avinvite", "measures how many columns of a terminal a text takes"},
	{"golang.org/x/term", "fsm/cmd/avinvite", "measures how wide a terminal is"},
	{"pgregory.net/rapid", "proptest", "samples sequences of events and shrinks one that breaks a law"},
	{"github.com/google/go-cmp", "proptest", "prints the difference between two values"},
	{"github.com/anishathalye/porcupine", "", "checks that concurrent use of one invitation is linearizable"},
	{"go.uber.org/goleak", "", "finds goroutines that a test of the client leaves behind"},
	{"github.com/rogpeppe/go-internal", "", "runs the scripts that test the command"},
	{"github.com/santhosh-tekuri/jsonschema/v6", "", "validates the command's JSON against its schema"},
}

// standard lists packages of the standard library with the folders that import them.
var standard = []struct{ path, importers, because string }{
	{"net/http", "fsm/client fsm/service fsm/cmd/avinvite", "a page in a browser judges recordings, and does without HTTP and TLS"},
	{"testing", "proptest", "a program that links testing carries its flags and its size"},
	{"unsafe", "", "memory safety is the compiler's business"},
}

// goPackage is a package as go list describes it.
type goPackage struct {
	ImportPath, Doc           string
	Module                    struct{ Path string }
	Imports, Deps             []string
	TestImports, XTestImports []string
}

// goList describes packages of the module.
func goList(t *testing.T, patterns ...string) (list []goPackage) {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list", "-json"}, patterns...)...).Output()
	if err != nil {
		t.Fatalf("go list %v: %v", patterns, err)
	}
	for d := json.NewDecoder(strings.NewReader(string(out))); d.More(); {
		var p goPackage
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
	return list
}

// folder returns the row that a package of the module belongs to, or the package's own folder if it has none.
func folder(importPath string) string {
	is, longest := strings.TrimPrefix(importPath, path+"/"), ""
	for _, f := range folders {
		if within(is, f.name) && len(f.name) > len(longest) {
			longest = f.name
		}
	}
	if longest == "" {
		return is
	}
	return longest
}

// libraries returns the folders of the packages that programs may import.
func libraries() (list []string) {
	for _, f := range folders {
		if !strings.Contains(f.name, "internal") && !within(f.name, "fsm/cmd") {
			list = append(list, f.name)
		}
	}
	return list
}

// row returns the path of the module that an imported package belongs to, or the import path if no row has it.
func row(imported string) string {
	for _, m := range modules {
		if within(imported, m.path) {
			return m.path
		}
	}
	return imported
}

func within(path, folder string) bool { return path == folder || strings.HasPrefix(path, folder+"/") }

// wrongImports compares packages with the tables. Every difference is a fault, also a permission that nobody uses.
func wrongImports(list []goPackage) (faults []string) {
	links, importers, tested := map[string][]string{}, map[string][]string{}, map[string]bool{}
	for _, p := range list {
		in := folder(p.ImportPath)
		if !slices.ContainsFunc(folders, func(f folderRow) bool { return f.name == in }) {
			faults = append(faults, fmt.Sprintf("%s has no row in the table of folders; add one with its reason", in))
		}
		for _, dep := range p.Deps {
			if to := folder(dep); within(dep, path) && to != in {
				links[in] = append(links[in], to)
			}
		}
		for _, imported := range p.Imports {
			importers[row(imported)] = append(importers[row(imported)], in)
		}
		for _, imported := range slices.Concat(p.TestImports, p.XTestImports) {
			tested[row(imported)] = true
		}
	}
	compare := func(what, verb string, got []string, want, because string) {
		slices.Sort(got)
		got = slices.Compact(got)
		for _, g := range got {
			if !slices.Contains(strings.Fields(want), g) {
				faults = append(faults, fmt.Sprintf("%s %s %s, which its row does not list: %s", what, verb, g, because))
			}
		}
		for w := range strings.FieldsSeq(want) {
			if !slices.Contains(got, w) {
				faults = append(faults, fmt.Sprintf("%s no longer %s %s; delete that from its row", what, verb, w))
			}
		}
	}
	for n, f := range folders {
		compare(f.name, "links", links[f.name], f.links, f.because)
		for _, below := range folders[n:] {
			if slices.Contains(strings.Fields(f.links), below.name) {
				faults = append(faults, fmt.Sprintf("%s links %s, whose row stands below its own", f.name, below.name))
			}
		}
	}
	for _, s := range standard {
		compare(s.path, "is imported by", importers[s.path], s.importers, s.because)
	}
	for _, m := range modules {
		compare(m.path, "is imported by", importers[m.path], m.importers, m.purpose)
		if m.importers == "" && !tested[m.path] {
			faults = append(faults, m.path+" is imported by nobody; delete its row and run go mod tidy")
		}
	}
	return faults
}

// TestImports compares what the module imports with the tables, and the table of modules with go.mod.
func TestImports(t *testing.T) {
	inRoot(t)
	for _, fault := range wrongImports(goList(t, "./...")) {
		t.Error(fault)
	}
	required := 0
	for line := range strings.Lines(read(t, "go.mod")) {
		fields := strings.Fields(strings.TrimPrefix(line, "require "))
		if len(fields) == 2 && strings.HasPrefix(fields[1], "v") { // an indirect one has a comment
			required++
			if !slices.ContainsFunc(modules, func(m moduleRow) bool { return m.path == fields[0] }) {
				t.Errorf("go.mod requires %s, which has no row in the table of modules; add one with its purpose", fields[0])
			}
		}
	}
	if required != len(modules) {
		t.Errorf("go.mod requires %d modules directly, and the table has %d", required, len(modules))
	}
}

// TestImportsCanFail shows that each kind of fault is found.
func TestImportsCanFail(t *testing.T) {
	inRoot(t)
	sound := goList(t, "./...")
	for _, test := range []struct {
		change func(map[string]*goPackage)
		want   string
	}{
		{func(map[string]*goPackage) {}, ""},
		{func(p map[string]*goPackage) {
			p["codes"].Imports = append(p["codes"].Imports, "github.com/google/go-cmp/cmp")
		}, "github.com/google/go-cmp is imported by codes, which its row does not list"},
		{func(p map[string]*goPackage) {
			p["transitions/export"].Deps = append(p["transitions/export"].Deps, path+"/fsm")
		}, "transitions/export links fsm, which its row does not list"},
		{func(p map[string]*goPackage) {
			p["transitions"].Imports = append(p["transitions"].Imports, "testing")
		}, "testing is imported by transitions, which its row does not list"},
		{func(p map[string]*goPackage) { p["fsm"].Imports = nil }, "github.com/looplab/fsm no longer is imported by fsm"},
		{func(p map[string]*goPackage) { p["fsm/eventchannel"].Deps = nil }, "fsm/eventchannel no longer links codes"},
		{func(p map[string]*goPackage) { p["codes"].ImportPath = path + "/elsewhere" }, "elsewhere has no row"},
		{func(p map[string]*goPackage) {
			for _, each := range p {
				each.TestImports, each.XTestImports = nil, nil
			}
		}, "github.com/anishathalye/porcupine is imported by nobody"},
	} {
		changed, byFolder := slices.Clone(sound), map[string]*goPackage{}
		for n := range changed {
			byFolder[strings.TrimPrefix(changed[n].ImportPath, path+"/")] = &changed[n]
		}
		test.change(byFolder)
		faults := strings.Join(wrongImports(changed), "\n")
		if (faults == "") != (test.want == "") || !strings.Contains(faults, test.want) {
			t.Errorf("the faults are %q, want %q", faults, test.want)
		}
	}
}
