package transitions

import (
	"strconv"
	"strings"

	"github.com/avinvite/avinvite/codes"
)

// The lengths that the PAGE allows (Properties), in UTF-16 code units. The PAGE counts characters; the unit is Inferred
// from the platform of the service.
const (
	MaxOperationID    = 50
	MaxSessionContext = 50
	MaxSubject        = 250
)

// Request is the part of an operation's body that [Invitation.DoRequest] checks together with the operation. A server
// answers a body that is not well-formed with 400 BadRequest None, before there is a Request.
type Request struct {
	OperationID    string // "operationId", at most MaxOperationID long
	SessionContext string // "sessionContext", at most MaxSessionContext long
	Subject        string // "subject", at most MaxSubject long
	MediaOffer     string // "mediaOffer": SDP offers, a data URI (UCWA/audioVideoInvitation_ref.md); "" when absent
	To             string // "to": the target of OperationForward, which must not be empty
}

// Excess is a text that is longer than the PAGE allows.
type Excess struct {
	Member        string // its JSON name
	Length, Limit int    // in UTF-16 code units
}

// Excesses returns the members of r that are longer than the PAGE allows, in the order of the fields. The properties of
// an invitation have the same limits.
func (r Request) Excesses() (all []Excess) {
	for _, m := range []struct {
		name, value string
		limit       int
	}{
		{"operationId", r.OperationID, MaxOperationID},
		{"sessionContext", r.SessionContext, MaxSessionContext},
		{"subject", r.Subject, MaxSubject},
	} {
		if n := UTF16Len(m.value); n > m.limit {
			all = append(all, Excess{m.name, n, m.limit})
		}
	}
	return all
}

// dataScheme begins a data URI (RFC 2397).
const dataScheme = "data:"

// Check returns nil if r can be the body of o, and otherwise a [*RequestError] about the first wrong member, in the order
// of the fields. OperationNone stands for the request that starts an invitation.
func (r Request) Check(o Operation) error {
	if all := r.Excesses(); all != nil {
		return &RequestError{o, all[0].Member, all[0].Length, all[0].Limit}
	}
	if offer := r.MediaOffer; offer != "" && (len(offer) < len(dataScheme) || !strings.EqualFold(offer[:len(dataScheme)], dataScheme)) {
		return &RequestError{Operation: o, Member: "mediaOffer"}
	}
	if o == OperationForward && r.To == "" {
		return &RequestError{Operation: o, Member: "to"}
	}
	return nil
}

// UTF16Len counts the UTF-16 code units of a text in UTF-8: two for a character of four bytes, one for any other. The
// lengths of the parts of a text add up to that of the whole, even where a character is cut in two.
func UTF16Len[T ~string | ~[]byte](text T) (n int) {
	for i := range len(text) {
		switch b := text[i]; {
		case b >= 0xF0 && b < 0xF8:
			n += 2
		case b < 0x80 || b >= 0xC0:
			n++
		}
	}
	return n
}

// RequestError is the refusal of an operation because of its body.
type RequestError struct {
	Operation     Operation // OperationNone for a request that starts an invitation
	Member        string    // the JSON name of the wrong member
	Length, Limit int       // of the member, in UTF-16 code units; both are zero if the member is missing or is no data URI
}

// Unwrap returns the row of the PAGE's synchronous errors with which a server answers,
// [codes.SyncParameterValidationFailure], for [errors.As] to find.
func (e *RequestError) Unwrap() error { return codes.SyncParameterValidationFailure }

// Basis returns on what authority the request is refused. The limits are Stated. Two rules are Inferred: forwarding
// needs a target, although the page of the link marks the target as optional, and a media offer is a data URI, as in a
// page's sample.
func (e *RequestError) Basis() codes.Basis {
	if e.Limit == 0 {
		return codes.Inferred
	}
	return codes.Stated
}

// Error returns the operation, the wrong member and its limit.
func (e *RequestError) Error() string {
	operation := "start"
	if e.Operation != OperationNone {
		operation = e.Operation.String()
	}
	text := "transitions: " + operation + " refused: " + e.Member
	switch {
	case e.Limit == 0 && e.Member == "mediaOffer":
		return text + " is no data URI"
	case e.Limit == 0:
		return text + " is missing"
	}
	return text + " is " + strconv.Itoa(e.Length) + " UTF-16 code units long, want at most " + strconv.Itoa(e.Limit)
}
