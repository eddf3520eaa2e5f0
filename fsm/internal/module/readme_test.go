package module_test

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/export"
	"github.com/avinvite/avinvite/transitions/laws"
)

// session is a block of the README that shows a command and what it prints.
var session = regexp.MustCompile("(?s)```console\n\\$ go run \\./fsm/cmd/avinvite ([^\n]*)\n(.*?)```\n")

// part is a part of the README that is computed.
var part = regexp.MustCompile(`(?s)<!-- begin ([a-z-]+) -->\n(.*?)<!-- end -->\n`)

// parts are the computed parts by name. They run in the root of the module.
var parts = map[string]func(*testing.T) string{
	"authority":        authority,
	"coverage":         coverage,
	"diagram-incoming": diagram(transitions.Incoming),
	"diagram-outgoing": diagram(transitions.Outgoing),
	"client":           source("fsm/internal/module/example_test.go", "follow"),
	"server":           source("fsm/internal/module/example_test.go", "answer"),
	"kit":              source("proptest/proptest_test.go", "TestMachine"),
	"texts":            texts,
	"packages":         packages,
	"dependencies":     dependencies,
	"laws":             lawTable,
	"choice":           choice,
	"measured-machines": func(t *testing.T) string {
		return measured(t, "Machines")
	},
	"measured-reasons": func(t *testing.T) string {
		return measured(t, "Reasons")
	},
	"measured-documents": func(t *testing.T) string {
		return measured(t, "Documents")
	},
	"measured-targets": func(t *testing.T) string {
		return measured(t, "Targets")
	},
}

