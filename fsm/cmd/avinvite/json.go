package main

import (
	"encoding/json"
	"errors"
	"io"

	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/fsm/eventchannel"
)

// jsonReport is for programs: an object per line, as check.schema.json describes them.
type jsonReport struct{ *json.Encoder }

func newJSONReport(w io.Writer) report {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return jsonReport{encoder}
}

// write relies on the writer to keep its error for the end; nothing here is what JSON cannot hold.
func (r jsonReport) write(v any) { _ = r.Encode(v) }

func (r jsonReport) recording(j judged) {
	for v := range j.Verdicts() {
		r.write(struct {
			Kind string `json:"kind"`
			File string `json:"file"`
			conformance.Verdict
		}{"invitation", j.name, v})
	}
	for _, err := range j.unread {
		e := struct {
			Kind    string              `json:"kind"`
			File    string              `json:"file"`
			Place   *eventchannel.Place `json:"place,omitempty"`
			Message string              `json:"message"`
		}{Kind: "error", File: j.name, Message: plain(err)}
		if at := new(eventchannel.Error); errors.As(err, &at) {
			e.Place, e.Message = &at.Place, plain(at.Err)
		}
		r.write(e)
	}
}

func (r jsonReport) end(t *total) {
	r.write(struct {
		Kind string `json:"kind"`
		*total
	}{"summary", t})
}
