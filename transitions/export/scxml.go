package export

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/avinvite/avinvite/transitions"
)

func scxml(b *bytes.Buffer, d transitions.Direction) {
	fmt.Fprintf(b, `<?xml version="1.0" encoding="UTF-8"?>
<!-- %s -->
<scxml xmlns="http://www.w3.org/2005/07/scxml" xmlns:on="https://github.com/avinvite/avinvite/authority"
       version="1.0" name="invitation%v" initial="None">
`, generated, d)
	for s := range statesOf(d) {
		if s.Terminal() {
			fmt.Fprintf(b, "  <final id=\"%v\"/>\n", s)
			continue
		}
		fmt.Fprintf(b, "  <state id=\"%v\">\n", s)
		for e := range of(d) {
			if e.From != s {
				continue
			}
			var names []string
			for event := range eventsOf(e) {
				names = append(names, event.Name())
			}
			fmt.Fprintf(b, "    <transition target=\"%v\" on:basis=\"%v\" on:source=\"%s\"\n      event=\"%s\"/>\n",
				e.To, e.Basis, attribute(e.Source.String()), strings.Join(names, "\n             "))
		}
		b.WriteString("  </state>\n")
	}
	b.WriteString("</scxml>\n")
}

func attribute(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		panic(err) // a strings.Builder takes everything
	}
	return b.String()
}
