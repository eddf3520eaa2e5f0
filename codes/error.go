package codes

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"unicode/utf8"
)

// Error is the error body: what stands in the reason of a failed completion, and in the answer to a refused request
// (UCWA/ErrorsAndInformationalMessages.md). Only the code is required. Everything is kept as it came, known or not:
// unmarshalling and marshalling give the same members with the same values, in another order at most.
type Error struct {
	Code    Code
	Subcode Subcode // "" when absent, which means the same as the literal None

	// Message is for people and localised to the application's culture; nil where it is absent or null. NullMessage
	// tells the two apart.
	Message     *string
	NullMessage bool

	Link       string      // an href; "" when absent
	Parameters []Parameter // what was wrong with a request; nil when absent. Only with BadRequest
	DebugInfo  []byte      // raw JSON, not to be interpreted; nil when absent

	// Other holds the raw JSON of the members that have no field above, and of those whose value is not of the
	// documented form, by name.
	Other map[string][]byte

	bag bool // the parameters came as an object
}

// Parameter says what was wrong with one parameter of a request. On the wire the parameters are an array of objects
// with name and reason; the documentation calls them a property bag, and an object with a reason per name is read too.
type Parameter struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

// Reason resolves code and subcode; a nil error is [Undocumented].
func (e *Error) Reason() Reason {
	if e == nil {
		return Undocumented
	}
	r, _ := Resolve(e.Code, e.Subcode)
	return r
}

// Error returns code, subcode, message and parameters in a line, as RemoteFailure/Busy: "The line is busy."
func (e *Error) Error() string {
	if e == nil {
		return "no error body"
	}
	s := string(e.Code)
	if e.Subcode != "" {
		s += "/" + string(e.Subcode)
	}
	if e.Message != nil && *e.Message != "" {
		s += fmt.Sprintf(": %q", *e.Message)
	}
	for _, p := range e.Parameters {
		s += fmt.Sprintf("; %s: %q", p.Name, p.Reason)
	}
	return s
}

// Is makes [errors.Is] compare code and subcode, never the message. A target without a subcode matches every subcode of
// its code; one with None matches a missing subcode too.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	if !ok || e == nil || t == nil {
		return false
	}
	return e.Code == t.Code && (t.Subcode == "" || e.Subcode == t.Subcode || e.Subcode == "" && t.Subcode == SubcodeNone)
}

// LogValue makes a structured log show the body as a group: code, subcode, message and the documented reason.
func (e *Error) LogValue() slog.Value {
	if e == nil {
		return slog.Value{}
	}
	attrs := []slog.Attr{slog.String("code", string(e.Code))}
	if e.Subcode != "" {
		attrs = append(attrs, slog.String("subcode", string(e.Subcode)))
	}
	if e.Message != nil {
		attrs = append(attrs, slog.String("message", *e.Message))
	}
	return slog.GroupValue(append(attrs, slog.String("reason", e.Reason().String()))...)
}

// MarshalJSON writes the members that are there: the known ones first, then the others by name. It is an error if there
// is no code, and if Other has something that is not JSON, or a member that a field has too.
func (e *Error) MarshalJSON() ([]byte, error) {
	if e == nil {
		return []byte("null"), nil
	}
	if e.Code == "" {
		return nil, errors.New("codes: an error body without a code")
	}
	type member struct {
		name  string
		value any
	}
	members := []member{{"code", e.Code}}
	add := func(there bool, name string, value any) {
		if there {
			members = append(members, member{name, value})
		}
	}
	add(e.Subcode != "", "subcode", e.Subcode)
	add(e.Message != nil || e.NullMessage, "message", e.Message)
	add(e.Link != "", "link", e.Link)
	add(e.Parameters != nil, "parameters", e.parameters())
	add(e.DebugInfo != nil, "debugInfo", json.RawMessage(e.DebugInfo))
	for _, name := range slices.Sorted(maps.Keys(e.Other)) {
		if slices.ContainsFunc(members, func(m member) bool { return m.name == name }) {
			return nil, fmt.Errorf("codes: the member %q is in Other and in a field", name)
		}
		add(true, name, json.RawMessage(e.Other[name]))
	}
	var b bytes.Buffer
	for n, m := range members {
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, fmt.Errorf("codes: the member %q: %w", m.name, err)
		}
		b.WriteByte("{,"[min(n, 1)])
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// parameters is the parameters in the form in which they came.
func (e *Error) parameters() any {
	if !e.bag {
		return e.Parameters
	}
	bag := make(map[string]string, len(e.Parameters))
	for _, p := range e.Parameters {
		bag[p.Name] = p.Reason
	}
	return bag
}

// UnmarshalJSON reads an object that has at least a code, which is a string. As everywhere, null changes nothing.
func (e *Error) UnmarshalJSON(data []byte) error {
	// The standard decoder would put U+FFFD for what is not UTF-8.
	if !utf8.Valid(data) {
		return errors.New("codes: an error body that is not UTF-8")
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		return fmt.Errorf("codes: an error body that is no object: %w", err)
	}
	if members == nil {
		return nil // null, which changes nothing
	}
	var read Error
	if raw, ok := members["code"]; !ok {
		return errors.New("codes: an error body without a code, want at least that")
	} else if !text(raw, (*string)(&read.Code)) {
		return fmt.Errorf("codes: an error body with the code %.40s, want a string that is not empty", raw)
	}
	delete(members, "code")
	for name, raw := range members {
		if !read.take(name, raw) {
			if read.Other == nil {
				read.Other = map[string][]byte{}
			}
			read.Other[name] = raw
		}
	}
	*e = read
	return nil
}

// text reads a string that is not empty.
func text(raw json.RawMessage, to *string) bool {
	return raw[0] == '"' && json.Unmarshal(raw, to) == nil && *to != ""
}

// take reads a member into its field, if it has one and is of the documented form.
func (e *Error) take(name string, raw json.RawMessage) bool {
	switch name {
	case "subcode":
		return text(raw, (*string)(&e.Subcode))
	case "message":
		e.NullMessage = string(raw) == "null"
		return e.NullMessage || raw[0] == '"' && json.Unmarshal(raw, &e.Message) == nil
	case "link":
		return text(raw, &e.Link)
	case "parameters":
		return e.takeParameters(raw)
	case "debugInfo":
		e.DebugInfo = raw
		return true
	}
	return false
}

// takeParameters reads either form, if it has nothing but strings in the documented places.
func (e *Error) takeParameters(raw json.RawMessage) bool {
	read := []Parameter{}
	add := func(name, reason *string) bool {
		if name == nil || reason == nil {
			return false
		}
		read = append(read, Parameter{*name, *reason})
		return true
	}
	switch raw[0] {
	case '{':
		var bag map[string]*string
		if json.Unmarshal(raw, &bag) != nil {
			return false
		}
		for name, reason := range bag {
			if !add(&name, reason) {
				return false
			}
		}
		slices.SortFunc(read, func(a, b Parameter) int { return cmp.Compare(a.Name, b.Name) })
		e.bag = true
	case '[':
		var list []map[string]*string
		if json.Unmarshal(raw, &list) != nil {
			return false
		}
		for _, member := range list {
			if len(member) != 2 || !add(member["name"], member["reason"]) {
				return false
			}
		}
	default:
		return false
	}
	e.Parameters = read
	return true
}
