package laws_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
)

// TestMain makes the test binary the child process of Example_process, too. It stands here because an example is shown
// with the whole of its file only if no test is in it.
func TestMain(m *testing.M) {
	if os.Getenv("LAWS_EXAMPLE_CHILD") != "" {
		if err := serve(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// hold holds the subjects to every law.
func hold(t *testing.T, newSubject func(transitions.Direction) laws.Subject) {
	t.Helper()
	if err := laws.Enumerate(newSubject); err != nil {
		t.Error(err)
	}
}

// TestAll holds the list to what it promises, and to the laws that are about the library.
func TestAll(t *testing.T) {
	for n, l := range laws.All() {
		library := slices.Contains([]int{11, 12, 14, 15}, l.Number)
		if l.Number != n+1 || l.Name == "" || l.Statement == "" || l.Checked() == library {
			t.Errorf("law %d is %v, %q, checked %t, want it checked %t", n+1, l, l.Statement, l.Checked(), !library)
		}
		if library != (l.Basis == 0) || library != (l.Source.Page == "") {
			t.Errorf("law %d has the basis %v and the source %q, want neither: %t", l.Number, l.Basis, l.Source, library)
		}
	}
	if n := len(laws.All()); n != 15 {
		t.Errorf("there are %d laws, want 15", n)
	}
}

// The two modes of package transitions, as functions on values.
var (
	step    = laws.Pure(transitions.New, transitions.Invitation.Step, transitions.Invitation.Do, laws.ViewOf)
	observe = laws.Tolerant(laws.Pure(transitions.New, observed, transitions.Invitation.Do, laws.ViewOf))
)

func observed(i transitions.Invitation, e transitions.Event) (transitions.Invitation, error) {
	next, _, err := i.Observe(e)
	return next, err
}

func TestStep(t *testing.T)    { hold(t, step) }
func TestObserve(t *testing.T) { hold(t, observe) }

func TestAtomic(t *testing.T) {
	begin := func(d transitions.Direction) *transitions.Atomic {
		a := new(transitions.Atomic)
		a.Store(transitions.New(d))
		return a
	}
	do := func(a *transitions.Atomic, o transitions.Operation) error { _, err := a.Do(o); return err }
	view := func(a *transitions.Atomic) laws.View { return laws.ViewOf(a.Load()) }
	hold(t, laws.Live(begin,
		func(a *transitions.Atomic, e transitions.Event) error { _, err := a.Step(e); return err }, do, view))
	hold(t, laws.Tolerant(laws.Live(begin,
		func(a *transitions.Atomic, e transitions.Event) error { _, _, err := a.Observe(e); return err }, do, view)))
}

// TestUnjudged: a server may answer cancel of a connected call as it likes, and Conflict with any subcode.
func TestUnjudged(t *testing.T) {
	for _, hangUp := range []error{nil, codes.SyncConflict, errRefused} {
		hold(t, mutant{do: func(m *machine, o transitions.Operation) error {
			if m.at.HangsUp(o) {
				return hangUp
			}
			return m.do(o)
		}}.subject())
	}
	for row := range codes.SynchronousErrors() {
		if row.Code() != codes.Conflict {
			continue
		}
		hold(t, mutant{do: func(m *machine, o transitions.Operation) error {
			err := m.do(o)
			if errors.Is(err, transitions.ErrPending) {
				return row
			}
			return err
		}}.subject())
	}
}

// TestNeverAnswers: a subject that blocks, or ends the goroutine, breaks the first law wherever it does, and is not
// asked again. It runs in a bubble, where the patience ends when everybody else waits, and not before.
func TestNeverAnswers(t *testing.T) { synctest.Test(t, neverAnswers) }

func neverAnswers(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	block := func() { <-release }
	at := func(here bool, silence func()) {
		if here {
			silence()
		}
	}
	silent := func(where string, silence func()) func(transitions.Direction) laws.Subject {
		return mutant{
			begin: func(d transitions.Direction) *machine {
				at(where == "begin" && d == transitions.Outgoing, silence)
				return &machine{at: transitions.New(d)}
			},
			event: func(m *machine, e transitions.Event) error {
				at(where == "event" && e.State == transitions.StateAlerting, silence)
				return m.step(e)
			},
			do: func(m *machine, o transitions.Operation) error {
				at(where == "do" && m.at.Pending() != transitions.OperationNone || where == "first do", silence)
				return m.do(o)
			},
			view: func(m *machine) laws.View {
				at(where == "view" && m.at.State() == transitions.StateTeamRing, silence)
				return m.view()
			},
		}.subject()
	}
	for _, tt := range []struct {
		where   string
		silence func()
		want    string // the sequence, and the actual
	}{
		{"begin", block, "Outgoing invitation, shortest sequence found:\n\t(nothing)\n|none within 30s"},
		{"event", block, "\n\t1. started(Alerting)\nthe|none within 30s"},
		{"do", block, "\n\t1. started(Connecting)\n\t2. do accept\n\t3. do accept\nthe|none within 30s"},
		{"first do", block, "\n\t1. do accept\nthe|none within 30s"},
		{"view", block, "\n\t1. started(TeamRing)\nthe|none within 30s"},
		{"begin", runtime.Goexit, "\n\t(nothing)\nthe|the end of the goroutine that asked, as by t.FailNow"},
		{"event", runtime.Goexit, "\n\t1. started(Alerting)\nthe|the end of the goroutine that asked, as by t.FailNow"},
	} {
		c := laws.NewChecker(silent(tt.where, tt.silence), laws.Patience)
		sequence, actual, _ := strings.Cut(tt.want, "|")
		for _, broken := range [][]*laws.Finding{
			c.Enumerate(c.Words(), c.Laws()...),
			c.Enumerate(c.Words(), c.Laws()...), // not asked again
			{c.Check(transitions.Outgoing, nil, c.Laws()...)},
			{c.Stuck()},
		} {
			if len(broken) != 1 || broken[0] == nil || !strings.HasPrefix(broken[0].Error(), "law 1 broken") ||
				!strings.Contains(broken[0].Error(), sequence) || !strings.HasSuffix(broken[0].Error(), "\nactual:   "+actual) {
				t.Errorf("silent in %s: %v, want %q and %q", tt.where, broken, sequence, actual)
			}
		}
	}
}

// TestNoRow: an answer that the PAGE does not have is shown as the subject gave it.
func TestNoRow(t *testing.T) {
	err := laws.Enumerate(mutant{do: func(m *machine, o transitions.Operation) error {
		if m.do(o) != nil {
			return fmt.Errorf("500 Internal Server Error: %w", codes.Synchronous(0))
		}
		return nil
	}}.subject())
	want := "\nactual:   refused: 500 Internal Server Error: Synchronous(0)"
	if err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("Enumerate returns %v, want %q", err, want)
	}
}

// TestCheck: what a sequence breaks is shortened to the fewest actions, and operations are left out for subjects that
// have none.
func TestCheck(t *testing.T) {
	// Only two updates that stand next to each other go wrong: what aggregation does where something is dropped.
	c := laws.NewChecker(mutant{
		event: refuses((*machine).step, func(m *machine, e transitions.Event) bool {
			return m.at.State() == transitions.StateTeamRing && e == transitions.Updated(transitions.StateTeamRing)
		}),
	}.subject(), laws.Patience)
	update := func(s transitions.State) laws.Action { return laws.Action{Event: transitions.Updated(s)} }
	word := []laws.Action{
		{Event: transitions.Started(transitions.StateConnecting)}, {Operation: transitions.OperationCancel},
		update(transitions.StateTeamRing), update(transitions.StateAlerting), update(transitions.StateTeamRing),
		update(transitions.StateForwarded),
	}
	f := c.Check(transitions.Outgoing, word, laws.All()[9-1])
	if want := []laws.Action{word[2], word[4]}; f == nil || !slices.Equal(f.Actions, want) {
		t.Errorf("Check finds %v, want the actions %v", f, want)
	}
	if f := c.Check(transitions.Outgoing, word[:4], c.Laws()...); f != nil {
		t.Errorf("Check finds %v, want nothing", f)
	}
	c = laws.NewChecker(laws.Live(mutant{}.begun, (*machine).step, nil, (*machine).view), laws.Patience)
	if f := c.Check(transitions.Outgoing, word, c.Laws()...); f != nil || c.Operates() {
		t.Errorf("without operations (%t) Check finds %v", c.Operates(), f)
	}
}

// TestJSON holds the JSON of actions and views to what the package documents, and reads back every action and every view
// of a reachable configuration.
func TestJSON(t *testing.T) {
	busy := transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy)
	failed, err := transitions.New(transitions.Outgoing).Step(busy)
	if err != nil {
		t.Fatal(err)
	}
	alerting, err := transitions.New(transitions.Outgoing).Step(transitions.Started(transitions.StateAlerting))
	if err != nil {
		t.Fatal(err)
	}
	cancelled, err := alerting.Do(transitions.OperationCancel)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		value any
		want  string
	}{
		{laws.Action{Event: transitions.Started(transitions.StateAlerting)}, `{"event":"started","state":"Alerting"}`},
		{laws.Action{Event: busy},
			`{"event":"completed","state":"Failed","reason":{"code":"RemoteFailure","subcode":"Busy"}}`},
		{laws.Action{Event: transitions.Completed(transitions.StateFailed, codes.Alone(codes.RemoteFailure))},
			`{"event":"completed","state":"Failed","reason":{"code":"RemoteFailure","subcode":"Unlisted"}}`},
		{laws.Action{Operation: transitions.OperationCancel}, `{"do":"cancel"}`},
		{laws.ViewOf(alerting), `{"direction":"Outgoing","state":"Alerting","offers":["cancel"]}`},
		{laws.ViewOf(cancelled), `{"direction":"Outgoing","state":"Alerting","pending":"cancel","offers":[]}`},
		{laws.ViewOf(failed),
			`{"direction":"Outgoing","state":"Failed","reason":{"code":"RemoteFailure","subcode":"Busy"},"offers":[]}`},
		{laws.View{}, `{"state":"None"}`},
	} {
		if got, err := json.Marshal(tt.value); err != nil || string(got) != tt.want {
			t.Errorf("%v is written %s, %v, want %s", tt.value, got, err, tt.want)
		}
	}
	inverse := func(value, read any) {
		written, err := json.Marshal(value)
		if err == nil {
			err = json.Unmarshal(written, read)
		}
		if got := reflect.ValueOf(read).Elem().Interface(); err != nil || !reflect.DeepEqual(got, value) {
			t.Errorf("%#v is written %s, %v, and read as %#v", value, written, err, got)
		}
	}
	for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		for i := range transitions.Reachable(d) {
			inverse(laws.ViewOf(i), new(laws.View))
		}
	}
	c := laws.NewChecker(step, laws.Patience)
	for _, word := range c.Words() {
		if len(word) == 1 {
			inverse(word[0], new(laws.Action))
		}
	}
	for _, refused := range []any{
		laws.Action{}, laws.Action{Operation: 200}, laws.Action{Event: transitions.Event{Type: 1, State: 200}},
		laws.Action{Event: transitions.Event{Type: 3, State: transitions.StateFailed, Reason: 255}},
	} {
		if written, err := json.Marshal(refused); err == nil {
			t.Errorf("%#v is written %s, want an error", refused, written)
		}
	}
	for _, text := range []string{
		`{}`, `null`, `[]`, `{"event":"started"}`, `{"event":"started","state":"Alerting","do":"cancel"}`, `{"do":"none"}`,
		`{"event":"begun","state":"Alerting"}`, `{"event":"started","state":"alerting"}`, `{"do":1}`,
		`{"event":"completed","state":"Failed","reason":"RemoteFailure/Busy"}`,
	} {
		var a laws.Action
		if err := json.Unmarshal([]byte(text), &a); err == nil {
			t.Errorf("%s is read as %v, want an error", text, a)
		}
	}
	for _, offers := range []string{`"AQ=="`, `["none"]`, `["hangUp"]`, `[1]`} {
		var v laws.View
		if err := json.Unmarshal([]byte(`{"state":"None","offers":`+offers+`}`), &v); err == nil {
			t.Errorf("the offers %s are read as %v, want an error", offers, v.Offers)
		}
	}
	var a laws.Action
	lenient := `{"event":"completed","state":"Failed","reason":{"code":"LocalFailure","x":1},"note":"unknown members"}`
	want := laws.Action{Event: transitions.Completed(transitions.StateFailed, codes.LocalFailureNone)}
	if err := json.Unmarshal([]byte(lenient), &a); err != nil || a != want {
		t.Errorf("%s is read as %v, %v, want %v", lenient, a, err, want)
	}
}
