package main

import (
	"bufio"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/layout"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/testee"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/testreport"
)

// defaultTimeout is how long a run waits for a line of the testee.
const defaultTimeout = 10 * time.Second

func newTest() *cobra.Command {
	command := &cobra.Command{
		Use:   "test [flags] -- COMMAND [ARGUMENT]...",
		Short: "Test an implementation in any language",
		Long: `
Run COMMAND, which is an implementation of the invitation with a few lines
around it, and test it against a complete suite. The report ends with a
guarantee: a sentence that says under which condition an implementation that
passes is right.

COMMAND reads lines of JSON on its standard input and writes lines of JSON on
its standard output. The first line that it reads is {"avinvite":1}. The first
line that it writes describes the implementation:

  {"avinvite":1,"name":"contoso","version":"4.2","role":"server",
   "takes":"events","sees":["state","offers"],"operations":true}

Every other line is a test: give the steps to a new invitation, and answer with
what it shows at the start and after each step.

  {"id":"av-1","direction":"Outgoing","steps":[
    {"event":"started","state":"Alerting"},{"do":"accept"}]}
  {"id":"av-1","answers":[{"state":"None","offers":[]},
    {"ok":true,"state":"Alerting","offers":["cancel"]},
    {"ok":false,"status":404,"code":"NotFound","state":"Alerting",
     "offers":["cancel"]}]}

(Each object is one line; it is broken here to fit.) An implementation that
cannot do a test answers {"id":"av-1","skip":"why"}. Logs belong on the standard
error. In the source of avinvite, the folder fsm/cmd/avinvite/testees has an
example in Go, Python and Node, and the file
fsm/cmd/avinvite/internal/testee/protocol.schema.json describes the lines.

An implementation with the role "client" must survive every event that a service
may send, and its "ok" on an event is not compared. With "takes":"documents"
each event comes as a whole event document, and other ways to write an event are
tried as well. "sees" lists what is shown: state, offers, pending and reason. An
implementation with "operations":false receives events alone.

The suite for -k N finds every fault that a known configuration shows, and every
fault in a hidden state that is reached from a configuration by at most N
representatives (avinvite suite -h explains these words). The formats are as in
avinvite check.

Exit status: 0 if the implementation passes; 1 if it fails; 2 if the arguments
are wrong, or COMMAND cannot be run or breaks the protocol; 130 after an
interrupt (the tests before it are reported).`,
		Example: `  avinvite catalogue > catalogue.json
  avinvite test -k 0 -- python3 server.py catalogue.json   some seconds
  avinvite test -- ./server                                k = 1, before a release
  avinvite test --format junit -- ./server > results.xml   for CI systems`,
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	flags := command.Flags()
	flags.SetInterspersed(false) // the flags behind COMMAND are its own
	k := suiteDepth(command)
	direction := chooseDirections(command)
	representatives := flags.Bool("representatives", false, "use only one of the inputs that have the same effect, for a first try")
	lenient := flags.Bool("lenient", false, "excuse faults if the expected answer is only Inferred")
	timeout := flags.Duration("timeout", defaultTimeout, "wait at most `TIME` for a line of COMMAND")
	format := choose(command, "format", "FORMAT", "text, json or junit", "text", "text", "json", "junit")
	command.RunE = func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) == 0:
			return errors.New("no COMMAND: name the program to test behind --; avinvite test -h tells more")
		case *timeout <= 0:
			return fmt.Errorf("--timeout %v: want more than 0s", *timeout)
		}
		ctx, stop := interrupts()
		defer stop()
		o := testee.Options{
			K: *k, Representatives: *representatives, Directions: direction(), Timeout: *timeout, Lenient: *lenient,
		}
		if stderr := command.ErrOrStderr(); layout.Animated(stderr) {
			l := newLine(stderr)
			defer l.clear()
			o.Progress = func(done, total int) {
				l.show(func(took time.Duration) string { return tested(done, total, took) })
			}
		}
		r := testee.Run(ctx, testee.Command(args, command.ErrOrStderr()), o)
		if r.Err != nil {
			complain(command, r.Err)
		}
		exit := testStatus(r)
		out := bufio.NewWriter(command.OutOrStdout())
		testreport.Write(*format, out, r, strings.Join(args, " "), layout.PageOf(command.OutOrStdout()))
		if err := out.Flush(); err != nil {
			return err
		}
		return exit
	}
	return command
}

func testStatus(r *testee.Report) status {
	switch {
	case r.Interrupted:
		return statusInterrupted
	case r.Err != nil, r.Tests == 0 && len(r.Failures) == 0:
		return statusFailed
	case len(r.Failures) > 0:
		return statusViolations
	}
	return statusOK
}
