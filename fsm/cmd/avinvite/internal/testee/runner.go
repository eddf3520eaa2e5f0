package testee

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/suite"
)

const (
	window   = 64      // tests under way
	restarts = 3       // of a testee that does not answer
	longest  = 1 << 20 // bytes of a line
	grace    = time.Second
)

// Options change a run.
type Options struct {
	K               uint
	Representatives bool // one input of each class alone
	Directions      []transitions.Direction
	Timeout         time.Duration // without a line of the testee
	Lenient         bool          // failures that are Inferred are excused

	// Progress is called now and then.
	Progress func(done, total int)
}

// Run runs the suites on a testee. The report is complete even if the run ends early; then [Report.Err] has the reason.
func Run(ctx context.Context, open Opener, o Options) *Report {
	r := &runner{Options: o, open: open, failures: failures{}, skipped: map[string]*Skip{}, answers: map[string]suite.Answer{}}
	r.report.K = o.K
	began := time.Now()
	err := r.run(ctx)
	r.report.Took = time.Since(began)
	if r.report.Interrupted = ctx.Err() != nil; !r.report.Interrupted {
		r.report.Err = err
	}
	r.report.conclude(r)
	return &r.report
}

type runner struct {
	Options
	open     Opener
	report   Report
	plans    []*plan
	failures failures
	skipped  map[string]*Skip // by reason
	answers  map[string]suite.Answer
	done     int // tests without another try

	flight map[string]*test // the tests without an answer, by ID
	order  []*test          // the same in the order of sending, with some that have been answered
	again  []*test          // were under way when the testee was ended
}

// run starts the testee, again if need be, until all tests are done.
func (r *runner) run(ctx context.Context) error {
	s, err := r.begin(ctx)
	if err != nil {
		return err
	}
	next, stop := iter.Pull2(r.tests())
	defer stop()
	for {
		how, err := r.serve(ctx, s, next)
		switch {
		case err != nil:
			s.end(0)
			return err
		case how == "":
			s.end(grace)
			return nil
		}
		// A testee that has closed its output has mostly ended, or will do so at once.
		wait := grace
		if how == silent {
			wait = 0
		}
		if ended := s.end(wait); ended != "" {
			how += " (" + ended + ")"
		}
		r.blame(how)
		if r.report.Restarts == restarts {
			return fmt.Errorf("given up: the testee was started again %d times, and still %s", restarts, how)
		}
		r.report.Restarts++
		if s, err = r.begin(ctx); err != nil {
			return fmt.Errorf("starting the testee again: %w", err)
		}
	}
}

// begin starts the testee and reads its hello. The first one decides about the suites.
func (r *runner) begin(ctx context.Context) (*session, error) {
	conn, err := r.open()
	if err != nil {
		return nil, err
	}
	s := start(conn)
	s.send([]byte(greeting))
	fail := func(wait time.Duration, text string) (*session, error) {
		if ended := s.end(wait); ended != "" {
			text += " (" + ended + ")"
		}
		return nil, errors.New(text + `; it must answer the line ` + greeting[:len(greeting)-1] + ` with a hello`)
	}
	select {
	case <-ctx.Done():
		s.end(0)
		return nil, ctx.Err()
	case <-time.After(r.Timeout):
		return fail(0, fmt.Sprintf("the testee sent no hello in %v", r.Timeout))
	case line, more := <-s.lines:
		if !more {
			if s.err != nil {
				s.end(0)
				return nil, s.err
			}
			return fail(grace, "the testee ended without a hello")
		}
		h, err := readHello(line)
		if err != nil {
			s.end(0)
			return nil, newProtocolError(1, line, err)
		}
		if r.plans != nil {
			return s, nil
		}
		r.report.Hello = h
		for _, d := range r.Directions {
			p, err := newPlan(h, d, r.Options)
			if err != nil {
				return nil, err
			}
			r.plans = append(r.plans, p)
			part := newPart(p)
			r.report.Parts = append(r.report.Parts, part)
			r.report.Planned += part.Tests + part.Encodings
		}
	}
	return s, nil
}

// tests yields the tests of all directions.
func (r *runner) tests() iter.Seq2[*test, error] {
	return func(yield func(*test, error) bool) {
		for _, p := range r.plans {
			for t, err := range p.tests() {
				if !yield(t, err) {
					return
				}
			}
		}
	}
}

const silent = "sent nothing"

