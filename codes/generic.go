package codes

import (
	"cmp"
	"iter"
	"slices"
)

// Generic is a synchronous error of a page other than the specification: one of the "generic errors that can apply to any
// resource" (PAGE, Synchronous errors), which are on UCWA/GenericSynchronousErrors.md; an error of the table of statuses
// on UCWA/ErrorsAndInformationalMessages.md; or an error on the page of an operation. The challenge with status 401 is
// not among them, because it has no error body.
type Generic struct {
	// Name is the name of the error on UCWA/GenericSynchronousErrors.md. For an error of another page, it is the subcode,
	// or the code if the subcode is None. Two errors may have the same name.
	Name        string
	HTTP        int // 0 if no page gives a status
	Code        Code
	OtherCode   Code // another documented spelling of the code, "" if there is none
	Subcode     Subcode
	Description string // of UCWA/GenericSynchronousErrors.md, "" if the error is not there
	Basis       Basis  // of the status, the code and the subcode together
	Source      Source
}

// GenericErrors yields the generic errors: first those of UCWA/GenericSynchronousErrors.md in the order of that page,
// and then those of other pages.
func GenericErrors() iter.Seq[Generic] { return slices.Values(genericTable[:]) }

// LookupGeneric returns the generic error that has the status, the code and the subcode of an answer, and reports whether
// there is one. A missing subcode means the literal None. A code may have either of its spellings. If the body is nil, as
// for an HTML page of an intermediary, LookupGeneric returns the first of [GenericErrors] with the status. An error without
// a published status is found under every status from 400. The rows of [SynchronousErrors] are not searched.
func LookupGeneric(status int, body *Error) (Generic, bool) {
	n := slices.IndexFunc(genericTable[:], func(g Generic) bool {
		switch {
		case body == nil:
			return status != 0 && g.HTTP == status
		case g.HTTP != 0 && g.HTTP != status || g.HTTP == 0 && status < 400:
			return false
		}
		return (g.Code == body.Code || g.OtherCode != "" && g.OtherCode == body.Code) &&
			g.Subcode == cmp.Or(body.Subcode, SubcodeNone)
	})
	if n < 0 {
		return Generic{}, false
	}
	return genericTable[n], true
}
