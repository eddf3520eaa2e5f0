package eventchannel

import (
	"iter"
	"strconv"
)

// Document is an event document: its links, and its events about audio/video invitations. Its other parts are passed
// over. A heartbeat has no events.
//
// A client continues with Next; requesting Next also acknowledges this document. If the client sent a wrong
// acknowledgement, the document has Resync instead of Next: the client clears its transient state and continues with
// Resync, which leads to the first document that is not acknowledged. If the client was away for so long that its
// conversations and subscriptions are gone, the document has Resume (UCWA/EventChannelDetails.md). These hrefs are
// absolute if BaseURI is not empty. The documents of a webhook have no links to follow.
type Document struct {
	Place   Place
	BaseURI string // the base of relative hrefs; "" when absent

	// Hrefs, "" when absent. The query of Self distinguishes the documents of a channel: see [Document.Key] and
	// [Document.Ack].
	Self, Next, Resync, Resume string

	events []told
}

// told is an event or an error that Events yields.
type told struct {
	event *Event
	err   error
}

// Events yields the document's events about audio/video invitations in their order, and an *[Error] in the place of
// each event that cannot be read.
func (d *Document) Events() iter.Seq2[*Event, error] {
	return func(yield func(*Event, error) bool) {
		for _, t := range d.events {
			if !yield(t.event, t.err) {
				return
			}
		}
	}
}

// Key returns the parameter key in the query of Self, "" if there is none. A key names one conversation of one
// application. The numbers of [Document.Ack] order only the documents of one key (SDK/Tests/Data).
func (d *Document) Key() string { return parameter(d.Self, "key") }

// Ack returns the parameter ack in the query of Self, which is the number of the document. ok is false if there is no
// ack, or if it is not a number of 0 or more.
func (d *Document) Ack() (number int64, ok bool) {
	number, err := strconv.ParseInt(parameter(d.Self, "ack"), 10, 64)
	return number, err == nil && number >= 0
}
