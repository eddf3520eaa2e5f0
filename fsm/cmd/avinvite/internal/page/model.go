package page

import (
	"errors"
	"fmt"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/report"
	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
	"github.com/avinvite/avinvite/transitions/suite"
)

// model is everything that the page knows about the protocol. The page looks its answers up here and computes none.
type model struct {
	Inputs         []input         `json:"inputs"` // the alphabet of package suite
	Configurations []configuration `json:"configurations"`
	Answers        []answer        `json:"answers"`
	Sources        []string        `json:"sources"`
	Arrows         []arrow         `json:"arrows"`
	Reasons        []reason        `json:"reasons"`
	Rules          []rule          `json:"rules"`
	Explanations   []explanation   `json:"explanations"` // of the bases
}

// input is an event or an operation.
type input struct {
	Name      string                `json:"name"` // in links
	Text      string                `json:"text"`
	Type      transitions.EventType `json:"type,omitzero"`
	State     transitions.State     `json:"state,omitzero"`
	Reason    string                `json:"reason,omitempty"`
	Operation transitions.Operation `json:"operation,omitzero"`
}

// configuration is an invitation. The first ones are those that Step and Do reach, with the numbers of their answers to
// the inputs. The others are those that only Observe reaches, and have no cells.
type configuration struct {
	Text      string                `json:"text"`
	Direction transitions.Direction `json:"direction"`
	State     transitions.State     `json:"state"`
	Reason    string                `json:"reason,omitempty"`
	Terminal  bool                  `json:"terminal,omitempty"`
	Expected  string                `json:"expected"` // the events that are legal
	Offered   string                `json:"offered"`  // the operations
	Ends      []transitions.State   `json:"ends"`     // in which it can still end
	Cells     []int                 `json:"cells,omitempty"`
}

// answer is what becomes of a configuration by an input.
type answer struct {
	To     int         `json:"to"`               // the configuration afterwards; the same if the input is refused
	Rule   string      `json:"rule,omitempty"`   // that the input breaks; "" if it is legal
	Text   string      `json:"text,omitempty"`   // of the rule
	Basis  codes.Basis `json:"basis,omitzero"`   // of the edge or of the rule
	Source int         `json:"source"`           // where that can be read
	Status int         `json:"status,omitempty"` // of the answer to a refused operation
	Error  string      `json:"error,omitempty"`  // its code and text
	HangUp bool        `json:"hangUp,omitempty"` // the operation hangs up the call
	Client string      `json:"client,omitempty"` // what a client makes of a refused event: takes, ignores, repeats, keeps
	Seen   int         `json:"seen,omitempty"`   // the configuration of a client that takes it
}

// What Observe makes of an event that Step refuses.
const (
	clientTakes   = "takes"   // the invitation changes
	clientIgnores = "ignores" // it stays, and the event is odd
	clientRepeats = "repeats" // it stays, and the event is a repetition
	clientKeeps   = "keeps"   // it stays, and the event is an error
)

// arrow is an arrow of the state diagram: the edges between two states.
type arrow struct {
	Direction transitions.Direction `json:"direction"`
	From      transitions.State     `json:"from"`
	To        transitions.State     `json:"to"`
}

// reason is a reason of the catalogue.
type reason struct {
	Name        string              `json:"name"`
	Explanation string              `json:"explanation"`
	Litmus      string              `json:"litmus,omitempty"`
	Texts       []string            `json:"texts"`
	OtherText   string              `json:"otherText,omitempty"`
	OtherPage   string              `json:"otherPage,omitempty"`
	Directions  []codes.Direction   `json:"directions"`
	Basis       codes.Basis         `json:"basis"`
	Source      int                 `json:"source"`
	EndedBy     string              `json:"endedBy"`
	ActorBasis  codes.Basis         `json:"actorBasis"`
	ActorSource int                 `json:"actorSource"`
	States      []ending            `json:"states"`
	Retry       codes.Retry         `json:"retry"`
	Advice      map[string]string   `json:"advice"`  // by the name of a direction
	Witness     map[string][]string `json:"witness"` // the names of a shortest sequence of inputs, by direction
	HTTP        int                 `json:"http,omitempty"`
}

