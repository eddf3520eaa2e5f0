package module_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/avinvite/avinvite/fsm/eventchannel"
)

// limitRow is a row of the table of limits. Its value stands in the source, as a constant or as the default of a field;
// the reader of documents is asked for its defaults by giving it too much.
type limitRow struct {
	limit  string
	from   string // the constants and the fields, as file.go:name, separated by spaces; or a word of LimitError.What
	unit   string // "bytes", "time", or "" for a number
	name   string // how a program changes or names the limit; "" if it cannot
	beyond string
}

const refused = "a `LimitError`; reading goes on at the next document"

// limitsFile has the table.
const limitsFile = "fsm/LIMITS.md"

var limits = []limitRow{
	{"Nesting of arrays and objects in an event document", "depth", "", "`eventchannel.Limits.Depth`, at most 10,000", refused},
	{"An event document", "document", "bytes", "`eventchannel.Limits.Document`", refused},
	{"A string in an event document", "string", "bytes", "`eventchannel.Limits.String`", refused},
	{"Events in an event document", "events", "", "`eventchannel.Limits.Events`", refused},
	{"A media offer, and its parts", "fsm/eventchannel/datauri.go:MaxDataURI fsm/eventchannel/datauri.go:MaxDataParts", "bytes",
		"`eventchannel.MaxDataURI`, `eventchannel.MaxDataParts`", "an error of `Resource.MediaOffer`"},
	{"operationId, sessionContext, subject, in UTF-16 code units", "transitions/request.go:MaxOperationID transitions/request.go:MaxSessionContext transitions/request.go:MaxSubject", "",
		"`transitions.MaxOperationID`, `transitions.MaxSessionContext`, `transitions.MaxSubject`",
		"a server refuses with 400; a checker finds `too-long`"},
	{"The unpacked size of a compressed body in a HAR", "fsm/recording/exchange.go:maxBody", "bytes", "", "the body is reported as unreadable"},
	{"The duration of a request in a HAR", "fsm/recording/har.go:longest", "time", "", "reported, and taken for unknown"},
	{"Addresses in a HAR that are known to carry documents", "fsm/recording/exchange.go:maxCarried", "", "",
		"an unreadable body at any further address may be passed over"},
	{"Unreadable bodies of POSTs in a HAR, kept until its end shows whether they may have been documents", "fsm/recording/exchange.go:maxSuspects", "", "",
		"a further one is passed over"},
	{"The unpacked size of a compressed body in a HAR when `avinvite redact` reads it", "fsm/cmd/avinvite/internal/redact/har.go:maxBody", "bytes", "",
		"replaced by a body that is reported as unreadable"},
	{"Requests in a HAR that start a call and are redirected, whose input is kept for the request that follows", "fsm/conformance/start.go:maxRedirected", "", "",
		"the input of a later one is not kept; the request that follows has only its own input"},
	{"Unreadable places that an error names", "fsm/conformance/read.go:maxErrors", "", "", "counted"},
	{"Events and operations of an invitation that can still be put in order", "fsm/conformance/store.go:window", "", "",
		"an older one that comes late or again is judged as a new one"},
	{"Open invitations of a stream that is followed, and ended ones whose grace has not passed", "fsm/conformance/follow.go:DefaultLimit", "",
		"`conformance.Follower.Limit`", "the oldest is judged as it stands, and forgotten"},
	{"Forgotten invitations whose late events are recognised", "fsm/conformance/forget.go:maxGone", "", "", "a late event begins a new invitation"},
	{"Links of an invitation that are remembered", "fsm/conformance/link.go:maxLinks", "", "", "a later link is not remembered, and requests to it are passed over"},
	{"Requests in a HAR that wait for the link of their operation", "fsm/conformance/link.go:maxHeld", "", "",
		"the first is judged by the links known then"},
	{"Kinds of events and requests that are passed over", "fsm/conformance/link.go:maxPassed", "", "", "further kinds are counted together as \"others\""},
	{"Steps, and findings, of a verdict", "fsm/conformance/verdict.go:MaxSteps fsm/conformance/verdict.go:MaxFindings", "",
		"`conformance.MaxSteps`, `conformance.MaxFindings`", "counted; the completion is kept"},
	{"Different outcomes of a summary", "fsm/conformance/summary.go:MaxOutcomes", "", "`conformance.MaxOutcomes`", "counted together"},
	{"Events of a history", "fsm/history/history.go:MaxEvents", "", "`history.MaxEvents`", "completions are kept first, then the earliest"},
	{"A request of a client; a document at its webhook", "fsm/client/client.go:defaultTimeout", "time", "`client.Client.Timeout`, `client.Webhook.Timeout`",
		"a poll is tried again; the webhook answers 408 or 503"},
	{"The timeout of a client's poll: if its URL has none; and at most", "fsm/client/poll.go:defaultPoll fsm/client/poll.go:maxPoll", "time", "parameter `timeout` of its URL", "tried again"},
	{"Trying again without success", "fsm/client/client.go:defaultGiveUp", "time", "`client.Client.GiveUp`", "the last error"},
	{"A pause of a client, unless the service asks for a longer one", "fsm/client/backoff.go:maxWait", "time", "", "the pauses grow no further"},
	{"Redirects of a request", "fsm/client/client.go:maxRedirects", "", "", "an error"},
	{"Documents of a channel that are known when they come again", "fsm/client/poll.go:maxSeen", "", "", "yielded again; `Calls` and histories do not change by the repetition"},
	{"Calls that a client keeps", "fsm/client/calls.go:defaultMax", "", "`client.Calls.Max`", "the first to end is dropped, or else the oldest, which is reported"},
	{"callbackUrl, in UTF-16 code units", "fsm/client/operation.go:maxCallbackURL", "", "", "an error before the request"},
	{"Applications of a simulated service", "fsm/service/service.go:Applications", "", "`service.Limits.Applications`", "410 Gone/TooManyApplications"},
	{"Calls of an application under way", "fsm/service/service.go:Live", "", "`service.Limits.Live`", "429"},
	{"Calls of all applications, with those that have ended", "fsm/service/service.go:Calls", "", "`service.Limits.Calls`",
		"the first to end is forgotten: 404; if none has ended, 429"},
	{"Events that wait for the polls of an application", "fsm/service/service.go:Events", "", "`service.Limits.Events`", "dropped; a poll gets a link `resume`"},
	{"Events that wait for the webhooks of an application", "fsm/service/service.go:Posts", "", "`service.Limits.Posts`", "dropped"},
	{"Events of all applications that wait", "fsm/service/service.go:Waiting", "", "`service.Limits.Waiting`",
		"the longest queue for polls is dropped, and a poll gets a link `resume`"},
	{"Requests of an application at once", "fsm/service/service.go:Requests", "", "`service.Limits.Requests`", "429"},
	{"The body of a request", "fsm/service/service.go:Body", "bytes", "`service.Limits.Body`", "413"},
	{"The bodies of all requests at once", "fsm/service/service.go:Bodies", "bytes", "`service.Limits.Bodies`", "429"},
	{"Events in the body of `POST /simulation/incoming`", "fsm/service/resources.go:maxSteps", "", "", "400"},
	{"from, to, threadId, callbackUrl, callbackContext, and the endpoint of a request, in UTF-16 code units", "fsm/service/input.go:maxMember", "", "",
		"400; a callbackContext in the answer of a webhook is ignored"},
	{"The host that a request names, in bytes", "fsm/service/route.go:maxHost", "", "", "421"},
	{"The time in which a client of the simulated service must send its request, and again in which it must take the answer", "fsm/service/route.go:patience", "time", "", "the connection is closed"},
	{"Events in a document that the simulated service sends", "fsm/service/service.go:Batch", "", "`service.Limits.Batch`", "the others follow in the next document"},
	{"A poll without events", "fsm/service/service.go:Idle", "time", "`service.Script.Idle`", "a document with no more than a link `next`"},
	{"The answer of a webhook", "fsm/service/webhook.go:maxTaken", "bytes", "", "the rest is not read"},
	{"Posts of a document after the first, to a webhook that does not take it", "fsm/service/service.go:Retries", "", "`service.Limits.Retries`", "dropped"},
	{"A claim of an operation in a fleet", "fsm/fleet/fleet.go:Lease", "time", "`fleet.Config.Lease`", "another replica may claim the operation"},
	{"An invitation of a fleet without a new event", "fsm/fleet/fleet.go:Keep", "time", "`fleet.Config.Keep`", "forgotten"},
	{"An attempt to reach the servers of a fleet", "fsm/fleet/store.go:attemptTime", "time", "", "tried again until the context ends"},
	{"Configurations of an implementation that `suite.From` searches", "transitions/suite/machine.go:maxConfigurations", "", "", "an error of `suite.From`"},
	{"A line of an implementation under test", "fsm/cmd/avinvite/internal/testee/runner.go:longest", "bytes", "", "the run ends, with status 2"},
	{"Waiting for a line of an implementation under test", "fsm/cmd/avinvite/test.go:defaultTimeout", "time", "`--timeout`",
		"the implementation is started again, 3 times at most"},
	{"Invitations on an HTML report, and unreadable parts that it names", "fsm/cmd/avinvite/internal/page/report.go:mostInvitations fsm/cmd/avinvite/internal/page/report.go:mostUnread", "", "",
		"counted; those with a finding come first"},
	{"Failures that a report shows", "fsm/cmd/avinvite/internal/testreport/testreport.go:maxFailures", "", "`--format json` shows all", "counted"},
}

