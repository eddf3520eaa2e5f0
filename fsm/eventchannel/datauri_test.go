package eventchannel_test

import (
	"encoding/json"
	"net/textproto"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/avinvite/avinvite/fsm/eventchannel"
)

// offers is a multipart offer in the shape of a captured one: percent-encoded, spaces as plus signs.
const offers = "data:multipart/alternative;charset=utf-8;boundary=9b6f2c1e," +
	"--9b6f2c1e%0d%0aContent-Type%3a+application%2fsdp%0d%0a" +
	"Content-Disposition%3a+session%3b+handling%3doptional%3b+ms-proxy-2007fallback%0d%0a%0d%0a" +
	"v%3d0%0d%0aa%3dice-pwd%3aab%2Bc%0d%0a%0d%0a--9b6f2c1e%0d%0aContent-Type%3a+application%2fsdp%0d%0a%0d%0a" +
	"v%3d0%0d%0as%3dsession%0d%0a%0d%0a--9b6f2c1e--%0d%0a"

func TestParseDataURI(t *testing.T) {
	ascii := map[string]string{"charset": "US-ASCII"}
	sdp := func(body string) []eventchannel.Part {
		return []eventchannel.Part{{Type: "application/sdp", Body: []byte(body)}}
	}
	for _, tt := range []struct {
		uri  string
		want []eventchannel.Part
	}{
		{"data:application/sdp;base64,dj0wDQo=", sdp("v=0\r\n")},
		{"DATA:Application/SDP;BASE64,dj0wDQo", sdp("v=0\r\n")},
		{"data:application/sdp;base64,dj0w%0D%0ADQo=%0D%0A", sdp("v=0\r\n")},
		{"data:application/sdp;base64,dj0%2b", sdp("v=>")},
		{"data:application/sdp;base64,dj0+", sdp("v=>")},
		{"data:application/sdp,v%3D0%0D%0As=a+b%2Bc", sdp("v=0\r\ns=a b+c")},
		{"data:application%2fsdp,", sdp("")},
		{
			"data:foo/foo,ThisIsARandomCustomContent",
			[]eventchannel.Part{{Type: "foo/foo", Body: []byte("ThisIsARandomCustomContent")}},
		},
		{
			"data:,a,b",
			[]eventchannel.Part{{Type: "text/plain", Params: ascii, Body: []byte("a,b")}},
		},
		{
			"data:;charset=utf-8,%c3%a9",
			[]eventchannel.Part{{Type: "text/plain", Params: map[string]string{"charset": "utf-8"}, Body: []byte("é")}},
		},
		{offers, []eventchannel.Part{
			{
				Type: "application/sdp", Body: []byte("v=0\r\na=ice-pwd:ab+c\r\n"),
				Header: textproto.MIMEHeader{
					"Content-Type":        {"application/sdp"},
					"Content-Disposition": {"session; handling=optional; ms-proxy-2007fallback"},
				},
			},
			{
				Type: "application/sdp", Body: []byte("v=0\r\ns=session\r\n"),
				Header: textproto.MIMEHeader{"Content-Type": {"application/sdp"}},
			},
		}},
		{
			"data:multipart/mixed;boundary=b,--b%0AContent-Transfer-Encoding:BASE64%0A%0Adj0w%0ADQo=%0A" +
				"--b%0AContent-Transfer-Encoding:quoted-printable%0A%0Av=3D0%0A--b--",
			[]eventchannel.Part{
				{
					Type: "text/plain", Params: ascii,
					Header: textproto.MIMEHeader{"Content-Transfer-Encoding": {"BASE64"}}, Body: []byte("v=0\r\n"),
				},
				{
					Type: "text/plain", Params: ascii,
					Header: textproto.MIMEHeader{}, Body: []byte("v=0"),
				},
			},
		},
	} {
		got, err := eventchannel.ParseDataURI(tt.uri)
		if err != nil {
			t.Errorf("%s: %v", tt.uri, err)
		}
		if diff := cmp.Diff(tt.want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.uri, diff)
		}
	}
}