type ending struct {
	State  codes.State `json:"state"`
	Basis  codes.Basis `json:"basis"`
	Source int         `json:"source"`
}

// rule is a rule that a finding can break.
type rule struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

type explanation struct {
	Basis codes.Basis `json:"basis"`
	Text  string      `json:"text"`
}

// newModel enumerates the relation and the catalogue.
func newModel() (*model, error) {
	m := &modelMaker{sources: map[string]int{}, answers: map[answer]int{}, configurations: map[transitions.Invitation]int{}}
	for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		for i := range transitions.Reachable(d) {
			m.configuration(i)
		}
	}
	machine, err := suite.New(suite.Spec{Direction: transitions.Outgoing, Mode: suite.Step, Sees: suite.SeesState})
	if err != nil {
		return nil, fmt.Errorf("page: the alphabet: %w", err)
	}
	alphabet := machine.Alphabet()
	for _, a := range alphabet {
		m.Inputs = append(m.Inputs, newInput(a))
	}
	legal := authorities()
	for n, i := range m.invitations { // the loop does not see those that it adds
		for _, a := range alphabet {
			m.Configurations[n].Cells = append(m.Configurations[n].Cells, m.answer(n, i, a, legal))
		}
	}
	m.arrows()
	for r := range codes.Reasons() {
		m.reason(r)
	}
	for _, r := range conformance.Rules() {
		m.Rules = append(m.Rules, rule{string(r), r.Text()})
	}
	m.Explanations = []explanation{
		{codes.Stated, "The documentation says so in words."},
		{codes.Sampled, "A published payload shows it."},
		{codes.Inferred, "It follows from what is stated and sampled; no page says it."},
	}
	return &m.model, nil
}

// modelMaker numbers the parts of a model.
type modelMaker struct {
	model
	sources        map[string]int
	answers        map[answer]int
	configurations map[transitions.Invitation]int
	invitations    []transitions.Invitation // in the order of their numbers
}

func newInput(a laws.Action) input {
	if a.Operates() {
		return input{Name: a.Operation.String(), Text: a.Operation.String(), Operation: a.Operation}
	}
	in := input{Name: a.Event.Name(), Text: a.Event.String(), Type: a.Event.Type, State: a.Event.State}
	if a.Event.Reason != codes.NoReason {
		in.Reason = a.Event.Reason.String()
	}
	return in
}

func (m *modelMaker) configuration(i transitions.Invitation) int {
	if n, known := m.configurations[i]; known {
		return n
	}
	n := len(m.invitations)
	m.configurations[i], m.invitations = n, append(m.invitations, i)
	c := configuration{
		Text: i.String(), Direction: i.Direction(), State: i.State(), Terminal: i.Terminal(),
		Expected: (&transitions.TransitionError{From: i}).Expected(), Offered: i.Operations().String(),
		Ends: []transitions.State{},
	}
	if i.Reason() != codes.NoReason {
		c.Reason = i.Reason().String()
	}
	for end := range transitions.Outcomes(i) {
		if n := len(c.Ends); n == 0 || c.Ends[n-1] != end.State() {
			c.Ends = append(c.Ends, end.State())
		}
	}
	m.Configurations = append(m.Configurations, c)
	return n
}

func (m *modelMaker) source(s codes.Source) int {
	text := s.String()
	n, known := m.sources[text]
	if !known {
		n = len(m.Sources)
		m.sources[text], m.Sources = n, append(m.Sources, text)
	}
	return n
}

// authority is the basis of a cell or of an offer, and its source.
type authority struct {
	basis  codes.Basis
	source codes.Source
}

