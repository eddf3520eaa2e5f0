package report

import (
	"bufio"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf16"
)

// TestPositions holds the lines and columns of random texts against a count from the start.
func TestPositions(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 0))
	for range 200 {
		var text strings.Builder
		var starts []int64
		for range random.IntN(100) {
			starts = append(starts, int64(text.Len()))
			text.WriteRune([]rune{'a', '\n', 'é', '€', '𝄞'}[random.IntN(5)])
		}
		end := int64(text.Len())
		starts = append(starts, end)
		found := positions(bufio.NewReaderSize(strings.NewReader(text.String()), 16), append(starts, end+1))
		for _, start := range starts {
			before := text.String()[:start]
			line := before[strings.LastIndex(before, "\n")+1:]
			want := position{1 + strings.Count(before, "\n"), 1 + len(utf16.Encode([]rune(line)))}
			if found[start] != want {
				t.Errorf("byte %d of %q is at %v, want %v", start, text.String(), found[start], want)
			}
		}
		if beyond, ok := found[end+1]; ok {
			t.Errorf("a byte behind the end of %q is at %v", text.String(), beyond)
		}
	}
}
