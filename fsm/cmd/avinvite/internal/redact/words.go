package redact

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// redactor redacts a recording. Equal values of one kind get the same made-up value.
type redactor struct {
	names    map[name]string
	used     map[string]int // how many values of a kind there are
	path     []string       // the names of the open members, the outermost first
	labelled bool           // the open body has the label of base64
}

type name struct{ kind, value string }

// alias returns the made-up value for a value: the format with a number.
func (r *redactor) alias(kind, format, value string) string {
	if value == "" {
		return ""
	}
	k := name{kind, value}
	if r.names[k] == "" {
		r.used[kind]++
		r.names[k] = fmt.Sprintf(format, r.used[kind])
	}
	return r.names[k]
}

// long returns an alias that is as long as the value if that is longer than allowed, so that the length is judged the same.
func (r *redactor) long(kind, value string, limit int) string {
	alias := r.alias(kind, kind+" %d", value)
	if n := transitions.UTF16Len([]byte(value)); n > limit {
		alias += strings.Repeat(".", max(0, n-len(alias)))
	}
	return alias
}

// relations are the words that stand as the relation of a link or a resource, as a member name, or as a part of a path.
var relations = strings.Fields(`
accept acceptAndBridge acceptAndBridgeAudioVideo acceptAndBridgeAudio acceptedByParticipant acceptAudio acceptAudioVideo
addAudio addAudioVideo addMessaging addParticipant adhocMeeting anonApplicationTokens application applications attendees
audioVideo audioVideoFlow audioVideoInvitation audioVideoInvitations bridgedParticipant bridgedParticipants callback
cancel communication contact contactPresence conversation conversationBridge conversationConference conversations
customContent decline declineAudioVideo disconnect discover eject event events flow forward from in leader link localParticipant
mediaOffer me meetings messaging messagingInvitation messagingInvitations message messages next onlineMeeting onlineMeetingInvitation
onlineMeetingInvitations onlineMeetings operation participant participantAudio participantAudioVideo participantInvitation
participantInvitations participantMessaging participants people phoneAudio phoneAudioInvitation phoneAudioInvitations
phones platformservice platformservices presence presenceSubscriptions prompt prompts resume resync self sendMessage startAdhocMeeting
startAudio startAudioVideo startMessaging stopMessaging subscriptions terminate to transfer transfers ucwa user users webhook
`)

// members are the names of members besides the relations.
var members = strings.Fields(`
_embedded _links added activity anonymous availability baseuri blocked bodySize browser cache code comment connect
connection content cookies creator debugInfo deleted description deviceType direction displayName dns encoding entries etag
events expires headers headersSize href httpVersion importance in lastActive link links log message method mimeType name
operationId organizer pages parameters params path postData property queryString reason receive redirectURL rel request
response role send sender serverIPAddress sessionContext size sourceNetwork ssl startedDateTime state status statusText
subcode subject text threadId time timings title type uri url value version wait xml
`)

// tokens are the words of members whose values are words, besides states; in any case of letters.
var tokens = strings.Fields(`
Incoming Outgoing started updated completed added deleted Success Failure Normal Urgent NonUrgent Emergency High Low Unknown GET POST PUT
DELETE PATCH HEAD OPTIONS HTTP/1.0 HTTP/1.1 HTTP/2 HTTP/2.0 h2 1.1 1.2
`)

// parameters are the names of parameters of a query, and digits those whose digits stay.
var (
	parameters = strings.Fields("ack key endpointId operationId to timeout low medium high priority apiVersion subject threadId sessionContext")
	digits     = strings.Fields("ack timeout low medium high priority")
)

// member returns the name of a member.
func (r *redactor) member(name string) string {
	if slices.Contains(members, name) {
		return name
	}
	return r.relation(name)
}

func (r *redactor) relation(rel string) string {
	if slices.Contains(relations, transitions.TrimRelPrefix(rel)) || transitions.OperationOf(rel) != transitions.OperationNone ||
		slices.Contains(members, transitions.TrimRelPrefix(rel)) {
		return rel
	}
	alias := r.alias("relation", "relation%d", rel)
	if strings.HasSuffix(rel, "Invitation") {
		alias += "Invitation"
	}
	if strings.HasPrefix(rel, transitions.RelPrefix) {
		alias = transitions.RelPrefix + alias
	}
	return alias
}

// The forms of texts that stay: a port, a number that is shorter than those that identify, a version in a path, and a
// time; and the digits of a time beyond the nanoseconds.
var (
	port    = regexp.MustCompile(`^[0-9]{1,5}$`)
	number  = regexp.MustCompile(`^[0-9]{1,6}$`)
	version = regexp.MustCompile(`(?i)^v[0-9]{1,2}$`)
	moment  = regexp.MustCompile(`(?i)^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?( ?(Z|UTC|GMT|[+-][0-9]{2}(:?[0-9]{2})?))?\s*$`)
	beyond  = regexp.MustCompile(`([.,][0-9]{9})[0-9]+`)
)

