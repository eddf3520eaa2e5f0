package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/layout"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/report"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/vectors"
	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/fsm/recording"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
	"github.com/avinvite/avinvite/transitions/suite"
)

func newCertify() *cobra.Command {
	command := &cobra.Command{
		Use:   "certify FILE...",
		Short: "Say what passing your tests would guarantee",
		Long: `
Read the tests in files, and print the guarantee for an implementation that
passes them. A FILE holds vectors, as avinvite suite --vectors writes them, or
is a recording, as avinvite check reads it: each invitation in it is a test, up
to the first event that cannot be read. A vector is left out if it expects
another answer than this release gives; avinvite diff shows such answers.

The certificate of a direction is the largest k whose obligations the tests
meet. k is how many inputs a hidden state may lie behind a known one; see
avinvite suite -h. An obligation is a word (a sequence of inputs) that must be
among the tests or their beginnings, or two words whose states the tests must
tell apart. The missing obligations are counted, and the first five are shown.

--closing prints further tests that meet all obligations for -k N. They are the
fewest possible if any two states look different in the --sees PARTS. They are
vectors without a head, to append to a file of vectors.

Exit status: 0 if the tests reach k = N in each direction; 1 if they do not; 2
if the arguments are wrong or a file cannot be read.`,
		Example: `  avinvite certify captures/                      what your recordings are worth
  avinvite certify -k 1 tests.jsonl               is it a complete suite?
  avinvite certify -k 0 --direction outgoing --closing a.har > missing.jsonl`,
	}
	k := suiteDepth(command)
	machine := chooseMachine(command)
	core := chooseCore(command)
	direction := chooseDirections(command)
	closing := command.Flags().Bool("closing", false, "print the tests of one direction that are missing")
	command.RunE = func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) == 0:
			return errors.New("no FILE: name vectors or recordings, or - for the standard input; avinvite certify -h tells more")
		case *closing && len(direction()) > 1:
			return errors.New("--closing prints one direction: add --direction incoming or outgoing")
		}
		c := certifier{command: command, words: map[transitions.Direction][]suite.Word{}}
		found, others := find(args)
		for _, f := range found {
			if err := c.read(f); err != nil {
				c.unread = true
				complain(command, fmt.Errorf("%s: %s", layout.Printable(report.Title(f.name)), layout.Printable(report.ErrorText(err))))
			}
		}
		out := bufio.NewWriter(command.OutOrStdout())
		if n := len(c.words[0]); n > 0 {
			complain(command, fmt.Errorf("%s left out, because nothing says the direction", layout.Count(n, "invitation")))
		}
		if others > 0 {
			complain(command, fmt.Errorf("%s in folders left out, because only names in %s are read", layout.Count(others, "file"), strings.Join(extensions, ", ")))
		}
		if c.unread && len(c.words) == 0 {
			return status(statusFailed)
		}
		exit := status(statusOK)
		for n, d := range direction() {
			m, err := machine(d)
			if err != nil {
				return err
			}
			certificate := m.Certify(core(), slices.Values(c.words[d]))
			if *closing {
				if err := writeClosing(out, m, certificate.Closing(*k)); err != nil {
					return err
				}
				continue
			}
			if n > 0 {
				fmt.Fprintln(out)
			}
			if showCertificate(layout.New(out, layout.PageOf(command.OutOrStdout())), m, core(), certificate, c.words[d], *k); certificate.K < int(*k) {
				exit = statusViolations
			}
		}
		if c.unread {
			exit = statusFailed
		}
		if err := out.Flush(); err != nil {
			return err
		}
		return exit
	}
	return command
}

// certifier collects the tests of files.
type certifier struct {
	command *cobra.Command
	words   map[transitions.Direction][]suite.Word
	unread  bool
}

func (c *certifier) read(f input) error {
	if f.err != nil {
		return f.err
	}
	in, err := opener(c.command, f.name)()
	if err != nil {
		return err
	}
	defer in.Close()
	begins, whole, err := unpacked(in)
	if err != nil {
		return err
	}
	if vectors.Is(begins) {
		return c.vectors(f.name, whole)
	}
	return c.recording(whole)
}

