package transitions_test

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// machine is what the laws are about: a list of edges, and functions that claim to be computed from it. The
// package's own is own(); the mutants are wrong in one place each.
type machine struct {
	edges      []transitions.Edge
	step       func(transitions.Invitation, transitions.Event) (transitions.Invitation, error)
	observe    func(transitions.Invitation, transitions.Event) (transitions.Invitation, transitions.Oddity, error)
	do         func(transitions.Invitation, transitions.Operation) (transitions.Invitation, error)
	operations func(transitions.Invitation) transitions.OperationSet
	text       func(transitions.Invitation) ([]byte, error)
}

func own() machine {
	return machine{
		edges:      slices.Collect(transitions.Edges()),
		step:       transitions.Invitation.Step,
		observe:    transitions.Invitation.Observe,
		do:         transitions.Invitation.Do,
		operations: transitions.Invitation.Operations,
		text:       transitions.Invitation.MarshalText,
	}
}

// of is the machine of another table.
func of(edges []transitions.Edge) machine {
	p := transitions.Compile(slices.Values(edges))
	m := own()
	m.edges, m.step, m.observe = edges, p.Step, p.Observe
	return m
}

// reachable is every configuration that m comes to, by the reference reader or by both.
func (m machine) reachable(tolerant bool) []transitions.Invitation {
	var found []transitions.Invitation
	seen := map[transitions.Invitation]bool{}
	visit := func(i transitions.Invitation) {
		if !seen[i] {
			seen[i] = true
			found = append(found, i)
		}
	}
	visit(transitions.New(transitions.Incoming))
	visit(transitions.New(transitions.Outgoing))
	for n := 0; n < len(found); n++ {
		for e := range events() {
			if next, err := m.step(found[n], e); err == nil {
				visit(next)
			}
			if next, _, err := m.observe(found[n], e); tolerant && err == nil {
				visit(next)
			}
		}
		for o := range operations() {
			if next, err := m.do(found[n], o); err == nil {
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

// law is a law of the model. It answers the cells that break it.
type law struct {
	name  string
	holds func(machine) []string
	// mutant is a machine that breaks the law, and the law has to say so.
	mutant func() machine
}

var laws = []law{
	{"01 determinism and totality", deterministic, duplicateEdge},
	{"02 a refusal changes nothing and says why", refusing, movesOnRefusal},
	{"03 terminal states absorb", absorbing, resumesAfterCompletion},
	{"04 every reachable end has its documented reason", explained, failsWithoutReason},
	{"05 every documented reason is reached", exhaustive, withoutFailed},
	{"06 from every progress configuration an end is reachable", ending, stuckTeamRing},
	{"07 offered exactly when doing it succeeds", offering, offersWhilePending},
	{"08 every refused operation has a documented synchronous error", answering, answersNothing},
	{"09 aggregation keeps legality and outcome", aggregating, noCompletionFromNone},
	{"10 the tolerant reader agrees, and always completes", tolerating, waitsForEver},
	{"12 writing and reading are inverse", inverse, forgetsPending},
	{"13 direction never changes", directed, turnsRound},
	{"14 every edge and every reason has a basis and a source", sourced, unsourcedEdge},
}

// TestLaws proves each law by enumeration.
func TestLaws(t *testing.T) {
	for _, l := range laws {
		t.Run(l.name, func(t *testing.T) {
			for _, broken := range first(l.holds(own())) {
				t.Errorf("law %s: %s", l.name, broken)
			}
		})
	}
}

// TestLawsCanFail shows that each law catches the mutant that breaks it.
func TestLawsCanFail(t *testing.T) {
	for _, l := range laws {
		t.Run(l.name, func(t *testing.T) {
			broken := l.holds(l.mutant())
			if len(broken) == 0 {
				t.Fatalf("law %s found nothing wrong with its mutant", l.name)
			}
			t.Logf("%d cells, the first: %s", len(broken), broken[0])
		})
	}
}

func first(broken []string) []string { return broken[:min(len(broken), 10)] }

func deterministic(m machine) (broken []string) {
	type key struct {
		d    transitions.Direction
		from transitions.State
		t    transitions.EventType
		to   transitions.State
		r    codes.Reason
	}
	seen := map[key]bool{}
	for _, e := range m.edges {
		for r := range e.Reasons.All() {
			k := key{e.Direction, e.From, e.Type, e.To, r}
			if seen[k] {
				broken = append(broken, fmt.Sprintf("%v %v: two edges for %v(%v, %v)", e.Direction, e.From, e.Type, e.To, r))
			}
			seen[k] = true
		}
	}
	universe := m.reachable(true)
	known := map[transitions.Invitation]bool{}
	for _, i := range universe {
		known[i] = true
	}
	// The laws below lean on Step and Observe being functions that answer for every value; here every reachable
	// configuration, and some that are none, meets every event, in and out of range, twice.
	for _, i := range append(universe, unreachable()...) {
		for e := range events() {
			a, errA := m.step(i, e)
			b, errB := m.step(i, e)
			if a != b || (errA == nil) != (errB == nil) {
				broken = append(broken, fmt.Sprintf("%v.Step(%v) answers %v, then %v", i, e, a, b))
			}
			x, oddX, errX := m.observe(i, e)
			y, oddY, errY := m.observe(i, e)
			if x != y || oddX != oddY || (errX == nil) != (errY == nil) {
				broken = append(broken, fmt.Sprintf("%v.Observe(%v) answers %v, then %v", i, e, x, y))
			}
			if known[i] && (!known[a] || !known[x]) {
				broken = append(broken, fmt.Sprintf("%v, %v leaves the reachable set: %v, %v", i, e, a, x))
			}
		}
		for o := range operations() {
			a, errA := m.do(i, o)
			b, errB := m.do(i, o)
			if a != b || (errA == nil) != (errB == nil) {
				broken = append(broken, fmt.Sprintf("%v.Do(%v) answers %v, then %v", i, o, a, b))
			}
		}
	}
	return broken
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

func refusing(m machine) (broken []string) {
	for _, i := range append(m.reachable(true), transitions.Invitation{}) {
		for e := range events() {
			next, err := m.step(i, e)
			if err == nil {
				continue
			}
			var refusal *transitions.TransitionError
			switch {
			case next != i:
				broken = append(broken, fmt.Sprintf("%v.Step(%v) = %v and an error, want no change", i, e, next))
			case !errors.As(err, &refusal) || refusal.From != i || refusal.Event != e:
				broken = append(broken, fmt.Sprintf("%v.Step(%v) refuses with %#v, want what was refused", i, e, err))
			case refusal.Rule() == 0 || !errors.Is(err, refusal.Rule()):
				broken = append(broken, fmt.Sprintf("%v.Step(%v) refuses by rule %v", i, e, refusal.Rule()))
			}
			if next, _, err := m.observe(i, e); err != nil && next != i {
				broken = append(broken, fmt.Sprintf("%v.Observe(%v) = %v and an error, want no change", i, e, next))
			}
		}
		for o := range operations() {
			next, err := m.do(i, o)
			var refusal *transitions.OperationError
			if err != nil && (next != i || !errors.As(err, &refusal) || !errors.Is(err, refusal.Rule())) {
				broken = append(broken, fmt.Sprintf("%v.Do(%v) = %v, %v, want no change and the rule", i, o, next, err))
			}
		}
	}
	return broken
}

func absorbing(m machine) (broken []string) {
	for _, i := range m.reachable(true) {
		if !i.Terminal() {
			continue
		}
		for e := range events() {
			if next, err := m.step(i, e); err == nil {
				broken = append(broken, fmt.Sprintf("%v.Step(%v) = %v, want a refusal", i, e, next))
			}
			if next, _, _ := m.observe(i, e); next != i {
				broken = append(broken, fmt.Sprintf("%v.Observe(%v) = %v, want no change", i, e, next))
			}
		}
		for o := range operations() {
			if next, err := m.do(i, o); err == nil {
				broken = append(broken, fmt.Sprintf("%v.Do(%v) = %v, want a refusal", i, o, next))
			}
		}
	}
	return broken
}

func explained(m machine) (broken []string) {
	for _, i := range m.reachable(false) {
		if i.Terminal() && i.Reason().Documented() == i.Succeeded() {
			broken = append(broken, fmt.Sprintf("%v, want a documented reason for a failure and none for a success", i))
		}
	}
	return broken
}

func exhaustive(m machine) (broken []string) {
	reached := map[string]bool{}
	for _, i := range m.reachable(false) {
		if i.Terminal() {
			reached[fmt.Sprint(i.Direction(), i.Reason())] = true
		}
	}
	for r := range codes.Reasons() {
		for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
			if r.Fits(d) != reached[fmt.Sprint(d, r)] {
				broken = append(broken, fmt.Sprintf("%v %v: documented %t, reached %t", d, r, r.Fits(d), !r.Fits(d)))
			}
		}
		if !r.Fits(transitions.Incoming) && !r.Fits(transitions.Outgoing) {
			broken = append(broken, fmt.Sprintf("%v fits no direction", r))
		}
	}
	return broken
}

func ending(m machine) (broken []string) {
	// ends holds the configurations from which an end is reachable: grown backwards until nothing is added.
	all, ends := m.reachable(false), map[transitions.Invitation]bool{}
	for grown := true; grown; {
		grown = false
		for _, i := range all {
			if ends[i] {
				continue
			}
			for e := range events() {
				if next, err := m.step(i, e); i.Terminal() || err == nil && ends[next] {
					ends[i], grown = true, true
					break
				}
			}
		}
	}
	for _, i := range all {
		if !ends[i] {
			broken = append(broken, fmt.Sprintf("%v cannot end", i))
		}
	}
	return broken
}

func offering(m machine) (broken []string) {
	for _, i := range append(m.reachable(true), unreachable()...) {
		for o := range operations() {
			if _, err := m.do(i, o); m.operations(i).Has(o) != (err == nil) {
				broken = append(broken, fmt.Sprintf("%v: offers %v: %t; doing it: %v", i, o, err != nil, err))
			}
		}
	}
	return broken
}

func answering(m machine) (broken []string) {
	for _, i := range append(m.reachable(true), unreachable()...) {
		for o := range operations() {
			_, err := m.do(i, o)
			if err == nil {
				continue
			}
			// The three rows of the model, in its order.
			want := codes.SyncResourceNotFound
			incoming := o >= transitions.OperationAccept && o <= transitions.OperationStartAdhocMeeting
			mine := incoming && i.Direction() == transitions.Incoming ||
				o == transitions.OperationCancel && i.Direction() == transitions.Outgoing
			switch {
			case i.Terminal() && o >= transitions.OperationAccept && o <= transitions.OperationCancel:
				want = codes.SyncCallNotFound
			case mine && i.State().Progress():
				want = codes.SyncConflict
			}
			var refusal *transitions.OperationError
			if !errors.As(err, &refusal) || refusal.Synchronous != want {
				broken = append(broken, fmt.Sprintf("%v.Do(%v) = %v, want synchronous error %v", i, o, err, want))
			}
		}
	}
	return broken
}

// aggregating proves the law for words of any length by a simulation: whatever is legal after an event that may
// be swallowed is legal before it too, and leads to the same configuration. Then the two words are together again.
func aggregating(m machine) (broken []string) {
	for _, i := range m.reachable(false) {
		for e := range events() {
			j, err := m.step(i, e)
			if err != nil || e.Type == transitions.EventCompleted {
				continue
			}
			for f := range events() {
				want, err := m.step(j, f)
				if err != nil {
					continue
				}
				if got, err := m.step(i, f); err != nil || got != want {
					broken = append(broken, fmt.Sprintf("%v: %v, %v leads to %v; without %v to %v, %v", i, e, f, want, e, got, err))
				}
			}
		}
	}
	return broken
}

func tolerating(m machine) (broken []string) {
	for _, i := range m.reachable(true) {
		for e := range events() {
			want, refusal := m.step(i, e)
			got, odd, err := m.observe(i, e)
			switch {
			case refusal == nil && (got != want || odd != transitions.Oddity{} || err != nil):
				broken = append(broken, fmt.Sprintf("%v.Observe(%v) = %v, %v, %v, want %v as Step", i, e, got, odd, err, want))
			case refusal != nil && err == nil && odd == transitions.Oddity{} && got != i:
				broken = append(broken, fmt.Sprintf("%v.Observe(%v) = %v and nothing odd; Step: %v", i, e, got, refusal))
			case odd != transitions.Oddity{} && (odd.Rule.Error() == "" || odd.Basis < codes.Stated || odd.Basis > codes.Inferred):
				broken = append(broken, fmt.Sprintf("%v.Observe(%v): %v lacks a rule or a basis", i, e, odd))
			case err != nil && !errors.Is(err, transitions.ErrInvalid) && !errors.Is(err, transitions.ErrCompleted):
				broken = append(broken, fmt.Sprintf("%v.Observe(%v) refuses: %v", i, e, err))
			}
			readable := e.Type == transitions.EventCompleted && e.State.Terminal() && e.Reason <= codes.Undocumented
			if readable && !got.Terminal() {
				broken = append(broken, fmt.Sprintf("%v.Observe(%v) = %v, want a completion", i, e, got))
			}
			if got.Terminal() && got.State() != transitions.StateConnected && got.Reason() == codes.NoReason {
				broken = append(broken, fmt.Sprintf("%v.Observe(%v) = %v, want a failure to say undocumented", i, e, got))
			}
			if readable && !i.Terminal() && e.State != transitions.StateConnected && e.Reason != codes.NoReason && got.Reason() != e.Reason {
				broken = append(broken, fmt.Sprintf("%v.Observe(%v) = %v, want the reason as it came", i, e, got))
			}
			// What has just been observed changes nothing when it comes again, and is not odd the second time.
			if err == nil && got.State() == e.State {
				if again, odd, err := m.observe(got, e); again != got || err != nil || e.Type != transitions.EventUpdated && odd != (transitions.Oddity{}) {
					broken = append(broken, fmt.Sprintf("%v.Observe(%v) again = %v, %v, %v, want a repetition", got, e, again, odd, err))
				}
			}
		}
	}
	return broken
}

func inverse(m machine) (broken []string) {
	for _, i := range m.reachable(true) {
		text, err := m.text(i)
		var got transitions.Invitation
		if readErr := got.UnmarshalText(text); err != nil || readErr != nil || got != i {
			broken = append(broken, fmt.Sprintf("%v is written %q, %v, and read as %v, %v", i, text, err, got, readErr))
		}
	}
	return broken
}

func directed(m machine) (broken []string) {
	for _, i := range m.reachable(true) {
		for e := range events() {
			stepped, _ := m.step(i, e)
			observed, _, _ := m.observe(i, e)
			if stepped.Direction() != i.Direction() || observed.Direction() != i.Direction() {
				broken = append(broken, fmt.Sprintf("%v, %v: becomes %v, %v", i, e, stepped, observed))
			}
		}
		for o := range operations() {
			if done, _ := m.do(i, o); done.Direction() != i.Direction() || done.State() != i.State() || done.Reason() != i.Reason() {
				broken = append(broken, fmt.Sprintf("%v.Do(%v) = %v, want no more than a pending operation", i, o, done))
			}
		}
	}
	return broken
}

func sourced(m machine) (broken []string) {
	for _, e := range m.edges {
		if e.Basis < codes.Stated || e.Basis > codes.Inferred || e.Source == "" {
			broken = append(broken, fmt.Sprintf("%v %v: %v(%v): basis %v, source %q", e.Direction, e.From, e.Type, e.To, e.Basis, e.Source))
		}
	}
	for rule := transitions.ErrInvalid; rule <= transitions.ErrReasonState; rule++ {
		if rule.Error() == "" || rule.Source() == "" {
			broken = append(broken, fmt.Sprintf("%v: source %q", rule, rule.Source()))
		}
	}
	for r := range codes.Reasons() {
		if r.Basis() < codes.Stated || r.Basis() > codes.Inferred || r.Source() == "" {
			broken = append(broken, fmt.Sprintf("%v: basis %v, source %q", r, r.Basis(), r.Source()))
		}
	}
	return broken
}

// The mutants. Each changes the table, where a change of the table can break the law, or else one function.

func duplicateEdge() machine {
	edges := slices.Collect(transitions.Edges())
	return of(append(edges, edges[0]))
}

func movesOnRefusal() machine {
	m := own()
	m.step = func(i transitions.Invitation, e transitions.Event) (transitions.Invitation, error) {
		next, err := i.Step(e)
		if err != nil {
			next = transitions.New(i.Direction())
		}
		return next, err
	}
	return m
}

func resumesAfterCompletion() machine {
	return of(append(slices.Collect(transitions.Edges()), transitions.Edge{
		Direction: transitions.Outgoing, From: transitions.StateConnected, Type: transitions.EventUpdated,
		To: transitions.StateConnecting, Reasons: 1 << codes.NoReason, Basis: codes.Inferred, Source: "nowhere",
	}))
}

// changed is the machine of the table with every edge passed through change; a zero Edge is dropped.
func changed(change func(transitions.Edge) transitions.Edge) machine {
	var edges []transitions.Edge
	for e := range transitions.Edges() {
		if e = change(e); e.Type != 0 {
			edges = append(edges, e)
		}
	}
	return of(edges)
}

func failsWithoutReason() machine {
	return changed(func(e transitions.Edge) transitions.Edge {
		if e.To == transitions.StateFailed {
			e.Reasons |= 1 << codes.NoReason
		}
		return e
	})
}

func withoutFailed() machine {
	return changed(func(e transitions.Edge) transitions.Edge {
		if e.To == transitions.StateFailed {
			e.Reasons &^= 1 << codes.RemoteFailureBusy
		}
		return e
	})
}

func stuckTeamRing() machine {
	return changed(func(e transitions.Edge) transitions.Edge {
		if e.From == transitions.StateTeamRing && e.To != transitions.StateTeamRing {
			return transitions.Edge{}
		}
		return e
	})
}

func offersWhilePending() machine {
	m := own()
	m.operations = func(i transitions.Invitation) transitions.OperationSet {
		if i.State().Progress() && i.Direction() == transitions.Outgoing {
			return 1 << transitions.OperationCancel
		}
		return i.Operations()
	}
	return m
}

func answersNothing() machine {
	m := own()
	m.do = func(i transitions.Invitation, o transitions.Operation) (transitions.Invitation, error) {
		next, err := i.Do(o)
		if err != nil {
			err = &transitions.OperationError{From: i, Operation: o}
		}
		return next, err
	}
	return m
}

func noCompletionFromNone() machine {
	return changed(func(e transitions.Edge) transitions.Edge {
		if e.From == transitions.StateNone && e.Type == transitions.EventCompleted {
			return transitions.Edge{}
		}
		return e
	})
}

func waitsForEver() machine {
	m := own()
	m.observe = func(i transitions.Invitation, e transitions.Event) (transitions.Invitation, transitions.Oddity, error) {
		next, err := i.Step(e)
		return next, transitions.Oddity{}, err
	}
	return m
}

func forgetsPending() machine {
	m := own()
	m.text = func(i transitions.Invitation) ([]byte, error) {
		return transitions.Raw(i.Direction(), i.State(), transitions.OperationNone, i.Reason()).MarshalText()
	}
	return m
}

func turnsRound() machine {
	m := own()
	m.step = func(i transitions.Invitation, e transitions.Event) (transitions.Invitation, error) {
		next, err := i.Step(e)
		if next.State() == transitions.StateForwarded {
			next = transitions.Raw(transitions.Incoming, next.State(), next.Pending(), next.Reason())
		}
		return next, err
	}
	return m
}

func unsourcedEdge() machine {
	return changed(func(e transitions.Edge) transitions.Edge {
		if e.To == transitions.StateDeclined {
			e.Source = ""
		}
		return e
	})
}

// TestTable refuses a table with duplicates, gaps, unsourced rows or unreachable states.
func TestTable(t *testing.T) {
	for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		to, from := map[transitions.State]bool{transitions.StateNone: true}, map[transitions.State]bool{}
		for e := range transitions.Edges() {
			if e.Direction == d {
				to[e.To], from[e.From] = true, true
				if e.Reasons == 0 {
					t.Errorf("%v %v: %v(%v) allows no event at all", d, e.From, e.Type, e.To)
				}
				if _, _, err := transitions.New(d).Observe(transitions.Event{Type: e.Type, State: e.To}); errors.Is(err, transitions.ErrInvalid) {
					t.Errorf("%v %v: %v(%v) is no event", d, e.From, e.Type, e.To)
				}
			}
		}
		for s := transitions.StateConnecting; s <= transitions.StateCancelled; s++ {
			ringing := s >= transitions.StateAlerting && s <= transitions.StateForwarded
			if want := d == transitions.Outgoing || !ringing; to[s] != want {
				t.Errorf("%v: reaches %v: %t, want %t", d, s, to[s], want)
			}
			if to[s] && s.Progress() != from[s] {
				t.Errorf("%v: leaves %v: %t, want %t", d, s, from[s], s.Progress())
			}
		}
	}
}

// TestShortestWitnesses prints a shortest witness for every documented reason in each direction, and walks it.
func TestShortestWitnesses(t *testing.T) {
	for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		for r := range codes.Reasons() {
			events, ok := transitions.WitnessReason(d, r)
			if ok != r.Fits(d) {
				t.Errorf("WitnessReason(%v, %v) = %v, %t, want %t", d, r, events, ok, r.Fits(d))
			}
			if !ok {
				continue
			}
			if i := walk(t, d, events...); len(events) != 1 || !i.Terminal() || i.Reason() != r {
				t.Errorf("WitnessReason(%v, %v) = %v, which leads to %v", d, r, events, i)
			}
			t.Logf("%-8v %-36v %v", d, r, strings.Trim(fmt.Sprint(events), "[]"))
		}
	}
}

// TestAnalyses checks the analyses against the dumb enumeration of the laws.
func TestAnalyses(t *testing.T) {
	reachable := own().reachable(false)
	counted := map[transitions.Invitation]bool{}
	for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		for i := range transitions.Reachable(d) {
			counted[i] = true
			events, ok := transitions.Witness(i)
			if !ok {
				t.Errorf("Witness(%v) finds nothing", i)
			}
			at := walk(t, d, events...)
			if i.Pending() != transitions.OperationNone {
				at, _ = at.Do(i.Pending())
			}
			if at != i {
				t.Errorf("Witness(%v) = %v, which leads to %v", i, events, at)
			}
		}
	}
	for _, i := range reachable {
		if !counted[i] {
			t.Errorf("Reachable lacks %v", i)
		}
		legal := slices.Collect(i.Legal())
		accepted := slices.DeleteFunc(slices.Collect(events()), func(e transitions.Event) bool {
			_, err := i.Step(e)
			return err != nil
		})
		if diff := cmp.Diff(accepted, legal, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%v.Legal() differs from what Step accepts (-Step +Legal):\n%s", i, diff)
		}
		n := 0
		for end := range transitions.Outcomes(i) {
			n++
			if !end.Terminal() || i.Terminal() && end != i {
				t.Errorf("Outcomes(%v) has %v", i, end)
			}
		}
		if n == 0 {
			t.Errorf("Outcomes(%v) is empty", i)
		}
	}
	if len(counted) != len(reachable) {
		t.Errorf("Reachable yields %d configurations, want %d", len(counted), len(reachable))
	}
	for _, i := range unreachable() {
		if events, ok := transitions.Witness(i); ok {
			t.Errorf("Witness(%v) = %v, want none", i, events)
		}
	}
}

// TestModel compares every cell with the model told a second time, as a list of conditions.
func TestModel(t *testing.T) {
	const none, connecting = transitions.StateNone, transitions.StateConnecting
	legal := func(d transitions.Direction, from transitions.State, e transitions.Event) bool {
		if from.Terminal() || !from.Progress() && from != none {
			return false
		}
		if d == transitions.Incoming && from > connecting {
			return false
		}
		mine := e.State == connecting || d == transitions.Outgoing && e.State.Progress()
		sub := e.Reason.Subcode()
		switch e.Type {
		case transitions.EventStarted:
			return from == none && mine && e.Reason == 0
		case transitions.EventUpdated:
			return mine && e.Reason == 0 && (e.State != connecting || from <= connecting)
		case transitions.EventCompleted:
			if e.State == transitions.StateConnected {
				return e.Reason == 0
			}
			return e.Reason.Fits(d) && (e.State == transitions.StateFailed ||
				e.State == transitions.StateDeclined && sub == codes.SubcodeDeclined ||
				e.State == transitions.StateCancelled && (sub == codes.SubcodeCanceled || e.Reason == codes.InformationalMediaFallback))
		default:
			return false
		}
	}
	for _, i := range own().reachable(true) {
		for e := range events() {
			if _, err := i.Step(e); (err == nil) != legal(i.Direction(), i.State(), e) {
				t.Errorf("%v.Step(%v) = %v, want legal %t", i, e, err, err != nil)
			}
		}
	}
}
