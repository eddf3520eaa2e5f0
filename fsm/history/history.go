package history

import (
	"cmp"
	"iter"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// MaxEvents is the greatest number of events that a history keeps. A real invitation has fewer than ten.
const MaxEvents = 1000

// History is the set of the events of one invitation that have been seen. The zero History is empty and ready for use.
// It is not for concurrent use.
type History struct {
	entries []Entry // by compare, none the Same as another
}

// compare is an order that depends on nothing but the two entries: completions first, then the earliest.
func compare(a, b *Entry) int {
	completes := func(e *Entry) int {
		if e.Event.Type == transitions.EventCompleted {
			return 0
		}
		return 1
	}
	return cmp.Or(
		completes(a)-completes(b), cmp.Compare(a.Time, b.Time), cmp.Compare(a.Document, b.Document), cmp.Compare(a.Index, b.Index),
		cmp.Compare(a.Event.Type, b.Event.Type), cmp.Compare(a.Event.State, b.Event.State), cmp.Compare(a.Event.Reason, b.Event.Reason),
		cmp.Compare(a.Offered, b.Offered), cmp.Compare(a.Direction, b.Direction), cmp.Compare(text(a), text(b)),
		cmp.Compare(a.Key, b.Key), cmp.Compare(a.Number, b.Number), cmp.Compare(a.Odd, b.Odd),
	)
}

// text returns the reason of an entry for comparison.
func text(e *Entry) string {
	if e.Reason == nil {
		return ""
	}
	text, _ := written(e.Reason) // a reason that cannot be written is compared as ""
	return string(text)
}

// written returns a reason as compact JSON, with the bytes of json.Marshal. That function would add 9 % to the WebAssembly
// of a page that judges recordings.
func written(reason *codes.Error) ([]byte, error) {
	text, err := reason.MarshalJSON()
	if err != nil {
		return nil, err
	}
	return jsontext.AppendFormat(nil, text)
}

// Add adds an entry, and reports whether the event is new to the history. An event that is delivered again keeps the
// earliest time of its arrivals. Add takes time in proportion to the number of events.
func (h *History) Add(e Entry) bool {
	known := slices.IndexFunc(h.entries, func(k Entry) bool { return k.Same(&e) })
	if known >= 0 {
		if e.Time >= h.entries[known].Time {
			return false
		}
		h.entries = slices.Delete(h.entries, known, known+1)
	}
	at, _ := slices.BinarySearchFunc(h.entries, e, func(a, b Entry) int { return compare(&a, &b) })
	h.entries = slices.Insert(h.entries, at, e)
	h.entries = h.entries[:min(len(h.entries), MaxEvents)]
	return known < 0
}

// Merge adds all events of another history.
func (h *History) Merge(other *History) {
	for _, e := range other.entries {
		h.Add(e)
	}
}

// Len returns the number of events.
func (h *History) Len() int { return len(h.entries) }

// Entries yields the entries in the order of the documents.
func (h *History) Entries() iter.Seq[Entry] {
	entries := slices.Clone(h.entries)
	slices.SortFunc(entries, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Document, b.Document), cmp.Compare(a.Index, b.Index), compare(&a, &b))
	})
	Sort(entries, func(e *Entry) (Origin, int64) { return e.Origin, e.Time })
	return slices.Values(entries)
}

// Invitation returns the invitation after all events, and whether its direction is known: see [Fold.Invitation].
func (h *History) Invitation() (i transitions.Invitation, known bool) {
	var f Fold
	for e := range h.Entries() {
		f.Add(&e)
	}
	return f.Invitation()
}
