package testee

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/export"
	"github.com/avinvite/avinvite/transitions/suite"
)

// Report is the result of a run.
type Report struct {
	Hello Hello
	K     uint
	Parts []Part // one for each direction

	Tests, Symbols int // that were answered, other encodings included
	Failed         int // tests that were answered wrongly or not at all
	Planned        int
	Took           time.Duration
	Restarts       int

	Failures []Failure // at most one for each cell
	Excused  []Failure // by --lenient
	Skipped  []Skip

	Interrupted bool
	Err         error // why the run ended early: a *ProtocolError, or what kept the testee from running
}

// Part is the suite of one direction.
type Part struct {
	Direction transitions.Direction
	suite.Sizes
	Domain    string
	Encodings int // tests of other encodings
}

func newPart(p *plan) Part {
	head := p.suite.Head()
	_, _, others := p.size()
	return Part{p.direction, head.Suite, head.Domain, others}
}

// Skip is a reason why a testee skipped tests, with their number.
type Skip struct {
	Because string
	ID      string // of the first
	Tests   int
}

func (r *Report) conclude(run *runner) {
	for _, f := range run.failures.list() {
		if run.Lenient && f.Basis == codes.Inferred && f.Got != nil {
			r.Excused = append(r.Excused, f)
			continue
		}
		r.Failures = append(r.Failures, f)
	}
	r.Skipped = slices.SortedFunc(func(yield func(Skip) bool) {
		for s := range maps.Values(run.skipped) {
			if !yield(*s) {
				return
			}
		}
	}, func(a, b Skip) int {
		return cmp.Or(cmp.Compare(b.Tests, a.Tests), strings.Compare(a.Because, b.Because))
	})
}

// Verdict returns the result in a few words.
func (r *Report) Verdict() string {
	switch {
	case r.Err != nil:
		return "not tested to the end"
	case len(r.Failures) > 0:
		return "fails"
	case r.Interrupted:
		return "interrupted"
	case r.Tests == 0:
		return "not tested"
	}
	return "passes"
}

// Model returns the SHA-256 of the generated table, from which all expectations follow.
func Model() string {
	sum := sha256.Sum256(export.Table())
	return hex.EncodeToString(sum[:])
}

// Guarantee returns what the run guarantees, in a sentence. If it guarantees nothing, the sentence says why, and ok is
// false.
func (r *Report) Guarantee() (sentence string, ok bool) {
	because := ""
	skipped := 0
	for _, s := range r.Skipped {
		skipped += s.Tests
	}
	switch {
	case r.Err != nil:
		because = "the run ended early"
	case r.Interrupted:
		because = fmt.Sprintf("the run was interrupted after %d of %d tests", r.Tests, r.Planned)
	case len(r.Failures) > 0:
		because = fmt.Sprintf("%s failed", count(r.Failed, "test"))
	case skipped > 0:
		because = fmt.Sprintf("the testee skipped %s", count(skipped, "test"))
	case len(r.Excused) > 0:
		because = fmt.Sprintf("--lenient excused %s", count(len(r.Excused), "cell"))
	}
	if because != "" {
		return "none, because " + because, false
	}
	var directions, domains []string
	for _, p := range r.Parts {
		directions = append(directions, strings.ToLower(p.Direction.String()))
		domains = append(domains, fmt.Sprintf("for %s invitations %s", strings.ToLower(p.Direction.String()), p.Domain))
	}
	inputs := fmt.Sprint(r.Parts[0].Inputs)
	if last := r.Parts[len(r.Parts)-1].Inputs; last != r.Parts[0].Inputs {
		inputs += fmt.Sprintf(" and %d", last)
	}
	inputs += " abstract events"
	if *r.Hello.Operations {
		inputs += " and operations"
	}
	return fmt.Sprintf("For every sequence of the %s, the %s %q shows the %s of %s invitations that the avinvite model %.12s "+
		"requires of a %s, provided that %s.", inputs, r.Hello.Role, r.Name(), r.Hello.shows(), strings.Join(directions, " and "),
		Model(), r.Hello.Role, strings.Join(domains, ", and ")), true
}

// Name returns the name of the testee with its version.
func (r *Report) Name() string {
	return strings.TrimSpace(r.Hello.Name + " " + r.Hello.Version)
}

// shows lists the parts of an answer that are compared.
func (h Hello) shows() string {
	s := h.seen()
	if h.Role == "server" {
		s |= suite.SeesVerdict
	}
	return s.String()
}

// Assumed lists the assumptions of the guarantee, which no test can check.
func (r *Report) Assumed() []string {
	list := []string{
		"the testee is deterministic",
		"each line begins with a new invitation that is like every other",
		"looking at an invitation does not change it",
	}
	if r.K > 0 {
		list = append(list, "hidden states are reached through representative inputs")
	}
	return list
}

// Unseen lists the parts of an implementation that the tests do not check.
func (r *Report) Unseen() []string {
	var list []string
	if missing := shown &^ r.Hello.seen(); missing != 0 {
		list = append(list, "the testee does not show "+missing.String())
	}
	if !*r.Hello.Operations {
		list = append(list, "the testee takes no operations")
	} else {
		list = append(list, "the answer to cancel once an outgoing invitation is connected, and the subcode of a refusal, are not compared")
	}
	if r.Hello.Role == "client" {
		list = append(list, "whether a client reports an event as odd is not compared")
	}
	if r.Hello.Takes == "events" {
		list = append(list, "events are abstract: how they are written in documents is not tested")
	} else {
		list = append(list, fmt.Sprintf("documents in other forms than the published one, apart from %d ways to write an event that are tried once in each configuration", len(encodings)))
	}
	return append(list, "bodies of requests, and time")
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
