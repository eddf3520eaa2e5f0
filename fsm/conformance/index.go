package conformance

import "hash/maphash"

// index finds invitations by their names: a hash table with open addressing that has eight bytes an entry. It keeps no
// names, so whoever looks up compares them.
type index struct {
	seed    maphash.Seed
	entries []entry
	count   int
}

// entry is a place of an index, free if its invitation is zero.
type entry struct {
	hash       uint32
	invitation int32 // counted from 1
}

// hash returns the hash of a name of a kind.
func (x *index) hash(k kind, name []byte) uint32 {
	if x.entries == nil {
		x.seed, x.entries = maphash.MakeSeed(), make([]entry, 1<<4)
	}
	return uint32(maphash.Bytes(x.seed, name)>>32) + uint32(k)
}

// find returns the place of the entry with that hash for which is reports true, or else the place where one can be put.
func (x *index) find(hash uint32, is func(invitation int32) bool) *entry {
	mask := uint32(len(x.entries) - 1)
	for at := hash & mask; ; at = (at + 1) & mask {
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
	x.entries = make([]entry, 2*len(old))
	for _, e := range old {
		if e.invitation != 0 {
			*x.find(e.hash, func(int32) bool { return false }) = e
		}
	}
}
