package main

import (
	"github.com/spf13/cobra"

	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/export"
)

func newGraph() *cobra.Command {
	command := &cobra.Command{
		Use:   "graph",
		Short: "Print the states and events for other tools",
		Long: `
Print the invitation's states and events as a diagram, as a machine for a
library, or as a model for a model checker. Every edge has its basis: Stated,
Sampled or Inferred.

The formats:

  mermaid  a diagram, as code hosts show it in Markdown
  dot      a graph for Graphviz
  xstate   a machine for XState v5
  scxml    a machine for W3C SCXML
  promela  a model for Spin
  murphi   a model for Rumur`,
		Example: `  avinvite graph                                       a Mermaid diagram
  avinvite graph --format dot | dot -Tsvg > out.svg    a drawing by Graphviz
  avinvite graph --format xstate --direction incoming  an XState v5 machine`,
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	format := choose(command, "format", "FORMAT", "one of the above", string(export.Mermaid),
		string(export.Mermaid), string(export.DOT), string(export.XState), string(export.SCXML),
		string(export.Promela), string(export.Murphi))
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
