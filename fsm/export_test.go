package fsm

import looplab "github.com/looplab/fsm"

// Engine is the state of the engine underneath, for tests that hold it against the invitation.
func Engine(m *Machine) string { return m.engine.Current() }

// Table is the engine's events, for tests that look for doubles.
func Table(m *Machine) looplab.Events { return m.table.events }

// CallbackNames is every name under which a callback can run.
func CallbackNames(m *Machine) []string {
	return append(m.table.names[:len(m.table.names):len(m.table.names)], m.table.short...)
}
