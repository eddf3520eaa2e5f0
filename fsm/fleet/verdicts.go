package fleet

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/avinvite/avinvite/fsm/conformance"
)

// Verdicts yields the verdicts on all invitations of the fleet, or an error and nothing more. Before it judges, it reads
// until no message is left, and a history that changes meanwhile is read again. So everything durable before the call is
// judged. It takes memory for all invitations, as a [conformance.Checker] does.
func (f *Fleet) Verdicts(ctx context.Context) iter.Seq2[conformance.Verdict, error] {
	return func(yield func(conformance.Verdict, error) bool) {
		records, err := f.records(ctx)
		if err != nil {
			yield(conformance.Verdict{}, err)
			return
		}
		var c conformance.Checker
		for _, r := range records {
			c.AddHistory(r.Href, r.OperationID, &r.history)
		}
		for v := range c.Verdicts() {
			if !yield(v, nil) {
				return
			}
		}
	}
}

// records returns all records, by their subject.
func (f *Fleet) records(ctx context.Context) (map[string]*record, error) {
	var all map[string]*record
	err := f.retry(ctx, "reading all invitations", func(limited context.Context) error {
		all = map[string]*record{}
		start, err := f.barrier(limited)
		if err != nil {
			return err
		}
		c, err := f.stream.OrderedConsumer(limited, jetstream.OrderedConsumerConfig{
			FilterSubjects: []string{f.name + ".call.*", f.name + ".barrier"},
		})
		if err != nil {
			return err
		}
		messages, err := c.Messages()
		if err != nil {
			return err
		}
		defer messages.Stop()
		for {
			m, err := messages.Next(jetstream.NextContext(ctx))
			if err != nil {
				return err
			}
			meta, err := m.Metadata()
			if err != nil {
				return permanent(err)
			}
			if subject := m.Subject(); strings.HasPrefix(subject, f.name+".call.") {
				r := new(record)
				if err := r.UnmarshalBinary(m.Data()); err != nil {
					return permanent(fmt.Errorf("message %d: %w", meta.Sequence.Stream, err))
				}
				all[subject] = r
			}
			// A record that is written while others are read moves behind them. So everything has been read when nothing
			// is left, and not already when the messages before the start have been read.
			if meta.Sequence.Stream >= start && meta.NumPending == 0 {
				return nil
			}
		}
	})
	return all, err
}
