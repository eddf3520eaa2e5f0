package codes

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

var errNoCode = errors.New("an error body without a code, want at least the member code")

// MarshalJSON writes the members that are present: the known ones first, then the others by name. It returns an error if
// there is no code, if a text is not UTF-8, or if Other has a value that is not JSON or a member that a field has too.
func (e Error) MarshalJSON() ([]byte, error) {
	if e.Code == "" {
		return nil, errNoCode
	}
	m := members{{"code", quote(string(e.Code))}}
	if e.Subcode != "" {
		m = append(m, member{"subcode", quote(string(e.Subcode))})
	}
	if e.Message != nil {
		m = append(m, member{"message", quote(*e.Message)})
	} else if e.NullMessage {
		m = append(m, member{"message", []byte("null")})
	}
	if e.Link != "" {
		m = append(m, member{"link", quote(e.Link)})
	}
	if e.Parameters != nil {
		value, err := e.parameters()
		if err != nil {
			return nil, err
		}
		m = append(m, member{"parameters", value})
	}
	if e.DebugInfo != nil {
		m = append(m, member{"debugInfo", e.DebugInfo})
	}
	for _, name := range slices.Sorted(maps.Keys(e.Other)) {
		m = append(m, member{name, e.Other[name]})
	}
	return m.object()
}

// parameters returns the JSON of the parameters.
func (e *Error) parameters() ([]byte, error) {
	list := make([]json.RawMessage, len(e.Parameters))
	var bag members
	for n, p := range e.Parameters {
		one, err := members{{"name", quote(p.Name)}, {"reason", quote(p.Reason)}}.object()
		if err != nil {
			return nil, fmt.Errorf("the parameter %q: %w", p.Name, err)
		}
		list[n] = one
		bag = append(bag, member{p.Name, quote(p.Reason)})
	}
	if e.ParameterBag {
		return bag.object()
	}
	return encode(list), nil
}

// members is a JSON object: names with the JSON of their values.
type members []member

type member struct {
	name  string
	value []byte
}

// object returns the JSON of the object.
func (m members) object() ([]byte, error) {
	out := []byte{'{'}
	seen := make(map[string]bool, len(m))
	for n, one := range m {
		name := quote(one.name)
		switch {
		case name == nil:
			return nil, fmt.Errorf("a member with the name %q, want UTF-8", one.name)
		case !json.Valid(one.value):
			return nil, fmt.Errorf("the member %q is neither JSON nor text in UTF-8", one.name)
		case seen[one.name]:
			return nil, fmt.Errorf("the member %q a second time, want it once", one.name)
		case n > 0:
			out = append(out, ',')
		}
		seen[one.name] = true
		out = append(append(append(out, name...), ':'), one.value...)
	}
	return append(out, '}'), nil
}

// quote returns a text in JSON, nil if it is not UTF-8, because the standard encoder would replace the wrong bytes by
// U+FFFD.
func quote(text string) []byte {
	if !utf8.ValidString(text) {
		return nil
	}
	return encode(text)
}

// encode leaves <, > and & as they are, unlike json.Marshal, because the outer encoder decides whether to escape them.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // texts, and JSON that is valid
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'})
}

// UnmarshalJSON reads an object that has at least a code, which is a string. As everywhere in encoding/json, null changes
// nothing. Its error texts do not begin with "codes: ", because decoders put them into errors of their own.
func (e *Error) UnmarshalJSON(data []byte) error {
	// The standard decoder would replace bytes that are not UTF-8 by U+FFFD.
	if !utf8.Valid(data) {
		return errors.New("an error body that is not UTF-8")
	}
	if string(bytes.TrimSpace(data)) == "null" {
		return nil
	}
	if err := json.Unmarshal(data, new(json.RawMessage)); err != nil {
		return fmt.Errorf("an error body that is not JSON: %w", err)
	}
	m, err := parse(data)
	if err != nil {
		return err
	}
	var read Error
	for _, one := range m {
		switch {
		case one.name == "code":
			code, ok := text(one.value)
			if read.Code = Code(code); !ok || code == "" {
				return fmt.Errorf("an error body with %s as its code, want text that is not empty", kind(one.value))
			}
		case !read.take(one.name, one.value):
			if read.Other == nil {
				read.Other = map[string][]byte{}
			}
			read.Other[one.name] = one.value
		}
	}
	if read.Code == "" {
		return errNoCode
	}
	*e = read
	return nil
}

