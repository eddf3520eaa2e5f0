package eventchannel

import (
	"iter"
	"strconv"
)

// Document is an event document, as far as it matters here: its links, and its events about invitations. A
// heartbeat is one without either.
//
// A client goes on with Next, which also acknowledges this document. Where there is none, there may be Resync: the
// client acknowledged what it should not have, forgets what it knows of what was not acknowledged, and goes on
// there. Or there is Resume: the client was away for so long that its conversations and subscriptions are gone
// (UCWA/EventChannelDetails.md). The hrefs are resolved like those of events. A webhook has nothing to follow.
type Document struct {
	Place   Place
	BaseURI string // what relative hrefs are relative to; "" when absent

	// Hrefs, "" when absent. Self has the query that tells documents apart: see [Document.Key] and [Document.Ack].
	Self, Next, Resync, Resume string

	events []told
}

// told is an event or an error that Events yields.
type told struct {
	event *Event
	err   error
}

// Events yields the document's events about audio/video invitations in their order, and an *[Error] in the place of
// anything that is not as it must be.
func (d *Document) Events() iter.Seq2[*Event, error] {
	return func(yield func(*Event, error) bool) {
		for _, t := range d.events {
			if !yield(t.event, t.err) {
				return
			}
		}
	}
}

// Key returns the key that the document's self link names, "" if it names none. It stands for one conversation of one
// application, whose documents alone the numbers of [Document.Ack] order (SDK/Tests/Data).
func (d *Document) Key() string { return parameter(d.Self, "key") }

// Ack returns the number of the document that its self link names. It reports false if that is no number.
func (d *Document) Ack() (number int64, ok bool) {
	number, err := strconv.ParseInt(parameter(d.Self, "ack"), 10, 64)
	return number, err == nil && number >= 0
}
