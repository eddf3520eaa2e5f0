package main

import (
	"bufio"

	"github.com/spf13/cobra"

	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/page"
)

func newExplore() *cobra.Command {
	return &cobra.Command{
		Use:   "explore",
		Short: "Print a page to walk an invitation in a browser",
		Long: `
Print an HTML page on which a person gives events and operations to an
invitation. If one is refused, the page shows the rule, its basis and its
source, and the events that are legal. The page also lists all reasons.

The page is one file, which needs no network. avinvite check --format html adds
the verdicts on recordings.`,
		Example: `  avinvite explore > explore.html`,
		Args:    noArguments, ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(command *cobra.Command, _ []string) error {
			out := bufio.NewWriter(command.OutOrStdout())
			if err := page.Explore(out); err != nil {
				return err
			}
			return out.Flush()
		},
	}
}