// parse reads an object from JSON that is valid. Of members with the same name it keeps the last.
func parse(data []byte) (m members, err error) {
	d := json.NewDecoder(bytes.NewReader(data))
	if token, _ := d.Token(); token != json.Delim('{') {
		return nil, fmt.Errorf("%s, want an error body, which is an object", kind(bytes.TrimSpace(data)))
	}
	place := map[string]int{}
	for d.More() {
		start := d.InputOffset()
		token, _ := d.Token()
		name := token.(string)
		if !intact(name, data[start:d.InputOffset()]) {
			return nil, errors.New("an error body with half of a surrogate pair in the name of a member, want a character")
		}
		var value json.RawMessage
		_ = d.Decode(&value)
		if n, again := place[name]; again {
			m[n].value = value
			continue
		}
		place[name] = len(m)
		m = append(m, member{name, value})
	}
	return m, nil
}

// kind names the kind of a JSON value for the text of an error.
func kind(raw []byte) string {
	switch raw[0] {
	case '{':
		return "an object"
	case '[':
		return "an array"
	case '"':
		if _, ok := text(raw); !ok {
			return "half of a surrogate pair"
		} else if len(raw) == len(`""`) {
			return "an empty string"
		}
		return "a string"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	}
	return "a number"
}

// intact reports whether a text has everything that its JSON has. The standard decoder makes U+FFFD of half a surrogate
// pair, which JSON can escape and no text can hold.
func intact(text string, raw []byte) bool {
	return !strings.ContainsRune(text, utf8.RuneError) || !bytes.Contains(bytes.ToLower(raw), []byte(`\ud`))
}

// text returns a JSON string as text. It reports false for any other JSON and for a string that no text can hold.
func text(raw []byte) (string, bool) {
	var read string
	if raw[0] != '"' || json.Unmarshal(raw, &read) != nil || !intact(read, raw) {
		return "", false
	}
	return read, true
}

// take reads a member into its field. It reports false if there is no field or the value is not of the documented form.
func (e *Error) take(name string, raw []byte) bool {
	switch name {
	case "subcode":
		subcode, ok := text(raw)
		e.Subcode = Subcode(subcode)
		return ok && subcode != ""
	case "message":
		if e.NullMessage = string(raw) == "null"; e.NullMessage {
			return true
		}
		message, ok := text(raw)
		if ok {
			e.Message = &message
		}
		return ok
	case "link":
		link, ok := text(raw)
		e.Link = link
		return ok && link != ""
	case "parameters":
		return e.takeParameters(raw)
	case "debugInfo":
		e.DebugInfo = raw
		return true
	}
	return false
}

// takeParameters reads the array or the object of parameters. It reports false if anything but a string stands in the
// documented places.
func (e *Error) takeParameters(raw []byte) bool {
	read := []Parameter{}
	switch raw[0] {
	case '{':
		bag, err := parse(raw)
		if err != nil {
			return false
		}
		for _, one := range bag {
			reason, ok := text(one.value)
			if !ok {
				return false
			}
			read = append(read, Parameter{one.name, reason})
		}
		e.ParameterBag = true
	case '[':
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) != nil {
			return false
		}
		for _, one := range list {
			m, err := parse(one)
			if err != nil || len(m) != 2 {
				return false
			}
			var p Parameter
			for _, part := range m {
				said, ok := text(part.value)
				switch {
				case ok && part.name == "name":
					p.Name = said
				case ok && part.name == "reason":
					p.Reason = said
				default:
					return false
				}
			}
			read = append(read, p)
		}
	default:
		return false
	}
	e.Parameters = read
	return true
}
