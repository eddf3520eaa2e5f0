package report

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"slices"

	"github.com/avinvite/avinvite/fsm/recording"
	"github.com/avinvite/avinvite/transitions"
)

// position is the line of a byte and its column in UTF-16 code units, both counted from 1.
type position struct{ line, column int }

// lines returns the positions of bytes in the text of a recording, which it reads again, and whether the bytes are those of
// the file: they are not if it is packed. It returns none of a pipe, which cannot be read twice, and of a redacted text.
func (r Recording) lines(offsets []int64) (found map[int64]position, plain bool) {
	if info, err := os.Stat(r.Name); r.Redacted || r.Name == "-" || err != nil || !info.Mode().IsRegular() {
		return nil, false
	}
	file, err := os.Open(r.Name)
	if err != nil {
		return nil, false
	}
	defer file.Close()
	if plain = !recording.Packed(file); len(offsets) == 0 {
		return nil, plain
	}
	if _, err = file.Seek(0, io.SeekStart); err != nil {
		return nil, plain
	}
	text, err := recording.Unpack(file)
	if err != nil {
		return nil, plain
	}
	slices.Sort(offsets)
	return positions(bufio.NewReaderSize(text, 1<<16), offsets), plain
}

// positions returns the positions of bytes in a text. The offsets must be sorted.
func positions(in *bufio.Reader, offsets []int64) map[int64]position {
	found := map[int64]position{}
	at, next := int64(0), position{1, 1}
	for _, offset := range offsets {
		for at < offset {
			_, _ = in.Peek(1) // fills the buffer; at the end of the text, it stays empty
			text, _ := in.Peek(int(min(offset-at, int64(in.Buffered()))))
			if len(text) == 0 {
				return found
			}
			if n := bytes.LastIndexByte(text, '\n'); n >= 0 {
				next.line += bytes.Count(text, []byte("\n"))
				next.column = 1 + transitions.UTF16Len(text[n+1:])
			} else {
				next.column += transitions.UTF16Len(text)
			}
			at += int64(len(text))
			_, _ = in.Discard(len(text))
		}
		found[offset] = next
	}
	return found
}
