package export

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// report writes every cell once: state by state, what is handled, then what is refused, rule by rule.
func report(b *bytes.Buffer, d transitions.Direction) {
	var cells, handled int
	byState := map[transitions.State][]transitions.Cell{}
	for c := range transitions.Cells(d) {
		byState[c.From] = append(byState[c.From], c)
		cells++
		if c.Rule == 0 {
			handled++
		}
	}
	fmt.Fprintf(b, "// %s\n\n%v: %d cells, %d handled, %d refused.\n", generated, d, cells, handled, cells-handled)
	b.WriteString("A line is an event, the basis on which it is handled or refused, and with how many reasons.\n")
	for s := range transitions.StateCancelled + 1 {
		fmt.Fprintf(b, "\n%v\n", s)
		group(b, "handled", byState[s], func(c transitions.Cell) bool { return c.Rule == 0 })
		for rule := transitions.ErrInvalid; rule <= transitions.ErrReasonState; rule++ {
			group(b, "refused: "+strings.TrimPrefix(rule.Error(), "transitions: "), byState[s],
				func(c transitions.Cell) bool { return c.Rule == rule })
		}
	}
}

// group writes the cells that want to be in it: a line for each event, and below it the reasons if it has any.
func group(b *bytes.Buffer, title string, cells []transitions.Cell, want func(transitions.Cell) bool) {
	type line struct {
		event string
		basis codes.Basis
	}
	var lines []line
	reasons := map[line][]string{}
	for _, c := range cells {
		if !want(c) {
			continue
		}
		l := line{fmt.Sprintf("%v(%v)", c.Event.Type, c.Event.State), c.Basis}
		if _, ok := reasons[l]; !ok {
			lines = append(lines, l)
			reasons[l] = nil
		}
		reason := c.Event.Reason.String()
		if c.Event.Reason == codes.NoReason {
			reason = "no reason"
		}
		reasons[l] = append(reasons[l], reason)
	}
	if lines == nil {
		return
	}
	every := 1 // without a reason
	for range codes.Reasons() {
		every++
	}
	fmt.Fprintf(b, "  %s\n", title)
	for _, l := range lines {
		fmt.Fprintf(b, "    %-22s %-9v %2d", l.event, l.basis, len(reasons[l]))
		switch {
		case len(reasons[l]) == 1 && reasons[l][0] == "no reason":
			b.WriteString("\n")
			continue
		case len(reasons[l]) == every:
			b.WriteString(" (all)\n")
			continue
		}
		text := "\n     "
		for n, r := range reasons[l] {
			if n > 0 {
				text += ","
			}
			if len(text)+len(r) > 116 {
				b.WriteString(text)
				text = "\n     "
			}
			text += " " + r
		}
		b.WriteString(text + "\n")
	}
}
