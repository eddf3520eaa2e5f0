package transitions_test

import (
	"encoding/json"
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

// machine is what the laws are about: two tables, and functions that claim to be computed from them. The package's own
// is own(); the mutants are wrong in one place each.
type machine struct {
	edges      []transitions.Edge
	offers     []transitions.Offer
	step       func(transitions.Invitation, transitions.Event) (transitions.Invitation, error)
	observe    func(transitions.Invitation, transitions.Event) (transitions.Invitation, transitions.Oddity, error)
	do         func(transitions.Invitation, transitions.Operation) (transitions.Invitation, error)
	operations func(transitions.Invitation) transitions.OperationSet
	check      func(transitions.Request, transitions.Operation) error
	text       func(transitions.Invitation) ([]byte, error)
	json       func(transitions.Invitation) ([]byte, error)
}

func own() machine {
	return machine{
		edges:      slices.Collect(transitions.Edges()),
		offers:     slices.Collect(transitions.Offers()),
		step:       transitions.Invitation.Step,
		observe:    transitions.Invitation.Observe,
		do:         transitions.Invitation.Do,
		operations: transitions.Invitation.Operations,
		check:      transitions.Request.Check,
		text:       transitions.Invitation.MarshalText,
		json:       transitions.Invitation.MarshalJSON,
	}
}

// law is a law of the model, by its number there. It reports the cells that break it.
type law struct {
	name  string
	holds func(machine, *findings)
	// mutants are machines that break the law, and the law has to say so of each.
	mutants []mutant
}

// laws has no number 11, which is about the live machine and is held to it in its package.
var laws = []law{
	{"01 determinism and totality", deterministic, []mutant{
		duplicateEdge, panicsOutOfRange, leavesTheSet, forgetsBetweenCalls,
	}},
	{"02 a refusal changes nothing and says why", refusing, []mutant{
		movesOnRefusal, observesAndMoves, refusesWithoutType, refusesInSilence,
	}},
	{"03 terminal states absorb", absorbing, []mutant{
		resumesAfterCompletion, observesAfterCompletion, cancelsAfterCompletion,
	}},
	{"04 every reachable end has its documented reason", explained, []mutant{failsWithoutReason, succeedsWithReason}},
	{"05 every documented reason is reached", exhaustive, []mutant{withoutBusy, reasonOfTheOther}},
	{"06 from every progress configuration an end is reachable", ending, []mutant{stuckTeamRing}},
	{"07 offered exactly when doing it succeeds", offering, []mutant{offersWhilePending, offersTooLittle}},
	{"08 every refused operation has a documented synchronous error", answering, []mutant{
		answersNothing, answersConflict, infersLimits, countsBytes, forwardsToNobody,
	}},
	{"09 aggregation keeps legality and outcome", aggregating, []mutant{noCompletionFromNone, startFirst}},
	{"10 the tolerant reader agrees, and always completes", tolerating, []mutant{
		waitsForEver, findsNothingOdd, losesReason, overlooksLateStart, updatesTheEnd, refusesRepetition,
	}},
	{"12 writing and reading are inverse", inverse, []mutant{forgetsPending, writesOneForAll, losesReasonInJSON}},
	{"13 direction never changes, and nothing changes by itself", directed, []mutant{turnsRound, operationMoves}},
	{"14 every edge and every reason has a basis and a source", sourced, []mutant{
		unsourcedEdge, baselessEdge, unsourcedOffer,
	}},
}

// TestLaws proves each law by enumeration.
func TestLaws(t *testing.T) {
	for _, l := range laws {
		t.Run(l.name, func(t *testing.T) {
			var broken findings
			l.holds(own(), &broken)
			for _, cell := range broken.first {
				t.Errorf("law %s: %s", l.name, cell)
			}
		})
	}
}

// TestLawsCanFail shows that each law catches the mutants that break it.
func TestLawsCanFail(t *testing.T) {
	for _, l := range laws {
		for _, m := range l.mutants {
			t.Run(l.name[:3]+m.name, func(t *testing.T) {
				wrong := own()
				m.change(&wrong)
				broken := findings{enough: 1}
				l.holds(wrong, &broken)
				if broken.count == 0 {
					t.Fatalf("law %s finds nothing wrong with a machine that %s", l.name, m.name)
				}
				t.Log(broken.first[0])
			})
		}
	}
}

// findings is the cells that break a law: how many, and the first few spelt out.
type findings struct {
	count  int
	first  []string
	enough int // cells, for whoever does not need to know them all; zero if there is no such number
}

// over yields the configurations to be checked, until enough is known.
func (f *findings) over(list []transitions.Invitation) iter.Seq[transitions.Invitation] {
	return func(yield func(transitions.Invitation) bool) {
		for _, i := range list {
			if f.enough > 0 && f.count >= f.enough || !yield(i) {
				return
			}
		}
	}
}

func (f *findings) add(format string, args ...any) {
	if f.count++; f.count <= 10 {
		f.first = append(f.first, fmt.Sprintf(format, args...))
	}
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
	for _, d := range directions {
		visit(transitions.New(d))
	}
	for n := 0; n < len(found); n++ {
		for e := range events() {
			if next, err := m.step(found[n], e); err == nil {
				visit(next)
			}
			if tolerant {
				if next, _, err := m.observe(found[n], e); err == nil {
					visit(next)
				}
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

func deterministic(m machine, broken *findings) {
	type key struct {
		d transitions.Direction
		s transitions.State
		e transitions.Event
	}
	seen := map[key]bool{}
	for _, e := range m.edges {
		for r := range e.Reasons.All() {
			k := key{e.Direction, e.From, transitions.Event{Type: e.Type, State: e.To, Reason: r}}
			if seen[k] {
				broken.add("%v %v: two edges for %v", e.Direction, e.From, k.e)
			}
			seen[k] = true
		}
	}
	// The laws below lean on Step, Observe and Do being functions that answer for every value; here every reachable
	// configuration, and some that are none, meets every event and operation, in and out of range, twice.
	type all struct {
		stepped, observed  transitions.Invitation
		odd                transitions.Oddity
		refused, forbidden bool
	}
	event := func(i transitions.Invitation, e transitions.Event) (a all) {
		defer func() {
			if r := recover(); r != nil {
				broken.add("%v, %v: panic: %v", i, e, r)
			}
		}()
		var err error
		a.stepped, err = m.step(i, e)
		a.refused = err != nil
		a.observed, a.odd, err = m.observe(i, e)
		a.forbidden = err != nil
		return a
	}
	operation := func(i transitions.Invitation, o transitions.Operation) (a all) {
		defer func() {
			if r := recover(); r != nil {
				broken.add("%v, %v: panic: %v", i, o, r)
			}
		}()
		var err error
		a.stepped, err = m.do(i, o)
		a.refused = err != nil
		return a
	}
	universe := own().reachable(true)
	known := map[transitions.Invitation]bool{}
	for _, i := range universe {
		known[i] = true
	}
	for i := range broken.over(append(universe, unreachable()...)) {
		for e := range events() {
			a, b := event(i, e), event(i, e)
			if a != b {
				broken.add("%v, %v: answered %v, then %v", i, e, a, b)
			}
			if known[i] && (!known[a.stepped] || !known[a.observed]) {
				broken.add("%v, %v leaves the reachable set: %v, %v", i, e, a.stepped, a.observed)
			}
		}
		for o := range operations() {
			if a, b := operation(i, o), operation(i, o); a != b {
				broken.add("%v, %v: answered %v, then %v", i, o, a, b)
			}
		}
	}
}

func refusing(m machine, broken *findings) {
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
			broken.add("%v.%s(%v) = %v and an error, want no change", i, name, e, next)
		case !errors.As(err, &refusal) || refusal.From != i || refusal.Event != e:
			broken.add("%v.%s(%v) refuses with %#v, want what was refused", i, name, e, err)
		case refusal.Rule() == 0 || !errors.Is(err, refusal.Rule()) || refusal.Basis() == 0:
			broken.add("%v.%s(%v) refuses by rule %v", i, name, e, refusal.Rule())
		case !read[text{i.State(), refusal.Rule()}]:
			read[text{i.State(), refusal.Rule()}] = true
			for legal := range i.Legal() {
				if !strings.Contains(refusal.Error(), legal.Type.String()+"("+legal.State.String()) {
					broken.add("%v.%s(%v) refuses with %q, want it to name %v", i, name, e, err, legal)
				}
			}
		}
	}
	for i := range broken.over(append(m.reachable(true), transitions.Invitation{})) {
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
				broken.add("%v.Do(%v) = %v and an error, want no change", i, o, next)
			case !errors.As(err, &refusal) || refusal.From != i || refusal.Operation != o:
				broken.add("%v.Do(%v) refuses with %#v, want what was refused", i, o, err)
			case refusal.Rule() == 0 || !errors.Is(err, refusal.Rule()) || refusal.Basis() == 0:
				broken.add("%v.Do(%v) refuses by rule %v", i, o, refusal.Rule())
			default:
				for offered := range i.Operations().All() {
					if !strings.Contains(err.Error(), offered.String()) {
						broken.add("%v.Do(%v) refuses with %q, want it to name %v", i, o, err, offered)
					}
				}
			}
		}
	}
}

func absorbing(m machine, broken *findings) {
	for i := range broken.over(m.reachable(true)) {
		if !i.Terminal() {
			continue
		}
		for e := range events() {
			if next, err := m.step(i, e); err == nil {
				broken.add("%v.Step(%v) = %v, want a refusal", i, e, next)
			}
			if next, _, _ := m.observe(i, e); next != i {
				broken.add("%v.Observe(%v) = %v, want no change", i, e, next)
			}
		}
		for o := range operations() {
			if next, err := m.do(i, o); err == nil {
				broken.add("%v.Do(%v) = %v, want a refusal", i, o, next)
			}
		}
	}
}

func explained(m machine, broken *findings) {
	for _, i := range m.reachable(false) {
		documented := i.Reason().Fits(i.Direction())
		if i.Succeeded() {
			documented = i.Reason() == codes.NoReason
		}
		if i.Terminal() && !documented {
			broken.add("%v, want a failure to have a reason of its direction and a success none", i)
		}
	}
}

func exhaustive(m machine, broken *findings) {
	type end struct {
		d transitions.Direction
		r codes.Reason
	}
	reached := map[end]bool{}
	for _, i := range m.reachable(false) {
		if i.Terminal() {
			reached[end{i.Direction(), i.Reason()}] = true
		}
	}
	for r := range codes.Reasons() {
		for _, d := range directions {
			if r.Fits(d) != reached[end{d, r}] {
				broken.add("%v %v: documented %t, reached %t", d, r, r.Fits(d), !r.Fits(d))
			}
		}
		if !r.Fits(transitions.Incoming) && !r.Fits(transitions.Outgoing) {
			broken.add("%v fits no direction", r)
		}
	}
}

func ending(m machine, broken *findings) {
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
			broken.add("%v cannot end", i)
		}
	}
}

