package testee_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/testee"
	"github.com/avinvite/avinvite/transitions"
)

var both = testee.Options{
	Representatives: true, Directions: []transitions.Direction{incoming, outgoing}, Timeout: 10 * time.Second,
}

// faulty is the reference, but for what it does instead of its answer to the line with a number from 1. A nil answer is
// none; an error is how it ends.
func faulty(fault func(n int, line, answer []byte) ([]byte, error)) program {
	return func(in *bufio.Scanner, out io.Writer) string {
		in.Scan()
		fmt.Fprintln(out, serverHello)
		for n := 1; in.Scan(); n++ {
			answer, err := server().answer(in.Bytes())
			if err == nil {
				answer, err = fault(n, in.Bytes(), answer)
			}
			if err != nil {
				return err.Error()
			}
			if answer != nil {
				fmt.Fprintf(out, "%s\n", answer)
			}
		}
		return ""
	}
}

// TestRight tests the references in all roles, and wants the guarantee.
func TestRight(t *testing.T) {
	t.Parallel()
	documents := strings.Replace(clientHello, `"role"`, `"takes":"documents","role"`, 1)
	for _, test := range []struct {
		hello     string
		base      implementation
		whole     bool // every input, of one direction
		guarantee string
	}{
		{serverHello, server(), true, "For every sequence of the 302 abstract events and operations, the server \"server\" shows " +
			"the state, offers and verdict of incoming invitations that the avinvite model " + testee.Model()[:12] + " requires of a " +
			"server, provided that for incoming invitations every state of the implementation is reached by one of the 43 words of " +
			"the configurations."},
		{wholeHello, server(), false, "shows the state, offers, pending, reason and verdict of"},
		{clientHello, client(), false, "events and operations, the client \"client\" shows the state and offers of"},
		{noHello, server(), true, "For every sequence of the 296 abstract events, the server \"server\" shows the state and verdict of"},
		{documents, client(), false, "events and operations, the client \"client\" shows the state and offers of"},
	} {
		o := both
		if o.Representatives = !test.whole && !long(); test.whole {
			o.Directions = o.Directions[:1]
		}
		test.base.hello = test.hello
		r := testee.Run(t.Context(), program(test.base.run).open, o)
		sentence, ok := r.Guarantee()
		if r.Verdict() != "passes" || !ok || !strings.Contains(sentence, test.guarantee) {
			t.Errorf("%s: %s, error %v, failures %+v, guarantee %s, want %s",
				test.hello, r.Verdict(), r.Err, r.Failures, sentence, test.guarantee)
		}
		if r.Tests != r.Planned || r.Tests == 0 {
			t.Errorf("%s: %d of %d tests", test.hello, r.Tests, r.Planned)
		}
	}
}

// TestOutOfOrder answers 64 tests at a time, the last one first.
func TestOutOfOrder(t *testing.T) {
	t.Parallel()
	var held [][]byte
	r := testee.Run(t.Context(), faulty(func(n int, _, answer []byte) ([]byte, error) {
		held = append(held, answer)
		if n%64 != 0 && n < 247 {
			return nil, nil
		}
		var b []byte
		for _, line := range held {
			b = append(append(append([]byte{}, line...), '\n'), b...)
		}
		held = nil
		return b[:len(b)-1], nil
	}).open, both)
	if r.Verdict() != "passes" || r.Tests != r.Planned {
		t.Errorf("%s, error %v, %d of %d tests", r.Verdict(), r.Err, r.Tests, r.Planned)
	}
}

