package main

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"fmt"
	"math/rand/v2"

	"github.com/spf13/cobra"

	"github.com/avinvite/avinvite/fsm/conformance"
)

func newGenerate() *cobra.Command {
	command := &cobra.Command{
		Use:   "generate",
		Short: "Write a made-up recording",
		Long: `
Write a made-up recording of invitations that live side by side: both
directions, every way to end, and between their events the events about other
things that make up most of real traffic. The same arguments give the same
bytes; 100,000 invitations are about 1 GB.

With --fault, every invitation whose number ends in 9 breaks a rule once. The
names of the rules are those that avinvite check prints in parentheses.

The formats:

  lines         event documents, one per line
  concatenated  event documents of several lines each
  document      a single event document
  array         a JSON array of event documents
  webhook       lines as posted to a callback, with relative links and a baseuri
  har           a HAR, which has times and operations as well`,
		Example: `  avinvite generate | avinvite check -
  avinvite generate --fault contradiction | avinvite check -
  avinvite generate --format har --invitations 20 > capture.har
  avinvite generate --invitations 100000 --live 100000 --gzip > large.jsonl.gz`,
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	var g generator
	flags := command.Flags()
	flags.IntVar(&g.invitations, "invitations", 100, "write `N` invitations")
	flags.IntVar(&g.live, "live", 50, "let `N` of them live side by side")
	seed := flags.Uint64("seed", 1, "begin the random choices with `N`")
	zip := flags.Bool("gzip", false, "compress")
	fault := choose(command, "fault", "RULE", "the rule to break", "", faultNames()...)
	format := choose(command, "format", "FORMAT", "one of the above", formats[0], formats...)
	command.RunE = func(*cobra.Command, []string) error {
		g.fault, g.format = conformance.Rule(*fault), *format
		switch {
		case g.invitations < 0:
			return fmt.Errorf("--invitations %d: want 0 or more", g.invitations)
		case g.live < 1:
			return fmt.Errorf("--live %d: want 1 or more", g.live)
		case faults[g.fault].operation && g.format != "har":
			return fmt.Errorf("--fault %s is about operations, which only --format har shows", g.fault)
		}
		g.random = rand.New(rand.NewPCG(*seed, 0))
		out := bufio.NewWriterSize(command.OutOrStdout(), 1<<18)
		if !*zip {
			return cmp.Or(g.write(out), out.Flush())
		}
		packed := gzip.NewWriter(out)
		return cmp.Or(g.write(packed), packed.Close(), out.Flush())
	}
	return command
}