// caches are limits beyond which work is done again, and nothing else changes.
var caches = []string{
	"fsm/conformance/names.go:maxText", "fsm/conformance/names.go:maxTexts", "fsm/conformance/reasons.go:maxReasons",
	"fsm/eventchannel/parser.go:maxReasons", "fsm/eventchannel/parser.go:maxReason", "fsm/eventchannel/parser.go:maxRels",
	"fsm/eventchannel/shape.go:maxShapes", "fsm/eventchannel/shape.go:maxShape", "fsm/eventchannel/shape.go:maxBranches", "fsm/eventchannel/shape.go:maxHoles", "fsm/eventchannel/shape.go:maxEvents",
	"fsm/eventchannel/scanner.go:maxDepth", "fsm/cmd/avinvite/internal/redact/redact.go:maxPart",
	"fsm/cmd/avinvite/internal/redact/redact.go:maxString",
}

// limitTable returns the text of the file of limits.
func limitTable(t *testing.T) string {
	constants, defaults := constants(t), defaultLimits(t)
	var b strings.Builder
	b.WriteString(`# Limits

These limits prevent an input or a remote client from filling the memory, and a program from waiting for ever. Real
traffic is far below them. Only a limit whose name is a field, a flag or a parameter can be changed; the other names are
constants. The queue of a Machine has no limit, because events come at the pace of a network. The model has no time-out,
because the documentation gives none for an unanswered call.

`)
	b.WriteString("| limit | default | name | beyond it |\n|---|--:|---|---|\n")
	for _, r := range limits {
		var values []string
		for from := range strings.FieldsSeq(r.from) {
			value, ok := defaults[from]
			if strings.Contains(from, ":") {
				value, ok = constants[from]
			}
			if !ok {
				t.Errorf("there is no limit %s", from)
			}
			values = append(values, amount(value, r.unit))
			r.unit = strings.TrimSuffix(r.unit, "bytes") // of a row with several values, the first has the unit
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", r.limit, strings.Join(values, ", "), r.name, r.beyond)
	}
	return b.String()
}

// amount writes a value in its unit.
func amount(value int64, unit string) string {
	switch {
	case unit == "time":
		text := time.Duration(value).String()
		for _, nothing := range []string{"m0s", "h0m"} {
			if strings.HasSuffix(text, nothing) {
				text = text[:len(text)-len("0s")]
			}
		}
		return text
	case unit == "bytes" && value%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", value>>20)
	case unit == "bytes" && value%(1<<10) == 0:
		return fmt.Sprintf("%d KiB", value>>10)
	}
	text := fmt.Sprint(value)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}

// constants returns the numbers among the constants of the module's packages, as file.go:name, and the defaults of
// fields: the second argument of a cmp.Or whose first is the field, and the constant beside the address of a field.
func constants(t *testing.T) map[string]int64 {
	t.Helper()
	all := map[string]int64{}
	err := filepath.WalkDir(".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return err
		}
		files := token.NewFileSet()
		parsed, err := parser.ParseFile(files, file, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		add := func(name string, e ast.Expr) {
			text := strings.NewReplacer("time.Hour", "3600_000_000_000", "time.Second", "1_000_000_000").Replace(types.ExprString(e))
			evaluated, err := types.Eval(files, nil, token.NoPos, text)
			if err != nil || evaluated.Value == nil {
				return
			}
			if value, exact := constant.Int64Val(constant.ToInt(evaluated.Value)); exact {
				all[filepath.ToSlash(file)+":"+name] = value
			}
		}
		addField := func(list []ast.Expr) {
			if len(list) != 2 {
				return
			}
			field := list[0]
			if address, is := field.(*ast.UnaryExpr); is {
				field = address.X
			}
			if selector, is := field.(*ast.SelectorExpr); is {
				add(selector.Sel.Name, list[1])
			}
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				for k, name := range n.Names {
					if k < len(n.Values) {
						add(name.Name, n.Values[k])
					}
				}
			case *ast.CallExpr:
				if types.ExprString(n.Fun) == "cmp.Or" {
					addField(n.Args)
				}
			case *ast.CompositeLit:
				addField(n.Elts)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// defaultLimits reads too much of everything, and returns the limit that each error names. After each there is a whole
// document, which must be read.
func defaultLimits(t *testing.T) map[string]int64 {
	t.Helper()
	found := map[string]int64{}
	for what, input := range map[string]string{
		"depth":    `{"a":` + strings.Repeat("[", 200),
		"document": "{" + strings.Repeat(" ", 65<<20) + "}",
		"string":   `{"a":"` + strings.Repeat("b", 5<<20) + `"}`,
		"events":   `{"sender":[{"events":[{}` + strings.Repeat(",{}", 100_001) + "]}]}",
	} {
		after := false
		channel := strings.NewReader(input + "\n" + `{"_links":{"next":{"href":"/after"}}}` + "\n")
		for document, err := range eventchannel.NewReader(channel).Documents() {
			var limit *eventchannel.LimitError
			if errors.As(err, &limit) && limit.What == what {
				found[what] = limit.Limit
			}
			after = after || err == nil && document.Next == "/after"
		}
		if !after {
			t.Errorf("after a document beyond the limit of its %s, the next one is not read", what)
		}
	}
	return found
}

// TestLimits: in the packages that programs may import, every constant that is named as a limit and every field of a type
// Limits has a row, or is among the caches.
func TestLimits(t *testing.T) {
	inRoot(t)
	named := slices.Clone(caches)
	for _, r := range limits {
		named = append(named, strings.Fields(r.from)...)
	}
	limit := regexp.MustCompile(`:[Mm]ax[A-Z]`)
	for name := range constants(t) {
		file, _, _ := strings.Cut(name, ":")
		imported := slices.Contains(libraries(), filepath.ToSlash(filepath.Dir(file)))
		if imported && limit.MatchString(name) && !slices.Contains(named, name) {
			t.Errorf("%s has no row in limits_test.go; add one that says what happens beyond it", name)
		}
	}
	table := read(t, limitsFile)
	for name := range declarations(t) {
		if strings.Contains(name, ".Limits.") && !strings.Contains(table, "`"+name+"`") {
			t.Errorf("%s has no row in limits_test.go; add one that says what happens beyond it", name)
		}
	}
}
