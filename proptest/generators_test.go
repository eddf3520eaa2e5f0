package proptest_test

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/proptest"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
)

// draw draws from a generator with the seeds from 0.
func draw[V any](g *rapid.Generator[V], n int) []V {
	drawn := make([]V, n)
	for seed := range drawn {
		drawn[seed] = g.Example(seed)
	}
	return drawn
}

// share is how many of the values have a property.
func share[V any](values []V, has func(V) bool) float64 {
	n := 0
	for _, v := range values {
		if has(v) {
			n++
		}
	}
	return float64(n) / float64(len(values))
}

// measure holds a share to what is stated of it. The seeds are fixed, so that what is near enough stays so.
func measure(t *testing.T, what string, got, stated float64) {
	t.Helper()
	t.Logf("%-45s %5.1f %%, stated %5.1f %%", what, 100*got, 100*stated)
	if math.Abs(got-stated) > 0.04 {
		t.Errorf("%s: %.3f, want about %.3f", what, got, stated)
	}
}

// TestDistributions measures what the generators state of themselves.
func TestDistributions(t *testing.T) {
	const many = 5000

	directions := draw(proptest.Direction(), many)
	incoming := func(d transitions.Direction) bool { return d == transitions.Incoming }
	measure(t, "Direction: Incoming", share(directions, incoming), 1./2)

	states := draw(proptest.State(), many)
	for s := transitions.StateConnecting; s <= transitions.StateCancelled; s++ {
		measure(t, "State: "+s.String(), share(states, func(x transitions.State) bool { return x == s }), 1./8)
	}

	reasons := draw(proptest.Reason(), many)
	measure(t, "Reason: documented", share(reasons, codes.Reason.Documented), 3./4)
	for r := codes.NoReason; r <= codes.Undocumented; r++ {
		want := 1. / 4 / 13
		if r.Documented() {
			want = 3. / 4 / 57
		}
		if got := share(reasons, func(x codes.Reason) bool { return x == r }); got < want/2 || got > want*2 {
			t.Errorf("Reason: %v %.4f, want about %.4f", r, got, want)
		}
	}

	events := draw(proptest.Event(), many)
	succeeded := slices.DeleteFunc(draw(proptest.Event(), 6*many), func(e transitions.Event) bool {
		return e.Type != transitions.EventCompleted || e.State != transitions.StateConnected
	})
	reasoned := func(e transitions.Event) bool { return e.Reason != codes.NoReason }
	measure(t, "Event: success with a reason", share(succeeded, reasoned), 1./2)
	for typ := transitions.EventStarted; typ <= transitions.EventCompleted; typ++ {
		measure(t, "Event: "+typ.String(), share(events, func(e transitions.Event) bool { return e.Type == typ }), 1./3)
	}

	bodies := draw(proptest.ErrorBody(), many)
	match := func(m codes.Match) func(*codes.Error) bool {
		return func(e *codes.Error) bool { _, got := codes.Resolve(e.Code, e.Subcode); return got == m }
	}
	measure(t, "ErrorBody: documented", share(bodies, match(codes.MatchPair)), 3./5)
	measure(t, "ErrorBody: documented elsewhere", share(bodies, match(codes.MatchElsewhere)), 1./5)
	measure(t, "ErrorBody: unknown subcode or none", share(bodies, match(codes.MatchCode)), 1./5*2/3)
	measure(t, "ErrorBody: unknown code", share(bodies, match(codes.MatchNone)), 1./5/3)
	measure(t, "ErrorBody: message", share(bodies, func(e *codes.Error) bool { return e.Message != nil }), 1./4)
	measure(t, "ErrorBody: message null", share(bodies, func(e *codes.Error) bool { return e.NullMessage }), 3./4/4)
	measure(t, "ErrorBody: link", share(bodies, func(e *codes.Error) bool { return e.Link != "" }), 1./4)
	measure(t, "ErrorBody: parameters", share(bodies, func(e *codes.Error) bool { return e.Parameters != nil }), 1./4)
	measure(t, "ErrorBody: debugInfo", share(bodies, func(e *codes.Error) bool { return e.DebugInfo != nil }), 1./4)
	measure(t, "ErrorBody: another member", share(bodies, func(e *codes.Error) bool { return e.Other != nil }), 1./4)

	resources, oversize := draw(proptest.ValidProperties(), many), draw(proptest.OversizeProperties(), many)
	for _, l := range limits {
		empty := func(r proptest.Properties) bool { return l.of(r) == "" }
		full := func(r proptest.Properties) bool { return units(l.of(r)) == l.limit }
		beyond := func(o proptest.Oversize) bool { return o.Property == l.property }
		measure(t, "ValidProperties: "+l.property+" empty", share(resources, empty), 1./3)
		measure(t, "ValidProperties: "+l.property+" at its limit", share(resources, full), 1./3*(1+1/float64(l.limit)))
		measure(t, "OversizeProperties: "+l.property, share(oversize, beyond), 1./3)
	}
	byOne := func(o proptest.Oversize) bool { return o.Length == o.Limit+1 }
	measure(t, "OversizeProperties: by one", share(oversize, byOne), 1./2)
}

