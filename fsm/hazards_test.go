package fsm_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	looplab "github.com/looplab/fsm"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm"
	"github.com/avinvite/avinvite/transitions"
)

// live has the methods that a bare looplab machine and a Machine share.
type live interface {
	Event(context.Context, transitions.Event) error
	Can(transitions.Event) bool
	State() string
}

// bare is a looplab machine with the same edges and callbacks.
type bare struct{ machine *looplab.FSM }

func (b bare) Event(ctx context.Context, e transitions.Event) error {
	return b.machine.Event(ctx, fsm.EventName(e), e)
}
func (b bare) Can(e transitions.Event) bool { return b.machine.Can(fsm.EventName(e)) }
func (b bare) State() string                { return b.machine.Current() }

// ours is a Machine.
type ours struct{ *fsm.Machine }

func (o ours) State() string { return o.Invitation().State().String() }

// The events of the hazards, on an outgoing invitation.
var (
	started   = transitions.Started(transitions.StateConnecting)
	updated   = transitions.Updated(transitions.StateConnecting)
	alerting  = transitions.Updated(transitions.StateAlerting)
	connected = transitions.Completed(transitions.StateConnected, codes.NoReason)
)

// hazards are those of looplab v1.0.4. Each is a scenario that returns what went wrong, or an empty string. TestHazards
// runs it on a bare machine, where it must go wrong, and on ours, where it must not.
var hazards = []struct {
	name string
	run  func(begin func(looplab.Callbacks) live) string
}{
	{"the context is cancelled", func(begin func(looplab.Callbacks) live) string {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		return halfway(begin, ctx, func() {})
	}},
	{"the context has expired", func(begin func(looplab.Callbacks) live) string {
		ctx, cancel := context.WithDeadline(context.Background(), time.Unix(0, 0))
		defer cancel()
		return halfway(begin, ctx, func() {})
	}},
	{"the context is cancelled while a callback runs", func(begin func(looplab.Callbacks) live) string {
		ctx, cancel := context.WithCancel(context.Background())
		return halfway(begin, ctx, cancel)
	}},
	{"before_ panics", panics("before_event")},
	{"leave_ panics", panics("leave_state")},
	{"enter_ panics", panics("enter_state")},
	{"after_ panics", panics("after_event")},
	{"leave_ ends the goroutine", func(begin func(looplab.Callbacks) live) string {
		m := begin(looplab.Callbacks{"leave_None": once(func(*looplab.Event) { runtime.Goexit() })})
		done := make(chan struct{})
		go func() {
			defer close(done)
			_ = m.Event(context.Background(), started)
		}()
		<-done
		return after(m, connected, "None")
	}},
	{"leave_ makes the transition asynchronous", func(begin func(looplab.Callbacks) live) string {
		m := begin(looplab.Callbacks{"leave_None": once((*looplab.Event).Async)})
		if err := m.Event(context.Background(), started); err == nil {
			return "the event was taken, and the state is " + m.State()
		}
		return after(m, alerting, "None")
	}},
	{"before_ asks what can be", asks("before_event")},
	{"leave_ asks what can be", asks("leave_state")},
	{"before_ fires an event", fires("before_event")},
	{"leave_ fires an event", fires("leave_state")},
	{"enter_ fires an event", fires("enter_state")},
	{"before_ waits for a goroutine that fires an event", waits("before_event")},
	{"leave_ waits for a goroutine that fires an event", waits("leave_state")},
	{"before_ sets the state", sets("before_event")},
	{"leave_ sets the state", sets("leave_state")},
	{"another goroutine fires an event while enter_ runs", func(begin func(looplab.Callbacks) live) string {
		entered, fired := make(chan struct{}), make(chan struct{})
		var order []string
		m := begin(looplab.Callbacks{
			"enter_Connecting": func(context.Context, *looplab.Event) { close(entered); <-fired },
			"enter_state":      func(_ context.Context, e *looplab.Event) { order = append(order, e.Dst) },
		})
		go func() {
			<-entered
			_ = m.Event(context.Background(), connected)
			close(fired)
		}()
		if err := m.Event(context.Background(), started); err != nil {
			return err.Error()
		}
		if !slices.Equal(order, []string{"Connecting", "Connected"}) {
			return fmt.Sprint("entered ", order)
		}
		return ""
	}},
	{"a callback never returns while others read", func(begin func(looplab.Callbacks) live) string {
		entered, never := make(chan struct{}), make(chan struct{})
		m := begin(looplab.Callbacks{"before_event": func(context.Context, *looplab.Event) { close(entered); <-never }})
		go func() { _ = m.Event(context.Background(), started) }()
		<-entered
		if m.State() != "None" || !m.Can(started) {
			return "read " + m.State()
		}
		return ""
	}},
	{"an update keeps the state", func(begin func(looplab.Callbacks) live) string {
		m := begin(nil)
		return failure(m.Event(context.Background(), started), m.Event(context.Background(), updated))
	}},
}

