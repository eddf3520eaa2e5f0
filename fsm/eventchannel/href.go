package eventchannel

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"strings"

	"github.com/avinvite/avinvite/transitions"
)

// invitation reports whether rel is the relation of an audio/video invitation.
func invitation(rel string) bool {
	return transitions.TrimRelPrefix(rel) == "audioVideoInvitation"
}

// Resolve returns href resolved against base (RFC 3986, 5.2), in its normal form (6.2.2 and 6.2.3): scheme and host in
// lower case, no default port, no fragment, no dot segments, no escape of an unreserved character, and other escapes in
// upper case. The result is absolute if base is. The path and the query keep their letter case, because requests need
// it, and the query is not removed. If href is empty, or if href or base is malformed or has no hierarchy, as data: and
// sip: have none, Resolve returns href unchanged. It allocates nothing if nothing changes.
//
// A service was seen to escape an ampersand twice, so that the text of the href contains \u0026 where the ampersand
// belongs. Because no URI contains a backslash, Resolve reads \u0026 as the ampersand.
func Resolve(base, href string) string {
	if h, ok := plain(href); ok && (base == "" || h.path > 0) {
		return href
	} else if ok {
		if n := directoryOf(base, href[0] == '/'); n > 0 {
			return base[:n] + href
		}
	}
	return resolve(base, href)
}

// directoryOf returns the length of the part of base that goes before a plain href, which may begin with a slash, and 0 if
// base is not plain.
func directoryOf(base string, slash bool) int {
	b, ok := plain(base)
	if !ok || b.path == 0 {
		return 0
	}
	if slash {
		return b.path
	}
	return b.path + strings.LastIndexByte(base[b.path:b.query], '/') + 1
}

// resolve is Resolve, whatever the texts are.
func resolve(base, href string) string {
	href = strings.ReplaceAll(href, `\u0026`, "&")
	var room [256]byte
	if resolved, ok := appendResolved(room[:0], base, href); ok && string(resolved) != href {
		return string(resolved)
	}
	return href
}

// Resolve returns href made absolute by the document's baseuri. The documents of a webhook have a baseuri. Most other
// documents have none: their hrefs are relative to the URL of the request that returned the document, and the function
// [Resolve] takes that URL.
func (e *Event) Resolve(href string) string {
	if e.Document == nil {
		return Resolve("", href)
	}
	return Resolve(e.Document.BaseURI, href)
}

// Identity returns the part of an href that identifies the resource: its normal form as in [Resolve], without the query
// and with the path in lower case. The query differs between hrefs of one resource. Services write one path in
// different cases (Inferred: the vendor's client compares in lower case). Identity allocates nothing if it only cuts
// off the query.
func Identity(href string) string {
	var room [256]byte
	identity := AppendIdentity(room[:0], href)
	if n := len(identity); n <= len(href) && string(identity) == href[:n] {
		return href[:n]
	}
	return string(identity)
}

// AppendIdentity appends the [Identity] of href to dst and returns the extended slice, for a lookup in a map without an
// allocation.
func AppendIdentity[T ~string | ~[]byte](dst []byte, href T) []byte {
	if h, ok := plain(href); ok {
		return appendLower(dst, href[:h.query])
	}
	return appendIdentity(dst, string(href))
}

// appendIdentity is AppendIdentity for every href.
func appendIdentity(to []byte, href string) []byte {
	start := len(to)
	to, ok := appendResolved(to, "", href)
	if !ok {
		to = append(to[:start], href...)
	}
	identity := to[start:]
	if n := bytes.IndexAny(identity, "?#"); n >= 0 {
		identity = identity[:n]
	}
	if ok {
		escaped := 0 // bytes left of an escape
		for n, c := range identity {
			switch {
			case escaped > 0:
				escaped--
			case c == '%':
				escaped = 2
			default:
				identity[n] = lower(c)
			}
		}
	}
	return to[:start+len(identity)]
}

// parameter returns the first value of a parameter in the query of an href, without decoding it; "" if there is none.
func parameter(href, name string) string {
	for pair := range strings.SplitSeq(strings.TrimPrefix(split(href).query, "?"), "&") {
		if value, ok := strings.CutPrefix(pair, name+"="); ok {
			return value
		}
	}
	return ""
}

// parts are the offsets of the path and the query in an href. path is 0 without an authority, and query is the length
// without a query.
type parts struct{ path, query int }