// text redacts the text of the open member.
func (r *redactor) text(text string) string {
	member := ""
	if n := len(r.path); n > 0 {
		member = r.path[n-1]
	}
	switch member {
	case "rel":
		return r.relation(text)
	case "href", "url", "redirectURL", "baseuri":
		return r.url(text)
	case "type", "status", "state", "direction", "importance", "method", "httpVersion", "version":
		return r.token(text)
	case "code":
		if _, published := codes.Code(text).Published(); published {
			return text
		}
		return r.alias("Code", "Code%d", text)
	case "subcode":
		if _, published := codes.Subcode(text).Published(); published {
			return text
		}
		return r.alias("Subcode", "Subcode%d", text)
	case "message":
		if documented(text) {
			return text
		}
		return r.alias("message", "message %d", text)
	case "operationId":
		return r.long("operation", text, transitions.MaxOperationID)
	case "sessionContext":
		return r.long("context", text, transitions.MaxSessionContext)
	case "subject":
		return r.long("subject", text, transitions.MaxSubject)
	case "to", "uri":
		return r.address(text)
	case "startedDateTime":
		if moment.MatchString(text) {
			return beyond.ReplaceAllString(text, "$1")
		}
		return r.alias("time", "time %d", text)
	case "mimeType":
		return mediaType(text)
	case "encoding":
		return known(strings.TrimSpace(text), []string{"base64"}, "x-redacted")
	}
	return r.alias("text", "text %d", text)
}

// token returns a word of the protocol as it is.
func (r *redactor) token(text string) string {
	same := func(word string) bool { return strings.EqualFold(word, text) }
	for state := range transitions.StateCancelled + 1 {
		if same(state.String()) {
			return text
		}
	}
	if slices.ContainsFunc(tokens, same) {
		return text
	}
	return r.alias("Token", "Token%d", text)
}

// documented reports whether a message is a text of the catalogue.
func documented(text string) bool {
	for reason := range codes.Reasons() {
		if slices.Contains(reason.Texts(), text) || reason.Subcode().Text() == text {
			return true
		}
	}
	for s := range codes.SynchronousErrors() {
		if s.Description() == text {
			return true
		}
	}
	for g := range codes.GenericErrors() {
		if g.Description == text {
			return true
		}
	}
	return false
}

// address redacts a SIP or a telephone address, or a name.
func (r *redactor) address(text string) string {
	scheme, _, _ := strings.Cut(text, ":")
	switch strings.ToLower(scheme) {
	case "tel":
		return r.alias("phone", "tel:+1555%07d", text)
	case "http", "https":
		return r.url(text)
	}
	return r.alias("address", "sip:user%d@redacted.example", text)
}

// url redacts a URL or a part of one. Two that identify one resource stay so.
func (r *redactor) url(text string) string {
	if text == "" {
		return ""
	}
	scheme, rest, absolute := strings.Cut(text, ":")
	switch scheme = strings.ToLower(scheme); {
	case absolute && scheme == "data":
		kind, _, _ := strings.Cut(rest, ";")
		kind, _, _ = strings.Cut(kind, ",")
		return "data:" + mediaType(kind) + ";base64,cmVkYWN0ZWQ="
	case absolute && (scheme == "sip" || scheme == "tel"):
		return r.address(text)
	}
	text = eventchannel.Resolve("", strings.ReplaceAll(text, `\u0026`, "&"))
	text, _, _ = strings.Cut(text, "#")
	text, query, asks := strings.Cut(text, "?")
	var b strings.Builder
	if scheme, rest, ok := strings.Cut(text, "://"); ok {
		host, path, slash := strings.Cut(rest, "/")
		if at := strings.LastIndexByte(host, '@'); at >= 0 {
			host = host[at+1:]
		}
		behind := ""
		if n := strings.LastIndexByte(host, ':'); n >= 0 && port.MatchString(host[n+1:]) {
			host, behind = host[:n], host[n:]
		}
		b.WriteString(known(scheme, []string{"http", "https"}, "x") + "://")
		b.WriteString(r.alias("host", "host%d.example", strings.ToLower(host)) + behind)
		if slash {
			b.WriteByte('/')
		}
		text = path
	}
	for n, segment := range strings.Split(text, "/") {
		if n > 0 {
			b.WriteByte('/')
		}
		b.WriteString(r.segment(segment))
	}
	if asks {
		b.WriteByte('?')
		for n, parameter := range strings.Split(query, "&") {
			if n > 0 {
				b.WriteByte('&')
			}
			b.WriteString(r.parameter(parameter))
		}
	}
	return b.String()
}

// segment redacts a part of a path. Services write one path in upper and lower case.
func (r *redactor) segment(text string) string {
	same := func(word string) bool { return strings.EqualFold(word, text) }
	if text == "" || text == "." || text == ".." || version.MatchString(text) ||
		slices.ContainsFunc(relations, same) || transitions.OperationOf(text) != transitions.OperationNone {
		return text
	}
	if plain, err := url.PathUnescape(text); err == nil {
		text = plain
	}
	return r.alias("id", "id%d", strings.ToLower(text))
}

// isParameter reports whether a field of a query or of a form has a known name.
func isParameter(text string) bool {
	name, _, valued := strings.Cut(text, "=")
	return valued && slices.Contains(parameters, name)
}

// parameter redacts a parameter of a query or of a form.
func (r *redactor) parameter(text string) string {
	name, value, valued := strings.Cut(text, "=")
	if plain, err := url.QueryUnescape(name); err == nil {
		name = plain
	}
	if plain, err := url.QueryUnescape(value); err == nil {
		value = plain
	}
	if name, value = r.named(name, value); !valued {
		return name
	}
	return name + "=" + url.QueryEscape(value)
}

// named redacts the name and the value of a parameter.
func (r *redactor) named(name, value string) (newName, newValue string) {
	if !slices.Contains(parameters, name) {
		return r.alias("parameter", "parameter%d", name), r.alias("value", "value%d", value)
	}
	switch {
	case slices.Contains(digits, name) && number.MatchString(value):
	case name == "to":
		value = r.address(value)
	case name == "operationId":
		value = r.long("operation", value, transitions.MaxOperationID)
	default:
		value = r.alias("value", "value%d", value)
	}
	return name, value
}
