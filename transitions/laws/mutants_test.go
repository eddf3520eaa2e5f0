package laws_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
)

// machine is a right machine that a mutant makes wrong in one place.
type machine struct {
	at     transitions.Invitation
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

func (m *machine) view() laws.View { return laws.ViewOf(m.at) }

// mutant is a machine that is wrong in one place, and the law that names its fault. What it leaves nil is right.
type mutant struct {
	name     string
	law      int
	tolerant bool
	begin    func(transitions.Direction) *machine
	event    func(*machine, transitions.Event) error
	do       func(*machine, transitions.Operation) error
	view     func(*machine) laws.View
}

func (mutant) begun(d transitions.Direction) *machine { return &machine{at: transitions.New(d)} }

func (m mutant) subject() func(transitions.Direction) laws.Subject {
	if m.begin == nil {
		m.begin = m.begun
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
	newSubject := laws.Live(m.begin, m.event, m.do, m.view)
	if m.tolerant {
		return laws.Tolerant(newSubject)
	}
	return newSubject
}

var errRefused = errors.New("refused")

// reads takes an event.
type reads = func(*machine, transitions.Event) error

// refuses returns a function that refuses one kind of event more than it should.
func refuses(read reads, which func(*machine, transitions.Event) bool) reads {
	return func(m *machine, e transitions.Event) error {
		if which(m, e) {
			return errRefused
		}
		return read(m, e)
	}
}

// takes returns a function that takes some events for others.
func takes(read reads, as func(*machine, transitions.Event) transitions.Event) reads {
	return func(m *machine, e transitions.Event) error { return read(m, as(m, e)) }
}

// shows returns a view function that changes something.
func shows(change func(*machine, *laws.View)) func(*machine) laws.View {
	return func(m *machine) laws.View {
		v := m.view()
		change(m, &v)
		return v
	}
}

// completes reports whether e is a completed event.
func completes(e transitions.Event) bool { return e.Type == transitions.EventCompleted }

var mutants = []mutant{
	{name: "an edge is dropped", law: 10, event: refuses((*machine).step, func(m *machine, e transitions.Event) bool {
		return m.at.State() == transitions.StateTeamRing && e == transitions.Updated(transitions.StateAlerting)
	})},
	{name: "an edge is redirected", law: 10,
		event: takes((*machine).step, func(m *machine, e transitions.Event) transitions.Event {
			if m.at.State() == transitions.StateAlerting && e == transitions.Updated(transitions.StateForwarded) {
				e.State = transitions.StateTeamRing
			}
			return e
		})},
	{name: "an update leads back to Connecting", law: 10, event: func(m *machine, e transitions.Event) error {
		if m.at.State() == transitions.StateForwarded && e == transitions.Updated(transitions.StateConnecting) {
			return m.observe(e)
		}
		return m.step(e)
	}},
	{name: "an incoming invitation rings", law: 10, event: func(m *machine, e transitions.Event) error {
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
	{name: "a pending accept excludes a decline", law: 10,
		event: refuses((*machine).step, func(m *machine, e transitions.Event) bool {
			return m.at.Pending() == transitions.OperationAccept && e.State == transitions.StateDeclined
		})},
	{name: "a cancel excludes an answer", law: 10,
		event: refuses((*machine).step, func(m *machine, e transitions.Event) bool {
			return m.at.Pending() == transitions.OperationCancel && e.State == transitions.StateConnected
		})},
	{name: "a completion leaves the operation pending", law: 10,
		do: func(m *machine, o transitions.Operation) error {
			err := m.do(o)
			m.locked = m.locked || err == nil && o == transitions.OperationForward
			return err
		},
		view: shows(func(m *machine, v *laws.View) {
			if m.locked && v.State.Terminal() {
				v.Pending = transitions.OperationForward
			}
		})},
	{name: "startAdhocMeeting becomes pending", law: 10, do: func(m *machine, o transitions.Operation) error {
		if o == transitions.OperationStartAdhocMeeting && m.at.Operations().Has(o) {
			o = transitions.OperationForward
		}
		return m.do(o)
	}},
	{name: "a late start sets back", law: 10, tolerant: true, event: func(m *machine, e transitions.Event) error {
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

	{name: "a cancel succeeds after a failure", law: 3, do: func(m *machine, o transitions.Operation) error {
		if m.at.State() == transitions.StateFailed && o == transitions.OperationCancel {
			return nil
		}
		return m.do(o)
	}},
	{name: "a hang-up fails it", law: 3, do: func(m *machine, o transitions.Operation) error {
		if m.at.HangsUp(o) {
			m.at = transitions.New(m.at.Direction())
			return m.step(transitions.Completed(transitions.StateFailed, codes.LocalFailureCanceled))
		}
		return m.do(o)
	}},

	{name: "fails without a reason", law: 4,
		event: func(m *machine, e transitions.Event) error {
			if e == transitions.Completed(transitions.StateFailed, codes.NoReason) && !m.at.Terminal() {
				return m.observe(e)
			}
			return m.step(e)
		},
		view: shows(func(_ *machine, v *laws.View) {
			if v.Reason == codes.Undocumented {
				v.Reason = codes.NoReason
			}
		})},
	{name: "succeeds with a reason", law: 4, event: func(m *machine, e transitions.Event) error {
		if e == transitions.Completed(transitions.StateConnected, codes.RemoteFailureBusy) && !m.at.Terminal() {
			return m.observe(e)
		}
		return m.step(e)
	}},
	{name: "a reason is lost", law: 4, view: shows(func(_ *machine, v *laws.View) {
		if v.Reason == codes.InformationalMissed {
			v.Reason = codes.NoReason
		}
	})},
	{name: "subcodes are dropped", law: 4, view: shows(func(_ *machine, v *laws.View) {
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
	{name: "a missed call counts as canceled", law: 5, view: shows(func(_ *machine, v *laws.View) {
		if v.Reason == codes.InformationalMissed {
			v.Reason = codes.InformationalCanceled
		}
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
	{name: "an update of the end counts as a repetition", law: 2, tolerant: true,
		event: func(m *machine, e transitions.Event) error {
			if m.at.Terminal() && e == transitions.Updated(m.at.State()) {
				return nil
			}
			return m.observe(e)
		}},
	{name: "a refused completion is believed", law: 2, tolerant: true,
		event: func(m *machine, e transitions.Event) error {
			err := m.observe(e)
			if err != nil && completes(e) && e.State.Terminal() {
				m.at = transitions.New(m.at.Direction())
				_ = m.observe(e)
			}
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

	{name: "does by turns", law: 1, do: func() func(m *machine, o transitions.Operation) error {
		turn := 0
		return func(m *machine, o transitions.Operation) error {
			if turn++; turn%2 == 0 {
				return nil
			}
			return m.do(o)
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

	{name: "offers while an operation is pending", law: 7, view: shows(func(m *machine, v *laws.View) {
		if v.Pending == transitions.OperationCancel {
			v.Offers = []transitions.Operation{transitions.OperationCancel}
		}
	})},
	{name: "does not offer the bridge", law: 7, view: shows(func(_ *machine, v *laws.View) {
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

	{name: "takes only what is legal", law: 10, tolerant: true, event: (*machine).step},
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

	{name: "an accept connects", law: 13, do: func(m *machine, o transitions.Operation) error {
		err := m.do(o)
		if err == nil && o == transitions.OperationAccept {
			return m.step(transitions.Completed(transitions.StateConnected, codes.NoReason))
		}
		return err
	}},
	{name: "the direction turns", law: 13, view: shows(func(_ *machine, v *laws.View) {
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
	{name: "looking rings once it has started", law: 13, view: func(m *machine) laws.View {
		v := m.view()
		if v.State == transitions.StateConnecting {
			_ = m.step(transitions.Updated(transitions.StateAlerting))
		}
		return v
	}},
	{name: "looking rings", law: 13, view: func(m *machine) laws.View {
		v := m.view()
		_ = m.step(transitions.Updated(transitions.StateTeamRing))
		return v
	}},
}

// TestMutants: the enumeration catches each mutant by the law that names its fault, with a finding that can be read.
func TestMutants(t *testing.T) {
	caught := map[int]bool{}
	for _, m := range mutants {
		t.Run(m.name, func(t *testing.T) {
			c, law := laws.NewChecker(m.subject(), laws.Patience), laws.All()[m.law-1]
			if !slices.ContainsFunc(c.Laws(), func(l laws.Law) bool { return l.Number == m.law }) {
				t.Fatalf("the mutant is not held to law %d", m.law)
			}
			caught[m.law] = true
			if found := c.Enumerate(c.Words(), law); len(found) == 1 {
				legible(t, found[0])
			} else {
				t.Errorf("law %d finds nothing wrong", m.law)
			}
		})
	}
	for _, l := range laws.All() {
		if l.Checked() && !caught[l.Number] {
			t.Errorf("law %d has no mutant", l.Number)
		}
	}
}

// TestAuthority: a finding about one answer has the authority of that answer, also where the law has another, and a finding
// about no answer in particular has that of the law.
func TestAuthority(t *testing.T) {
	for name, want := range map[string]string{
		"declined for a cancellation":       "Inferred: UCWA/cancel_ref.md",
		"fails without a reason":            "Stated: PAGE, Asynchronous reason codes: \"In case of failure",
		"a cancel succeeds after a failure": "Inferred: PAGE, Synchronous errors: \"Call Not Found",
		"a documented reason is unknown":    "Inferred: kenakamu/UCWA2.0-CS#36",
		"an update needs a start":           "Inferred: UCWA/EventsInUCWA.md",
		"a completion needs a start":        "Stated: UCWA/EventsInUCWA.md",
		"an update leads out of Connected":  "Stated: UCWA/OperationResource.md",
		"an edge is dropped":                "Inferred: UCWA/InvitationState_ref.md",
		"takes only what is legal":          "Inferred: UCWA/ErrorsAndInformationalMessages.md",
		"startAdhocMeeting becomes pending": "Inferred: PAGE, Links",
		"TeamRing is a dead end":            "Stated: UCWA/messagingInvitation_ref.md",
		"an unknown subcode counts as None": "Stated: PAGE, Asynchronous reason codes: \"In case of failure",
		"the direction turns":               "Inferred: PAGE, Properties",
	} {
		n := slices.IndexFunc(mutants, func(m mutant) bool { return m.name == name })
		if n < 0 {
			t.Fatalf("there is no mutant %q", name)
		}
		c := laws.NewChecker(mutants[n].subject(), laws.Patience)
		found := c.Enumerate(c.Words(), laws.All()[mutants[n].law-1])
		if len(found) != 1 || !strings.HasPrefix(found[0].Authority, want) {
			t.Errorf("%s: the finding is %v, want the authority %q", name, found, want)
		}
	}
}

// TestPanic: a finding about a panic says where it happened.
func TestPanic(t *testing.T) {
	err := laws.Enumerate(mutant{event: func(*machine, transitions.Event) error { panic("no back up pool") }}.subject())
	if want := "\nactual:   no back up pool, at mutants_test.go:"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("Enumerate returns %v, want %q", err, want)
	}
}

// legible holds a finding to what it promises: the law with its authority, the sequence in full, and an actual that is
// not what is expected. Only a finding about a new invitation has no actions.
func legible(t *testing.T, f *laws.Finding) {
	t.Helper()
	text := f.Error()
	var want strings.Builder
	fmt.Fprintf(&want, "law %d broken: %s\nstatement: %s\nbasis: %s\n%v invitation, shortest sequence found:\n",
		f.Law.Number, f.Law.Name, f.Law.Statement, f.Authority, f.Direction)
	for n, a := range f.Actions {
		fmt.Fprintf(&want, "\t%d. %v\n", n+1, a)
	}
	_, answers, _ := strings.Cut(text, "\nexpected: ")
	expected, actual, _ := strings.Cut(answers, "\nactual:   ")
	if _, source, _ := strings.Cut(f.Authority, ": "); !strings.HasPrefix(text, want.String()) || expected == actual || source == "" {
		t.Errorf("this does not tell what is wrong:\n%s", text)
	}
}
