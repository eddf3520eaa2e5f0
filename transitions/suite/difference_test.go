package suite_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
	"github.com/avinvite/avinvite/transitions/suite"
)

// call is an implementation that is right but for what a test changes. flag is what it remembers beside the invitation.
type call struct {
	transitions.Invitation
	flag int
}

type implementation struct {
	event func(call, transitions.Event) (call, error)
	do    func(call, transitions.Operation) (call, error)
	view  func(call) laws.View
}

func right() implementation {
	return implementation{
		event: func(c call, e transitions.Event) (call, error) {
			next, err := c.Step(e)
			return call{next, c.flag}, err
		},
		do: func(c call, o transitions.Operation) (call, error) {
			next, err := c.Do(o)
			return call{next, c.flag}, err
		},
		view: func(c call) laws.View { return laws.ViewOf(c.Invitation) },
	}
}

// flagged is right until it has completed and one event has come so many times. Then it accepts another event, once.
func flagged(sets transitions.Event, times int, accepts transitions.Event) implementation {
	wrong := right()
	wrong.event = func(c call, e transitions.Event) (call, error) {
		if c.flag == times && e == accepts {
			return call{c.Invitation, times + 1}, nil
		}
		next, err := right().event(c, e)
		if c.Terminal() && c.flag < times && e == sets {
			next.flag++
		}
		return next, err
	}
	return wrong
}

// forgetful shows the right state after an update, and is new again.
func forgetful() implementation {
	wrong := right()
	back := func(c call) call {
		if c.flag == 1 {
			return begin(c.Direction())
		}
		return c
	}
	wrong.event = func(c call, e transitions.Event) (call, error) {
		next, err := right().event(back(c), e)
		switch {
		case err != nil:
			return c, err
		case e.Type == transitions.EventUpdated:
			next.flag = 1
		}
		return next, nil
	}
	wrong.do = func(c call, o transitions.Operation) (call, error) {
		next, err := right().do(back(c), o)
		if err != nil {
			return c, err
		}
		return next, nil
	}
	return wrong
}

func begin(d transitions.Direction) call { return call{transitions.New(d), 0} }

