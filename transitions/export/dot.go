package export

import (
	"bytes"
	"fmt"

	"github.com/avinvite/avinvite/transitions"
)

func dot(b *bytes.Buffer, d transitions.Direction) {
	fmt.Fprintf(b, "// %s\ndigraph %v {\n\trankdir=LR;\n\tnode [shape=box, style=rounded];\n", generated, d)
	for s := range statesOf(d) {
		switch {
		case s.Terminal():
			fmt.Fprintf(b, "\t%v [peripheries=2];\n", s)
		case !s.Progress():
			fmt.Fprintf(b, "\t%v [shape=point];\n", s)
		default:
			fmt.Fprintf(b, "\t%v;\n", s)
		}
	}
	for _, a := range arrows(d, func(e transitions.Edge) (string, string) { return e.From.String(), e.To.String() }) {
		style := "solid"
		if a.inferred() {
			style = "dashed"
		}
		fmt.Fprintf(b, "\t%s -> %s [label=%q, style=%s];\n", a.from, a.to, a.label(), style)
	}
	b.WriteString("}\n")
}
