// Package codes is the error catalogue of an audio/video invitation: every code, subcode and reason that the
// specification of the resource ms:rtc:saas:audioVideoInvitation lists, with the facts known about each.
//
// A client learns from it why an invitation failed; a server takes its error answers from it. [Error] is the error object
// of the wire. Its [Reason] is one of the 57 documented pairs of code and subcode. If the service sent another pair, the
// reason is the documented code alone, or else [Undocumented]. A client can print the documented texts of a reason, and
// the advice on inviting again:
//
//	var failure codes.Error // the member "reason" of a completed event
//	if err := json.Unmarshal(data, &failure); err != nil {
//		return err
//	}
//	retry, advice := failure.Reason().Retry()
//	fmt.Println(failure.Reason().Texts(), retry, advice)
//
// The specification, which this catalogue calls PAGE, says about its table under the heading Asynchronous reason codes:
// "It is recommended that applications handle the error codes shown here. Applications can optionally display subcodes
// and messages in their user interface." A switch over [Reason.Code] handles the 11 codes; [Error] has the subcode and the
// message to display.
//
// [Lookup] returns the documented reason of a code and a subcode. [Resolve] returns a reason for any pair, by the rules
// for clients: an unknown subcode is ignored, and an unknown code is [Undocumented]. A reason has its documented texts, a
// sentence that says when it occurs, the directions that it fits, the party that ends the invitation, and the states in
// which the invitation ends. Directions, party and states each have a [Basis] and a [Source].
//
// A [Synchronous] is a row of the specification's second table: an error with which a request is refused at once. A
// [Generic] is a synchronous error of another page; [LookupGeneric] finds it by status and body.
//
// Tokens and texts are the specification's to the letter, misspellings included, because the wire carries them. The
// subcode is spelled Canceled and the state Cancelled.
//
// # Lists
//
//   - [Codes], [Subcodes], [Reasons], [Rows] and [SynchronousErrors] yield the lists of the specification, in its order.
//   - [OtherCodes] and [OtherSubcodes] yield the published codes and subcodes that the specification's asynchronous table
//     does not have, and [GenericErrors] yields the synchronous errors of other pages. A service may send them too.
//   - [JSON] and [Markdown] return the whole catalogue, for programs and for people.
//
// A [Direction], a [State] and a [Reason] are texts in JSON, in a log and in a database by database/sql.
//
// # Sources
//
// Each statement about the protocol has its basis and its source: a page, and words of the page to the letter.
//
//   - PAGE is the specification: the page of the resource in the reference of the Trusted Application API. In a source,
//     the word PAGE is followed by a heading of the page, as in "PAGE, Links".
//   - UCWA/..., WebSDK/... and Trusted-Application-API/... are pages in the folder Skype of the public repository
//     OfficeDev/skype-docs at commit d6b0925 of June 2025. "Before 2016-09-26" means the repository before its commit
//     ead54e7, which removed the tables of reasons. "An earlier" page is a page that the repository removed later.
//   - SDK/... is the folder Trusted-Application-API/SDK of that repository: the vendor's own client of the interface, with
//     payloads in its tests.
//   - kenakamu/UCWA2.0-CS is an independent client. Its code and its issues show payloads of the service.
//
// [Reason.Explanation], [Reason.Litmus] and [Reason.Retry] are the library's own, except where [Reason.RetrySource] names
// a page.
//
// # Limits
//
// The package does not use net/http: a status is an int. It links the standard library only. Package transitions decides
// which reasons may end an invitation in a given state.
package codes
