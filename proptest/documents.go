package proptest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
)

// ErrorBody generates error bodies. Three in five have a documented reason, one in five a subcode that is documented
// for other resources only, and one in five an unknown reason: a code or a subcode that the documentation does not
// list, or a code without a subcode, if the code has no reason with the subcode None. Each of these members is present
// one time in four: message, link, parameters, debugInfo, and one that the documentation does not list. An error body
// without a text in message has a null there one time in four, and otherwise lacks message.
func ErrorBody() *rapid.Generator[*codes.Error] {
	reasons, pageCodes := evenly(slices.Collect(codes.Reasons())), evenly(slices.Collect(codes.Codes()))
	otherCodes, otherSubcodes := evenly(slices.Collect(codes.OtherCodes())), evenly(slices.Collect(codes.OtherSubcodes()))
	// Elsewhere a missing subcode is the documented one that is called None.
	needSubcode := evenly(slices.DeleteFunc(slices.Collect(codes.Codes()), func(c codes.Code) bool {
		_, ok := codes.Lookup(c, codes.SubcodeNone)
		return ok
	}))
	unknown := rapid.StringMatching(`X[a-z]{2,8}`)
	return rapid.Custom(func(t *rapid.T) *codes.Error {
		e := new(codes.Error)
		switch index(t, 5) {
		case 0, 1, 2:
			r := reasons.Draw(t, "reason")
			e.Code, e.Subcode = r.Code(), r.Subcode()
		case 3:
			e.Code = pageCodes.Draw(t, "code")
			if index(t, 2) == 1 {
				e.Code = otherCodes.Draw(t, "code")
			}
			e.Subcode = otherSubcodes.Draw(t, "subcode")
		case 4:
			switch index(t, 3) {
			case 0:
				e.Code, e.Subcode = pageCodes.Draw(t, "code"), codes.Subcode(unknown.Draw(t, "subcode"))
			case 1:
				e.Code = codes.Code(unknown.Draw(t, "code"))
			case 2:
				e.Code = needSubcode.Draw(t, "code")
			}
		}
		sometimes := func() bool { return index(t, 4) == 3 }
		if sometimes() {
			message := text(t, 40)
			e.Message = &message
		} else if sometimes() {
			e.NullMessage = true
		}
		if sometimes() {
			e.Link = "errors/" + fmt.Sprint(index(t, 8))
		}
		if sometimes() {
			e.Parameters = []codes.Parameter{{Name: "sdp", Reason: text(t, 8)}}
		}
		if sometimes() {
			e.DebugInfo = []byte(`{"errorReportId":"` + fmt.Sprint(index(t, 8)) + `"}`)
		}
		if sometimes() {
			e.Other = map[string][]byte{"x" + fmt.Sprint(index(t, 8)): []byte(`[1,{"a":null}]`)}
		}
		return e
	})
}

// Properties are the properties of an invitation, with the JSON form of the wire. The media offer and the links are left
// out.
type Properties struct {
	Direction      transitions.Direction `json:"direction"`
	Importance     string                `json:"importance,omitempty"`
	OperationID    string                `json:"operationId,omitempty"`
	SessionContext string                `json:"sessionContext,omitempty"`
	State          transitions.State     `json:"state"`
	Subject        string                `json:"subject,omitempty"`
	ThreadID       string                `json:"threadId,omitempty"`
	To             string                `json:"to,omitempty"`
}

// GoString returns the JSON form.
func (r Properties) GoString() string {
	written, err := json.Marshal(r)
	if err != nil {
		return err.Error() // a direction or a state that is none
	}
	return string(written)
}

// limited are the properties that have a limit, in UTF-16 code units (PAGE, Properties).
var limited = []struct {
	property string
	limit    int
	of       func(*Properties) *string
}{
	{"operationId", transitions.MaxOperationID, func(r *Properties) *string { return &r.OperationID }},
	{"sessionContext", transitions.MaxSessionContext, func(r *Properties) *string { return &r.SessionContext }},
	{"subject", transitions.MaxSubject, func(r *Properties) *string { return &r.Subject }},
}

// ValidProperties generates resources within their limits. Each limited property is empty, of any length, or of the
// greatest length, evenly. Its characters have one to four bytes in UTF-8; those of four bytes are two UTF-16 code
// units.
func ValidProperties() *rapid.Generator[Properties] {
	directions, states := Direction(), State()
	return rapid.Custom(func(t *rapid.T) Properties {
		r := Properties{Direction: directions.Draw(t, "direction"), State: states.Draw(t, "state")}
		for _, l := range limited {
			switch index(t, 3) {
			case 1:
				*l.of(&r) = text(t, l.limit)
			case 2:
				*l.of(&r) = repeat(t, l.limit)
			}
		}
		if index(t, 2) == 1 {
			r.Importance, r.ThreadID, r.To = "Normal", "thread-"+fmt.Sprint(index(t, 8)), "sip:bob@example.com"
		}
		return r
	})
}

