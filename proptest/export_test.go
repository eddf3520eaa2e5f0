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
