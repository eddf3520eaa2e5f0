package eventchannel_test

import (
	"fmt"
	"math"
	"strings"

	"github.com/avinvite/avinvite/fsm/eventchannel"
)

// A log of another form, with an event document as text in each entry. A body without a fault is read where it stands.
func ExampleFrame() {
	const log = `[{"sequence":41,"body":"{\"sender\":[{\"events\":[{\"link\":{\"rel\":\"audioVideoInvitation\",` +
		`\"href\":\"i/1\"},\"type\":\"started\"}]}]}","size":{"raw":1}},{"sequence":42,"body":"{\"sender\":0}"}]`
	f := eventchannel.NewFrame(strings.NewReader(log), 0)
	whole, exact := eventchannel.NewReader(nil), eventchannel.NewReader(nil)
	sequence, body := math.NaN(), []byte{}
	for f.Open(); f.More(); {
		entry := f.Place()
		for f.Open(); f.More(); {
			switch name := string(f.Name()); {
			case name == "sequence" && f.Kind() == '0':
				sequence = f.Number()
			case name == "body" && f.Kind() == '"':
				body = f.Text(body[:0])
			default:
				f.Skip()
			}
		}
		fmt.Printf("%s at byte %d has number %v\n", entry.Pointer, entry.Offset, sequence)
		if whole.RawDocument(body, func(e *eventchannel.RawEvent) bool {
			fmt.Println(e.Type, e.Href())
			return true
		}) {
			continue
		}
		exact.Reset(strings.NewReader(string(body)))
		for e, err := range exact.RawEvents() {
			fmt.Println(e, err)
		}
	}
	fmt.Println(f.Err(), f.End())
	// Output:
	// /0 at byte 1 has number 41
	// started i/1
	// /1 at byte 157 has number 42
	// <nil> eventchannel: document 1, byte 10, /sender: a number, want an array of senders
	// <nil> true
}

// A program that has found enough stops. The fault that End does not find is the program's own.
func ExampleFrame_Stop() {
	f := eventchannel.NewFrame(strings.NewReader(`{"a":1,"b":[2,{]}`), 0)
	for f.Open(); f.More(); f.Skip() {
		if string(f.Name()) == "a" {
			f.Stop()
		}
	}
	fmt.Println(f.End())

	f = eventchannel.NewFrame(strings.NewReader(`{"a":1,"b":[2,{]}`), 0)
	for f.Open(); f.More(); f.Skip() {
	}
	fmt.Println(f.Err())
	// Output:
	// false
	// eventchannel: byte 15, /b/1: ']', want the name of a member
}
