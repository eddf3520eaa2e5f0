package export

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// Table returns the edges and the operations of both directions as tables in Markdown, with basis and source.
func Table() []byte {
	var b bytes.Buffer
	b.WriteString("<!-- " + generated + " -->\n\n# Every edge, on whose authority\n\n")
	b.WriteString("| direction | from | event | to | reasons | basis | source |\n|---|---|---|---|---|---|---|\n")
	for e := range transitions.Edges() {
		fmt.Fprintf(&b, "| %v | %v | %v | %v | %s | %v | %s |\n",
			e.Direction, e.From, e.Type, e.To, reasons(e.Reasons), e.Basis, e.Source)
	}
	b.WriteString("\n## Every operation\n\nAn invitation in progress offers these while none is pending.\n")
	b.WriteString("One that stays pending withdraws all of them until the completion.\n\n")
	b.WriteString("| direction | operation | stays pending | basis | source |\n|---|---|---|---|---|\n")
	for o := range transitions.Offers() {
		pending := "yes"
		if !o.Pending {
			pending = "no"
		}
		fmt.Fprintf(&b, "| %v | %v | %s | %v | %s |\n", o.Direction, o.Operation, pending, o.Basis, o.Source)
	}
	return b.Bytes()
}

// reasons is a set of reasons in a few words: none, up to four by name, or how many.
func reasons(s transitions.ReasonSet) string {
	if s.Has(codes.NoReason) {
		return "none"
	}
	if s.Len() > 4 {
		return fmt.Sprintf("%d documented", s.Len())
	}
	var names []string
	for r := range s.All() {
		names = append(names, r.String())
	}
	return strings.Join(names, ", ")
}
