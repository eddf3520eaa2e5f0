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
// [Client.Documents] polls the event channel and yields each document once. It follows next, resync and resume, survives
// answers of proxies, broken bodies and failures of the service, and says what it met. A [Webhook] is the http.Handler to
// which the service posts documents instead. It is not made without a verifier of the sender, because anybody can post.
//
// # Errors
//
// Every failed request is an *[Error]. If the service refused it, [errors.As] finds the documented row, a
// [codes.Synchronous], and the body, a *[codes.Error].
//
// # Tokens
//
// The token of a request goes only to the origins in [Client.Origins], wherever a link or a redirect leads. It is in no
// error, also if an answer echoes it.
//
// # Limits
//
// A body has at most 64 MiB, and a document the limits of package eventchannel. A request takes at most 30 s, a poll its
// own timeout more. What fails is tried again for at most 10 min. Each is a field of [Client] or [Webhook]. A context ends
// everything. No function leaves a goroutine behind.
package client
