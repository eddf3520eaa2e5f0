package eventchannel

import (
	"net/url"
	"strings"

	"github.com/avinvite/avinvite/transitions"
)

// invitation says whether rel is that of an audio/video invitation.
func invitation(rel string) bool {
	return transitions.TrimRelPrefix(rel) == "audioVideoInvitation"
}

// Resolve is the href made absolute, or less relative, by base; if either is no URI, it is the href as it stands. A
// service was seen to escape an ampersand twice, so that the text has \u0026 in its place; since a URI has no
// backslash, that is read as the ampersand.
func Resolve(base, href string) string {
	href = strings.ReplaceAll(href, `\u0026`, "&")
	if base == "" || href == "" {
		return href
	}
	b, err := url.Parse(base)
	if err != nil {
		return href
	}
	u, err := b.Parse(href)
	if err != nil {
		return href
	}
	return u.String()
}

// Resolve makes an href of the event's resource absolute by the document's baseuri. Without one, which is usual except
// in webhooks, hrefs are relative to the URL of the request that brought the document; the function Resolve does that.
func (e *Event) Resolve(href string) string {
	if e.Document == nil {
		return Resolve("", href)
	}
	return Resolve(e.Document.BaseURI, href)
}

// Identity is what of an href identifies the resource: all but the query, which differs between requests to one and
// events about it.
func Identity(href string) string {
	path, _, _ := strings.Cut(href, "?")
	return path
}
