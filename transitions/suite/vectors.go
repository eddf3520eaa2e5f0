package suite

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
)

// Schema is the name and the version of the form of the vectors.
const Schema = "avinvite.vectors/1"

// Head is the first line of a file of vectors, which are the tests of a suite as JSON lines.
type Head struct {
	Schema    string                `json:"schema"`
	Model     string                `json:"model"` // the SHA-256 of transitions/generated/table.md, in hexadecimal
	Role      string                `json:"role"`  // server or client
	Direction transitions.Direction `json:"direction"`
	Sees      []string              `json:"sees"` // the names of the parts that are compared, except the verdict
	Suite     Sizes                 `json:"suite"`
	Domain    string                `json:"domain"` // the condition under which the guarantee holds: see Suite.Domain
}

// Sizes has the parameters of a suite, and the numbers of its parts.
type Sizes struct {
	Method          string `json:"method"` // always k-A: see the theorem in the package comment
	K               uint   `json:"k"`
	Representatives int    `json:"representatives"`
	Inputs          int    `json:"inputs"`
	States          int    `json:"states"`
	Words           int    `json:"words"` // access words
	Tests           int    `json:"tests"`
	Symbols         int    `json:"symbols"` // the inputs of all tests
}

// Test is a line of a file of vectors after the first line. Steps are the inputs of the word, given to a new
// invitation. Expect has the answers that are expected at the start and after each input.
type Test struct {
	// ID is a hash of the direction and the steps. It stays the same if a later release changes an expected answer.
	ID     string        `json:"id"`
	Steps  []laws.Action `json:"steps"`
	Expect []Answer      `json:"expect"`
	// Basis has the basis of the expected answer to each input.
	Basis []codes.Basis `json:"basis"`
}

// Head returns the first line of the vectors, without the model. It generates the suite to count the tests.
func (s *Suite) Head() Head {
	m := s.machine
	tests, symbols := s.Size()
	return Head{
		Schema: Schema, Role: m.spec.Mode.Role(), Direction: m.spec.Direction, Sees: (m.spec.Sees &^ SeesVerdict).Names(),
		Suite: Sizes{
			Method: "k-A", K: s.k, Representatives: len(m.reps), Inputs: len(m.alphabet), States: m.States(),
			Words: s.words, Tests: tests, Symbols: symbols,
		},
		Domain: s.Domain(),
	}
}

// Domain returns the condition that an implementation must meet for the guarantee to hold, as a text.
func (s *Suite) Domain() string {
	of := "configurations"
	if s.kind == States {
		of = "states"
	}
	text := fmt.Sprintf("every state of the implementation is reached by one of the %d words of the %s", s.words, of)
	if s.k > 0 {
		text += fmt.Sprintf(" and at most %d of the %d representative inputs", s.k, len(s.machine.reps))
	}
	if s.machine.spec.Inputs == Representatives {
		text += ", and an input does the same as the representative of its class"
	}
	return text
}

// Test returns a word as a line of the vectors. An input that is not in the alphabet is an error.
func (m *Machine) Test(w Word) (Test, error) {
	t := Test{Steps: w, Expect: m.Expect(w)}
	if len(t.Expect) <= len(w) {
		return Test{}, fmt.Errorf("suite: %v is no input of %v", w[len(t.Expect)-1], m)
	}
	var id identifier
	id.begin(m.spec.Direction)
	i := transitions.New(m.spec.Direction)
	for _, a := range w {
		step, err := json.Marshal(a)
		if err != nil {
			return Test{}, err
		}
		id.add(step)
		var basis codes.Basis
		i, basis = m.basis(i, a)
		t.Basis = append(t.Basis, basis)
	}
	t.ID = id.String()
	return t, nil
}

// basis returns the invitation after an action, and on what authority the answer stands.
func (m *Machine) basis(i transitions.Invitation, a laws.Action) (transitions.Invitation, codes.Basis) {
	next, err := a.Step(i)
	var refusedEvent *transitions.TransitionError
	var refusedOperation *transitions.OperationError
	switch {
	case err == nil && a.Operates():
		return next, m.legal[cell{action: a}]
	case err == nil:
		return next, m.legal[cell{i.State(), a}]
	case errors.As(err, &refusedOperation):
		return next, refusedOperation.Basis()
	case m.spec.Mode == Step && errors.As(err, &refusedEvent):
		return next, refusedEvent.Basis()
	}
	next, _ = a.Observe(i)
	if next != i && a.Event.Reason > codes.NoReason && !a.Event.Reason.Documented() {
		return next, codes.Stated // "only code is required", and what is not known is ignored
	}
	return next, codes.Inferred
}

