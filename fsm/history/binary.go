package history

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// version is the first byte of a history in binary.
const version = 1

// MarshalBinary returns the history as bytes: each reason once, as JSON, and at most 40 bytes for each event. Equal
// histories have equal bytes.
func (h History) MarshalBinary() ([]byte, error) {
	var reasons [][]byte
	numbers := make([]int, len(h.entries)) // of the reasons, from 1
	for n, e := range h.entries {
		if e.Reason == nil {
			continue
		}
		text, err := written(e.Reason)
		if err != nil {
			return nil, fmt.Errorf("history: the reason cannot be written: %w", err)
		}
		k := slices.IndexFunc(reasons, func(r []byte) bool { return string(r) == string(text) })
		if k < 0 {
			k = len(reasons)
			reasons = append(reasons, text)
		}
		numbers[n] = k + 1
	}
	b := binary.AppendUvarint([]byte{version}, uint64(len(reasons)))
	for _, r := range reasons {
		b = append(binary.AppendUvarint(b, uint64(len(r))), r...)
	}
	b = binary.AppendUvarint(b, uint64(len(h.entries)))
	for n, e := range h.entries {
		b = binary.BigEndian.AppendUint64(b, e.Document)
		b = binary.BigEndian.AppendUint64(b, uint64(e.Time))
		b = binary.BigEndian.AppendUint32(b, e.Key)
		b = binary.AppendUvarint(b, uint64(e.Number))
		b = binary.AppendUvarint(b, uint64(e.Index))
		b = append(b, byte(e.Event.Type), byte(e.Event.State), byte(e.Event.Reason), byte(e.Offered), byte(e.Direction)<<5|byte(e.Odd))
		b = binary.AppendUvarint(b, uint64(numbers[n]))
	}
	return b, nil
}

// errBinary is the error of bytes that MarshalBinary has not written.
var errBinary = errors.New("history: not a history in binary, want bytes that MarshalBinary has written")

// UnmarshalBinary reads bytes that MarshalBinary has written. For any other bytes it returns an error, and the history
// stays unchanged.
func (h *History) UnmarshalBinary(data []byte) error {
	r := reader{left: data}
	if r.byte() != version {
		return errBinary
	}
	reasons := make([]*codes.Error, 0, min(r.count(), MaxEvents))
	for range cap(reasons) {
		reason := new(codes.Error)
		if text := r.bytes(r.count()); r.failed || !jsontext.Value(text).IsValid() || reason.UnmarshalJSON(text) != nil {
			return errBinary
		}
		reasons = append(reasons, reason)
	}
	var read History
	for range min(r.count(), MaxEvents) {
		e := Entry{
			Origin: Origin{Document: r.uint64()}, Time: int64(r.uint64()),
		}
		e.Key = uint32(r.uint64Of(4))
		e.Number, e.Index = uint32(r.count()), uint32(r.count())
		e.Event = transitions.Event{
			Type: transitions.EventType(r.byte()), State: transitions.State(r.byte()), Reason: codes.Reason(r.byte()),
		}
		e.Offered = transitions.OperationSet(r.byte())
		flags := r.byte()
		e.Direction, e.Odd = transitions.Direction(flags>>5), Oddities(flags&31)
		if k := r.count(); k > len(reasons) {
			return errBinary
		} else if k > 0 {
			e.Reason = reasons[k-1]
		}
		if r.failed {
			return errBinary
		}
		read.Add(e)
	}
	if r.failed || len(r.left) > 0 {
		return errBinary
	}
	*h = read
	return nil
}

// reader reads from bytes until they end too early.
type reader struct {
	left   []byte
	failed bool
}

func (r *reader) bytes(n int) []byte {
	if n < 0 || n > len(r.left) {
		r.failed, r.left = true, nil
		return nil
	}
	b := r.left[:n]
	r.left = r.left[n:]
	return b
}

func (r *reader) byte() byte { return byte(r.uint64Of(1)) }

func (r *reader) uint64() uint64 { return r.uint64Of(8) }

// uint64Of reads a number of so many bytes.
func (r *reader) uint64Of(size int) (n uint64) {
	for _, b := range r.bytes(size) {
		n = n<<8 | uint64(b)
	}
	return n
}

// count reads a number that is small as a rule.
func (r *reader) count() int {
	n, size := binary.Uvarint(r.left)
	if size <= 0 || n > 1<<32 {
		r.failed, r.left = true, nil
		return 0
	}
	r.left = r.left[size:]
	return int(n)
}
