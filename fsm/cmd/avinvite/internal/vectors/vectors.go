// Package vectors reads files of conformance vectors, and compares the answers in two of them.
package vectors

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/avinvite/avinvite/transitions/suite"
)

// ErrOther is returned for a file that does not begin with the head of vectors.
var ErrOther = errors.New("no vectors: the first line is no object with the schema " + suite.Schema)

// longest limits the first line.
const longest = 1 << 16

// Is reports whether a file holds vectors. begins is the beginning of the file: at least its first line, or 64 kB.
func Is(begins []byte) bool {
	line, _, _ := bytes.Cut(begins, []byte("\n"))
	var head suite.Head
	return json.Unmarshal(line, &head) == nil && head.Schema == suite.Schema
}

// Peek returns the beginning of a file for Is, and a reader of the whole file.
func Peek(in io.Reader) (begins []byte, whole *bufio.Reader) {
	whole = bufio.NewReaderSize(in, longest)
	begins, _ = whole.Peek(longest) // what there is; reading returns the error
	return begins, whole
}

// Read reads the head of a file, and returns a sequence of its tests, which ends at the first error.
func Read(in io.Reader) (suite.Head, iter.Seq2[suite.Test, error], error) {
	var head suite.Head
	begins, whole := Peek(in)
	if !Is(begins) {
		return head, nil, ErrOther
	}
	lines := json.NewDecoder(whole)
	if err := lines.Decode(&head); err != nil {
		return head, nil, err
	}
	return head, func(yield func(suite.Test, error) bool) {
		for n := 2; ; n++ {
			var t suite.Test
			err := lines.Decode(&t)
			switch {
			case err == io.EOF:
				return
			case err == nil && len(t.Expect) != len(t.Steps)+1:
				err = fmt.Errorf("%d expectations of %d steps, want one more", len(t.Expect), len(t.Steps))
			}
			if err != nil {
				yield(t, fmt.Errorf("test %d: %w", n-1, err))
				return
			}
			if !yield(t, nil) {
				return
			}
		}
	}, nil
}

// Key returns a word as the key of a map.
func Key(word suite.Word) string {
	b := make([]byte, 0, 4*len(word))
	for _, a := range word {
		b = append(b, byte(a.Operation), byte(a.Event.Type), byte(a.Event.State), byte(a.Event.Reason))
	}
	return string(b)
}

// Look returns an answer without the verdict: the parts that the state after the action shows.
func Look(a suite.Answer) suite.Answer {
	a.Sees &^= suite.SeesVerdict
	a.OK, a.Status, a.Code = false, 0, ""
	return a
}

// Sees returns the set of the parts with these names, which never include the verdict.
func Sees(names []string) (s suite.Sees, err error) {
	const known = suite.SeesState | suite.SeesOffers | suite.SeesPending | suite.SeesReason
	for _, name := range names {
		n := slices.Index(known.Names(), name)
		if n < 0 {
			return 0, fmt.Errorf("%q, want some of %v", name, known)
		}
		s |= 1 << n
	}
	if s == 0 {
		return 0, fmt.Errorf("nothing, want some of %v", known)
	}
	return s, nil
}

// Spec returns the machine that a file of vectors is about.
func Spec(head suite.Head) (suite.Spec, error) {
	sees, err := Sees(head.Sees)
	if err != nil {
		return suite.Spec{}, fmt.Errorf("sees: %w", err)
	}
	spec := suite.Spec{Direction: head.Direction, Mode: suite.Observe, Sees: sees}
	switch head.Role {
	case "client":
	case "server":
		spec.Mode = suite.Step
		spec.Sees |= suite.SeesVerdict
	default:
		return suite.Spec{}, fmt.Errorf("role: %q, want server or client", head.Role)
	}
	return spec, nil
}
