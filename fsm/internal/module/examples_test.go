package module_test

import (
	"go/ast"
	"go/doc"
	"go/format"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// implicit are methods that other packages call: an example that prints, marshals, compares, logs or stores a value uses
// them.
var implicit = []string{
	"String", "GoString", "Error", "Unwrap", "Is", "LogValue", "MarshalText", "UnmarshalText", "MarshalJSON",
	"UnmarshalJSON", "Value", "Scan",
}

// parsed returns the files of a folder that a pattern matches.
func parsed(t *testing.T, files *token.FileSet, pattern string) (all []*ast.File) {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		file, err := parser.ParseFile(files, name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, file)
	}
	return all
}

// usedBy returns the names that the examples of all packages use: package.Name of another package, .Name of a method or
// a field, and Name: of a field that is set. What an example refers to in its own package is part of it.
func usedBy(t *testing.T) map[string]bool {
	t.Helper()
	used := map[string]bool{}
	for _, folder := range libraries() {
		declared, examples := map[string][]ast.Node{}, []string{}
		for _, file := range parsed(t, token.NewFileSet(), folder+"/*_test.go") {
			for _, decl := range file.Decls {
				switch d := decl.(type) {
				case *ast.FuncDecl:
					name := d.Name.Name
					if d.Recv != nil { // a method is part of its type
						name = strings.TrimPrefix(types.ExprString(d.Recv.List[0].Type), "*")
					} else if strings.HasPrefix(name, "Example") {
						examples = append(examples, name)
					}
					declared[name] = append(declared[name], d)
				case *ast.GenDecl:
					for _, spec := range d.Specs {
						switch s := spec.(type) {
						case *ast.ValueSpec:
							for _, name := range s.Names {
								declared[name.Name] = append(declared[name.Name], s)
							}
						case *ast.TypeSpec:
							declared[s.Name.Name] = append(declared[s.Name.Name], s)
						}
					}
				}
			}
		}
		for n := 0; n < len(examples); n++ {
			for _, node := range declared[examples[n]] {
				ast.Inspect(node, func(node ast.Node) bool {
					switch node := node.(type) {
					case *ast.SelectorExpr:
						used[types.ExprString(node.X)+"."+node.Sel.Name] = true
						used["."+node.Sel.Name] = true
					case *ast.KeyValueExpr:
						used["."+types.ExprString(node.Key)] = true
					case *ast.Ident:
						if declared[node.Name] != nil && !slices.Contains(examples, node.Name) {
							examples = append(examples, node.Name)
						}
					}
					return true
				})
			}
		}
	}
	return used
}

// TestExamplesUse finds each exported name of each library in an example. Of the constants of one type, an example
// uses one at least.
func TestExamplesUse(t *testing.T) {
	inRoot(t)
	used := usedBy(t)
	for _, folder := range libraries() {
		files := token.NewFileSet()
		sources := slices.DeleteFunc(parsed(t, files, folder+"/*.go"), func(f *ast.File) bool {
			return strings.HasSuffix(files.Position(f.Pos()).Filename, "_test.go")
		})
		p, err := doc.NewFromFiles(files, sources, path+"/"+folder)
		if err != nil {
			t.Fatal(err)
		}
		missing := func(name string) {
			t.Errorf("no example uses %s.%s", p.Name, name)
		}
		functions := func(list []*doc.Func) {
			for _, f := range list {
				if !used[p.Name+"."+f.Name] {
					missing(f.Name)
				}
			}
		}
		constants := func(list []*doc.Value) {
			for _, v := range list {
				if !slices.ContainsFunc(v.Names, func(name string) bool { return used[p.Name+"."+name] || !ast.IsExported(name) }) {
					missing(v.Names[0])
				}
			}
		}
		functions(p.Funcs)
		constants(p.Consts)
		constants(p.Vars)
		for _, typ := range p.Types {
			functions(typ.Funcs)
			constants(typ.Consts)
			for _, m := range typ.Methods {
				if !used["."+m.Name] && !slices.Contains(implicit, m.Name) {
					missing(typ.Name + "." + m.Name)
				}
			}
			if s, is := typ.Decl.Specs[0].(*ast.TypeSpec).Type.(*ast.StructType); is {
				for _, field := range s.Fields.List {
					for _, name := range field.Names {
						if name.IsExported() && !used["."+name.Name] {
							missing(typ.Name + "." + name.Name)
						}
					}
				}
			}
		}
	}
}

// TestExamplesCopied compiles each example as a program of its own: somebody who copies it out has nothing to add.
func TestExamplesCopied(t *testing.T) {
	inRoot(t)
	var programs []copied
	for _, folder := range libraries() {
		files := token.NewFileSet()
		for _, example := range doc.Examples(parsed(t, files, folder+"/*_test.go")...) {
			name := folder + ": Example" + example.Name
			if example.Play == nil {
				t.Errorf("%s needs declarations that are not in its file", name)
				continue
			}
			var program strings.Builder
			if err := format.Node(&program, files, example.Play); err != nil {
				t.Fatal(err)
			}
			programs = append(programs, copied{name: name, text: program.String()})
		}
	}
	compile(t, programs)
}
