package transitions

import (
	"fmt"
	"log/slog"
	"strconv"
	"strings"

	"github.com/avinvite/avinvite/codes"
)

// Rule is a rule of the protocol that an event or an operation can break. It is an error that [errors.Is] finds in a
// refusal, and an [Oddity] names it. Zero is no rule.
type Rule uint8

// The rules. If an event or operation breaks several rules, the refusal names the first in this order. A refusal can
// have another basis and source than [Rule.Basis] and [Rule.Source], for example those of the reason.
const (
	ErrInvalid         Rule = 1 // a zero Invitation, an event that nobody could send, or a value that is no operation
	ErrCompleted       Rule = 2 // the invitation has completed, and nothing follows
	ErrDirection       Rule = 3 // the state or the operation is that of the other direction
	ErrUndefined       Rule = 4 // the event or the operation is not defined in this state
	ErrPending         Rule = 5 // an operation is pending already
	ErrUndocumented    Rule = 6 // a failure without a documented reason
	ErrReasonDirection Rule = 7 // the reason is documented for the other direction only
	ErrReasonState     Rule = 8 // the reason does not fit the state, or comes with success
)

// rules has for each rule its name, its text, and its basis and source where the reason has none of its own.
var rules = [...]struct {
	name, text string
	basis      codes.Basis
	source     codes.Source
}{
	ErrInvalid: {
		"invalid", "not a value of the protocol", codes.Stated,
		codes.Source{Page: "PAGE, Events, and UCWA/InvitationState_ref.md: the members"},
	},
	ErrCompleted: {
		"after-completion", "the invitation has completed", codes.Stated,
		codes.Source{
			Page:  "UCWA/OperationResource.md",
			Words: `All subsequent updates to the operation status will arrive in the event channel, until the final "completed" event.`,
		},
	},
	ErrDirection: {
		"wrong-direction", "documented for the other direction only", codes.Inferred,
		codes.Source{
			Page: pageStates, Words: "Represents the status of an outgoing call instance",
			Because: "the page says so of all states, and no payload of an incoming invitation shows this one",
		},
	},
	ErrUndefined: {
		"undefined-transition", "undefined in this state", codes.Inferred,
		codes.Source{
			Page:    "UCWA/SendAnIM.md and UCWA/ReceiveAnIM.md, the captured lives of a messagingInvitation, a sibling",
			Because: "neither shows such an event, and no page tells of one",
		},
	},
	ErrPending: {
		"operation-pending", "an operation is pending already", codes.Inferred, acceptAlike,
	},
	ErrUndocumented: {
		"undocumented-reason", "no documented reason", codes.Stated,
		codes.Source{
			Page:  "PAGE, Asynchronous reason codes",
			Words: "The following table shows the errors that are possible for this resource.",
		},
	},
	ErrReasonDirection: {
		"reason-direction", "the reason is documented for the other direction only", codes.Inferred,
		codes.Source{Page: "PAGE, Asynchronous reason codes", Because: "the texts of most reasons name no direction"},
	},
	ErrReasonState: {
		"reason-state", "the reason does not fit the state", codes.Inferred,
		codes.Source{
			Page:    "UCWA/InvitationState_ref.md and UCWA/ErrorSubcode_ref.md",
			Because: "the state and the subcode that fits it are one word",
		},
	},
}

// The sources of a rule that is broken in a certain way.
var (
	unknownSubcode = codes.Source{
		Page: "UCWA/ErrorsAndInformationalMessages.md", Words: "New subcodes can be introduced at any time.",
		Because: "the subcode may be a new one",
	}
	missingReason = codes.Source{
		Page: "PAGE, Asynchronous reason codes", Words: "In case of failure, the error code and subcode are sent on the event channel.",
	}
	besideSuccess = codes.Source{
		Page: missingReason.Page, Words: missingReason.Words, Because: "the page does not say that a success has none",
	}
)

// Error returns the text with the package's name.
func (r Rule) Error() string { return "transitions: " + r.Text() }