// Oversize is a resource with one property beyond its limit.
type Oversize struct {
	Properties
	Property string // its name on the wire
	Limit    int    // the greatest length, in UTF-16 code units
	Length   int    // its length, in UTF-16 code units
}

// GoString returns the property, its length and its limit, and the JSON form.
func (o Oversize) GoString() string {
	return fmt.Sprintf("%s has %d of %d: %#v", o.Property, o.Length, o.Limit, o.Properties)
}

// OversizeProperties generates resources with one property beyond its limit. The three limited properties are drawn
// evenly. One time in two, the property is too long by a single UTF-16 code unit.
func OversizeProperties() *rapid.Generator[Oversize] {
	valid := ValidProperties()
	return rapid.Custom(func(t *rapid.T) Oversize {
		l := limited[index(t, len(limited))]
		o := Oversize{valid.Draw(t, "resource"), l.property, l.limit, l.limit + 1}
		if index(t, 2) == 1 {
			o.Length += 1 + index(t, l.limit)
		}
		*l.of(&o.Properties) = repeat(t, o.Length)
		return o
	})
}

// text draws a text of one to limit UTF-16 code units.
func text(t *rapid.T, limit int) string { return repeat(t, 1+index(t, limit)) }

// repeat draws a character, and repeats it for so many UTF-16 code units.
func repeat(t *rapid.T, units int) string {
	switch index(t, 4) {
	case 1:
		return strings.Repeat("é", units)
	case 2:
		return strings.Repeat("\u2028", units) // three bytes, and special to some
	case 3:
		return strings.Repeat("😀", units/2) + strings.Repeat("a", units%2) // four bytes, two units
	}
	return strings.Repeat("a", units)
}

// Payload is an event document, and the events about audio/video invitations that a reader should find in it.
type Payload struct {
	JSON   json.RawMessage
	Events []PayloadEvent
}

// PayloadEvent is one event about an audio/video invitation, as a reader should understand it.
type PayloadEvent struct {
	Href   string // of the invitation
	Event  transitions.Event
	Reason *codes.Error // the error body, nil if there is none
}

// GoString returns the document.
func (d Payload) GoString() string { return string(d.JSON) }

// EventDocument generates event documents about one to three invitations. Each invitation has the events of a
// [LegalSequence], and the events of all are interleaved. These are drawn evenly: the prefix of the rel, the letter
// case of the status, the other properties of the resource, the spelling of the reason, whether an event that needs no
// resource embeds one, and whether a completion that needs no status has one. One event in four follows an event about
// another resource, and one document in four is indented.
func EventDocument() *rapid.Generator[Payload] {
	directions, bodies, resources := Direction(), ErrorBody(), ValidProperties()
	return rapid.Custom(func(t *rapid.T) Payload {
		var d Payload
		events := []any{}
		type life struct {
			at   transitions.Invitation
			word []laws.Action
		}
		var lives []life
		for range 1 + index(t, 3) {
			direction := directions.Draw(t, "direction")
			lives = append(lives, life{transitions.New(direction), LegalSequence(direction).Draw(t, "life")})
		}
		for {
			var open []int
			for n, l := range lives {
				if len(l.word) > 0 {
					open = append(open, n)
				}
			}
			if open == nil {
				break
			}
			n := open[index(t, len(open))]
			if index(t, 4) == 3 {
				conversation := link{transitions.RelPrefix + "conversation", "conversations/1"}
				events = append(events, map[string]any{"link": conversation, "type": "added"})
			}
			told := PayloadEvent{Href: fmt.Sprintf("communication/audioVideoInvitations/%d", n+1), Event: lives[n].word[0].Event}
			if r := told.Event.Reason; r.Documented() {
				body := bodies.Draw(t, "reason")
				body.Code, body.Subcode = r.Code(), r.Subcode()
				if body.Subcode == codes.SubcodeNone && index(t, 2) == 1 {
					body.Subcode = ""
				}
				told.Reason = body
			}
			resource := resources.Draw(t, "resource")
			resource.Direction, resource.State = lives[n].at.Direction(), told.Event.State
			events = append(events, spell(t, told, lives[n].at, resource))
			d.Events = append(d.Events, told)
			lives[n].at, _ = lives[n].at.Step(told.Event)
			lives[n].word = lives[n].word[1:]
		}
		d.JSON = envelope(t, events)
		return d
	})
}

type link struct {
	Rel  string `json:"rel"`
	Href string `json:"href"`
}

