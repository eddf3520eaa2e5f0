package fsm

import (
	"context"
	"errors"
	"log/slog"
	"sync"

	looplab "github.com/looplab/fsm"

	"github.com/avinvite/avinvite/transitions"
)

// Machine is one live invitation with looplab's callbacks. New and Restore make one. A Machine is safe for concurrent
// use and must not be copied. The zero Machine refuses everything with transitions.ErrInvalid.
//
// A Machine carries out one event at a time, with all its callbacks. An event that arrives meanwhile, from another
// goroutine or from a callback, waits in a queue, and the queue is served in the order of arrival. No method waits for
// a callback that another goroutine runs, so a callback may call every method.
type Machine struct {
	now transitions.Atomic // the invitation

	mode         mode
	table        *table
	callbacks    []looplab.Callback // looplab's, by slot; nil if there are none
	early        bool               // one of them comes before the change of state
	onTransition func(context.Context, Transition)
	onCompleted  func(context.Context, transitions.Invitation)

	mu    sync.Mutex // held for a few instructions, never while a callback runs
	busy  bool       // a goroutine is carrying out events, and stops when the queue is empty
	queue []*queued

	// Only the goroutine that set busy uses these.
	spare   []firing     // made four at a time, as a life has about: one by one they make an event cost 3 % more
	standIn *looplab.FSM // Event.FSM of every callback; nil before the first
}

// Config chooses the mode and the callbacks of a machine. The zero value chooses the reference mode without callbacks.
type Config struct {
	// Tolerant chooses the tolerant mode, for a client: transitions.Invitation.Observe instead of Step. In this mode
	// every completed event ends an invitation that has not ended, and Transition.Odd reports the rule that an event
	// broke.
	Tolerant bool

	// Callbacks are looplab's. The package comment lists their names. Args[0] of their event is a *Transition.
	Callbacks looplab.Callbacks

	// OnTransition is called for every event that was taken, after looplab's callbacks. That includes an update that
	// keeps the state, and an odd event that the tolerant mode took although it changed nothing.
	OnTransition func(context.Context, Transition)

	// OnCompleted is called once, with the completed invitation, after OnTransition.
	OnCompleted func(context.Context, transitions.Invitation)
}

// Transition is one event that a machine took.
type Transition struct {
	From  transitions.Invitation `json:"from"`
	Event transitions.Event      `json:"event"`
	To    transitions.Invitation `json:"to"`           // equal to From if the event changed nothing
	Odd   transitions.Oddity     `json:"odd,omitzero"` // the rule that the event broke; zero in the reference mode
}

// LogValue makes a structured log show the transition as a group of texts: event, from, to, and odd if it was odd.
func (t Transition) LogValue() slog.Value {
	return slog.GroupValue(slog.String("event", t.Event.String()), slog.String("from", t.From.String()),
		slog.String("to", t.To.String()), slog.Any("odd", t.Odd))
}

// New returns a machine for a new invitation. It returns an error that matches transitions.ErrInvalid if d is neither
// Incoming nor Outgoing, and an error if a callback could never run because its name is misspelt, or names an event or a
// state that this direction does not have.
func New(d transitions.Direction, c Config) (*Machine, error) {
	i := transitions.New(d)
	if i == (transitions.Invitation{}) {
		return nil, invalidError(d.String() + " is no direction, want Incoming or Outgoing")
	}
	return Restore(i, c)
}

// Restore returns a machine for an invitation that exists already: the Invitation of another machine is its snapshot,
// and has a text and a JSON form. No callback runs. Restore returns an error that matches transitions.ErrInvalid if the
// mode of c cannot reach i, and an error for the callbacks that New refuses. An invitation that only the tolerant mode
// reaches needs Config.Tolerant, and the error says so and names the rule that such an invitation breaks.
func Restore(i transitions.Invitation, c Config) (*Machine, error) {
	if i == (transitions.Invitation{}) {
		return nil, invalidError("the zero Invitation, want one that transitions.New or a snapshot gives")
	}
	t := tableOf(i.Direction(), mode{c.Tolerant})
	if !c.Tolerant && !t.reachable[i] {
		return nil, invalidError("only the tolerant mode reaches " + i.String() + " (" + broken(i).Text() +
			"): set Config.Tolerant")
	}
	callbacks, early, err := t.install(c.Callbacks)
	if err != nil {
		return nil, err
	}
	m := &Machine{
		mode: mode{c.Tolerant}, table: t, callbacks: callbacks, early: early,
		onTransition: c.OnTransition, onCompleted: c.OnCompleted,
	}
	m.now.Store(i)
	return m, nil
}

// broken returns the rule that breaks an event that leads to i.
func broken(i transitions.Invitation) (rule transitions.Rule) {
	e := transitions.Updated(i.State())
	if i.Terminal() {
		e = transitions.Completed(i.State(), i.Reason())
	}
	_, err := transitions.New(i.Direction()).Step(e)
	errors.As(err, &rule)
	return rule
}

// Invitation returns the current invitation: its direction, state and reason, and the operations that it offers. It is
// the snapshot for Restore.
func (m *Machine) Invitation() transitions.Invitation { return m.now.Load() }

// String returns the text of the invitation. It returns "no machine" for nil.
func (m *Machine) String() string {
	if m == nil {
		return "no machine"
	}
	return m.Invitation().String()
}

// LogValue makes a structured log show the invitation. It shows nil for a nil Machine.
func (m *Machine) LogValue() slog.Value {
	if m == nil {
		return slog.Value{}
	}
	return slog.AnyValue(m.Invitation())
}

// Can reports whether the machine would take e now if no callback refused it.
func (m *Machine) Can(e transitions.Event) bool {
	_, _, err := m.mode.decide(m.now.Load(), e)
	return err == nil
}

// Do performs an operation of the application, as transitions.Invitation.Do decides. It takes effect at once and is
// never queued: if several goroutines try, one gets the operation. It changes no state, so no callback runs.
func (m *Machine) Do(o transitions.Operation) error {
	_, err := m.now.Do(o)
	return err
}

// Looplab returns a plain looplab machine with the edges and the state of m, for looplab's visualizers and other
// programs that read such a machine. It is a copy: its events do not change m.
func (m *Machine) Looplab() *looplab.FSM {
	var events looplab.Events
	if m.table != nil {
		events = m.table.events
	}
	return looplab.NewFSM(m.now.Load().State().String(), events, nil)
}
