package codes

import "iter"

// Code is an error code as it stands on the wire. "It is recommended that applications handle the error codes" that the
// specification lists (PAGE, Asynchronous reason codes); [Codes] yields them. The set is open: a service may send a code
// that no page lists, and a Code keeps it.
type Code string

// Subcode is an error subcode as it stands on the wire. "Applications can optionally display subcodes and messages in
// their user interface" (PAGE, Asynchronous reason codes). The set is open: "New subcodes can be introduced at any time",
// and a client ignores a missing or an unknown one (UCWA/ErrorsAndInformationalMessages.md).
type Subcode string

// published is a code or a subcode with its pages.
type published struct {
	token    string
	http     int
	spelling string // another documented spelling
	source   string
	text     string
}

func (c Code) published() (published, bool) {
	if i := c.index(); i >= 0 {
		return codeTable[i], true
	}
	return published{}, false
}

func (s Subcode) published() (published, bool) {
	if i := s.index(); i >= 0 {
		return subcodeTable[i], true
	}
	return published{}, false
}

// Documented reports whether the specification lists the code.
func (c Code) Documented() bool { return uint(c.index()) < pageCodes }

// Published returns the pages from which the catalogue takes the code. It reports false for a code that no page lists. It
// also finds PreConditionFailed and PreConditionRequired, the spellings of UCWA/ErrorsAndInformationalMessages.md.
func (c Code) Published() (pages string, ok bool) {
	p, ok := c.published()
	return p.source, ok
}

// Text returns the text of UCWA/ErrorCode_ref.md for the code, "" for a code that is not there.
func (c Code) Text() string {
	p, _ := c.published()
	return p.text
}

// HTTP returns the status that goes with the code, 0 if no page gives one, as for [Informational], which no HTTP
// response carries. The statuses are Stated by UCWA/ErrorsAndInformationalMessages.md.
func (c Code) HTTP() int {
	p, _ := c.published()
	return p.http
}

// Documented reports whether the specification lists the subcode among its asynchronous reasons.
func (s Subcode) Documented() bool { return uint(s.index()) < pageSubcodes }

// Published returns the pages from which the catalogue takes the subcode. It reports false for a subcode that no page
// lists.
func (s Subcode) Published() (pages string, ok bool) {
	p, ok := s.published()
	return p.source, ok
}

// Text returns the text of UCWA/ErrorSubcode_ref.md for the subcode, "" for a subcode that is not there. The text is
// about all resources; the texts about an invitation are those of [Reason.Texts].
func (s Subcode) Text() string {
	p, _ := s.published()
	return p.text
}

// Codes yields the specification's codes in its order.
func Codes() iter.Seq[Code] { return tokens[Code](codeTable[:pageCodes]) }

// OtherCodes yields the codes that only other pages list. Together with [Codes] they are the 20 codes of
// UCWA/ErrorCode_ref.md, and ClientTimeout of UCWA/ErrorsAndInformationalMessages.md.
func OtherCodes() iter.Seq[Code] { return tokens[Code](codeTable[pageCodes:]) }

// Subcodes yields the subcodes of the specification's asynchronous table, None among them, in the order of their first
// appearance there.
func Subcodes() iter.Seq[Subcode] { return tokens[Subcode](subcodeTable[:pageSubcodes]) }

// OtherSubcodes yields, in alphabetical order, the published subcodes that are not in the specification's asynchronous
// table: subcodes of other pages, and ParameterValidationFailure, which the specification has among its synchronous
// errors. Together with [Subcodes] they are the 87 subcodes of UCWA/reportMediaDiagnostics_ref.md, and PromptsStopped of
// the SDK's tests.
func OtherSubcodes() iter.Seq[Subcode] { return tokens[Subcode](subcodeTable[pageSubcodes:]) }

func tokens[T ~string](table []published) iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, p := range table {
			if !yield(T(p.token)) {
				return
			}
		}
	}
}