func offering(m machine, broken *findings) {
	for i := range broken.over(append(m.reachable(true), unreachable()...)) {
		for o := range operations() {
			if _, err := m.do(i, o); m.operations(i).Has(o) != (err == nil) {
				broken.add("%v: offers %v: %t; doing it: %v", i, o, err != nil, err)
			}
		}
	}
}

// answering tells section 3 of the model a second time. That a body is not well-formed, its last row, is for the reader
// of the body to say.
func answering(m machine, broken *findings) {
	for i := range broken.over(append(m.reachable(true), unreachable()...)) {
		for o := range operations() {
			_, err := m.do(i, o)
			if err == nil {
				continue
			}
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
			var got codes.Synchronous
			if !errors.As(err, &got) || got != want {
				broken.add("%v.Do(%v) = %v, want synchronous error %v", i, o, err, want)
			}
			var refusal *transitions.OperationError
			if !errors.As(err, &refusal) || refusal.Basis() != codes.Inferred {
				broken.add("%v.Do(%v) = %#v, want a refusal that is Inferred", i, o, err)
			}
		}
	}
	type request = transitions.Request
	for _, letter := range []string{"a", "ä", "世", "\xff"} {
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
				err := m.check(r, o)
				var got codes.Synchronous
				if wrong != (err != nil) || wrong && (!errors.As(err, &got) || got != codes.SyncParameterValidationFailure) {
					broken.add("%+v.Check(%v) = %v, want a parameter validation failure: %t", r, o, err, wrong)
				}
				// The lengths are Stated; that forwarding needs a target is not.
				basis := codes.Stated
				if n == 6 {
					basis = codes.Inferred
				}
				var refusal *transitions.RequestError
				if wrong && (!errors.As(err, &refusal) || refusal.Basis() != basis) {
					broken.add("%+v.Check(%v) = %#v, want a refusal that is %v", r, o, err, basis)
				}
			}
		}
	}
}

