package fsm

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	looplab "github.com/looplab/fsm"

	"github.com/avinvite/avinvite/fsm/internal/distance"
	"github.com/avinvite/avinvite/transitions"
)

// install checks the callbacks and puts them in their places.
func (m *Machine) install(callbacks looplab.Callbacks) error {
	if len(callbacks) == 0 {
		return nil
	}
	var given set
	var errs []error
	m.callbacks = make([]looplab.Callback, len(m.table.names))
	for name, callback := range callbacks {
		n, known := m.table.place[name]
		switch {
		case !known:
			errs = append(errs, m.table.unknown(name))
		case callback == nil:
			errs = append(errs, fmt.Errorf("fsm: the callback %q is nil", name))
		case m.callbacks[n] != nil:
			full := m.table.names[n]
			_, short, _ := strings.Cut(full, "_")
			errs = append(errs, fmt.Errorf("fsm: the callbacks %q and %q are the same one", short, full))
		default:
			given |= 1 << n
			m.callbacks[n] = callback
		}
	}
	if len(errs) > 0 {
		slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
		return errors.Join(errs...)
	}
	m.hooks = m.table.hook(given)
	return nil
}

// unknown is the error for a name under which no callback would run.
func (t *table) unknown(name string) error {
	_, outgoing := reader{}.table(transitions.Outgoing).place[name]
	why, near := "", t.near(name)
	switch {
	case strings.EqualFold(name, "OnTransition"), strings.EqualFold(name, "OnCompleted"):
		why = "; it is a field of Config"
	case outgoing:
		why = "; it is for outgoing invitations, and for tolerant machines"
	case len(near) > 0:
		why = "; did you mean " + strings.Join(near, ", ") + "?"
	}
	return fmt.Errorf("fsm: a callback %q would never run%s (the package comment lists the names)", name, why)
}

// near is the names that somebody who wrote name may have meant, in whatever case: those that are nearest, if no more
// than two letters away, or else those that begin with it.
func (t *table) near(name string) (near []string) {
	name = strings.ToLower(name)
	var longer []string
	nearest := 2
	for _, known := range slices.Concat(t.names, t.short) {
		lower := strings.ToLower(known)
		switch d := distance.Of(name, lower); {
		case d < nearest:
			near, nearest = []string{known}, d
		case d == nearest:
			near = append(near, known)
		case name != "" && strings.HasPrefix(lower, name):
			longer = append(longer, known)
		}
	}
	if len(near) == 0 {
		return longer
	}
	return near
}
