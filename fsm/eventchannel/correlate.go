package eventchannel

// Correlator keeps a value of type T for each invitation, such as its state or an object of the program. The zero
// Correlator is ready for use. It is not for concurrent use, and it keeps an invitation until [Correlator.Forget].
//
// An invitation is found by its href, whose query is ignored, or by its operationId. Each may be "", and either may
// come first. An event can come before the answer whose Location names the new invitation; until that answer comes,
// only the operationId shows that the invitation is the client's own (UCWA/OperationResource.md). An event without an
// embedded resource has no operationId.
//
// Hrefs are compared by [Identity]. The href of an event is usually relative, and the Location of an answer is
// absolute, so callers must make both absolute with [Resolve] and the URL of the request that returned them.
type Correlator[T any] struct {
	hrefs, operations map[string]*kept[T] // neither has the empty text
}

type kept[T any] struct {
	href, operation string
	value           T
}

// Keep returns a pointer to the value of the invitation, which is a new zero T if the invitation is not known.
//
// joined is nil except in one case: an href and an operationId that come together for the first time may prove that two
// invitations kept until then are one. Keep then returns the value kept under the href, and in joined the value kept
// under the operationId, which the Correlator drops; the caller must merge the two.
//
// A client may use an operationId again. Therefore an operationId never joins two invitations that both have an href.
// An operationId alone finds the invitation with which it was last kept.
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

// Lookup returns a pointer to the value of the invitation, nil if the invitation is not known.
func (c *Correlator[T]) Lookup(href, operationID string) *T {
	if k := c.lookup(Identity(href), operationID); k != nil {
		return &k.value
	}
	return nil
}

// Forget drops the invitation and its value. A program may call it after the completion, because no event follows. If
// events can be delivered twice, as by a webhook, it should wait until no repetition is expected; a later Keep of the
// invitation returns a zero T.
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

// release removes the operationId of k, unless it finds another invitation by now.
func (c *Correlator[T]) release(k *kept[T]) {
	if c.operations[k.operation] == k {
		delete(c.operations, k.operation)
	}
}
