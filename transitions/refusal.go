package transitions

import (
	"strconv"
	"strings"

	"github.com/avinvite/avinvite/codes"
)

// Rule is a rule of the protocol that an event or an operation can break. It is an error that [errors.Is]
// finds in every refusal, and it is what an [Oddity] names. Zero is no rule.
type Rule uint8

// The rules. An event or operation that breaks several is charged with the first in this order.
const (
	ErrInvalid         Rule = 1 // not a value of the protocol: a zero Invitation, or an event that nobody could send
	ErrCompleted       Rule = 2 // nothing follows the completed event, "when the operation is finished" (PAGE, Stated)
	ErrDirection       Rule = 3 // the state or the operation is documented for the other direction (Stated)
	ErrUndefined       Rule = 4 // the table has no such edge from this state (Inferred)
	ErrPending         Rule = 5 // another operation is pending (Inferred)
	ErrUndocumented    Rule = 6 // a failure without a documented reason (PAGE, Stated; for a new subcode Inferred)
	ErrReasonDirection Rule = 7 // the reason is documented for the other direction (the basis is the reason's own)
	ErrReasonState     Rule = 8 // the reason does not fit the state (Inferred), or comes with success (PAGE, Stated)
)

// rules is what is to be said of each rule: its text, and where it can be read.
var rules = [...]struct{ text, source string }{
	ErrInvalid: {
		"not a value of the protocol",
		"PAGE, Events, and UCWA/InvitationState_ref.md: the members",
	},
	ErrCompleted: {
		"the invitation has completed",
		"PAGE, Asynchronous reason codes: completed is sent when the operation is finished",
	},
	ErrDirection: {
		"documented for the other direction only",
		`UCWA/InvitationState_ref.md: "outgoing call"; PAGE, Links: "incoming invitation"`,
	},
	ErrUndefined: {
		"undefined in this state",
		"PAGE, Events, tells of none, and neither UCWA/SendAnIM.md nor UCWA/ReceiveAnIM.md shows one",
	},
	ErrPending: {
		"another operation is pending",
		"UCWA/ReceiveAnIM.md: once one is done, the links are gone",
	},
	ErrUndocumented: {
		"no documented reason",
		"PAGE, Asynchronous reason codes: the errors that are possible",
	},
	ErrReasonDirection: {
		"the reason is documented for the other direction only",
		"PAGE, Asynchronous reason codes, or the page that the catalogue names for the reason",
	},
	ErrReasonState: {
		"the reason does not fit the state",
		"UCWA/InvitationState_ref.md and UCWA/ErrorSubcode_ref.md: the same words",
	},
}

// Error says the rule in a few words.
func (r Rule) Error() string { return "transitions: " + r.text() }

func (r Rule) text() string {
	if r == 0 || int(r) >= len(rules) {
		return "Rule(" + strconv.Itoa(int(r)) + ")"
	}
	return rules[r].text
}

// Source is where the rule can be read; empty for a value that is no rule.
func (r Rule) Source() string {
	if int(r) >= len(rules) {
		return ""
	}
	return rules[r].source
}

// Oddity is what Observe found odd about an event that it survived, for an application to log. The zero value
// means that nothing was odd.
type Oddity struct {
	Rule  Rule        // the rule that the event broke
	Basis codes.Basis // on what authority it is a rule
}

// String says the rule and its basis; it is empty when nothing was odd.
func (o Oddity) String() string {
	if o == (Oddity{}) {
		return ""
	}
	return o.Rule.text() + " (" + o.Basis.String() + ")"
}

// TransitionError is the refusal of an event. It keeps what was refused; why, and what would have been legal, is
// worked out when somebody asks, so that refusing costs no more than accepting.
type TransitionError struct {
	From  Invitation // the invitation, which is unchanged
	Event Event      // the event that it refused
}

// Rule is the rule that the event broke.
func (e *TransitionError) Rule() Rule { r, _ := protocol.why(e.From, e.Event); return r }

// Basis is on what authority the rule stands.
func (e *TransitionError) Basis() codes.Basis { _, b := protocol.why(e.From, e.Event); return b }

// Unwrap is the rule, so that [errors.Is](err, [ErrCompleted]) and the like hold.
func (e *TransitionError) Unwrap() error { return e.Rule() }

