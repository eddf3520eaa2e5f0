package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/recording"
	"github.com/avinvite/avinvite/transitions"
)

// formats are the formats of a generated recording, the default first.
var formats = []string{"lines", "concatenated", "document", "array", "webhook", "har"}

// generator makes up one recording.
type generator struct {
	invitations int
	live        int // invitations side by side
	fault       conformance.Rule
	format      string
	random      *rand.Rand

	channel eventchannel.Writer
	out     *recording.Writer
	now     time.Time
}

// life is an invitation that is not yet written to its end.
type life struct {
	number int
	call   transitions.Invitation // as written so far
	acts   []act                  // still to come
}

// act is an event of a life, or an operation with the status of its answer.
type act struct {
	event     transitions.Event
	operation transitions.Operation
	answer    int

	edit []string // old and new texts in the document of the event, for a fault that no Writer writes
}

const (
	host = "https://pool.contoso.example"
	root = "/platformservice/v1/applications/1627259584"
)

// write writes the recording.
func (g *generator) write(out io.Writer) error {
	form, before, behind := recording.Lines, "", ""
	switch g.format {
	case "array":
		form = recording.Array
	case "har":
		form = recording.HAR
	case "webhook":
		g.channel.BaseURI = host + "/"
	case "document": // one array of all senders
		form, before, behind = recording.Array, `{"sender":`, "}\n"
	}
	g.channel.Href, g.channel.Sender = g.href("/events?key=5"), g.href("/communication")
	g.now = time.Date(2017, 4, 20, 12, 0, 0, 0, time.UTC)
	if _, err := io.WriteString(out, before); err != nil {
		return err
	}
	g.out = recording.NewWriter(out, form)
	if err := g.lives(); err != nil {
		return err
	}
	if err := g.out.Close(); err != nil {
		return err
	}
	_, err := io.WriteString(out, behind)
	return err
}

// lives writes the acts of all invitations. Each act is one of any of the live invitations.
func (g *generator) lives() error {
	var live []*life
	for next := 0; next < g.invitations || len(live) > 0; {
		for next < g.invitations && len(live) < g.live {
			live = append(live, g.begin(next))
			next++
		}
		n := g.random.IntN(len(live))
		l := live[n]
		if err := g.tell(l, l.acts[0]); err != nil {
			return err
		}
		if l.acts = l.acts[1:]; len(l.acts) == 0 {
			live[n] = live[len(live)-1]
			live = live[:len(live)-1]
		}
	}
	return nil
}

// begin makes up a life: legal events to a completion, and the operation that leads to it. An invitation whose number ends
// in 9 has the fault.
func (g *generator) begin(number int) *life {
	direction := transitions.Incoming + transitions.Direction(g.random.IntN(2))
	fault, faulty := faults[g.fault]
	faulty = faulty && number%10 == 9
	if faulty && fault.direction != 0 {
		direction = fault.direction
	}
	l := &life{number: number, call: transitions.New(direction)}
	i := l.call
	step := func(t transitions.EventType) {
		e := g.choose(i, t)
		l.acts = append(l.acts, act{event: e})
		i, _ = i.Step(e)
	}
	if faulty || g.random.IntN(5) > 0 { // aggregation may drop started
		step(transitions.EventStarted)
	}
	for range g.random.IntN(3) {
		step(transitions.EventUpdated)
	}
	operate := len(l.acts)
	step(transitions.EventCompleted)
	if o := operationBehind(i); o != transitions.OperationNone && g.format == "har" && operate > 0 {
		l.acts = slices.Insert(l.acts, operate, act{operation: o, answer: http.StatusNoContent})
	}
	if faulty {
		l.acts = fault.plant(l.acts)
	}
	return l
}

// choose returns one of the legal events of a type. Every other completion is a success.
func (g *generator) choose(i transitions.Invitation, t transitions.EventType) transitions.Event {
	var legal []transitions.Event
	for e := range i.Legal() {
		if e.Type == t {
			legal = append(legal, e)
		}
	}
	e := legal[g.random.IntN(len(legal))]
	if t == transitions.EventCompleted && g.random.IntN(2) == 0 {
		return transitions.Completed(transitions.StateConnected, codes.NoReason)
	}
	return e
}

// operationBehind returns the application's operation that leads to such an end, or OperationNone.
func operationBehind(i transitions.Invitation) transitions.Operation {
	switch {
	case i.Direction() == transitions.Incoming && i.Succeeded():
		return transitions.OperationAccept
	case i.Direction() == transitions.Incoming && i.Reason() == codes.LocalFailureDeclined:
		return transitions.OperationDecline
	case i.Direction() == transitions.Outgoing && i.Reason() == codes.LocalFailureCanceled:
		return transitions.OperationCancel
	}
	return transitions.OperationNone
}

