// Package codes is the error taxonomy of the resource ms:rtc:saas:audioVideoInvitation: every code, subcode and
// reason that its specification lists, as constants and tables generated from three checked-in files.
//
// A failed invitation bears a code and a subcode. [Lookup] turns the two into a [Reason], one of the documented
// pairs, exactly; [Resolve] does the same under the contract for what a client does not know. A reason knows its
// texts, the directions that it fits, who causes it, and on what authority that is known. [Error] is the error
// body as it travels. A [Synchronous] is a row of the errors that a request may be refused with.
//
// Texts and tokens are kept to the letter, spelling mistakes included: they are what the wire and the
// specification say. In particular the subcode is Canceled, with one l, where the state is Cancelled.
//
// # What there is to list
//
//   - [Codes], [Subcodes], [Reasons], [Rows] and [SynchronousErrors] yield what the specification has, in its order.
//   - [OtherCodes] and [OtherSubcodes] yield words that are published for other resources: a service may send them.
//   - [JSON] and [Markdown] are the whole catalogue, for programs and for people.
//
// # Sources
//
// What is said of the protocol names the page on which it stands, and its [Basis]. PAGE is the specification, the page
// of the resource in the reference of the Trusted Application API, by its headings. UCWA/... and
// Trusted-Application-API/... are pages in the folder Skype of the public repository OfficeDev/skype-docs as of commit
// d6b0925 of June 2025; "before 2016-09-26" means its history up to commit ead54e7, which dropped the tables of
// reasons. kenakamu/UCWA2.0-CS is a client of other people that has met the service. What is ours is said to be ours:
// [Reason.Explanation] and [Reason.Retry].
//
// # Out of scope
//
// The generic errors that any request can meet, and requests and answers altogether: an HTTP status is a number here.
// What happens to an invitation is told by package transitions.
//
// The packages read as one guide, in this order: codes, transitions, fsm, fsm/eventchannel, fsm/conformance, proptest.
package codes
