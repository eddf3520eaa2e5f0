package laws_test

import (
	"errors"
	"iter"
	"slices"
	"testing"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
)

// twin is a second implementation of the invitation, by hand and in the words of the wire: a switch for each of the
// model's tables, and a list of the pairs of each direction. It uses nothing of package transitions, and no direction of
// package codes.
type twin struct {
	direction, state, pending string
	code, subcode             string
}

// wire is an event in the words of the wire.
type wire struct{ typ, state, code, subcode string }

// fits says whether the documentation has the reason for this direction.
func fits(direction, code, subcode string) bool {
	incoming, outgoing := direction == "Incoming", direction == "Outgoing"
	both := incoming || outgoing
	switch code {
	case "BadRequest":
		return subcode == "NormalizationFailed" && outgoing
	case "Conflict":
		switch subcode {
		case "AlreadyExists", "None", "TooManyGroups":
			return both
		}
	case "EntityTooLarge":
		return subcode == "None" && outgoing
	case "Forbidden":
		switch subcode {
		case "AnonymousNotAllowed", "DialoutNotAllowed", "InviteesOnly", "FederationRequired", "ModalityNotSupported",
			"None", "Unreachable":
			return outgoing
		}
	case "Gone":
		return subcode == "CannotRedirect" && both
	case "Informational":
		switch subcode {
		case "Canceled", "Redirected":
			return both
		case "ConnectedElsewhere", "MediaFallback", "Missed":
			return incoming
		case "DerivedConversation":
			return outgoing
		}
	case "LocalFailure":
		switch subcode {
		case "None", "Timeout":
			return both
		case "Declined", "InsufficientBandwidth":
			return incoming
		case "Canceled", "EscalationFailed":
			return outgoing
		}
	case "NotFound":
		return subcode == "DestinationNotFound" && outgoing
	case "RemoteFailure":
		switch subcode {
		case "AnotherOperationPending", "None", "UnsupportedMediaType", "InvalidMediaDescription", "IPv6NotSupported",
			"MediaEncryptionMismatch", "MediaEncryptionNotSupported", "MediaEncryptionRequired", "MediaFailure":
			return both
		case "Canceled":
			return incoming
		case "Busy", "DoNotDisturb", "NotAcceptable", "NotAllowed", "Declined", "InsufficientBandwidth",
			"RepliedWithOtherModality", "ThreadIdAlreadyExists", "Timeout", "TemporarilyUnavailable":
			return outgoing
		}
	case "ServiceFailure":
		switch subcode {
		case "CallbackChannelError", "InvalidExchangeServerVersion", "MediaNegotiationFailure",
			"MediaNegotiationTimeOut", "Unavailable", "None", "Timeout":
			return both
		case "Forwarded":
			return incoming
		case "EscalationFailed", "PhoneNumberConflict":
			return outgoing
		}
	case "Timeout":
		return subcode == "None" && both
	}
	return false
}

func ended(state string) bool {
	switch state {
	case "Connected", "Failed", "Declined", "Cancelled":
		return true
	}
	return false
}

func ringing(state string) bool {
	return state == "Alerting" || state == "TeamRing" || state == "Forwarded"
}

// progress says whether the state is one of progress in the twin's direction.
func (w twin) progress(state string) bool {
	return state == "Connecting" || w.direction == "Outgoing" && ringing(state)
}

func (w twin) legal(e wire) bool {
	if w.state != "None" && !w.progress(w.state) {
		return false
	}
	switch e.typ {
	case "started":
		return w.state == "None" && w.progress(e.state) && e.code == ""
	case "updated":
		if e.state == "Connecting" && w.state != "None" && w.state != "Connecting" {
			return false
		}
		return w.progress(e.state) && e.code == ""
	case "completed":
		switch e.state {
		case "Connected":
			return e.code == ""
		case "Failed":
			return fits(w.direction, e.code, e.subcode)
		case "Declined":
			return fits(w.direction, e.code, e.subcode) && e.subcode == "Declined"
		case "Cancelled":
			return fits(w.direction, e.code, e.subcode) &&
				(e.subcode == "Canceled" || e.code == "Informational" && e.subcode == "MediaFallback")
		}
	}
	return false
}

func (w twin) take(e wire) twin {
	w.state, w.code, w.subcode = e.state, e.code, e.subcode
	if e.typ == "completed" {
		w.pending = ""
	}
	return w
}

func (w twin) step(e wire) (next twin, ok bool) {
	if !w.legal(e) {
		return w, false
	}
	return w.take(e), true
}

