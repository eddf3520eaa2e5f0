package eventchannel_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/avinvite/avinvite/fsm/eventchannel"
)

// No text of an event stands in a block that is used again. Every block is overwritten then, and every text is looked at
// only when all blocks have been read. Map on one core has no blocks.
func TestNoTextOutlivesItsBlock(t *testing.T) {
	lines := lives(400)
	lines[150] = lines[150][:200] + "\n"
	input := strings.Join(lines, "")
	type result struct {
		e     *eventchannel.RawEvent
		texts []string
	}
	read := func(cores int) (all []string, itself int) {
		r := eventchannel.NewReader(strings.NewReader(input))
		r.SetAhead(5000)
		var kept []any
		for got := range eventchannel.MapOn(r, cores, func(e *eventchannel.RawEvent, err error) result {
			if err != nil {
				return result{nil, []string{err.Error()}}
			}
			return result{e, []string{e.Status, e.State, e.Direction, e.Sender, e.Href(), e.Reason.Error()}}
		}) {
			if kept = append(kept, got.texts); got.e == nil {
				continue
			}
			if got.e.ReadBy(r) {
				itself++
			}
			for o, href := range got.e.Offers() {
				kept = append(kept, o, string(href))
			}
			kept = append(kept, said{got.e.Event(), ""}, got.e.Document().BaseURI, got.e.Place(), string(got.e.AppendOperationID(nil)))
		}
		for _, k := range kept {
			all = append(all, fmt.Sprint(k))
		}
		return all, itself
	}
	want, _ := read(1)
	if all := strings.Join(want, " "); strings.Contains(all, "*") || !strings.Contains(all, "https://pool399.") {
		t.Fatalf("one by one: %s", all)
	}
	for _, cores := range []int{2, 8} {
		got, itself := read(cores)
		if diff := cmp.Diff(want, got); diff != "" || itself > 30 {
			t.Errorf("on %d cores, %d events not read ahead (-want +got):\n%s", cores, itself, diff)
		}
	}
}

// The documents behind a fault are read ahead again: a fault costs the block that it stands in, and no other. The last
// block is not read ahead, because it is not full.
func TestAheadAgain(t *testing.T) {
	const lines, size = 1000, 2000
	sound := about("0000") + "\n"
	for _, broken := range []string{
		sound[:90] + "\n", "garbage\n", "{\n", "\n\n", "}\n", "[\n", "{\n  \"sender\": [\n]\n}\n",
		`{"sender":[{"events":[` + event(`"type":"begun"`) + "]}]}\n",
		`{"sender":[{"events":[` + event(`"x":{"a":1,"a":2},"type":"started"`) + "]}]}\n",
		`{"sender":[{"events":[` + event(`"x":"\ud800","type":"started"`) + "]}]}\n",
	} {
		for _, faults := range []int{0, 1, 2, 7} {
			var all []string
			for n := range lines {
				all = append(all, strings.Replace(sound, "0000", fmt.Sprintf("%04d", n), 1))
			}
			for n := range faults {
				at := (faults - n) * lines / (faults + 1)
				all = slices.Insert(all, at, broken)
			}
			for _, cores := range []int{2, 8} {
				r := eventchannel.NewReader(strings.NewReader(strings.Join(all, "")))
				r.SetAhead(size)
				seen, itself := map[string]bool{}, 0
				for e := range eventchannel.MapOn(r, cores, func(e *eventchannel.RawEvent, _ error) *eventchannel.RawEvent {
					return e
				}) {
					if e == nil {
						continue
					}
					if seen[e.Href()] = true; e.ReadBy(r) {
						itself++
					}
				}
				delete(seen, "i") // of the faults
				if limit := (faults + 1) * (size / len(sound)); len(seen) != lines || itself > limit || r.Odd() > faults {
					t.Errorf("%d times %q, %d cores: %d events, %d not ahead, %d documents twice, want %d, at most %d and %d",
						faults, broken, cores, len(seen), itself, r.Odd(), lines, limit, faults)
				}
			}
		}
	}
}
