package export

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/avinvite/avinvite/transitions"
)

// promela writes a model for Spin: the relation as one option for each target, and the core laws as assertions and as
// formulas. Progress, completion and application are processes of their own, so that weak fairness means that a service
// which can always complete an invitation does so in the end.
func promela(b *bytes.Buffer, d transitions.Direction) {
	or := func(variable string, values []string, indent string) string {
		return oneOf(variable, " == ", " ||", indent, values)
	}
	// define writes a condition as a macro, whose lines end in a backslash.
	define := func(name, condition string) {
		fmt.Fprintf(b, "#define %s \\\n  (%s)\n", name, strings.ReplaceAll(condition, "\n", " \\\n"))
	}
	states := names(slices.Collect(statesOf(d)), transitions.State.String)
	operations := []string{"NoOperation"}
	for _, o := range offersOf(d) {
		operations = append(operations, o.Operation.String())
	}
	fmt.Fprintf(b, "/* %s\n   %v invitations. Prove with spin -a, pan, and pan -a -f -N for each formula. */\n\n", generated, d)
	fmt.Fprintf(b, "mtype = { %s };\nmtype = { %s };\n\n", strings.Join(states, ", "), strings.Join(operations, ", "))
	b.WriteString("#define NoReason 0\n")
	for _, r := range reasonsOf(d, transitions.StateNone) {
		fmt.Fprintf(b, "#define %s %d\n", identifier(r), r)
	}
	b.WriteString("\nmtype state = None;\nmtype pending = NoOperation;\nbyte reason = NoReason;\n\n")
	define("progress", or("state", names(statesWhere(d, transitions.State.Progress), transitions.State.String), "   "))
	define("terminal", or("state", names(statesWhere(d, transitions.State.Terminal), transitions.State.String), "   "))
	b.WriteString("\n/* What the catalogue documents, whatever the options below say. */\n")
	var documented []string
	for _, s := range statesWhere(d, transitions.State.Terminal) {
		condition := "reason == NoReason"
		if s != transitions.StateConnected {
			condition = "(" + or("reason", names(reasonsOf(d, s), identifier), "    ") + ")"
		}
		documented = append(documented, fmt.Sprintf("state == %v && %s", s, condition))
	}
	define("documented", strings.Join(documented, " ||\n   "))
	b.WriteString(`
ltl explained { [] (terminal -> documented) }
ltl unexplained { [] (reason != NoReason -> terminal) }
ltl absorbs { [] (terminal -> [] terminal) }
ltl ends { <> terminal }

/* An end absorbs: nothing changes it, whatever the guard of the option was. */
inline change(s, p, r) {
  assert(!terminal);
  state = s;
  pending = p;
  reason = r
}

`)
	process := func(name string, completes bool) {
		fmt.Fprintf(b, "active proctype %s() {\n", name)
		if completes {
			b.WriteString("  byte r;\n")
		}
		b.WriteString("end:\n  do\n")
		for _, r := range rulesOf(d) {
			if (r.event == transitions.EventCompleted) != completes {
				continue
			}
			fmt.Fprintf(b, "  /* %s\n     %s */\n", r, strings.Join(r.authority(), "\n     "))
			guard := "(" + or("state", names(r.from, transitions.State.String), "      ") + ")"
			switch {
			case !completes:
				fmt.Fprintf(b, "  :: atomic { %s -> change(%v, pending, reason) }\n", guard, r.to)
			case !r.fits():
				fmt.Fprintf(b, "  :: atomic { %s -> change(%v, NoOperation, NoReason) }\n", guard, r.to)
			default:
				all := slices.Collect(r.reasons.All())
				fmt.Fprintf(b, "  :: atomic { %s ->\n       r = %s;\n       do\n       :: r < %s -> r++\n       :: (%s) -> break\n"+
					"       od;\n       change(%v, NoOperation, r);\n       r = NoReason }\n", guard, identifier(all[0]),
					identifier(all[len(all)-1]), or("r", names(all, identifier), "           "), r.to)
			}
		}
		b.WriteString("  od\n}\n\n")
	}
	process("report", false)
	process("complete", true)
	b.WriteString("active proctype application() {\nend:\n  do\n")
	for _, o := range offersOf(d) {
		next := o.Operation.String()
		if !o.Pending {
			next = "pending"
		}
		fmt.Fprintf(b, "  /* %v: %v, %v */\n  :: atomic { progress && pending == NoOperation -> change(state, %s, reason) }\n",
			o.Operation, o.Basis, o.Source, next)
	}
	b.WriteString("  od\n}\n")
}
