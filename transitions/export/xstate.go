package export

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/avinvite/avinvite/transitions"
)

// xstate writes one line per event, so that a change is a diff of lines.
func xstate(b *bytes.Buffer, d transitions.Direction) {
	fmt.Fprintf(b, `{
  "description": %s,
  "id": "invitation%v",
  "initial": "None",
  "states": {`, quote(generated), d)
	comma := "\n"
	for s := range statesOf(d) {
		fmt.Fprintf(b, "%s    %s: {", comma, quote(s.String()))
		comma = ",\n"
		if s.Terminal() {
			b.WriteString("\"type\": \"final\"}")
			continue
		}
		b.WriteString("\n      \"on\": {")
		sep := "\n"
		for c := range transitions.Cells(d) {
			if c.From != s || c.Rule != 0 {
				continue
			}
			fmt.Fprintf(b, "%s        %s: {\"target\": %s, \"meta\": {\"basis\": %s, \"source\": %s}}", sep,
				quote(c.Event.Name()), quote(c.Event.State.String()), quote(c.Basis.String()), quote(c.Source.String()))
			sep = ",\n"
		}
		b.WriteString("\n      }\n    }")
	}
	b.WriteString("\n  }\n}\n")
}

// quote is s as a JSON string. Strings always have one.
func quote(s string) []byte {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return text
}
