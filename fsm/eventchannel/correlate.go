package eventchannel

// Correlator keeps a T for each invitation: what a program knows of it. The zero value is ready for use. It is not for
// concurrent use, and it forgets an invitation only when it is told to.
//
// An invitation is known by its href, whose query counts for nothing, and by its operationId. Either may be missing,
// which is the empty text, and either may come first: an event can precede the answer that says where the new
// invitation is, and then only the operationId tells that it is the client's own (UCWA/OperationResource.md); an event
// that embeds no resource has no operationId.
//
// Hrefs are compared as they stand. That of an event is relative as a rule, and the Location of an answer is not, so
// make both absolute by the URL of the request that brought them: see [Resolve].
type Correlator[T any] struct {
	hrefs, operations map[string]*kept[T] // neither has the empty text
}

type kept[T any] struct {
	href, operation string
	value           T
}

// Keep returns what is kept for the invitation: a zero T from now on if it has not been known.
//
// An href and an operationId that come together for the first time may join two that were kept apart until then. The
// second result is what was kept under the operationId in such a case; from now on it is forgotten, and what of it
// counts is for the caller to take over. Otherwise it is nil. A client may use an operationId again, so it never joins
// two that have an href, and it means the invitation that it came with last.
func (c *Correlator[T]) Keep(href, operationID string) (value, joined *T) {
	if c.hrefs == nil {
		c.hrefs, c.operations = map[string]*kept[T]{}, map[string]*kept[T]{}
	}
	href = Identity(href)
	k, named := c.lookup(href, operationID), c.operations[operationID]
	if k == nil {
		k = new(kept[T])
	} else if named != nil && named != k && named.href == "" {
		joined = &named.value
	}
	if href != "" && k.href == "" {
		k.href = href
		c.hrefs[href] = k
	}
	if operationID != "" && named != k {
		c.release(k)
		k.operation = operationID
		c.operations[operationID] = k
	}
	return &k.value, joined
}

// Lookup returns what is kept for the invitation, nil if it is not known.
func (c *Correlator[T]) Lookup(href, operationID string) *T {
	if k := c.lookup(Identity(href), operationID); k != nil {
		return &k.value
	}
	return nil
}

// Forget lets go of the invitation; it is zero again if it is kept again. Nothing follows a completion, so that is the
// time for it, unless events can come twice: webhooks promise no exactly-once.
func (c *Correlator[T]) Forget(href, operationID string) {
	if k := c.lookup(Identity(href), operationID); k != nil {
		delete(c.hrefs, k.href)
		c.release(k)
	}
}

func (c *Correlator[T]) lookup(href, operationID string) *kept[T] {
	if k := c.hrefs[href]; k != nil {
		return k
	}
	if k := c.operations[operationID]; k != nil && (href == "" || k.href == "") {
		return k
	}
	return nil
}

// release takes its operationId from k, if that still means k.
func (c *Correlator[T]) release(k *kept[T]) {
	if c.operations[k.operation] == k {
		delete(c.operations, k.operation)
	}
}