// cell is an event in a state, or an operation in any.
type cell struct {
	from   transitions.State
	action laws.Action
}

// authorities returns the basis of each cell that is legal.
func authorities(d transitions.Direction) map[cell]codes.Basis {
	bases := map[cell]codes.Basis{}
	for c := range transitions.Cells(d) {
		if c.Rule == 0 {
			bases[cell{c.From, laws.Action{Event: c.Event}}] = c.Basis
		}
	}
	for o := range transitions.Offers() {
		bases[cell{action: laws.Action{Operation: o.Operation}}] = o.Basis
	}
	return bases
}

// identifier makes the ID of a test: 48 bits of the SHA-256 of the direction and the steps, each with a line end.
type identifier struct{ text []byte }

func (id *identifier) begin(d transitions.Direction) {
	id.text = append(append(id.text[:0], d.String()...), '\n')
}

func (id *identifier) add(step []byte) { id.text = append(append(id.text, step...), '\n') }

func (id *identifier) String() string {
	sum := sha256.Sum256(id.text)
	return "av-" + hex.EncodeToString(sum[:6])
}

// WriteVectors writes the suite as vectors, with the SHA-256 of the generated table as the model. It takes some seconds
// for a million tests.
func (s *Suite) WriteVectors(w io.Writer, model string) error {
	head := s.Head()
	head.Model = model
	line, err := json.Marshal(head)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 1<<16)
	_, _ = out.Write(append(line, '\n')) // Flush returns the first error
	fragments, err := newFragments(s.machine)
	if err != nil {
		return err
	}
	for word := range s.core.tests() {
		if line, err = fragments.line(line[:0], word); err != nil {
			return err
		}
		if _, err = out.Write(line); err != nil {
			return err
		}
	}
	return out.Flush()
}

// fragments holds the JSON of the parts of tests, because the same few thousand parts make up millions of tests.
type fragments struct {
	machine *Machine
	start   []byte
	step    [][]byte // by input
	answer  [][]byte // by state before it and input
	basis   map[authority]authorized
	id      identifier
	parts   [3][]byte // the steps, answers and bases of the line under way
}

type authority struct {
	at    transitions.Invitation
	input int32
}

type authorized struct {
	next  transitions.Invitation
	basis []byte
}

func newFragments(m *Machine) (f *fragments, err error) {
	marshal := func(v any) (text []byte) {
		if err == nil {
			text, err = json.Marshal(v)
		}
		return text
	}
	f = &fragments{machine: m, start: marshal(m.look(0)), basis: map[authority]authorized{}}
	for _, a := range m.alphabet {
		f.step = append(f.step, marshal(a))
	}
	for s := range int32(m.least.states()) {
		for x := range int32(m.least.inputs) {
			f.answer = append(f.answer, marshal(m.answer(s, x)))
		}
	}
	return f, err
}

// line appends the line of a test.
func (f *fragments) line(b []byte, word []int32) ([]byte, error) {
	m := f.machine
	f.id.begin(m.spec.Direction)
	i := transitions.New(m.spec.Direction)
	var s int32
	steps, expect, basis := f.parts[0][:0], append(f.parts[1][:0], f.start...), f.parts[2][:0]
	for n, x := range word {
		from := authority{i, x}
		to, known := f.basis[from]
		if !known {
			next, because := m.basis(i, m.alphabet[x])
			text, err := json.Marshal(because)
			if err != nil {
				return b, err
			}
			to = authorized{next, text}
			f.basis[from] = to
		}
		if n > 0 {
			steps, basis = append(steps, ','), append(basis, ',')
		}
		f.id.add(f.step[x])
		steps = append(steps, f.step[x]...)
		expect = append(append(expect, ','), f.answer[int(s)*m.least.inputs+int(x)]...)
		basis = append(basis, to.basis...)
		i = to.next
		s, _ = m.least.at(s, x)
	}
	f.parts = [3][]byte{steps, expect, basis}
	b = append(append(append(b, `{"id":"`...), f.id.String()...), `","steps":[`...)
	b = append(append(b, steps...), `],"expect":[`...)
	b = append(append(b, expect...), `],"basis":[`...)
	return append(append(b, basis...), "]}\n"...), nil
}