// tell writes one act: the event in a document with others, or the request of the operation.
func (g *generator) tell(l *life, a act) error {
	g.now = g.now.Add(time.Duration(g.random.IntN(400)+20) * time.Millisecond)
	if a.operation != transitions.OperationNone {
		return g.request(l, a)
	}
	if g.random.IntN(20) == 0 && g.format != "document" {
		if err := g.document("", nil); err != nil { // a heartbeat
			return err
		}
	}
	next, err := l.call.Step(a.event)
	if err != nil { // a fault of several events, each of which is legal as the first one
		next, err = transitions.New(l.call.Direction()).Step(a.event)
	}
	if err != nil {
		return err
	}
	l.call = next
	if err := g.channel.Add(a.event.Type, next, g.resource(l), nil); err != nil {
		return err
	}
	return g.document(g.others(), a.edit)
}

// document writes the events that were added, behind a sender of others, with the edits of a fault.
func (g *generator) document(others string, edit []string) error {
	document, err := g.channel.Document()
	if err != nil {
		return err
	}
	if edit != nil {
		document = []byte(strings.NewReplacer(edit...).Replace(string(document)))
	}
	const sender = `"sender":[`
	links, senders, _ := bytes.Cut(document, []byte(sender))
	switch g.format {
	case "concatenated":
		var lines bytes.Buffer
		err = json.Indent(&lines, slices.Concat(links, []byte(sender), []byte(others), senders), "", " ")
		document = lines.Bytes()
	case "document":
		document = slices.Concat([]byte(others), bytes.TrimSuffix(senders, []byte("]}")))
	default:
		document = slices.Concat(links, []byte(sender), []byte(others), senders)
	}
	if err != nil {
		return err
	}
	url := fmt.Sprintf("%s%s/events?ack=%d&key=5", host, root, g.channel.Ack)
	return g.out.Document(document, url, g.now, exchange)
}

// exchange is the time that a request takes.
const exchange = 15 * time.Millisecond

// others returns a sender of events about other things.
func (g *generator) others() string {
	var b strings.Builder
	fmt.Fprintf(&b, `{"rel":"people","href":"%s","events":[`, g.href("/people"))
	for n := range 3 + g.random.IntN(4) {
		if n > 0 {
			b.WriteByte(',')
		}
		user := g.random.IntN(100_000)
		contact := g.href(fmt.Sprintf("/people/user%d%%40contoso.example", user))
		fmt.Fprintf(&b, `{"link":{"rel":"contactPresence","href":"%[1]s/presence"},`+
			`"in":{"rel":"contact","href":"%[1]s","title":"user %[2]d"},"_embedded":{"contactPresence":{`+
			`"activity":"In a call","availability":"Busy","deviceType":"Desktop","lastActive":"2017-04-20T11:59:00Z",`+
			`"_links":{"self":{"href":"%[1]s/presence"}},"rel":"contactPresence"}},"type":"updated"}`, contact, user)
	}
	b.WriteString("]},")
	return b.String()
}

// resource returns the invitation as an event embeds it. The link of cancel ends the modality, as in real payloads.
func (g *generator) resource(l *life) eventchannel.Resource {
	const query = "?endpointId=sip%3Aattendant%40contoso.example"
	conversation := g.href(fmt.Sprintf("/communication/conversations/%08d", l.number))
	return eventchannel.Resource{
		Importance:  "Normal",
		OperationID: fmt.Sprintf("%08d", l.number),
		ThreadID:    fmt.Sprintf("AdRh%08d", l.number),
		To:          "sip:amanda@fabrikam.example",
		Links: []eventchannel.Link{
			{Rel: "self", Href: g.invitation(l) + query},
			{Rel: transitions.RelPrefix + "conversation", Href: conversation + query},
			{Rel: transitions.OperationCancel.Rel(), Href: conversation + "/audioVideo/terminate" + query},
		},
	}
}

func (g *generator) invitation(l *life) string {
	return g.href(fmt.Sprintf("/communication/audioVideoInvitations/%08d", l.number))
}

// href returns a path under the application, relative to the baseuri if there is one.
func (g *generator) href(path string) string {
	if g.channel.BaseURI != "" {
		return strings.TrimPrefix(root+path, "/")
	}
	return root + path
}

// request writes the request of an operation with its answer.
func (g *generator) request(l *life, a act) error {
	if a.answer == http.StatusNoContent {
		var err error
		if l.call, err = l.call.Do(a.operation); err != nil {
			return err
		}
	}
	url := host + g.invitation(l) + "/" + a.operation.String()
	resource := g.resource(l)
	if link, own := resource.Link(a.operation.Rel()); own {
		url, _, _ = strings.Cut(host+link.Href, "?")
	}
	return g.out.Exchange(recording.Exchange{
		Method: "POST", URL: url, Began: g.now, Took: exchange, Status: a.answer, Answer: []byte(answers[a.answer]),
	})
}

// answers are the bodies of answers by their status.
var answers = map[int]string{
	http.StatusNoContent: "",
	http.StatusConflict:  `{"code":"Conflict","message":null}`,
	http.StatusTeapot:    `{"code":"Teapot"}`,
}
