package transitions_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
)

// machine is the functions of this package that the laws are about; a mutant has one that is wrong.
type machine struct {
	step    func(transitions.Invitation, transitions.Event) (transitions.Invitation, error)
	observe func(transitions.Invitation, transitions.Event) (transitions.Invitation, transitions.Oddity, error)
	do      func(transitions.Invitation, transitions.Operation) (transitions.Invitation, error)
	request func(transitions.Invitation, transitions.Operation, transitions.Request) (transitions.Invitation, error)
	text    func(transitions.Invitation) ([]byte, error)
	json    func(transitions.Invitation) ([]byte, error)
	edges   []transitions.Edge
	offers  []transitions.Offer
}

func own() machine {
	return machine{
		step:    transitions.Invitation.Step,
		observe: transitions.Invitation.Observe,
		do:      transitions.Invitation.Do,
		request: transitions.Invitation.DoRequest,
		text:    transitions.Invitation.MarshalText,
		json:    transitions.Invitation.MarshalJSON,
		edges:   slices.Collect(transitions.Edges()),
		offers:  slices.Collect(transitions.Offers()),
	}
}

// fault takes a report of a cell that breaks a law.
type fault func(format string, args ...any)

// library is what the laws demand of this library beyond what package laws can see of a subject: the whole range of
// values, the types of refusals, requests, forms and sources. Each is proved by enumeration, and each of the mutants
// breaks it. Oddities are compared with a second implementation in the tests of package laws.
var library = []struct {
	law     int
	holds   func(machine, fault)
	mutants []mutant
}{
	{1, total, []mutant{panicsOutOfRange, leavesTheSet}},
	{2, refusing, []mutant{refusesWithoutType, blamesAnother}},
	{8, answering, []mutant{infersLimits, countsBytes, forwardsToNobody, conflictsFirst, hidesTheRequest}},
	{12, inverse, []mutant{forgetsPending, writesOneForAll, losesReasonInJSON}},
	{14, sourced, []mutant{unsourcedEdge, baselessEdge, unsourcedOffer}},
}

func TestLibrary(t *testing.T) {
	for _, l := range library {
		name := laws.All()[l.law-1].String()
		t.Run(name, func(t *testing.T) { l.holds(own(), t.Errorf) })
		for _, m := range l.mutants {
			t.Run(name+" breaks when it "+m.name, func(t *testing.T) {
				wrong, found, done := own(), false, make(chan struct{})
				m.change(&wrong)
				go func() { // the first report is enough
					defer close(done)
					l.holds(wrong, func(string, ...any) { found = true; runtime.Goexit() })
				}()
				if <-done; !found {
					t.Error("nothing is found wrong")
				}
			})
		}
	}
}

// TestTables changes the table, and each changed table breaks its law.
func TestTables(t *testing.T) {
	for _, test := range tables {
		t.Run(test.name, func(t *testing.T) {
			var edges []transitions.Edge
			for e := range transitions.Edges() {
				edges = append(edges, test.change(e)...)
			}
			c := laws.NewChecker(laws.Pure(
				transitions.New, transitions.Compile(slices.Values(edges)).Step, transitions.Invitation.Do, laws.ViewOf,
			), laws.Patience)
			if found := c.Enumerate(c.Words(), laws.All()[test.law-1]); len(found) != 1 {
				t.Errorf("law %d finds nothing wrong", test.law)
			}
		})
	}
}

// stepped has every configuration that the reference mode reaches, and observed those that either mode reaches.
var (
	stepped  = sync.OnceValue(func() []transitions.Invitation { return reachable(transitions.Invitation.Legal) })
	observed = sync.OnceValue(func() []transitions.Invitation {
		return reachable(func(transitions.Invitation) iter.Seq[transitions.Event] { return events() })
	})
)

// reachable returns every configuration that some events, which Observe accepts, and operations lead to.
func reachable(taken func(transitions.Invitation) iter.Seq[transitions.Event]) []transitions.Invitation {
	var found []transitions.Invitation
	seen := map[transitions.Invitation]bool{}
	visit := func(i transitions.Invitation) {
		if !seen[i] {
			seen[i] = true
			found = append(found, i)
		}
	}
	for _, d := range directions {
		visit(transitions.New(d))
	}
	for n := 0; n < len(found); n++ {
		for e := range taken(found[n]) {
			if next, _, err := found[n].Observe(e); err == nil {
				visit(next)
			}
		}
		for o := range operations() {
			if next, err := found[n].Do(o); err == nil {
				visit(next)
			}
		}
	}
	return found
}

