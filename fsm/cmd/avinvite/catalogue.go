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

The JSON is an object. Its member "schema" is the version of its form, which the
file codes/catalogue.schema.json of the source describes. Its members
"asynchronous" and "synchronous" are the rows of the specification, in its order
and to the letter. "generic" has the errors that other pages document for all
requests. "reasons" has the facts about each pair of code and subcode. "codes"
and "subcodes" list all known words, also those of other resources. The CSV has
all of these in one table, whose first column is the kind of the row. The
Markdown is a page for people.`,
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

// columns are the columns of the CSV.
var columns = []string{
	"kind", "name", "code", "http", "subcode", "text", "otherText", "otherSource",
	"directions", "basis", "source", "actor", "actorBasis", "actorSource", "states",
	"retry", "advice", "retrySource", "explanation", "litmus",
}

// catalogueCSV returns a table with a line for each row, error, code and subcode. The line of an asynchronous row has the
// facts about its reason.
func catalogueCSV() []byte {
	var out bytes.Buffer
	// The buffer takes everything, so the writer cannot fail.
	w := csv.NewWriter(&out)
	_ = w.Write(columns)
	write := func(cells map[string]string) {
		line := make([]string, len(columns))
		for n, column := range columns {
			line[n] = cells[column]
		}
		_ = w.Write(line)
	}
	for row := range codes.Rows() {
		r := row.Reason
		var fits, states []string
		for _, d := range []codes.Direction{codes.Incoming, codes.Outgoing} {
			if r.Fits(d) {
				fits = append(fits, d.String())
			}
		}
		for _, e := range r.States() {
			states = append(states, e.State.String())
		}
		actor, actorBasis := r.Actor()
		retry, advice := r.Retry()
		write(map[string]string{
			"kind": "asynchronous", "name": r.String(), "code": string(r.Code()), "http": httpCell(r.Code().HTTP()),
			"subcode": string(r.Subcode()), "text": row.Text, "otherText": row.OtherText, "otherSource": row.OtherSource,
			"directions": strings.Join(fits, " or "), "basis": r.Basis().String(), "source": r.Source().String(),
			"actor": actor.String(), "actorBasis": actorBasis.String(), "actorSource": r.ActorSource().String(),
			"states": strings.Join(states, " or "), "retry": retry.String(), "advice": advice,
			"retrySource": r.RetrySource().String(), "explanation": r.Explanation(), "litmus": r.Litmus(),
		})
	}
	for s := range codes.SynchronousErrors() {
		text, source := s.OtherText()
		write(map[string]string{
			"kind": "synchronous", "name": s.String(), "code": string(s.Code()), "http": httpCell(s.HTTP()),
			"subcode": string(s.Subcode()), "text": s.Description(), "otherText": text, "otherSource": source,
		})
	}
	for g := range codes.GenericErrors() {
		write(map[string]string{
			"kind": "generic", "name": g.Name, "code": string(g.Code), "http": httpCell(g.HTTP),
			"subcode": string(g.Subcode), "text": g.Description, "basis": g.Basis.String(), "source": g.Source.String(),
		})
	}
	for c := range allCodes() {
		source, _ := c.Published()
		write(map[string]string{
			"kind": "code", "name": string(c), "code": string(c), "http": httpCell(c.HTTP()), "text": c.Text(), "source": source,
		})
	}
	for s := range allSubcodes() {
		source, _ := s.Published()
		write(map[string]string{
			"kind": "subcode", "name": string(s), "subcode": string(s), "text": s.Text(), "source": source,
		})
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
