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
// A [Reader] reads a stream of documents in memory that does not grow with the stream, and passes over every event that
// is not about an audio/video invitation. [Reader.Events] yields the events of all documents. [Reader.RawEvents] yields
// the same events as they stand in the reader's buffer, for programs that read millions. [Reader.Documents] yields the
// documents with their links, which a client that polls must follow. [Event.Observe] returns the invitation after an
// event. [Event.Reduce] reduces an event to a [transitions.Event] for either mode, Step or Observe.
//
// The input need not be trusted. A fault is an *[Error], which names the byte, the member, and the value that was
// expected. A fault costs the event that contains it, or else the document. [Limits] bound memory and time. Nothing is
// guessed: in every part that the reader needs, a repeated member, a text that is not UTF-8, or a number instead of a
// string is an error. The parts that it passes over must be JSON in UTF-8, and are not checked further.
//
// # The resource
//
// A [Resource] is the invitation itself. It keeps every member, also those that the specification does not list, so
// that reading and writing lose nothing. [Resource.Offers] yields the operations that its links offer.
// [Resource.MediaOffer] decodes the media offer, and [Resource.From] the inviter; neither costs anything before it is
// called. [Resource.Validate] reports in one error all properties that break the documentation, with the answer that a
// server gives. A [Correlator] finds which events and requests belong to one invitation.
//
// # Writing
//
// A [Writer] is the service's side. From the [transitions.Invitation] after an event it makes that event, and returns
// an error if no such event can occur. A Reader reads the same event from the document that a Writer makes.
//
// # Limits
//
// The package sends no requests, and it does not read the XML form. It judges single events and resources; package
// conformance judges whole recordings.
package eventchannel
