// Package codes is the error catalogue of an audio/video invitation: every code, subcode and reason that the
// specification of the resource ms:rtc:saas:audioVideoInvitation lists, with what is known of each.
//
// A client learns from it why an invitation has failed; a server takes the errors from it that it may answer with.
// [Error] is the error object of the wire. Its [Reason] is one of the 57 documented pairs of code and subcode, or says
// that the service sent something else:
//
//	var failure codes.Error // the member "reason" of a completed event
//	if err := json.Unmarshal(data, &failure); err != nil {
//		return err
//	}
//	retry, advice := failure.Reason().Retry()
//	fmt.Println(failure.Reason().Texts(), retry, advice)
//
// [Lookup] finds the documented reason of a code and a subcode. [Resolve] also answers for what is not documented, by
// the rules for clients: an unknown subcode is ignored, and an unknown code is [Undocumented]. A reason has its
// documented texts, the directions that it fits and who caused it, with the [Basis] of each. A [Synchronous] is a row
// of the specification's second table, the errors with which a request is refused at once.
//
// Tokens and texts are the specification's to the letter, misspellings included, since they are what the wire carries.
// The subcode is spelled Canceled and the state Cancelled.
//
// # Lists
//
//   - [Codes], [Subcodes], [Reasons], [Rows] and [SynchronousErrors] yield what the specification lists, in its order.
//   - [OtherCodes] and [OtherSubcodes] yield what is published for other resources, which a service may send as well.
//   - [JSON] and [Markdown] return the whole catalogue, for programs and for people.
//
// # Sources
//
// Each statement about the protocol names its basis and its source. PAGE is the specification, the resource's page in
// the reference of the Trusted Application API, cited by heading. UCWA/... and Trusted-Application-API/... are pages in
// the folder Skype of the public repository OfficeDev/skype-docs at commit d6b0925 of June 2025. "Before 2016-09-26"
// means that repository before its commit ead54e7, which removed the tables of reasons. kenakamu/UCWA2.0-CS is an
// independent client; its code and its issues show what the service sent it.
//
// [Reason.Explanation] and [Reason.Retry] are this library's own. No page says what they say.
//
// # Limits
//
// The generic errors that any request can meet are left out, and so is HTTP: a status is a number here. The package
// links the standard library only. It does not know which reason may end an invitation when; that is the subject of
// package transitions.
package codes
