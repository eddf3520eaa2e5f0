package codes

import "errors"

// Error is the error body: what stands in the reason of a failed completion, and in the answer to a refused
// request (UCWA/ErrorsAndInformationalMessages.md). Only the code is mandatory. Code and subcode are kept as they
// came, known or not.
type Error struct {
	Code    Code    `json:"code"`
	Subcode Subcode `json:"subcode,omitempty"`
	// Message is for people and localised to the application's culture; nil where it is absent or null.
	Message *string `json:"message,omitempty"`
}

// Reason resolves code and subcode; a nil error is [Undocumented].
func (e *Error) Reason() Reason {
	if e == nil {
		return Undocumented
	}
	return Resolve(e.Code, e.Subcode)
}

// Error returns code, subcode and message.
func (e *Error) Error() string {
	s := string(e.Code)
	if e.Subcode != "" {
		s += "/" + string(e.Subcode)
	}
	if e.Message != nil && *e.Message != "" {
		s += ": " + *e.Message
	}
	return s
}

// Is makes [errors.Is] compare code and subcode, never the message. A target without a subcode matches every subcode of its code.
func (e *Error) Is(target error) bool {
	var t *Error
	if !errors.As(target, &t) || e == nil || t == nil {
		return false
	}
	return e.Code == t.Code && (t.Subcode == "" || e.Subcode == t.Subcode || e.Subcode == "" && t.Subcode == SubcodeNone)
}