// plain reports whether an href is in its normal form already, as nearly all are: with http or https and a host and a
// path, or an absolute path, or a relative one that begins with no dot and has no colon, all in lower case or in characters
// that stay as they are, without escapes and dot segments, and without a fragment.
func plain[T ~string | ~[]byte](href T) (p parts, ok bool) {
	if len(href) > len("https://") && string(href[:len("http")]) == "http" {
		n := len("http")
		if href[n] == 's' {
			n++
		}
		if string(href[n:n+len("://")]) == "://" {
			n += len("://")
			host := n
			for n < len(href) && classes[href[n]]&inHost != 0 {
				n++
			}
			if n == host || n == len(href) || href[n] != '/' {
				return p, false
			}
			p.path = n
		}
	}
	rooted := p.path > 0
	if len(href) == 0 || !rooted && (len(href) > 1 && href[0] == '/' && href[1] == '/' || href[0] == '.' || href[0] == '?') {
		return p, false
	}
	colons := rooted || href[0] == '/' // may be in the path
	n := p.path
	for n < len(href) {
		if len(href)-n >= 8 {
			odd := unusual(load(href, n))
			if n += bits.TrailingZeros64(odd) / 8; odd == 0 {
				continue
			}
		}
		switch {
		case href[n] == '.':
			if n > 0 && href[n-1] == '/' {
				return p, false
			}
		case classes[href[n]]&(inPath|slash) != 0, href[n] == ':' && colons:
		case href[n] == '?':
			p.query = n
			return p, plainQuery(href[n:])
		default:
			return p, false
		}
		n++
	}
	p.query = n
	return p, true
}

const each, top = 0x0101010101010101, 0x8080808080808080

// load returns eight bytes of a text, the first as the lowest.
func load[T ~string | ~[]byte](text T, n int) uint64 {
	t := text[n : n+8]
	return uint64(t[0]) | uint64(t[1])<<8 | uint64(t[2])<<16 | uint64(t[3])<<24 |
		uint64(t[4])<<32 | uint64(t[5])<<40 | uint64(t[6])<<48 | uint64(t[7])<<56
}

// unusual returns a word whose lowest set bit is in the first byte of w that is no letter, digit, slash or hyphen. A sum of
// 0x80 less a character sets the top bit of the bytes that are at least as large as the character.
func unusual(w uint64) uint64 {
	ascii := w &^ top
	letters := ascii | each*0x20
	letters = (letters + each*(0x80-'a')) &^ (letters + each*(0x7f-'z'))
	digits := (ascii + each*(0x80-'-')) &^ (ascii + each*(0x7f-'9')) // with - . /
	return (^(letters | digits) | w | either(w, '.', '.')) & top
}

// either returns a word whose lowest set bit is in the first byte of w that is one of two.
func either(w uint64, a, b byte) uint64 {
	v := w ^ each*uint64(b)
	w ^= each * uint64(a)
	return ((w-each)&^w | (v-each)&^v) & top
}

// plainQuery reports whether an href with that query is plain if the part before it is.
func plainQuery[T ~string | ~[]byte](query T) bool {
	n := 0
	for ; len(query)-n >= 8; n += 8 {
		if either(load(query, n), '#', '\\') != 0 {
			return false
		}
	}
	for ; n < len(query); n++ {
		if query[n] == '#' || query[n] == '\\' {
			return false
		}
	}
	return true
}

// The classes of bytes in a plain href.
const (
	inHost byte = 1 << iota
	inPath
	slash
)

var classes = func() (classes [256]byte) {
	for _, c := range "abcdefghijklmnopqrstuvwxyz0123456789-." {
		classes[c] = inHost | inPath
	}
	for _, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZ_~!$&'()*+,;=@" {
		classes[c] = inPath
	}
	classes['/'] = slash
	return classes
}()

// reference is a URI reference in its parts (RFC 3986, appendix B) without the fragment. Scheme, authority and query
// keep their delimiters, so that an empty part is an absent part.
type reference struct{ scheme, authority, path, query string }

func split(href string) (r reference) {
	href, _, _ = strings.Cut(href, "#")
	if n := strings.IndexAny(href, ":/?"); n > 0 && href[n] == ':' && isScheme(href[:n]) {
		r.scheme, href = href[:n+1], href[n+1:]
	}
	if n := strings.IndexByte(href, '?'); n >= 0 {
		href, r.query = href[:n], href[n:]
	}
	if strings.HasPrefix(href, "//") {
		n := strings.IndexByte(href[2:], '/')
		if n < 0 {
			n = len(href) - 2
		}
		r.authority, href = href[:2+n], href[2+n:]
	}
	r.path = href
	return r
}

func isScheme(s string) bool {
	for n := range len(s) {
		c := s[n] | 0x20
		if letter := 'a' <= c && c <= 'z'; !letter && (n == 0 || !strings.Contains("0123456789+-.", s[n:n+1])) {
			return false
		}
	}
	return true
}

