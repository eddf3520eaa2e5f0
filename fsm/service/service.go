package service

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// Config configures a [Service]. The zero Config is a service without faults, in which the other party of each call acts
// at random.
type Config struct {
	Script Script
	Limits Limits

	// Token is the bearer token that every request must have; a request without it is answered 401. "" asks for none.
	Token string

	// Recording gets a HAR of everything that the service receives and sends. [Service.Close] writes its end.
	Recording io.Writer

	// Webhook posts the documents to callbacks; nil means a client of the service's own. A callback may lead to a loopback
	// address unless the service is Remote, and to the hosts in Callbacks; any other is refused, because the client that
	// starts a call chooses the URL.
	Webhook   *http.Client
	Callbacks []string

	// Remote must be set if other machines can reach the service.
	Remote bool

	// Hosts are the names by which requests may call the service, besides localhost and IP addresses; a request with
	// another name is answered 421. This stops DNS rebinding: a web page of another site cannot reach the service by making
	// the site's name resolve to this machine. nil allows every name.
	Hosts []string
}

// Limits bound the memory that clients can make a service hold. Each comment has the default, which a zero field means,
// and what happens beyond the limit. With the defaults, calls and events take at most 1 GB, if every text in them is as
// long as allowed; a common call takes 1 kB.
type Limits struct {
	Applications int // applications; 10,000; the next one is answered 410 Gone/TooManyApplications
	Live         int // calls of an application that have not ended; 10,000; the next start is answered 429

	// calls of all applications, ended calls included; 20,000; then the call that ended first is forgotten (404), or if
	// none has ended, the next start is answered 429
	Calls int

	Events int // events of an application that wait for its polls; 10,000; one more drops them all, and the next poll gets a link resume
	Posts  int // events of an application that wait for webhooks; 10,000; further ones are dropped

	// events of all applications that wait; 20,000; then the application with the most events waiting for polls loses
	// them, as with Events
	Waiting int

	Requests int   // requests of an application at once; 100; the next one is answered 429 (UCWA/BatchingRequests.md)
	Body     int64 // bytes of the body of a request; 1 MiB; a longer one is answered 413
	Bodies   int64 // bytes of the bodies of all requests at once; 64 MiB; the request beyond it is answered 429
	Batch    int   // events in a document; 100; the others follow in the next one
	Retries  int   // repeated posts of a document to a webhook that does not take it, after pauses of 1 s, 2 s, 4 s ...; 5; then it is dropped
}

func (l *Limits) defaults() {
	for _, d := range []struct {
		limit     *int
		byDefault int
	}{
		{&l.Applications, 10_000}, {&l.Live, 10_000}, {&l.Calls, 20_000}, {&l.Events, 10_000}, {&l.Posts, 10_000},
		{&l.Waiting, 20_000}, {&l.Requests, 100},
		{&l.Batch, 100}, {&l.Retries, 5},
	} {
		*d.limit = cmp.Or(*d.limit, d.byDefault)
	}
	l.Body, l.Bodies = cmp.Or(l.Body, 1<<20), cmp.Or(l.Bodies, 64<<20)
}

// Service is a simulated Trusted Application endpoint, an [http.Handler]. Its methods may be called from any goroutine.
type Service struct {
	script    Script
	limits    Limits
	token     string
	webhook   *http.Client
	callbacks []string
	hosts     []string
	remote    bool
	recorder  *recorder
	routes    http.Handler

	context context.Context // done when the service is closed
	close   context.CancelFunc
	work    sync.WaitGroup // webhooks
	bodies  atomic.Int64   // bytes of the bodies under way
	posts   chan struct{}  // a place for each post to a webhook at a time

	mu            sync.Mutex // guards everything below
	chance        *chance    // of faults
	faults        []armed
	applications  map[string]*application // by their identifiers
	calls         map[string]*call        // by their identifiers
	conversations map[string]*call        // by the identifiers of their conversations
	number        int                     // of calls so far
	ended         []*call                 // in the order of their ends
	waiting       int                     // events of all applications: see application.held
	dropped       int                     // events that are given up
}

