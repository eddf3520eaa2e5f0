package eventchannel

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// parser reads one value of JSON, which begins at a place. A scanner has passed over it before: it is JSON in UTF-8.
type parser struct {
	dec   jsontext.Decoder
	place Place
	buf   []byte            // of unquote
	names map[string]string // that have been read, by their JSON
}

// reset makes p the parser of another value, in the memory that it has.
func (p *parser) reset(raw []byte, place Place) {
	p.dec.Reset(bytes.NewBuffer(raw))
	p.place = place
}

func (p *parser) at(offset int64, within jsontext.Pointer) Place {
	return Place{p.place.Document, p.place.Offset + offset, p.place.Pointer + string(within)}
}

// fault is what the decoder found wrong, which the scanner does not look for: a name that is there twice, or else an
// escape.
func (p *parser) fault(err error) error {
	var syntax *jsontext.SyntacticError
	switch {
	case !errors.As(err, &syntax):
		return &Error{p.at(p.dec.InputOffset(), p.dec.StackPointer()), err}
	case errors.Is(err, jsontext.ErrDuplicateName):
		err = again(syntax.JSONPointer.LastToken())
	default:
		err = errSurrogate
	}
	return &Error{p.at(syntax.ByteOffset, syntax.JSONPointer), err}
}

// value reads a value that is of one of the kinds. It is good until the next one is read.
func (p *parser) value(kinds, want string) (jsontext.Value, error) {
	v, err := p.dec.ReadValue()
	if err != nil {
		return nil, p.fault(err)
	}
	if !strings.ContainsRune(kinds, rune(v.Kind())) {
		place := p.at(p.dec.InputOffset()-int64(len(v)), p.dec.StackPointer())
		return nil, &Error{place, fmt.Errorf("%s, want %s", kind(v[0]), want)}
	}
	return v, nil
}

// unquote is what a string says.
func (p *parser) unquote(v jsontext.Value) (_ string, err error) {
	p.buf, err = jsontext.AppendUnquote(p.buf[:0], v)
	return string(p.buf), err
}

// object reads an object; member reads the value of each name.
func (p *parser) object(member func(name string) error) error {
	if p.dec.PeekKind() != '{' {
		_, err := p.value("", "an object")
		return err
	}
	if _, err := p.dec.ReadToken(); err != nil {
		return p.fault(err)
	}
	for p.dec.PeekKind() != '}' {
		v, err := p.dec.ReadValue()
		if err != nil {
			return p.fault(err)
		}
		name, err := p.name(v)
		if err != nil {
			return err
		}
		if err := member(name); err != nil {
			return err
		}
	}
	_, err := p.dec.ReadToken()
	return err
}

// name is unquote for the names of members: few as they are, they are not made anew each time.
func (p *parser) name(v jsontext.Value) (string, error) {
	if name, ok := p.names[string(v)]; ok {
		return name, nil
	}
	name, err := p.unquote(v)
	if p.names == nil {
		p.names = map[string]string{}
	}
	if len(p.names) < 100 && len(name) < 100 {
		p.names[string(v)] = name
	}
	return name, err
}

// member reads the value of a name: a text into its field, anything else as raw JSON.
func (p *parser) member(texts []text, other *map[string][]byte, name string) error {
	n := slices.IndexFunc(texts, func(t text) bool { return t.name == name })
	if n < 0 {
		return p.keep(other, name, anything, "a value")
	}
	v, err := p.value(`"n`, "a string")
	if err != nil {
		return err
	}
	if v.Kind() == 'n' || len(v) == len(`""`) {
		keep(other, name, v)
		return nil
	}
	*texts[n].of, err = p.unquote(v)
	return err
}

const anything = `{["0tfn`

// keep reads a value as raw JSON.
func (p *parser) keep(in *map[string][]byte, name, kinds, want string) error {
	v, err := p.value(kinds, want)
	if err == nil {
		keep(in, name, v)
	}
	return err
}

func keep(in *map[string][]byte, name string, v []byte) {
	if *in == nil {
		*in = map[string][]byte{}
	}
	(*in)[name] = bytes.Clone(v)
}