// kinds are the callbacks that run for every event, in looplab's order.
var kinds = []string{"before_event", "leave_state", "enter_state", "after_event"}

// once returns a callback that calls do the first time it is called.
func once(do func(*looplab.Event)) looplab.Callback {
	called := false
	return func(_ context.Context, e *looplab.Event) {
		if !called {
			called = true
			do(e)
		}
	}
}

// failure returns the text of the first error.
func failure(errs ...error) string {
	for _, err := range errs {
		if err != nil {
			return err.Error()
		}
	}
	return ""
}

// after checks that m is in a state and takes one more event.
func after(m live, e transitions.Event, state string) string {
	if m.State() != state {
		return "the state is " + m.State()
	}
	if err := m.Event(context.Background(), e); err != nil {
		return "the next event: " + err.Error()
	}
	if m.State() != e.State.String() {
		return "after the next event the state is " + m.State()
	}
	return ""
}

// halfway fires an event with ctx, calls meanwhile in leave_, and checks that enter_ and after_ follow.
func halfway(begin func(looplab.Callbacks) live, ctx context.Context, meanwhile func()) string {
	var order []string
	note := func(what string) looplab.Callback {
		return func(context.Context, *looplab.Event) { order = append(order, what) }
	}
	m := begin(looplab.Callbacks{
		"leave_None":       func(context.Context, *looplab.Event) { order = append(order, "leave"); meanwhile() },
		"enter_Connecting": note("enter"), "after_event": note("after"),
	})
	if err := m.Event(ctx, started); err != nil || !slices.Equal(order, []string{"leave", "enter", "after"}) {
		return fmt.Sprint(err, ", called ", order)
	}
	return after(m, connected, "Connecting")
}

// panics returns the scenario of a callback that panics once.
func panics(name string) func(func(looplab.Callbacks) live) string {
	return func(begin func(looplab.Callbacks) live) (wrong string) {
		m := begin(looplab.Callbacks{name: once(func(*looplab.Event) { panic("out of order") })})
		func() {
			defer func() {
				if p := recover(); p != nil {
					wrong = fmt.Sprint("the caller has to recover: ", p)
				}
			}()
			var failure *fsm.CallbackError
			var value *fsm.PanicError
			err := m.Event(context.Background(), started)
			if !errors.As(err, &failure) || failure.Callback != name || failure.Taken != (m.State() == "Connecting") {
				wrong = fmt.Sprint("the error is ", err)
			}
			if !errors.As(err, &value) || value.Value != "out of order" ||
				!strings.Contains(string(value.Stack), "hazards_test.go") {
				wrong = fmt.Sprint("the error is ", err)
			}
		}()
		state := "Connecting"
		if strings.HasPrefix(name, "before") || strings.HasPrefix(name, "leave") {
			state = "None"
		}
		if more := after(m, connected, state); more != "" {
			return more
		}
		return wrong
	}
}

// asks returns the scenario of a callback that calls State and Can.
func asks(name string) func(func(looplab.Callbacks) live) string {
	return func(begin func(looplab.Callbacks) live) string {
		var m live
		state, can := "", false
		m = begin(looplab.Callbacks{name: func(context.Context, *looplab.Event) {
			state, can = m.State(), m.Can(connected)
		}})
		if err := m.Event(context.Background(), started); err != nil || state != "None" || !can {
			return fmt.Sprint(err, ", in ", state, " connected can be: ", can)
		}
		return ""
	}
}

// fires returns the scenario of a callback that fires the next event with a context of its own. All callbacks of the
// first event must come before those of the second.
func fires(name string) func(func(looplab.Callbacks) live) string {
	return fire(name, func(m live) error { return m.Event(context.Background(), connected) })
}

