// Package codes is the error catalogue of an audio/video invitation: every code, subcode and reason that the
// specification of the resource ms:rtc:saas:audioVideoInvitation lists, with the facts known about each.
//
// A client learns from it why an invitation failed; a server takes its error answers from it. [Error] is the error object
// of the wire. Its [Reason] is one of the 57 documented pairs of code and subcode, or says that the service sent another
// pair:
//
//	var failure codes.Error // the member "reason" of a completed event
//	if err := json.Unmarshal(data, &failure); err != nil {
//		return err
//	}
//	retry, advice := failure.Reason().Retry()
//	fmt.Println(failure.Reason().Texts(), retry, advice)
//
// The specification says of its table (PAGE, Asynchronous reason codes): "It is recommended that applications handle the
// error codes shown here. Applications can optionally display subcodes and messages in their user interface." A switch
// over [Reason.Code] handles the 11 codes; [Error] has the subcode and the message to display.
//
// [Lookup] returns the documented reason of a code and a subcode. [Resolve] returns a reason for any pair, by the rules
// for clients: an unknown subcode is ignored, and an unknown code is [Undocumented]. A reason has its documented texts, a
// sentence that says when it occurs, the directions that it fits, the party that ends the invitation, and the states in
// which the invitation ends. Directions, party and states each have a [Basis] and a [Source].
//
// A [Synchronous] is a row of the specification's second table: an error with which a request is refused at once. A
// [Generic] is an error of the same kind that other pages list; [LookupGeneric] finds it by status and body.
//
// Tokens and texts are the specification's to the letter, misspellings included, because the wire carries them. The
// subcode is spelled Canceled and the state Cancelled.
//
// # Lists
//
//   - [Codes], [Subcodes], [Reasons], [Rows] and [SynchronousErrors] yield the lists of the specification, in its order.
//   - [OtherCodes], [OtherSubcodes] and [GenericErrors] yield the codes, subcodes and errors of other pages. A service may
//     send them too.
//   - [JSON] and [Markdown] return the whole catalogue, for programs and for people.
//
// A [Direction], a [State] and a [Reason] are texts in JSON, in a log and in a database by database/sql.
//
// # Sources
//
// Each statement about the protocol has its basis and its source: a page, and words of the page to the letter. PAGE is the
// specification, the resource's page in the reference of the Trusted Application API, cited by heading. UCWA/...,
// WebSDK/... and Trusted-Application-API/... are pages in the folder Skype of the public repository OfficeDev/skype-docs at
// commit d6b0925 of June 2025. "Before 2016-09-26" means that repository before its commit ead54e7, which removed the
// tables of reasons; "an earlier" page is one that it removed later. kenakamu/UCWA2.0-CS is an independent client; its code and its issues show payloads of the service.
//
// [Reason.Explanation], [Reason.Litmus] and [Reason.Retry] are the library's own, except where [Reason.RetrySource] names
// a page.
//
// # Limits
//
// The package does not use net/http: a status is an int. It links the standard library only. Package transitions decides
// which reasons may end an invitation in a given state.
package codes
