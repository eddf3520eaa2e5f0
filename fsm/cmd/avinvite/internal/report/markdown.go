package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/layout"
	"github.com/avinvite/avinvite/fsm/conformance"
)

// markdown is the report for a ticket or a pull request: GitHub Flavored Markdown, which others read as well.
type markdown struct {
	w       io.Writer
	verbose bool
	unread  bool // parts of the recording cannot be read
}

// write writes a line. It drops the error, which the writer keeps.
func (m *markdown) write(format string, args ...any) { fmt.Fprintf(m.w, format+"\n", args...) }

func (m *markdown) Recording(r Recording) {
	m.unread = len(r.Unread) > 0
	begun, listed := false, false
	for v, full := range r.shown(m.verbose) {
		if !begun {
			m.write("## %s\n", escape(Title(r.Name)))
			if headline, reasons := r.failures(); headline != "" && !m.verbose {
				if len(reasons) > 0 {
					headline += ": " + counts(reasons)
				}
				m.write("%s\n", escape(headline))
			}
			begun = true
		}
		if !full {
			outcome, _ := outcome(v)
			m.write("- **%s**. %s, invitation id %s", escape(outcome), escape(parties(v)+began(v)), escape(id(v)))
			listed = true
			continue
		}
		if listed {
			m.write("")
			listed = false
		}
		m.verdict(v)
	}
	if listed {
		m.write("")
	}
	for _, err := range r.Unread {
		m.write("- cannot be read: %s: %s\n", escape(Title(r.Name)), escape(ErrorText(err)))
	}
}

// verdict writes an invitation in full.
func (m *markdown) verdict(v conformance.Verdict) {
	c := conclude(v, m.unread)
	m.write("### %s\n\n%s\n\n%s\n", escape(c.outcome), escape(c.parties), escape(c.why))
	message, documented := texts(v)
	if message != "" {
		m.write("- message: %s", escape(message))
	}
	for _, d := range documented {
		m.write("- documented: %s", escape(d))
	}
	m.write("- protocol: **%s**, %s", v.Result, meaning(v))
	if v.Href != "" {
		m.write("- href: %s", escape(v.Href))
	}
	if v.OperationID != "" {
		m.write("- operation: %s", escape(v.OperationID))
	}
	m.write("\n```text")
	ladder(layout.New(m.w, layout.Plain()), 0, v, m.verbose)
	m.write("```\n")
	for _, f := range v.Findings {
		m.write("- **%s**: %s (%s)", f.Severity(), escape(f.Rule.Text()), f.Rule)
		m.write("  - where: %s", escape(f.Place.String()))
		m.write("  - seen: %s", escape(f.Seen))
		m.write("  - expected: %s", escape(f.Expected))
		m.write("  - basis: %v: %s", f.Basis, escape(f.Source))
		m.write("  - more: `%s`", more(v, f))
	}
	if v.OmittedFindings > 0 {
		m.write("- and %d more findings", v.OmittedFindings)
	}
	for _, e := range v.Repair {
		m.write("- repair: %s", escape(change(e)))
	}
	if len(v.Findings)+len(v.Repair) > 0 {
		m.write("")
	}
}

func (m *markdown) End(sum *Total, _ int) {
	if sum.Invitations > 1 {
		m.write("| invitations | outcome |\n|--:|---|")
		for _, o := range sum.Outcomes {
			m.write("| %d | %s |", o.Invitations, escape(ended(o)))
		}
		if sum.OtherOutcomes > 0 {
			m.write("| %d | others |", sum.OtherOutcomes)
		}
		m.write("")
	}
	if len(sum.Rules) > 0 && sum.Invitations > 1 {
		m.write("| findings | rule |\n|--:|---|")
		for _, r := range sum.Rules {
			m.write("| %d | %s (%s, %v) |", r.Findings, escape(r.Rule.Text()), r.Rule, r.Basis)
		}
		if sum.OtherFindings > 0 {
			m.write("| %d | others, which are not listed |", sum.OtherFindings)
		}
		m.write("")
	}
	var line strings.Builder
	for _, s := range sum.protocol() {
		line.WriteString(s.Text)
	}
	m.write("%s\\\n%s", line.String(), escape(sum.line()))
}

// escape returns a text that Markdown shows as it is.
func escape(text string) string {
	text = layout.Printable(strings.Join(strings.Fields(text), " "))
	var b strings.Builder
	for n, r := range text {
		if strings.ContainsRune("\\`*_{}[]<>#|~&!@", r) || n == 0 && strings.ContainsRune("+-=:", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