// TestReadme runs the sessions that the README shows and computes its computed parts. With -update it writes them.
func TestReadme(t *testing.T) {
	command := filepath.Join(t.TempDir(), "avinvite")
	if out, err := exec.Command("go", "build", "-o", command, "./fsm/cmd/avinvite").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	readme := read(t, "README.md")
	sessions, found := 0, map[string]bool{}
	want := session.ReplaceAllStringFunc(readme, func(block string) string {
		sessions++
		args := session.FindStringSubmatch(block)[1]
		var stdout, stderr bytes.Buffer
		cmd := exec.Command(command, strings.Fields(args)...)
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		if err := cmd.Run(); cmd.ProcessState == nil || stderr.Len() > 0 { // a verdict has an exit status of its own
			t.Errorf("avinvite %s: %v\n%s", args, err, stderr.String())
		}
		return "```console\n$ go run ./fsm/cmd/avinvite " + args + "\n" + stdout.String() + "```\n"
	})
	want = part.ReplaceAllStringFunc(want, func(block string) string {
		name := part.FindStringSubmatch(block)[1]
		if parts[name] == nil || found[name] {
			t.Errorf("the README has a part %q that is unknown or comes twice", name)
			return block
		}
		found[name] = true
		return "<!-- begin " + name + " -->\n" + parts[name](t) + "<!-- end -->\n"
	})
	// What the patterns miss would go unchecked.
	if shown := strings.Count(want, "$ go run ./fsm/cmd/avinvite"); sessions == 0 || shown != sessions {
		t.Errorf("the README shows %d commands, of which %d are sessions that can be run", shown, sessions)
	}
	if begun := strings.Count(want, "<!-- begin "); begun != len(parts) || len(found) != len(parts) {
		t.Errorf("the README begins %d computed parts and has %d of them whole, want %d", begun, len(found), len(parts))
	}
	if *update {
		if err := os.WriteFile("README.md", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if diff := gocmp.Diff(readme, want); diff != "" {
		t.Errorf("the README is not what go test ./fsm/internal/module -update makes of it (-is +should be):\n%s", diff)
	}
}

// TestReadmeNames holds the names of Go that stand in the README, as fsm.Restore or Atomic.Load, to what is declared.
func TestReadmeNames(t *testing.T) {
	declared := map[string]bool{}
	for _, folder := range []string{"codes", "transitions", "fsm", "fsm/eventchannel", "fsm/recording", "fsm/conformance", "transitions/laws", "proptest"} {
		files, err := filepath.Glob(folder + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			for _, decl := range parsed.Decls {
				switch d := decl.(type) {
				case *ast.FuncDecl:
					of := parsed.Name.Name
					if d.Recv != nil {
						of = strings.TrimPrefix(types.ExprString(d.Recv.List[0].Type), "*")
					}
					declared[of+"."+d.Name.Name] = true
				case *ast.GenDecl:
					for _, spec := range d.Specs {
						if s, is := spec.(*ast.TypeSpec); is {
							declared[parsed.Name.Name+"."+s.Name.Name] = true
						}
					}
				}
			}
		}
	}
	named := regexp.MustCompile("`([A-Za-z]+\\.[A-Z][A-Za-z]+)`").FindAllStringSubmatch(read(t, "README.md"), -1)
	for _, m := range named {
		if !declared[m[1]] {
			t.Errorf("the README names %s, which nothing declares", m[1])
		}
	}
	if len(named) == 0 {
		t.Error("the README names nothing")
	}
}

// TestReadmeRefers holds what the README refers to: the headings and files that its links lead to, and the version of Go.
func TestReadmeRefers(t *testing.T) {
	readme := read(t, "README.md")
	anchors := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^## (.+)$`).FindAllStringSubmatch(readme, -1) {
		kept := regexp.MustCompile(`[^a-z0-9 -]`).ReplaceAllString(strings.ToLower(m[1]), "")
		anchors[strings.ReplaceAll(kept, " ", "-")] = true
	}
	links := regexp.MustCompile(`\]\(([^)]+)\)`).FindAllStringSubmatch(readme, -1)
	for _, m := range links {
		if anchor, within := strings.CutPrefix(m[1], "#"); within {
			if !anchors[anchor] {
				t.Errorf("the README links to #%s, and has no such heading", anchor)
			}
		} else if _, err := os.Stat(m[1]); err != nil {
			t.Errorf("the README links to %s: %v", m[1], err)
		}
	}
	if len(anchors) == 0 || len(links) == 0 {
		t.Errorf("the README has %d headings and %d links", len(anchors), len(links))
	}
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(read(t, "go.mod"))
	if !strings.Contains(readme, "Go "+version[1]+" or later") {
		t.Errorf("go.mod wants Go %s, and the README does not say so", version[1])
	}
}

// TestPackageComments holds the packages' comments to an example before their first heading, which a test of theirs
// or of the README runs: its lines stand there one after the other.
func TestPackageComments(t *testing.T) {
	trimmed := func(text string) string {
		var b strings.Builder
		for line := range strings.Lines(text) {
			b.WriteString(strings.TrimSpace(line) + "\n")
		}
		return b.String()
	}
	for _, folder := range []string{"codes", "transitions", "fsm", "fsm/eventchannel", "fsm/recording", "fsm/conformance", "transitions/laws", "proptest"} {
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

// diagram is the diagram of a direction.
func diagram(d transitions.Direction) func(*testing.T) string {
	return func(t *testing.T) string {
		drawing, err := export.Render(export.Mermaid, d)
		if err != nil {
			t.Fatal(err)
		}
		return "```mermaid\n" + string(drawing) + "```\n"
	}
}

// source is a function of a file, with its comment. It has ten lines at most: the README says so, and nobody reads more.
func source(file, name string) func(*testing.T) string {
	return func(t *testing.T) string {
		files := token.NewFileSet()
		parsed, err := parser.ParseFile(files, file, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range parsed.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Name.Name == name && f.Doc != nil {
				text := read(t, file)[files.Position(f.Doc.Pos()).Offset:files.Position(f.End()).Offset]
				if lines := files.Position(f.Body.Rbrace).Line - files.Position(f.Body.Lbrace).Line - 1; lines > 10 {
					t.Errorf("%s has %d lines, want 10 at most", name, lines)
				}
				code, err := format.Source([]byte(text))
				if err != nil {
					t.Fatal(err)
				}
				return "```go\n" + string(code) + "\n```\n"
			}
		}
		t.Errorf("%s has no function %s with a comment", file, name)
		return ""
	}
}

// authority counts on what authority the parts of the model stand, and how much there is of each.
func authority(*testing.T) string {
	var b strings.Builder
	b.WriteString("| what | how many | Stated | Sampled | Inferred |\n|---|--:|--:|--:|--:|\n")
	row := func(what string, bases map[codes.Basis]int) {
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d |\n", what, bases[codes.Stated]+bases[codes.Sampled]+bases[codes.Inferred],
			bases[codes.Stated], bases[codes.Sampled], bases[codes.Inferred])
	}
	for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		edges, legal, refused := map[codes.Basis]int{}, map[codes.Basis]int{}, map[codes.Basis]int{}
		for e := range transitions.Edges() {
			if e.Direction == d {
				edges[e.Basis]++
			}
		}
		for c := range transitions.Cells(d) {
			if c.Rule == 0 {
				legal[c.Basis]++
			} else {
				refused[c.Basis]++
			}
		}
		row(d.String()+": edges", edges)
		row(d.String()+": events that are legal in a state, by reason", legal)
		row(d.String()+": events that are refused in a state", refused)
	}
	reasons := map[codes.Basis]int{}
	for r := range codes.Reasons() {
		reasons[r.Basis()]++
	}
	row("reasons: the directions that each fits, and who causes it", reasons)
	configurations, ends, cells, reached := 0, 0, 0, map[codes.Reason]bool{}
	for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		for i := range transitions.Reachable(d) {
			configurations++
			if i.Terminal() {
				ends++
			}
			if i.Reason().Documented() {
				reached[i.Reason()] = true
			}
		}
		cells += count(transitions.Cells(d))
	}
	fmt.Fprintf(&b, "\nEvery state with every event makes %d cells. %d configurations are reachable, %d of them terminal, and the terminal\nones cover %d of the %d reasons. The tests enumerate all of them.\n",
		cells, configurations, ends, len(reached), count(codes.Reasons()))
	return b.String()
}