// TestSequenceDistributions measures the sequences, step by step.
func TestSequenceDistributions(t *testing.T) {
	const many = 3000 // each is some five actions
	for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		for _, tt := range []struct {
			name                               string
			generator                          *rapid.Generator[[]laws.Action]
			legal, completed, operation, races float64 // stated: of the actions, or of the sequences
			after                              float64
			longest, mostAfter                 int
		}{
			{"LegalSequence", proptest.LegalSequence(d), 1, 2. / 3, 0, 0, 0, 12, 0},
			{"EventSequence", proptest.EventSequence(d), 3. / 5, 2. / 3, 0, 0, 1. / 12, 12, 3},
			{"Sequence", proptest.Sequence(d), 7. / 10, 2. / 3, 1. / 6, 1. / 5, 1. / 12, 13, 3},
		} {
			var actions, legal, operations, terminal, completed, won, lost, longest int
			for _, word := range draw(tt.generator, many) {
				i := transitions.New(d)
				before, after := i, 0
				for n, a := range word {
					if i.Terminal() {
						after++
					}
					next, err := i.Step(a.Event)
					if a.Operation != transitions.OperationNone {
						operations++
						next, err = i.Do(a.Operation)
						switch {
						case err == nil && n+1 < len(word) && completes(word[n+1].Event):
							won++
						case n > 0 && completes(word[n-1].Event) && before.Operations().Has(a.Operation):
							lost++
						}
					}
					if err == nil {
						legal++
					}
					before, i = i, next
				}
				if after > tt.mostAfter || 2*after > len(word) {
					t.Fatalf("%s: %v spends %d of %d actions on a completed invitation", tt.name, word, after, len(word))
				}
				if i.Terminal() {
					completed++
				}
				actions, terminal, longest = actions+len(word), terminal+after, max(longest, len(word))
			}
			per := func(n, of int) float64 { return float64(n) / float64(of) }
			name := fmt.Sprintf("%v %s: ", d, tt.name)
			t.Logf("%s%.1f actions each, %d at most", name, per(actions, many), longest)
			measure(t, name+"legal", per(legal, actions), tt.legal)
			measure(t, name+"completed", per(completed, many), tt.completed)
			measure(t, name+"operations", per(operations, actions), tt.operation)
			measure(t, name+"races", per(won+lost, many), tt.races)
			measure(t, name+"races lost", per(lost, many), tt.races/2)
			measure(t, name+"after the completion", per(terminal, actions), tt.after)
			if longest > tt.longest {
				t.Errorf("%v %s: %d actions in one sequence, want %d at most", d, tt.name, longest, tt.longest)
			}
		}
	}
}