// Text returns the rule in a few words.
func (r Rule) Text() string {
	if r == 0 || int(r) >= len(rules) {
		return "Rule(" + strconv.Itoa(int(r)) + ")"
	}
	return rules[r].text
}

// Name returns a stable name for programs, such as "after-completion"; empty for a value that is no rule.
func (r Rule) Name() string {
	if int(r) >= len(rules) {
		return ""
	}
	return rules[r].name
}

// MarshalText returns the name, and an empty text for zero; a value that is no rule is an error.
func (r Rule) MarshalText() ([]byte, error) {
	if int(r) >= len(rules) {
		return nil, fmt.Errorf("transitions: %s is no rule", r.Text())
	}
	return []byte(r.Name()), nil
}

// UnmarshalText reads a text that MarshalText writes; any other text is an error.
func (r *Rule) UnmarshalText(text []byte) error {
	for n, rule := range rules {
		if rule.name == string(text) {
			*r = Rule(n)
			return nil
		}
	}
	return fmt.Errorf("transitions: %.40q is the name of no rule, as after-completion is", text)
}

// Basis returns on what authority the rule stands in general, zero for a value that is no rule. A refusal may have
// another basis: that of the reason, or of the operation.
func (r Rule) Basis() codes.Basis {
	if int(r) >= len(rules) {
		return 0
	}
	return rules[r].basis
}

// Source returns where the basis of [Rule.Basis] can be read.
func (r Rule) Source() codes.Source {
	if int(r) >= len(rules) {
		return codes.Source{}
	}
	return rules[r].source
}

// Oddity is the rule that an event breaks although Observe accepts it, for an application to log. The zero value means
// that nothing was odd.
type Oddity struct {
	Rule  Rule        `json:"rule,omitzero"`  // the rule that the event broke
	Basis codes.Basis `json:"basis,omitzero"` // on what authority the event is odd
}

// LogValue makes a structured log show the name of the rule and the basis as a group. The group is empty if nothing was
// odd, and slog leaves an empty group out.
func (o Oddity) LogValue() slog.Value {
	if o == (Oddity{}) {
		return slog.GroupValue()
	}
	return slog.GroupValue(slog.String("rule", o.Rule.Name()), slog.String("basis", o.Basis.String()))
}

// String returns the rule's text and the basis; it is empty if nothing was odd.
func (o Oddity) String() string {
	if o == (Oddity{}) {
		return ""
	}
	return o.Rule.Text() + " (" + o.Basis.String() + ")"
}

// zero ends the text of a refusal by the zero Invitation.
const zero = " refused by the zero Invitation; New makes an invitation"

// TransitionError is the refusal of an event. It holds the invitation and the event only, and computes the rule and the
// legal events when they are asked for, so that refusing costs no more than accepting.
type TransitionError struct {
	From  Invitation // the invitation, which is unchanged
	Event Event      // the event that it refused
}

// Rule returns the rule that the event broke.
func (e *TransitionError) Rule() Rule { r, _ := protocol.why(e.From, e.Event); return r }

// Basis returns on what authority the event is refused. It can differ from the [Rule.Basis] of the rule.
func (e *TransitionError) Basis() codes.Basis { _, b := protocol.why(e.From, e.Event); return b }

// Source returns where the basis can be read.
func (e *TransitionError) Source() codes.Source {
	rule, basis := protocol.why(e.From, e.Event)
	return source(rule, basis, e.Event)
}

// Unwrap returns the rule, so that [errors.Is](err, [ErrCompleted]) and the like hold.
func (e *TransitionError) Unwrap() error { return e.Rule() }

// Error returns the event, the invitation, the rule, and the events that would have been legal.
func (e *TransitionError) Error() string {
	if e.From == (Invitation{}) {
		return "transitions: " + e.Event.String() + zero
	}
	return "transitions: " + e.Event.String() + " refused by " + e.From.String() + ": " + e.Rule().Text() +
		"; legal: " + e.Expected()
}

