package eventchannel_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/avinvite/avinvite/fsm/eventchannel"
)

// The directory of one href changes nothing about the next: each pair of hrefs is resolved as each href alone.
func TestDirectory(t *testing.T) {
	bases := []string{"", "https://pool.example/a/b", "HTTPS://Pool.example/a/../b", "/root", "sip:a"}
	hrefs := []string{
		"i/1", "i/2", "I/1", "i/Two", "i/", "i", "/i/1", "/i/2?x#", "//i/1", "/", "i//1", "i/j/1", "i/.", "i/..", "i/.1", "i/1.",
		"i/1?a/b", "i/2?", "i/1?a#b", "i/1#b", "i/?a", "i/%31", "i/a:b", "i/1?%5c", `i/1?\\u0026`, `i/\\u0026`, `i/\u0031`, `i\/1`, "i/é",
		"http://h/", "http://h/x", "http://h/X?y", "http://h/x/", "http://h", "http://H/x", "http:/h/x", "http:/h/y", "https://h/x", "sip:a/b", "sip:a/c",
	}
	r := eventchannel.NewReader(nil)
	for n, base := range bases {
		for _, one := range hrefs {
			for _, other := range hrefs {
				input := linkedFrom(base, one, one, other) + linkedFrom(bases[(n+1)%len(bases)], other, other)
				for _, r.URL = range bases[:3] {
					if err := absolute(r, input); err != nil {
						t.Fatalf("%s\nagainst %q: %v", input, r.URL, err)
					}
				}
			}
		}
	}
}

// linkedFrom returns a document with a baseuri, a self link and events with hrefs.
func linkedFrom(base, self string, hrefs ...string) string {
	var events []string
	for _, href := range hrefs {
		events = append(events, `{"link":{"rel":"audioVideoInvitation","href":"`+href+`"},"type":"started"}`)
	}
	return `{"baseuri":"` + base + `","_links":{"self":{"href":"` + self + `"}},` + document(events...)[1:]
}

// absolute returns an error if an event of the input has another href, identity or serial than it has by itself.
func absolute(r *eventchannel.Reader, input string) error {
	var serials []eventchannel.Serial
	for d, err := range eventchannel.NewReader(strings.NewReader(input)).Documents() {
		if err != nil {
			return err
		}
		serials = append(serials, d.Serial())
	}
	r.Reset(strings.NewReader(input))
	for e, err := range r.RawEvents() {
		if err != nil {
			return err
		}
		within, _, index := e.Position()
		written := strings.Split(input[within.Offset:], `"`)[9]
		href, err := strconv.Unquote(`"` + strings.ReplaceAll(written, `\/`, "/") + `"`)
		if err != nil {
			return err
		}
		want := eventchannel.SlowResolve(e.Document().BaseURI, href)
		if r.URL != "" {
			want = eventchannel.SlowResolve(r.URL, want)
		}
		if e.Href() != want || string(e.Identity()) != eventchannel.SlowIdentity(want) {
			return fmt.Errorf("event %d has href %q and identity %q, want %q and %q", index, e.Href(), e.Identity(), want, eventchannel.SlowIdentity(want))
		}
		if raw, whole := e.Serial(), serials[within.Document-1]; r.URL == "" && raw != whole {
			return fmt.Errorf("the serial is %x, and that of the whole document %x", raw, whole)
		}
	}
	return nil
}
