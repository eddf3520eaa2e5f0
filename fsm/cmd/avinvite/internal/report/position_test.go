package report

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/avinvite/avinvite/fsm/eventchannel"
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

// TestLocate holds the places that SARIF names to the files as they are stored.
func TestLocate(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(folder)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err := z.Write([]byte("12\n45"))
	if err := errors.Join(err, z.Close(), os.WriteFile("packed", packed.Bytes(), 0o600), os.WriteFile("x", []byte("12\n45"), 0o600)); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, uri string
		line      int
		offset    bool
	}{
		{"x", "x", 2, true}, {"./x", "x", 2, true}, {"../" + filepath.Base(folder) + "/x", "", 2, true},
		{"packed", "packed", 2, false}, {"-", "stdin", 1, false}, {"missing", "missing", 1, false},
	} {
		r := Recording{Name: test.name}
		lines, plain := r.lines([]int64{3})
		l := r.locate(&eventchannel.Place{Offset: 3}, plain, lines)
		region := l.Physical.Region
		if uri := l.Physical.Artifact.URI; test.uri != "" && uri != test.uri || region.Line != test.line || (region.Offset != nil) != test.offset {
			t.Errorf("%s: %s, line %d, offset %v, want %+v", test.name, uri, region.Line, region.Offset, test)
		}
	}
}
