package history

import (
	"cmp"
	"math"
	"slices"
)

// rank is the place of an element in the order of the documents.
type rank struct {
	origin Origin
	time   int64 // of its arrival
	since  int64 // the earliest arrival of it and the documents of its key that come after it
	group  int   // the first position of an element with the same key and since
	at     int   // its position before sorting
}

// Sort sorts elements into the order of the documents. place returns the origin of an element and the time of its
// arrival. Elements of documents with the same key are sorted by the numbers of the documents. All other elements, such
// as requests with a zero origin, are sorted by time, and elements of one time keep their order. A document that
// arrived late, behind documents of its key with greater numbers, is sorted by the earliest time of arrival among those
// documents. Sort takes one pass if the elements are in order already.
func Sort[T any](elements []T, place func(*T) (Origin, int64)) {
	if sorted(elements, place) {
		return
	}
	ranks := make([]rank, len(elements))
	for n := range elements {
		o, time := place(&elements[n])
		ranks[n] = rank{o, time, time, n, n}
	}
	slices.SortFunc(ranks, func(a, b rank) int {
		return cmp.Or(cmp.Compare(a.origin.Key, b.origin.Key), cmp.Compare(b.origin.Number, a.origin.Number))
	})
	behind, ahead := int64(math.MaxInt64), int64(math.MaxInt64) // the earliest of later numbers, and of this one too
	for n := range ranks {
		r := &ranks[n]
		switch last := &ranks[max(0, n-1)]; {
		case n == 0 || r.origin.Key != last.origin.Key:
			behind, ahead = math.MaxInt64, math.MaxInt64
		case r.origin.Number != last.origin.Number:
			behind = ahead
		}
		if r.origin.Key != 0 {
			r.since = min(r.since, behind)
			ahead = min(ahead, r.since)
		}
	}
	slices.SortFunc(ranks, func(a, b rank) int {
		return cmp.Or(cmp.Compare(a.since, b.since), cmp.Compare(a.origin.Key, b.origin.Key), cmp.Compare(a.at, b.at))
	})
	for n := 1; n < len(ranks); n++ {
		if last := &ranks[n-1]; ranks[n].origin.Key != 0 && ranks[n].origin.Key == last.origin.Key && ranks[n].since == last.since {
			ranks[n].group = last.group
		}
	}
	slices.SortFunc(ranks, func(a, b rank) int {
		return cmp.Or(
			cmp.Compare(a.since, b.since), cmp.Compare(a.group, b.group), cmp.Compare(a.origin.Number, b.origin.Number),
			cmp.Compare(a.time, b.time), cmp.Compare(a.origin.Document, b.origin.Document),
			cmp.Compare(a.origin.Index, b.origin.Index), cmp.Compare(a.at, b.at),
		)
	})
	unsorted := slices.Clone(elements)
	for n, r := range ranks {
		elements[n] = unsorted[r.at]
	}
}

// sorted reports whether elements are in order, for certain: neither a time nor the number of a document is less than
// one before it.
func sorted[T any](elements []T, place func(*T) (Origin, int64)) bool {
	type number struct{ key, number uint32 }
	var room [4]number
	last, numbers := int64(0), room[:0]
	for n := range elements {
		o, time := place(&elements[n])
		if n > 0 && time < last {
			return false
		}
		if last = time; o.Key == 0 {
			continue
		}
		k := slices.IndexFunc(numbers, func(n number) bool { return n.key == o.Key })
		switch {
		case k < 0:
			numbers = append(numbers, number{o.Key, o.Number})
		case o.Number < numbers[k].number:
			return false
		default:
			numbers[k].number = o.Number
		}
	}
	return true
}
