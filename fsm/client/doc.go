// Package client is an application's side of the Trusted Application API over HTTP.
//
//	handler, err := client.NewWebhook(verify, func(r *http.Request, d *eventchannel.Document) error {
//		for e, err := range d.Events() {
//			fmt.Println(e, err)
//		}
//		return nil // the answer is 200, and the service need not send the document again
//	})
//
// # Documents
//
// A [Webhook] is the http.Handler to which the service posts event documents. It is not made without a verifier of the
// sender, because anybody can post.
//
// # Limits
//
// A document has at most 64 MiB, and the limits of package eventchannel. A request takes at most 30 s. Both are fields of
// the Webhook. A handler leaves no goroutine behind.
package client
