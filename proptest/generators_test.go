package proptest_test

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/proptest"
	"github.com/avinvite/avinvite/transitions"
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

// TestDistributions measures what the generators state of themselves.
func TestDistributions(t *testing.T) {
	measure := func(what string, got, want float64) {
		t.Helper()
		t.Logf("%-55s %5.1f %%, stated %5.1f %%", what, 100*got, 100*want)
		if math.Abs(got-want) > 0.03 { // four standard deviations of the smallest sample
			t.Errorf("%s: %.3f, want %.3f", what, got, want)
		}
	}
	const many = 5000

	directions := draw(proptest.Direction(), many)
	measure("Direction: Incoming", share(directions, func(d transitions.Direction) bool { return d == transitions.Incoming }), 1./2)

	states := draw(proptest.State(), many)
	for s := transitions.StateConnecting; s <= transitions.StateCancelled; s++ {
		measure("State: "+s.String(), share(states, func(x transitions.State) bool { return x == s }), 1./8)
	}

	reasons := draw(proptest.Reason(), many)
	measure("Reason: documented", share(reasons, codes.Reason.Documented), 3./4)
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
	for typ := transitions.EventStarted; typ <= transitions.EventCompleted; typ++ {
		measure("Event: "+typ.String(), share(events, func(e transitions.Event) bool { return e.Type == typ }), 1./3)
	}

	bodies := draw(proptest.ErrorBody(), many)
	match := func(m codes.Match) func(*codes.Error) bool {
		return func(e *codes.Error) bool { _, got := codes.Resolve(e.Code, e.Subcode); return got == m }
	}
	measure("ErrorBody: documented", share(bodies, match(codes.MatchPair)), 3./5)
	measure("ErrorBody: documented elsewhere", share(bodies, match(codes.MatchElsewhere)), 1./5)
	measure("ErrorBody: unknown subcode or none", share(bodies, match(codes.MatchCode)), 1./5*2/3)
	measure("ErrorBody: unknown code", share(bodies, match(codes.MatchNone)), 1./5/3)
	measure("ErrorBody: message", share(bodies, func(e *codes.Error) bool { return e.Message != nil }), 1./4)
	measure("ErrorBody: message null", share(bodies, func(e *codes.Error) bool { return e.NullMessage }), 3./4/4)
	measure("ErrorBody: link", share(bodies, func(e *codes.Error) bool { return e.Link != "" }), 1./4)
	measure("ErrorBody: parameters", share(bodies, func(e *codes.Error) bool { return e.Parameters != nil }), 1./4)
	measure("ErrorBody: debugInfo", share(bodies, func(e *codes.Error) bool { return e.DebugInfo != nil }), 1./4)
	measure("ErrorBody: a member that no page lists", share(bodies, func(e *codes.Error) bool { return e.Other != nil }), 1./4)

	for _, l := range limits {
		resources := draw(proptest.ValidResource(), many)
		measure("ValidResource: "+l.property+" empty", share(resources, func(r proptest.Resource) bool { return l.of(r) == "" }), 1./3)
		measure("ValidResource: "+l.property+" at its limit", share(resources, func(r proptest.Resource) bool { return units(l.of(r)) == l.limit }), 1./3*(1+1/float64(l.limit)))
		oversize := draw(proptest.OversizeResource(), many)
		measure("OversizeResource: "+l.property, share(oversize, func(o proptest.Oversize) bool { return o.Property == l.property }), 1./3)
		measure("OversizeResource: by one", share(oversize, func(o proptest.Oversize) bool { return o.Length == o.Limit+1 }), 1./2)
	}
}

// limits are the limits of the PAGE.
var limits = []struct {
	property string
	limit    int
	of       func(proptest.Resource) string
}{
	{"operationId", 50, func(r proptest.Resource) string { return r.OperationID }},
	{"sessionContext", 50, func(r proptest.Resource) string { return r.SessionContext }},
	{"subject", 250, func(r proptest.Resource) string { return r.Subject }},
}

func units(s string) int { return len(utf16.Encode([]rune(s))) }