// observe answers, beside what step does, whether the event is odd.
func (w twin) observe(e wire) (next twin, odd, ok bool) {
	switch {
	case w.legal(e):
		return w.take(e), false, true
	case e.typ == "completed" && !ended(e.state), e.typ != "completed" && e.code != "":
		return w, false, false
	case e.state == "Connected":
		e.code, e.subcode = "", ""
	case ended(e.state) && e.typ == "completed" && e.code == "":
		e.code, e.subcode = "Unheard", "Of"
	}
	switch completed := e.typ == "completed"; {
	case w.state == e.state && w.code == e.code && w.subcode == e.subcode && ended(w.state) == completed:
		return w, false, true
	case ended(w.state):
		return w, false, false
	case e.typ == "started" && w.state != "None", !completed && ended(e.state):
		return w, true, true
	}
	return w.take(e), true, true
}

func (w twin) do(operation string) (next twin, refusal codes.Synchronous) {
	mine := operation == "cancel"
	if w.direction == "Incoming" {
		mine = !mine
	}
	switch {
	case ended(w.state):
		return w, codes.SyncCallNotFound
	case !mine || w.state == "None":
		return w, codes.SyncResourceNotFound
	case w.pending != "":
		return w, codes.SyncConflict
	case operation != "startAdhocMeeting":
		w.pending = operation
	}
	return w, 0
}

// The functions below translate between the words of the wire and the types of package transitions.

// tokens are a code and a subcode that stand for the reason.
func tokens(r codes.Reason) (code, subcode string) {
	switch {
	case r == codes.NoReason:
		return "", ""
	case r == codes.Undocumented:
		return "Unheard", "Of"
	case r.Documented():
		return string(r.Code()), string(r.Subcode())
	}
	return string(r.Code()), "Unheard"
}

func onWire(e transitions.Event) wire {
	code, subcode := tokens(e.Reason)
	return wire{e.Type.String(), e.State.String(), code, subcode}
}

func newTwin(d transitions.Direction) twin { return twin{direction: d.String(), state: "None"} }

func (w twin) view() laws.View {
	var v laws.View
	if err := v.Direction.UnmarshalText([]byte(w.direction)); err != nil {
		panic(err)
	}
	if err := v.State.UnmarshalText([]byte(w.state)); err != nil {
		panic(err)
	}
	if w.pending != "" {
		if err := v.Pending.UnmarshalText([]byte(w.pending)); err != nil {
			panic(err)
		}
	}
	if w.code != "" {
		v.Reason, _ = codes.Resolve(codes.Code(w.code), codes.Subcode(w.subcode))
	}
	for _, operation := range []transitions.Operation{
		transitions.OperationAccept, transitions.OperationAcceptAndBridge, transitions.OperationDecline,
		transitions.OperationForward, transitions.OperationStartAdhocMeeting, transitions.OperationCancel,
	} {
		if _, refusal := w.do(operation.String()); refusal == 0 {
			v.Offers = append(v.Offers, operation)
		}
	}
	return v
}

func doTwin(w twin, o transitions.Operation) (twin, error) {
	next, refusal := w.do(o.String())
	if refusal != 0 {
		return next, refusal
	}
	return next, nil
}

func TestTwin(t *testing.T) {
	t.Run("Step", func(t *testing.T) {
		hold(t, laws.Pure(newTwin, func(w twin, e transitions.Event) (twin, error) {
			if next, ok := w.step(onWire(e)); ok {
				return next, nil
			}
			return w, errRefused
		}, doTwin, twin.view))
	})
	t.Run("Observe", func(t *testing.T) {
		hold(t, laws.Tolerant(laws.Pure(newTwin, func(w twin, e transitions.Event) (twin, error) {
			if next, _, ok := w.observe(onWire(e)); ok {
				return next, nil
			}
			return w, errRefused
		}, doTwin, twin.view)))
	})
}

// TestTwinExhaustively compares both modes and the operations of the twin with those of package transitions: every
// configuration that either mode reaches, with every event and every operation, including what is odd.
func TestTwinExhaustively(t *testing.T) {
	compared := compareTwin(transitions.Invitation.Observe, func(format string, args ...any) bool {
		t.Errorf(format, args...)
		return true
	})
	t.Logf("%d answers compared", compared)
}

