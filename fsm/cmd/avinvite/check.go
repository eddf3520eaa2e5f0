package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/avinvite/avinvite/fsm/conformance"
)

const checkUsage = `usage: avinvite check [-format FORMAT] FILE...

Read recordings and judge every audio/video invitation that they tell of. A FILE
is one of these, as it is or compressed by gzip:

  event documents  as the service sends them, to a client that polls or to a
                   webhook: one, or several one after the other, one per line
  a HAR            as browsers and proxies export it: the event channel's
                   answers and the application's requests, with their times

- is the standard input, a folder stands for the recordings in it (.json,
.jsonl, .ndjson, .har, .gz), and a pattern for the files that match it. Each
recording is judged by itself.

  -format FORMAT  text (default), or json: one object per invitation and line

Examples:

  avinvite check capture.har                a verdict per invitation
  avinvite check -format json a.json b.json the same for programs
  avinvite check captures/                  all recordings in a folder
  zcat log.gz | avinvite check -            from another program

A broken rule that the documentation states, or that a published payload shows,
is a violation; one that only follows from these is a deviation. In the sources,
PAGE is the reference page of ms:rtc:saas:audioVideoInvitation, and UCWA/... are
pages of the UCWA 2.0 reference.

Exit status: 0 no violations; 1 violations; 2 the arguments make no sense, or an
input cannot be read to its end: what can be read is judged all the same, also
what has been read when an interrupt comes.
`

// runCheck judges recordings.
func runCheck(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("check", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	format := flags.String("format", "text", "")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, checkUsage)
		return 0
	case err != nil:
		fmt.Fprintf(stderr, "avinvite check: %v\n%s", err, checkUsage)
		return 2
	case *format != "text" && *format != "json":
		fmt.Fprintf(stderr, "avinvite check: unknown format %q: want text or json\n", *format)
		return 2
	case flags.NArg() == 0:
		fmt.Fprintf(stderr, "avinvite check: no FILE: name a recording, or - for the standard input\n%s", checkUsage)
		return 2
	}
	// Reading makes little garbage per byte and much in all; the invitations are what stays.
	defer debug.SetGCPercent(debug.SetGCPercent(50))
	out := bufio.NewWriter(stdout)
	report := reportText
	if *format == "json" {
		report = reportJSON
	}
	var total tally
	unread := false
	for _, recording := range recordings(flags.Args()) {
		checker, err := recording.check(ctx, stdin, stderr)
		if err != nil {
			unread = true
			for line := range strings.SplitSeq(err.Error(), "\n") {
				line = strings.TrimPrefix(strings.TrimPrefix(line, "conformance: "), "eventchannel: ")
				fmt.Fprintf(stderr, "avinvite check: %s: %s\n", recording.name, line)
			}
		}
		report(out, recording.name, checker, &total)
		if ctx.Err() != nil {
			break
		}
	}
	if *format == "text" {
		fmt.Fprintln(out, total)
	}
	if err := out.Flush(); err != nil {
		fmt.Fprintln(stderr, "avinvite check:", err)
		return 2
	}
	switch {
	case unread:
		return 2
	case total[conformance.Violates] > 0:
		return 1
	}
	return 0
}

// check judges one recording. The checker is of everything that could be read, whatever the error.
func (r recording) check(ctx context.Context, stdin io.Reader, stderr io.Writer) (*conformance.Checker, error) {
	checker := new(conformance.Checker)
	if r.err != nil {
		return checker, r.err
	}
	in := stdin
	size := int64(0)
	if r.name != "-" {
		file, err := os.Open(r.name)
		if err != nil {
			return checker, errors.Unwrap(err)
		}
		defer file.Close()
		if info, err := file.Stat(); err == nil {
			size = info.Size()
		}
		in = file
	}
	m := &meter{Reader: interruptible(ctx, in)}
	if terminal(stderr) {
		defer m.show(stderr, r.name, size)()
	}
	return checker, checker.Read(m)
}

// tally counts results.
type tally [conformance.Violates + 1]int

// String is "4 invitations (conforms 3, incomplete 1)".
func (t tally) String() string {
	sum := 0
	var parts []string
	for result := conformance.Conforms; result <= conformance.Violates; result++ {
		if n := t[result]; n > 0 {
			parts = append(parts, fmt.Sprintf("%v %d", result, n))
			sum += n
		}
	}
	switch sum {
	case 0:
		return "0 invitations"
	case 1:
		return "1 invitation (" + parts[0] + ")"
	}
	return fmt.Sprintf("%d invitations (%s)", sum, strings.Join(parts, ", "))
}

