package laws_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
)

// request and response are a line of JSON each. A request with a direction makes the invitation of that number.
type request struct {
	Number    int                   `json:"number"`
	Direction transitions.Direction `json:"direction,omitzero"`
	Action    laws.Action           `json:"action,omitzero"`
}

type response struct {
	View    laws.View         `json:"view"`
	Refused string            `json:"refused,omitempty"`
	Row     codes.Synchronous `json:"row,omitzero"` // the synchronous error of a refused operation
}

// child is the process with the machines, and remote is one of its machines.
type (
	child struct {
		requests  *json.Encoder
		responses *json.Decoder
		made      int
	}
	remote struct {
		*child
		number int
		view   laws.View
	}
)

func (c *child) newSubject(d transitions.Direction) laws.Subject {
	c.made++
	r := &remote{child: c, number: c.made}
	if err := r.ask(request{Direction: d}); err != nil {
		panic(err)
	}
	return r
}

func (r *remote) ask(q request) error {
	q.Number = r.number
	var answer response
	if err := errors.Join(r.requests.Encode(q), r.responses.Decode(&answer)); err != nil {
		panic(err) // the child is gone: the panic breaks law 1
	}
	r.view = answer.View
	switch {
	case answer.Row != 0:
		return answer.Row
	case answer.Refused != "":
		return errors.New(answer.Refused)
	}
	return nil
}

func (r *remote) Event(e transitions.Event) error {
	return r.ask(request{Action: laws.Action{Event: e}})
}

func (r *remote) Do(o transitions.Operation) error {
	return r.ask(request{Action: laws.Action{Operation: o}})
}

func (r *remote) View() laws.View { return r.view }

// A machine in another process, in whatever language, answers a line of JSON with a line of JSON. This one is the test
// binary itself, started once more.
func Example_process() {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "LAWS_EXAMPLE_CHILD=1")
	in, err := cmd.StdinPipe()
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := cmd.Start(); err != nil {
		fmt.Println(err)
		return
	}
	c := &child{requests: json.NewEncoder(in), responses: json.NewDecoder(out)}
	// A pipe is slow, so this tries every tenth sequence. laws.Enumerate(c.newSubject) tries all.
	k, n := laws.NewChecker(c.newSubject, time.Minute), 0
	fmt.Println(k.Enumerate(func(yield func(transitions.Direction, []laws.Action) bool) {
		for d, word := range k.Words() {
			if n++; n%10 == 0 && !yield(d, word) {
				return
			}
		}
	}, k.Laws()...))
	fmt.Println(errors.Join(in.Close(), cmd.Wait()))
	// Output:
	// []
	// <nil>
}

// serve is the other process.
func serve(in io.Reader, out io.Writer) error {
	machines := map[int]transitions.Invitation{}
	requests, responses := json.NewDecoder(in), json.NewEncoder(out)
	for {
		var q request
		if err := requests.Decode(&q); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		i, err := machines[q.Number], error(nil)
		switch {
		case q.Direction != 0:
			i = transitions.New(q.Direction)
		case q.Action.Operation != transitions.OperationNone:
			i, err = i.Do(q.Action.Operation)
		default:
			i, err = i.Step(q.Action.Event)
		}
		machines[q.Number] = i
		answer := response{View: laws.ViewOf(i)}
		if err != nil {
			answer.Refused = err.Error()
			_ = errors.As(err, &answer.Row) // an event's refusal has none
		}
		if err := responses.Encode(answer); err != nil {
			return err
		}
	}
}
