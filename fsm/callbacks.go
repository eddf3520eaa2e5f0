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
)

// run is one event on its way through the machine. It is also the context that looplab and the callbacks get: the
// caller's values, without the caller's cancellation, which would leave the engine between two states.
type run struct {
	parent context.Context
	taken  Transition
	args   [1]any // the Transition, for looplab's callbacks

	committed bool   // the invitation is what the event has made of it
	blame     string // the callback that an error is to be charged to
	err       error  // what Event or Wait answers
	done      chan struct{}
}

func (*run) Deadline() (deadline time.Time, ok bool) { return time.Time{}, false }
func (*run) Done() <-chan struct{}                   { return nil }
func (*run) Err() error                              { return nil }

// Value is the caller's, and the mark by which Wait knows a callback's context.
func (r *run) Value(key any) any {
	if key == (inCallback{}) {
		return true
	}
	if r.parent == nil {
		return nil
	}
	return r.parent.Value(key)
}

type inCallback struct{}

// failed records an error of the callback to blame.
func (r *run) failed(err error) {
	failure := &CallbackError{r.blame, r.taken.Event, r.committed, err}
	r.blame = ""
	if r.err == nil {
		r.err = failure
	} else {
		r.err = errors.Join(r.err, failure)
	}
}

// call runs one callback and says whether it has returned: of a panic nothing comes but an error.
func (r *run) call(name string, callback func()) (returned bool) {
	defer func() {
		if returned {
			return
		}
		r.blame = name // also of a runtime.Goexit, which recover does not see
		if p := recover(); p != nil {
			r.failed(&PanicError{p, debug.Stack()})
		}
	}()
	callback()
	return true
}

// tell calls the typed callbacks.
func (m *Machine) tell(r *run) {
	if m.config.OnTransition != nil {
		r.call("OnTransition", func() { m.config.OnTransition(r, r.taken) })
	}
	if to := r.taken.To; m.config.OnCompleted != nil && to.Terminal() && !r.taken.From.Terminal() {
		r.call("OnCompleted", func() { m.config.OnCompleted(r, to) })
	}
}

// install checks the callbacks and wraps each. In front of the last that looplab runs is the machine's own commit.
func (m *Machine) install(callbacks looplab.Callbacks) error {
	m.callbacks = looplab.Callbacks{afterAny: m.wrap(afterAny, func(context.Context, *looplab.Event) {})}
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
	return func(ctx context.Context, e *looplab.Event) {
		r := m.under
		if !before {
			m.commit(r, e)
		}
		if m.standIn == nil {
			m.standIn = looplab.NewFSM(m.now.Load().State().String(), m.table.events, refusing)
		}
		engine := e.FSM
		e.FSM = m.standIn
		returned := r.call(name, func() { callback(ctx, e) })
		e.FSM = engine
		switch {
		case before && !returned:
			e.Cancel()
		case before && ctx.Err() != nil, e.Err != nil && r.blame == "":
			r.blame = name // it has called Cancel, or set the error
		}
	}
}

var refusing = looplab.Callbacks{beforeAny: func(_ context.Context, e *looplab.Event) { e.Cancel(errStandIn) }}