// TestTwinCanFail changes Observe in ways that no subject shows, and the comparison finds each.
func TestTwinCanFail(t *testing.T) {
	type reply struct {
		next transitions.Invitation
		odd  transitions.Oddity
		err  error
	}
	for name, change := range map[string]func(transitions.Invitation, transitions.Event, *reply){
		"finds nothing odd": func(_ transitions.Invitation, _ transitions.Event, r *reply) { r.odd = transitions.Oddity{} },
		"overlooks a late start": func(i transitions.Invitation, e transitions.Event, r *reply) {
			if e.Type == transitions.EventStarted && i.State().Progress() {
				r.odd = transitions.Oddity{}
			}
		},
		"takes an update of the end for a repetition": func(i transitions.Invitation, e transitions.Event, r *reply) {
			if i.Terminal() && e == transitions.Updated(i.State()) {
				r.err = nil
			}
		},
		"loses an unknown subcode": func(i transitions.Invitation, e transitions.Event, r *reply) {
			if e.Reason == codes.Alone(codes.RemoteFailure) && !i.Terminal() {
				e.Reason = codes.Undocumented
				r.next, r.odd, r.err = i.Observe(e)
			}
		},
	} {
		found := false
		compareTwin(func(i transitions.Invitation, e transitions.Event) (transitions.Invitation, transitions.Oddity, error) {
			var r reply
			r.next, r.odd, r.err = i.Observe(e)
			change(i, e, &r)
			return r.next, r.odd, r.err
		}, func(string, ...any) bool { found = true; return false })
		if !found {
			t.Errorf("a twin that %s differs in nothing", name)
		}
	}
}

// compareTwin reports where the twin differs from package transitions with an Observe that is given, and returns the
// number of answers compared. It stops if report returns false.
func compareTwin(
	observe func(transitions.Invitation, transitions.Event) (transitions.Invitation, transitions.Oddity, error),
	report func(format string, args ...any) bool,
) (compared int) {
	type answer struct {
		next twin
		odd  bool
		ok   bool
		row  codes.Synchronous
	}
	configurations := []transitions.Invitation{transitions.New(transitions.Incoming), transitions.New(transitions.Outgoing)}
	seen, more := map[transitions.Invitation]bool{configurations[0]: true, configurations[1]: true}, true
	for n := 0; n < len(configurations) && more; n++ {
		i := configurations[n]
		w := twinOf(i)
		compare := func(what string, a any, next transitions.Invitation, odd transitions.Oddity, err error, got answer) {
			if !seen[next] {
				seen[next] = true
				configurations = append(configurations, next)
			}
			want := answer{next: twinOf(next), odd: odd != (transitions.Oddity{}), ok: err == nil}
			_ = errors.As(err, &want.row) // an event's refusal has none
			if compared++; got != want {
				more = more && report("%v.%s(%v): the twin answers %+v, want %+v", i, what, a, got, want)
			}
		}
		for e := range events() {
			next, err := i.Step(e)
			stepped, ok := w.step(onWire(e))
			compare("Step", e, next, transitions.Oddity{}, err, answer{next: stepped, ok: ok})

			next, odd, err := observe(i, e)
			observed, isOdd, ok := w.observe(onWire(e))
			compare("Observe", e, next, odd, err, answer{next: observed, odd: isOdd, ok: ok})
		}
		for o := transitions.OperationAccept; o <= transitions.OperationCancel; o++ {
			next, err := i.Do(o)
			done, row := w.do(o.String())
			compare("Do", o, next, transitions.Oddity{}, err, answer{next: done, ok: row == 0, row: row})
		}
		if offers := slices.Collect(i.Operations().All()); !slices.Equal(w.view().Offers, offers) {
			more = more && report("%v: the twin offers %v, want %v", i, w.view().Offers, offers)
		}
	}
	return compared
}

// twinOf is the twin that is where i is.
func twinOf(i transitions.Invitation) twin {
	w := twin{direction: i.Direction().String(), state: i.State().String()}
	if i.Pending() != transitions.OperationNone {
		w.pending = i.Pending().String()
	}
	w.code, w.subcode = tokens(i.Reason())
	return w
}

// events yields every event that can be written with the members of the three sets, sensible or not.
func events() iter.Seq[transitions.Event] {
	return func(yield func(transitions.Event) bool) {
		for typ := transitions.EventStarted; typ <= transitions.EventCompleted; typ++ {
			for s := transitions.StateConnecting; s <= transitions.StateCancelled; s++ {
				for r := codes.NoReason; r <= codes.Undocumented; r++ {
					if !yield(transitions.Event{Type: typ, State: s, Reason: r}) {
						return
					}
				}
			}
		}
	}
}
