package transitions

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math/bits"
	"strings"

	"github.com/avinvite/avinvite/codes"
)

// ReasonSet is a set of documented reasons, one bit each. [codes.NoReason] in the set stands for an event without a
// reason.
type ReasonSet uint64

// Has reports whether r is in the set. A value that is no documented reason is in no set.
func (s ReasonSet) Has(r codes.Reason) bool { return s>>r&1 != 0 }

// Len counts the reasons in the set.
func (s ReasonSet) Len() int { return bits.OnesCount64(uint64(s)) }

// String lists the reasons in the set, separated by commas; it is "nothing" for the empty set.
func (s ReasonSet) String() string { return list(s.Len(), s.All()) }

// All yields the reasons in the set in the order of the PAGE, [codes.NoReason] first.
func (s ReasonSet) All() iter.Seq[codes.Reason] {
	return func(yield func(codes.Reason) bool) {
		for ; s != 0; s &= s - 1 {
			if !yield(codes.Reason(bits.TrailingZeros64(uint64(s)))) {
				return
			}
		}
	}
}

// MarshalJSON writes the reasons in the set as an array of their texts. A bit that stands for no reason is an error.
func (s ReasonSet) MarshalJSON() ([]byte, error) { return marshalSet(s, listed) }

// UnmarshalJSON reads an array of reasons in any order. It returns an error for a code alone, for "undocumented", and
// for a text that is no reason.
func (s *ReasonSet) UnmarshalJSON(data []byte) error { return unmarshalSet(s, data, listed) }

// listed reports whether r can be in a set.
func listed(r codes.Reason) bool { return r == codes.NoReason || r.Documented() }

// small is an enumeration whose values are the numbers of bits.
type small interface {
	~uint8
	fmt.Stringer
}

// marshalSet writes a set as an array of its members.
func marshalSet[S ~uint8 | ~uint64, V small](s S, member func(V) bool) ([]byte, error) {
	all := []V{}
	for rest := uint64(s); rest != 0; rest &= rest - 1 {
		v := V(bits.TrailingZeros64(rest))
		if !member(v) {
			return nil, fmt.Errorf("transitions: a set cannot have %v as a member", v)
		}
		all = append(all, v)
	}
	return json.Marshal(all)
}

// unmarshalSet reads what marshalSet writes.
func unmarshalSet[S ~uint8 | ~uint64, V small](s *S, data []byte, member func(V) bool) error {
	var all []*V // of pointers, because encoding/json reads a string into a slice of bytes
	if err := json.Unmarshal(data, &all); err != nil {
		return err
	}
	var read S
	for _, v := range all {
		if v == nil {
			return errors.New("transitions: a set cannot have null as a member")
		}
		if !member(*v) {
			return fmt.Errorf("transitions: a set cannot have %v as a member", *v)
		}
		read |= 1 << *v
	}
	*s = read
	return nil
}

// list joins the texts of n values.
func list[T fmt.Stringer](n int, values iter.Seq[T]) string {
	if n == 0 {
		return "nothing"
	}
	texts := make([]string, 0, n)
	for v := range values {
		texts = append(texts, v.String())
	}
	return strings.Join(texts, ", ")
}
