package transitions

import (
	"iter"

	"github.com/avinvite/avinvite/codes"
)

// Relation is a compiled table, for tests that change the table.
type Relation = relation

// Compile is how the package compiles its own table.
func Compile(edges iter.Seq[Edge]) *Relation {
	p := compile(edges)
	return &p
}

// Step is Invitation.Step by another table.
func (p *relation) Step(i Invitation, e Event) (Invitation, error) {
	if !p.legal(i, e) {
		return i, &TransitionError{i, e}
	}
	return i.after(e), nil
}

// Observe is Invitation.Observe by another table.
func (p *relation) Observe(i Invitation, e Event) (Invitation, Oddity, error) { return p.observe(i, e) }

// Witness is the package's Witness by another table.
func (p *relation) Witness(to Invitation) ([]Event, bool) {
	return p.witness(to.Direction(), func(i Invitation) bool { return i == to })
}

// Raw is any configuration, also one that nothing can reach.
func Raw(d Direction, s State, o Operation, r codes.Reason) Invitation { return invitation(d, s, o, r) }
