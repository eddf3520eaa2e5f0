package eventchannel_test

import (
	"math"
	"net/url"
	"strings"
	"testing"

	"github.com/avinvite/avinvite/fsm/eventchannel"
)

// TestResolve has the examples of RFC 3986, 5.4, and what its 6.2 makes of other spellings.
func TestResolve(t *testing.T) {
	const rfc = "http://a/b/c/d;p?q"
	const pool = "https://pool.example/app/"
	for _, test := range []struct{ base, href, want string }{
		{rfc, "g", "http://a/b/c/g"}, {rfc, "./g", "http://a/b/c/g"}, {rfc, "g/", "http://a/b/c/g/"},
		{rfc, "/g", "http://a/g"}, {rfc, "//g", "http://g/"}, {rfc, "?y", "http://a/b/c/d;p?y"},
		{rfc, "g?y", "http://a/b/c/g?y"}, {rfc, "#s", "http://a/b/c/d;p?q"}, {rfc, "g#s", "http://a/b/c/g"},
		{rfc, ";x", "http://a/b/c/;x"}, {rfc, ".", "http://a/b/c/"}, {rfc, "..", "http://a/b/"},
		{rfc, "../../g", "http://a/g"}, {rfc, "../../../g", "http://a/g"}, {rfc, "/../g", "http://a/g"},
		{rfc, "g.", "http://a/b/c/g."}, {rfc, ".g", "http://a/b/c/.g"}, {rfc, "..g", "http://a/b/c/..g"},
		{rfc, "./../g", "http://a/b/g"}, {rfc, "g/./h", "http://a/b/c/g/h"}, {rfc, "g;x=1/../y", "http://a/b/c/y"},
		{rfc, "g?y/../x", "http://a/b/c/g?y/../x"}, {rfc, "g:h", "g:h"}, {rfc, "", ""},

		{pool, "/i/1?a=1", "https://pool.example/i/1?a=1"},
		{pool, "i?a=1\\u0026b=2", "https://pool.example/app/i?a=1&b=2"},
		{"HTTPS://Pool.Example:443/app/x", "I/1", "https://pool.example/app/I/1"},
		{"http://sample:80/", "x", "http://sample/x"}, {"http://sample:443", "x", "http://sample:443/x"},
		{"", "HTTP://U@Sample:80", "http://U@sample/"}, {"", "http://[::1]:80/x", "http://[::1]/x"},
		{"", "/%7euser/%2e%2E/%c3%a9/a%2fb?%7e", "/%C3%A9/a%2Fb?%7e"}, {"", "/a b/\u00e9", "/a b/\u00e9"},
		{"", "a/../b", "a/../b"}, {pool, "/a//../b/", "https://pool.example/a/b/"},
		{pool, "data:,a%41/../b", "data:,a%41/../b"}, {pool, "sip:A@b", "sip:A@b"},
		{"", "i/1?a=1", "i/1?a=1"}, {pool, "https://other.example/i/1", "https://other.example/i/1"},
		{"https://pool.example", "events?ack=2\\u0026key=5", "https://pool.example/events?ack=2&key=5"},
		{"", "events?ack=2\\u0026key=5", "events?ack=2&key=5"}, {"%zz", "i/1", "i/1"},
		{pool, "%zz", "%zz"}, {"", "/a\x00b", "/a\x00b"}, {"mailto:x", "y", "y"}, {pool, "http://a:b/", "http://a:b/"},
	} {
		if got := eventchannel.Resolve(test.base, test.href); got != test.want {
			t.Errorf("Resolve(%q, %q) = %q, want %q", test.base, test.href, got, test.want)
		}
	}
}

// One URI is one resource, however it is written, and two resources are two.
func TestIdentity(t *testing.T) {
	const want = "https://pool.example/platformservice/i/a%2Fb"
	for _, href := range []string{
		want, want + "?x", want + "#x", want + "?", "https://pool.example:443/platformService/I/a%2fb",
		"HTTPS://POOL.EXAMPLE/x/../platformservice/./%69/a%2Fb?a=b#c",
	} {
		if got := eventchannel.Identity(href); got != want {
			t.Errorf("Identity(%q) = %q, want %q", href, got, want)
		}
	}
	for _, href := range []string{"", "i/1", "/i/1", "http://pool.example/platformservice/i/a%2Fb", "data:,a%41", "%zz"} {
		if got := eventchannel.Identity(href); got != href {
			t.Errorf("Identity(%q) = %q, want it as it is", href, got)
		}
	}
	if got := eventchannel.Identity("%zz?x"); got != "%zz" {
		t.Errorf("Identity of no URI is %q, want it without its query", got)
	}
}

// A document is told from others by the key and the number of its self link.
func TestDocumentKey(t *testing.T) {
	for _, test := range []struct {
		self, key string
		ack       int64
		numbered  bool
	}{
		{"events?ack=37\\u0026key=5~a", "5~a", 37, true}, {"events?key=%2a&ack=0#x", "%2a", 0, true},
		{"events", "", 0, false}, {"events?ack=-1", "", -1, false}, {"events?ack=x&keys=1&key=", "", 0, false},
		{"events?ack=99999999999999999999", "", math.MaxInt64, false},
	} {
		d := eventchannel.Document{Self: eventchannel.Resolve("https://pool.example/", test.self)}
		number, ok := d.Ack()
		if d.Key() != test.key || ok != test.numbered || ok && number != test.ack {
			t.Errorf("%s has key %q and number %d, %t, want %q, %d, %t", test.self, d.Key(), number, ok, test.key, test.ack,
				test.numbered)
		}
	}
}

