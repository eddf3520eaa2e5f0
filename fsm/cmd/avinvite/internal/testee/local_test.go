package testee_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/testee"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
	"github.com/avinvite/avinvite/transitions/suite"
)

// local is a testee in this process.
type local struct {
	io.Reader
	io.WriteCloser
	kill  func()
	ended chan string
}

func (l *local) End(wait time.Duration) string {
	defer l.kill()
	select {
	case how := <-l.ended:
		return how
	case <-time.After(wait):
		l.kill()
		<-l.ended
		return ""
	}
}

// program is what a testee does with the lines that it receives. It returns how it ended.
type program func(in *bufio.Scanner, out io.Writer) string

func (p program) open() (testee.Conn, error) {
	stdin, in := io.Pipe()
	out, stdout := io.Pipe()
	l := &local{Reader: out, WriteCloser: in, ended: make(chan string, 1), kill: func() {
		stdin.Close()
		stdout.Close()
		out.Close()
	}}
	go func() {
		lines := bufio.NewScanner(stdin)
		lines.Buffer(nil, 1<<20)
		l.ended <- p(lines, stdout)
		stdin.Close()
		stdout.Close()
	}()
	return l, nil
}

// call is an invitation of an implementation that is right but for what a test changes. flag is what it remembers beside.
type call struct {
	transitions.Invitation
	flag int
}

// implementation is a testee, but for the lines around it.
type implementation struct {
	hello string
	event func(call, transitions.Event) (call, error)
	do    func(call, transitions.Operation) (call, error)
	view  func(call) laws.View
}

const (
	serverHello = `{"avinvite":1,"name":"server","role":"server","sees":["state","offers"],"operations":true}`
	wholeHello  = `{"avinvite":1,"name":"server","role":"server","sees":["state","offers","pending","reason"],"operations":true}`
	clientHello = `{"avinvite":1,"name":"client","role":"client","sees":["state","offers"],"operations":true}`
	noHello     = `{"avinvite":1,"name":"server","role":"server","sees":["state"],"operations":false}`
)

func server() implementation {
	return implementation{
		hello: serverHello,
		event: func(c call, e transitions.Event) (call, error) {
			next, err := c.Step(e)
			return call{next, c.flag}, err
		},
		do: func(c call, o transitions.Operation) (call, error) {
			next, err := c.Do(o)
			return call{next, c.flag}, err
		},
		view: func(c call) laws.View { return laws.ViewOf(c.Invitation) },
	}
}

func client() implementation {
	i := server()
	i.hello = clientHello
	i.event = func(c call, e transitions.Event) (call, error) {
		next, _, err := c.Observe(e)
		return call{next, c.flag}, err
	}
	return i
}

// request is a line for a testee.
type request struct {
	ID        string                `json:"id"`
	Direction transitions.Direction `json:"direction"`
	Steps     []json.RawMessage     `json:"steps"`
}

// run is the program of an implementation.
func (i implementation) run(in *bufio.Scanner, out io.Writer) string {
	in.Scan()
	fmt.Fprintln(out, i.hello)
	for in.Scan() {
		answer, err := i.answer(in.Bytes())
		if err != nil {
			return err.Error()
		}
		if _, err := out.Write(append(answer, '\n')); err != nil {
			return err.Error()
		}
	}
	return ""
}

// answer returns the line that answers a test.
func (i implementation) answer(line []byte) ([]byte, error) {
	var test request
	if err := json.Unmarshal(line, &test); err != nil {
		return nil, err
	}
	at := call{transitions.New(test.Direction), 0}
	answers := []suite.Answer{i.look(at)}
	for _, step := range test.Steps {
		a, err := action(at.State(), step)
		if err != nil {
			return nil, err
		}
		if a.Operates() {
			at, err = i.do(at, a.Operation)
		} else {
			at, err = i.event(at, a.Event)
		}
		look := i.look(at)
		look.Sees |= suite.SeesVerdict
		look.OK = err == nil
		if row := codes.Synchronous(0); errors.As(err, &row) {
			look.Status, look.Code = row.HTTP(), row.Code()
		}
		answers = append(answers, look)
	}
	return json.Marshal(map[string]any{"id": test.ID, "answers": answers})
}

// action reads a step.
func action(current transitions.State, step []byte) (a laws.Action, err error) {
	var document struct{ Document json.RawMessage }
	if err := json.Unmarshal(step, &document); err != nil {
		return a, err
	}
	if document.Document == nil {
		return a, json.Unmarshal(step, &a)
	}
	for e, err := range eventchannel.NewReader(bytes.NewReader(document.Document)).Events() {
		if err != nil {
			return a, err
		}
		a.Event, _, err = e.Reduce(current)
		return a, err
	}
	return a, fmt.Errorf("no event in %s", document.Document)
}

func (i implementation) look(c call) suite.Answer {
	v := i.view(c)
	a := suite.Answer{
		Sees:  suite.SeesState | suite.SeesOffers | suite.SeesPending | suite.SeesReason,
		State: v.State, Pending: v.Pending, Reason: v.Reason,
	}
	for _, o := range v.Offers {
		a.Offers |= 1 << o
	}
	return a
}
