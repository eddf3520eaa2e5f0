// Package eventchannel reads and writes the event channel of the Trusted Application API: the JSON documents in which a
// service tells an application what happened, by long poll or by webhook.
//
// A client reads with it, a server and its tests write with it:
//
//	for e, err := range eventchannel.NewReader(channel).Events() {
//		if err == nil {
//			call, err = e.Observe(call)
//		}
//		log.Println(call, err) // an error says what was wrong, and where; the client lives on
//		if call.Terminal() {
//			return call, nil
//		}
//	}
//
// # Reading
//
// A [Reader] reads a stream of documents, in memory that does not grow with it, and passes over everything that is not
// about audio/video invitations. [Reader.Events] yields the events of all documents, and [Reader.RawEvents] the same as
// they stand in the reader's buffer, for those who read millions. [Reader.Documents] yields the documents, for a client
// that polls: it must follow their links. [Event.Observe] is an invitation after an event.
// [Event.Reduce] reduces the event to a [transitions.Event], for other modes, and returns beside it what was odd, or in
// place of it what disagrees or is missing.
//
// The reader is for untrusted input. A fault is an *[Error], which names the byte, the member, and what was expected;
// only the event, or else the document, that has the fault is lost. What could cost memory or time has a limit, see
// [Limits]. Nothing is guessed: a member twice, a text that is not UTF-8, a number for a string are errors, wherever
// something is read. What is passed over must be JSON in UTF-8, and is not checked further.
//
// # The resource
//
// A [Resource] is the invitation itself, with all that the specification lists and with what it does not, so that
// reading and writing lose nothing. [Resource.Offers] are the operations that its links offer. [Resource.MediaOffer]
// decodes the offer, and [Resource.From] the inviter, when they are asked for. [Resource.Validate] says all that is
// against the documentation at once, as the answer that is documented for it. A [Correlator] tells which events and
// requests are about one invitation.
//
// # Writing
//
// A [Writer] is the service's side: of what an invitation is now, a [transitions.Invitation], it makes the event that
// tells of it, and refuses to tell what cannot be. What it writes, a Reader reads as the same.
//
// # Limits
//
// The package neither fetches nor acknowledges anything, and it does not read the XML form. It judges single events and
// resources; package conformance judges whole recordings.
package eventchannel
