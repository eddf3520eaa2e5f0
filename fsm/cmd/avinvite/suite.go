package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/layout"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/testee"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/vectors"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/suite"
)

func newSuite() *cobra.Command {
	command := &cobra.Command{
		Use:   "suite",
		Short: "Print the size of a complete test suite, or its tests",
		Long: `
Print the number of tests of a complete suite for each k up to the given one.
With --vectors, print the tests of one direction as JSON lines: a head, and then
one test per line, with the answers that are expected at the start and to each
step. The file transitions/suite/vectors/schema.json of the source describes the
lines.

A word is a sequence of inputs, which are events and operations. The core is the
set of words to the known states: one to each configuration, which is a state, a
pending operation and a reason. A representative is an input that stands for all
inputs with the same effect.

An implementation that gives all expected answers is right if each of its states
is reached by a word of the core and at most k representatives. With --inputs
representatives, each input must also do the same as the representative of its
class. With --core states, the core has a word to each state that is shown, and
a fault that depends on one reason can be missed.`,
		Example: `  avinvite suite                                                the sizes
  avinvite suite -k 0 --direction outgoing --vectors > k0.jsonl  the tests
  avinvite suite --role client --sees state                      for a client`,
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	k := suiteDepth(command)
	machine := chooseMachine(command)
	direction := chooseDirections(command)
	core := chooseCore(command)
	write := command.Flags().Bool("vectors", false, "print the tests of one direction")
	command.RunE = func(*cobra.Command, []string) error {
		out := bufio.NewWriter(command.OutOrStdout())
		if *write {
			if len(direction()) > 1 {
				return errors.New("--vectors prints one direction: add --direction incoming or outgoing")
			}
			m, err := machine(direction()[0])
			if err != nil {
				return err
			}
			if err := m.Suite(core(), *k).WriteVectors(out, testee.Model()); err != nil {
				return err
			}
			return out.Flush()
		}
		for n, d := range direction() {
			m, err := machine(d)
			if err != nil {
				return err
			}
			if n > 0 {
				fmt.Fprintln(out)
			}
			layout.New(out, layout.PageOf(command.OutOrStdout())).Text(fmt.Sprintf("%s: %d states, %d configurations, %d inputs, %d of them representatives",
				strings.TrimPrefix(m.String(), "the "), m.States(), m.Configurations(), len(m.Alphabet()), len(m.Representatives())))
			for k := range *k + 1 {
				tests, symbols := m.Suite(core(), k).Size()
				fmt.Fprintf(out, "    k = %d %12d tests %12d inputs\n", k, tests, symbols)
			}
		}
		return out.Flush()
	}
	return command
}

// chooseMachine defines the flags that say what an implementation is held to.
func chooseMachine(command *cobra.Command) func(transitions.Direction) (*suite.Machine, error) {
	role := choose(command, "role", "ROLE", "server or client", "server", "server", "client")
	sees := command.Flags().StringSlice("sees", []string{"state", "offers"}, "the `PARTS` of an answer: state, offers, pending, reason")
	inputs := choose(command, "inputs", "INPUTS", "all, events or representatives", "all", "all", "events", "representatives")
	return func(d transitions.Direction) (*suite.Machine, error) {
		spec, err := vectors.Spec(suite.Head{Role: *role, Direction: d, Sees: *sees})
		if err != nil {
			return nil, fmt.Errorf("--%w", err)
		}
		switch *inputs {
		case "events":
			spec.Inputs = suite.Events
		case "representatives":
			spec.Inputs = suite.Representatives
		}
		return suite.New(spec)
	}
}

// chooseCore defines a flag that takes the core of a suite.
func chooseCore(command *cobra.Command) func() suite.Core {
	word := choose(command, "core", "CORE", "configurations or states", "configurations", "configurations", "states")
	return func() suite.Core {
		if *word == "states" {
			return suite.States
		}
		return suite.Configurations
	}
}

// chooseDirections defines a flag that takes one direction or both.
func chooseDirections(command *cobra.Command) func() []transitions.Direction {
	word := choose(command, "direction", "DIRECTION", "both, incoming or outgoing", "both", "both", "incoming", "outgoing")
	return func() []transitions.Direction {
		switch *word {
		case "incoming":
			return []transitions.Direction{transitions.Incoming}
		case "outgoing":
			return []transitions.Direction{transitions.Outgoing}
		}
		return []transitions.Direction{transitions.Incoming, transitions.Outgoing}
	}
}

// suiteDepth defines the flag for the k of a suite.
func suiteDepth(command *cobra.Command) *uint {
	return command.Flags().UintP("k", "k", 1, "find hidden states up to `N` inputs behind a known one")
}

// actions lists the actions of a word.
func actions(w suite.Word) string {
	if len(w) == 0 {
		return "nothing: the new invitation"
	}
	var b bytes.Buffer
	for n, a := range w {
		if n > 0 {
			b.WriteString(", ")
		}
		b.WriteString(a.String())
	}
	return b.String()
}