// TestCoverage: with default settings Run gives every event in every state: each cell of the relation, and to a tolerant
// subject also those of the states that only a wrong service brings about. It gives every operation in every
// configuration, and every event whatever operation is pending.
func TestCoverage(t *testing.T) {
	for _, tt := range []struct {
		name    string
		subject func(transitions.Direction) laws.Subject
		comes   func(transitions.Direction, transitions.State) bool // whether the mode reaches the state
	}{
		{"Step", step, func(d transitions.Direction, s transitions.State) bool {
			return d == transitions.Outgoing || s < transitions.StateAlerting || s > transitions.StateForwarded
		}},
		{"Observe", observe, func(transitions.Direction, transitions.State) bool { return true }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			visited := map[visit]bool{}
			newSubject := func(d transitions.Direction) laws.Subject { return spy{tt.subject(d), visited} }
			if tt.name == "Observe" {
				newSubject = laws.Tolerant(newSubject)
			}
			proptest.Run(t, newSubject)
			checked := 0
			check := func(v visit) {
				if checked++; !visited[v] {
					t.Errorf("%v %v (%v, pending %v) never meets %v", v.direction, v.state, v.reason, v.pending, v.action)
				}
			}
			for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
				for c := range transitions.Cells(d) {
					if tt.comes(d, c.From) {
						check(visit{d, c.From, anyReason, anyOperation, laws.Action{Event: c.Event}})
					}
				}
			}
			t.Logf("%d cells", checked)
			for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
				for i := range transitions.Reachable(d) {
					at := visit{direction: d, state: i.State(), reason: i.Reason(), pending: i.Pending()}
					for o := transitions.OperationAccept; o <= transitions.OperationCancel; o++ {
						at.action = laws.Action{Operation: o}
						check(at)
					}
					for c := range transitions.Cells(d) {
						if c.From == i.State() && !i.Terminal() {
							at.action = laws.Action{Event: c.Event}
							check(at)
						}
					}
				}
			}
			t.Logf("%d with operations, and with events while one is pending", checked)
		})
	}
}

// completes reports whether e is a completed event.
func completes(e transitions.Event) bool { return e.Type == transitions.EventCompleted }

// visit is an action in a configuration.
type visit struct {
	direction transitions.Direction
	state     transitions.State
	reason    codes.Reason
	pending   transitions.Operation
	action    laws.Action
}

// These stand in a visit for whatever it is.
const (
	anyReason    codes.Reason          = 255
	anyOperation transitions.Operation = 255
)

// spy keeps what a subject meets, and where.
type spy struct {
	laws.Subject
	visited map[visit]bool
}

func (s spy) Event(e transitions.Event) error {
	s.visit(laws.Action{Event: e})
	return s.Subject.Event(e)
}

func (s spy) Do(o transitions.Operation) error {
	s.visit(laws.Action{Operation: o})
	return s.Subject.Do(o)
}

func (s spy) visit(a laws.Action) {
	v := s.View()
	s.visited[visit{v.Direction, v.State, v.Reason, v.Pending, a}] = true
	s.visited[visit{v.Direction, v.State, anyReason, anyOperation, a}] = true
}

