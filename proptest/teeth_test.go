package proptest_test

import (
	"errors"
	"flag"
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/proptest"
	"github.com/avinvite/avinvite/transitions"
)

// machine is a right machine that a mutant makes wrong in one place.
type machine struct {
	at     transitions.Invitation
	count  int // whatever the mutant counts
	locked bool
}

func (m *machine) step(e transitions.Event) (err error) {
	m.at, err = m.at.Step(e)
	return err
}

func (m *machine) observe(e transitions.Event) (err error) {
	m.at, _, err = m.at.Observe(e)
	return err
}

func (m *machine) do(o transitions.Operation) (err error) {
	m.at, err = m.at.Do(o)
	return err
}

func (m *machine) view() proptest.View { return proptest.ViewOf(m.at) }

// mutant is a machine that is wrong in one place, and the law that names its fault. What it leaves nil is right.
type mutant struct {
	name     string
	law      int
	tolerant bool
	begin    func(transitions.Direction) *machine
	event    func(*machine, transitions.Event) error
	do       func(*machine, transitions.Operation) error
	view     func(*machine) proptest.View
}

func (m mutant) subject() func(transitions.Direction) proptest.Subject {
	if m.begin == nil {
		m.begin = func(d transitions.Direction) *machine { return &machine{at: transitions.New(d)} }
	}
	if m.event == nil {
		m.event = (*machine).step
	}
	if m.do == nil {
		m.do = (*machine).do
	}
	if m.view == nil {
		m.view = (*machine).view
	}
	newSubject := proptest.Live(m.begin, m.event, m.do, m.view)
	if m.tolerant {
		return proptest.Tolerant(newSubject)
	}
	return newSubject
}

var errRefused = errors.New("refused")

// reads is what takes an event.
type reads = func(*machine, transitions.Event) error

// refuses is a reader that refuses one kind of event more than it should.
func refuses(read reads, which func(*machine, transitions.Event) bool) reads {
	return func(m *machine, e transitions.Event) error {
		if which(m, e) {
			return errRefused
		}
		return read(m, e)
	}
}

// takes is a reader that takes some events for others.
func takes(read reads, as func(*machine, transitions.Event) transitions.Event) reads {
	return func(m *machine, e transitions.Event) error { return read(m, as(m, e)) }
}

// shows is a view with something changed.
func shows(change func(*machine, *proptest.View)) func(*machine) proptest.View {
	return func(m *machine) proptest.View {
		v := m.view()
		change(m, &v)
		return v
	}
}

func completes(e transitions.Event) bool { return e.Type == transitions.EventCompleted }