// spell writes one event in one of the ways in which it may be written.
func spell(t *rapid.T, told PayloadEvent, at transitions.Invitation, resource Properties) any {
	rel := []string{transitions.RelPrefix, "service:", ""}[index(t, 3)] + "audioVideoInvitation"
	event := map[string]any{"link": link{rel, told.Href}, "type": told.Event.Type}
	// Without a resource, started means Connecting, updated no change, and completed what status and reason say.
	implied := transitions.StateConnecting
	switch {
	case told.Event.Type == transitions.EventUpdated && at.State() != transitions.StateNone:
		implied = at.State()
	case told.Event.Type == transitions.EventCompleted && told.Reason != nil:
		implied = transitions.StateFailed
	case told.Event.Type == transitions.EventCompleted:
		implied = transitions.StateConnected
	}
	embedded := told.Event.State != implied || index(t, 2) == 1
	if embedded {
		event["_embedded"] = map[string]any{rel: resource}
	}
	if told.Reason != nil {
		event["reason"] = told.Reason
	}
	// A status is needed where nothing else tells of the end.
	if told.Event.Type == transitions.EventCompleted && (!embedded && told.Reason == nil || index(t, 2) == 1) {
		status := "Success"
		if told.Reason != nil {
			status = "Failure"
		}
		event["status"] = []string{status, strings.ToLower(status), strings.ToUpper(status)}[index(t, 3)]
	}
	return event
}

// envelope writes events, in one sender or in two, as a document.
func envelope(t *rapid.T, events []any) json.RawMessage {
	type sender struct {
		link
		Events []any `json:"events"`
	}
	cut := index(t, len(events)+1)
	communication := link{transitions.RelCommunication, "communication"}
	senders := []sender{{communication, events[:cut]}, {communication, events[cut:]}}
	document := map[string]any{"sender": slices.DeleteFunc(senders, func(s sender) bool { return len(s.Events) == 0 })}
	if index(t, 2) == 1 {
		type href struct {
			Href string `json:"href"`
		}
		document["_links"] = map[string]href{"self": {"events?ack=1"}, "next": {"events?ack=2"}}
	}
	written, err := json.Marshal(document)
	if err != nil {
		t.Fatalf("proptest: a generated document cannot be written: %v", err) // only a codes.Error without a code
	}
	if index(t, 4) == 3 {
		var indented bytes.Buffer
		_ = json.Indent(&indented, written, "\t", "  ") // what Marshal writes can be indented
		return indented.Bytes()
	}
	return written
}

// HostileDocument generates documents that somebody may send instead of an event document: an [EventDocument] with one
// to three faults. The kinds of fault are drawn evenly: the document is cut short, a piece is cut out, a byte is
// changed, a foreign piece is inserted, or a part is replaced by a wrong one. Foreign pieces are brackets, deep
// nesting, bytes that are not UTF-8, half of a surrogate pair, a number beyond all limits, and a second document. Wrong
// parts have another type, a token that the documentation does not list, a status, a state or a type that contradicts
// the rest of the event, or a member twice. One document in six can be read in spite of its faults.
func HostileDocument() *rapid.Generator[[]byte] {
	documents := EventDocument()
	foreign := evenly([]string{
		"{", "}", "[", "]", `"`, ",", ":", "null", "1e999", "-", `{"a":1,"a":2}`,
		"\x00", "\xff", "\xed\xa0\x80", `"\ud800"`, "\ufeff",
		strings.Repeat("[", 20_000), strings.Repeat(`{"_embedded":`, 20_000), `{"sender":[]}`,
	})
	others := evenly([][2]string{
		{`"type":"started"`, `"type":7`}, {`"type":"completed"`, `"type":"started"`}, {`"type":`, `"type":"updated","type":`},
		{`"state":"`, `"state":"Un`}, {`"state":"Failed"`, `"state":"Connected"`}, {`"state":`, `"state":null,"was":`},
		{`"status":"Success"`, `"status":"Failure"`}, {`"status":`, `"status":[],"was":`}, {`"reason":{`, `"reason":[{`},
		{`"code":`, `"kode":`}, {`"code":"`, `"code":5,"was":"`},
		{`"href":"`, `"href":{},"was":"`}, {`"rel":"`, `"rel":null,"was":"`},
		{`"sender":[`, `"sender":{"a":[`}, {`"events":[`, `"events":[7,`}, {`"_embedded":{`, `"_embedded":[{`},
	})
	return rapid.Custom(func(t *rapid.T) []byte {
		d := []byte(documents.Draw(t, "document").JSON)
		for range 1 + index(t, 3) {
			at := index(t, len(d)+1)
			switch index(t, 5) {
			case 0:
				d = d[:at]
			case 1:
				d = slices.Delete(d, at, min(len(d), at+1+index(t, 64)))
			case 2:
				if at < len(d) {
					d[at] ^= 1 << index(t, 8)
				}
			case 3:
				d = slices.Insert(d, at, []byte(foreign.Draw(t, "foreign"))...)
			case 4:
				o := others.Draw(t, "other")
				d = bytes.Replace(d, []byte(o[0]), []byte(o[1]), 1)
			}
		}
		return d
	})
}
