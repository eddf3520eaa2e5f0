// Command generate writes the checked-in exports of the relation, or with a flag one of the other files that are
// computed from it.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/export"
)

func main() {
	dir := flag.String("dir", "generated", "write the exports into this folder")
	cells := flag.Bool("cells", false, "print every cell as JSON instead, with which internal/tools compares the exports")
	vectors := flag.String("vectors", "", "write the conformance vectors into this folder instead")
	flag.Parse()
	var err error
	switch {
	case *cells:
		err = printCells(os.Stdout)
	case *vectors != "":
		err = writeVectors(*vectors)
	default:
		err = write(*dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, content := range export.Files() {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// printCells writes what Step answers in every cell: the state that the event leads to, or null.
func printCells(w io.Writer) error {
	type cell struct {
		Direction string  `json:"direction"`
		From      string  `json:"from"`
		Event     string  `json:"event"`
		To        *string `json:"to"`
	}
	var list []cell
	for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		for c := range transitions.Cells(d) {
			line := cell{d.String(), c.From.String(), c.Event.Name(), nil}
			if c.Rule == 0 {
				to := c.Event.State.String()
				line.To = &to
			}
			list = append(list, line)
		}
	}
	return json.NewEncoder(w).Encode(list)
}
