package main

import (
	"github.com/spf13/cobra"

	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/export"
)

func newGraph() *cobra.Command {
	command := &cobra.Command{
		Use:   "graph",
		Short: "Print the states and events for drawing tools and libraries",
		Long: `
Print the invitation's states and events as a diagram or as a machine for
another tool. Every edge has its basis: Stated, Sampled or Inferred.`,
		Example: `  avinvite graph                                       a Mermaid diagram
  avinvite graph --format dot | dot -Tsvg > out.svg    a drawing by Graphviz
  avinvite graph --format xstate --direction incoming  an XState v5 machine
  avinvite graph --format scxml                        a W3C SCXML document`,
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	format := choose(command, "format", "FORMAT", "mermaid, dot, xstate or scxml", string(export.Mermaid),
		string(export.Mermaid), string(export.DOT), string(export.XState), string(export.SCXML))
	direction := chooseDirection(command, "outgoing or incoming")
	command.RunE = func(*cobra.Command, []string) error {
		return writeExport(command, export.Format(*format), direction())
	}
	return command
}

// writeExport writes the relation of a direction in a format.
func writeExport(command *cobra.Command, f export.Format, d transitions.Direction) error {
	out, err := export.Render(f, d)
	if err != nil {
		return err
	}
	return write(command, out)
}