func reportJSON(w io.Writer, name string, checker *conformance.Checker, total *tally) {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	for v := range checker.Verdicts() {
		total[v.Result]++
		// The writer keeps its error for the end, and a verdict has nothing that JSON cannot hold.
		_ = encoder.Encode(struct {
			File string `json:"file"`
			conformance.Verdict
		}{name, v})
	}
}

func reportText(w io.Writer, name string, checker *conformance.Checker, total *tally) {
	fmt.Fprintf(w, "%s\n\n", name)
	if checker.Len() == 0 {
		fmt.Fprint(w, "  no audio/video invitation\n\n")
	}
	for v := range checker.Verdicts() {
		total[v.Result]++
		writeVerdict(w, v)
	}
}

func writeVerdict(w io.Writer, v conformance.Verdict) {
	id := printable(v.Href)
	if id == "" {
		id = "operation " + printable(v.OperationID)
	}
	fmt.Fprintf(w, "  %s\n", id)
	if v.Href != "" && v.OperationID != "" {
		line(w, "operation", v.OperationID)
	}
	switch {
	case v.Direction == 0:
		line(w, "direction", "unknown: no event says it")
	case v.DirectionInferred:
		line(w, "direction", v.Direction.String()+": no event says it, but only this one explains them")
	default:
		line(w, "direction", v.Direction.String())
	}
	path := make([]string, len(v.Path))
	for n, s := range v.Path {
		path[n] = s.String()
	}
	line(w, "path", strings.Join(path, " -> "))
	switch {
	case v.Outcome != 0:
		writeOutcome(w, v)
	case len(v.Expects) == 0:
		line(w, "outcome", "unknown: its completion cannot be read")
	default:
		ends := make([]string, len(v.Expects))
		for n, s := range v.Expects {
			ends[n] = s.String()
		}
		line(w, "outcome", "none yet; it can still be "+strings.Join(ends, ", "))
	}
	line(w, "verdict", v.Result.String())
	for _, f := range v.Findings {
		line(w, "  "+f.Severity(), fmt.Sprintf("%s (%s)", f.Rule.Text(), f.Rule))
		line(w, "  where", f.Place.String())
		line(w, "  seen", f.Seen)
		line(w, "  expected", f.Expected)
		line(w, "  basis", f.Basis.String()+": "+f.Source)
	}
	fmt.Fprintln(w)
}

// writeOutcome says how the invitation ended: the reason as it was sent, and every text that is documented for it.
func writeOutcome(w io.Writer, v conformance.Verdict) {
	outcome := v.Outcome.String()
	if v.Error != nil {
		outcome += ", " + string(v.Error.Code)
		if v.Error.Subcode != "" {
			outcome += "/" + string(v.Error.Subcode)
		}
	}
	line(w, "outcome", outcome)
	if v.Error != nil && v.Error.Message != nil {
		line(w, "message", *v.Error.Message)
	}
	for _, text := range v.Texts {
		line(w, "documented", cmp.Or(text, noText))
	}
	if v.Outcome.Terminal() && !v.Reason.Documented() && v.Reason != 0 {
		line(w, "documented", "nothing for this reason")
	}
}

// The report is made for 80 columns.
const (
	width  = 80
	indent = 17
)

// line writes a labelled text.
func line(w io.Writer, label, text string) { wrap(w, 4, indent, label, text) }

// wrap writes a label after a margin and a text from a column on. It breaks the text between words; a word that is too long
// stays whole. What an input brings along that cannot be printed is replaced, so that it cannot command the terminal.
func wrap(w io.Writer, margin, from int, label, text string) {
	fmt.Fprintf(w, "%*s%-*s", margin, "", from-margin, label)
	column := from
	for n, word := range strings.Fields(printable(text)) {
		switch {
		case n == 0:
		case column+1+utf8.RuneCountInString(word) > width:
			fmt.Fprintf(w, "\n%*s", from, "")
			column = from
		default:
			fmt.Fprint(w, " ")
			column++
		}
		fmt.Fprint(w, word)
		column += utf8.RuneCountInString(word)
	}
	fmt.Fprintln(w)
}

func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) || unicode.IsSpace(r) {
			return r
		}
		return unicode.ReplacementChar
	}, text)
}