func (i implementation) machine(t testing.TB, spec suite.Spec) *suite.Machine {
	t.Helper()
	m, err := suite.From(spec, begin, i.event, i.do, i.view)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// subject is an implementation as it stands in a process of its own. It is a suite.Cloner.
type subject struct {
	implementation
	call
}

func (s *subject) Event(e transitions.Event) (err error) {
	s.call, err = s.event(s.call, e)
	return err
}

func (s *subject) Do(o transitions.Operation) (err error) {
	s.call, err = s.do(s.call, o)
	return err
}

func (s *subject) View() laws.View { return s.view(s.call) }

func (s *subject) Clone() laws.Subject {
	clone := *s
	return &clone
}

// fails returns the first test of a suite that the implementation fails, nil if it passes.
func (i implementation) fails(m *suite.Machine, s *suite.Suite) suite.Word {
	for word := range s.Tests() {
		at := &subject{i, begin(m.Spec().Direction)}
		for n, want := range m.Expect(word) {
			var action laws.Action
			var err error
			if n > 0 {
				action = word[n-1]
				err = action.Give(at)
			}
			if want.Differs(m.Answer(at, action, err)) != 0 {
				return word[:n]
			}
		}
	}
	return nil
}

func TestDifferences(t *testing.T) {
	spec := suite.Spec{Direction: transitions.Outgoing, Sees: served}
	m := machine(t, spec)
	for d := range m.Differences(right().machine(t, spec)) {
		t.Errorf("a machine differs from itself: %+v", d)
	}
	late := transitions.Updated(transitions.StateConnecting) // refused once the call is ringing
	wrong := right()
	wrong.event = func(c call, e transitions.Event) (call, error) {
		if e == late && c.State() == transitions.StateTeamRing {
			return call{transitions.New(transitions.Outgoing), 0}, nil
		}
		return right().event(c, e)
	}
	wrong.do = func(c call, o transitions.Operation) (call, error) {
		if c.Reason() == codes.RemoteFailureBusy {
			return c, codes.SyncConflict
		}
		return right().do(c, o)
	}
	var got []string
	for d := range m.Differences(wrong.machine(t, spec)) {
		got = append(got, fmt.Sprintf("%v: want %v, got %v: %v", d.Word, d.Want.OK, d.Got.OK, d.Want.Differs(d.Got)))
	}
	// Once without and once with a pending cancel; and the state Failed has six operations.
	want := []string{
		"[started(TeamRing) updated(Connecting)]: want false, got true: state, offers and verdict",
		"[started(TeamRing) do cancel updated(Connecting)]: want false, got true: state and verdict",
	}
	for o := transitions.OperationAccept; o <= transitions.OperationCancel; o++ {
		want = append(want, fmt.Sprintf("[completed(Failed, RemoteFailure/Busy) do %v]: want false, got false: verdict", o))
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("differences\n%q\nwant\n%q", got, want)
	}
	for d := range m.Differences(machine(t, suite.Spec{Direction: transitions.Incoming, Sees: served})) {
		if len(d.Word) != 1 {
			t.Errorf("the directions differ after %v, want one input", d.Word)
		}
		return
	}
	t.Error("the directions do not differ")
}

// TestDifferencesTwin compares the cells that differ with those of a plain walk over both machines.
func TestDifferencesTwin(t *testing.T) {
	for _, d := range directions {
		server := machine(t, suite.Spec{Direction: d, Sees: shown})
		client := machine(t, suite.Spec{Direction: d, Mode: suite.Observe, Sees: shown})
		got := map[string]bool{}
		for diff := range server.Differences(client) {
			last := len(diff.Word) - 1
			got[fmt.Sprint(server.Expect(diff.Word)[last], diff.Word[last])] = true
		}
		want := map[string]bool{}
		for word := range server.Suite(suite.States, 0).Tests() {
			mine, other := server.Expect(word), client.Expect(word)
			last := len(word) - 1
			if mine[last].Differs(other[last]) == 0 && mine[last+1].Differs(other[last+1]) != 0 {
				want[fmt.Sprint(mine[last], word[last])] = true
			}
		}
		for cell := range want {
			if !got[cell] {
				t.Errorf("%v: %s differs and is not among the differences", d, cell)
			}
		}
		if len(want) == 0 || len(got) != len(want) {
			t.Errorf("%v: %d cells differ, want %d", d, len(got), len(want))
		}
	}
}

// TestFromRefuses gives From a machine without end.
func TestFromRefuses(t *testing.T) {
	counts := right()
	counts.event = func(c call, e transitions.Event) (call, error) { return call{c.Invitation, c.flag + 1}, nil }
	_, err := suite.From(suite.Spec{Direction: transitions.Incoming, Sees: shown}, begin, counts.event, counts.do, counts.view)
	if want := "suite: more than 10000 configurations, which are too many to search"; err == nil || err.Error() != want {
		t.Errorf("From(a counter) = %v, want %s", err, want)
	}
}

// TestHiddenStates has implementations with a state that one or two inputs lead to. The suite for k finds those behind
// k representatives, and no deeper ones; Exhaust finds one behind any input.
func TestHiddenStates(t *testing.T) {
	spec := suite.Spec{Direction: transitions.Incoming, Sees: served}
	m := machine(t, spec)
	again := transitions.Started(transitions.StateConnecting)
	representative := transitions.Completed(transitions.StateFailed, codes.ConflictAlreadyExists)
	if !slices.Contains(m.Representatives(), laws.Action{Event: representative}) {
		t.Fatalf("%v is no representative; they are %v", representative, m.Representatives())
	}
	rare := flagged(transitions.Completed(transitions.StateDeclined, codes.Undocumented), 1, again)
	for name, test := range map[string]struct {
		wrong implementation
		found [3]bool // by k
	}{
		"right":             {right(), [3]bool{}},
		"one deep":          {flagged(representative, 1, again), [3]bool{false, true, true}},
		"two deep":          {flagged(representative, 2, again), [3]bool{false, false, true}},
		"behind rare input": {rare, [3]bool{}},
		"new after update":  {forgetful(), [3]bool{false, true, true}},
	} {
		for k := range uint(3) {
			if k == 2 && !long() {
				continue
			}
			word := test.wrong.fails(m, m.Suite(suite.Configurations, k))
			if (word != nil) != test.found[k] {
				t.Errorf("%s: k = %d fails it at %v, want it found: %t", name, k, word, test.found[k])
			}
			// A suite for a larger k may meet the state first behind more inputs than lead to it.
			deep := slices.Index(test.found[:], true)
			if got := m.Suite(suite.Configurations, k).Depth(word); word != nil && (got < deep || got > int(k)) {
				t.Errorf("%s: k = %d fails it at %v, %d deep, want %d to %d", name, k, word, got, deep, k)
			}
		}
	}
	_, differences := m.Exhaust(func() laws.Subject { return &subject{rare, begin(transitions.Incoming)} })
	if len(differences) == 0 {
		t.Error("Exhaust does not find the state behind the rare input")
	}
}

// TestExhaust gives the reference every word of C.I.I. That of subjects which are no Cloners takes the long form.
func TestExhaust(t *testing.T) {
	words, want := 0, 0
	for _, d := range directions {
		m := machine(t, suite.Spec{Direction: d, Sees: whole | suite.SeesVerdict})
		n, differences := m.Exhaust(func() laws.Subject { return &subject{right(), begin(d)} })
		if differences != nil {
			t.Errorf("%v: %+v", m, differences)
		}
		words += n
		want += m.Configurations()*302*302 + 302 + 1
		if long() {
			pure := laws.Pure(transitions.New, transitions.Invitation.Step, transitions.Invitation.Do, laws.ViewOf)
			again, differences := m.Exhaust(func() laws.Subject { return pure(d) })
			if differences != nil || again != n {
				t.Errorf("%v: %d words, want %d; %+v", m, again, n, differences)
			}
		}
	}
	if words != want || want != 9_667_624+606 {
		t.Errorf("%d words given, want %d, and 9,667,624 of full length", words, want)
	}
}
