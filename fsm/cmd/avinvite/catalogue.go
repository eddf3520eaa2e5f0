package main

import (
	"bytes"
	"encoding/csv"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/avinvite/avinvite/codes"
)

const catalogueUsage = `usage: avinvite catalogue [-format FORMAT]

Print the whole catalogue of codes.

  -format FORMAT  json (default), csv or markdown

The JSON is an object. Its members asynchronous and synchronous are the rows of
the specification, in its order and to the letter; reasons is what is known of
each pair of code and subcode; codes and subcodes are all that are published,
those of other resources included. The CSV has the same in one table, in which
the first column says what a row is of. The Markdown is a page for people.

Examples:

  avinvite catalogue | jq -r '.reasons[] | select(.retry == "later") | .subcode'
  avinvite catalogue -format csv > codes.csv
  avinvite catalogue -format markdown > CODES.md
`

// runCatalogue prints the catalogue.
func runCatalogue(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("catalogue", flag.ContinueOnError)
	format := flags.String("format", "json", "")
	status, ok := parseFlags(flags, args, catalogueUsage, stdout, stderr)
	switch {
	case !ok:
		return status
	case flags.NArg() > 0:
		fmt.Fprintf(stderr, "avinvite catalogue: unexpected argument %q; see avinvite explain\n", flags.Arg(0))
		return 2
	}
	var out []byte
	switch *format {
	case "json":
		out = []byte(codes.JSON())
	case "csv":
		out = catalogueCSV()
	case "markdown":
		out = []byte(codes.Markdown())
	default:
		fmt.Fprintf(stderr, "avinvite catalogue: unknown format %q: want json, csv or markdown\n", *format)
		return 2
	}
	return printExport(flags, out, stdout, stderr)
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
		actor, actorBasis := r.Actor()
		retry, advice := r.Retry()
		_ = w.Write([]string{
			"asynchronous", r.String(), string(r.Code()), httpCell(r.Code().HTTP()), string(r.Subcode()), row.Text, row.OtherText, row.OtherSource,
			strings.Join(fits, " or "), r.Basis().String(), r.Source(), actor.String(), actorBasis.String(),
			strings.Join(r.States(), " or "), retry.String(), advice, r.Explanation(),
		})
	}
	const of = 17 // columns
	for s := range codes.SynchronousErrors() {
		text, source := s.OtherText()
		row := []string{"synchronous", s.String(), string(s.Code()), httpCell(s.HTTP()), string(s.Subcode()), s.Description(), text, source}
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
