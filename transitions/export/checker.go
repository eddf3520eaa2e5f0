package export

import (
	"fmt"
	"slices"
	"strings"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// rule is the edges with one target, as a model checker takes them: one rule, whatever the reasons are.
type rule struct {
	event   transitions.EventType
	to      transitions.State
	from    []transitions.State
	reasons transitions.ReasonSet
	edges   []transitions.Edge
}

// rulesOf returns the rules of a direction in the order of the table. States from which an event is legal for other
// reasons have a rule of their own.
func rulesOf(d transitions.Direction) (rules []rule) {
	var each []rule // with one state
	for e := range of(d) {
		n := slices.IndexFunc(each, func(r rule) bool {
			return r.event == e.Type && r.to == e.To && r.from[0] == e.From
		})
		if n < 0 {
			n = len(each)
			each = append(each, rule{event: e.Type, to: e.To, from: []transitions.State{e.From}})
		}
		each[n].reasons |= e.Reasons
		each[n].edges = append(each[n].edges, e)
	}
	for _, one := range each {
		n := slices.IndexFunc(rules, func(r rule) bool {
			return r.event == one.event && r.to == one.to && r.reasons == one.reasons
		})
		if n < 0 {
			rules = append(rules, one)
			continue
		}
		rules[n].from = append(rules[n].from, one.from...)
		rules[n].edges = append(rules[n].edges, one.edges...)
	}
	return rules
}

// fits reports whether an event of the rule has a reason.
func (r rule) fits() bool { return !r.reasons.Has(codes.NoReason) }

// String returns the event as package transitions spells it.
func (r rule) String() string { return r.event.String() + "(" + r.to.String() + ")" }

// authority returns the bases and sources of the edges of the rule, each with the states that it is about, and with the
// number of reasons if it is not about all of them.
func (r rule) authority() (lines []string) {
	var heads, tails []string
	for _, e := range r.edges {
		tail := fmt.Sprintf("%v, %v", e.Basis, e.Source)
		if e.Reasons != r.reasons {
			tail = fmt.Sprintf("for %d of %d reasons %s", e.Reasons.Len(), r.reasons.Len(), tail)
		}
		if n := slices.Index(tails, tail); n >= 0 {
			heads[n] += ", " + e.From.String()
		} else {
			heads, tails = append(heads, "from "+e.From.String()), append(tails, tail)
		}
	}
	for n := range heads {
		lines = append(lines, heads[n]+": "+tails[n])
	}
	return lines
}

// identifier returns the name of a reason in the languages of model checkers: RemoteFailure_Busy.
func identifier(r codes.Reason) string {
	if r == codes.NoReason {
		return "NoReason"
	}
	return string(r.Code()) + "_" + string(r.Subcode())
}

// reasonsOf returns the reasons that the catalogue documents for a direction, and for a state if it is not StateNone.
// The laws about reasons are proved of these, and not of the edges, which may be wrong.
func reasonsOf(d transitions.Direction, s transitions.State) (list []codes.Reason) {
	for r := range codes.Reasons() {
		if r.Fits(d) && (s == transitions.StateNone || r.EndsIn(s) != 0) {
			list = append(list, r)
		}
	}
	return list
}

// statesWhere returns the states of a direction with a property, in the order of the constants.
func statesWhere(d transitions.Direction, is func(transitions.State) bool) (list []transitions.State) {
	for s := range statesOf(d) {
		if is(s) {
			list = append(list, s)
		}
	}
	return list
}

// oneOf returns the condition that the variable has one of the values. Long lines are broken behind the operator.
func oneOf(variable, equal, or, indent string, values []string) string {
	const width, before = 110, 30 // characters of a line, and those that stand before the first value
	var b strings.Builder
	length := before
	for n, v := range values {
		term := variable + equal + v
		length += len(or) + 1 + len(term)
		switch {
		case n == 0:
		case length > width:
			b.WriteString(or + "\n" + indent)
			length = len(indent) + len(term)
		default:
			b.WriteString(or + " ")
		}
		b.WriteString(term)
	}
	return b.String()
}

// names returns the names of values.
func names[T any](values []T, name func(T) string) (list []string) {
	for _, v := range values {
		list = append(list, name(v))
	}
	return list
}

// offersOf returns the operations of a direction.
func offersOf(d transitions.Direction) (list []transitions.Offer) {
	for o := range transitions.Offers() {
		if o.Direction == d {
			list = append(list, o)
		}
	}
	return list
}
