package main

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/avinvite/avinvite/codes"
)

func newCatalogue() *cobra.Command {
	command := &cobra.Command{
		Use:   "catalogue",
		Short: "Print the codes, subcodes and reasons for people or programs",
		Long: `
Print the whole catalogue of codes.

The JSON is an object. Its members asynchronous and synchronous are the rows of
the specification, in its order and to the letter. The member reasons has the
facts about each pair of code and subcode; codes and subcodes are all known
words, those of other resources included. The CSV has all of these in one table,
whose first column is the kind of the row. The Markdown is a page for people.`,
		Example: `  avinvite catalogue | jq -r '.reasons[] | select(.retry == "later") | .subcode'
  avinvite catalogue --format csv > codes.csv
  avinvite catalogue --format markdown > CODES.md`,
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	format := choose(command, "format", "FORMAT", "json, csv or markdown", "json", "json", "csv", "markdown")
	command.RunE = func(*cobra.Command, []string) error {
		switch *format {
		case "csv":
			return write(command, catalogueCSV())
		case "markdown":
			return write(command, []byte(codes.Markdown()))
		}
		return write(command, []byte(codes.JSON()))
	}
	return command
}

// catalogueCSV has a row for each row, code and subcode, and in an asynchronous row what is known of its reason.
func catalogueCSV() []byte {
	var out bytes.Buffer
	// The buffer takes everything, so the writer cannot fail.
	w := csv.NewWriter(&out)
	_ = w.Write([]string{
		"kind", "name", "code", "http", "subcode", "text", "otherText", "otherSource",
		"directions", "basis", "source", "actor", "actorBasis", "states", "retry", "advice", "explanation",
	})
	for row := range codes.Rows() {
		r := row.Reason
		var fits []string
		for _, d := range []codes.Direction{codes.Incoming, codes.Outgoing} {
			if r.Fits(d) {
				fits = append(fits, d.String())
			}
		}
		var states []string
		for _, e := range r.States() {
			states = append(states, e.State.String())
		}
		actor, actorBasis := r.Actor()
		retry, advice := r.Retry()
		_ = w.Write([]string{
			"asynchronous", r.String(), string(r.Code()), httpCell(r.Code().HTTP()), string(r.Subcode()),
			row.Text, row.OtherText, row.OtherSource,
			strings.Join(fits, " or "), r.Basis().String(), r.Source(), actor.String(), actorBasis.String(),
			strings.Join(states, " or "), retry.String(), advice, r.Explanation(),
		})
	}
	const of = 17 // columns
	for s := range codes.SynchronousErrors() {
		text, source := s.OtherText()
		row := []string{
			"synchronous", s.String(), string(s.Code()), httpCell(s.HTTP()), string(s.Subcode()),
			s.Description(), text, source,
		}
		_ = w.Write(append(row, make([]string, of-len(row))...))
	}
	for c := range allCodes() {
		source, _ := c.Published()
		row := [of]string{0: "code", 1: string(c), 2: string(c), 3: httpCell(c.HTTP()), 10: source}
		_ = w.Write(row[:])
	}
	for s := range allSubcodes() {
		source, _ := s.Published()
		row := [of]string{0: "subcode", 1: string(s), 4: string(s), 10: source}
		_ = w.Write(row[:])
	}
	w.Flush()
	return out.Bytes()
}

// httpCell is an HTTP status, blank if there is none.
func httpCell(http int) string {
	if http == 0 {
		return ""
	}
	return strconv.Itoa(http)
}