func count[V any](seq func(func(V) bool)) (n int) {
	for range seq {
		n++
	}
	return n
}

// coverage says of every section of the specification what of it is here, and what is not.
func coverage(*testing.T) string {
	var b strings.Builder
	operations := 0
	for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		i, _ := transitions.New(d).Step(transitions.Started(transitions.StateConnecting))
		operations += i.Operations().Len()
	}
	fmt.Fprintf(&b, `| section | stated by the page | sampled or inferred | left out |
|---|---|---|---|
| Properties | the ten properties; the maximum lengths of three | lengths count UTF-16 code units; customContent and mediaOffer are links with data URIs | |
| Links | the twelve relations, %d of them operations | when each operation is offered | the resources that they lead to |
| Events | three types | the state that each may carry, and the order | events about other resources, which are skipped |
| Asynchronous reason codes | %d rows, %d codes, %d subcodes, %d pairs; %d texts | directions, actors, advice | |
| Synchronous errors | %d rows | which row answers what | the generic errors of all resources |
| Operations, Request body, Examples | "coming soon", or nothing | requests as other pages describe them | |
`, operations, count(codes.Rows()), count(codes.Codes()), count(codes.Subcodes()),
		count(codes.Reasons()), count(codes.Rows())-blank(), count(codes.SynchronousErrors()))
	b.WriteString("\nThe first source of each edge and each reason:\n\n| source | edges | reasons |\n|---|--:|--:|\n")
	edges, reasons := map[string]int{}, map[string]int{}
	for e := range transitions.Edges() {
		edges[document(e.Source)]++
	}
	for r := range codes.Reasons() {
		reasons[document(r.Source())]++
	}
	var documents []string
	for d := range edges {
		documents = append(documents, d)
	}
	for d := range reasons {
		documents = append(documents, d)
	}
	slices.Sort(documents)
	for _, d := range slices.Compact(documents) {
		fmt.Fprintf(&b, "| %s | %d | %d |\n", d, edges[d], reasons[d])
	}
	return b.String()
}

// blank counts the rows without a text.
func blank() (n int) {
	for r := range codes.Rows() {
		if r.Text == "" {
			n++
		}
	}
	return n
}

// texts counts what the rows of the reasons have in common.
func texts(*testing.T) string {
	several := 0
	for r := range codes.Reasons() {
		if len(r.Texts()) > 1 {
			several++
		}
	}
	return fmt.Sprintf(`- The page has %d rows for %d pairs of code and subcode: %d pairs have several texts, and %d rows have none. All are kept
  as published; where a sibling page has a text for a blank row, it is kept beside it.
`, count(codes.Rows()), count(codes.Reasons()), several, blank())
}