// Error says what was refused, why, and what would have been legal instead.
func (e *TransitionError) Error() string {
	return "transitions: " + e.Event.String() + " refused by " + e.From.String() + ": " + e.Rule().text() +
		"; legal: " + e.Expected()
}

// Expected lists what would have been legal instead, failures counted rather than spelt out.
func (e *TransitionError) Expected() string {
	var list []string
	for t := EventStarted; t <= EventCompleted; t++ {
		for s := StateConnecting; s <= StateCancelled; s++ {
			switch rs := protocol.row(e.From)[t][s]; {
			case rs.Has(codes.NoReason):
				list = append(list, Event{Type: t, State: s}.String())
			case rs.Len() == 1:
				for r := range rs.All() {
					list = append(list, Event{t, s, r}.String())
				}
			case rs != 0:
				list = append(list, t.String()+"("+s.String()+", one of "+strconv.Itoa(rs.Len())+" reasons)")
			}
		}
	}
	if list == nil {
		return "nothing"
	}
	return strings.Join(list, ", ")
}

// why names the rule that forbids e from i, and its basis. It is asked only about what is not legal.
func (p *relation) why(i Invitation, e Event) (Rule, codes.Basis) {
	d, s := i.Direction(), i.State()
	switch {
	case i == Invitation{} || !e.valid():
		return ErrInvalid, codes.Stated
	case s.Terminal():
		return ErrCompleted, codes.Stated
	case !p.reaches(d, e.State) || s != StateNone && !p.reaches(d, s):
		return ErrDirection, codes.Stated
	case e.Type != EventCompleted:
		return ErrUndefined, codes.Inferred
	case e.State == StateConnected:
		return ErrReasonState, codes.Stated
	case e.Reason == codes.NoReason || e.Reason == codes.Undocumented:
		return ErrUndocumented, codes.Stated
	case !e.Reason.Documented():
		return ErrUndocumented, codes.Inferred
	case !e.Reason.Fits(d):
		return ErrReasonDirection, e.Reason.Basis()
	default:
		return ErrReasonState, codes.Inferred
	}
}

// reaches reports whether some edge of direction d leads to s.
func (p *relation) reaches(d Direction, s State) bool {
	for from := range StateConnected {
		for t := EventStarted; t <= EventCompleted; t++ {
			if p.row(invitation(d, from, OperationNone, codes.NoReason))[t][s] != 0 {
				return true
			}
		}
	}
	return false
}

// OperationError is the refusal of an operation by the invitation. What its request carries is refused by a
// [RequestError].
type OperationError struct {
	From      Invitation // the invitation, which is unchanged
	Operation Operation  // the operation that it does not offer

	// Synchronous is the row of the PAGE's synchronous errors with which a server answers: "Call Not Found" after
	// the completion, Conflict while another operation is pending, otherwise "The resource does not exist." That
	// the rows are the documented ones is Stated; which one answers what is Inferred.
	Synchronous codes.Synchronous
}

func refuse(i Invitation, o Operation) *OperationError {
	e := &OperationError{i, o, codes.SyncResourceNotFound}
	if rule := e.Rule(); rule == ErrCompleted {
		e.Synchronous = codes.SyncCallNotFound
	} else if rule == ErrPending {
		e.Synchronous = codes.SyncConflict
	}
	return e
}

// Rule is the rule that the operation broke.
func (e *OperationError) Rule() Rule {
	switch {
	case e.From == Invitation{} || e.Operation == OperationNone || e.Operation > OperationCancel:
		return ErrInvalid
	case e.From.Terminal():
		return ErrCompleted
	case !offered[e.From.Direction()&3].Has(e.Operation):
		return ErrDirection
	case !e.From.State().Progress():
		return ErrUndefined
	default:
		return ErrPending
	}
}

// Basis is on what authority the answer stands: which links there are is Sampled, but what a server says to an
// operation whose link is gone is Inferred.
func (e *OperationError) Basis() codes.Basis { return codes.Inferred }

// Unwrap is the rule and the synchronous error, so that [errors.Is](err, [ErrPending]) and the like hold, and
// [errors.As] finds a [codes.Synchronous].
func (e *OperationError) Unwrap() []error { return []error{e.Rule(), e.Synchronous} }

// Error says what was refused, why, and what is offered instead.
func (e *OperationError) Error() string {
	return "transitions: " + e.Operation.String() + " refused by " + e.From.String() + ": " + e.Rule().text() +
		"; offered: " + e.From.Operations().String()
}