// unpacked returns the beginning of a file, and a reader of the whole. It unpacks gzip.
func unpacked(in io.Reader) (begins []byte, whole io.Reader, err error) {
	if in, err = recording.Unpack(in); err != nil {
		return nil, nil, err
	}
	begins, whole = vectors.Peek(in)
	return begins, whole, nil
}

func (c *certifier) vectors(name string, in io.Reader) error {
	head, tests, err := vectors.Read(in)
	if err != nil {
		return err
	}
	spec, err := vectors.Spec(head)
	if err != nil {
		return err
	}
	m, err := suite.New(spec)
	if err != nil {
		return err
	}
	wrong, first := 0, ""
	for t, err := range tests {
		switch {
		case err != nil:
			return err
		case vectors.Right(t, m):
			c.words[head.Direction] = append(c.words[head.Direction], t.Steps)
		default:
			if wrong++; wrong == 1 {
				first = t.ID
			}
		}
	}
	if wrong > 0 {
		complain(c.command, fmt.Errorf("%s: %s left out for answers that this release does not give; the first is %s, and avinvite diff shows the answers",
			layout.Printable(report.Title(name)), layout.Count(wrong, "test"), layout.Printable(first)))
	}
	return nil
}

func (c *certifier) recording(in io.Reader) error {
	verdicts, err := conformance.Check(in)
	for _, v := range verdicts {
		var word suite.Word
		for _, s := range v.Steps {
			a := laws.Action{Operation: s.Operation}
			if !a.Operates() {
				if s.Said == transitions.StateNone {
					break // it cannot be read
				}
				a.Event = s.Event()
			}
			word = append(word, a)
		}
		if len(word) > 0 { // a call that was refused at the start has none
			c.words[v.Direction] = append(c.words[v.Direction], word)
		}
	}
	return err
}

// obligations is the largest number of missing obligations that are shown.
const obligations = 5

func showCertificate(w *layout.Writer, m *suite.Machine, core suite.Core, c *suite.Certificate, words []suite.Word, k uint) {
	inputs := 0
	for _, word := range words {
		inputs += len(word)
	}
	w.Title(fmt.Sprintf("%v: %s with %s", m.Spec().Direction, layout.Count(len(words), "test"), layout.Count(inputs, "input")))
	w.Line("held to", m.String())
	if len(words) == 0 {
		w.Line("guarantee", "none, because there is no test")
		return
	}
	if c.K < 0 {
		w.Line("guarantee", "none: a wrong implementation without a hidden state can pass")
	} else {
		w.Line("guarantee", fmt.Sprintf("k = %d: whoever passes is right, if %s", c.K, m.Suite(core, uint(c.K)).Domain()))
	}
	present, total := c.Coverage(k)
	w.Line("covered", fmt.Sprintf("%d of the %d words that k = %d needs", present, total, k))
	missing, first := 0, []string{}
	for o := range c.Missing(k) {
		if missing++; missing > obligations {
			continue
		}
		text := actions(o.Word)
		if o.Other != nil {
			text = fmt.Sprintf("%s, told apart from %s, as by %s", text, actions(o.Other), actions(o.Separator))
		}
		first = append(first, text)
	}
	if missing == 0 {
		return
	}
	some := layout.Count(missing, "obligation")
	if missing > obligations {
		some += fmt.Sprintf(", the first %d of which are", obligations)
	}
	w.Line("missing", some)
	for _, text := range first {
		w.Line("", text)
	}
	w.Line("to close", layout.Count(len(c.Closing(k)), "further test")+", which --closing prints")
}

// writeClosing writes tests as vectors.
func writeClosing(w io.Writer, m *suite.Machine, words []suite.Word) error {
	lines := json.NewEncoder(w)
	for _, word := range words {
		t, err := m.Test(word)
		if err != nil {
			return err
		}
		if err := lines.Encode(t); err != nil {
			return err
		}
	}
	return nil
}