var mutants = []mutant{
	{name: "an edge is dropped", law: 11, event: refuses((*machine).step, func(m *machine, e transitions.Event) bool {
		return m.at.State() == transitions.StateTeamRing && e == transitions.Updated(transitions.StateAlerting)
	})},
	{name: "an edge is redirected", law: 11,
		event: takes((*machine).step, func(m *machine, e transitions.Event) transitions.Event {
			if m.at.State() == transitions.StateAlerting && e == transitions.Updated(transitions.StateForwarded) {
				e.State = transitions.StateTeamRing
			}
			return e
		})},
	{name: "an update leads back to Connecting", law: 11, event: func(m *machine, e transitions.Event) error {
		if m.at.State() == transitions.StateForwarded && e == transitions.Updated(transitions.StateConnecting) {
			return m.observe(e)
		}
		return m.step(e)
	}},
	{name: "an incoming invitation rings", law: 11, event: func(m *machine, e transitions.Event) error {
		if m.at.Direction() == transitions.Incoming && e.State == transitions.StateAlerting && !m.at.Terminal() {
			return m.observe(e)
		}
		return m.step(e)
	}},
	{name: "a reason of the other direction is accepted", law: 4, event: func(m *machine, e transitions.Event) error {
		if e == transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy) && !m.at.Terminal() {
			return m.observe(e)
		}
		return m.step(e)
	}},
	{name: "a pending accept excludes a decline", law: 11,
		event: refuses((*machine).step, func(m *machine, e transitions.Event) bool {
			return m.at.Pending() == transitions.OperationAccept && e.State == transitions.StateDeclined
		})},
	{name: "a cancel excludes an answer", law: 11,
		event: refuses((*machine).step, func(m *machine, e transitions.Event) bool {
			return m.at.Pending() == transitions.OperationCancel && e.State == transitions.StateConnected
		})},
	{name: "a completion leaves the operation pending", law: 11,
		do: func(m *machine, o transitions.Operation) error {
			err := m.do(o)
			m.locked = m.locked || err == nil && o == transitions.OperationForward
			return err
		},
		view: shows(func(m *machine, v *proptest.View) {
			if m.locked && v.State.Terminal() {
				v.Pending = transitions.OperationForward
			}
		})},
	{name: "startAdhocMeeting becomes pending", law: 11, do: func(m *machine, o transitions.Operation) error {
		if o == transitions.OperationStartAdhocMeeting && m.at.Operations().Has(o) {
			o = transitions.OperationForward
		}
		return m.do(o)
	}},
	{name: "the sixth event is refused", law: 11, event: func(m *machine, e transitions.Event) error {
		if m.count++; m.count == 6 {
			return errRefused
		}
		return m.step(e)
	}},
	{name: "three updates start it anew", law: 11, event: func(m *machine, e transitions.Event) error {
		err := m.step(e)
		if err == nil && e.Type == transitions.EventUpdated {
			if m.count++; m.count == 3 {
				m.at = transitions.New(m.at.Direction())
			}
		}
		return err
	}},
	{name: "a late start sets back", law: 11, tolerant: true, event: func(m *machine, e transitions.Event) error {
		if e.Type == transitions.EventStarted && m.at.State().Progress() {
			e.Type = transitions.EventUpdated
		}
		return m.observe(e)
	}},

	{name: "an update leads out of Connected", law: 3, event: func(m *machine, e transitions.Event) error {
		if m.at.State() == transitions.StateConnected && e == transitions.Updated(transitions.StateConnecting) {
			m.at = transitions.New(m.at.Direction())
		}
		return m.step(e)
	}},
	{name: "the last completion wins", law: 3, tolerant: true, event: func(m *machine, e transitions.Event) error {
		if m.at.Terminal() && completes(e) {
			m.at = transitions.New(m.at.Direction())
		}
		return m.observe(e)
	}},

	{name: "a reason is lost", law: 4, view: shows(func(_ *machine, v *proptest.View) {
		if v.Reason == codes.InformationalMissed {
			v.Reason = codes.NoReason
		}
	})},
	{name: "subcodes are dropped", law: 4, view: shows(func(_ *machine, v *proptest.View) {
		if v.Reason.Documented() {
			v.Reason = codes.Alone(v.Reason.Code())
		}
	})},
	{name: "a reason is invented", law: 4,
		event: takes((*machine).step, func(m *machine, e transitions.Event) transitions.Event {
			if completes(e) && e.State == transitions.StateFailed && e.Reason == codes.NoReason {
				e.Reason = codes.ServiceFailureNone
			}
			return e
		})},
	{name: "an unknown code is accepted as documented", law: 4, tolerant: true,
		event: takes((*machine).observe, func(_ *machine, e transitions.Event) transitions.Event {
			if e.Reason == codes.Undocumented {
				e.Reason = codes.ServiceFailureNone
			}
			return e
		})},
	{name: "an unknown subcode counts as None", law: 4, tolerant: true,
		event: takes((*machine).observe, func(_ *machine, e transitions.Event) transitions.Event {
			if e.Reason == codes.Alone(codes.RemoteFailure) {
				e.Reason = codes.RemoteFailureNone
			}
			return e
		})},
	{name: "declined for a cancellation", law: 4, event: func(m *machine, e transitions.Event) error {
		if e == transitions.Completed(transitions.StateDeclined, codes.LocalFailureCanceled) && !m.at.Terminal() {
			return m.observe(e)
		}
		return m.step(e)
	}},

	{name: "a documented reason is unknown", law: 5,
		event: refuses((*machine).step, func(_ *machine, e transitions.Event) bool {
			return e.Reason == codes.LocalFailureTimeout
		})},
	{name: "a media fallback never ends it", law: 5,
		event: refuses((*machine).step, func(_ *machine, e transitions.Event) bool {
			return e.Reason == codes.InformationalMediaFallback
		})},
	{name: "TeamRing is a dead end", law: 6, event: refuses((*machine).step, func(m *machine, e transitions.Event) bool {
		return m.at.State() == transitions.StateTeamRing && completes(e)
	})},
	{name: "a forwarded invitation waits for ever", law: 6,
		event: refuses((*machine).step, func(m *machine, e transitions.Event) bool {
			return m.at.Pending() == transitions.OperationForward && completes(e)
		})},

	{name: "errors are swallowed", law: 2,
		event: func(m *machine, e transitions.Event) error { _ = m.step(e); return nil }},
	{name: "a refusal says nothing", law: 2, event: func(m *machine, e transitions.Event) error {
		if m.step(e) != nil {
			return errors.New("")
		}
		return nil
	}},
	{name: "a refusal changes the state", law: 2, event: func(m *machine, e transitions.Event) error {
		err := m.step(e)
		if err != nil && e.Type == transitions.EventStarted {
			m.at = transitions.New(m.at.Direction())
		}
		return err
	}},
	{name: "a refusal drops the pending operation", law: 2, do: func(m *machine, o transitions.Operation) error {
		err := m.do(o)
		if err != nil && m.at.Pending() != transitions.OperationNone {
			m.at, _ = transitions.New(m.at.Direction()).Step(transitions.Updated(m.at.State()))
		}
		return err
	}},
	{name: "a refusal wedges", law: 2, event: func(m *machine, e transitions.Event) error {
		if m.locked {
			return errRefused
		}
		err := m.step(e)
		m.locked = err != nil
		return err
	}},

	{name: "panics on one reason", law: 1, event: func(m *machine, e transitions.Event) error {
		if e.Reason == codes.GoneCannotRedirect {
			panic("no back up pool")
		}
		return m.step(e)
	}},
	{name: "answers by turns", law: 1, event: func() func(m *machine, e transitions.Event) error {
		turn := 0
		return func(m *machine, e transitions.Event) error {
			if e.State == transitions.StateCancelled {
				if turn++; turn%2 == 0 {
					return errRefused
				}
			}
			return m.step(e)
		}
	}()},

	{name: "panics by turns", law: 1, event: func() func(m *machine, e transitions.Event) error {
		turn := 0
		return func(m *machine, e transitions.Event) error {
			if e.State == transitions.StateCancelled {
				if turn++; turn%2 == 0 {
					panic("once too often")
				}
			}
			return m.step(e)
		}
	}()},

	{name: "offers while an operation is pending", law: 7, view: shows(func(m *machine, v *proptest.View) {
		if v.Pending == transitions.OperationCancel {
			v.Offers = []transitions.Operation{transitions.OperationCancel}
		}
	})},
	{name: "does not offer the bridge", law: 7, view: shows(func(_ *machine, v *proptest.View) {
		v.Offers = slices.DeleteFunc(v.Offers, func(o transitions.Operation) bool {
			return o == transitions.OperationAcceptAndBridge
		})
	})},
	{name: "does what is not offered", law: 7, do: func(m *machine, o transitions.Operation) error {
		_ = m.do(o)
		return nil
	}},
	{name: "answers Conflict for all", law: 8, do: func(m *machine, o transitions.Operation) error {
		if m.do(o) != nil {
			return codes.SyncConflict
		}
		return nil
	}},
	{name: "answers the other NotFound", law: 8, do: func(m *machine, o transitions.Operation) error {
		if err := m.do(o); err != nil && m.at.Terminal() {
			return codes.SyncResourceNotFound
		} else if err != nil {
			return err
		}
		return nil
	}},
	{name: "answers without a row", law: 8, do: func(m *machine, o transitions.Operation) error {
		if m.do(o) != nil {
			return errRefused
		}
		return nil
	}},

	{name: "a completion needs a start", law: 9,
		event: refuses((*machine).step, func(m *machine, e transitions.Event) bool {
			return m.at.State() == transitions.StateNone && completes(e)
		})},
	{name: "an update needs a start", law: 9, event: refuses((*machine).step, func(m *machine, e transitions.Event) bool {
		return m.at.State() == transitions.StateNone && e.Type == transitions.EventUpdated
	})},
	{name: "a failure without ringing is the service's", law: 9,
		event: takes((*machine).step, func(m *machine, e transitions.Event) transitions.Event {
			if m.at.State() <= transitions.StateConnecting && m.at.Direction() == transitions.Outgoing &&
				e.Reason == codes.RemoteFailureTimeout {
				e.Reason = codes.ServiceFailureTimeout
			}
			return e
		})},

	{name: "an unknown subcode is rejected", law: 10, tolerant: true,
		event: refuses((*machine).observe, func(_ *machine, e transitions.Event) bool {
			return e.Reason == codes.Alone(codes.LocalFailure)
		})},
	{name: "without a reason it waits for ever", law: 10, tolerant: true,
		event: refuses((*machine).observe, func(_ *machine, e transitions.Event) bool {
			return completes(e) && e.Reason == codes.NoReason && e.State != transitions.StateConnected
		})},
	{name: "knows Failed and Connected only", law: 10, tolerant: true,
		event: refuses((*machine).observe, func(_ *machine, e transitions.Event) bool {
			return e.State > transitions.StateFailed
		})},
	{name: "does not understand forwarding", law: 10, tolerant: true,
		event: refuses((*machine).observe, func(_ *machine, e transitions.Event) bool {
			return e == transitions.Updated(transitions.StateForwarded)
		})},
	{name: "a repetition is refused", law: 10, tolerant: true,
		event: refuses((*machine).observe, func(m *machine, e transitions.Event) bool {
			return m.at.Terminal()
		})},

	{name: "the direction turns", law: 13, view: shows(func(_ *machine, v *proptest.View) {
		if v.State == transitions.StateForwarded {
			v.Direction = transitions.Incoming
		}
	})},
	{name: "instances share their state", law: 13, begin: func() func(transitions.Direction) *machine {
		var one machine
		return func(d transitions.Direction) *machine { one.at = transitions.New(d); return &one }
	}()},
	{name: "a new one is as the last one was", law: 13, begin: func() func(transitions.Direction) *machine {
		var pool machine
		return func(d transitions.Direction) *machine {
			if pool.at.Direction() != d || pool.at.Terminal() {
				pool.at = transitions.New(d)
			}
			return &pool
		}
	}()},
	{name: "a new one rings already", law: 13, begin: func(d transitions.Direction) *machine {
		m := &machine{at: transitions.New(d)}
		_ = m.step(transitions.Started(transitions.StateAlerting)) // the incoming direction has no such event
		return m
	}},
	{name: "looking rings once it has started", law: 13, view: func(m *machine) proptest.View {
		v := m.view()
		if v.State == transitions.StateConnecting {
			_ = m.step(transitions.Updated(transitions.StateAlerting))
		}
		return v
	}},
	{name: "looking rings", law: 13, view: func(m *machine) proptest.View {
		v := m.view()
		_ = m.step(transitions.Updated(transitions.StateTeamRing))
		return v
	}},
}

