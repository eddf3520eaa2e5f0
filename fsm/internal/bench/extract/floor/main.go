// Command floor only reads a file and scans it as JSON texts: a floor below which no program can come that checks what it
// reads. It checks brackets, strings and UTF-8, and not the order of tokens.
package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"math/bits"
	"os"
	"unicode/utf8"
)

func main() {
	file, err := os.Open(os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	const room = 8
	buf, from, depth, quoted := make([]byte, 1<<17), 0, 0, false
	for {
		n, err := file.Read(buf[from:])
		if n == 0 || err == io.EOF {
			break
		}
		from, depth, quoted = scan(buf[:from+n], depth, quoted)
		if from < 0 || from > room {
			fmt.Fprintln(os.Stderr, "not JSON")
			os.Exit(1)
		}
	}
	fmt.Println(depth)
}

// scan scans a part of the input, and returns how many bytes at its end it has moved to its begin, because they may go on
// with the next part; -1 at a fault.
func scan(buf []byte, depth int, quoted bool) (left, below int, inside bool) {
	const each, top = 0x0101010101010101, 0x8080808080808080
	n := 0
	for n < len(buf) {
		if !quoted {
			switch buf[n] {
			case '{', '[':
				depth++
			case '}', ']':
				depth--
			case '"':
				quoted = true
			}
			n++
			continue
		}
		for len(buf)-n >= 8 {
			w := binary.LittleEndian.Uint64(buf[n:])
			quote, escape := w^each*'"', w^each*'\\'
			odd := ((w - each*' ') | (quote - each) | (escape - each)) & top
			if odd != 0 {
				n += bits.TrailingZeros64(odd) / 8
				break
			}
			n += 8
		}
		if n == len(buf) {
			break
		}
		switch c := buf[n]; {
		case c == '"':
			quoted = false
			n++
		case c == '\\' && len(buf)-n < 2:
			return copy(buf, buf[n:]), depth, quoted
		case c == '\\':
			n += 2
		case c < ' ':
			return -1, depth, quoted
		case c < utf8.RuneSelf:
			n++
		case !utf8.FullRune(buf[n:]):
			return copy(buf, buf[n:]), depth, quoted
		default:
			r, size := utf8.DecodeRune(buf[n:])
			if r == utf8.RuneError && size == 1 {
				return -1, depth, quoted
			}
			n += size
		}
	}
	return 0, depth, quoted
}
