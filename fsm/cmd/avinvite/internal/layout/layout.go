// Package layout writes text for people: labelled lines as wide as the terminal, and colours.
//
// A text from an input cannot control the terminal, because [Printable] replaces its control characters.
package layout

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/term"
)

// Width is the number of columns of a line that no terminal limits.
const Width = 80

// narrowest is the number of columns below which lines are not made shorter.
const narrowest = 40

// Page is the layout of lines.
type Page struct {
	Width  int  // the number of columns; zero for Width
	Colour bool // spans have colours
	Split  bool // a word that is too long for a line is split; without it, the line is too long
}

// PageOf returns the page for text that is written to w.
func PageOf(w io.Writer) Page {
	p := Plain()
	p.Colour = coloured(w)
	if file, ok := w.(*os.File); ok && terminal(w) {
		p.Split = true
		if columns, _, err := term.GetSize(int(file.Fd())); err == nil && columns > 0 {
			p.Width = max(columns, narrowest)
		}
	}
	return p
}

// Plain returns the page of a file: no colours, and each word whole, so that a link can be copied and searched for.
func Plain() Page { return Page{Width: Width} }

// The columns of a labelled line: the label stands after the margin, and the text begins at the indent.
const (
	Margin = 4
	Indent = 17
)

// Style is a way to show a text on a terminal, as a parameter of SGR (ECMA-48). The zero value is plain text.
type Style string

// The styles.
const (
	Bold   Style = "1"
	Red    Style = "31"
	Green  Style = "32"
	Yellow Style = "33"
)

// Span is a part of a text in one style.
type Span struct {
	Text  string
	Style Style
}

// Writer writes lines. It drops the errors of the writer below, which must keep the first one, as a bufio.Writer does.
type Writer struct {
	w io.Writer
	Page
	line line // in use by one call at a time
}

// New returns a Writer to w.
func New(w io.Writer, p Page) *Writer {
	p.Width = cmp.Or(p.Width, Width)
	return &Writer{w: w, Page: p}
}

// Title writes a text in bold on a line of its own, which it does not break.
func (w *Writer) Title(text string) { w.Row(Span{Printable(text), Bold}) }

// Row writes spans on a line of their own, which it does not break. Spaces at the end of the line are left out.
func (w *Writer) Row(spans ...Span) {
	for _, s := range spans {
		w.line.begin(s.Style)
		w.line.add(s)
	}
	w.flush()
}

// flush writes the line, and empties it.
func (w *Writer) flush() {
	l := &w.line
	text, from := bytes.TrimRight(l.text, " "), 0
	l.out = l.out[:0]
	for _, r := range l.runs {
		if until := min(r.until, len(text)); from < until {
			l.out = w.paint(l.out, text[from:until], r.style)
			from = until
		}
	}
	_, _ = w.w.Write(append(l.out, '\n'))
	l.text, l.runs = l.text[:0], l.runs[:0]
}

// Blank writes an empty line.
func (w *Writer) Blank() { fmt.Fprintln(w.w) }

// Text writes a text without a label.
func (w *Writer) Text(text string) { w.Wrap(0, 0, Span{}, Span{Text: text}) }

// Line writes a labelled text.
func (w *Writer) Line(label, text string) {
	w.Wrap(Margin, Indent, Span{Text: label}, Span{Text: text})
}

// Wrap writes a label behind a margin, and a text from a column on, in as many lines as needed. Lines break between
// words. A word that is too long for a line breaks also behind its slashes, and then between any two characters, if the
// page splits words. Text in wide characters, which has no spaces, breaks between any two of them on every page.
func (w *Writer) Wrap(margin, from int, label Span, text ...Span) {
	column := max(from, margin+Columns(label.Text))
	l := &w.line
	l.add(Span{Text: blank(margin)}, label, Span{Text: blank(column - margin - Columns(label.Text))})
	n := 0
	for word := range words(text) {
		parts := []part{word}
		if w.Split && word.columns() > w.Width-from {
			parts = word.pieces()
		}
		if w.Split || word.wide() {
			parts = chunks(parts, w.Width-from)
		}
		for m, p := range parts {
			space, columns := 0, p.columns()
			if n > 0 && m == 0 {
				space = 1
			}
			if n+m > 0 && column > from && column+space+columns > w.Width {
				w.flush()
				l.add(Span{Text: blank(from)})
				column, space = from, 0
			}
			l.space(space, p[0].Style)
			l.add(p...)
			column += space + columns
		}
		n++
	}
	w.flush()
}

func blank(columns int) string { return strings.Repeat(" ", columns) }

// line is a line in runs. Wrap begins a run only where the style changes, so that a search for several words finds them in
// colours as well.
type line struct {
	text []byte
	runs []run
	out  []byte // the text with its colours
}

// run is a part of a line in one style.
type run struct {
	style Style
	until int // where it ends in the text
}

func (l *line) begin(s Style) { l.runs = append(l.runs, run{s, len(l.text)}) }

// ends reports whether the line ends in a style.
func (l *line) ends(s Style) bool { return len(l.runs) > 0 && l.runs[len(l.runs)-1].style == s }

func (l *line) add(spans ...Span) {
	for _, s := range spans {
		if s.Text == "" {
			continue
		}
		if !l.ends(s.Style) {
			l.begin(s.Style)
		}
		l.text = append(l.text, s.Text...)
		l.runs[len(l.runs)-1].until = len(l.text)
	}
}

// space adds spaces, in a style if the span before and the span behind both have it.
func (l *line) space(columns int, behind Style) {
	if !l.ends(behind) {
		behind = ""
	}
	l.add(Span{blank(columns), behind})
}

