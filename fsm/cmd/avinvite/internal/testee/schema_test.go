package testee_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/testee"
)

// protocol returns the schema of the protocol.
func protocol(t *testing.T) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	for _, file := range []string{"protocol.schema.json", "../../../../../transitions/suite/vectors/schema.json"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.AddResource(schema.(map[string]any)["$id"].(string), schema); err != nil {
			t.Fatal(err)
		}
	}
	schema, err := c.Compile("https://github.com/avinvite/avinvite/blob/main/fsm/cmd/avinvite/internal/testee/protocol.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// TestSchema validates every line of a run in either direction, for a server and for a client that takes documents.
func TestSchema(t *testing.T) {
	t.Parallel()
	schema := protocol(t)
	for _, i := range []implementation{server(), client()} {
		if i.hello == clientHello {
			i.hello = strings.Replace(clientHello, `"role"`, `"takes":"documents","role"`, 1)
		}
		o := in(outgoing, 0, true)
		lines := 0
		validate := func(line []byte) {
			lines++
			object, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
			if err == nil {
				err = schema.Validate(object)
			}
			if err != nil {
				t.Errorf("%s: %v", line, err)
			}
		}
		r := testee.Run(t.Context(), program(func(in *bufio.Scanner, out io.Writer) string {
			in.Scan()
			validate(in.Bytes())
			validate([]byte(i.hello))
			fmt.Fprintln(out, i.hello)
			for in.Scan() {
				validate(in.Bytes())
				answer, err := i.answer(in.Bytes())
				if err != nil {
					return err.Error()
				}
				validate(answer)
				fmt.Fprintf(out, "%s\n", answer)
			}
			return ""
		}).open, o)
		if r.Verdict() != "passes" || lines != 2*r.Tests+2 {
			t.Errorf("%s: %s, %d lines", i.hello, r.Verdict(), lines)
		}
	}
	for _, line := range []string{
		`{"avinvite":2}`, `{"avinvite":1,"name":"a","role":"server"}`, strings.Replace(serverHello, "offers", "verdict", 1),
		strings.Replace(serverHello, `"role"`, `"takes":"documents","role"`, 1), `{"id":"av-1"}`, `{"id":"av-1","answers":[]}`,
		`{"id":"av-1","answers":[{"state":"Ringing"}]}`, `{"id":"av-1","direction":"Outgoing","steps":[{"do":"hangUp"}]}`,
		`{"id":"av-1","skip":"a","error":"b"}`,
	} {
		object, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
		if err != nil {
			t.Fatal(err)
		}
		if schema.Validate(object) == nil {
			t.Errorf("the schema allows %s", line)
		}
	}
}
