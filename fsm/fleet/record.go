package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/avinvite/avinvite/fsm/history"
)

// version is the version of the stored form. A form that older replicas would misread gets another version; all
// older forms stay readable.
const version = 1

// record is an invitation as it is stored. Merging records is idempotent, commutative and associative.
type record struct {
	Href        string // as the service wrote it, made absolute; the least of several; "" if unknown
	OperationID string // likewise
	history     history.History
}

// stored is the form of a record in JSON.
type stored struct {
	Version     int    `json:"version"`
	Href        string `json:"href,omitempty"`
	OperationID string `json:"operationId,omitempty"`
	History     []byte `json:"history,omitempty"` // in binary
}

// MarshalBinary returns the record as it is stored.
func (r *record) MarshalBinary() ([]byte, error) {
	events, err := r.history.MarshalBinary()
	if err != nil {
		return nil, err
	}
	return json.Marshal(stored{version, r.Href, r.OperationID, events})
}

// UnmarshalBinary reads a record as it is stored.
func (r *record) UnmarshalBinary(data []byte) error {
	var s stored
	if err := json.Unmarshal(data, &s); err != nil {
		return fmt.Errorf("the stored form is not JSON of an invitation: %w", err)
	}
	if s.Version < 1 || s.Version > version {
		return fmt.Errorf("the stored form has version %d, and this replica reads versions up to %d; upgrade the replica", s.Version, version)
	}
	*r = record{Href: s.Href, OperationID: s.OperationID}
	return r.history.UnmarshalBinary(s.History)
}

// merge adds another record, and reports whether that changes anything.
func (r *record) merge(other *record) bool {
	changed := false
	for e := range other.history.Entries() {
		changed = r.history.Add(e) || changed
	}
	for _, text := range []struct {
		is    *string
		other string
	}{{&r.Href, other.Href}, {&r.OperationID, other.OperationID}} {
		if text.other != "" && (*text.is == "" || text.other < *text.is) {
			*text.is, changed = text.other, true
		}
	}
	return changed
}

// record reads the record under a subject, and its revision; an empty one with revision 0 if there is none. A server that
// lags behind may return an earlier one.
func (f *Fleet) record(ctx context.Context, subject string) (*record, uint64, error) {
	r := new(record)
	m, err := f.stream.GetLastMsgForSubject(ctx, subject)
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound):
		return r, 0, nil
	case err != nil:
		return nil, 0, err
	}
	if err := r.UnmarshalBinary(m.Data); err != nil {
		return nil, 0, permanent(err)
	}
	return r, m.Sequence, nil
}
