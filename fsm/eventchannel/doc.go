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
// the same events without a copy, from the buffer of the reader, for programs that read millions of events.
// [Reader.Documents] yields the documents with their links, which a client that polls must follow. [Event.Observe]
// returns the invitation after an event. [Event.Reduce] reduces an event to a [transitions.Event] for either mode, Step
// or Observe.
//
// The input may be hostile: [Limits] bound the memory and the time of a document. A fault is an *[Error], which names
// the byte, the member, and the value that was expected. The reader drops the event that contains the fault, or the
// rest of the document if the fault is outside an event. Nothing is guessed: in every part that the reader needs, a
// repeated member, a text that is not UTF-8, or a number instead of a string is an error. All other parts must be JSON
// in UTF-8, and are not checked further.
//
// # The resource
//
// A [Resource] is the invitation itself. It keeps every member, also those that the specification does not list, so
// that reading and writing lose nothing. [Resource.Offers] yields the operations that its links offer.
// [Resource.MediaOffer] decodes the media offer, and [Resource.From] the inviter; neither is decoded before the call.
// [Resource.Validate] returns one error, which lists all properties that break the documentation and has the error body
// with which a server answers. A [Correlator] finds the invitation to which an event or a request belongs.
//
// # Writing
//
// A [Writer] is the side of the service. [Writer.Add] takes the [transitions.Invitation] after an event and adds that
// event to a document, or returns an error if no such event can occur. A Reader reads the same event from the document.
//
// # Limits
//
// The package sends no requests, and it does not read the XML form. It judges single events and resources; package
// conformance judges whole recordings.
package eventchannel