// aggregating proves the law for words of any length by a simulation: whatever is legal after an event that may
// be swallowed is legal before it too, and leads to the same configuration. Then the two words are together again.
func aggregating(m machine, broken *findings) {
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
					broken.add("%v: %v, %v leads to %v; without %v to %v, %v", i, e, f, want, e, got, err)
				}
			}
		}
	}
}

func tolerating(m machine, broken *findings) {
	for i := range broken.over(m.reachable(true)) {
		for e := range events() {
			want, refusal := m.step(i, e)
			got, odd, err := m.observe(i, e)
			switch {
			case refusal == nil && (got != want || odd != transitions.Oddity{} || err != nil):
				broken.add("%v.Observe(%v) = %v, %v, %v, want %v as Step", i, e, got, odd, err, want)
			case refusal != nil && err == nil && odd == transitions.Oddity{} && (got != i || !repeated(i, e)):
				broken.add("%v.Observe(%v) = %v and nothing odd; Step: %v", i, e, got, refusal)
			case odd != transitions.Oddity{} && (odd.Rule.Source() == "" || !known(odd.Basis)):
				broken.add("%v.Observe(%v): %v lacks a rule or a basis", i, e, odd)
			case err != nil && !errors.Is(err, transitions.ErrInvalid) && !errors.Is(err, transitions.ErrCompleted):
				broken.add("%v.Observe(%v) refuses: %v", i, e, err)
			}
			readable := e.Type == transitions.EventCompleted && e.State.Terminal() && e.Reason <= codes.Undocumented
			if readable && !got.Terminal() {
				broken.add("%v.Observe(%v) = %v, want a completion", i, e, got)
			}
			if got.Terminal() && got.State() != transitions.StateConnected && got.Reason() == codes.NoReason {
				broken.add("%v.Observe(%v) = %v, want a failure to say undocumented", i, e, got)
			}
			failure := readable && e.State != transitions.StateConnected && e.Reason != codes.NoReason
			if failure && !i.Terminal() && got.Reason() != e.Reason {
				broken.add("%v.Observe(%v) = %v, want the reason as it came", i, e, got)
			}
			// What has just been observed changes nothing when it comes again, and is not odd the second time.
			if err == nil && got.State() == e.State {
				again, odd, err := m.observe(got, e)
				stillOdd := e.Type != transitions.EventUpdated && odd != transitions.Oddity{}
				if again != got || err != nil || stillOdd {
					broken.add("%v.Observe(%v) again = %v, %v, %v, want a repetition", got, e, again, odd, err)
				}
			}
		}
	}
}