// paint appends a text in its colour.
func (w *Writer) paint(to, text []byte, s Style) []byte {
	if !w.Colour || s == "" {
		return append(to, text...)
	}
	to = append(append(append(to, "\x1b["...), s...), 'm')
	return append(append(to, text...), "\x1b[0m"...)
}

// part is a part of a text that stays on one line.
type part []Span

func (p part) columns() (n int) {
	for _, s := range p {
		n += Columns(s.Text)
	}
	return n
}

// wide reports whether a word has wide characters.
func (p part) wide() bool {
	return slices.ContainsFunc(p, func(s Span) bool { return Columns(s.Text) > utf8.RuneCountInString(s.Text) })
}

// chunks splits the parts that are wider than that many columns.
func chunks(parts []part, columns int) (all []part) {
	for _, p := range parts {
		if p.columns() <= columns {
			all = append(all, p)
			continue
		}
		for _, s := range p {
			for _, line := range Lines(s.Text, columns) {
				all = append(all, part{{line, s.Style}})
			}
		}
	}
	return all
}

// pieces splits a word behind its slashes.
func (p part) pieces() (pieces []part) {
	open := false
	for _, s := range p {
		for piece := range strings.SplitAfterSeq(s.Text, "/") {
			if piece == "" {
				continue // behind the last slash
			}
			if !open {
				pieces = append(pieces, nil)
			}
			last := len(pieces) - 1
			pieces[last] = append(pieces[last], Span{piece, s.Style})
			open = !strings.HasSuffix(piece, "/")
		}
	}
	return pieces
}

// words yields the words of a text. A word may have several spans. It is valid until the next one.
func words(text []Span) iter.Seq[part] {
	return func(yield func(part) bool) {
		var word part
		for _, s := range text {
			for rest := s.Text; rest != ""; {
				end := strings.IndexFunc(rest, unicode.IsSpace)
				if end < 0 {
					end = len(rest)
				}
				if end > 0 {
					word = append(word, Span{Printable(rest[:end]), s.Style})
				}
				if rest = rest[end:]; rest == "" {
					break
				}
				if len(word) > 0 && !yield(word) {
					return
				}
				_, space := utf8.DecodeRuneInString(rest)
				word, rest = word[:0], rest[space:]
			}
		}
		if len(word) > 0 {
			yield(word)
		}
	}
}

// Lines breaks a text into lines of at most that many columns: between words, in a longer word behind slashes, and where
// even that is not enough between any two characters.
func Lines(text string, columns int) (lines []string) {
	columns = max(columns, 1)
	line := ""
	add := func(piece string, space bool) {
		switch {
		case line == "":
			line = piece
		case space && Columns(line)+1+Columns(piece) <= columns:
			line += " " + piece
		case !space && Columns(line)+Columns(piece) <= columns:
			line += piece
		default:
			lines = append(lines, line)
			line = piece
		}
		for Columns(line) > columns {
			head, rest, state := "", line, -1
			for {
				cluster, more, _, next := uniseg.FirstGraphemeClusterInString(rest, state)
				if head != "" && Columns(head+cluster) > columns {
					break
				}
				head, rest, state = head+cluster, more, next
			}
			lines = append(lines, head)
			line = rest
		}
	}
	for word := range strings.FieldsSeq(text) {
		word = Printable(word)
		if Columns(word) <= columns {
			add(word, true)
			continue
		}
		for n, piece := range (part{Span{Text: word}}).pieces() {
			add(piece[0].Text, n == 0)
		}
	}
	return append(lines, line)
}

// Pad returns a text with spaces behind it up to that many columns.
func Pad(text string, columns int) string {
	return text + strings.Repeat(" ", max(0, columns-Columns(text)))
}

// Columns returns the number of columns in which a terminal shows a text.
func Columns(text string) int {
	if ascii(text) {
		return len(text)
	}
	return uniseg.StringWidth(text)
}

// ascii reports whether a text has only printable characters of ASCII.
func ascii(text string) bool {
	for n := range len(text) {
		if text[n] < ' ' || text[n] > '~' {
			return false
		}
	}
	return true
}

// Last returns a text, or if it is wider than the columns, dots and the end of the text.
func Last(text string, columns int) string {
	text = Printable(text)
	if Columns(text) <= columns {
		return text
	}
	const dots = "..."
	for text != "" && Columns(text) > columns-len(dots) {
		_, text, _, _ = uniseg.FirstGraphemeClusterInString(text, -1)
	}
	return dots + text
}

// The characters without a glyph that shape their neighbours: some scripts and emoji cannot be written without them.
const (
	nonJoiner = '\u200c'
	joiner    = '\u200d'
)

// Printable replaces every control character, and any other that has no glyph, by U+FFFD. Joiners stay.
func Printable(text string) string {
	if ascii(text) {
		return text
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) || r == nonJoiner || r == joiner {
			return r
		}
		return unicode.ReplacementChar
	}, text)
}

// Count returns a number and a noun: "1 test", "2 tests".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Animated reports whether a line on w can be written over.
func Animated(w io.Writer) bool { return terminal(w) && os.Getenv("TERM") != "dumb" }

// coloured reports whether text that is written to w may have colours. See no-color.org and bixense.com/clicolors.
func coloured(w io.Writer) bool {
	force := os.Getenv("CLICOLOR_FORCE")
	switch {
	case os.Getenv("NO_COLOR") != "":
		return false
	case force != "" && force != "0":
		return true
	}
	return Animated(w)
}

// terminal reports whether w is a character device, as terminals are.
func terminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
