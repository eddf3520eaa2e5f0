// Package recording reads and writes recordings of the event channel, in the forms in which people have them.
//
//	for item, err := range recording.Items(file) {
//		switch {
//		case err != nil:
//			log.Println(err) // names the place and the fault; the loop goes on
//		case item.Event != nil:
//			fmt.Println(item.Time, item.Event.Type, item.Event.Href)
//		case item.Request != nil:
//			fmt.Println(item.Time, item.Request.Method, item.URL, item.Request.Status)
//		}
//	}
//
// # Forms
//
// [Items] recognises a recording by its beginning. It is one of these, as it is or compressed by gzip:
//
//   - event documents as a client polled them or a webhook received them: one, or several one after the other, for
//     example one a line;
//   - JSON arrays of event documents;
//   - a HAR 1.2 file, as browsers and proxies export it, with the event channel's answers or a webhook's requests, and
//     the application's requests.
//
// Any other form is a [FormError], which names the form of the input and the command that makes a recording of it.
//
// # HAR
//
// Recorders differ, and a HAR is read as people have it: entries in any order, methods in any case, bodies with a false
// label, times with and without a zone. A time that is missing or cannot be true is unknown, and the item's Time is zero.
// If an entry has no positive time, the sum of its timings counts. An answer's redirectURL says where it leads, because
// recorders mix up the headers of a redirect and of the answer behind it; the header Location counts if there is none.
//
// A body may be text, base64, or base64 of gzip. A body of the event channel that cannot be read, or that the recorder
// has left out, is an error. The URL of a channel ends in /events, with an ack in its query or /applications/ in its
// path; any other URL counts as one after it has carried a document. All other entries of a HAR are passed over,
// because a browser records every page that it loads.
package recording
