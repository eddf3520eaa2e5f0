package module_test

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
)

// coverageList has every sentence and every row of a table of the specification once: its section, how it begins, how
// many times it stands there, what has its meaning here (an identifier, or a law as law:4), and what is left out, because.
// Headings, of sections and of tables, are no sentences.
//
//go:embed coverage.csv
var coverageList string

// counted are the places that have one value for each row of a table.
var counted = map[string]func() int{
	"codes.Codes":             func() int { return count(codes.Codes()) },
	"codes.Rows":              func() int { return count(codes.Rows()) },
	"codes.SynchronousErrors": func() int { return count(codes.SynchronousErrors()) },
}

// coverage is the list by sections: how many sentences each has, where they are, and what is left out.
func coverage(t *testing.T) string {
	records, err := csv.NewReader(strings.NewReader(coverageList)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	declared := declarations(t)
	for _, law := range laws.All() {
		declared["law:"+strconv.Itoa(law.Number)] = true
	}
	type section struct {
		sentences       int
		places, because []string
	}
	sections, order := map[string]*section{}, []string{}
	for n, record := range records[1:] {
		name, text, places, because := record[0], record[1], strings.Fields(record[3]), record[4]
		times, err := strconv.Atoi(record[2])
		if err != nil || text == "" || len(places) == 0 && because == "" {
			t.Errorf("coverage.csv:%d: want a text, a number of times, and a place or a reason why it is left out", n+2)
		}
		for _, place := range places {
			if !declared[place] {
				t.Errorf("coverage.csv:%d: nothing declares %s", n+2, place)
			}
			if rows := counted[place]; rows != nil && times > 1 && rows() != times {
				t.Errorf("coverage.csv:%d: %s has %d values for %d rows", n+2, place, rows(), times)
			}
		}
		if sections[name] == nil {
			sections[name], order = &section{}, append(order, name)
		}
		s := sections[name]
		s.sentences += times
		s.places = append(s.places, places...)
		if because != "" {
			s.because = append(s.because, because)
		}
	}
	var b strings.Builder
	b.WriteString("| section | sentences and rows | where they are | left out, because |\n|---|--:|---|---|\n")
	for _, name := range order {
		s := sections[name]
		fmt.Fprintf(&b, "| %s | %d | %s | %s |\n", name, s.sentences, named(s.places), strings.Join(unique(s.because), "; "))
	}
	return b.String()
}

// named lists identifiers by package, and then the laws by number.
func named(places []string) string {
	var packages, lists []string
	var numbers []int
	for _, place := range unique(places) {
		if number, is := strings.CutPrefix(place, "law:"); is {
			n, _ := strconv.Atoi(number)
			numbers = append(numbers, n)
			continue
		}
		of, member, _ := strings.Cut(place, ".")
		n := slices.Index(packages, of)
		if n < 0 {
			packages, lists, n = append(packages, of), append(lists, "`"+of+"`:"), len(lists)
		}
		lists[n] += " " + member
	}
	slices.Sort(numbers)
	if len(numbers) > 0 {
		lists = append(lists, "laws: "+strings.Trim(fmt.Sprint(numbers), "[]"))
	}
	return strings.Join(lists, "; ")
}

// unique keeps the first of each text.
func unique(list []string) (kept []string) {
	for _, text := range list {
		if !slices.Contains(kept, text) {
			kept = append(kept, text)
		}
	}
	return kept
}

// TestSamples reads the samples of event data that the specification shows under Events, which differ in two places.
func TestSamples(t *testing.T) {
	const sample = `{ "_links" : { "self" : { "href" : "http://sample:80/ucwa/v1/applications/appId/events?ack=%[1]d" }, ` +
		`"next" : { "href" : "http://sample:80/ucwa/v1/applications/appId/events?ack=%[1]d" } }, "sender" : [ ` +
		`{ "rel" : "ms:rtc:saas:communication", "href" : "communication", "events" : [ { "link" : ` +
		`{ "rel" : "ms:rtc:saas:audioVideoInvitation", "href" : "communication/invitations/137" }, "type" : "%[2]v" } ] } ] }`
	for kind, ack := range map[transitions.EventType]int64{
		transitions.EventStarted: 37, transitions.EventUpdated: 21, transitions.EventCompleted: 53,
	} {
		read := 0
		for e, err := range eventchannel.NewReader(strings.NewReader(fmt.Sprintf(sample, ack, kind))).Events() {
			if err != nil {
				t.Fatal(err)
			}
			read++
			number, ok := e.Document.Ack()
			if e.Type != kind || e.Sender != transitions.RelCommunication || e.Href != "communication/invitations/137" ||
				!ok || number != ack || !strings.HasSuffix(e.Document.Next, fmt.Sprintf("/ucwa/v1/applications/appId/events?ack=%d", ack)) {
				t.Errorf("the sample of %v is read as %+v of %+v", kind, e, e.Document)
			}
		}
		if read != 1 {
			t.Errorf("the sample of %v has %d events, want 1", kind, read)
		}
	}
}
