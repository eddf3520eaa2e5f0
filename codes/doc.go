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
package codes
