// Command server is a server in Go as a testee, here package transitions itself: avinvite test -- go run ./testees/server
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
)

func main() {
	fmt.Println(`{"avinvite":1,"name":"example in Go","role":"server","sees":["state","offers"],"operations":true}`)
	in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	var test struct {
		ID        string
		Direction transitions.Direction
		Steps     []laws.Action
	}
	_ = in.Decode(&test) // {"avinvite":1}
	for in.Decode(&test) == nil {
		call := transitions.New(test.Direction)
		answers := []map[string]any{{"state": call.State(), "offers": []string{}}}
		for _, step := range test.Steps {
			next, err := step.Step(call)
			call = next
			offers := slices.AppendSeq([]transitions.Operation{}, call.Operations().All())
			answer := map[string]any{"ok": err == nil, "state": call.State(), "offers": offers}
			if refusal := codes.Synchronous(0); errors.As(err, &refusal) {
				answer["status"], answer["code"] = refusal.HTTP(), refusal.Code()
			}
			answers = append(answers, answer)
		}
		_ = out.Encode(map[string]any{"id": test.ID, "answers": answers})
	}
}
