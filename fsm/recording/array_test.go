package recording_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/recording"
)

// document is an event document about an invitation.
func document(href string) string {
	return `{"sender":[{"events":[{"link":{"rel":"audioVideoInvitation","href":"` + href + `"},"type":"started"}]}]}`
}

// read returns the hrefs of the events in a recording, and the faults.
func read(input string) (hrefs []string, faults []*eventchannel.Error) {
	for item, err := range recording.Items(strings.NewReader(input)) {
		if fault := new(eventchannel.Error); errors.As(err, &fault) {
			faults = append(faults, fault)
		} else if item.Event != nil {
			hrefs = append(hrefs, item.Event.Href())
		}
	}
	return hrefs, faults
}

// TestBrokenElement breaks an element of an array, in each layout that arrays have in files, at every byte: cut short, a
// byte gone, or something foreign there. The elements around it are read, and nothing is said against them.
func TestBrokenElement(t *testing.T) {
	pretty := func(href string) string {
		var b bytes.Buffer
		_ = json.Indent(&b, []byte(document(href)), "  ", "  ")
		return b.String()
	}
	for _, layout := range []struct {
		name, begin, between, end string
		document                  func(string) string
	}{
		{"commas behind", "[", ",\n", "]", document},
		{"brackets on their own", "[\n", ",\n", "\n]\n", document},
		{"commas before", "[", "\n,", "\n]", document},
		{"commas before, with a space", "[ ", "\n, ", "\n]", document},
		{"indented", "[\n  ", ",\n  ", "\n]", pretty},
		{"indented, commas before", "[\n  ", "\n, ", "\n]", pretty},
	} {
		t.Run(layout.name, func(t *testing.T) {
			whole := layout.document("broken")
			for n := range len(whole) {
				broken := []string{whole[:n], whole[:n] + whole[n+1:]}
				for _, foreign := range []string{`"`, `\`, "{", "}", "[", "]", ",", ":", "\xff"} {
					broken = append(broken, whole[:n]+foreign+whole[n:], whole[:n]+foreign+whole[n+1:])
				}
				for _, b := range broken {
					for _, at := range []int{1, 3} {
						elements := []string{layout.document("1"), layout.document("2"), layout.document("3")}
						elements = slices.Insert(elements, at, b)
						input := layout.begin + strings.Join(elements, layout.between) + layout.end
						hrefs, faults := read(input)
						hrefs = slices.DeleteFunc(hrefs, func(h string) bool { return !slices.Contains([]string{"1", "2", "3"}, h) })
						if !slices.Equal(hrefs, []string{"1", "2", "3"}) {
							t.Fatalf("%s:\n%v read, want all others; faults %v", input, hrefs, faults)
						}
						end := len(input)
						if at < 3 {
							end = strings.Index(input, elements[at+1])
						}
						for _, f := range faults {
							if f.Place.Document != at+1 && f.Place.Offset > int64(end) {
								t.Fatalf("%s:\n%v, want no fault behind byte %d", input, f, end)
							}
						}
					}
				}
			}
		})
	}
}

// TestBrokenElementLate has the element behind a broken one begin at every byte about the end of a buffer.
func TestBrokenElementLate(t *testing.T) {
	for space := range 64 {
		input := "[" + document("1")[:40] + strings.Repeat(" ", 1<<12-100+space) + ",\n" + document("2") + "]"
		if hrefs, faults := read(input); !slices.Equal(hrefs, []string{"2"}) || len(faults) != 1 {
			t.Fatalf("%d spaces: %q, faults %v, want one of each", space, hrefs, faults)
		}
	}
}

// TestArrays has several arrays one after the other, and empty ones.
func TestArrays(t *testing.T) {
	d := document("i")
	for input, want := range map[string]int{
		"[]": 0, "[ ]\n[]": 0, "[" + d + "][" + d + "]": 2, "[" + d + "," + d + "]\n[]\n  [" + d + "]": 3,
		"[\n" + d + "\n]\n[\n" + d + ",\n" + d + "\n]\n": 3,
	} {
		if hrefs, faults := read(input); len(hrefs) != want || faults != nil {
			t.Errorf("%s: %q, faults %v, want %d", input, hrefs, faults, want)
		}
	}
}

// TestStop leaves the loop at every item.
func TestStop(t *testing.T) {
	for _, input := range []string{
		document("1") + "\n" + document("2") + "{", "[" + document("1") + "," + document("2") + "{",
		capture, `{"log":{"entries":[7,` + strings.TrimPrefix(capture, `{"log":{"entries":[`),
	} {
		for stop := range 4 {
			n := 0
			for range recording.Items(strings.NewReader(input)) {
				if n++; n > stop {
					break
				}
			}
		}
	}
}

// TestPlace finds the entry of an item by its offset, whatever stands before and between them.
func TestPlace(t *testing.T) {
	for _, before := range []string{"", "\uFEFF", " \n\t"} {
		_, entry, _ := strings.Cut(capture, `"entries":[`)
		entry = strings.TrimSuffix(entry, "]}}")
		input := before + `{"log":{"entries":[` + entry + ",\n\t " + entry + "]}}"
		places := 0
		for item, err := range recording.Items(strings.NewReader(input)) {
			if err != nil || input[item.Place.Offset] != '{' || !strings.HasPrefix(input[item.Place.Offset+1:], "\n\t\"startedDateTime\"") {
				t.Fatalf("%v, error %v, want the begin of an entry", item.Place, err)
			}
			places++
		}
		if places < 4 {
			t.Errorf("%d items, want four and more", places)
		}
	}
}
