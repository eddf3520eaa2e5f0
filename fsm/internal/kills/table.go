package main

import (
	"fmt"
	"io"
	"strconv"

	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/suite"
)

// view is what a server shows, and a name for it.
type view struct {
	title string
	sees  suite.Sees
}

var views = []view{
	{"A server that shows state and offers", suite.SeesState | suite.SeesOffers | suite.SeesVerdict},
	{
		"A server that shows state, offers, pending operation and reason",
		suite.SeesState | suite.SeesOffers | suite.SeesPending | suite.SeesReason | suite.SeesVerdict,
	},
}

// row is one kind of tests.
type row struct {
	name  string
	cells [2][]string // by direction
}

func (v view) write(w io.Writer, recordings string) error {
	var rows []row
	var states, firstOrder, hidden [2]int
	for n, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		m, err := suite.New(suite.Spec{Direction: d, Sees: v.sees})
		if err != nil {
			return err
		}
		sets, err := testsOf(m, recordings)
		if err != nil {
			return err
		}
		states[n] = m.States()
		for i, set := range sets {
			tests, inputs := 0, 0
			first, behind := kill(m, func(yield func(suite.Word) bool) {
				for word := range set.words {
					tests++
					inputs += len(word)
					if !yield(word) {
						return
					}
				}
			})
			if i == len(rows) {
				rows = append(rows, row{name: set.name})
			}
			rows[i].cells[n] = []string{count(tests), count(inputs), percent(first), percent(behind)}
			firstOrder[n], hidden[n] = first.Total, behind.Total
		}
	}
	fmt.Fprintf(w, "\n## %s\n\n", v.title)
	for n, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		fmt.Fprintf(w, "%v: %d states, %s mutants of first order, %s behind an extra state.\n", d, states[n],
			count(firstOrder[n]), count(hidden[n]))
	}
	fmt.Fprint(w, "\n| | Incoming: tests | inputs | first order | extra state | Outgoing: tests | inputs | first order | extra state |\n"+
		"|---|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	for _, r := range rows {
		fmt.Fprintf(w, "| %s |", r.name)
		for _, cells := range r.cells {
			for _, c := range cells {
				fmt.Fprintf(w, " %s |", c)
			}
		}
		fmt.Fprintln(w)
	}
	return nil
}

// kill adds up the tallies of the first order, and those behind an extra state.
func kill(m *suite.Machine, tests func(func(suite.Word) bool)) (first, behind suite.Tally) {
	for f, tally := range m.Kill(tests) {
		sum := &first
		if suite.Fault(f).Hidden() {
			sum = &behind
		}
		sum.Killed += tally.Killed
		sum.Total += tally.Total
	}
	return first, behind
}

// percent returns a share, rounded down to a tenth of a percent. It is 100 % only if all are killed.
func percent(t suite.Tally) string {
	tenths := t.Killed * 1000 / t.Total
	switch {
	case t.Killed == t.Total:
		return "100 %"
	case t.Killed == 0:
		return "0"
	case tenths == 0:
		return "< 0.1 %"
	}
	return fmt.Sprintf("%d.%d %%", tenths/10, tenths%10)
}

// count returns a number with a comma between thousands.
func count(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
