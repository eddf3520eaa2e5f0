package eventchannel_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/avinvite/avinvite/fsm/eventchannel"
)

// Each step keeps an invitation and says which number it must have, from 1; joined is the number of the one that it
// absorbs. A step without either forgets.
func TestCorrelator(t *testing.T) {
	type step struct {
		href, operation string
		number, joined  int
	}
	for _, tt := range []struct {
		name  string
		steps []step
	}{
		{
			"by href, whatever the query",
			[]step{{"i/1?a=1", "", 1, 0}, {"i/1?a=2", "", 1, 0}, {"i/1", "", 1, 0}, {"i/2", "", 2, 0}},
		},
		{"by operation", []step{{"", "a", 1, 0}, {"", "b", 2, 0}, {"", "a", 1, 0}}},
		{"href and operation", []step{{"i/1", "a", 1, 0}, {"i/1", "", 1, 0}, {"", "a", 1, 0}, {"i/2", "b", 2, 0}}},
		{
			"the event before the answer",
			[]step{{"", "a", 1, 0}, {"i/1?x", "a", 1, 0}, {"i/1", "a", 1, 0}, {"i/1", "", 1, 0}},
		},
		{"the answer before the event", []step{{"", "a", 1, 0}, {"i/1", "a", 1, 0}, {"i/1", "", 1, 0}}},
		{
			"a bare event before the answer",
			[]step{{"", "a", 1, 0}, {"i/1", "", 2, 0}, {"i/1", "a", 2, 1}, {"", "a", 2, 0}, {"i/1", "a", 2, 0}},
		},
		{
			"an operationId used again",
			[]step{
				{"i/1", "a", 1, 0}, {"i/2", "a", 2, 0}, {"", "a", 2, 0},
				{"i/1", "", 1, 0}, {"i/1", "a", 1, 0}, {"", "a", 1, 0},
			},
		},
		{"another operationId", []step{{"i/1", "a", 1, 0}, {"i/1", "b", 1, 0}, {"", "b", 1, 0}, {"", "a", 2, 0}}},
		{
			"forgotten by href",
			[]step{{"i/1", "a", 1, 0}, {"i/1?x", "", 0, 0}, {"", "a", 2, 0}, {"i/1", "", 3, 0}, {"i/1", "a", 3, 2}},
		},
		{"forgotten by operation", []step{{"i/1", "a", 1, 0}, {"", "a", 0, 0}, {"i/1", "a", 2, 0}}},
		{
			"an operationId used again is not forgotten",
			[]step{{"i/1", "a", 1, 0}, {"i/2", "a", 2, 0}, {"i/1", "", 0, 0}, {"", "a", 2, 0}},
		},
		{"forgotten, though never known", []step{{"i/1", "a", 0, 0}, {"", "", 0, 0}, {"i/1", "a", 1, 0}}},
		{"nothing to know it by", []step{{"", "", 1, 0}, {"", "", 2, 0}}},
	} {
		var c eventchannel.Correlator[int]
		last := 0
		for n, s := range tt.steps {
			if s.number == 0 {
				c.Forget(s.href, s.operation)
				if k := c.Lookup(s.href, s.operation); k != nil {
					t.Errorf("%s, step %d: %d is still there", tt.name, n+1, *k)
				}
				continue
			}
			value, joined := c.Keep(s.href, s.operation)
			if *value == 0 {
				last++
				*value = last
			}
			got := step{s.href, s.operation, *value, 0}
			if joined != nil {
				got.joined = *joined
			}
			if got != s {
				t.Errorf("%s, step %d: %+v, want %+v", tt.name, n+1, got, s)
			}
			if k := c.Lookup(s.href, s.operation); (s.href != "" || s.operation != "") && k != value {
				t.Errorf("%s, step %d: Lookup has something else", tt.name, n+1)
			}
		}
	}
}

// However the events and answers of some invitations are mixed, each is one as soon as its href and its operationId
// have come together, and nothing is left of those that are forgotten.
func TestCorrelatorJoins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var c eventchannel.Correlator[map[int]bool] // the invitations of which something is kept
		keep := func(n int, href, operation string) {
			value, joined := c.Keep(href, operation)
			if *value == nil {
				*value = map[int]bool{}
			}
			(*value)[n] = true
			if joined != nil {
				for other := range *joined {
					(*value)[other] = true
				}
			}
		}
		const invitations = 3
		href := func(n int) string { return fmt.Sprint("i/", n) }
		operation := func(n int) string { return fmt.Sprint("op-", n) }
		together, seen := map[int]bool{}, map[int]bool{}
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			n := rapid.IntRange(1, invitations).Draw(t, "invitation")
			switch rapid.IntRange(0, 2).Draw(t, "known by") {
			case 0:
				keep(n, href(n)+"?x", "")
			case 1:
				keep(n, "", operation(n))
			case 2:
				keep(n, href(n), operation(n))
				together[n] = true
			}
			seen[n] = true
		}
		for n := range seen {
			a, b := c.Lookup(href(n), ""), c.Lookup("", operation(n))
			if together[n] && a != b {
				t.Errorf("%d is two", n)
			}
			for _, v := range []*map[int]bool{a, b} {
				if v != nil && (len(*v) != 1 || !(*v)[n]) {
					t.Errorf("%d is kept with others: %v", n, *v)
				}
			}
		}
		for n := range seen {
			c.Forget(href(n), "")
			c.Forget("", operation(n))
		}
		if c.Size() > 0 {
			t.Errorf("%d hrefs and operationIds are left", c.Size())
		}
	})
}
