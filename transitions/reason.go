package transitions

import (
	"fmt"
	"iter"
	"math/bits"
	"strings"

	"github.com/avinvite/avinvite/codes"
)

// ReasonSet is a set of documented reasons, one bit each. [codes.NoReason] can be a member, too: an event without a
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
