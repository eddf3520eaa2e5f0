// Package module has the tests of the module as a whole: which package may import which, and whether the README is true.
//
// With -update, the tests write the README's sessions and computed parts instead of comparing them:
//
//	go test ./fsm/internal/module -update
package module
