package client

import (
	"cmp"
	"errors"
	"io"

	"github.com/avinvite/avinvite/fsm/eventchannel"
)

// documentLimit returns the limit of a document, and of every other body, in bytes.
func documentLimit(l eventchannel.Limits) int64 { return cmp.Or(l.Document, 64<<20) }

// document reads the one document of a body.
func document(body io.Reader, limits eventchannel.Limits) (*eventchannel.Document, error) {
	r := eventchannel.NewReader(body)
	r.Limits = limits
	var read *eventchannel.Document
	for d, err := range r.Documents() {
		switch {
		case err != nil:
			return nil, err
		case read != nil:
			return nil, errors.New("a second document, want one")
		}
		read = d
	}
	for _, err := range read.Events() {
		var fault *eventchannel.Error
		if errors.As(err, &fault) && fault.Place == read.Place { // it is an object of another kind
			return nil, err
		}
	}
	return read, nil
}

// hasEvents reports whether a document has an event about an audio/video invitation, also one that cannot be read.
func hasEvents(d *eventchannel.Document) bool {
	for range d.Events() {
		return true
	}
	return false
}

// absolute makes the hrefs of a document and of its events absolute with the URL of the request that returned it.
func absolute(d *eventchannel.Document, url string) {
	if d.BaseURI = eventchannel.Resolve(url, d.BaseURI); d.BaseURI == "" {
		d.BaseURI = url
	}
	for _, href := range []*string{&d.Self, &d.Next, &d.Resync, &d.Resume} {
		*href = eventchannel.Resolve(d.BaseURI, *href)
	}
	for e := range d.Events() {
		if e != nil {
			e.Href, e.In = e.Resolve(e.Href), e.Resolve(e.In)
		}
	}
}