// events is every event whose members are in range, and values just out of range in every member.
func events() iter.Seq[transitions.Event] {
	return func(yield func(transitions.Event) bool) {
		for t := range transitions.EventCompleted + 2 {
			for s := range transitions.StateCancelled + 2 {
				for r := range codes.Undocumented + 2 {
					if !yield(transitions.Event{Type: t, State: s, Reason: r}) {
						return
					}
				}
			}
		}
		for _, e := range []transitions.Event{
			{Type: 255, State: 255, Reason: 255},
			{Type: 5, State: transitions.StateConnecting},
			{Type: 1, State: 17},
			{Type: 3, State: transitions.StateFailed, Reason: 64 + codes.RemoteFailureBusy},
			{Type: 3, State: transitions.StateFailed, Reason: 128 + codes.RemoteFailureBusy},
			{Type: 3, State: transitions.StateFailed, Reason: 255},
		} {
			if !yield(e) {
				return
			}
		}
	}
}

// operations is every operation, and values that are none.
func operations() iter.Seq[transitions.Operation] {
	return func(yield func(transitions.Operation) bool) {
		for o := range transitions.OperationCancel + 10 {
			if !yield(o) {
				return
			}
		}
		yield(255)
	}
}

// unreachable is a handful of configurations that cannot be made without forging one.
func unreachable() []transitions.Invitation {
	return []transitions.Invitation{
		{},
		transitions.Raw(0, transitions.StateConnecting, 0, 0),
		transitions.Raw(3, transitions.StateConnecting, 0, 0),
		transitions.Raw(transitions.Incoming, 15, 0, 0),
		transitions.Raw(transitions.Incoming, transitions.StateConnecting, 255, 255),
		transitions.Raw(transitions.Outgoing, transitions.StateFailed, transitions.OperationCancel, 0),
	}
}

// total: every reachable configuration, and some that are none, meets every event and operation, in and out of range.
// Nothing panics or leaves the set.
func total(m machine, report fault) {
	universe := observed()
	known := map[transitions.Invitation]bool{}
	for _, i := range universe {
		known[i] = true
	}
	check := func(i transitions.Invitation, a any, f func() transitions.Invitation) {
		defer func() {
			if r := recover(); r != nil {
				report("%v, %v: panic: %v", i, a, r)
			}
		}()
		if next := f(); known[i] && !known[next] {
			report("%v, %v: leaves the reachable set for %v", i, a, next)
		}
	}
	for _, i := range append(slices.Clip(universe), unreachable()...) {
		for e := range events() {
			check(i, e, func() transitions.Invitation { next, _ := m.step(i, e); return next })
			check(i, e, func() transitions.Invitation { next, _, _ := m.observe(i, e); return next })
		}
		for o := range operations() {
			check(i, o, func() transitions.Invitation { next, _ := m.do(i, o); return next })
		}
	}
}

// refusing: a refusal has the type that says what was refused, by which rule, and what would have been legal.
func refusing(m machine, report fault) {
	type text struct {
		from transitions.State
		rule transitions.Rule
	}
	read := map[text]bool{}
	transition := func(name string, i, next transitions.Invitation, e transitions.Event, err error) {
		var refusal *transitions.TransitionError
		switch {
		case err == nil:
		case next != i:
			report("%v.%s(%v) = %v and an error, want no change", i, name, e, next)
		case !errors.As(err, &refusal) || refusal.From != i || refusal.Event != e:
			report("%v.%s(%v) refuses with %#v, want what was refused", i, name, e, err)
		case refusal.Rule() == 0 || !errors.Is(err, refusal.Rule()) || refusal.Basis() == 0 || refusal.Source().Page == "":
			report("%v.%s(%v) refuses by rule %v", i, name, e, refusal.Rule())
		case !read[text{i.State(), refusal.Rule()}]:
			read[text{i.State(), refusal.Rule()}] = true
			for legal := range i.Legal() {
				if !strings.Contains(refusal.Error(), legal.Type.String()+"("+legal.State.String()) {
					report("%v.%s(%v) refuses with %q, want it to name %v", i, name, e, err, legal)
				}
			}
		}
	}
	for _, i := range append(slices.Clip(observed()), transitions.Invitation{}) {
		for e := range events() {
			next, err := m.step(i, e)
			transition("Step", i, next, e, err)
			next, _, err = m.observe(i, e)
			transition("Observe", i, next, e, err)
		}
		for o := range operations() {
			next, err := m.do(i, o)
			var refusal *transitions.OperationError
			switch {
			case err == nil:
			case next != i:
				report("%v.Do(%v) = %v and an error, want no change", i, o, next)
			case !errors.As(err, &refusal) || refusal.From != i || refusal.Operation != o:
				report("%v.Do(%v) refuses with %#v, want what was refused", i, o, err)
			case refusal.Rule() == 0 || !errors.Is(err, refusal.Rule()) || refusal.Basis() == 0 || refusal.Source().Page == "":
				report("%v.Do(%v) refuses by rule %v", i, o, refusal.Rule())
			default:
				for offered := range i.Operations().All() {
					if !strings.Contains(err.Error(), offered.String()) {
						report("%v.Do(%v) refuses with %q, want it to name %v", i, o, err, offered)
					}
				}
			}
		}
	}
}