// TestResourceLimits: valid resources keep their limits, and the others break the one that they name, and no other.
func TestResourceLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		valid := proptest.ValidResource().Draw(t, "valid")
		oversize := proptest.OversizeResource().Draw(t, "oversize")
		for _, l := range limits {
			if n := units(l.of(valid)); n > l.limit {
				t.Errorf("a valid resource has %d units of %s, want %d at most", n, l.property, l.limit)
			}
			n := units(l.of(oversize.Resource))
			if beyond := n > l.limit; beyond != (l.property == oversize.Property) || beyond && (n != oversize.Length || l.limit != oversize.Limit) {
				t.Errorf("%d units of %s, named is %s with %d of %d", n, l.property, oversize.Property, oversize.Length, oversize.Limit)
			}
		}
	})
}

// TestSequenceDistributions measures the sequences, step by step.
func TestSequenceDistributions(t *testing.T) {
	const many = 3000
	for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		for _, tt := range []struct {
			name                               string
			generator                          *rapid.Generator[[]proptest.Action]
			legal, completed, operation, races float64 // stated: of the actions, or of the sequences
			after                              float64
			longest                            int
		}{
			{"LegalSequence", proptest.LegalSequence(d), 1, 2. / 3, 0, 0, 0, 12},
			{"EventSequence", proptest.EventSequence(d), 3. / 5, 2. / 3, 0, 0, 1. / 12, 12},
			{"Sequence", proptest.Sequence(d), 7. / 10, 2. / 3, 1. / 6, 1. / 5, 1. / 12, 13},
		} {
			var actions, legal, operations, terminal, completed, races, longest int
			for _, word := range draw(tt.generator, many) {
				i := transitions.New(d)
				after := 0
				for n, a := range word {
					if i.Terminal() {
						after++
					}
					next, err := i.Step(a.Event)
					if a.Operation != transitions.OperationNone {
						operations++
						next, err = i.Do(a.Operation)
						if n > 0 && err != nil && word[n-1].Event.Type == transitions.EventCompleted || n+1 < len(word) && err == nil && word[n+1].Event.Type == transitions.EventCompleted {
							races++
						}
					}
					if err == nil {
						legal++
					}
					i = next
				}
				if 2*after > len(word) {
					t.Fatalf("%s: %v spends %d of %d actions on a completed invitation", tt.name, word, after, len(word))
				}
				if i.Terminal() {
					completed++
				}
				actions, terminal, longest = actions+len(word), terminal+after, max(longest, len(word))
			}
			per := func(n, of int) float64 { return float64(n) / float64(of) }
			t.Logf("%v %s: %.1f actions each, %d at most; legal %.2f, operations %.2f, after the completion %.2f of the actions; completed %.2f, races %.2f a sequence",
				d, tt.name, per(actions, many), longest, per(legal, actions), per(operations, actions), per(terminal, actions), per(completed, many), per(races, many))
			for _, m := range []struct {
				what      string
				got, want float64
			}{
				{"legal", per(legal, actions), tt.legal},
				{"completed", per(completed, many), tt.completed},
				{"operations", per(operations, actions), tt.operation},
				{"races", per(races, many), tt.races},
				{"after the completion", per(terminal, actions), tt.after},
			} {
				if math.Abs(m.got-m.want) > 0.05 {
					t.Errorf("%v %s: %s %.2f, want about %.2f", d, tt.name, m.what, m.got, m.want)
				}
			}
			if longest > tt.longest {
				t.Errorf("%v %s: %d actions in one sequence, want %d at most", d, tt.name, longest, tt.longest)
			}
		}
	}
}

