// Package client is an application's side of the Trusted Application API over HTTP: it takes events by webhook or by long
// poll, and it starts calls and does operations on them.
//
//	calls := client.Calls{Client: &client.Client{Token: token, Origins: []string{service.URL}}}
//	handler, err := client.NewWebhook(verify, func(r *http.Request, d *eventchannel.Document) error {
//		changed, err := calls.Add(r.Context(), d)
//		for _, call := range changed {
//			if call.Offers(transitions.OperationAccept) {
//				_, accepted := call.Do(r.Context(), transitions.OperationAccept, client.Input{})
//				err = errors.Join(err, accepted)
//			}
//		}
//		return err
//	})
//
// # Documents
//
// [Client.Documents] polls the event channel and yields each document once. It follows the links next, resync and
// resume. After an answer of a proxy, a broken body or a failure of the service it polls again, and it yields an error
// for each. A [Webhook] is the http.Handler to which the service posts documents instead. [NewWebhook] requires a
// verifier of the sender.
//
// # Calls
//
// [Calls] folds the documents of the event channel and of webhooks into a [Call] for each invitation. Repetitions,
// delays and the order of the documents do not change the result. [Calls.Follow] polls and folds in one loop.
// [Calls.Start] starts a call, [Call.Do] does an operation once, even if an answer is lost, and [Call.Wait] waits for
// the end.
//
// [Client.Start], [Client.Do] and [Client.Get] only send the request, and keep no calls.
//
// # Errors
//
// For every failed request, [errors.As] finds an *[Error]. If the service refused the request, it also finds the
// documented row, a [codes.Synchronous], and the body, a *[codes.Error]. If the answer to a POST did not arrive, or does not show whether
// the service has carried out the request, such as that of a proxy, the error is [ErrLost]. Any other error of a POST
// means that the request was not carried out.
//
// # Tokens
//
// The token of a request goes only to the origins in [Client.Origins], wherever a link, a Location or a redirect leads.
// No error contains it, even if an answer echoes it.
//
// # Limits
//
// A body has at most 64 MiB, and a document the limits of package eventchannel. A request may take 30 s, and a poll its
// own timeout in addition. A GET that fails is repeated for at most 10 min, and so is a POST that the service answers
// with 429, because it has not carried out such a request. Each of these limits is a field of [Client] or [Webhook].
// Every function returns when its context ends. No function leaves a goroutine behind.
//
// The package reads JSON, not the XML form, and sends no batches.
package client
