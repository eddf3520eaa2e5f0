package eventchannel

import (
	"bytes"
	"maps"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// encoder writes JSON and keeps the first error. It writes raw JSON unchanged except for white space.
type encoder struct {
	to  *jsontext.Encoder
	err error
}

// encode returns the JSON that write writes.
func encode(write func(*encoder)) ([]byte, error) {
	var b bytes.Buffer
	e := encoder{to: jsontext.NewEncoder(&b, jsontext.PreserveRawStrings(true))}
	write(&e)
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'}), e.err
}

func (e *encoder) fail(err error) {
	if e.err == nil {
		e.err = err
	}
}

func (e *encoder) token(t jsontext.Token) {
	if e.err == nil {
		e.err = e.to.WriteToken(t)
	}
}

func (e *encoder) begin()           { e.token(jsontext.BeginObject) }
func (e *encoder) end()             { e.token(jsontext.EndObject) }
func (e *encoder) name(name string) { e.token(jsontext.String(name)) }

// raw writes a member with a value of raw JSON, and nothing if the value is nil.
func (e *encoder) raw(name string, value []byte) {
	if value == nil {
		return
	}
	e.name(name)
	if e.err == nil {
		e.err = e.to.WriteValue(value)
	}
}

// text writes a member with a text, and nothing if the text is empty.
func (e *encoder) text(name, text string) {
	if text != "" {
		e.name(name)
		e.token(jsontext.String(text))
	}
}

// texts writes each text that is not empty.
func (e *encoder) texts(texts []text) {
	for _, t := range texts {
		e.text(t.name, *t.of)
	}
}

// others writes the members of m by name, except those in but and those whose text is not empty.
func (e *encoder) others(m map[string][]byte, texts []text, but ...string) {
	for _, t := range texts {
		if *t.of != "" {
			but = append(but, t.name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if !slices.Contains(but, name) {
			e.raw(name, m[name])
		}
	}
}