// document is the page or the issue that a source names first.
func document(source string) string {
	return regexp.MustCompile(`PAGE|[A-Za-z]+/[A-Za-z0-9_.-]+(#\d+|\.md)`).FindString(source)
}

// packages lists the packages that programs may import, with the first sentence of their documentation and the modules
// that linking each brings along.
func packages(t *testing.T) string {
	var b strings.Builder
	b.WriteString("| package | what it is | links, beyond the standard library |\n|---|---|---|\n")
	known := map[string]string{} // the module of each package
	list := goList(t, "-deps", "./...")
	for _, p := range list {
		known[p.ImportPath] = p.Module.Path
	}
	for _, f := range folders {
		n := slices.IndexFunc(list, func(p goPackage) bool { return p.ImportPath == path+"/"+f.name })
		if n < 0 || strings.Contains(f.name, "internal") {
			continue
		}
		var brings []string
		for _, dep := range list[n].Deps {
			if m := known[dep]; m != "" && m != path {
				brings = append(brings, m)
			}
		}
		slices.Sort(brings)
		doc := regexp.MustCompile(`^(Package|Command) \w+ (is )?|[\[\]]|\.$`).ReplaceAllString(list[n].Doc, "")
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", f.name, doc, cmp.Or(strings.Join(slices.Compact(brings), ", "), "nothing"))
	}
	return b.String()
}

// dependencies lists the modules that go.mod requires directly.
func dependencies(*testing.T) string {
	var b strings.Builder
	b.WriteString("| module | imported by | what for |\n|---|---|---|\n")
	for _, m := range modules {
		importers := "tests"
		if m.importers != "" {
			importers = "`" + strings.Join(strings.Fields(m.importers), "`, `") + "`"
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", m.path, importers, m.purpose)
	}
	return b.String()
}

// lawTable lists the laws, and which of them a machine can be checked against.
func lawTable(*testing.T) string {
	var b strings.Builder
	b.WriteString("| | law | statement | basis |\n|--:|---|---|---|\n")
	for _, l := range laws.All() {
		basis := l.Basis.String()
		switch {
		case !l.Checked():
			basis = "about this library"
		case l.Basis == 0:
			basis = "that of the cell"
		}
		fmt.Fprintf(&b, "| %d | %s | %s | %s |\n", l.Number, l.Name, l.Statement, basis)
	}
	return b.String()
}

const results = "fsm/internal/bench/RESULTS.md"

// measured is a table of the results of the comparison.
func measured(t *testing.T, heading string) string {
	_, section, _ := strings.Cut(read(t, results), "## "+heading+"\n")
	_, table, _ := strings.Cut(section, "\n|")
	table, _, found := strings.Cut(table, "\n\n")
	if !found {
		t.Errorf("%s has no table under %s", results, heading)
	}
	return "|" + table + "\n"
}

// choice is which machine to use, with what it costs by the results of the comparison.
func choice(t *testing.T) string {
	var b strings.Builder
	b.WriteString("| | when | event | refusal | life | bytes |\n|---|---|--:|--:|--:|--:|\n")
	for _, machine := range []struct{ name, row, when string }{
		{"`transitions.Invitation`", "`Invitation.Step`", "one goroutine owns it: a server with a million of them, a test, a replay"},
		{"`transitions.Atomic`", "`Atomic.Step`", "several goroutines share it, and nobody needs a callback"},
		{"`fsm.Machine`, `OnTransition`", "`fsm.Machine`, `OnTransition`", "somebody must be told of every transition, in order"},
		{"`fsm.Machine`, a callback", "`fsm.Machine`, a callback", "the program needs looplab's callbacks: before, leave, enter, after, and a veto"},
	} {
		_, row, found := strings.Cut(measured(t, "Machines"), "\n| "+machine.row+" | ")
		row, _, _ = strings.Cut(row, "\n")
		cells := strings.Split(row, " | ")
		if !found || len(cells) != 8 {
			t.Fatalf("%s has no row %s of 8 figures", results, machine.row)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n",
			machine.name, machine.when, cells[0], cells[1], cells[3], strings.TrimSuffix(cells[7], " |"))
	}
	return b.String()
}
