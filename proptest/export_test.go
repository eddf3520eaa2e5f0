package proptest

import (
	"cmp"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/avinvite/avinvite/transitions"
)

// Laws are the numbers of the laws that a subject is held to.
func Laws(newSubject func(transitions.Direction) Subject) []int {
	var numbers []int
	for _, l := range newKit(newSubject).laws {
		numbers = append(numbers, l.number)
	}
	return numbers
}

// Subtest is one subtest of Run in its two parts: the property that is sampled, and what the enumeration finds.
func Subtest(newSubject func(transitions.Direction) Subject, number int) (sampled func(*rapid.T), enumerated error) {
	k := newKit(newSubject)
	k.laws = slices.DeleteFunc(k.laws, func(l law) bool { return l.number != number })
	broken, stuck := k.enumerate()
	if f := cmp.Or(stuck, broken[number]); f != nil {
		enumerated = f
	}
	return k.sample(k.laws), enumerated
}

// SetPatience sets how long a subject is waited for.
func SetPatience(d time.Duration) { patience = d }
