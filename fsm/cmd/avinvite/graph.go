package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/export"
)

const graphUsage = `usage: avinvite graph [-format FORMAT] [-direction DIRECTION]

Print the invitation's states and events as a diagram or as a machine for
another tool. Every edge bears its basis: Stated, Sampled or Inferred.

  -format FORMAT        mermaid (default), dot, xstate or scxml
  -direction DIRECTION  outgoing (default) or incoming

Examples:

  avinvite graph                                    a Mermaid diagram, as GitHub renders it
  avinvite graph -format dot | dot -Tsvg > out.svg  a drawing by Graphviz
  avinvite graph -format xstate -direction incoming a definition for XState v5
  avinvite graph -format scxml                      a W3C SCXML document
`

// runGraph prints the relation in the format of another tool.
func runGraph(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("graph", flag.ContinueOnError)
	format := flags.String("format", string(export.Mermaid), "")
	direction := flags.String("direction", "outgoing", "")
	d, status, ok := parseExport(flags, args, direction, graphUsage, stdout, stderr)
	if !ok {
		return status
	}
	if *format == string(export.Report) {
		fmt.Fprintln(stderr, "avinvite graph: a report is no graph; see avinvite table -cells")
		return 2
	}
	out, err := export.Render(export.Format(*format), d)
	if err != nil {
		fmt.Fprintf(stderr, "avinvite graph: unknown format %q: want mermaid, dot, xstate or scxml\n", *format)
		return 2
	}
	return printExport(flags, out, stdout, stderr)
}

// parseExport reads the arguments of the two commands that print exports. When it is not ok, the status is the
// command's.
func parseExport(flags *flag.FlagSet, args []string, direction *string, usage string, stdout, stderr io.Writer) (
	d transitions.Direction, status int, ok bool,
) {
	if status, ok := parseFlags(flags, args, usage, stdout, stderr); !ok {
		return 0, status, false
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(stderr, "avinvite %s: unexpected argument %q\n%s", flags.Name(), flags.Arg(0), usage)
		return 0, 2, false
	}
	switch strings.ToLower(*direction) {
	case "incoming":
		return transitions.Incoming, 0, true
	case "outgoing":
		return transitions.Outgoing, 0, true
	}
	fmt.Fprintf(stderr, "avinvite %s: unknown direction %q: want incoming or outgoing\n", flags.Name(), *direction)
	return 0, 2, false
}

// parseFlags reads the flags of a command. When it is not ok, the status is the command's.
func parseFlags(flags *flag.FlagSet, args []string, usage string, stdout, stderr io.Writer) (status int, ok bool) {
	flags.SetOutput(io.Discard)
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		if _, err := io.WriteString(stdout, usage); err != nil {
			return 1, false
		}
		return 0, false
	case err != nil:
		fmt.Fprintf(stderr, "avinvite %s: %v\n%s", flags.Name(), err, usage)
		return 2, false
	}
	return 0, true
}

func printExport(flags *flag.FlagSet, out []byte, stdout, stderr io.Writer) int {
	if _, err := stdout.Write(out); err != nil {
		fmt.Fprintf(stderr, "avinvite %s: %v\n", flags.Name(), err)
		return 1
	}
	return 0
}
