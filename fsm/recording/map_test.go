package recording_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/avinvite/avinvite/fsm/recording"
)

// webhook is that many event documents of some 700 bytes. Some have an event of another kind, or resume. In the first
// third, some are broken: a block that has one is not read ahead.
func webhook(n int) (all []string) {
	for k := range n {
		d := document(fmt.Sprintf("i/%d?%s", k, strings.Repeat("x", 600)))
		switch broken := k < n/3; k % 100 {
		case 31:
			if broken {
				d = d[:len(d)-20-k%7]
			}
		case 52:
			d = strings.ReplaceAll(d, "audioVideoInvitation", "messagingInvitation")
		case 73:
			d = `{"_links":{"resume":{"href":"r"}},` + d[1:]
		case 94:
			if broken {
				d = strings.Replace(d, "started", "begun", 1)
			}
		}
		all = append(all, d)
	}
	return all
}

// written returns a recording as a Writer writes it. A HAR takes any text for a body.
func written(t *testing.T, form recording.Form, documents []string) string {
	var b bytes.Buffer
	w := recording.NewWriter(&b, form)
	for n, d := range documents {
		at := time.Date(2024, 5, 6, 9, 0, n, 0, time.UTC)
		if err := w.Document([]byte(d), "https://pool.example/events?ack=1", at, time.Second/2); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Map yields the same as Items, in the same order, for every form and however many cores there are. Each recording has
// several blocks that Map reads ahead.
func TestMap(t *testing.T) {
	documents := webhook(1200)
	var senders, whole []string
	for _, d := range documents {
		if json.Valid([]byte(d)) {
			_, sender, _ := strings.Cut(strings.TrimSuffix(d, "]}"), `"sender":[`)
			senders, whole = append(senders, sender), append(whole, d)
		}
	}
	lines, one := written(t, recording.Lines, documents), "{\"sender\":[\n"+strings.Join(senders, ",\n")+"\n]}\n"
	forms := map[string]string{
		"lines":                  lines,
		"lines of Windows":       strings.ReplaceAll(lines, "\n", "\r\n"),
		"lines, the last is cut": strings.TrimSuffix(lines, "}\n"),
		"documents in one line":  strings.Join(whole, " "),
		"one document":           strings.ReplaceAll(one, "\n", ""),
		"one document, indented": one,
		"one, then lines":        one + lines,
		"lines, then one":        lines + one,
		"an array":               written(t, recording.Array, documents),
		"lines, gzip":            zip(t, lines),
		"two parts, gzip":        zip(t, lines) + zip(t, one),
		"a HAR":                  written(t, recording.HAR, documents),
	}
	for name, input := range forms {
		t.Run(name, func(t *testing.T) {
			var want []string
			for item, err := range recording.Items(strings.NewReader(input)) {
				want = append(want, told(item, err)+placed(item))
			}
			if len(want) < 1150 {
				t.Fatalf("%d items, want one of nearly each document", len(want))
			}
			for _, cores := range []int{1, 2, 8} {
				before := runtime.GOMAXPROCS(cores)
				var got []string
				type result struct {
					item recording.Item
					text string
				}
				for r := range recording.Map(strings.NewReader(input), func(item recording.Item, err error) result {
					return result{item, told(item, err)}
				}) {
					got = append(got, r.text+placed(r.item))
				}
				runtime.GOMAXPROCS(before)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("on %d cores (-Items +Map):\n%.2000s", cores, diff)
				}
			}
		})
	}
}

// told has the parts of an item that are known while it is read ahead.
func told(item recording.Item, err error) string {
	text := fmt.Sprintf("%v %s %q %t %v", item.Time, item.URL, item.PassedOver, item.Resumed, err)
	if item.Request != nil {
		text += request(item.Request)
	}
	if e := item.Event; e != nil {
		text += fmt.Sprintf(" %v %s %q %v %d", e.Type, e.Href(), e.Sender, e.Operations, e.Ordinal())
	}
	return text
}

// placed has the parts of an event that are known when it is yielded.
func placed(item recording.Item) string {
	if item.Event == nil {
		return fmt.Sprint(item.Place)
	}
	return fmt.Sprint(item.Event.Place(), item.Event.Document().Place)
}