// TestTeeth: each mutant is caught by the law that names its fault, with default settings, in each of a hundred runs.
// What the enumeration catches is caught without chance, so that two runs say what a hundred do; the long mode makes
// all of them. What only sampling catches is sampled with a hundred seeds at any time.
func TestTeeth(t *testing.T) {
	runs := min(max(2, flag.Lookup("rapid.checks").Value.(flag.Getter).Get().(int)/100), 100)
	set(t, "rapid.checks", "100")
	set(t, "rapid.nofailfile", "true")
	set(t, "rapid.shrinktime", "0s")
	caught, sampled := map[int]bool{}, 0
	for _, m := range mutants {
		t.Run(m.name, func(t *testing.T) {
			subject := m.subject()
			if !slices.Contains(proptest.Laws(subject), m.law) {
				t.Fatalf("law %d is not about it", m.law)
			}
			caught[m.law] = true
			property, enumerated := proptest.Subtest(subject, m.law)
			if enumerated == nil {
				sampled++
				for seed := 1; seed <= 100; seed++ {
					set(t, "rapid.seed", strconv.Itoa(seed))
					r := record(func(r *recorder) { rapid.Check(r, property) })
					if !r.failed {
						t.Fatalf("with seed %d law %d finds nothing wrong", seed, m.law)
					}
					legible(t, m.law, r.text.String())
				}
				return
			}
			legible(t, m.law, enumerated.Error())
			for run := 2; run <= runs; run++ {
				if _, enumerated := proptest.Subtest(subject, m.law); enumerated == nil {
					t.Fatalf("in run %d law %d finds nothing wrong", run, m.law)
				}
			}
		})
	}
	for _, n := range proptest.Laws(observe) {
		if !caught[n] {
			t.Errorf("law %d has no mutant", n)
		}
	}
	t.Logf("%d mutants: %d caught by enumeration in %d runs, %d by sampling in 100",
		len(mutants), len(mutants)-sampled, runs, sampled)
}

