package codes

import (
	"log/slog"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Error is the error body: the reason of a failed completion, and the answer to a refused request
// (UCWA/ErrorsAndInformationalMessages.md). Only the code is required. Every member is kept as it came, known or not:
// unmarshalling and marshalling give the same members with the same values, in another order at most. Of members with
// the same name the last is kept, as everywhere in encoding/json. Unlike in encoding/json, the case of a name matters.
//
// A *Error is a Go error. A program asks for one reason, or for one code with any subcode, by [errors.Is] with a target:
//
//	busy := &codes.Error{Code: codes.RemoteFailure, Subcode: codes.SubcodeBusy}
//	remote := &codes.Error{Code: codes.RemoteFailure}
//	fmt.Println(errors.Is(err, busy), errors.Is(err, remote))
//
// [errors.As] finds the *Error itself, and [Error.Reason] returns its reason, for a switch over several.
type Error struct {
	Code    Code
	Subcode Subcode // "" when absent, which means the same as the literal None

	// Message is for people and localised to the application's culture; nil if it is absent or null. NullMessage is true
	// if it is null.
	Message     *string
	NullMessage bool

	Link      string // an href; "" when absent
	DebugInfo []byte // raw JSON, not to be interpreted; nil when absent

	// Parameters say which parts of a request were wrong, with BadRequest only; nil when absent. ParameterBag is true if
	// they came as an object with a reason per name, the form that the documentation names, and false if they came as an
	// array, the form in payloads.
	Parameters   []Parameter
	ParameterBag bool

	// Other holds, by name, the raw JSON of the members that have no field above, and of the members whose value is not of
	// the documented form.
	Other map[string][]byte
}

// Parameter is a wrong parameter of a request and the reason. On the wire the parameters are an array of objects
// with name and reason; the documentation calls them a property bag, so an object with a reason per name is read and
// written too.
type Parameter struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

// Reason returns the reason that [Resolve] finds for code and subcode, [Undocumented] for a nil error.
func (e *Error) Reason() Reason {
	if e == nil {
		return Undocumented
	}
	r, _ := Resolve(e.Code, e.Subcode)
	return r
}

// Error returns code, subcode, message and parameters in one line, such as RemoteFailure/Busy: "The line is busy."
// Characters that do not print are quoted, so that no service can break the line.
func (e *Error) Error() string {
	if e == nil {
		return "no error body"
	}
	var s strings.Builder
	s.WriteString(Pair(e.Code, e.Subcode))
	if e.Message != nil && *e.Message != "" {
		s.WriteString(": " + strconv.Quote(*e.Message))
	}
	for _, p := range e.Parameters {
		s.WriteString("; " + word(p.Name) + ": " + strconv.Quote(p.Reason))
	}
	return s.String()
}

// GoString returns the body as JSON, for test frameworks, which print with %#v. It returns the text of [Error.Error] for
// a body that [Error.MarshalJSON] refuses.
func (e *Error) GoString() string {
	if e != nil {
		if written, err := e.MarshalJSON(); err == nil {
			return string(written)
		}
	}
	return e.Error()
}

// word returns the text, quoted if it is empty, is not UTF-8, or has a space, a double quote or a character that does not
// print.
func word(s string) string {
	odd := func(r rune) bool { return r == '"' || r == ' ' || !unicode.IsPrint(r) }
	if s == "" || !utf8.ValidString(s) || strings.ContainsFunc(s, odd) {
		return strconv.Quote(s)
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

// LogValue makes a structured log show the body as a group: code, subcode, message, the parameters by name, and the
// [Reason] that it resolves to.
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
	var parameters []slog.Attr // handlers leave an empty group out
	for _, p := range e.Parameters {
		parameters = append(parameters, slog.String(p.Name, p.Reason))
	}
	return slog.GroupValue(append(attrs,
		slog.GroupAttrs("parameters", parameters...), slog.String("reason", e.Reason().String()))...)
}
