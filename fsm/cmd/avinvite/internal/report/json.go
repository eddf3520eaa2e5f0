package report

import (
	"encoding/json"
	"io"

	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/fsm/eventchannel"
)

// lines is the report for programs: an object per line, as check.schema.json describes them.
type lines struct{ *json.Encoder }

func newJSON(w io.Writer) Report {
	encoder := json.NewEncoder(EscapeJSON(w))
	encoder.SetEscapeHTML(false)
	return lines{encoder}
}

// write drops the error, which can only be the writer's: JSON has room for every value here.
func (l lines) write(v any) { _ = l.Encode(v) }

func (l lines) Recording(r Recording) {
	for v := range r.Verdicts() {
		l.Verdict(r.Name, v)
	}
	for _, err := range r.Unread {
		l.Fault(r.Name, err)
	}
}

func (l lines) Verdict(file string, v conformance.Verdict) {
	l.write(struct {
		Kind string `json:"kind"`
		File string `json:"file"`
		conformance.Verdict
	}{"invitation", file, v})
}

func (l lines) Fault(file string, err error) {
	text, place := parts(err)
	l.write(struct {
		Kind    string              `json:"kind"`
		File    string              `json:"file"`
		Place   *eventchannel.Place `json:"place,omitempty"`
		Message string              `json:"message"`
	}{"error", file, place, text})
}

func (l lines) End(t *Total, _ int) {
	l.write(struct {
		Kind string `json:"kind"`
		*Total
	}{"summary", t})
}
