package main

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"

	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
	"github.com/avinvite/avinvite/transitions/suite"
)

// set is one kind of tests for one machine.
type set struct {
	name  string
	words iter.Seq[suite.Word]
}

// testsOf returns the kinds of tests, ours first.
func testsOf(m *suite.Machine, folder string) ([]set, error) {
	recorded, err := recorded(m.Spec().Direction, folder)
	if err != nil {
		return nil, err
	}
	d := m.Spec().Direction
	return []set{
		{"**the suite for k = 1**", m.Suite(suite.Configurations, 1).Tests()},
		{"the suite for k = 0", m.Suite(suite.Configurations, 0).Tests()},
		{"`laws.Enumerate`", enumerated(d)},
		{"1,000 random walks of 30 inputs", walks(m, 1000, 30)},
		{"simple paths, as XState makes them", paths(d)},
		{"the recordings of this repository", slices.Values(recorded)},
	}, nil
}

// enumerated yields the words of laws.Enumerate.
func enumerated(d transitions.Direction) iter.Seq[suite.Word] {
	reference := laws.Pure(transitions.New, transitions.Invitation.Step, transitions.Invitation.Do, laws.ViewOf)
	return func(yield func(suite.Word) bool) {
		for direction, word := range laws.NewChecker(reference, laws.Patience).Words() {
			if direction == d && !yield(word) {
				return
			}
		}
	}
}

// walks yields words of inputs that are drawn from the whole alphabet, the same ones each time.
func walks(m *suite.Machine, number, length int) iter.Seq[suite.Word] {
	return func(yield func(suite.Word) bool) {
		r := rand.New(rand.NewPCG(uint64(number), uint64(length)))
		alphabet := m.Alphabet()
		for range number {
			word := make(suite.Word, length)
			for n := range word {
				word[n] = alphabet[r.IntN(len(alphabet))]
			}
			if !yield(word) {
				return
			}
		}
	}
}

// paths yields every path of legal events from a new invitation that visits no state twice and cannot go on.
func paths(d transitions.Direction) iter.Seq[suite.Word] {
	return func(yield func(suite.Word) bool) {
		visited := map[transitions.State]bool{}
		var visit func(i transitions.Invitation, word suite.Word) bool
		visit = func(i transitions.Invitation, word suite.Word) bool {
			visited[i.State()] = true
			defer func() { visited[i.State()] = false }()
			end := true
			for e := range i.Legal() {
				next, err := i.Step(e)
				if err != nil || visited[next.State()] {
					continue
				}
				end = false
				if !visit(next, append(slices.Clip(word), laws.Action{Event: e})) {
					return false
				}
			}
			return !end || yield(word)
		}
		visit(transitions.New(d), nil)
	}
}

// recorded returns the life of each invitation in the recordings of a folder, as words.
func recorded(d transitions.Direction, folder string) (words []suite.Word, err error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		verdicts, err := lives(filepath.Join(folder, e.Name()))
		if err != nil {
			return nil, err
		}
		for _, v := range verdicts {
			if v.Direction != d {
				continue
			}
			var word suite.Word
			for _, s := range v.Steps {
				if s.Operation != transitions.OperationNone {
					word = append(word, laws.Action{Operation: s.Operation})
				} else {
					word = append(word, laws.Action{Event: s.Event()})
				}
			}
			words = append(words, word)
		}
	}
	if words == nil {
		return nil, fmt.Errorf("%s has no %v invitation", folder, d)
	}
	return words, nil
}

// lives judges a recording.
func lives(file string) ([]conformance.Verdict, error) {
	in, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	verdicts, err := conformance.Check(in)
	if len(verdicts) == 0 && err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return verdicts, nil
}
