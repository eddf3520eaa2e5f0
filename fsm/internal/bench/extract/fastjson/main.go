// Command fastjson is the program of valyala/fastjson.
package main

import (
	"io"

	"github.com/valyala/fastjson"

	"github.com/avinvite/avinvite/fsm/internal/bench/extract"
)

func main() { extract.Main(read) }

func take(v *fastjson.Value, found map[string]extract.Last) {
	for _, s := range v.GetArray("sender") {
		for _, e := range s.GetArray("events") {
			if string(e.GetStringBytes("link", "rel")) == extract.Rel {
				found[string(e.GetStringBytes("link", "href"))] = extract.Last{
					State:   string(e.GetStringBytes("_embedded", extract.Rel, "state")),
					Code:    string(e.GetStringBytes("reason", "code")),
					Subcode: string(e.GetStringBytes("reason", "subcode")),
				}
			}
		}
	}
}

func read(form string, in io.Reader, found map[string]extract.Last) error {
	var p, inner fastjson.Parser
	if form == "lines" {
		return extract.Lines(in, func(line []byte) error {
			v, err := p.ParseBytes(line)
			if err == nil {
				take(v, found)
			}
			return err
		})
	}
	text, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	v, err := p.ParseBytes(text)
	if err != nil {
		return err
	}
	switch form {
	case "array":
		for _, d := range v.GetArray() {
			take(d, found)
		}
	case "har":
		for _, e := range v.GetArray("log", "entries") {
			d, err := inner.ParseBytes(e.GetStringBytes("request", "postData", "text"))
			if err != nil {
				return err
			}
			take(d, found)
		}
	default:
		take(v, found)
	}
	return nil
}
