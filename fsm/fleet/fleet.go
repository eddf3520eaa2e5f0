package fleet

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/avinvite/avinvite/fsm/client"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/history"
)

// Config has the settings of a fleet, which must be the same on all replicas.
type Config struct {
	// Name is the name of the stream, and the first token of its subjects; "avinvite" by default.
	Name string

	// Replicas is the number of servers that keep each invitation: by default 3, and 1 for "embed:".
	Replicas int

	// Lease is the time for which a claim is held, in whole seconds; 30 s by default, and 1 s at least. It must far exceed
	// the 99th percentile of the time in which a document is added.
	Lease time.Duration

	// Keep is how long an invitation is kept after its last new event; 7 days by default. It takes effect when the stream
	// is created.
	Keep time.Duration

	// Connect has options of the connection, such as credentials.
	Connect []nats.Option
}

// Fleet is one replica's access to the invitations of all. It is for concurrent use.
type Fleet struct {
	name    string
	lease   time.Duration
	servers []*server.Server // of this process
	conn    *nats.Conn
	js      jetstream.JetStream
	stream  jetstream.Stream

	alive atomic.Int64 // the time of the last success, or of the last change of the server, in nanoseconds since 1970
}

// Open connects a replica to its servers, and creates the stream if there is none. It tries until ctx ends, because
// servers that have just started have no leader yet. The url is one of
//
//   - "embed:DIR": one server in this process, which keeps its data in the folder;
//   - "embed3:DIR": three servers in this process, in folders of their own within the folder, for trying a cluster out;
//   - "nats://HOST:PORT", several of them separated by commas: servers that run elsewhere, with JetStream and sync_always.
//
// If a stream exists whose settings could lose an invitation, Open returns an error that names the setting.
func Open(ctx context.Context, url string, c Config) (*Fleet, error) {
	f := &Fleet{name: cmp.Or(c.Name, "avinvite"), lease: cmp.Or(c.Lease, 30*time.Second)}
	if f.lease < time.Second || f.lease%time.Second != 0 {
		return nil, fmt.Errorf("fleet: a lease of %v, want whole seconds", f.lease)
	}
	f.alive.Store(time.Now().UnixNano())
	scheme, dir, _ := strings.Cut(url, ":")
	options := append([]nats.Option{
		nats.MaxReconnects(-1), nats.ReconnectWait(100 * time.Millisecond), nats.RetryOnFailedConnect(true),
		nats.ReconnectBufSize(-1), // a write fails at once while there is no server
	}, c.Connect...)
	count := 3
	if scheme == "embed" {
		count = 1
	}
	err := error(nil)
	if strings.HasPrefix(scheme, "embed") {
		var password string
		if f.servers, password, err = embed(scheme, dir, count); err != nil {
			return nil, err
		}
		url, options = "", append(options, nats.InProcessServer(f.servers[0]), nats.UserInfo(user, password))
	}
	if f.conn, err = nats.Connect(url, options...); err != nil {
		f.Close()
		return nil, fmt.Errorf("fleet: connecting: %w", err)
	}
	f.js, err = jetstream.New(f.conn)
	if err == nil {
		err = f.open(ctx, cmp.Or(c.Replicas, count), cmp.Or(c.Keep, 7*24*time.Hour))
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// open opens the stream, and creates it if there is none.
func (f *Fleet) open(ctx context.Context, replicas int, keep time.Duration) error {
	want := jetstream.StreamConfig{
		Name:              f.name,
		Description:       "invitations, one message each, and the claims of operations",
		Subjects:          []string{f.name + ".>"},
		Storage:           jetstream.FileStorage,
		Replicas:          replicas,
		MaxMsgsPerSubject: 1,
		MaxAge:            keep,
		Discard:           jetstream.DiscardNew, // a full stream refuses events, and loses none that it has
		Duplicates:        min(keep, time.Second),
		AllowDirect:       true,
		AllowMsgTTL:       true,
	}
	err := f.retry(ctx, "opening the stream "+f.name, func(ctx context.Context) (err error) {
		f.stream, err = f.js.Stream(ctx, f.name)
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			f.stream, err = f.js.CreateStream(ctx, want)
		}
		return err
	})
	if err != nil {
		return err
	}
	is := f.stream.CachedInfo().Config
	for _, setting := range []struct {
		name      string
		good      bool
		got, want any
	}{
		{"storage", is.Storage == want.Storage, is.Storage, want.Storage},
		{"replicas", is.Replicas >= replicas, is.Replicas, replicas},
		{"max_msgs_per_subject", is.MaxMsgsPerSubject == 1, is.MaxMsgsPerSubject, 1},
		{"retention", is.Retention == want.Retention, is.Retention, want.Retention},
		{"discard", is.Discard == want.Discard, is.Discard, want.Discard},
		{"subjects", slices.Contains(is.Subjects, want.Subjects[0]), is.Subjects, want.Subjects},
		{"allow_direct", is.AllowDirect, is.AllowDirect, true},
		{"allow_msg_ttl", is.AllowMsgTTL, is.AllowMsgTTL, true},
	} {
		if !setting.good {
			return fmt.Errorf("fleet: the stream %s has %s %v, want %v; change it with nats stream edit, or use another Config.Name",
				f.name, setting.name, setting.got, setting.want)
		}
	}
	return nil
}

// Close ends the connection, and the servers of "embed:" and "embed3:". The invitations stay on disk.
func (f *Fleet) Close() {
	if f.conn != nil {
		f.conn.Close()
	}
	shutdown(f.servers)
}

// Webhook returns the handler to which the service posts documents, with the verifier of its requests: see
// [client.NewWebhook]. For a document with an invitation event, it answers 200 if [Fleet.Add] succeeds, and 503 if it
// fails. The other answers are those of [client.Webhook].
func (f *Fleet) Webhook(verify func(*http.Request) error) (*client.Webhook, error) {
	return client.NewWebhook(verify, func(r *http.Request, d *eventchannel.Document) error { return f.Add(r.Context(), d) })
}

// Add adds the events of a document. Without an error all of them are durable. Adding a document again changes nothing,
// and costs one read per invitation. Add tries until ctx ends. After an error, some of the events may have been added.
func (f *Fleet) Add(ctx context.Context, d *eventchannel.Document) error {
	var faults []error
	var keys []string
	records, now := map[string]*record{}, time.Now().UnixNano()
	for e, err := range d.Events() {
		if err != nil {
			faults = append(faults, err)
			continue
		}
		href, operationID := e.Resolve(e.Href), e.OperationID()
		key := cmp.Or(eventchannel.Identity(href), operationID)
		if records[key] == nil {
			records[key], keys = new(record), append(keys, key)
		}
		raw, one := e.Raw(), record{Href: href, OperationID: operationID}
		one.history.Add(history.NewEntry(raw, history.RawOrigin(raw), now))
		records[key].merge(&one)
	}
	for _, key := range keys {
		if err := f.merge(ctx, f.call(key), records[key]); err != nil {
			faults = append(faults, err)
		}
	}
	return errors.Join(faults...)
}

// merge adds the events of a record to those in the stream.
func (f *Fleet) merge(ctx context.Context, subject string, r *record) error {
	return f.retry(ctx, "adding events to "+cmp.Or(r.Href, r.OperationID), func(ctx context.Context) error {
		stored, seq, err := f.record(ctx, subject)
		if err != nil || !stored.merge(r) {
			return err // what has been read is durable, because servers apply only what a majority has
		}
		data, err := stored.MarshalBinary()
		if err != nil {
			return permanent(err)
		}
		_, err = f.put(ctx, subject, data, seq)
		return err
	})
}

// Load returns the history of an invitation by its key; an empty one if no event is known.
func (f *Fleet) Load(ctx context.Context, key string) (*history.History, error) {
	var r *record
	err := f.retry(ctx, "loading "+key, func(ctx context.Context) (err error) {
		subject, seq := f.call(key), uint64(0)
		if r, seq, err = f.record(ctx, subject); err != nil {
			return err
		}
		_, err = f.barrier(ctx, jetstream.WithExpectLastSequenceForSubject(seq, subject))
		return err
	})
	if err != nil {
		return nil, err
	}
	return &r.history, nil
}
