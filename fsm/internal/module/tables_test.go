package module_test

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
)

// states lists the states by their meaning for an invitation, and by the directions of the edges that lead to them.
func states(*testing.T) string {
	var order []string
	rows := map[string][]string{}
	for s := transitions.StateConnecting; s <= transitions.StateCancelled; s++ {
		reached, reasons := map[transitions.Direction]bool{}, false
		for e := range transitions.Edges() {
			if e.To == s {
				reached[e.Direction] = true
				reasons = reasons || !e.Reasons.Has(codes.NoReason)
			}
		}
		meaning, direction := "in progress", "both"
		switch {
		case reasons:
			meaning = "ended, with a reason"
		case s.Terminal():
			meaning = "ended, accepted"
		}
		if !reached[transitions.Incoming] {
			direction = "outgoing only"
		}
		row := meaning + " | " + direction
		if rows[row] == nil {
			order = append(order, row)
		}
		rows[row] = append(rows[row], "`"+s.String()+"`")
	}
	var b strings.Builder
	b.WriteString("| state | the invitation is | direction |\n|---|---|---|\n")
	for _, row := range order {
		fmt.Fprintf(&b, "| %s | %s |\n", strings.Join(rows[row], ", "), row)
	}
	return b.String()
}

// source returns a function that cites a function of a file with its comment, behind the imports that it needs. More than
// ten lines are an error, because an example that is longer belongs in a package.
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
				code, err := format.Source([]byte(needed(parsed.Imports, f) + text))
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

// needed returns the declaration of the imports that a function uses, the standard library first.
func needed(imports []*ast.ImportSpec, f *ast.FuncDecl) string {
	used := map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		if selector, is := n.(*ast.SelectorExpr); is {
			used[types.ExprString(selector.X)] = true
		}
		return true
	})
	var standard, others []string
	for _, spec := range imports {
		switch path := strings.Trim(spec.Path.Value, `"`); {
		case spec.Name != nil || !used[path[strings.LastIndex(path, "/")+1:]]:
		case strings.Contains(path, "."):
			others = append(others, spec.Path.Value)
		default:
			standard = append(standard, spec.Path.Value)
		}
	}
	return "import (\n" + strings.Join(standard, "\n") + "\n\n" + strings.Join(others, "\n") + "\n)\n\n"
}

// authority counts the parts of the model by their basis.
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
	fits, ends, actors := map[codes.Basis]int{}, map[codes.Basis]int{}, map[codes.Basis]int{}
	for r := range codes.Reasons() {
		fits[r.Basis()]++
		_, basis := r.Actor()
		actors[basis]++
		for _, e := range r.States() {
			ends[e.Basis]++
		}
	}
	row("reasons: the directions that each fits", fits)
	row("reasons: the party that ends the invitation", actors)
	row("reasons: the states in which the invitation ends", ends)
	configurations, terminal, cells, reached := 0, 0, 0, map[codes.Reason]bool{}
	for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		for i := range transitions.Reachable(d) {
			configurations++
			if i.Terminal() {
				terminal++
			}
			if i.Reason().Documented() {
				reached[i.Reason()] = true
			}
		}
		cells += count(transitions.Cells(d))
	}
	fmt.Fprintf(&b, "\nEvery state with every event makes %d cells. Of the configurations (direction, state, pending operation, reason), %d\nare reachable, %d of them terminal. The terminal ones cover %d of the %d reasons. The tests enumerate all of them.\n",
		cells, configurations, terminal, len(reached), count(codes.Reasons()))
	return b.String()
}

func count[V any](seq func(func(V) bool)) (n int) {
	for range seq {
		n++
	}
	return n
}

// sources counts the edges and the reasons by the page that their source names first.
func sources(*testing.T) string {
	var b strings.Builder
	b.WriteString("| source | edges | reasons |\n|---|--:|--:|\n")
	edges, reasons := map[string]int{}, map[string]int{}
	for e := range transitions.Edges() {
		edges[document(e.Source.Page)]++
	}
	for r := range codes.Reasons() {
		reasons[document(r.Source().Page)]++
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

// blank returns how many rows of the reasons have no text.
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
	return fmt.Sprintf(`The page has %d rows for %d pairs of code and subcode: %d pairs have several texts, and %d rows have none. All are kept as
published. Where a sibling page has a text for a blank row, the library keeps that text beside the row.
`, count(codes.Rows()), count(codes.Reasons()), several, blank())
}

// document returns the page or the issue that a source names first.
func document(source string) string {
	return regexp.MustCompile(`PAGE|[A-Za-z]+/[A-Za-z0-9_./-]+(#\d+|\.md|\.json)`).FindString(source)
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
	var tests []string
	for _, m := range modules {
		if m.importers == "" {
			tests = append(tests, m.path+" "+m.purpose)
			continue
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s |\n", m.path, strings.Join(strings.Fields(m.importers), "`, `"), m.purpose)
	}
	fmt.Fprintf(&b, "\nOther modules are imported by tests alone, and are not linked into your program: %s.\n", strings.Join(tests, "; "))
	return b.String()
}

// lawTable lists the laws, and which of them a machine can be checked against.
func lawTable(*testing.T) string {
	var b strings.Builder
	b.WriteString("| | law | statement | basis |\n|--:|---|---|---|\n")
	for _, l := range laws.All() {
		basis := l.Basis.String()
		if !l.Checked() {
			basis = "about this library"
		}
		fmt.Fprintf(&b, "| %d | %s | %s | %s |\n", l.Number, l.Name, l.Statement, basis)
	}
	return b.String()
}

const results = "fsm/internal/bench/RESULTS.md"

// table is the table of a file under a heading.
func table(t *testing.T, file, heading string) string {
	_, section, _ := strings.Cut(read(t, file), "## "+heading+"\n")
	section, _, _ = strings.Cut(section, "\n## ")
	_, rows, found := strings.Cut(section, "\n|")
	if !found {
		t.Errorf("%s has no table under %s", file, heading)
	}
	rows, _, _ = strings.Cut(rows, "\n\n")
	return "|" + strings.TrimSuffix(rows, "\n") + "\n"
}

// choice lists the machines with their costs by the results of the comparison.
func choice(t *testing.T) string {
	var b strings.Builder
	b.WriteString("| | when | event | refusal | life | bytes |\n|---|---|--:|--:|--:|--:|\n")
	for _, machine := range []struct{ name, row, when string }{
		{"`transitions.Invitation`", "`Invitation.Step`", "one goroutine owns it: a server with a million of them, a test, a replay"},
		{"`transitions.Atomic`", "`Atomic.Step`", "several goroutines share it, and nobody needs a callback"},
		{"`fsm.Machine`, `OnTransition`", "`fsm.Machine`, `OnTransition`", "somebody must be told of every transition, in order"},
		{"`fsm.Machine`, a callback", "`fsm.Machine`, a callback", "the program needs looplab's callbacks: before, leave, enter, after, and a veto"},
	} {
		_, row, found := strings.Cut(table(t, results, "Machines"), "\n| "+machine.row+" | ")
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