// TestCoverage: with default settings the kit hands every event in every state: each cell of the relation, and for a tolerant
// subject also those of the states that a wrong service alone brings about.
func TestCoverage(t *testing.T) {
	type cell struct {
		d    transitions.Direction
		from transitions.State
		e    transitions.Event
	}
	for _, tt := range []struct {
		name    string
		subject func(transitions.Direction) proptest.Subject
		comes   func(transitions.Direction, transitions.State) bool // whether the reader comes to the state
	}{
		{"Step", step, func(d transitions.Direction, s transitions.State) bool {
			return d == transitions.Outgoing || s < transitions.StateAlerting || s > transitions.StateForwarded
		}},
		{"Observe", observe, func(transitions.Direction, transitions.State) bool { return true }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			visited := map[cell]bool{}
			newSubject := func(d transitions.Direction) proptest.Subject {
				return spy{tt.subject(d), func(v proptest.View, e transitions.Event) { visited[cell{v.Direction, v.State, e}] = true }}
			}
			if tt.name == "Observe" {
				newSubject = proptest.Tolerant(newSubject)
			}
			proptest.Run(t, newSubject)
			cells := 0
			for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
				for c := range transitions.Cells(d) {
					if !tt.comes(d, c.From) {
						continue
					}
					cells++
					if !visited[cell{d, c.From, c.Event}] {
						t.Errorf("%v %v never meets %v", d, c.From, c.Event)
					}
				}
			}
			t.Logf("%d cells, all visited", cells)
		})
	}
}

// spy tells of the events that a subject meets, and of what it shows before.
type spy struct {
	proptest.Subject
	meets func(proptest.View, transitions.Event)
}

func (s spy) Event(e transitions.Event) error {
	s.meets(s.View(), e)
	return s.Subject.Event(e)
}

// TestShrinking: what fails shrinks to something as simple as can be, whatever the seed.
func TestShrinking(t *testing.T) {
	set(t, "rapid.nofailfile", "true")
	for _, tt := range []struct {
		name string
		want []string // one of these
		fail func(t *rapid.T) (drawn any, failed bool)
	}{
		{"a state", []string{"[started(Forwarded)]", "[started(Connecting) updated(Forwarded)]"}, func(t *rapid.T) (any, bool) {
			word := proptest.Sequence(transitions.Outgoing).Draw(t, "sequence")
			return word, slices.ContainsFunc(word, func(a proptest.Action) bool { return a.Event.State == transitions.StateForwarded })
		}},
		{"a reason", []string{"[completed(Declined, RemoteFailure/Declined)]"}, func(t *rapid.T) (any, bool) {
			word := proptest.LegalSequence(transitions.Outgoing).Draw(t, "sequence")
			return word, slices.ContainsFunc(word, func(a proptest.Action) bool { return a.Event.Reason == codes.RemoteFailureDeclined })
		}},
		{"a race", []string{"[started(Connecting) do cancel completed(Connected)]"}, func(t *rapid.T) (any, bool) {
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
			"[updated(Connecting) updated(Connecting) updated(Connecting)]",
			"[started(Connecting) updated(Connecting) updated(Connecting) updated(Connecting)]",
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
			written, err := e.MarshalJSON()
			_, published := e.Code.Published()
			return string(written), err == nil && !published
		}},
		{"a resource", []string{"subject " + strings.Repeat("a", 251)}, func(t *rapid.T) (any, bool) {
			o := proptest.OversizeResource().Draw(t, "resource")
			return "subject " + o.Subject, o.Property == "subject"
		}},
		{"a document", []string{`{"sender":[{"rel":"ms:rtc:saas:communication","href":"communication","events":[` +
			`{"_embedded":{"ms:rtc:saas:audioVideoInvitation":{"direction":"Incoming","state":"Declined"}},` +
			`"link":{"rel":"ms:rtc:saas:audioVideoInvitation","href":"communication/audioVideoInvitations/1"},` +
			`"reason":{"code":"LocalFailure","subcode":"Declined"},"type":"completed"}]}]}`}, func(t *rapid.T) (any, bool) {
			d := proptest.EventDocument().Draw(t, "document")
			return string(d.JSON), slices.ContainsFunc(d.Told, func(told proptest.Told) bool { return told.Event.State == transitions.StateDeclined })
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
				if got := fmt.Sprint(last); !slices.Contains(tt.want, got) {
					t.Errorf("seed %d shrinks to %s, want one of %s", seed+1, got, tt.want)
				}
			}
		})
	}
}