// cell names a legal action in a state of a direction.
type cell struct {
	direction transitions.Direction
	from      transitions.State
	action    laws.Action
}

// authorities returns on what authority each legal action stands. That of an offer does not depend on the state.
func authorities() map[cell]authority {
	legal := map[cell]authority{}
	for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		for c := range transitions.Cells(d) {
			if c.Rule == 0 {
				legal[cell{d, c.From, laws.Action{Event: c.Event}}] = authority{c.Basis, c.Source}
			}
		}
	}
	for o := range transitions.Offers() {
		legal[cell{direction: o.Direction, action: laws.Action{Operation: o.Operation}}] = authority{o.Basis, o.Source}
	}
	return legal
}

// answer returns the number of the answer of a configuration to an input.
func (m *modelMaker) answer(n int, i transitions.Invitation, a laws.Action, legal map[cell]authority) int {
	next, err := a.Step(i)
	out := answer{To: m.configuration(next)}
	var (
		event     *transitions.TransitionError
		operation *transitions.OperationError
	)
	switch {
	case err == nil:
		key := cell{direction: i.Direction(), action: a}
		if !a.Operates() {
			key.from = i.State()
		}
		found := legal[key]
		out.Basis, out.Source = found.basis, m.source(found.source)
	case errors.As(err, &event):
		out.Rule, out.Text, out.Basis, out.Source = event.Rule().Name(), event.Rule().Text(), event.Basis(), m.source(event.Source())
		seen, odd, err := i.Observe(a.Event)
		switch {
		case err != nil:
			out.Client = clientKeeps
		case seen != i:
			out.Client, out.Seen = clientTakes, m.configuration(seen)
		case odd == transitions.Oddity{}:
			out.Client = clientRepeats
		default:
			out.Client = clientIgnores
		}
	case errors.As(err, &operation):
		row := operation.Synchronous
		out.Rule, out.Text, out.Basis = operation.Rule().Name(), operation.Rule().Text(), operation.Basis()
		out.Source, out.Status, out.HangUp = m.source(operation.Source()), row.HTTP(), i.HangsUp(a.Operation)
		out.Error = fmt.Sprintf("%s: %s", row.Code(), report.Documented(row.Description()))
	}
	number, known := m.answers[out]
	if !known {
		number = len(m.Answers)
		m.answers[out], m.Answers = number, append(m.Answers, out)
	}
	return number
}

// arrows collects the pairs of states that edges connect.
func (m *modelMaker) arrows() {
	seen := map[arrow]bool{}
	for e := range transitions.Edges() {
		a := arrow{e.Direction, e.From, e.To}
		if !seen[a] {
			seen[a] = true
			m.Arrows = append(m.Arrows, a)
		}
	}
}

func (m *modelMaker) reason(r codes.Reason) {
	_, basis := r.Actor()
	retry, _ := r.Retry()
	out := reason{
		Name: r.String(), Explanation: r.Explanation(), Litmus: r.Litmus(), Texts: r.Texts(), HTTP: r.Code().HTTP(),
		Basis: r.Basis(), Source: m.source(r.Source()), EndedBy: report.EndedBy(r), ActorBasis: basis,
		ActorSource: m.source(r.ActorSource()), Retry: retry, Advice: map[string]string{}, Witness: map[string][]string{},
	}
	out.OtherText, out.OtherPage = r.OtherText()
	for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		if !r.Fits(d) {
			continue
		}
		out.Directions = append(out.Directions, d)
		out.Advice[d.String()] = report.Advice(r, d)
		events, _ := transitions.WitnessReason(d, r)
		for _, e := range events {
			out.Witness[d.String()] = append(out.Witness[d.String()], e.Name())
		}
	}
	for _, e := range r.States() {
		out.States = append(out.States, ending{e.State, e.Basis, m.source(e.Source)})
	}
	m.Reasons = append(m.Reasons, out)
}
