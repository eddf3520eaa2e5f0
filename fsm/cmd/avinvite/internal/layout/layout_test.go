package layout_test

import (
	"strings"
	"testing"

	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/layout"
)

// TestWrap breaks between words, and a word that is too long behind slashes, wherever it stands, and writes nothing
// between its parts. No line has more than 80 columns, whatever the letters.
func TestWrap(t *testing.T) {
	for _, letters := range []string{"0123456789/", "漢字と仮名の道/", "e\u0301e\u0301e\u0301/"} {
		long := strings.Repeat(letters, 90/len([]rune(letters)))
		for _, text := range []string{
			long, "at " + long, "at " + long + " in " + long, strings.Repeat("words and ", 30), strings.Repeat("漢字 ", 50),
		} {
			var b strings.Builder
			layout.New(&b, layout.Page{Width: layout.Width, Split: true}).Wrap(2, 10, layout.Span{Text: "label"}, layout.Span{Text: text})
			lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
			for n, line := range lines {
				if layout.Columns(line) > layout.Width {
					t.Errorf("%q has more than %d columns", line, layout.Width)
				}
				if n > 0 && layout.Columns(lines[n-1]) < layout.Width/2 {
					t.Errorf("%q is short, and more comes behind it", lines[n-1])
				}
				if want := []string{"  label   ", "          "}[min(n, 1)]; line[:10] != want {
					t.Errorf("line %d begins with %q, want %q", n+1, line[:10], want)
				}
				lines[n] = line[10:]
			}
			got := strings.ReplaceAll(strings.Join(lines, ""), " ", "")
			if want := strings.ReplaceAll(text, " ", ""); got != want || strings.Contains(b.String(), "/ 0") {
				t.Errorf("Wrap(%q) writes %q", text, b.String())
			}
		}
	}
}

// TestSpans paints a part of a text. Colours take no columns.
func TestSpans(t *testing.T) {
	long := strings.Repeat("x", 66)
	for colour, want := range map[bool]string{
		false: "  " + long + " (violates\n  1)\n",
		true:  "  " + long + " (\x1b[31mviolates\x1b[0m\n  1)\n",
	} {
		var b strings.Builder
		layout.New(&b, layout.Page{Width: layout.Width, Colour: colour}).Wrap(2, 2, layout.Span{}, layout.Span{Text: long + " ("},
			layout.Span{Text: "violates", Style: layout.Red}, layout.Span{Text: " 1) "})
		if b.String() != want {
			t.Errorf("colour %v: %q, want %q", colour, b.String(), want)
		}
	}
}

// TestRun paints words of one style together, and again on the next line. The blank between two styles is plain.
func TestRun(t *testing.T) {
	var b strings.Builder
	layout.New(&b, layout.Page{Width: 40, Colour: true}).Wrap(2, 4, layout.Span{Text: "Failed ", Style: layout.Red},
		layout.Span{Text: "after some time, ended by the other side", Style: layout.Red}, layout.Span{Text: " and more"})
	want := "  \x1b[31mFailed after some time, ended by the\x1b[0m\n    \x1b[31mother side\x1b[0m and more\n"
	if b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}

// TestPrintable keeps the joiners that Persian and some emoji need, and nothing else without a glyph.
func TestPrintable(t *testing.T) {
	for text, want := range map[string]string{
		"می\u200cخواهم": "می\u200cخواهم", "👩\u200d👧": "👩\u200d👧",
		"a\u202eb\u200e\u2066\u009b\u200b\ufeff": "a\ufffdb\ufffd\ufffd\ufffd\ufffd\ufffd",
	} {
		if got := layout.Printable(text); got != want {
			t.Errorf("Printable(%q) = %q, want %q", text, got, want)
		}
	}
	if n := layout.Columns("👩\u200d👧"); n != 2 {
		t.Errorf("a family takes %d columns, want 2", n)
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0 tests", 1: "1 test", 2: "2 tests"} {
		if got := layout.Count(n, "test"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestLast(t *testing.T) {
	for _, test := range []struct {
		text    string
		columns int
		want    string
	}{
		{"abcdef", 6, "abcdef"},
		{"abcdefg", 6, "...efg"},
		{"漢字漢字", 8, "漢字漢字"},
		{"漢字漢字漢", 8, "...字漢"},
		{"abcdef", 0, "..."},
		{"\x1b[2J\n", 9, "\uFFFD[2J\uFFFD"},
	} {
		if got := layout.Last(test.text, test.columns); got != test.want {
			t.Errorf("Last(%q, %d) = %q, want %q", test.text, test.columns, got, test.want)
		}
	}
}

// TestWhole keeps a long word whole on a page that does not split words.
func TestWhole(t *testing.T) {
	long := strings.Repeat("0123456789/", 12)
	var b strings.Builder
	layout.New(&b, layout.Plain()).Line("href", long)
	if want := "    href         " + long + "\n"; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}

// TestWide breaks a text of wide characters without spaces, on a page that does not split words.
func TestWide(t *testing.T) {
	wide := strings.Repeat("漢字", 50)
	var b strings.Builder
	layout.New(&b, layout.Plain()).Line("message", wide)
	for line := range strings.Lines(b.String()) {
		if n := layout.Columns(strings.TrimSuffix(line, "\n")); n > layout.Width {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	got := strings.NewReplacer("\n", "", " ", "", "message", "").Replace(b.String())
	if got != wide {
		t.Errorf("%q, want %q in lines", b.String(), wide)
	}
}

// TestLines breaks texts of narrow and wide characters: no line is too wide, and nothing is lost.
func TestLines(t *testing.T) {
	for _, text := range []string{
		"", "one", "one two three four", "completed(Failed, RemoteFailure/MediaEncryptionNotSupported)", "漢字と仮名の道漢字と仮名の道",
		"漢字 と仮 名の 道", strings.Repeat("e\u0301", 30),
	} {
		for columns := -1; columns < 70; columns++ {
			lines := layout.Lines(text, columns)
			for _, line := range lines {
				if layout.Columns(line) > max(columns, 2) {
					t.Errorf("Lines(%q, %d) has %q of %d columns", text, columns, line, layout.Columns(line))
				}
			}
			got := strings.ReplaceAll(strings.Join(lines, ""), " ", "")
			if want := strings.ReplaceAll(text, " ", ""); got != want {
				t.Errorf("Lines(%q, %d) = %q", text, columns, lines)
			}
		}
	}
}

// TestColour asks for colours where there is no terminal.
func TestColour(t *testing.T) {
	for _, test := range []struct {
		force, no string
		want      bool
	}{{"", "", false}, {"0", "", false}, {"1", "", true}, {"1", "1", false}} {
		t.Setenv("CLICOLOR_FORCE", test.force)
		t.Setenv("NO_COLOR", test.no)
		if got := layout.PageOf(&strings.Builder{}); got.Colour != test.want || got.Split || got.Width != layout.Width {
			t.Errorf("CLICOLOR_FORCE=%s NO_COLOR=%s: %+v, want colour %v", test.force, test.no, got, test.want)
		}
	}
}
