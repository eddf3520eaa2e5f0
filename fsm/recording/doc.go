// Package recording reads and writes recordings of the event channel: event documents, arrays of them, and HAR files,
// plain or compressed by gzip.
//
//	for item, err := range recording.Items(file) {
//		switch {
//		case err != nil:
//			log.Println(err) // names the place and the fault; the loop goes on
//		case item.Event != nil:
//			fmt.Println(item.Time, item.Event.Type, item.Event.Href())
//		case item.Request != nil:
//			fmt.Println(item.Time, item.Request.Method, item.URL, item.Request.Status)
//		}
//	}
//
// # Forms
//
// [Items] recognises the form of a recording by its first 64 KiB. There are three forms, each plain or compressed by
// gzip:
//
//   - event documents as a client polled them or a webhook received them: one document, or several in sequence, for
//     example one per line;
//   - JSON arrays of event documents;
//   - a HAR 1.2 file, as browsers and proxies export it. It holds the answers of the event channel or the requests to a
//     webhook, and the requests of the application.
//
// For input in any other form, Items yields a [FormError]. It names that form and, if there is one, a command that
// converts the input.
//
// # HAR
//
// Recorders differ, so Items accepts entries in any order, methods in any case, bodies with a wrong encoding label, and
// times with or without a zone. If startedDateTime is missing, malformed or not from 1971 to 2200, Items yields an
// error, and the Time of the item is zero. The duration of an entry is its member time if that is positive, and
// otherwise the sum of its member timings. Request.Location comes from redirectURL, and from the header Location only
// if redirectURL is absent or empty, because some recorders store, in the entry of a redirect, the headers of the
// answer after it.
//
// A body may be text, base64, or base64 of gzip. A body of the event channel that cannot be read, or that the recorder
// has left out, is an error. A URL is that of an event channel if its path ends in /events, and the path contains
// /applications/ or the query has the parameter ack. Any other URL that has carried an event document is treated as an
// event channel from then on.
//
// A browser records every page that it loads. Therefore, beside events, Items yields a [Request] only for a POST and
// for a GET that returned an invitation. A request with several operations becomes an [Item] with PassedOver "batch".
// Any other entry becomes an Item with only a place, a time and a URL.
package recording
