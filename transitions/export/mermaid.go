package export

import (
	"bytes"
	"fmt"

	"github.com/avinvite/avinvite/transitions"
)

func mermaid(b *bytes.Buffer, d transitions.Direction) {
	b.WriteString("%% " + generated + "\n%% " + d.String() + " invitations. Every arrow has the bases of its edges.\n")
	b.WriteString("stateDiagram-v2\n    [*] --> None\n    state Progress {\n")
	all := arrows(d, func(e transitions.Edge) (string, string) {
		// Completions leave every progress state for the same reasons (a test checks it), so they leave the box.
		if e.From.Progress() && e.To.Terminal() {
			return "Progress", e.To.String()
		}
		return e.From.String(), e.To.String()
	})
	inside := func(a *arrow) bool {
		s, err := transitions.ParseState(a.from)
		return err == nil && s.Progress()
	}
	for s := range statesOf(d) {
		if s.Progress() {
			fmt.Fprintf(b, "        %v\n", s)
		}
	}
	for _, a := range all {
		if inside(a) {
			fmt.Fprintf(b, "        %s --> %s: %s\n", a.from, a.to, a.label())
		}
	}
	b.WriteString("    }\n")
	for _, a := range all {
		if !inside(a) {
			fmt.Fprintf(b, "    %s --> %s: %s\n", a.from, a.to, a.label())
		}
	}
	for s := range statesOf(d) {
		if s.Terminal() {
			fmt.Fprintf(b, "    %v --> [*]\n", s)
		}
	}
}
