package main

import (
	"flag"
	"fmt"
	"io"

	"github.com/avinvite/avinvite/transitions/export"
)

const tableUsage = `usage: avinvite table [-cells] [-direction DIRECTION]

Print every edge of the invitation's life with its basis and source, as a
Markdown table of both directions. With -cells, print one direction in full:
every event in every state, handled or refused and why.

  -cells                print the report of every cell
  -direction DIRECTION  outgoing (default) or incoming; only with -cells

Examples:

  avinvite table                             the edges, their basis and source
  avinvite table -cells                      every cell of an outgoing invitation
  avinvite table -cells -direction incoming  every cell of an incoming one
`

// runTable prints the edges, or the report of every cell.
func runTable(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("table", flag.ContinueOnError)
	cells := flags.Bool("cells", false, "")
	direction := flags.String("direction", "outgoing", "")
	d, status, ok := parseExport(flags, args, direction, tableUsage, stdout, stderr)
	if !ok {
		return status
	}
	given := false
	flags.Visit(func(f *flag.Flag) { given = given || f.Name == "direction" })
	if !*cells {
		if given {
			fmt.Fprintln(stderr, "avinvite table: the table is of both directions; -direction goes with -cells")
			return 2
		}
		return printExport(flags, export.Table(), stdout, stderr)
	}
	out, err := export.Render(export.Report, d)
	if err != nil {
		fmt.Fprintln(stderr, "avinvite table:", err)
		return 1
	}
	return printExport(flags, out, stdout, stderr)
}