// appendResolved appends the normal form of href, resolved against base unless base is empty. If either is not a URI
// with a hierarchy it reports false, and the appended bytes have no meaning.
func appendResolved(to []byte, base, href string) ([]byte, bool) {
	if href == "" {
		return to, true
	}
	r := split(href)
	if r.scheme != "" && r.authority == "" {
		return to, false
	}
	directory := "" // goes before the path
	if base != "" && r.scheme == "" {
		b := split(base)
		if b.scheme != "" && b.authority == "" {
			return to, false
		}
		r.scheme = b.scheme
		switch {
		case r.authority != "":
		case r.path == "":
			r.authority, r.path = b.authority, b.path
			if r.query == "" {
				r.query = b.query
			}
		default:
			r.authority = b.authority
			if r.path[0] != '/' {
				directory = b.path[:strings.LastIndexByte(b.path, '/')+1]
			}
		}
	}
	for n := range len(r.scheme) {
		to = append(to, r.scheme[n]|0x20) // leaves digits, + - . : as they are
	}
	to, ok := appendAuthority(to, strings.ToLower(r.scheme), r.authority)
	if !ok {
		return to, false
	}
	start := len(to)
	if r.authority != "" && directory == "" && (r.path == "" || r.path[0] != '/') {
		to = append(to, '/')
	}
	if to, ok = appendUnescaped(to, directory); ok {
		to, ok = appendUnescaped(to, r.path)
	}
	if path := to[start:]; len(path) > 0 && path[0] == '/' {
		to = to[:start+removeDots(path)]
	}
	if r.authority == "" && bytes.HasPrefix(to[start:], []byte("//")) {
		return to, false // would be read as an authority
	}
	return append(to, r.query...), ok
}

// appendAuthority appends the authority with its host in lower case and without the default port of the scheme. It
// reports false for an authority without a host, or with a port that has other characters than digits.
func appendAuthority(to []byte, scheme, authority string) ([]byte, bool) {
	if authority == "" {
		return to, true
	}
	host, port := authority[len("//"):], ""
	host = host[strings.LastIndexByte(host, '@')+1:]
	to = append(to, authority[:len(authority)-len(host)]...)
	if n := strings.LastIndexByte(host, ':'); n > strings.LastIndexByte(host, ']') {
		host, port = host[:n], host[n:]
	}
	if host == "" || host[0] != '[' && strings.Contains(host, ":") || strings.Trim(port, ":0123456789") != "" {
		return to, false
	}
	for n := range len(host) {
		to = append(to, lower(host[n]))
	}
	if port == ":" || scheme == "http:" && port == ":80" || scheme == "https:" && port == ":443" {
		return to, true
	}
	return append(to, port...), true
}

// appendLower appends a text with the letters of ASCII in lower case.
func appendLower[T ~string | ~[]byte](to []byte, text T) []byte {
	n := len(to)
	for to = append(to, text...); len(to)-n >= 8; n += 8 {
		w := binary.LittleEndian.Uint64(to[n:])
		ascii := w &^ top
		capitals := (ascii + each*(0x80-'A')) &^ (ascii + each*(0x7f-'Z')) &^ w & top
		binary.LittleEndian.PutUint64(to[n:], w|capitals>>2)
	}
	for ; n < len(to); n++ {
		to[n] = lower(to[n])
	}
	return to
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// appendUnescaped appends a path in which no unreserved character is escaped, and other escapes are in upper case. It
// reports false for a malformed escape.
func appendUnescaped(to []byte, path string) ([]byte, bool) {
	const digits = "0123456789ABCDEF"
	for n := strings.IndexByte(path, '%'); n >= 0; n = strings.IndexByte(path, '%') {
		if len(path)-n < 3 || digit(path[n+1]) < 0 || digit(path[n+2]) < 0 {
			return to, false
		}
		to = append(to, path[:n]...)
		if c := byte(digit(path[n+1])<<4 | digit(path[n+2])); unreserved(c) {
			to = append(to, c)
		} else {
			to = append(to, '%', digits[c>>4], digits[c&15])
		}
		path = path[n+3:]
	}
	return append(to, path...), true
}

func unreserved(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z' || c == '-' || c == '.' || c == '_' || c == '~'
}

// digit returns the value of a hexadecimal digit, or -1 for another byte.
func digit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}

// removeDots removes in place the dot segments (RFC 3986, 5.2.4) of a path that begins with a slash, and returns the
// length that is left.
func removeDots(path []byte) int {
	if !bytes.Contains(path, []byte("/.")) {
		return len(path)
	}
	end := 0 // of the finished part
	for n := 0; n < len(path); {
		next := bytes.IndexByte(path[n+1:], '/') + n + 1
		last := next == n
		if last {
			next = len(path)
		}
		switch segment := path[n+1 : next]; string(segment) {
		case ".", "..":
			if len(segment) == 2 {
				end = max(0, bytes.LastIndexByte(path[:end], '/'))
			}
			if last {
				path[end] = '/'
				end++
			}
		default:
			end += copy(path[end:], path[n:next])
		}
		n = next
	}
	return end
}
