package export_test

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/export"
)

// Render writes each format for one direction of the relation.
func ExampleRender() {
	for _, f := range []export.Format{
		export.Mermaid, export.DOT, export.XState, export.SCXML, export.Promela, export.Murphi, export.Report,
	} {
		text, err := export.Render(f, transitions.Outgoing)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(f, bytes.Contains(text, []byte("Alerting")))
	}
	_, err := export.Render("uml", transitions.Outgoing)
	fmt.Println(err)
	// Output:
	// mermaid true
	// dot true
	// xstate true
	// scxml true
	// promela true
	// murphi true
	// report true
	// export: "uml" is no format, want one of mermaid, dot, xstate, scxml, promela, murphi, report
}

// A program keeps its own copy of the exports, and compares it with those of a later release.
func ExampleFiles() {
	for name, content := range export.Files() {
		if strings.HasSuffix(name, ".xstate.json") {
			fmt.Println(name, bytes.HasPrefix(content, []byte("{")))
		}
	}
	fmt.Println(bytes.Contains(export.Table(), []byte("| Outgoing | Alerting | completed | Connected |")))
	// Output:
	// incoming.xstate.json true
	// outgoing.xstate.json true
	// true
}
