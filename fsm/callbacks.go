package fsm

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"

	looplab "github.com/looplab/fsm"

	"github.com/avinvite/avinvite/fsm/internal/distance"
	"github.com/avinvite/avinvite/transitions"
)

// slot is the place of a callback in Machine.callbacks.
type slot int8

// The slots of the callbacks that looplab calls for every event, and values that stand for a slot elsewhere.
const (
	beforeEvent = iota
	leaveState
	enterState
	afterEvent

	onTransition = -1
	onCompleted  = -2
	unknown      = -3
)

// slots gives a slot to each of looplab's callbacks that can run.
type slots struct {
	names []string        // in full, by slot
	short []string        // looplab's short forms
	find  map[string]slot // by name, full or short

	before, after [transitions.EventCompleted + 1][transitions.StateCancelled + 1]slot
	leave, enter  [transitions.StateCancelled + 1]slot
}

func newSlots(edges []edge) slots {
	s := slots{find: map[string]slot{}}
	for _, name := range []string{"before_event", "leave_state", "enter_state", "after_event"} {
		s.add(name, "")
	}
	for _, edge := range edges {
		e, name, from, to := edge.event, EventName(edge.event), edge.from, edge.event.State
		s.before[e.Type][e.State] = s.add("before_"+name, "")
		s.after[e.Type][e.State] = s.add("after_"+name, name)
		if from != to {
			s.leave[from] = s.add("leave_"+from.String(), "")
			s.enter[to] = s.add("enter_"+to.String(), to.String())
		}
	}
	return s
}

// add returns the slot of a name. short is looplab's short form of it, or empty.
func (s *slots) add(name, short string) slot {
	if n, known := s.find[name]; known {
		return n
	}
	n := slot(len(s.names))
	s.names, s.find[name] = append(s.names, name), n
	if short != "" {
		s.short, s.find[short] = append(s.short, short), n
	}
	return n
}

// name returns the full name of a callback.
func (s *slots) name(n slot) string {
	switch n {
	case onTransition:
		return "OnTransition"
	case onCompleted:
		return "OnCompleted"
	case unknown:
		return ""
	default:
		return s.names[n]
	}
}

// install checks callbacks and returns them by slot, or nil if there are none. early reports whether one of them comes
// before the change of state.
func (s *slots) install(callbacks looplab.Callbacks) (installed []looplab.Callback, early bool, err error) {
	if len(callbacks) == 0 {
		return nil, false, nil
	}
	installed = make([]looplab.Callback, len(s.names))
	var errs []error
	for name, callback := range callbacks {
		n, known := s.find[name]
		switch {
		case !known:
			errs = append(errs, s.unknown(name))
		case callback == nil:
			errs = append(errs, fmt.Errorf("fsm: the callback %q is nil", name))
		case installed[n] != nil:
			full := s.names[n]
			_, short, _ := strings.Cut(full, "_")
			errs = append(errs, fmt.Errorf("fsm: %q is short for %q: install one of the two callbacks", short, full))
		default:
			installed[n] = callback
			early = early || strings.HasPrefix(name, "before_") || strings.HasPrefix(name, "leave_")
		}
	}
	if len(errs) > 0 {
		slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
		return nil, false, errors.Join(errs...)
	}
	return installed, early, nil
}

// unknown returns the error for a name under which no callback would run.
func (s *slots) unknown(name string) error {
	_, outgoing := tableOf(transitions.Outgoing, mode{}).find[name]
	hint, near := "", s.near(name)
	switch {
	case strings.EqualFold(name, "OnTransition"), strings.EqualFold(name, "OnCompleted"):
		hint = "; it is a field of Config"
	case outgoing:
		hint = "; it is for outgoing invitations and for tolerant machines"
	case len(near) > 0:
		hint = "; did you mean " + strings.Join(near, ", ") + "?"
	}
	return fmt.Errorf("fsm: a callback %.80q would never run%s (the package comment lists the names)", name, hint)
}

// near returns the known names that are like name, in any case: the nearest, if they differ from it in at most two
// bytes, or else those that begin with it.
func (s *slots) near(name string) (near []string) {
	name = strings.ToLower(name)
	var longer []string
	nearest := 2
	for _, known := range slices.Concat(s.names, s.short) {
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

// before, leave and after are called by an engine, in this order.

func (f *firing) before(ctx context.Context, event *looplab.Event) {
	e := f.taken.Event
	f.call(ctx, event, true, f.machine.table.before[e.Type][e.State], beforeEvent)
}

func (f *firing) leave(ctx context.Context, event *looplab.Event) {
	f.call(ctx, event, true, f.machine.table.leave[f.taken.From.State()], leaveState)
}

func (f *firing) after(ctx context.Context, event *looplab.Event) {
	f.arrive(event)
	t, e := f.machine.table, f.taken.Event
	if from, to := f.taken.From.State(), f.taken.To.State(); from != to {
		f.call(ctx, event, false, t.enter[to], enterState)
	}
	f.call(ctx, event, false, t.after[e.Type][e.State], afterEvent)
}

// call calls those of two of looplab's callbacks that the machine has. An early one that calls Event.Cancel is the last:
// nothing else cancels ctx before the event ends.
func (f *firing) call(ctx context.Context, event *looplab.Event, early bool, named, every slot) {
	m := f.machine
	for _, n := range [2]slot{named, every} {
		callback := m.callbacks[n]
		if callback == nil {
			continue
		}
		if m.standIn == nil {
			m.standIn = looplab.NewFSM(m.now.Load().State().String(), nil, nil)
		}
		event.FSM, f.callback = m.standIn, n
		before := event.Err
		callback(ctx, event)
		if (before != nil || event.Err != nil) && !same(before, event.Err) {
			f.failed = n
		}
		if early && n == named && ctx.Err() != nil {
			return
		}
	}
}

// same reports whether two errors are one. Some errors panic when they are compared by ==.
func same(a, b error) bool {
	if a == nil || reflect.ValueOf(a).Comparable() {
		return a == b
	}
	return reflect.DeepEqual(a, b)
}

// tell calls a typed callback. Its panic is an error of the event.
func (f *firing) tell(n slot, callback func()) {
	f.callback = n
	defer func() {
		if p := recover(); p != nil {
			f.fail(n, &PanicError{p, debug.Stack()})
		}
	}()
	callback()
}
