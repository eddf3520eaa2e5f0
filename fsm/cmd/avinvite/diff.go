package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/layout"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/report"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/vectors"
	"github.com/avinvite/avinvite/transitions/suite"
)

func newDiff() *cobra.Command {
	command := &cobra.Command{
		Use:   "diff ONE [OTHER]",
		Short: "Compare two models by their vectors",
		Long: `
Compare two models of the invitation. ONE and OTHER are files of vectors,
written by avinvite suite --vectors of any release, or by another program in the
same form. Without OTHER, ONE is compared with the model of this release. A file
may be compressed by gzip, and - is the standard input.

The vectors of a suite for k = 0 have every input in every state, so that they
are the whole model. A word is a sequence of steps. Every word of ONE,
beginnings included, is looked up in OTHER. The report has one difference for
each state and input, with a shortest word that shows it. Words that continue
after a difference are not compared. Words that OTHER does not have are counted.

Exit status: 0 without a difference; 1 with differences; 2 if the arguments are
wrong or a file cannot be read.`,
		Example: `  avinvite suite -k 0 --direction outgoing --vectors > old.jsonl
  avinvite diff old.jsonl            what a later release answers differently
  avinvite diff old.jsonl new.jsonl`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < 1 || len(args) > 2 {
				return errors.New("want one or two files of vectors; avinvite diff -h tells more")
			}
			return nil
		},
	}
	command.RunE = func(_ *cobra.Command, args []string) error {
		title := layout.Printable(report.Title(args[0]))
		one, err := openVectors(command, args[0])
		if err != nil {
			return err
		}
		defer one.Close()
		spec, err := vectors.Spec(one.head)
		if err != nil {
			return fmt.Errorf("%s: %w", title, err)
		}
		m, err := suite.New(spec)
		if err != nil {
			return err
		}
		other, name := vectors.Model(m), "this release"
		if len(args) == 2 {
			name = layout.Printable(report.Title(args[1]))
			second, err := openVectors(command, args[1])
			if err != nil {
				return err
			}
			defer second.Close()
			if one.head.Direction != second.head.Direction || one.head.Role != second.head.Role {
				return fmt.Errorf("%s is about %v invitations of a %s, and %s about %v ones of a %s: there is nothing to compare",
					title, one.head.Direction, one.head.Role, name, second.head.Direction, second.head.Role)
			}
			sees, err := vectors.Sees(second.head.Sees)
			if err != nil {
				return fmt.Errorf("%s: sees: %w", name, err)
			}
			spec.Sees &= sees
			if other, err = vectors.Answers(second.tests); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		c, err := vectors.Compare(one.tests, other, spec.Sees)
		if err != nil {
			return fmt.Errorf("%s: %w", title, err)
		}
		return showDifferences(command, m, c, title, name)
	}
	return command
}

// vectorsFile is a file of vectors that has been opened.
type vectorsFile struct {
	io.Closer
	head  suite.Head
	tests func(func(suite.Test, error) bool)
}

func openVectors(command *cobra.Command, name string) (f vectorsFile, err error) {
	in, err := opener(command, name)()
	if err == nil {
		f.Closer = in
		var whole io.Reader
		if _, whole, err = unpacked(in); err == nil {
			f.head, f.tests, err = vectors.Read(whole)
		}
		if err != nil {
			in.Close()
		}
	}
	if err != nil {
		return f, fmt.Errorf("%s: %s", layout.Printable(report.Title(name)), report.ErrorText(err))
	}
	return f, nil
}

// showDifferences writes a comparison.
func showDifferences(command *cobra.Command, m *suite.Machine, c vectors.Comparison, one, other string) error {
	out := bufio.NewWriter(command.OutOrStdout())
	w := layout.New(out, layout.PageOf(command.OutOrStdout()))
	w.Title(fmt.Sprintf("%s and %s: %s", one, other, m.String()))
	for _, d := range c.Differences {
		w.Blank()
		w.Line("after", actions(d.Word))
		for _, side := range []struct {
			name   string
			answer suite.Answer
		}{{"one", d.Want}, {"other", d.Got}} {
			text, err := json.Marshal(side.answer)
			if err != nil {
				return err
			}
			w.Line(side.name, string(text))
		}
	}
	w.Blank()
	w.Line("compared", fmt.Sprintf("%d words", c.Words))
	if c.Missing > 0 {
		w.Line("not compared", fmt.Sprintf("words that %s does not have: %d, and those that begin with them", other, c.Missing))
	}
	w.Line("differences", fmt.Sprint(len(c.Differences)))
	if err := out.Flush(); err != nil {
		return err
	}
	if len(c.Differences) > 0 {
		return status(statusViolations)
	}
	return nil
}
