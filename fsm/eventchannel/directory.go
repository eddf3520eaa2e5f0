package eventchannel

import "bytes"

// directory is the part of an href up to its last slash. Nearly all hrefs of a stream are in the directory of the href
// before, so only their last segments have to be resolved.
type directory struct {
	base, url string // against which it is resolved
	written   []byte // as the input has it; empty if no directory is known
	text      []byte // resolved
	identity  []byte // of text
}

// segment returns the rest of an href in the directory, and the length of its last segment. It reports false if the href
// is not in the directory or the rest is not plain.
func (d *directory) segment(base, url string, href []byte) (rest []byte, length int, ok bool) {
	n := len(d.written)
	if n == 0 || len(href) < n || string(href[:n]) != string(d.written) || base != d.base || url != d.url {
		return nil, 0, false
	}
	rest = href[n:]
	for length < len(rest) && classes[rest[length]]&inPath != 0 {
		length++
	}
	switch {
	case length > 0 && rest[0] == '.':
		return nil, 0, false
	case length == len(rest):
		return rest, length, true
	}
	return rest, length, rest[length] == '?' && plainQuery(rest[length:])
}

// learn takes the directory of an href that has been resolved to text, if resolving has only put something in front.
func (d *directory) learn(base, url string, href, text []byte) {
	h, written := plain(href)
	t, resolved := plain(text)
	slash := bytes.LastIndexByte(href[:h.query], '/') + 1
	if !written || !resolved || !bytes.HasSuffix(text, href) {
		return
	}
	d.base, d.url = base, url
	d.written = append(d.written[:0], href[:slash]...)
	d.text = append(d.text[:0], text[:t.query-(h.query-slash)]...)
	d.identity = appendLower(d.identity[:0], d.text)
}

// settle resolves the hrefs of items of the document, and numbers the events among them.
func (s *source) settle(found []item) {
	r := s.reader
	for n := range found {
		i := &found[n]
		if i.source = s; i.fault != nil {
			continue
		}
		i.ordinal = s.events
		s.events++
		if i.href.empty() {
			continue
		}
		i.text, i.identity = r.absolute(s.base, r.unquoted(i.href))
	}
}

// unquoted returns the text of a string that is not empty.
func (r *Reader) unquoted(q quoted) []byte {
	text := []byte(q[1 : len(q)-1])
	if bytes.IndexByte(text, '\\') >= 0 {
		return r.keep(q.appendTo(r.texts))
	}
	return text
}

// absolute returns an href resolved against base and then against the URL of the request that brought the document, and
// the identity of the result.
func (r *Reader) absolute(base string, href []byte) (text, identity []byte) {
	d := &r.hrefs
	if rest, length, ok := d.segment(base, r.URL, href); ok {
		text = r.keep(append(append(r.texts, d.text...), rest...))
		return text, r.keep(appendLower(append(r.texts, d.identity...), rest[:length]))
	}
	text = r.resolveTwice(base, href)
	d.learn(base, r.URL, href, text)
	return text, r.keep(AppendIdentity(r.texts, text))
}

// resolveTwice returns an href resolved against base and then against the URL of the request.
func (r *Reader) resolveTwice(base string, href []byte) []byte {
	if href = r.resolve(base, href); r.URL != "" {
		href = r.resolve(r.URL, href)
	}
	return href
}

// resolve is Resolve. It returns href itself if nothing changes.
func (r *Reader) resolve(base string, href []byte) []byte {
	if h, ok := plain(href); ok && (base == "" || h.path > 0) {
		return href
	} else if ok {
		if n := directoryOf(base, href[0] == '/'); n > 0 {
			return r.keep(append(append(r.texts, base[:n]...), href...))
		}
	}
	return r.keep(append(r.texts, Resolve(base, string(href))...))
}

// keep returns the end of texts, which has been appended to r.texts.
func (r *Reader) keep(texts []byte) []byte {
	n := len(r.texts)
	r.texts = texts
	return texts[n:len(texts):len(texts)]
}