// TestProtocol breaks the protocol in every way. The error must quote the line.
func TestProtocol(t *testing.T) {
	t.Parallel()
	says := func(text string) program {
		return func(in *bufio.Scanner, out io.Writer) string {
			in.Scan()
			fmt.Fprintln(out, text)
			_, _ = io.Copy(io.Discard, readerOf(in))
			return ""
		}
	}
	hello := func(old, new string) program { return says(strings.Replace(serverHello, old, new, 1)) }
	seventh := func(edit func(answer string) string) program {
		return faulty(func(n int, _, answer []byte) ([]byte, error) {
			if n == 7 {
				answer = []byte(edit(string(answer)))
			}
			return answer, nil
		})
	}
	for _, test := range []struct {
		program program
		want    string
	}{
		{says("Listening on port 8080"), "line 1 of the testee's standard output: the line is no JSON; the standard output is for answers alone, so write logs to the standard error: Listening on port 8080"},
		{says(`{"level":"info"}`), `line 1 of the testee's standard output: want a line with "avinvite":1, the version of the protocol: {"level":"info"}`},
		{says(`[1]`), "want a JSON object: [1]"},
		{hello(`"avinvite":1`, `"avinvite":"1"`), "the member avinvite is a JSON string"},
		{hello(`"name":"server"`, `"name":""`), `no "name" of the implementation`},
		{hello(`"role":"server"`, `"role":"peer"`), `want "role":"server" or "role":"client"`},
		{hello(`"role"`, `"takes":"xml","role"`), `want "takes":"events" or "takes":"documents"`},
		{hello(`"role"`, `"takes":"documents","role"`), `"takes":"documents" is for a client`},
		{hello(`"operations":true`, `"a":1`), `want "operations":true or "operations":false`},
		{hello(`["state","offers"]`, `[]`), `nothing, want some of state, offers, pending and reason in "sees"`},
		{hello(`["state","offers"]`, `["verdict"]`), `"verdict", want some of state, offers, pending and reason in "sees"`},
		{seventh(func(string) string { return "GET /invitations/7 200" }), "line 8 of the testee's standard output: the line is no JSON; the standard output is for answers alone, so write logs to the standard error: GET /invitations/7 200"},
		{seventh(func(a string) string { return strings.Replace(a, `{"state":"None","offers":[]},`, "", 1) }), "answers to"},
		{seventh(func(a string) string { return strings.Replace(a, `"id":"av-`, `"id":"xx-`, 1) }), `no test with the id "xx-`},
		{seventh(func(a string) string { return a + "\n" + a }), "line 9 of the testee's standard output: no test with the id"},
		{seventh(func(string) string { return `{}` }), `no "id" of a test`},
		{seventh(func(a string) string { return strings.Replace(a, `"answers"`, `"results"`, 1) }), `want one of "answers", "skip" and "error" beside the id`},
		{seventh(func(string) string { return `{"id":7}` }), `the member id is a JSON number: {"id":7}`},
		{seventh(func(string) string { return strings.Repeat("x", 2<<20) }), "a line of more than 1048576 bytes"},
		{seventh(func(string) string { return "\x1b[31m" + strings.Repeat("x", 300) }), "\uFFFD[31m" + strings.Repeat("x", 195) + "..."},
	} {
		r := testee.Run(t.Context(), test.program.open, both)
		if r.Err == nil || !strings.Contains(r.Err.Error(), test.want) {
			t.Errorf("the error is %v, want %s", r.Err, test.want)
		}
		if sentence, ok := r.Guarantee(); r.Parts != nil && (ok || sentence != "none, because the run ended early") {
			t.Errorf("%v: the guarantee is %s", r.Err, sentence)
		}
	}
}

// readerOf drops the lines of a scanner.
func readerOf(in *bufio.Scanner) io.Reader {
	for in.Scan() {
	}
	return strings.NewReader("")
}

// TestSilence has testees that hang or end. Time passes in a bubble.
func TestSilence(t *testing.T) {
	ends := errors.New("exit status 3")
	for _, test := range []struct {
		name     string
		program  program
		failures int
		restarts int
		because  string // of the first failure
		err      string
		took     time.Duration
	}{
		{
			name: "hangs in the seventh test", failures: 1, restarts: 1, because: "the testee sent nothing", took: 10 * time.Second,
			program: once(nil),
		},
		{
			name: "ends in the seventh test", failures: 1, restarts: 1, because: "the testee ended (exit status 3)",
			program: once(ends),
		},
		{
			name: "always ends in the seventh test", failures: 4, restarts: 3, because: "the testee ended (exit status 3)",
			err: "given up: the testee was started again 3 times, and still ended (exit status 3)",
			program: faulty(func(n int, _, answer []byte) ([]byte, error) {
				if n == 7 {
					return nil, ends
				}
				return answer, nil
			}),
		},
		{
			name: "sends no hello", err: "the testee sent no hello in 10s", took: 10 * time.Second,
			program: func(in *bufio.Scanner, _ io.Writer) string { readerOf(in); return "" },
		},
		{
			name: "ends without a hello", err: "the testee ended without a hello (exit status 3)",
			program: func(*bufio.Scanner, io.Writer) string { return ends.Error() },
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := testee.Run(t.Context(), test.program.open, both)
				if err := fmt.Sprint(r.Err); !strings.Contains(err, test.err) || test.err == "" && r.Err != nil {
					t.Errorf("the error is %v, want %s", err, test.err)
				}
				if len(r.Failures) != test.failures || r.Failed != test.failures || r.Restarts != test.restarts {
					t.Errorf("%d failures, %d failed tests, %d restarts, want %d, %[4]d and %d",
						len(r.Failures), r.Failed, r.Restarts, test.failures, test.restarts)
				}
				for _, f := range r.Failures {
					if f.Class != testee.NoAnswer || f.Because != test.because {
						t.Errorf("the failure is %s, because %s, want no answer, because %s", f.Class, f.Because, test.because)
					}
				}
				if test.err == "" && r.Tests != r.Planned-test.failures {
					t.Errorf("%d of %d tests", r.Tests, r.Planned)
				}
				if r.Took.Round(time.Second) != test.took {
					t.Errorf("took %v, want %v", r.Took, test.took)
				}
			})
		})
	}
}

