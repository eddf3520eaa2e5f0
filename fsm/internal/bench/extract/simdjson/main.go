// Command simdjson is the program of minio/simdjson-go, which needs a processor with AVX2.
package main

import (
	"bytes"
	"errors"
	"io"

	"github.com/minio/simdjson-go"

	"github.com/avinvite/avinvite/fsm/internal/bench/extract"
)

func main() { extract.Main(read) }

func read(form string, in io.Reader, found map[string]extract.Last) error {
	if !simdjson.SupportedCPU() {
		return errors.New("no AVX2")
	}
	text, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	parse := simdjson.Parse
	if form == "lines" {
		parse = simdjson.ParseND
	}
	parsed, err := parse(text, nil)
	if err != nil {
		return err
	}
	var inner *simdjson.ParsedJson
	return parsed.ForEach(func(i simdjson.Iter) error {
		switch form {
		case "array":
			return each(&i, func(d *simdjson.Iter) error { return take(d, found) })
		case "har":
			entries, err := i.FindElement(nil, "log", "entries")
			if err != nil {
				return err
			}
			return each(&entries.Iter, func(e *simdjson.Iter) error {
				body, err := e.FindElement(nil, "request", "postData", "text")
				if err != nil {
					return err
				}
				text, err := body.Iter.StringBytes()
				if err != nil {
					return err
				}
				if inner, err = simdjson.Parse(bytes.Clone(text), inner); err != nil {
					return err
				}
				return inner.ForEach(func(d simdjson.Iter) error { return take(&d, found) })
			})
		}
		return take(&i, found)
	})
}

// each calls f for each element of an array.
func each(i *simdjson.Iter, f func(*simdjson.Iter) error) error {
	array, err := i.Array(nil)
	if err != nil {
		return err
	}
	var failed error
	array.ForEach(func(e simdjson.Iter) {
		if failed == nil {
			failed = f(&e)
		}
	})
	return failed
}

// text returns the string at a path, "" if there is none.
func text(i *simdjson.Iter, path ...string) string {
	e, err := i.FindElement(nil, path...)
	if err != nil {
		return ""
	}
	s, _ := e.Iter.String()
	return s
}

func take(d *simdjson.Iter, found map[string]extract.Last) error {
	senders, err := d.FindElement(nil, "sender")
	if err != nil {
		return err
	}
	return each(&senders.Iter, func(s *simdjson.Iter) error {
		events, err := s.FindElement(nil, "events")
		if err != nil {
			return err
		}
		return each(&events.Iter, func(e *simdjson.Iter) error {
			if text(e, "link", "rel") == extract.Rel {
				found[text(e, "link", "href")] = extract.Last{
					State: text(e, "_embedded", extract.Rel, "state"),
					Code:  text(e, "reason", "code"), Subcode: text(e, "reason", "subcode"),
				}
			}
			return nil
		})
	})
}