// waits returns the same scenario, with the event fired by another goroutine, for which the callback waits.
func waits(name string) func(func(looplab.Callbacks) live) string {
	return fire(name, func(m live) error {
		answer := make(chan error)
		go func() { answer <- m.Event(context.Background(), connected) }()
		return <-answer
	})
}

func fire(name string, next func(live) error) func(func(looplab.Callbacks) live) string {
	return func(begin func(looplab.Callbacks) live) string {
		var m live
		var order []string
		var answer error
		first := once(func(*looplab.Event) { answer = next(m) })
		callbacks := looplab.Callbacks{}
		for _, each := range kinds {
			callbacks[each] = func(ctx context.Context, e *looplab.Event) {
				if each == name {
					first(ctx, e)
				}
				order = append(order, e.Event+" "+each)
			}
		}
		m = begin(callbacks)
		if err := m.Event(context.Background(), started); err != nil {
			return err.Error()
		}
		if m.State() != "Connected" {
			return "the state is " + m.State()
		}
		var want []string
		for _, e := range []transitions.Event{started, connected} {
			for _, each := range kinds {
				want = append(want, fsm.EventName(e)+" "+each)
			}
		}
		if !slices.Equal(order, want) {
			return "called " + strings.Join(order, ", ")
		}
		if !errors.Is(answer, fsm.ErrQueued) || fsm.Wait(context.Background(), answer) != nil {
			return fmt.Sprint("the answer to the event is ", answer)
		}
		return ""
	}
}

// sets returns the scenario of a callback that sets the state of Event.FSM.
func sets(name string) func(func(looplab.Callbacks) live) string {
	return func(begin func(looplab.Callbacks) live) string {
		m := begin(looplab.Callbacks{name: func(_ context.Context, e *looplab.Event) { e.FSM.SetState("Connected") }})
		if err := m.Event(context.Background(), started); err != nil {
			return err.Error()
		}
		return after(m, alerting, "Connecting")
	}
}

// TestHazards runs each scenario on a bare machine and on ours. A scenario that does not return has gone wrong.
func TestHazards(t *testing.T) {
	for _, hazard := range hazards {
		t.Run(hazard.name, func(t *testing.T) {
			wrong := outcome(func() string {
				return hazard.run(func(c looplab.Callbacks) live {
					return bare{looplab.NewFSM("None", fsm.Events(transitions.Outgoing), c)}
				})
			})
			if wrong == "" {
				t.Error("a bare machine does well")
			}
			t.Log("a bare machine:", wrong)
			if wrong := outcome(func() string {
				return hazard.run(func(c looplab.Callbacks) live {
					return ours{machine(t, transitions.Outgoing, fsm.Config{Callbacks: c})}
				})
			}); wrong != "" {
				t.Error("Machine:", wrong)
			}
		})
	}
}

// outcome returns the result of f, or reports that f never returns: its goroutine and those that it has started all wait
// for a channel or a lock. No clock decides, so a slow computer makes no difference.
func outcome(f func() string) string {
	id, answer := make(chan string, 1), make(chan string, 1)
	go func() {
		var header [64]byte
		id <- strings.Fields(string(header[:runtime.Stack(header[:], false)]))[1]
		answer <- f()
	}()
	for root := <-id; ; runtime.Gosched() {
		select {
		case a := <-answer:
			return a
		default:
			if stuck(root) {
				return "does not return"
			}
		}
	}
}

var (
	goroutineHeader = regexp.MustCompile(`^goroutine (\d+) \[([^\],]*)`)
	goroutineParent = regexp.MustCompile(`(?m)^created by .* in goroutine (\d+)$`)
	parked          = regexp.MustCompile(`^(chan|select|sync|sema)`)
)

// stuck reports whether a goroutine and its descendants all wait for a channel or a lock.
func stuck(root string) bool {
	stacks := make([]byte, 1<<16)
	for n := len(stacks); n == len(stacks); n = runtime.Stack(stacks, true) { // until all fit
		stacks = make([]byte, 2*n)
	}
	states, parents := map[string]string{}, map[string]string{}
	for stack := range strings.SplitSeq(string(stacks), "\n\n") {
		if header := goroutineHeader.FindStringSubmatch(stack); header != nil {
			states[header[1]] = header[2]
			if parent := goroutineParent.FindStringSubmatch(stack); parent != nil {
				parents[header[1]] = parent[1]
			}
		}
	}
	for id, state := range states {
		ancestor := id
		for ancestor != root && ancestor != "" {
			ancestor = parents[ancestor]
		}
		if ancestor == root && !parked.MatchString(state) {
			return false
		}
	}
	return states[root] != ""
}