// once is the reference, but for the first testee that is started: it answers nothing from the seventh test on. An error
// is how it ends there.
func once(ends error) program {
	started := 0
	return func(in *bufio.Scanner, out io.Writer) string {
		started++
		first := started == 1
		return faulty(func(n int, _, answer []byte) ([]byte, error) {
			if !first || n < 7 {
				return answer, nil
			}
			return nil, ends
		})(in, out)
	}
}

// TestSkips has testees that skip tests or report errors.
func TestSkips(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		member, verdict, guarantee string
	}{
		{"skip", "passes", "none, because the testee skipped 3 tests"},
		{"error", "fails", "none, because 3 tests failed"},
	} {
		r := testee.Run(t.Context(), faulty(func(n int, _, answer []byte) ([]byte, error) {
			if n%100 == 0 || n == 1 {
				_, id, _ := strings.Cut(string(answer), `"id":`)
				return fmt.Appendf(nil, `{%q:"no hook for this","id":%s`, test.member, id), nil
			}
			return answer, nil
		}).open, both)
		sentence, _ := r.Guarantee()
		if r.Verdict() != test.verdict || sentence != test.guarantee {
			t.Errorf("%s: %s, guarantee %s, error %v, want %s and %s", test.member, r.Verdict(), sentence, r.Err, test.verdict, test.guarantee)
		}
		if skips := r.Skipped; test.member == "skip" && (len(skips) != 1 || skips[0].Tests != 3 || skips[0].Because != "no hook for this") {
			t.Errorf("skips %+v, want one for 3 tests", skips)
		}
	}
}

// TestLenient excuses what is Inferred, and nothing else.
func TestLenient(t *testing.T) {
	t.Parallel()
	for _, w := range wrongs()[6:8] {
		w.options.Lenient = true
		r := testee.Run(t.Context(), program(w.run).open, w.options)
		sentence, ok := r.Guarantee()
		if r.Verdict() != "passes" || len(r.Excused) == 0 || ok || !strings.HasPrefix(sentence, "none, because --lenient excused ") {
			t.Errorf("%s: %s, %d excused, guarantee %s", w.name, r.Verdict(), len(r.Excused), sentence)
		}
	}
}

// TestInterrupt interrupts a run. The report has what has been shown so far.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	o := both
	o.Progress = func(done, total int) {
		if done == 100 {
			cancel()
		}
	}
	r := testee.Run(ctx, program(server().run).open, o)
	if sentence, _ := r.Guarantee(); !r.Interrupted || r.Verdict() != "interrupted" || r.Err != nil || r.Tests < 100 || r.Tests > 164 ||
		!strings.HasPrefix(sentence, fmt.Sprintf("none, because the run was interrupted after %d of ", r.Tests)) {
		t.Errorf("%s, error %v, %d tests, guarantee %s", r.Verdict(), r.Err, r.Tests, sentence)
	}
}

// TestOpen has a testee that cannot be started.
func TestOpen(t *testing.T) {
	r := testee.Run(t.Context(), testee.Command([]string{"/nonexistent/testee"}, io.Discard), both)
	if r.Err == nil || !strings.Contains(r.Err.Error(), "/nonexistent/testee") {
		t.Errorf("error %v, want one that names the command", r.Err)
	}
}