// answering: a request is refused in the order of section 3 of the model. That a body is not well-formed, one more row,
// is found by whoever reads the body. Package laws checks which row answers an operation.
func answering(m machine, report fault) {
	type request = transitions.Request
	connecting := []transitions.Invitation{}
	for i := range transitions.Reachable(transitions.Incoming) {
		if !i.Terminal() {
			connecting = append(connecting, i)
		}
	}
	connecting = append(connecting, transitions.New(transitions.Outgoing), transitions.Invitation{})
	for _, letter := range []string{"a", "ä", "世"} {
		for n, r := range []request{
			{
				OperationID: strings.Repeat(letter, 50), SessionContext: strings.Repeat(letter, 50),
				Subject: strings.Repeat(letter, 250), To: letter,
			},
			{OperationID: strings.Repeat(letter, 51), To: letter},
			{SessionContext: strings.Repeat(letter, 51), To: letter},
			{Subject: strings.Repeat(letter, 251), To: letter},
			{OperationID: strings.Repeat("😀", 25), To: letter},
			{OperationID: strings.Repeat("😀", 25) + letter, To: letter},
			{},
		} {
			for o := range operations() {
				wrong := n >= 1 && n <= 3 || n == 5 || n == 6 && o == transitions.OperationForward
				// The lengths are Stated; that forwarding needs a target is not.
				basis := codes.Stated
				if n == 6 {
					basis = codes.Inferred
				}
				for _, i := range connecting {
					want, refusal := i.Do(o)
					got, err := m.request(i, o, r)
					conflict := errors.Is(refusal, transitions.ErrPending)
					var bad *transitions.RequestError
					var row codes.Synchronous
					switch isBad := errors.As(err, &bad); {
					case wrong && (refusal == nil || conflict):
						if !isBad || got != i || bad.Basis() != basis || !errors.As(err, &row) ||
							row != codes.SyncParameterValidationFailure {
							report("%v.DoRequest(%v, %+v) = %v, %v, want a parameter validation failure that is %v", i, o, r, got, err, basis)
						}
					case got != want || !errors.Is(err, refusal) && fmt.Sprint(err) != fmt.Sprint(refusal):
						report("%v.DoRequest(%v, %+v) = %v, %v, want %v, %v as Do", i, o, r, got, err, want, refusal)
					}
				}
			}
		}
	}
}

// inverse: what is written is read as the same value, and no two values are written alike.
func inverse(m machine, report fault) {
	written := map[string]transitions.Invitation{}
	for _, i := range observed() {
		text, err := m.text(i)
		var got transitions.Invitation
		if readErr := got.UnmarshalText(text); err != nil || readErr != nil || got != i {
			report("%v is written %q, %v, and read as %v, %v", i, text, err, got, readErr)
		}
		if other, ok := written[string(text)]; ok {
			report("%v and %v are both written %q", i, other, text)
		}
		written[string(text)] = i
		object, err := m.json(i)
		got = transitions.Invitation{}
		if readErr := json.Unmarshal(object, &got); err != nil || readErr != nil || got != i {
			report("%v is written %s, %v, and read as %v, %v", i, object, err, got, readErr)
		}
	}
}

// sourced: every edge, offer, cell, rule and reason has a basis, and a source that the bibliography has.
func sourced(m machine, report fault) {
	check := func(what any, basis codes.Basis, source codes.Source) {
		inferred := basis == codes.Inferred
		if !known(basis) || !published(source) || inferred != (source.Because != "") {
			report("%v: basis %v, source %v", what, basis, source)
		}
	}
	for _, e := range m.edges {
		check(fmt.Sprintf("%v %v: %v(%v)", e.Direction, e.From, e.Type, e.To), e.Basis, e.Source)
	}
	for _, o := range m.offers {
		check(o.Operation, o.Basis, o.Source)
	}
	for _, i := range stepped() {
		for o := transitions.OperationAccept; o <= transitions.OperationCancel; o++ {
			if _, err := i.Do(o); err != nil {
				refusal := &transitions.OperationError{From: i, Operation: o}
				check(refusal, refusal.Basis(), refusal.Source())
			}
		}
	}
	for _, d := range directions {
		for c := range transitions.Cells(d) {
			check(c, c.Basis, c.Source)
		}
	}
	for rule := transitions.ErrInvalid; rule <= transitions.ErrReasonState; rule++ {
		check(rule, rule.Basis(), rule.Source())
	}
	for r := range codes.Reasons() {
		check(r, r.Basis(), r.Source())
	}
	for _, l := range laws.All() {
		if l.Basis != 0 {
			check(l, l.Basis, l.Source)
		}
	}
}

func known(b codes.Basis) bool { return b >= codes.Stated && b <= codes.Inferred }
