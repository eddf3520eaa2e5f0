package service_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/service"
)

// differences are the members in which the service and a published payload of the same life differ, each as the end of a
// member's path, with the reason.
var differences = []struct {
	member  string
	because string
}{
	{"Applications/_links/self/href", "the real service knows the endpoint by the token, and this one by the query"},
	{"/_links/myApplications/href", "the service has the applications of an endpoint, and no list of an owner's"},
	{"/_links/ms:rtc:saas:anonApplicationTokens/href", "tokens for browsers are not simulated"},
	{"/_links/ms:rtc:saas:joinOnlineMeeting/href", "meetings are not simulated"},
	{"/_links/ms:rtc:saas:inviteUserToMeeting/href", "meetings are not simulated"},
	{"/_links/ms:rtc:saas:startMessaging/href", "messages are not simulated"},
	{"/_links/ms:rtc:saas:startMessagingWithIdentity/href", "messages are not simulated"},
	{"/_links/ms:rtc:saas:startApplicationSharing/href", "sharing is not simulated"},
	{"/_embedded/myOnlineMeetings/_links/self/href", "meetings are not simulated"},
	{"/_embedded/myOnlineMeetings/rel", "meetings are not simulated"},
	{"/_embedded/ms:rtc:saas:adhocMeetings/_links/self/href", "meetings are not simulated"},
	{"/_embedded/ms:rtc:saas:adhocMeetings/rel", "meetings are not simulated"},
	{"/_embedded/ms:rtc:saas:communication/etag", "the real number tells nothing, and nobody may interpret it"},
	{"/_links/events/href", "the event channel by long poll, which UCWA has: the payloads are those of webhooks"},
	{"/sender/0/href", "the published sender of an incoming call bears the identifier of the call, that of an outgoing one does not"},
	{"/_links/ms:rtc:saas:startAdhocMeeting/href", "the published link names no invitation, so nobody could tell which of several is meant"},
	{"/_embedded/ms:rtc:saas:from/name", "a script has the URI of a caller, and no name"},
	{"/_embedded/ms:rtc:saas:audioVideoInvitation/to", "the payload of an outgoing call leaves out whom it invites; the PAGE lists the property"},
}

// fixtures is the folder of the published payloads, which are the test data of the vendor's client. They are not in this
// repository.
var fixtures = flag.String("fixtures", "", "the folder Skype/Trusted-Application-API/SDK/Tests/Data of OfficeDev/skype-docs")

// TestFixtures compares the service's documents with the published payloads of the same lives, member by member, where
// those are on the machine.
func TestFixtures(t *testing.T) {
	if *fixtures == "" {
		return
	}
	used := map[int]bool{}
	compare := func(w *wire, name string, sent []byte) {
		text, err := os.ReadFile(filepath.Join(*fixtures, name+".json"))
		if err != nil {
			w.Fatal(err)
		}
		got, want := members(w, sent), members(w, bytes.TrimPrefix(text, []byte("\ufeff")))
		for _, path := range slices.Sorted(maps.Keys(joined(got, want))) {
			if got[path] == want[path] {
				continue
			}
			n := slices.IndexFunc(differences, func(d struct{ member, because string }) bool { return strings.HasSuffix(name+path, d.member) })
			if used[n] = true; n < 0 {
				w.Errorf("%s%s is %q, published as %q", name, path, got[path], want[path])
			}
		}
	}
	h := &webhook{}
	hooked(t, played(t, `{"callback": "http://localhost/"}`), h, func(w *wire) {
		compare(w, "Discover", w.do("GET", "/platformservice/discover?deploymentpreference=Weekly", "").body)
		compare(w, "Applications", w.do("GET", "/platformservice/v1/applications", "").body)
		compare(w, "Application", w.do("GET", w.application, "").body)
		w.do("POST", w.start, `{"to": "sip:a@b", "subject": "Hello"}`)
		time.Sleep(time.Millisecond)
		compare(w, "Event_AudioVideoInvitationStarted", connecting(h.got()[0].body))
		if _, err := w.Ring(service.Incoming{}); err != nil {
			w.Fatal(err)
		}
		time.Sleep(time.Millisecond)
		compare(w, "Event_IncomingAudioCall", []byte(h.got()[1].body))
	})
	for n, d := range differences {
		if !used[n] {
			t.Errorf("%s does not differ, although %s", d.member, d.because)
		}
	}
}

// connecting returns a document whose call is Connecting, in whatever state chance starts it.
func connecting(document string) []byte {
	return regexp.MustCompile(`"state":"[A-Za-z]+"`).ReplaceAll([]byte(document), []byte(`"state":"Connecting"`))
}

func joined(a, b map[string]string) map[string]string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// members returns the texts in JSON by their paths: hrefs without identifiers, and a word for texts that every call has of
// its own.
func members(w *wire, text []byte) map[string]string {
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		w.Fatal(err)
	}
	all := map[string]string{}
	var walk func(path string, value any)
	walk = func(path string, value any) {
		switch v := value.(type) {
		case map[string]any:
			for name, member := range v {
				walk(path+"/"+name, member)
			}
		case []any:
			for n, element := range v {
				walk(fmt.Sprint(path, "/", n), element)
			}
		case string:
			switch name := path[strings.LastIndex(path, "/")+1:]; name {
			case "operationId", "threadId", "to", "uri", "baseuri":
				v = "text"
			case "href":
				v = shape(v)
			}
			all[path] = v
		default:
			all[path] = fmt.Sprint(v)
		}
	}
	walk("", value)
	return all
}

var identifiers = regexp.MustCompile(`/(tgt-[0-9a-f]+/)?|[0-9]{5,}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|participants/[^?]*`)

// shape returns an href without its host and its identifiers, and with the names of its parameters alone.
func shape(href string) string {
	u, err := url.Parse(eventchannel.Resolve("http://localhost", href))
	if err != nil {
		return href
	}
	path := identifiers.ReplaceAllStringFunc(u.Path, func(is string) string {
		if strings.HasPrefix(is, "/") {
			return "/"
		}
		return "*"
	})
	var names []string
	for name, values := range u.Query() {
		if name == "key" {
			name = fmt.Sprint(name, " of ", strings.Count(values[0], "~"))
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return path + "?" + strings.Join(names, "&")
}
