package proptest

import (
	"time"

	"pgregory.net/rapid"

	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
)

// Sampled is the part of one subtest of Run that is sampled.
func Sampled(newSubject func(transitions.Direction) laws.Subject, number int) func(*rapid.T) {
	return sampled(laws.NewChecker(newSubject, patience), laws.All()[number-1])
}

// SetPatience sets how long a subject may take to answer.
func SetPatience(d time.Duration) { patience = d }

// Enumerated is the part of Run that is enumerated, for one law.
func Enumerated(newSubject func(transitions.Direction) laws.Subject, k uint, number int) ([]*laws.Finding, error) {
	c := laws.NewChecker(newSubject, patience)
	all, err := newComplete(c, k)
	if err != nil {
		return nil, err
	}
	return c.Enumerate(all.words(c), laws.All()[number-1]), nil
}
