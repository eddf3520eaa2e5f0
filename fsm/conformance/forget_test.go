package conformance

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/history"
	"github.com/avinvite/avinvite/transitions"
)

// TestForgetLeavesNothing gives a store that forgets all kinds of items, among them many for one invitation and names that
// join invitations, and wants nothing to be left once all invitations are forgotten.
func TestForgetLeavesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := Follower{Grace: time.Hour, Limit: rapid.IntRange(1, 4).Draw(t, "limit")}
		f.begin()
		c := &f.checker
		name := func(prefix, label string) string {
			if n := rapid.IntRange(0, 5).Draw(t, label); n > 0 {
				return fmt.Sprint(prefix, n)
			}
			return ""
		}
		for at := range rapid.IntRange(1, 60).Draw(t, "items") {
			n, _ := c.find(name("https://pool.example/", "href"), name("", "operationId"))
			if n < 0 {
				continue
			}
			switch rapid.IntRange(0, 9).Draw(t, "item") {
			case 0:
				c.change(n).call = &Call{Status: 403}
				c.age(n, false)
			case 1:
				for k := range 600 {
					c.put(n, &step{Entry: history.Entry{Time: int64(at*1000 + k), Event: transitions.Event{Type: transitions.EventUpdated}}})
				}
			case 2:
				s := step{Entry: history.Entry{Time: int64(at * 1000), Reason: &codes.Error{Code: "Odd", Link: fmt.Sprint(at)}}}
				s.note(eventchannel.Place{Pointer: "/odd"}, []Finding{{Rule: RuleToken}})
				c.put(n, &s)
			default:
				e := transitions.Event{Type: rapid.SampledFrom([]transitions.EventType{
					transitions.EventStarted, transitions.EventUpdated, transitions.EventCompleted,
				}).Draw(t, "type")}
				c.put(n, &step{Entry: history.Entry{Time: int64(at * 1000), Event: e}})
			}
			f.collect()
			if limit := f.Limit; c.ages.open.length > limit || c.ages.ended.length > limit {
				t.Fatalf("%d open and %d ended, want at most %d", c.ages.open.length, c.ages.ended.length, limit)
			}
		}
		for _, q := range []*queue{&c.ages.open, &c.ages.ended} {
			for q.first != 0 {
				c.forget(q.first-1, false)
			}
		}
		blocks := 0
		for n := c.chains.free; n != 0; n = c.chains.at(n - 1).next {
			blocks++
		}
		left := map[string]int{
			"open": c.ages.open.length, "ended": c.ages.ended.length, "names": c.index.count, "rare": len(c.rare),
			"invitations": int(c.invitations.len()) - len(c.ages.unused), "blocks": int(c.chains.len()) - blocks,
			"extras": int(c.extras.len()) - len(c.unused),
		}
		for what, n := range left {
			if n != 0 {
				t.Errorf("%d %s left", n, what)
			}
		}
	})
}
