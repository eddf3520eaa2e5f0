package client

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// Application has the hrefs of an application's resource that are needed for calls. Each is absolute, or "" if the
// service does not offer it.
type Application struct {
	Self            string
	Events          string // the event channel, for [Client.Documents]; "" if the service has webhooks alone
	StartAudio      string // for [Client.Start]
	StartAudioVideo string
}

// Discover finds the application. url is that of the discovery resource, of the resource applications, or of the
// application itself. Discover follows the links ms:rtc:saas:applications and ms:rtc:saas:application, which may lead to
// other hosts: those that need the token must be in [Client.Origins]. Attempts are repeated as in [Client.Get].
func (c *Client) Discover(ctx context.Context, url string) (*Application, error) {
	for range 3 {
		r := new(resource)
		at, err := c.get(ctx, url, r)
		if err != nil {
			return nil, err
		}
		href := func(relation string) string { return eventchannel.Resolve(at, r.href(relation)) }
		if transitions.TrimRelPrefix(r.Rel) == "application" {
			return &Application{at, href("events"), href("startAudio"), href("startAudioVideo")}, nil
		}
		if url = cmp.Or(href("applications"), href("application")); url == "" {
			wrong := fmt.Errorf("the resource %.40q has no link to applications or to an application", r.Rel)
			return nil, c.request(http.MethodGet, at).fail(wrong)
		}
	}
	return nil, c.request(http.MethodGet, url).fail(errors.New("the links do not lead to an application"))
}

// resource is a resource of any kind.
type resource struct {
	Rel      string                     `json:"rel"`
	Links    map[string]link            `json:"_links"`
	Embedded map[string]json.RawMessage `json:"_embedded"`
}

type link struct {
	Href string `json:"href"`
}

// UnmarshalJSON reads the href. A link of another form, such as a list of links, has none.
func (l *link) UnmarshalJSON(text []byte) error {
	type plain link
	if json.Unmarshal(text, (*plain)(l)) != nil {
		*l = link{}
	}
	return nil
}

// href returns the href of a link of the resource, or else of a resource that it embeds; "" if there is none.
func (r *resource) href(relation string) string {
	for name, l := range r.Links {
		if transitions.TrimRelPrefix(name) == relation {
			return l.Href
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.Embedded)) {
		var embedded resource // stays empty if it is no single resource
		if json.Unmarshal(r.Embedded[name], &embedded) == nil && embedded.href(relation) != "" {
			return embedded.href(relation)
		}
	}
	return ""
}
