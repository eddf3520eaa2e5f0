package conformance

import "hash/maphash"

// index finds invitations by their names: a hash table with open addressing that has eight bytes an entry. It keeps no
// names, so whoever looks up compares them.
//
// The place of an entry grows with its hash, so the table can have any length, and grows by a quarter: it is never more
// than a third larger than its entries need.
type index struct {
	entries []entry
	count   int
}

// entry is a place of an index, free if its invitation is zero.
type entry struct {
	hash       uint32
	invitation int32 // counted from 1
}

// seed makes the hashes of names differ from process to process, so that no input can be made of names with one hash.
var seed = maphash.MakeSeed()

// hash returns the hash of a name of a kind; that of an href is of its identity.
func (k kind) hash(name []byte) uint32 { return uint32(maphash.Bytes(seed, name)>>32) + uint32(k) }

// home returns the first place for entries with a hash.
func (x *index) home(hash uint32) int { return int(uint64(hash) * uint64(len(x.entries)) >> 32) }

// next returns the place behind a place.
func (x *index) next(at int) int {
	if at++; at == len(x.entries) {
		return 0
	}
	return at
}

// find returns the entry with that hash for which is reports true, or else the place where one can be put.
func (x *index) find(hash uint32, is func(invitation int32) bool) *entry {
	if x.entries == nil {
		x.entries = make([]entry, 16)
	}
	for at := x.home(hash); ; at = x.next(at) {
		e := &x.entries[at]
		if e.invitation == 0 || e.hash == hash && is(e.invitation-1) {
			return e
		}
	}
}

// put takes an entry into a free place that find has returned. The places of all entries may change.
func (x *index) put(free *entry, hash uint32, invitation int32) {
	*free = entry{hash, invitation + 1}
	if x.count++; x.count <= len(x.entries)/8*7 {
		return
	}
	old := x.entries
	x.entries = make([]entry, len(old)+len(old)/4)
	for _, e := range old {
		if e.invitation != 0 {
			at := x.home(e.hash)
			for x.entries[at].invitation != 0 {
				at = x.next(at)
			}
			x.entries[at] = e
		}
	}
}

// remove removes the entry of an invitation with that hash, if there is one.
func (x *index) remove(hash uint32, invitation int32) {
	at := x.home(hash)
	for x.entries[at] != (entry{hash, invitation + 1}) {
		if x.entries[at].invitation == 0 {
			return
		}
		at = x.next(at)
	}
	x.count--
	// Each entry behind it moves up, unless it would come before its home.
	for behind := x.next(at); x.entries[behind].invitation != 0; behind = x.next(behind) {
		if x.distance(x.home(x.entries[behind].hash), behind) >= x.distance(at, behind) {
			x.entries[at] = x.entries[behind]
			at = behind
		}
	}
	x.entries[at] = entry{}
}

// distance returns the number of places from one to another behind it, which may stand before it in the table.
func (x *index) distance(from, to int) int {
	if to < from {
		to += len(x.entries)
	}
	return to - from
}
