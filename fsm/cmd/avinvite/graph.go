package main

import (
	"flag"

	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/export"
)

var graphCommand = &command{
	name: "graph",
	does: "print the states and events for a drawing tool or a state-machine library",
	about: `
Print the invitation's states and events as a diagram or as a machine for
another tool. Every edge bears its basis: Stated, Sampled or Inferred.
`,
	examples: `
avinvite graph                                     a Mermaid diagram
avinvite graph -format dot | dot -Tsvg > out.svg   a drawing by Graphviz
avinvite graph -format xstate -direction incoming  a definition for XState v5
avinvite graph -format scxml                       a W3C SCXML document
`,
	setup: func(flags *flag.FlagSet) func(*call) int {
		format := choose(flags, "format", "`FORMAT` mermaid (default), dot, xstate or scxml",
			string(export.Mermaid), string(export.DOT), string(export.XState), string(export.SCXML))
		direction := chooseDirection(flags, "")
		return func(c *call) int {
			out, err := export.Render(export.Format(*format), direction())
			if err != nil {
				return c.fail("%v", err)
			}
			return c.print(out)
		}
	},
}

// chooseDirection defines the flag for a direction.
func chooseDirection(flags *flag.FlagSet, only string) func() transitions.Direction {
	direction := choose(flags, "direction", "`DIRECTION` outgoing (default) or incoming"+only, "outgoing", "incoming")
	return func() transitions.Direction {
		if *direction == "incoming" {
			return transitions.Incoming
		}
		return transitions.Outgoing
	}
}