func TestParseDataURIErrors(t *testing.T) {
	part := "--b%0A%0A"
	for _, tt := range []struct{ uri, want string }{
		{"", `it begins with "", want "data:"`},
		{"CID:2", `it begins with "CID:2", want "data:"`},
		{"http://x/,", `it begins with "http://x/,", want "data:"`},
		{"data:application/sdp", "no comma"},
		{"data:application/sdp,ab%", `byte 23: "%", want % and two hexadecimal digits`},
		{"data:application/sdp,%4g", `byte 21: "%4g", want % and two hexadecimal digits`},
		{"data:applic%,x", `byte 11: "%", want % and two hexadecimal digits`},
		{"data:application/sdp;base64,dj0*", "the data is not base64: illegal base64 data at input byte 3"},
		{"data:sdp,v", `the media type is "sdp", want one like application/sdp: it has no slash`},
		{"data:/,v", `the media type is "/"`},
		{"data:a/b;c;d,v", `the media type is "a/b;c;d"`},
		{"data:multipart/mixed,x", "multipart/mixed has no parameter boundary, want one"},
		{"data:multipart/mixed;boundary=b,--b--", "part 1 of multipart/mixed: the data ends, want at least one part"},
		{"data:multipart/mixed;boundary=b,--b%0D%0A%0D%0Ax", "part 1 of multipart/mixed: unexpected EOF"},
		{
			"data:multipart/mixed;boundary=b,--b%0AContent-Transfer-Encoding:uuencode%0A%0Ax%0A--b--",
			`the Content-Transfer-Encoding is "uuencode"`,
		},
		{
			"data:multipart/mixed;boundary=b,--b%0AContent-Type:sdp%0A%0Ax%0A--b--",
			`part 1 of multipart/mixed: the media type is "sdp"`,
		},
		{
			"data:multipart/mixed;boundary=b," + strings.Repeat(part, eventchannel.MaxDataParts+1) + "--b--",
			"more than 16 parts",
		},
		{"data:," + strings.Repeat("a", eventchannel.MaxDataURI), "1048582 bytes, want at most 1048576"},
	} {
		if got, err := eventchannel.ParseDataURI(tt.uri); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%.80s: %v, %v, want %q", tt.uri, got, err, tt.want)
		}
	}
	// The limits themselves are allowed.
	for uri, parts := range map[string]int{
		"data:," + strings.Repeat("a", eventchannel.MaxDataURI-len("data:,")):                          1,
		"data:multipart/mixed;boundary=b," + strings.Repeat(part, eventchannel.MaxDataParts) + "--b--": eventchannel.MaxDataParts,
	} {
		if got, err := eventchannel.ParseDataURI(uri); err != nil || len(got) != parts {
			t.Errorf("%.80s: %d parts, %v, want %d", uri, len(got), err, parts)
		}
	}
}

// An offer is found where it is seen, among the links, and where the specification lists it, among the properties.
func TestOffers(t *testing.T) {
	for _, tt := range []struct{ raw, offer, custom string }{
		{`{}`, "", ""},
		{`{"mediaOffer":null}`, "", ""},
		{
			`{"_links":{"mediaOffer":{"href":"data:application/sdp;base64,dj0w"},"ms:rtc:saas:customContent":{"` +
				`href":"data:foo/foo,x"}}}`,
			"v=0", "x",
		},
		{`{"mediaOffer":{"href":"data:application/sdp,v=1"},"customContent":"data:foo/foo,y"}`, "v=1", "y"},
		{
			`{"mediaOffer":"data:application/sdp,v=1","_links":{"mediaOffer":{"href":"data:application/sdp,v=2"}}}`,
			"v=2", "",
		},
	} {
		r := resource(t, tt.raw)
		for _, of := range []struct {
			name, want string
			read       func() ([]eventchannel.Part, error)
		}{{"mediaOffer", tt.offer, r.MediaOffer}, {"customContent", tt.custom, r.CustomContent}} {
			parts, err := of.read()
			var got string
			if len(parts) > 0 {
				got = string(parts[0].Body)
			}
			if got != of.want || err != nil {
				t.Errorf("%s: %s is %q, %v, want %q", tt.raw, of.name, got, err, of.want)
			}
		}
	}
	for raw, want := range map[string]string{
		`{"mediaOffer":7}`:                        "mediaOffer",
		`{"mediaOffer":{"href":7}}`:               "/href",
		`{"mediaOffer":"CID:2"}`:                  `it begins with "CID:2", want "data:", in mediaOffer`,
		`{"_links":{"mediaOffer":{"href":null}}}`: `it begins with "", want "data:", in mediaOffer`,
	} {
		r := resource(t, raw)
		if parts, err := r.MediaOffer(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v, want an error with %q", raw, parts, err, want)
		}
	}
}