// What changes nothing allocates nothing, and what goes into a buffer neither.
func TestHrefAllocations(t *testing.T) {
	const plain = "https://pool.example/platformservice/v1/applications/1627/communication/i/9b6f2c1e-03a7-4a58-b0b4"
	buffer := make([]byte, 0, 256)
	if allocated := testing.AllocsPerRun(100, func() {
		_, _ = eventchannel.Resolve("https://other.example/", plain), eventchannel.Identity(plain)
		buffer = eventchannel.AppendIdentity(buffer[:0], plain)
	}); allocated != 0 {
		t.Errorf("%v allocations, want none", allocated)
	}
}

// TestHrefBytes has every byte, before and behind some others, at every place of a word of eight bytes in a path and in a
// query.
func TestHrefBytes(t *testing.T) {
	for _, begin := range []string{"", "/", "https://pool.example/", "https://pool.example/i?"} {
		for b := range 1 << 8 {
			for at := range 10 {
				for _, behind := range []string{"", ".", "/", "A", "\xff"} {
					href := begin + strings.Repeat("Ab", at/2) + "/:"[:at%2] + string([]byte{byte(b)}) + behind + "aB3456789"
					if got, slow := eventchannel.Resolve("", href), eventchannel.SlowResolve("", href); got != slow {
						t.Errorf("Resolve of %q: %q, without the short cut %q", href, got, slow)
					}
					if got, slow := eventchannel.Identity(href), eventchannel.SlowIdentity(href); got != slow {
						t.Errorf("Identity of %q: %q, without the short cut %q", href, got, slow)
					}
				}
			}
		}
	}
}

// FuzzResolve holds Resolve to net/url, where that takes both texts for URIs, and to itself: what is resolved stays as
// it is, and what has one identity before has it afterwards.
func FuzzResolve(f *testing.F) {
	for _, base := range []string{"https://pool.example/app/x?y", "http://A:80", "http://a:8080/../b/."} {
		for _, href := range []string{
			"i/1?a=b#c", "/I/../%7e/./x", "..", "//B:80/c", "https://u@h:443?", "a%2fb%zz", "é ü", "?", "#", "a:b", "[::1]:x",
		} {
			f.Add(base, href)
		}
	}
	f.Fuzz(func(t *testing.T, base, href string) {
		got := eventchannel.Resolve(base, href)
		if again := eventchannel.Resolve(base, got); again != got && eventchannel.Resolve("", got) != got {
			t.Errorf("Resolve(%q, %q) = %q, which becomes %q", base, href, got, again)
		}
		if slow := eventchannel.SlowResolve(base, href); got != slow {
			t.Errorf("Resolve(%q, %q) = %q, without the short cut %q", base, href, got, slow)
		}
		if id, slow := eventchannel.Identity(href), eventchannel.SlowIdentity(href); id != slow {
			t.Errorf("Identity(%q) = %q, without the short cut %q", href, id, slow)
		}
		if id, again := eventchannel.Identity(got), eventchannel.Identity(eventchannel.Identity(got)); id != again {
			t.Errorf("Identity(%q) = %q, which has %q", got, id, again)
		}
		want, ok := resolved(base, href)
		if ok && got != want {
			t.Errorf("Resolve(%q, %q) = %q, want %q", base, href, got, want)
		}
	})
}

// resolved resolves by net/url, which does not normalise: escapes that need none go before it is asked, because the
// dots that they may be are segments only then, and the rest afterwards. It reports false where the two need not agree:
// without an absolute base, for what net/url refuses, and for characters that no URI has, beside which it
// escapes others, and for empty segments, which it takes out with dots.
func resolved(base, href string) (string, bool) {
	foreign := func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune("\"<>\\^`{|}[]", r) }
	if href == "" || strings.ContainsFunc(base+href, foreign) {
		return "", false
	}
	b, err := url.Parse(unescapePath(base))
	if err != nil || b.Host == "" || b.ForceQuery || b.Scheme != "http" && b.Scheme != "https" {
		return "", false
	}
	r, err := url.Parse(unescapePath(href))
	if err != nil || r.Opaque != "" || r.Host == "" && (r.Scheme != "" || strings.HasPrefix(href, "//")) || strings.Contains(b.Path+" "+r.Path, "//") || r.Path == "*" {
		return "", false
	}
	u := b.ResolveReference(r)
	u.Fragment, u.RawFragment = "", ""
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if port == "" || u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443" {
		u.Host = host
	} else {
		u.Host = host + ":" + port
	}
	if u.Path == "" {
		u.Path = "/"
	}
	return u.String(), u.User == nil && host != "" && strings.Trim(host, "abcdefghijklmnopqrstuvwxyz0123456789.-") == ""
}

// unescapePath undoes the escapes of unreserved characters before the query, and writes the others in upper case.
func unescapePath(s string) string {
	path, rest := s, ""
	if n := strings.IndexAny(s, "?#"); n >= 0 {
		path, rest = s[:n], s[n:]
	}
	var out strings.Builder
	for n := 0; n < len(path); n++ {
		if path[n] == '%' && n+2 < len(path) {
			if c, err := url.PathUnescape(path[n : n+3]); err == nil {
				if url.QueryEscape(c) == c {
					out.WriteString(c)
				} else {
					out.WriteString(strings.ToUpper(path[n : n+3]))
				}
				n += 2
				continue
			}
		}
		out.WriteByte(path[n])
	}
	return out.String() + rest
}
