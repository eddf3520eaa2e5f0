package eventchannel

import (
	"log/slog"
	"strings"

	"github.com/avinvite/avinvite/codes"
)

// String returns the event in one line: its type, the state and the reason that it carries, and its href. Characters that
// do not print are quoted, so that no service can break the line. It returns "no event" for nil.
func (e *Event) String() string {
	if e == nil {
		return "no event"
	}
	var carried []string
	if state := e.state(); state != "" {
		carried = append(carried, word(state))
	}
	if e.Reason != nil {
		carried = append(carried, codes.Pair(e.Reason.Code, e.Reason.Subcode))
	}
	text := e.Type.String() + "(" + strings.Join(carried, ", ") + ")"
	if e.Href != "" {
		text += " " + word(e.Href)
	}
	return text
}

// LogValue makes a structured log show the event as a group: type and place, and state, status, reason and href if
// present. The group leaves out the rest of the resource, because a resource has names, numbers and media.
func (e *Event) LogValue() slog.Value {
	if e == nil {
		return slog.Value{}
	}
	attrs := []slog.Attr{slog.String("type", e.Type.String())}
	for _, a := range []slog.Attr{slog.String("state", e.state()), slog.String("status", e.Status), slog.String("href", e.Href)} {
		if a.Value.String() != "" {
			attrs = append(attrs, a)
		}
	}
	if e.Reason != nil {
		attrs = append(attrs, slog.Any("reason", e.Reason))
	}
	return slog.GroupValue(append(attrs, slog.String("place", e.Place.String()))...)
}

// state returns the state of the embedded resource as it stands there, "" if the event embeds none.
func (e *Event) state() string {
	if e.Invitation == nil {
		return ""
	}
	return e.Invitation.State
}

// word returns a text of the wire, quoted if it is no single printable word.
func word(text string) string { return codes.Pair(codes.Code(text), "") }
