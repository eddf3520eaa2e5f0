package module_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"
	"testing"
)

// declarations returns the exported names of the packages that programs may import: transitions.State, the method and
// the field transitions.Atomic.Load, and the constant transitions.StateFailed.
func declarations(t *testing.T) map[string]bool {
	t.Helper()
	declared := map[string]bool{}
	for _, folder := range libraries() {
		files, err := filepath.Glob(folder + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			for _, decl := range parsed.Decls {
				for _, name := range declaredBy(decl) {
					declared[parsed.Name.Name+"."+name] = true
				}
			}
		}
	}
	return declared
}

func declaredBy(decl ast.Decl) (names []string) {
	add := func(prefix string, list []*ast.Ident) {
		for _, name := range list {
			if name.IsExported() {
				names = append(names, prefix+name.Name)
			}
		}
	}
	switch d := decl.(type) {
	case *ast.FuncDecl:
		of := ""
		if d.Recv != nil {
			of, _, _ = strings.Cut(strings.TrimPrefix(types.ExprString(d.Recv.List[0].Type), "*"), "[")
			of += "."
		}
		add(of, []*ast.Ident{d.Name})
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.ValueSpec:
				add("", s.Names)
			case *ast.TypeSpec:
				add("", []*ast.Ident{s.Name})
				if fields, is := s.Type.(*ast.StructType); is {
					for _, field := range fields.Fields.List {
						add(s.Name.Name+".", field.Names)
					}
				}
			}
		}
	}
	return names
}