// serve has the testee answer tests. It returns "" when all are answered, and otherwise what the testee did.
func (r *runner) serve(ctx context.Context, s *session, next func() (*test, error, bool)) (how string, err error) {
	r.flight, r.order = map[string]*test{}, nil
	timer := time.NewTimer(r.Timeout)
	defer timer.Stop()
	for more := true; ; {
		for more && len(r.flight) < window {
			var t *test
			if len(r.again) > 0 {
				t, r.again = r.again[0], r.again[1:]
			} else if t, err, more = next(); err != nil {
				return "", err
			} else if !more {
				break
			}
			r.flight[t.ID] = t
			r.order = append(r.order, t)
			s.send(t.line)
		}
		if len(r.flight) == 0 {
			return "", nil
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-timer.C:
			return silent, nil
		case line, more := <-s.lines:
			if !more {
				if s.err != nil {
					return "", s.err
				}
				return "ended", nil
			}
			timer.Reset(r.Timeout)
			if err := r.answer(line); err != nil {
				return "", newProtocolError(s.number, line, err)
			}
			s.number++
		}
	}
}

// answer takes a line of the testee.
func (r *runner) answer(line []byte) error {
	reply, err := readReply(line, func(id string) (steps int, ok bool) {
		t, ok := r.flight[id]
		if ok {
			steps = len(t.Steps)
		}
		return steps, ok
	})
	if err != nil {
		return err
	}
	t := r.flight[*reply.ID]
	delete(r.flight, t.ID)
	t.answered = true
	for len(r.order) > 0 && r.order[0].answered {
		r.order = r.order[1:]
	}
	switch {
	case reply.Skip != nil:
		skip := r.skipped[*reply.Skip]
		if skip == nil {
			skip = &Skip{Because: *reply.Skip, ID: t.ID}
			r.skipped[*reply.Skip] = skip
		}
		skip.Tests++
	case reply.Error != nil:
		r.fail(cell{because: *reply.Error}, t, OwnError, *reply.Error)
	default:
		r.report.Tests++
		r.report.Symbols += len(t.Steps)
		if at, f := t.judge(reply.Answers, r.read); f != nil {
			f.order = r.done
			r.report.Failed++
			r.failures.add(at, f)
		}
	}
	r.step()
	return nil
}

func (r *runner) step() {
	r.done++
	if r.Progress != nil {
		r.Progress(r.done, r.report.Planned)
	}
}

// fail records a test without answers.
func (r *runner) fail(at cell, t *test, class Class, because string) {
	r.report.Failed++
	r.failures.add(at, &found{plan: t.plan, order: r.done, class: class, Failure: Failure{
		Direction: t.direction, ID: t.ID, Word: t.Steps, Because: because, Tests: 1, Basis: codes.Inferred,
	}})
}

// blame takes the oldest test without an answer for what the testee choked on. The others are tried again.
func (r *runner) blame(how string) {
	var others []*test
	oldest := true
	for _, t := range r.order {
		switch {
		case t.answered:
		case oldest:
			oldest = false
			r.fail(cell{id: t.ID}, t, NoAnswer, "the testee "+how)
			r.step()
		default:
			others = append(others, t)
		}
	}
	r.again = append(others, r.again...)
}

// distinct limits the answers that are remembered. The reference has some hundred.
const distinct = 10_000

// read reads an answer. Few are different, so that each is read once.
func (r *runner) read(text json.RawMessage) (a suite.Answer, err error) {
	if a, known := r.answers[string(text)]; known {
		return a, nil
	}
	if err := json.Unmarshal(text, &a); err != nil {
		return a, err
	}
	if len(r.answers) < distinct {
		r.answers[string(text)] = a
	}
	return a, nil
}

// session is a testee that was started.
type session struct {
	conn   Conn
	lines  chan []byte // that it sends; closed at the end
	err    error       // of reading, once lines is closed
	out    chan []byte // lines for it
	done   chan struct{}
	number int // of the line that is read next
}

func start(conn Conn) *session {
	s := &session{conn: conn, lines: make(chan []byte, window), out: make(chan []byte, window+1), done: make(chan struct{}), number: 2}
	go s.write()
	go s.read()
	return s
}

// send never waits: there is room for all tests that may be under way.
func (s *session) send(line []byte) { s.out <- line }

// write writes the lines that are sent, in as few pieces as possible. It drops errors, because reading then fails as well.
func (s *session) write() {
	w := bufio.NewWriterSize(s.conn, 1<<16)
	for line := range s.out {
		_, _ = w.Write(line)
		if len(s.out) == 0 {
			_ = w.Flush()
		}
	}
	_ = s.conn.Close()
}

func (s *session) read() {
	defer close(s.lines)
	in := bufio.NewScanner(s.conn)
	in.Buffer(nil, longest)
	for in.Scan() {
		select {
		case s.lines <- bytes.Clone(in.Bytes()):
		case <-s.done:
			return
		}
	}
	if errors.Is(in.Err(), bufio.ErrTooLong) {
		s.err = fmt.Errorf("the testee's standard output has a line of more than %d bytes", longest)
	}
}

// end ends the testee, and returns how it ended by itself.
func (s *session) end(wait time.Duration) string {
	close(s.out)
	close(s.done)
	return s.conn.End(wait)
}
