package export

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/avinvite/avinvite/transitions"
)

// murphi writes a model for Rumur: the relation as one rule for each target, and the core laws as its properties. The
// states that Rumur explores are the configurations of the direction.
func murphi(b *bytes.Buffer, d transitions.Direction) {
	or := func(variable string, values []string, indent string) string {
		return oneOf(variable, " = ", " |", indent, values)
	}
	progress := names(statesWhere(d, transitions.State.Progress), transitions.State.String)
	terminal := names(statesWhere(d, transitions.State.Terminal), transitions.State.String)
	reasons := names(reasonsOf(d, transitions.StateNone), identifier)
	operations := []string{"NoOperation"}
	for _, o := range offersOf(d) {
		if o.Pending {
			operations = append(operations, o.Operation.String())
		}
	}
	fmt.Fprintf(b, "-- %s\n-- %v invitations. Prove with rumur --deadlock-detection off: an end has no rule.\n\n", generated, d)
	fmt.Fprintf(b, "type\n  State: enum { %s };\n  Operation: enum { %s };\n  Reason: enum {\n    NoReason,\n    %s\n  };\n\n",
		strings.Join(names(slices.Collect(statesOf(d)), transitions.State.String), ", "), strings.Join(operations, ", "),
		strings.Join(reasons, ",\n    "))
	b.WriteString("var\n  state: State;\n  pending: Operation;\n  reason: Reason;\n\n")
	function := func(name, parameters, body string) {
		fmt.Fprintf(b, "function %s(%s): boolean;\nbegin\n%send;\n\n", name, parameters, body)
	}
	function("progress", "s: State", "  return "+or("s", progress, "    ")+";\n")
	function("terminal", "s: State", "  return "+or("s", terminal, "    ")+";\n")
	b.WriteString("-- What the catalogue documents, whatever the rules below say.\n")
	var documented strings.Builder
	for _, s := range statesWhere(d, transitions.State.Terminal) {
		condition := "r = NoReason"
		if s != transitions.StateConnected {
			condition = or("r", names(reasonsOf(d, s), identifier), "      ")
		}
		fmt.Fprintf(&documented, "  if s = %v then\n    return %s;\n  end;\n", s, condition)
	}
	function("documented", "s: State; r: Reason", documented.String()+"  return r = NoReason;\n")
	b.WriteString("startstate \"new\" begin\n  state := None;\n  pending := NoOperation;\n  reason := NoReason;\nend;\n\n")
	const absorbs = "  assert \"ends absorb\" !terminal(state);\n"
	for _, r := range rulesOf(d) {
		for _, line := range r.authority() {
			b.WriteString("-- " + line + "\n")
		}
		guard := "(" + or("state", names(r.from, transitions.State.String), "   ") + ")"
		body := absorbs + fmt.Sprintf("  state := %v;\n", r.to)
		if r.event == transitions.EventCompleted {
			body += "  pending := NoOperation;\n"
		}
		if !r.fits() {
			fmt.Fprintf(b, "rule %q\n  %s\n==> begin\n%send;\n\n", r, guard, body)
			continue
		}
		fmt.Fprintf(b, "ruleset r: Reason do rule %q\n  %s &\n  (%s)\n==> begin\n%s  reason := r;\nend; end;\n\n", r, guard,
			or("r", names(slices.Collect(r.reasons.All()), identifier), "   "), body)
	}
	for _, o := range offersOf(d) {
		fmt.Fprintf(b, "-- %v, %v\n", o.Basis, o.Source)
		effect := ""
		if o.Pending {
			effect = fmt.Sprintf("  pending := %v;\n", o.Operation)
		}
		fmt.Fprintf(b, "rule \"%v\"\n  progress(state) & pending = NoOperation\n==> begin\n%s%send;\n\n", o.Operation, absorbs, effect)
	}
	b.WriteString("invariant \"every end has its documented reason\" terminal(state) -> documented(state, reason);\n")
	b.WriteString("invariant \"no reason without an end\" reason != NoReason -> terminal(state);\n")
	b.WriteString("invariant \"nothing is pending but in progress\" pending != NoOperation -> progress(state);\n")
	b.WriteString("liveness \"an end stays reachable\" terminal(state);\n")
}