// repeated reports whether e, which Step refuses, says of i what i is already.
func repeated(i transitions.Invitation, e transitions.Event) bool {
	missing := e.Reason == codes.NoReason && i.Reason() == codes.Undocumented
	switch {
	case e.State != i.State():
		return false
	case e.Type == transitions.EventCompleted:
		return i.Terminal() && (i.Succeeded() || e.Reason == i.Reason() || missing)
	}
	return i.State().Progress()
}

func inverse(m machine, broken *findings) {
	written := map[string]transitions.Invitation{}
	for i := range broken.over(m.reachable(true)) {
		text, err := m.text(i)
		var got transitions.Invitation
		if readErr := got.UnmarshalText(text); err != nil || readErr != nil || got != i {
			broken.add("%v is written %q, %v, and read as %v, %v", i, text, err, got, readErr)
		}
		if other, ok := written[string(text)]; ok {
			broken.add("%v and %v are both written %q", i, other, text)
		}
		written[string(text)] = i
		object, err := m.json(i)
		got = transitions.Invitation{}
		if readErr := json.Unmarshal(object, &got); err != nil || readErr != nil || got != i {
			broken.add("%v is written %s, %v, and read as %v, %v", i, object, err, got, readErr)
		}
	}
}

func directed(m machine, broken *findings) {
	for i := range broken.over(m.reachable(true)) {
		for e := range events() {
			stepped, _ := m.step(i, e)
			observed, _, _ := m.observe(i, e)
			if stepped.Direction() != i.Direction() || observed.Direction() != i.Direction() {
				broken.add("%v, %v: becomes %v, %v", i, e, stepped, observed)
			}
		}
		for o := range operations() {
			done, _ := m.do(i, o)
			if done.Direction() != i.Direction() || done.State() != i.State() || done.Reason() != i.Reason() {
				broken.add("%v.Do(%v) = %v, want no more than a pending operation", i, o, done)
			}
		}
	}
}

