package fsm

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	looplab "github.com/looplab/fsm"

	"github.com/avinvite/avinvite/transitions"
)

// arrival is an event that has arrived at the machine.
type arrival struct {
	ctx   context.Context
	event transitions.Event
	err   error         // what Event or Wait answers
	done  chan struct{} // closed when err is final; nil if nobody can wait
}

// visit is the context that looplab and the callbacks of one event get: the caller's values, without the caller's
// cancellation, which would leave the engine between two states. It also holds what else is made for each event.
type visit struct {
	parent context.Context
	taken  Transition
	args   [1]any // taken, for looplab's callbacks
}

func (*visit) Deadline() (deadline time.Time, ok bool) { return time.Time{}, false }
func (*visit) Done() <-chan struct{}                   { return nil }
func (*visit) Err() error                              { return nil }

// Value is the caller's, and the mark by which Wait knows a callback's context.
func (v *visit) Value(key any) any {
	if key == (inCallback{}) {
		return true
	}
	if v.parent == nil {
		return nil
	}
	return v.parent.Value(key)
}

type inCallback struct{}

// fail records an error of a callback.
func (m *Machine) fail(a *arrival, callback int, err error) {
	err = &CallbackError{m.names[callback], a.event, m.committed, err}
	if a.err != nil {
		err = errors.Join(a.err, err)
	}
	a.err = err
}

// tell calls the typed callbacks.
func (m *Machine) tell(a *arrival) {
	if m.config.OnTransition != nil {
		m.call(a, onTransition, func(ctx context.Context) { m.config.OnTransition(ctx, m.taken) })
	}
	if to := m.taken.To; m.config.OnCompleted != nil && to.Terminal() && !m.taken.From.Terminal() {
		m.call(a, onCompleted, func(ctx context.Context) { m.config.OnCompleted(ctx, to) })
	}
}

// call calls a typed callback.
func (m *Machine) call(a *arrival, n int, callback func(context.Context)) {
	m.callback = n
	defer func() {
		if p := recover(); p != nil {
			m.fail(a, n, &PanicError{p, debug.Stack()})
		}
	}()
	callback(&visit{parent: a.ctx})
}

// The callbacks are numbered, for the errors that they cause; these come before looplab's.
const (
	onTransition = 1 + iota
	onCompleted
)

// install checks the callbacks and wraps each. The last that looplab runs is there in any case, for the commit.
func (m *Machine) install(callbacks looplab.Callbacks) error {
	m.callbacks = looplab.Callbacks{}
	if !m.silent {
		m.callbacks[afterAny] = func(_ context.Context, e *looplab.Event) {
			if !m.committed {
				m.commit(e)
			}
		}
	}
	m.names = []string{onTransition: "OnTransition", onCompleted: "OnCompleted"}
	installed := map[string]string{}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(callbacks)) {
		full, known := m.table.full[name]
		switch other := installed[full]; {
		case !known:
			errs = append(errs, fmt.Errorf("fsm: a callback %q would never run; those of this kind are %s",
				name, strings.Join(m.table.like(name), ", ")))
		case callbacks[name] == nil:
			errs = append(errs, fmt.Errorf("fsm: the callback %q is nil", name))
		case other != "":
			errs = append(errs, fmt.Errorf("fsm: the callbacks %q and %q are the same one", other, name))
		default:
			installed[full] = name
			m.callbacks[full] = m.wrap(name, callbacks[name])
		}
	}
	return errors.Join(errs...)
}

// wrap is callback as the engine gets to see it. A callback gets to see a stand-in for the engine, which would
// deadlock when asked in the middle of an event, and could be moved. The stand-in answers as the engine should, and
// refuses to be moved.
func (m *Machine) wrap(name string, callback looplab.Callback) looplab.Callback {
	full := m.table.full[name]
	before := strings.HasPrefix(full, beforePrefix) || strings.HasPrefix(full, leavePrefix)
	m.names = append(m.names, name)
	n := len(m.names) - 1
	return func(ctx context.Context, e *looplab.Event) {
		m.callback = n
		if !before && !m.committed {
			m.commit(e)
		}
		if m.standIn == nil {
			m.standIn = looplab.NewFSM(m.now.Load().State().String(), m.table.events, refusing)
		}
		if e.FSM != m.standIn {
			e.FSM = m.standIn
		}
		callback(ctx, e)
		if e.Err != nil && m.failing == 0 {
			m.failing = n
		}
	}
}

var refusing = looplab.Callbacks{beforeAny: func(_ context.Context, e *looplab.Event) { e.Cancel(errStandIn) }}
