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
			layout.New(&b, false).Wrap(2, 10, layout.Span{Text: "label"}, layout.Span{Text: text})
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
		layout.New(&b, colour).Wrap(2, 2, layout.Span{}, layout.Span{Text: long + " ("},
			layout.Span{Text: "violates", Style: layout.Red}, layout.Span{Text: " 1) "})
		if b.String() != want {
			t.Errorf("colour %v: %q, want %q", colour, b.String(), want)
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