// Expected returns the events that would have been legal, as a text. If several reasons are legal for an event, it has
// their number instead of the reasons. The text is "nothing" if no event is legal.
func (e *TransitionError) Expected() string {
	var list []string
	for t := EventStarted; t <= EventCompleted; t++ {
		for s := StateConnecting; s <= StateCancelled; s++ {
			switch rs := protocol.at(e.From)[t][s]; {
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

// why returns the rule that forbids e from i, and its basis. It is asked only about what is not legal.
func (p *relation) why(i Invitation, e Event) (Rule, codes.Basis) {
	d, s := i.Direction(), i.State()
	rule := ErrReasonState
	switch {
	case i == Invitation{} || !e.valid():
		rule = ErrInvalid
	case s.Terminal():
		rule = ErrCompleted
	case !p.reaches(d, e.State) || s != StateNone && !p.reaches(d, s):
		rule = ErrDirection
	case e.Type != EventCompleted:
		rule = ErrUndefined
	case e.State == StateConnected:
	case e.Reason == codes.NoReason || e.Reason == codes.Undocumented:
		rule = ErrUndocumented
	case !e.Reason.Documented():
		return ErrUndocumented, codes.Inferred
	case !e.Reason.Fits(d):
		return ErrReasonDirection, e.Reason.Basis()
	}
	return rule, rules[rule].basis
}

// source returns where the basis of a rule can be read if e broke it.
func source(rule Rule, basis codes.Basis, e Event) codes.Source {
	switch {
	case rule == ErrReasonDirection:
		return e.Reason.Source()
	case rule == ErrReasonState && e.State == StateConnected:
		return besideSuccess
	case rule == ErrUndocumented && e.Reason == codes.NoReason:
		return missingReason
	case rule == ErrUndocumented && basis == codes.Inferred:
		return unknownSubcode
	}
	return rules[rule].source
}

// reaches reports whether some edge of direction d leads to s.
func (p *relation) reaches(d Direction, s State) bool {
	for from := range StateConnected {
		for t := EventStarted; t <= EventCompleted; t++ {
			if p.at(invitation(d, from, OperationNone, codes.NoReason))[t][s] != 0 {
				return true
			}
		}
	}
	return false
}

// OperationError is the refusal of an operation by the invitation. A [RequestError] is the refusal of its body.
type OperationError struct {
	From      Invitation // the invitation, which is unchanged
	Operation Operation  // the operation that it does not offer

	// Synchronous is the row of the PAGE's synchronous errors with which a server answers: "Call Not Found" after the
	// completion, Conflict while an operation is pending, even the same one, otherwise "The resource does not exist."
	// The rows are Stated; the choice of the row is Inferred.
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

// Rule returns the rule that the operation broke.
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

// Basis returns on what authority the operation is refused. It is always Inferred, because no page says how a server
// answers an operation whose link is not there.
func (e *OperationError) Basis() codes.Basis { return codes.Inferred }

// Source returns where the basis can be read.
func (e *OperationError) Source() codes.Source {
	switch rule := e.Rule(); {
	case rule == ErrCompleted:
		return callNotFound
	case rule != ErrDirection:
		return rules[rule].source
	case e.Operation == OperationCancel:
		return outgoing
	}
	return codes.Source{
		Page: "PAGE, Links", Words: e.Operation.Text(), Because: "no page says that an outgoing invitation never has the link",
	}
}

// Unwrap returns the rule and the synchronous error, so that [errors.Is](err, [ErrPending]) and the like hold, and
// [errors.As] finds a [codes.Synchronous].
func (e *OperationError) Unwrap() []error { return []error{e.Rule(), e.Synchronous} }

// Error returns the operation, the invitation, the rule, and the operations that are offered.
func (e *OperationError) Error() string {
	if e.From == (Invitation{}) {
		return "transitions: " + e.Operation.String() + zero
	}
	return "transitions: " + e.Operation.String() + " refused by " + e.From.String() + ": " + e.Rule().Text() +
		"; offered: " + e.From.Operations().String()
}