// TestShrinking: what fails shrinks to something as simple as can be, whatever the seed, and prints as it is read.
func TestShrinking(t *testing.T) {
	checks(t, 100)
	set(t, "rapid.nofailfile", "true")
	for _, tt := range []struct {
		name string
		want []string // one of these
		fail func(t *rapid.T) (drawn any, failed bool)
	}{
		{"a state", []string{
			"[]laws.Action{started(Forwarded)}",
			"[]laws.Action{started(Connecting), updated(Forwarded)}",
		}, func(t *rapid.T) (any, bool) {
			word := proptest.Sequence(transitions.Outgoing).Draw(t, "sequence")
			return word, slices.ContainsFunc(word, func(a laws.Action) bool {
				return a.Event.State == transitions.StateForwarded
			})
		}},
		{"a reason", []string{
			"[]laws.Action{completed(Declined, RemoteFailure/Declined)}",
		}, func(t *rapid.T) (any, bool) {
			word := proptest.LegalSequence(transitions.Outgoing).Draw(t, "sequence")
			return word, slices.ContainsFunc(word, func(a laws.Action) bool {
				return a.Event.Reason == codes.RemoteFailureDeclined
			})
		}},
		{"a race", []string{
			"[]laws.Action{started(Connecting), do cancel, completed(Connected)}",
		}, func(t *rapid.T) (any, bool) {
			word := proptest.Sequence(transitions.Outgoing).Draw(t, "sequence")
			i := transitions.New(transitions.Outgoing)
			for _, a := range word {
				next, err := i.Step(a.Event)
				if a.Operation != transitions.OperationNone {
					next, err = i.Do(a.Operation)
				}
				if err == nil && i.Pending() == transitions.OperationCancel && next.Succeeded() {
					return word, true
				}
				i = next
			}
			return word, false
		}},
		{"three updates", []string{
			"[]laws.Action{updated(Connecting), updated(Connecting), updated(Connecting)}",
			"[]laws.Action{started(Connecting), updated(Connecting), updated(Connecting), updated(Connecting)}",
		}, func(t *rapid.T) (any, bool) {
			word := proptest.EventSequence(transitions.Incoming).Draw(t, "sequence")
			n := 0
			for _, a := range word {
				if a.Event.Type == transitions.EventUpdated {
					n++
				}
			}
			return word, n >= 3
		}},
		{"an error body", []string{`{"code":"Xaa"}`}, func(t *rapid.T) (any, bool) {
			e := proptest.ErrorBody().Draw(t, "body")
			_, published := e.Code.Published()
			return e, !published
		}},
		{"a message", []string{
			`{"code":"BadRequest","subcode":"NormalizationFailed","message":"a"}`,
			`{"code":"BadRequest","subcode":"APIVersionNotSupported","message":"a"}`,
		}, func(t *rapid.T) (any, bool) {
			e := proptest.ErrorBody().Draw(t, "body")
			return e, e.Message != nil
		}},
		{"a resource", []string{
			`subject has 251 of 250: {"direction":"Incoming","state":"Connecting","subject":"` + strings.Repeat("a", 251) + `"}`,
		}, func(t *rapid.T) (any, bool) {
			o := proptest.OversizeProperties().Draw(t, "resource")
			return o, o.Property == "subject"
		}},
		{"an event", []string{
			"completed(Declined, BadRequest/NormalizationFailed)",
			"completed(Declined, undocumented)",
		}, func(t *rapid.T) (any, bool) {
			e := proptest.Event().Draw(t, "event")
			return e, e.State >= transitions.StateDeclined && e.Reason != codes.NoReason
		}},
		{"a direction, a state and a reason", []string{
			"[]interface {}{Outgoing, TeamRing, BadRequest/NormalizationFailed}",
			"[]interface {}{Outgoing, TeamRing, none}",
		}, func(t *rapid.T) (any, bool) {
			d, s, r := proptest.Direction().Draw(t, "d"), proptest.State().Draw(t, "s"), proptest.Reason().Draw(t, "r")
			return []any{d, s, r}, d == transitions.Outgoing && s >= transitions.StateTeamRing
		}},
		{"a document", []string{`{"sender":[{"rel":"ms:rtc:saas:communication","href":"communication","events":[` +
			`{"_embedded":{"ms:rtc:saas:audioVideoInvitation":{"direction":"Incoming","state":"Declined"}},` +
			`"link":{"rel":"ms:rtc:saas:audioVideoInvitation","href":"communication/audioVideoInvitations/1"},` +
			`"reason":{"code":"LocalFailure","subcode":"Declined"},"type":"completed"}]}]}`}, func(t *rapid.T) (any, bool) {
			d := proptest.EventDocument().Draw(t, "document")
			return d, slices.ContainsFunc(d.Events, func(told proptest.PayloadEvent) bool {
				return told.Event.State == transitions.StateDeclined
			})
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for seed := range 5 {
				set(t, "rapid.seed", strconv.Itoa(seed+1))
				var last any
				r := record(func(r *recorder) {
					rapid.Check(r, func(t *rapid.T) {
						if drawn, failed := tt.fail(t); failed {
							last = drawn
							t.Fatal("as it should")
						}
					})
				})
				if !r.failed {
					t.Fatalf("seed %d: nothing to shrink", seed+1)
				}
				if got := fmt.Sprintf("%#v", last); !slices.Contains(tt.want, got) {
					t.Errorf("seed %d shrinks to %s, want one of %s", seed+1, got, tt.want)
				}
			}
		})
	}
}
