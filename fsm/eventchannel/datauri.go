package eventchannel

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/textproto"
	"strings"
)

// The limits of a data URI. The documentation has no limits. An offer with many codecs and with candidates for two
// versions of ICE has about ten thousand bytes in two parts.
const (
	MaxDataURI   = 1 << 20 // bytes of the URI, and so of its content
	MaxDataParts = 16
)

// Part is the content of a data URI, usually an SDP offer, or one part of multipart content.
type Part struct {
	Type   string               // the media type in lower case without parameters, such as application/sdp
	Params map[string]string    // the parameters of the media type, by name in lower case
	Header textproto.MIMEHeader // of a part of multipart content; nil otherwise
	Body   []byte               // decoded
}

// MediaOffer returns the SDP offers of the resource, decoded; nil if it has none. A captured offer is
// multipart/alternative: its second part is for an older version of ICE, and has the Content-Disposition
// ms-proxy-2007fallback.
func (r *Resource) MediaOffer() ([]Part, error) { return r.data("mediaOffer") }

// CustomContent returns the content that the inviter added for the application, decoded; nil if there is none.
func (r *Resource) CustomContent() ([]Part, error) { return r.data("customContent") }

// data decodes a link with a data URI (UCWA/audioVideoInvitation_ref.md). It also accepts a property of that name, as
// the PAGE lists it, whose value is such a link or its URI.
func (r *Resource) data(name string) ([]Part, error) {
	href := ""
	if l, ok := r.Link(name); ok {
		href = l.Href
	} else if raw := bytes.TrimSpace(r.Other[name]); len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	} else if err := unmarshal(raw, func(p *parser) {
		var q quoted
		if p.next() == '"' {
			q = p.text()
		} else {
			p.link(new(quoted), &q)
		}
		href = q.String()
	}); err != nil {
		return nil, fmt.Errorf("eventchannel: %s is not a link with a data URI: %w", name, err)
	}
	parts, err := ParseDataURI(href)
	if err != nil {
		return nil, fmt.Errorf("%w, in %s", err, name)
	}
	return parts, nil
}

// ParseDataURI decodes a data URI (RFC 2397), base64 or percent-encoded. It returns the parts of multipart content, and
// one part for any other content. In percent-encoded data, a plus sign is decoded to a space, because a captured offer
// has plus signs for spaces, and %2B for plus signs. A part that is itself multipart is returned as one part. The error
// names the limit that is exceeded, [MaxDataURI] or [MaxDataParts], or the malformed part.
func ParseDataURI(uri string) ([]Part, error) {
	parts, err := parseDataURI(uri)
	if err != nil {
		return nil, fmt.Errorf("eventchannel: data URI: %w", err)
	}
	return parts, nil
}

func parseDataURI(uri string) ([]Part, error) {
	const scheme = "data:"
	if len(uri) > MaxDataURI {
		return nil, fmt.Errorf("%d bytes, want at most %d", len(uri), MaxDataURI)
	}
	if len(uri) < len(scheme) || !strings.EqualFold(uri[:len(scheme)], scheme) {
		return nil, fmt.Errorf("it begins with %.20q, want %q", uri, scheme)
	}
	comma := strings.IndexByte(uri, ',')
	if comma < 0 {
		return nil, errors.New("it has no comma, want one before the data")
	}
	escaped, err := unescape(uri, len(scheme), comma, '+')
	if err != nil {
		return nil, err
	}
	mediaType := string(escaped)
	plus := byte(' ')
	mark := len(mediaType) - len(base64Mark)
	isBase64 := mark >= 0 && strings.EqualFold(mediaType[mark:], base64Mark)
	if isBase64 {
		mediaType, plus = mediaType[:mark], '+'
	}
	var p Part
	if p.Type, p.Params, err = media(mediaType); err != nil {
		return nil, err
	}
	if p.Body, err = unescape(uri, comma+1, len(uri), plus); err != nil {
		return nil, err
	}
	if isBase64 {
		if p.Body, err = decodeBase64(p.Body); err != nil {
			return nil, err
		}
	}
	if !strings.HasPrefix(p.Type, "multipart/") {
		return []Part{p}, nil
	}
	return p.parts()
}

const base64Mark = ";base64"

// unescape decodes the percent-encoding of uri[from:to], and each plus sign to plus.
func unescape(uri string, from, to int, plus byte) ([]byte, error) {
	out := make([]byte, 0, to-from)
	for n := from; n < to; n++ {
		switch c := uri[n]; c {
		case '%':
			digits := uri[n+1 : min(n+3, to)]
			b, err := hex.DecodeString(digits)
			if err != nil || len(b) != 1 {
				return nil, fmt.Errorf("byte %d: %q, want %% and two hexadecimal digits", n, "%"+digits)
			}
			out = append(out, b[0])
			n += 2
		case '+':
			out = append(out, plus)
		default:
			out = append(out, c)
		}
	}
	return out, nil
}

// media parses a media type. RFC 2397 and RFC 2045 have the same default.
func media(s string) (string, map[string]string, error) {
	if strings.HasPrefix(s, ";") {
		s = "text/plain" + s
	} else if s == "" {
		s = "text/plain;charset=US-ASCII"
	}
	t, params, err := mime.ParseMediaType(s)
	if err == nil && !strings.Contains(t, "/") {
		err = errors.New("it has no slash")
	}
	if err != nil {
		return "", nil, fmt.Errorf("the media type is %.80q, want one like application/sdp: %w", s, err)
	}
	return t, params, nil
}

// decodeBase64 decodes base64 with or without padding.
func decodeBase64(data []byte) ([]byte, error) {
	out, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(string(data), "=\r\n"))
	if err != nil {
		return nil, fmt.Errorf("the data is not base64: %w", err)
	}
	return out, nil
}

// parts splits multipart content.
func (p *Part) parts() (all []Part, err error) {
	boundary := p.Params["boundary"]
	if boundary == "" {
		return nil, fmt.Errorf("%s has no parameter boundary, want one", p.Type)
	}
	for r := multipart.NewReader(bytes.NewReader(p.Body), boundary); ; {
		next, err := r.NextPart()
		if err == io.EOF && len(all) > 0 {
			return all, nil
		}
		wrong := func(err error) error { return fmt.Errorf("part %d of %s: %w", len(all)+1, p.Type, err) }
		if err == io.EOF {
			err = errors.New("the data ends, want at least one part")
		}
		if err != nil {
			return nil, wrong(err)
		}
		if len(all) == MaxDataParts {
			return nil, fmt.Errorf("more than %d parts, want at most as many", MaxDataParts)
		}
		one := Part{Header: next.Header}
		if one.Type, one.Params, err = media(next.Header.Get("Content-Type")); err != nil {
			return nil, wrong(err)
		}
		if one.Body, err = io.ReadAll(next); err != nil {
			return nil, wrong(err)
		}
		// package multipart has decoded quoted-printable
		switch encoding := strings.ToLower(next.Header.Get("Content-Transfer-Encoding")); encoding {
		case "", "7bit", "8bit", "binary":
		case "base64":
			if one.Body, err = decodeBase64(one.Body); err != nil {
				return nil, wrong(err)
			}
		default:
			return nil, wrong(fmt.Errorf("the Content-Transfer-Encoding is %.40q, want one of RFC 2045", encoding))
		}
		all = append(all, one)
	}
}