// New returns a service. The error names the part of the script that cannot be played.
func New(c Config) (*Service, error) {
	if err := c.Script.check(); err != nil {
		return nil, err
	}
	s := &Service{
		script: c.Script, limits: c.Limits, token: c.Token, webhook: c.Webhook, callbacks: slices.Clone(c.Callbacks),
		hosts: slices.Clone(c.Hosts), remote: c.Remote,
		recorder: newRecorder(c.Recording), posts: make(chan struct{}, 64),
		chance: newChance(c.Script.Seed, 0), applications: map[string]*application{}, calls: map[string]*call{}, conversations: map[string]*call{},
	}
	s.limits.defaults()
	s.script.Idle = cmp.Or(s.script.Idle, 180*time.Second)
	if s.webhook == nil {
		s.webhook = &http.Client{
			Timeout:       patience,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // to a host that is not allowed
		}
	}
	for _, f := range c.Script.Faults {
		s.faults = append(s.faults, armed{Fault: f})
	}
	s.context, s.close = context.WithCancel(context.Background())
	s.routes = s.newRoutes()
	if _, err := s.hook(&call{}); err != nil {
		return nil, fmt.Errorf("service: script, /callback: %q, want http or https to this machine, or to a host of Config.Callbacks (avinvite serve: --callback-host)", s.script.Callback)
	}
	_, err := s.application(DefaultEndpoint, localhost)
	return s, err
}

// Close ends the service: polls are answered 503, nothing happens to calls any more, and no webhook is called. It waits
// for the webhooks under way, and writes the end of the recording. It returns the first error in writing the recording.
func (s *Service) Close() error {
	s.close()
	s.mu.Lock()
	for _, c := range s.calls {
		c.stop()
	}
	for _, a := range s.applications {
		a.stop()
	}
	s.mu.Unlock()
	s.work.Wait()
	return s.recorder.close()
}

// Call is the real state of a call, for a test to compare with the state in a client.
type Call struct {
	Href        string                 `json:"href"` // the path of the invitation
	OperationID string                 `json:"operationId"`
	Endpoint    string                 `json:"endpoint"`
	To          string                 `json:"to"`
	Invitation  transitions.Invitation `json:"invitation"`
	Accepted    int                    `json:"accepted"` // how often accept or acceptAndBridge has been carried out
}

// Calls returns the calls that the service holds, in the order of their beginnings. It does not hold the calls that a
// resume has removed, nor those beyond Limits.Calls.
func (s *Service) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*call, 0, len(s.calls))
	for _, c := range s.calls {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b *call) int { return cmp.Compare(a.number, b.number) })
	list := make([]Call, len(all))
	for n, c := range all {
		list[n] = c.public()
	}
	return list
}

// Dropped returns the number of events that the service will not deliver any more: see [Limits].
func (s *Service) Dropped() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dropped
}

// Ring makes the call i to an application at once; i.After is ignored. Without an endpoint the call is to the application
// of [DefaultEndpoint]. The error names the fault of the call, or the limit that the call would pass.
func (s *Service) Ring(i Incoming) (Call, error) {
	if err := i.check(transitions.Incoming); err != nil {
		return Call{}, fmt.Errorf("service: the call, %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.application(i.Endpoint, localhost)
	if err != nil {
		return Call{}, err
	}
	c, err := s.ring(a, i)
	if err != nil {
		return Call{}, err
	}
	return c.public(), nil
}

// limited is the refusal of a request that would pass a limit.
type limited struct {
	what  string
	limit int
	body  codes.Error
}

func (l *limited) Error() string {
	return fmt.Sprintf("service: more than %d %s, answered %d %s", l.limit, l.what, l.body.Code.HTTP(), codes.Pair(l.body.Code, l.body.Subcode))
}
