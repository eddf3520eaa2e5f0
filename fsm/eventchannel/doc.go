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
// A [Reader] reads a stream of documents, and passes over every event that is not about an audio/video invitation. The
// memory that it takes does not grow with the stream. [Reader.Events] yields the events of all documents.
// [Reader.RawEvents] yields the same events without a copy, from the buffer of the reader, for programs that read
// millions of events. [Reader.Documents] yields the documents with their links, which a client that polls must follow.
// [Event.Observe] returns the invitation after an event. [Event.Reduce] reduces an event to a [transitions.Event] for
// either mode, Step or Observe. A [Frame] reads the JSON in which documents are recorded, and [Reader.RawDocument] a
// document in memory.
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
// [Resource.MediaOffer] decodes the media offer, and [Resource.From] the inviter; each is decoded only by its method.
// [Resource.Validate] returns one error, which lists all properties that break the documentation. The error also has
// the body with which a server answers. A [Correlator] finds the invitation to which an event or a request belongs.
//
// # Writing
//
// A [Writer] is the side of the service. [Writer.Add] adds an event to a document. Its argument i is the invitation as
// it is after the event. Add returns an error if no such event can occur. A Reader reads the same event from the
// document.
//
// # Limits
//
// The package sends no requests, and it does not read the XML form. It judges single events and resources; package
// conformance judges whole recordings.
//
// # Sources
//
// The comments cite sources as package codes does: PAGE is the specification, which is the page of the resource in the
// reference of the Trusted Application API. UCWA/... are pages about the related interface UCWA in the public
// repository OfficeDev/skype-docs, and SDK/... is the vendor's own client in that repository.
package eventchannel
