package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/avinvite/avinvite/transitions/export"
)

func newTable() *cobra.Command {
	command := &cobra.Command{
		Use:   "table",
		Short: "Print the edges with basis and source, or every cell",
		Long: `
Print every edge of the invitation's life and every operation, each with its
basis and source, as Markdown tables of both directions. With --cells, print one
direction in full: every event in every state, with the edge that it takes or
the rule that refuses it.`,
		Example: `  avinvite table                               the edges and the operations
  avinvite table --cells                       every cell, outgoing
  avinvite table --cells --direction incoming  every cell, incoming`,
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	cells := command.Flags().Bool("cells", false, "print the report of every cell")
	direction := chooseDirection(command, "outgoing or incoming")
	command.RunE = func(*cobra.Command, []string) error {
		if *cells {
			return writeExport(command, export.Report, direction())
		}
		if command.Flags().Changed("direction") {
			return errors.New("the table is of both directions; --direction goes with --cells")
		}
		return write(command, export.Table())
	}
	return command
}