// legible holds the text of a finding to what it promises: the law, its basis, the sequence, and an actual that is not
// what is expected.
func legible(t *testing.T, law int, text string) {
	t.Helper()
	m := findings.FindStringSubmatch(text)
	if m == nil || m[1] != strconv.Itoa(law) || m[2] == m[3] {
		t.Errorf("this does not tell what is wrong:\n%s", text)
	}
}

var findings = regexp.MustCompile(`law (\d+) broken: .+
statement: .+
basis: (?:Stated|Sampled|Inferred|the model).+
(?:Incoming|Outgoing) invitation, shortest sequence found:
(?:\t.+\n)+(?:.+\n)+expected: (.+)
actual:   (.+)(?:
difference \(-expected \+actual\):
  .+)?`)

// set sets a flag for the time of the test.
func set(t *testing.T, name, value string) {
	t.Helper()
	f := flag.Lookup(name)
	old := f.Value.String()
	if err := f.Value.Set(value); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Value.Set(old) })
}

// recorder is a TB that fails without failing the test.
type recorder struct {
	rapid.TB // nil: what is not below is not called
	failed   bool
	text     strings.Builder
}

func record(test func(*recorder)) *recorder {
	r, done := &recorder{}, make(chan struct{})
	go func() {
		defer close(done)
		test(r)
	}()
	<-done
	return r
}

func (r *recorder) Helper()                    {}
func (r *recorder) Name() string               { return "recorder" }
func (r *recorder) Failed() bool               { return r.failed }
func (r *recorder) Logf(f string, args ...any) { fmt.Fprintf(&r.text, f+"\n", args...) }
func (r *recorder) Errorf(f string, args ...any) {
	r.failed = true
	r.Logf(f, args...)
}
func (r *recorder) FailNow()          { r.failed = true; runtime.Goexit() }
func (r *recorder) Fatal(args ...any) { r.Logf("%s", fmt.Sprint(args...)); r.FailNow() }
