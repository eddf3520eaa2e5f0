package main

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/transitions"
)

func newGenerate() *cobra.Command {
	command := &cobra.Command{
		Use:   "generate",
		Short: "Write a made-up recording",
		Long: `
Write a recording of invitations that live side by side, made up from the
relation: both directions, every way to end, and between their events the events
about other things that make up most of real traffic. The same arguments give
the same bytes; 100,000 invitations are about 1 GB.

With --fault, every invitation whose number ends in 9 breaks the rule once. The
names of rules are those that avinvite check prints in parentheses.

The formats:

  lines         event documents, one per line
  concatenated  the same, several lines each
  document      one alone
  array         a JSON array of them
  webhook       as posted to a callback, with relative links and a baseuri
  har           with times and operations`,
		Example: `  avinvite generate | avinvite check -
  avinvite generate --fault contradiction | avinvite check -
  avinvite generate --format har --invitations 20 > capture.har
  avinvite generate --invitations 100000 --live 100000 --gzip > large.jsonl.gz`,
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	g := new(generator)
	flags := command.Flags()
	flags.IntVar(&g.invitations, "invitations", 100, "write `N` invitations")
	flags.IntVar(&g.live, "live", 50, "let `N` of them live side by side")
	seed := flags.Uint64("seed", 1, "begin the random choices with `N`")
	zip := flags.Bool("gzip", false, "compress")
	fault := choose(command, "fault", "RULE", "the rule to break", "", faultNames()...)
	format := choose(command, "format", "FORMAT", "one of the above", formats[0], formats...)
	command.RunE = func(*cobra.Command, []string) error {
		g.fault = conformance.Rule(*fault)
		switch {
		case g.invitations < 0:
			return fmt.Errorf("--invitations %d: want 0 or more", g.invitations)
		case g.live < 1:
			return fmt.Errorf("--live %d: want 1 or more", g.live)
		case faults[g.fault].operation && *format != "har":
			return fmt.Errorf("--fault %s is about operations, which only --format har shows", g.fault)
		}
		g.random = rand.New(rand.NewPCG(*seed, 0))
		g.form = *format
		out := bufio.NewWriterSize(command.OutOrStdout(), 1<<18)
		g.out = out
		var err error
		if *zip {
			z := gzip.NewWriter(out)
			g.out = z
			g.write()
			err = z.Close()
		} else {
			g.write()
		}
		return cmp.Or(g.err, err, out.Flush())
	}
	return command
}

var formats = []string{"lines", "concatenated", "document", "array", "webhook", "har"}

// around is what stands around the documents of a format, or the entries, between which there are commas then.
var around = map[string][2]string{
	"document": {`{"_links":{"self":{"href":"` + application + `/events?ack=1&key=5"}},"sender":[`, "]}\n"},
	"array":    {"[", "]\n"},
	"har":      {`{"log":{"version":"1.2","creator":{"name":"avinvite","version":"1"},"entries":[`, "]}}\n"},
}

// A planted fault changes the acts of an invitation of the direction, or of either if that is zero.
type plant struct {
	direction transitions.Direction
	operation bool // it shows in an operation
	change    func(acts []act) []act
}

// faults is how each rule is broken. An invitation of a faulty capture begins with started and ends with completed.
var faults = map[conformance.Rule]plant{
	conformance.RuleCompleted: {change: func(acts []act) []act {
		return append(acts, act{event: transitions.Updated(transitions.StateConnecting)})
	}},
	conformance.RuleDirection: {direction: transitions.Incoming, change: func(acts []act) []act {
		acts[0].event.State = transitions.StateAlerting
		return acts[:1]
	}},
	conformance.RuleUndefined: {direction: transitions.Outgoing, change: func(acts []act) []act {
		return []act{
			{event: transitions.Started(transitions.StateAlerting)}, {event: transitions.Updated(transitions.StateConnecting)},
			{event: transitions.Completed(transitions.StateConnected, codes.NoReason)},
		}
	}},
	conformance.RuleUndocumented: {change: ending(transitions.StateFailed, func(a *act) { a.subcode = "Weather" })},
	conformance.RuleReasonDirection: {
		direction: transitions.Incoming,
		change:    ending(transitions.StateFailed, func(a *act) { a.event.Reason = codes.RemoteFailureBusy }),
	},
	conformance.RuleReasonState: {
		direction: transitions.Outgoing,
		change:    ending(transitions.StateDeclined, func(a *act) { a.event.Reason = codes.RemoteFailureBusy }),
	},
	conformance.RuleContradiction: {change: ending(transitions.StateFailed, func(a *act) { a.status = "Success" })},
	conformance.RuleIncomplete:    {change: ending(transitions.StateConnected, func(a *act) { a.bare = true })},
	conformance.RuleToken: {change: func(acts []act) []act {
		acts[len(acts)-1].state = "Pending"
		return acts
	}},
	conformance.RuleFixedDirection: {change: func(acts []act) []act {
		acts[len(acts)-1].turned = true
		return acts
	}},
	conformance.RuleLink: {
		direction: transitions.Incoming,
		change:    ending(transitions.StateConnected, func(a *act) { a.linked = true }),
	},
	conformance.RuleOperation: {direction: transitions.Incoming, operation: true, change: func(acts []act) []act {
		accept := act{operation: transitions.OperationAccept, answer: 204}
		end := act{event: transitions.Completed(transitions.StateConnected, codes.NoReason)}
		return []act{acts[0], accept, {operation: transitions.OperationDecline, answer: 409}, end}
	}},
	conformance.RuleAnswer: {direction: transitions.Incoming, operation: true, change: func(acts []act) []act {
		return append([]act{acts[0], {operation: transitions.OperationAccept, answer: 418}}, acts[1:]...)
	}},
}

// ending replaces the completion by one in the state that is changed.
func ending(state transitions.State, change func(*act)) func([]act) []act {
	return func(acts []act) []act {
		end := act{event: transitions.Completed(state, codes.NoReason)}
		if state != transitions.StateConnected {
			end.event.Reason = codes.InformationalCanceled
		}
		change(&end)
		return []act{acts[0], end}
	}
}

func faultNames() []string {
	var names []string
	for rule := range faults {
		names = append(names, string(rule))
	}
	slices.Sort(names)
	return names
}

// act is one thing that happens to an invitation: an event, or an operation and the status of its answer.
type act struct {
	event     transitions.Event
	operation transitions.Operation
	answer    int

	// What is wrong about the event.
	status  string        // instead of the one that fits
	state   string        // instead of the event's
	subcode codes.Subcode // instead of the reason's
	bare    bool          // neither status nor resource nor reason
	turned  bool          // the other direction
	linked  bool          // with links, although it offers nothing
}

// generator writes one recording. It does without eventchannel.Writer, which refuses every planted fault, has no events
// about other things, and writes no baseuri.
type generator struct {
	invitations int
	live        int // invitations side by side
	fault       conformance.Rule
	form        string
	random      *rand.Rand
	out         io.Writer
	err         error // the first of the writer's

	ack    int
	now    time.Time
	parts  int
	buffer []byte
}

// life is an invitation that is being told of.
type life struct {
	number    int
	direction transitions.Direction
	pending   bool
	acts      []act // still to come
}

// put writes, unless writing has failed.
func (g *generator) put(b []byte) {
	if g.err == nil {
		_, g.err = g.out.Write(b)
	}
}

// write tells of all invitations, of any of the live ones next.
func (g *generator) write() {
	g.now = time.Date(2017, 4, 20, 12, 0, 0, 0, time.UTC)
	g.put([]byte(around[g.form][0]))
	var live []*life
	for next := 0; g.err == nil && (next < g.invitations || len(live) > 0); {
		for next < g.invitations && len(live) < g.live {
			live = append(live, g.begin(next))
			next++
		}
		n := g.random.IntN(len(live))
		l := live[n]
		g.tell(l, l.acts[0])
		if l.acts = l.acts[1:]; len(l.acts) == 0 {
			live[n] = live[len(live)-1]
			live = live[:len(live)-1]
		}
	}
	g.put([]byte(around[g.form][1]))
}

// begin makes up a life: a walk through what is legal.
func (g *generator) begin(number int) *life {
	l := &life{number: number, direction: transitions.Incoming + transitions.Direction(g.random.IntN(2))}
	fault, faulty := faults[g.fault]
	faulty = faulty && number%10 == 9
	if faulty && fault.direction != 0 {
		l.direction = fault.direction
	}
	i := transitions.New(l.direction)
	if faulty || g.random.IntN(5) > 0 { // aggregation may swallow the start
		i = g.step(l, i, transitions.EventStarted)
	}
	for range g.random.IntN(3) {
		i = g.step(l, i, transitions.EventUpdated)
	}
	operate := len(l.acts)
	i = g.step(l, i, transitions.EventCompleted)
	if done := operationBehind(i); done != transitions.OperationNone && g.form == "har" && operate > 0 {
		l.acts = slices.Insert(l.acts, operate, act{operation: done, answer: 204})
	}
	if faulty {
		l.acts = fault.change(l.acts)
	}
	return l
}

// operationBehind is the application's operation that leads to such an end, if one does.
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

// step takes one of the legal events of a type; every other completion is a success.
func (g *generator) step(l *life, i transitions.Invitation, t transitions.EventType) transitions.Invitation {
	var legal []transitions.Event
	for e := range i.Legal() {
		if e.Type == t {
			legal = append(legal, e)
		}
	}
	e := legal[g.random.IntN(len(legal))]
	if t == transitions.EventCompleted && g.random.IntN(2) == 0 {
		e = transitions.Completed(transitions.StateConnected, codes.NoReason)
	}
	l.acts = append(l.acts, act{event: e})
	next, _ := i.Step(e)
	return next
}

const (
	host        = "https://pool.contoso.example"
	application = "/platformservice/v1/applications/1627259584"
	query       = "?endpointId=sip%3Aattendant%40contoso.example"
	prefix      = transitions.RelPrefix
)

// tell writes one act: the event in a document with others, or the request of the operation.
func (g *generator) tell(l *life, a act) {
	g.now = g.now.Add(time.Duration(g.random.IntN(400)+20) * time.Millisecond)
	if a.operation != transitions.OperationNone {
		l.pending = l.pending || a.answer == 204
		g.entry("POST", g.operationHref(l, a.operation), a.answer, answers[a.answer])
		return
	}
	if g.random.IntN(20) == 0 {
		g.document(nil) // a heartbeat
	}
	g.document(func() { g.event(l, a) })
}

var answers = map[int]string{204: "", 409: `{"code":"Conflict","message":null}`, 418: `{"code":"Teapot"}`}

// document writes a document with the event among some about other things; without one, it is a heartbeat.
func (g *generator) document(event func()) {
	g.ack++
	root := application
	b := append(g.buffer[:0], `{"_links":{"self":{"href":"`...)
	b = fmt.Appendf(b, `%s/events?ack=%d&key=5"}`, root, g.ack)
	if event != nil {
		b = fmt.Appendf(b, `,"next":{"href":"%s/events?ack=%d&key=5"}`, root, g.ack+1)
	}
	b = append(b, '}')
	if g.form == "webhook" {
		b = append(b, `,"baseuri":"`+host+`/"`...)
	}
	g.buffer = append(b, `,"sender":[`...)
	senders := len(g.buffer)
	if event != nil {
		g.others(3 + g.random.IntN(4))
		g.buffer = append(g.buffer, `,{"rel":"`+prefix+`communication","href":"`+application+`/communication","events":[`...)
		event()
		g.buffer = append(g.buffer, `]}`...)
	}
	g.buffer = append(g.buffer, `]}`...)
	switch g.form {
	case "har":
		g.entry("GET", fmt.Sprintf("%s%s/events?ack=%d&key=5", host, application, g.ack), 200, string(g.buffer))
	case "document":
		if event != nil {
			g.part(g.buffer[senders : len(g.buffer)-len("]}")])
		}
	case "array":
		g.part(g.buffer)
	case "concatenated":
		g.put([]byte(strings.ReplaceAll(string(g.buffer), `,"`, ",\n\"") + "\n"))
	default:
		g.put(append(g.buffer, '\n'))
	}
}

// part writes one of several things between which there are commas.
func (g *generator) part(text []byte) {
	if g.parts++; g.parts > 1 {
		g.put([]byte(","))
	}
	g.put(append([]byte("\n"), text...))
}

// others writes a sender with n events about other things.
func (g *generator) others(n int) {
	g.buffer = append(g.buffer, `{"rel":"people","href":"`+application+`/people","events":[`...)
	for k := range n {
		if k > 0 {
			g.buffer = append(g.buffer, ',')
		}
		user := g.random.IntN(100_000)
		contact := fmt.Sprintf("%s/people/user%d%%40contoso.example", application, user)
		g.buffer = fmt.Appendf(g.buffer, `{"link":{"rel":"contactPresence","href":"%[1]s/presence"},`+
			`"in":{"rel":"contact","href":"%[1]s","title":"user %[2]d"},"_embedded":{"contactPresence":{`+
			`"activity":"In a call","availability":"Busy","deviceType":"Desktop","lastActive":"2017-04-20T11:59:00Z",`+
			`"_links":{"self":{"href":"%[1]s/presence"}},"rel":"contactPresence"}},"type":"updated"}`, contact, user)
	}
	g.buffer = append(g.buffer, `]}`...)
}

// event writes an event about the invitation.
func (g *generator) event(l *life, a act) {
	b := fmt.Appendf(g.buffer, `{"link":{"rel":"%saudioVideoInvitation","href":"%s%s"}`, prefix, g.href(l), query)
	completed := a.event.Type == transitions.EventCompleted
	switch {
	case a.status != "":
		b = append(b, `,"status":"`+a.status+`"`...)
	case completed && !a.bare && a.event.State == transitions.StateConnected:
		b = append(b, `,"status":"Success"`...)
	case completed && !a.bare:
		b = append(b, `,"status":"Failure"`...)
	}
	if !a.bare {
		b = g.resource(b, l, a)
	}
	if r := a.event.Reason; r != codes.NoReason && a.status == "" {
		subcode := r.Subcode()
		if a.subcode != "" {
			subcode = a.subcode
		}
		b = fmt.Appendf(b, `,"reason":{"code":%q,"subcode":%q,"message":null}`, r.Code(), subcode)
	}
	g.buffer = fmt.Appendf(b, `,"type":%q}`, a.event.Type)
}

// resource writes the invitation as it is embedded, with the links that it offers.
func (g *generator) resource(b []byte, l *life, a act) []byte {
	direction, state := l.direction, a.state
	if a.turned {
		direction = transitions.Incoming + transitions.Outgoing - direction
	}
	if state == "" {
		state = a.event.State.String()
	}
	b = fmt.Appendf(b, `,"_embedded":{"%saudioVideoInvitation":{`+
		`"direction":"%v","importance":"Normal","threadId":"AdRh%08d","state":%q,"operationId":"%08d",`+
		`"subject":"","to":"sip:amanda@fabrikam.example","_links":{"self":{"href":"%s%s"}`,
		prefix, direction, l.number, state, l.number, g.href(l), query)
	if a.event.State.Progress() && !l.pending && !a.turned || a.linked {
		i, _ := transitions.New(l.direction).Step(transitions.Updated(transitions.StateConnecting))
		for o := range i.Operations().All() {
			b = fmt.Appendf(b, `,"%s":{"href":"%s%s"}`, o.Rel(), g.operationHref(l, o), query)
		}
	}
	return append(b, `},"rel":"`+prefix+`audioVideoInvitation"}}`...)
}

func (g *generator) root() string {
	if g.form == "webhook" {
		return strings.TrimPrefix(application, "/")
	}
	return application
}

func (g *generator) href(l *life) string {
	return fmt.Sprintf("%s/communication/audioVideoInvitations/%08d", g.root(), l.number)
}

// operationHref is the link of an operation. That of cancel ends the modality, as in real payloads.
func (g *generator) operationHref(l *life, o transitions.Operation) string {
	if o == transitions.OperationCancel {
		return fmt.Sprintf("%s/communication/conversations/%08d/audioVideo/terminate", g.root(), l.number)
	}
	return g.href(l) + "/" + o.String()
}

// entry writes a request with its answer as a HAR has it.
func (g *generator) entry(method, url string, status int, answer string) {
	if strings.HasPrefix(url, "/") {
		url = host + url
	}
	text, _ := json.Marshal(answer) // of a string, which cannot fail
	g.part(fmt.Appendf(nil, `{"startedDateTime":%q,"time":15,`+
		`"request":{"method":%q,"url":%q,"httpVersion":"HTTP/1.1","cookies":[],"headers":[],"queryString":[],`+
		`"headersSize":-1,"bodySize":-1},`+
		`"response":{"status":%d,"statusText":"","httpVersion":"HTTP/1.1","cookies":[],"headers":[],`+
		`"content":{"size":%d,"mimeType":"application/json","text":%s},"redirectURL":"","headersSize":-1,"bodySize":-1},`+
		`"cache":{},"timings":{"send":0,"wait":15,"receive":0}}`,
		g.now.Format("2006-01-02T15:04:05.000Z07:00"), method, url, status, len(answer), text))
}