func TestParticipants(t *testing.T) {
	amanda := eventchannel.Participant{
		Name: "Amanda", URI: "sip:amanda@fabrikam.example",
		SourceNetwork: "SameEnterprise", Anonymous: true, Href: "p/1",
	}
	const written = `{"sourceNetwork":"SameEnterprise","anonymous":true,"name":"Amanda",` +
		`"uri":"sip:amanda@fabrikam.example","_links":{"self":{"href":"p/1"}},"rel":"ms:rtc:saas:participant"}`
	embedded := strings.Replace(written, `"_links":{`, `"inLobby":7,"_links":{"x":[],`, 1)
	for _, tt := range []struct {
		raw        string
		from       *eventchannel.Participant
		acceptedBy []eventchannel.Participant
	}{
		{`{}`, nil, nil},
		{`{"_embedded":{"ms:rtc:saas:from":` + embedded + `}}`, &amanda, nil},
		{
			`{"_links":{"from":{"href":"p/1","title":"Amanda"}}}`,
			&eventchannel.Participant{Name: "Amanda", Href: "p/1"}, nil,
		},
		{`{"_embedded":{"service:from":` + embedded + `},"_links":{"from":{"href":"p/2"}}}`, &amanda, nil},
		{`{"_embedded":{"acceptedByParticipant":[` + embedded + `,{}]}}`, nil, []eventchannel.Participant{amanda, {}}},
		{`{"_embedded":{"acceptedByParticipant":` + embedded + `}}`, nil, []eventchannel.Participant{amanda}},
		{`{"_embedded":{"acceptedByParticipant":[]}}`, nil, nil},
		{
			`{"_embedded":{"from":null,"ms:rtc:saas:from":null},"_links":{"from":{"href":"p/1"}}}`,
			&eventchannel.Participant{Href: "p/1"}, nil,
		},
		{`{"_links":{"acceptedByParticipant":{"href":"p/1"}}}`, nil, []eventchannel.Participant{{Href: "p/1"}}},
	} {
		r := resource(t, tt.raw)
		from, err := r.From()
		if diff := cmp.Diff(tt.from, from); diff != "" || err != nil {
			t.Errorf("%s: from, %v (-want +got):\n%s", tt.raw, err, diff)
		}
		by, err := r.AcceptedBy()
		if diff := cmp.Diff(tt.acceptedBy, by, cmpopts.EquateEmpty()); diff != "" || err != nil {
			t.Errorf("%s: accepted by, %v (-want +got):\n%s", tt.raw, err, diff)
		}
	}
	// A service embeds what a client reads.
	for _, p := range []eventchannel.Participant{amanda, {}} {
		raw, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		r := eventchannel.Resource{Embedded: map[string][]byte{"ms:rtc:saas:from": raw}}
		if from, err := r.From(); err != nil || *from != p {
			t.Errorf("%s is from %v, %v, want %v", raw, from, err, p)
		}
	}
	if raw, _ := json.Marshal(amanda); string(raw) != written {
		t.Errorf("written as %s", raw)
	}

	r := resource(t, `{"_embedded":{"from":{"uri":7},"acceptedByParticipant":[[]]}}`)
	if from, err := r.From(); err == nil || !strings.Contains(err.Error(), "/uri") {
		t.Errorf("from is %v, %v, want an error about the uri", from, err)
	}
	if by, err := r.AcceptedBy(); err == nil || !strings.Contains(err.Error(), "acceptedByParticipant") {
		t.Errorf("accepted by %v, %v, want an error about it", by, err)
	}
}

func FuzzParseDataURI(f *testing.F) {
	for _, seed := range []string{
		offers, "data:application/sdp;base64,dj0wDQo=", "data:foo/foo,a+b%2B", "data:;charset=utf-8,%c3%a9",
		"data:multipart/mixed;boundary=\"b\",--b--",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, uri string) {
		parts, err := eventchannel.ParseDataURI(uri)
		if (err == nil) != (len(parts) > 0) {
			t.Fatalf("%d parts, error %v", len(parts), err)
		}
		held := 0
		for _, p := range parts {
			held += len(p.Body)
			if !strings.Contains(p.Type, "/") {
				t.Errorf("the media type is %q", p.Type)
			}
		}
		if held > len(uri) || len(parts) > eventchannel.MaxDataParts {
			t.Errorf("%d bytes in %d parts out of %d bytes", held, len(parts), len(uri))
		}
	})
}
