package fsm

import looplab "github.com/looplab/fsm"

// Table is the engine's events, for tests that hold them against the relation and against a bare machine.
func Table(m *Machine) looplab.Events { return m.table.events }

// CallbackNames is every name under which a callback can run: in full, and looplab's short forms.
func CallbackNames(m *Machine) (full, short []string) { return m.table.names, m.table.short }
