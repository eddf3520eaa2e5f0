// Package module has the tests of the module as a whole: which package may import which, and whether the README and the
// generated pages are true.
//
// With -update, the tests write the computed parts of the README and the generated pages instead of comparing them:
//
//	go test ./fsm/internal/module -update
package module
