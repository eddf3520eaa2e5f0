package main

import (
	"flag"

	"github.com/avinvite/avinvite/transitions/export"
)

var tableCommand = &command{
	name: "table",
	does: "print the edges with basis and source, or every cell",
	about: `
Print every edge of the invitation's life and every operation, each with its
basis and source, as Markdown tables of both directions. With -cells, print one
direction in full: every event in every state, handled or refused and why.
`,
	examples: `
avinvite table                             the edges and the operations
avinvite table -cells                      every cell of an outgoing one
avinvite table -cells -direction incoming  every cell of an incoming one
`,
	setup: func(flags *flag.FlagSet) func(*call) int {
		cells := flags.Bool("cells", false, "print the report of every cell")
		direction := chooseDirection(flags, "; only with -cells")
		return func(c *call) int {
			if !*cells {
				given := false
				flags.Visit(func(f *flag.Flag) { given = given || f.Name == "direction" })
				if given {
					return c.fail("the table is of both directions; -direction goes with -cells")
				}
				return c.print(export.Table())
			}
			out, err := export.Render(export.Report, direction())
			if err != nil {
				return c.fail("%v", err)
			}
			return c.print(out)
		}
	},
}