func known(b codes.Basis) bool { return b >= codes.Stated && b <= codes.Inferred }

func sourced(m machine, broken *findings) {
	check := func(what any, basis codes.Basis, source string) {
		if !known(basis) || !published(source) {
			broken.add("%v: basis %v, source %q", what, basis, source)
		}
	}
	for _, e := range m.edges {
		check(fmt.Sprintf("%v %v: %v(%v)", e.Direction, e.From, e.Type, e.To), e.Basis, e.Source)
	}
	for _, o := range m.offers {
		check(o.Operation, o.Basis, o.Source)
	}
	for _, d := range directions {
		for c := range transitions.Cells(d) {
			check(c, c.Basis, c.Source)
		}
	}
	for rule := transitions.ErrInvalid; rule <= transitions.ErrReasonState; rule++ {
		check(rule, codes.Inferred, rule.Source())
	}
	for r := range codes.Reasons() {
		check(r, r.Basis(), r.Source().String())
	}
}

// TestShortestWitnesses prints a shortest witness for every documented reason in each direction, and walks it.
func TestShortestWitnesses(t *testing.T) {
	for _, d := range directions {
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

// TestCells compares the report of every cell with what Step answers there, refusal by refusal.
func TestCells(t *testing.T) {
	for _, d := range directions {
		handled := map[transitions.Cell]bool{}
		for e := range transitions.Edges() {
			for r := range e.Reasons.All() {
				if e.Direction == d {
					event := transitions.Event{Type: e.Type, State: e.To, Reason: r}
					handled[transitions.Cell{From: e.From, Event: event, Basis: e.Basis, Source: e.Source}] = true
				}
			}
		}
		cells := 0
		for c := range transitions.Cells(d) {
			cells++
			_, err := transitions.Raw(d, c.From, transitions.OperationNone, codes.NoReason).Step(c.Event)
			var refusal *transitions.TransitionError
			if !errors.As(err, &refusal) {
				if !handled[c] {
					t.Errorf("%v: %v, want it legal and with the basis and the source of its edge", d, c)
				}
				continue
			}
			source := refusal.Rule().Source()
			if refusal.Rule() == transitions.ErrReasonDirection {
				source = c.Event.Reason.Source().String()
			}
			if c.Rule != refusal.Rule() || c.Basis != refusal.Basis() || c.Source != source {
				t.Errorf("%v: %v, want %v (%v), %s", d, c, refusal.Rule(), refusal.Basis(), source)
			}
		}
		// Nine states; started and updated with eight states each, completed with four, and there any reason or none.
		if want := 9 * (2*8 + 4*58); cells != want {
			t.Errorf("%v has %d cells, want %d", d, cells, want)
		}
	}
}

// TestLongWitness asks for a witness where the table allows none that is short.
func TestLongWitness(t *testing.T) {
	slow := transitions.Compile(func(yield func(transitions.Edge) bool) {
		for e := range transitions.Edges() {
			first := e.From == transitions.StateNone && e.To != transitions.StateConnecting
			last := e.To.Terminal() && e.From != transitions.StateForwarded
			if !first && !last && !yield(e) {
				return
			}
		}
	})
	end := transitions.Raw(transitions.Outgoing, transitions.StateFailed, 0, codes.RemoteFailureBusy)
	want := []transitions.Event{
		transitions.Started(transitions.StateConnecting),
		transitions.Updated(transitions.StateForwarded),
		transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy),
	}
	if got, ok := slow.Witness(end); !ok || !slices.Equal(got, want) {
		t.Errorf("Witness(%v) = %v, %t, want %v", end, got, ok, want)
	}
}

// TestAnalyses checks the analyses against the dumb enumeration of the laws.
func TestAnalyses(t *testing.T) {
	reachable := own().reachable(false)
	counted := map[transitions.Invitation]bool{}
	for _, d := range directions {
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
