package laws

import (
	"errors"
	"fmt"
	"slices"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// Law is one of the numbered laws of the invitation.
type Law struct {
	Number    int
	Name      string
	Statement string

	// Basis and Source are the authority of the law. Both are zero for the laws about this library.
	Basis  codes.Basis
	Source codes.Source

	operations bool // holds for subjects with operations only
	check      func(trial) *Finding
}

// Checked reports whether a [Subject] can be checked against the law. It is false for laws 11, 12, 14 and 15, which are
// about this library. The library's tests check them: law 11 in package fsm, 12 in transitions, codes and eventchannel,
// 14 in transitions, and 15 in history.
func (l Law) Checked() bool { return l.check != nil }

// String returns the number in two digits and the name, as in "03 terminal states absorb".
func (l Law) String() string { return fmt.Sprintf("%02d %s", l.Number, l.Name) }

// All returns the laws in the order of their numbers, which begin at 1.
func All() []Law { return slices.Clone(list) }

var list = []Law{
	{
		Number: 1, Name: "determinism and totality", check: deterministic,
		Statement: "every event and operation has exactly one answer, and none panics",
		Basis:     codes.Inferred, Source: codes.Source{Page: "PAGE, Events", Because: "the relation is a function of the configuration and the event"},
	},
	{
		Number: 2, Name: "a refusal changes nothing and says why", check: refusing,
		Statement: "a refusal is an error with a text and leaves the configuration unchanged",
		Basis:     codes.Inferred, Source: codes.Source{
			Page: "UCWA/ErrorsAndInformationalMessages.md", Words: "Synchronous errors are returned only in the command channel",
			Because: "a change of the resource would be an event",
		},
	},
	{
		Number: 3, Name: "terminal states absorb", check: absorbing,
		Statement: "no event or operation changes a completed invitation, and no operation succeeds on it",
		Basis:     codes.Stated, Source: transitions.ErrCompleted.Source(),
	},
	{
		Number: 4, Name: "every reachable end has its documented reason", check: explained,
		Statement: "a failed invitation has the reason of its completed event, and a connected one has none",
		Basis:     codes.Stated, Source: codes.Source{
			Page: "PAGE, Asynchronous reason codes", Words: "In case of failure, the error code and subcode are sent on the event channel.",
		},
	},
	{
		Number: 5, Name: "every documented reason is reached", check: reached,
		Statement: "each documented reason ends an invitation of the direction that it fits",
		Basis:     codes.Stated, Source: transitions.ErrUndocumented.Source(),
	},
	{
		Number: 6, Name: "from every progress configuration an end is reachable", check: ending,
		Statement: "from every configuration in progress some completion ends the invitation",
		Basis:     codes.Stated, Source: codes.Source{
			Page: "UCWA/messagingInvitation_ref.md, a sibling", Words: "will complete with success or failure (in which case a reason is supplied)",
		},
	},
	{
		Number: 7, Name: "offered exactly when doing it succeeds", check: offering, operations: true,
		Statement: "an operation is offered if and only if doing it succeeds",
		Basis:     codes.Inferred, Source: codes.Source{
			Page: "SDK/Tests/Data/Event_IncomingAudioCall.json", Because: "a link that is there can be followed, and one that is not cannot",
		},
	},
	{
		Number: 8, Name: "every refused operation has a documented synchronous error", check: answering, operations: true,
		Statement: "an operation is refused with a row of the specification's synchronous errors: the row that Do chooses, or one " +
			"with the same status and code and another subcode",
		Basis: codes.Inferred, Source: codes.Source{Page: "PAGE, Synchronous errors", Because: "the page has the rows and does not say which one answers"},
	},
	{
		Number: 9, Name: "aggregation keeps legality and outcome", check: aggregating,
		Statement: "a legal sequence without one of its started or updated events is still legal, and has the same outcome",
		Basis:     codes.Stated, Source: codes.Source{
			Page: "UCWA/EventsInUCWA.md, Aggregation", Words: "status updates can skip some intermediate steps if they happen quickly enough",
		},
	},
	{
		Number: 10, Name: "every answer is that of the mode", check: agreeing,
		Statement: "a server answers as Step does, and a client as Observe does: every completed event ends an invitation " +
			"that has not ended, and the raw code, subcode and message of the reason are kept",
		Basis: codes.Inferred, Source: codes.Source{
			Page: "UCWA/ErrorsAndInformationalMessages.md", Words: "Clients should be designed that that they ignore missing or unknown subcodes.",
			Because: "no client should wait for ever because an event surprises it",
		},
	},
	{
		Number: 11, Name: "the live machine and the relation agree",
		Statement: "the machine of package fsm answers every sequence as the relation does",
	},
	{
		Number: 12, Name: "writing and reading are inverse",
		Statement: "a configuration, reason, resource or event document that is written is read as the same value",
	},
	{
		Number: 13, Name: "direction never changes, and nothing changes by itself", check: isolated,
		Statement: "the direction is fixed, an operation changes no state, and an invitation changes by its own events " +
			"and operations only",
		Basis: codes.Inferred, Source: codes.Source{
			Page: "PAGE, Properties", Words: "Gets the direction of the invitation.", Because: "nothing sets it",
		},
	},
	{
		Number: 14, Name: "every edge and every reason has a basis and a source",
		Statement: "every edge, offer, rule and reason says on what authority it stands, and names a source that exists",
	},
	{
		Number: 15, Name: "the order of arrival does not matter",
		Statement: "adding an event to a history twice changes nothing, and merging histories is commutative and associative",
	},
}

func deterministic(t trial) *Finding {
	if t.panicked != "" {
		return t.found(t.given, "the subject panicked", "no panic", t.panicked)
	}
	again := t.second()
	if again.panicked != "" {
		return t.found(again.given, "the subject panicked, the second time", "no panic", again.panicked)
	}
	for n, s := range again.steps {
		if first := t.steps[n].got(); !first.equal(s.got()) {
			return t.found(n+1, "another subject answers the same sequence differently", first, s.got())
		}
	}
	return nil
}

func refusing(t trial) *Finding {
	var rest []Action
	following := false // whether anything follows what is rightly refused
	for n, s := range t.steps {
		switch {
		case s.together && s.err == nil && s.wantErr != nil && !s.unjudged && s.before.equal(s.after):
			return t.found(n+1, "nothing changed, and the refusal was not reported", told(s.wantErr), told(s.err))
		case s.err != nil && !s.before.equal(s.after):
			return t.found(n+1, "a refusal changed the configuration", s.before, s.after)
		case s.err != nil && s.err.Error() == "":
			return t.found(n+1, "a refusal says nothing", "an error with a text", "an error without one")
		case s.err == nil || s.wantErr == nil:
			following = len(rest) < n
			rest = append(rest, s.action)
		}
	}
	// The effect of a refusal may show later only: without the actions that are rightly refused, the rest must go the
	// same.
	if !following {
		return nil
	}
	spared := t.try(t.direction, rest).steps
	for n, s := range t.steps {
		if s.err != nil && s.wantErr != nil {
			continue
		}
		if len(spared) == 0 {
			return nil // the subject panics, which law 1 reports
		}
		if without := spared[0].got(); !without.equal(s.got()) {
			return t.found(n+1, "without the refusals before, the last answer is another", without, s.got())
		}
		spared = spared[1:]
	}
	return nil
}

func absorbing(t trial) *Finding {
	for n, s := range t.steps {
		switch {
		case !s.before.State.Terminal():
		case !s.before.equal(s.after):
			return t.found(n+1, "a completed invitation changed", s.before, s.after)
		case s.action.Operates() && s.err == nil && !s.unjudged:
			return t.found(n+1, "an operation succeeded after the completion", "refused", told(nil)).about(s)
		}
	}
	return nil
}

func explained(t trial) *Finding {
	for n, s := range t.steps {
		switch {
		case !s.together || s.err != nil || s.from.Terminal() || !s.after.State.Terminal():
			continue
		case s.wantErr != nil:
			return t.found(n+1, "an end without a documented reason: "+s.wantErr.Error(), s.wanted(), s.got()).about(s)
		case s.want.Reason() != s.after.Reason:
			return t.found(n+1, "the reason is not that of the event", s.want.Reason().String(), s.after.Reason.String())
		}
	}
	return nil
}

func reached(t trial) *Finding {
	for n, s := range t.steps {
		r := s.want.Reason()
		if s.together && s.wantErr == nil && r.Documented() && (!s.after.State.Terminal() || s.after.Reason != r) {
			return t.found(n+1, "a documented reason does not end the invitation", s.wanted(), s.got()).about(s)
		}
	}
	return nil
}

func ending(t trial) *Finding {
	if len(t.steps) == 0 || t.panicked != "" {
		return nil
	}
	last := t.steps[len(t.steps)-1]
	if !last.together || last.err != nil || last.after.State.Terminal() {
		return nil // has ended, or is where a shorter sequence has led
	}
	tried := 0
	for e := range last.want.Legal() {
		if e.Type != transitions.EventCompleted {
			continue
		}
		more := t.try(t.direction, append(slices.Clip(t.word), Action{Event: e}))
		if n := len(more.steps); n > 0 && more.steps[n-1].after.State.Terminal() {
			return nil
		}
		tried++
	}
	if tried == 0 {
		return nil // the relation has ended already, and the subject has not: law 10 reports that
	}
	what := fmt.Sprintf("none of %d legal completions ends it", tried)
	return t.found(len(t.word), what, "an end", last.after.State.String())
}

func offering(t trial) *Finding {
	for n, s := range t.steps {
		if !s.action.Operates() || s.unjudged {
			continue
		}
		switch offered := slices.Contains(s.before.Offers, s.action.Operation); {
		case offered && s.err != nil:
			return t.found(n+1, "it is offered", told(nil), told(s.err))
		case !offered && s.err == nil:
			return t.found(n+1, fmt.Sprintf("only %v are offered", s.before.Offers), "refused", told(nil))
		}
	}
	return nil
}

func answering(t trial) *Finding {
	for n, s := range t.steps {
		var want, got codes.Synchronous
		switch {
		case !s.together || s.unjudged || s.err == nil || !errors.As(s.wantErr, &want):
			continue
		case !errors.As(s.err, &got) || got.HTTP() == 0:
			return t.found(n+1, "the refusal has no documented synchronous error", describe(want), told(s.err))
		case !same(got, want):
			return t.found(n+1, "the refusal has another synchronous error", describe(want), describe(got))
		}
	}
	return nil
}

// same reports whether a refusal by got will do for want: it has the same status and code, and where the subcode is the
// same too, it is the same row. The subcode itself is Inferred and not compared.
func same(got, want codes.Synchronous) bool {
	return got.HTTP() == want.HTTP() && got.Code() == want.Code() && (got == want || got.Subcode() != want.Subcode())
}

// describe returns a row with its text, because some rows have the same error and subcode.
func describe(row codes.Synchronous) string {
	text := fmt.Sprintf("%v %d %v", row.Code(), row.HTTP(), row.Subcode())
	if row.Description() != "" {
		text += fmt.Sprintf(" %q", row.Description())
	}
	return text
}

func aggregating(t trial) *Finding {
	// The legal events of the sequence, which have an outcome that is known.
	i := transitions.New(t.direction)
	var word []Action
	for _, a := range t.word {
		if next, err := i.Step(a.Event); !a.Operates() && err == nil {
			i, word = next, append(word, a)
		}
	}
	if len(word) < 2 {
		return nil
	}
	whole := t.try(t.direction, word)
	if slices.ContainsFunc(whole.steps, func(s step) bool { return s.err != nil }) || whole.panicked != "" {
		return nil // the events are legal, so that law 10 reports the refusal
	}
	outcome := whole.steps[len(word)-1].after
	for n, dropped := range word {
		if dropped.Event.Type == transitions.EventCompleted {
			continue
		}
		part := t.try(t.direction, without(word, n))
		var f *Finding
		last := len(part.steps)
		if m := slices.IndexFunc(part.steps, func(s step) bool { return s.err != nil }); m >= 0 {
			what := fmt.Sprintf("refused, but accepted with %v before action %d", dropped, n+1)
			f = part.found(m+1, what, part.steps[m].wanted(), part.steps[m].got()).about(part.steps[m])
		} else if i.Terminal() && last > 0 && !part.steps[last-1].after.equal(outcome) {
			what := fmt.Sprintf("with %v before action %d the outcome is another", dropped, n+1)
			f = part.found(last, what, outcome, part.steps[last-1].after)
		}
		if f != nil {
			f.tried = word
			return f
		}
	}
	return nil
}

func agreeing(t trial) *Finding {
	for n, s := range t.steps {
		if s.got().equal(s.wanted()) {
			continue
		}
		completion := s.action.Event.Type == transitions.EventCompleted && s.wantErr == nil
		var problem string
		switch {
		case completion && s.from.Terminal():
			problem = "a repetition was not accepted as one"
		case completion && !s.after.State.Terminal():
			problem = "a completion did not complete"
		default:
			problem = fmt.Sprintf("the relation: %s\nthe subject: %s", told(s.wantErr), told(s.err))
		}
		return t.found(n+1, problem, s.wanted(), s.got()).about(s)
	}
	return nil
}

func isolated(t trial) *Finding {
	for n, s := range t.steps {
		switch {
		case s.after.Direction != t.direction:
			return t.found(n+1, "the direction changed", t.direction.String(), s.after.Direction.String())
		case n == 0 && !s.before.equal(t.shows(s.from)):
			return t.found(0, "a new invitation is not new", t.shows(s.from), s.before)
		case n > 0 && !s.before.equal(t.steps[n-1].after):
			return t.found(n, "looking again shows something else", t.steps[n-1].after, s.before)
		case s.action.Operates() && (s.before.State != s.after.State || s.before.Reason != s.after.Reason):
			return t.found(n+1, "an operation changed the state or the reason", s.before, s.after)
		}
	}
	if t.panicked != "" {
		return nil // which law 1 reports
	}
	if again := t.second(); !t.idle.equal(again.idle) {
		return t.found(len(t.word), "another invitation, which was given nothing, changed", t.idle, again.idle)
	}
	return nil
}