// TestBadConfigurations: New and Restore return an error for every configuration that a bare machine takes in silence.
func TestBadConfigurations(t *testing.T) {
	nothing := func(context.Context, *looplab.Event) {}
	for _, test := range []struct {
		name  string
		begin func() (*fsm.Machine, error)
		want  string
	}{
		{"no direction", func() (*fsm.Machine, error) { return fsm.New(7, fsm.Config{}) }, "Direction(7) is no direction"},
		{"no invitation", func() (*fsm.Machine, error) {
			return fsm.Restore(transitions.Invitation{}, fsm.Config{})
		}, "the zero Invitation"},
		{"misspelt state", named(transitions.Outgoing, "enter_Conected", nothing),
			`"enter_Conected" would never run; did you mean enter_Connected?`},
		{"misspelt event", named(transitions.Outgoing, "before_start", nothing), "before_started_Connecting"},
		{"misspelt kind", named(transitions.Outgoing, "entry_Connected", nothing), "did you mean enter_Connected?"},
		{"bare kind", named(transitions.Outgoing, "enter_", nothing), "enter_state"},
		{"empty", named(transitions.Outgoing, "", nothing), `"" would never run (`},
		{"endless", named(transitions.Outgoing, strings.Repeat("enter_", 1000), nothing), `enter_en" would never run (`},
		{"in another case", named(transitions.Outgoing, "Enter_connected", nothing),
			"did you mean enter_Connected? (the package comment"},
		{"an event as it prints", named(transitions.Outgoing, "started(Alerting)", nothing),
			"did you mean started_Alerting?"},
		{"an event without its state", named(transitions.Outgoing, "Completed", nothing),
			"completed_Connected, completed_Failed, "},
		{"a typed callback", named(transitions.Outgoing, "OnCompleted", nothing),
			`"OnCompleted" would never run; it is a field of Config`},
		{"nothing like it", named(transitions.Outgoing, "hangUp", nothing),
			`"hangUp" would never run (the package comment lists the names)`},
		{"the other direction's state", named(transitions.Incoming, "enter_Alerting", nothing),
			"it is for outgoing invitations"},
		{"the other direction's event", named(transitions.Incoming, "started_Alerting", nothing),
			"it is for outgoing invitations"},
		{"the first state is not entered", named(transitions.Outgoing, "enter_None", nothing), "would never run"},
		{"the last states are not left", named(transitions.Outgoing, "leave_Connected", nothing), "would never run"},
		{"nil", named(transitions.Outgoing, "enter_Connected", nil), `"enter_Connected" is nil`},
		{"given twice", func() (*fsm.Machine, error) {
			twice := looplab.Callbacks{"enter_Connected": nothing, "Connected": nothing}
			return fsm.New(transitions.Outgoing, fsm.Config{Callbacks: twice})
		}, `"Connected" is short for "enter_Connected"`},
		{"several", func() (*fsm.Machine, error) {
			several := looplab.Callbacks{"b": nothing, "enter_Connected": nil, "a": nothing}
			return fsm.New(transitions.Outgoing, fsm.Config{Callbacks: several})
		}, "names)\nfsm: a callback \"b\" would"},
	} {
		m, err := test.begin()
		if m != nil || err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, %v, want an error with %q", test.name, m, err, test.want)
		}
		if invalid := strings.HasPrefix(test.name, "no "); errors.Is(err, transitions.ErrInvalid) != invalid {
			t.Errorf("%s: %v, want one that matches ErrInvalid: %t", test.name, err, invalid)
		}
	}
	if got := looplab.NewFSM("Nowhere", nil, looplab.Callbacks{"enter_Conected": nothing}).Current(); got != "Nowhere" {
		t.Errorf("a bare machine is in %q, want it to be in Nowhere", got)
	}
}

func named(d transitions.Direction, name string, callback looplab.Callback) func() (*fsm.Machine, error) {
	return func() (*fsm.Machine, error) {
		return fsm.New(d, fsm.Config{Callbacks: looplab.Callbacks{name: callback}})
	}
}
