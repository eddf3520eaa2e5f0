package client_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/avinvite/avinvite/fsm/client"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// fixtures is the folder of the published payloads, which are the test data of the vendor's client (OfficeDev/skype-docs,
// Skype/Trusted-Application-API/SDK/Tests/Data). They are not in this repository, so without the flag the tests of this
// file run over nothing.
var fixtures = flag.String("fixtures", "", "the folder Skype/Trusted-Application-API/SDK/Tests/Data of OfficeDev/skype-docs")

// published returns the payloads whose name matches a pattern, without the mark before the text.
func published(t *testing.T, pattern string) map[string]string {
	t.Helper()
	texts := map[string]string{}
	if *fixtures == "" {
		return texts
	}
	files, err := filepath.Glob(filepath.Join(*fixtures, pattern))
	if err != nil || len(files) == 0 {
		t.Fatalf("no %s in %s: %v", pattern, *fixtures, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts[filepath.Base(file)] = string(text)
	}
	return texts
}

// envelope is an event document, read without package eventchannel.
type envelope struct {
	BaseURI string `json:"baseuri"`
	Links   map[string]struct {
		Href string `json:"href"`
	} `json:"_links"`
	Sender []struct {
		Events []struct {
			Link     struct{ Rel, Href string }
			Type     string
			Embedded map[string]struct{ Direction, State, OperationID string } `json:"_embedded"`
		}
	}
}

// about returns how many of its events are about audio/video invitations.
func (e envelope) about() (n int) {
	for _, s := range e.Sender {
		for _, event := range s.Events {
			if event.Link.Rel == "ms:rtc:saas:audioVideoInvitation" {
				n++
			}
		}
	}
	return n
}

func read(t *testing.T, text string) (e envelope) {
	t.Helper()
	if err := json.Unmarshal(bytes.TrimPrefix([]byte(text), []byte("\ufeff")), &e); err != nil {
		t.Fatal(err)
	}
	return e
}

// TestPublishedByWebhook posts every published event document to a webhook.
func TestPublishedByWebhook(t *testing.T) {
	invitations := 0
	for name, text := range published(t, "Event_*.json") {
		want := read(t, text)
		s := calls(new(host))
		var changed []*client.Call
		h := webhook(t, client.Unverified, func(r *http.Request, d *eventchannel.Document) (err error) {
			changed, err = s.Add(r.Context(), d)
			return err
		})
		h.Report = func(status int, reason error) { t.Errorf("%s is answered %d: %v", name, status, reason) }
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("POST", "/", strings.NewReader(text)))
		if w.Code != 200 || len(changed) != want.about() {
			t.Errorf("%s is answered %d, and %d calls changed, want %d", name, w.Code, len(changed), want.about())
		}
		for _, call := range changed {
			invitations++
			event := want.Sender[0].Events[0]
			embedded := event.Embedded[event.Link.Rel]
			i, known := call.Invitation()
			if i.Direction().String() != embedded.Direction || i.State().String() != embedded.State || !known ||
				call.OperationID() != embedded.OperationID || !strings.HasSuffix(strings.ReplaceAll(call.Href(), "%40", "@"), strings.ReplaceAll(event.Link.Href, "%40", "@")) {
				t.Errorf("%s: the call is %v at %s, want %+v", name, i, call.Href(), embedded)
			}
		}
	}
	if *fixtures != "" && invitations < 3 {
		t.Errorf("%d published events about invitations, want several", invitations)
	}
}

// TestPublishedByPoll answers polls with every published event document, and with its link next leads to the next poll.
func TestPublishedByPoll(t *testing.T) {
	for name, text := range published(t, "Event_*.json") {
		want := read(t, text)
		events := 0
		s := &script{replies: []reply{answer(200, text), replaced}}
		c := &client.Client{HTTP: &http.Client{Transport: s}, GiveUp: 1} // a heartbeat has no link to follow
		for d, err := range c.Documents(t.Context(), channel) {
			if err != nil {
				continue
			}
			for _, err := range d.Events() {
				if events++; err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
		next := strings.ReplaceAll(want.Links["next"].Href, `\u0026`, "&")
		if events != want.about() || (len(s.sent) == 2) != (next != "") {
			t.Errorf("%s has %d events, and %d polls, want %d", name, events, len(s.sent), want.about())
		}
		if next != "" && (!strings.HasSuffix(s.sent[1].url, next) || strings.Contains(s.sent[1].url, `\`)) {
			t.Errorf("%s: next led to %s, want %s", name, s.sent[1].url, next)
		}
	}
}

// TestPublishedService finds the application, starts calls, is called and does each operation, with the answers that the
// vendor's client is tested with.
func TestPublishedService(t *testing.T) {
	type exchange struct{ URI, Method, ResponseCode, Content string }
	var list struct{ ResponseData []exchange }
	for _, text := range published(t, "MockResponseData.json") {
		if err := json.Unmarshal(bytes.TrimPrefix([]byte(text), []byte("\ufeff")), &list); err != nil {
			t.Fatal(err)
		}
	}
	if *fixtures == "" {
		return
	}
	h := &host{answers: map[string]reply{}}
	all := published(t, "*.json")
	for _, e := range list.ResponseData {
		path := e.URI[strings.Index(e.URI, "/platformservice"):]
		path, _, _ = strings.Cut(path, "?")
		status := map[string]int{"200": 200, "201": 201, "204": 204}[e.ResponseCode]
		h.set(e.Method+" "+path, answer(status, all[e.Content], "Location", path+"/1"))
	}
	c := &client.Client{HTTP: &http.Client{Transport: h}}
	application, err := c.Discover(t.Context(), "https://noammeetings.resources.lync.com/platformservice/discover?deploymentpreference=Weekly")
	if err != nil {
		t.Fatal(err)
	}
	for link, modalities := range map[string]string{application.StartAudio: "Audio", application.StartAudioVideo: "AudioVideo"} {
		if !strings.HasPrefix(link, "https://ring2noammeetings.resources.lync.com/platformservice/v1/applications/1393347000/communication/audioVideoInvitations?modalities="+modalities+"&") {
			t.Errorf("the link for %s is %s", modalities, link)
		}
		if href, err := c.Start(t.Context(), link, client.Input{To: "sip:a@b", OperationID: modalities}); err != nil || !strings.HasSuffix(href, "/1") {
			t.Errorf("%s, %v", href, err)
		}
	}
	for o := transitions.OperationAccept; o < transitions.OperationCancel; o++ {
		s := client.Calls{Client: c}
		d := parsed(t, all["Event_IncomingAudioCall.json"])
		changed, err := s.Add(t.Context(), d)
		if err != nil || !changed[0].Offers(o) {
			t.Fatalf("the incoming call does not offer %v: %v", o, err)
		}
		link, err := url.Parse(linkOf(changed[0], o))
		if err != nil {
			t.Fatal(err)
		}
		path := link.Path
		if h.answers["POST "+path] == nil {
			h.set("POST "+path, answer(204, ""))
		}
		made, err := changed[0].Do(t.Context(), o, client.Input{To: map[bool]string{true: "sip:b@c"}[o == transitions.OperationForward],
			MeetingURI: map[bool]string{true: "sip:meeting"}[o == transitions.OperationAcceptAndBridge]})
		if sent := h.sent[len(h.sent)-1]; err != nil || sent != "POST "+path || (o == transitions.OperationStartAdhocMeeting) != strings.HasSuffix(made, "startAdhocMeeting/1") {
			t.Errorf("%v sent %s and made %q: %v", o, sent, made, err)
		}
	}
	h.sent = nil
	s := client.Calls{Client: c}
	changed, err := s.Add(t.Context(), parsed(t, all["Event_IncomingAudioCall_NoActionLinks.json"]))
	if err != nil {
		t.Fatal(err)
	}
	for o := transitions.OperationAccept; o <= transitions.OperationCancel; o++ {
		if _, err := changed[0].Do(t.Context(), o, client.Input{To: "sip:b@c"}); err == nil || len(h.sent) > 0 {
			t.Errorf("without its link %v is done: %v, %q", o, err, h.sent)
		}
	}
	for name, wrong := range map[string]string{"Applications_NoApplication.json": "no link", "AudioVideo.json": "no link", "Discover.json": "do not lead", "Event_Empty.json": "no link"} {
		s := &script{replies: []reply{answer(200, all[name])}}
		if a, err := (&client.Client{HTTP: &http.Client{Transport: s}}).Discover(t.Context(), channel); err == nil || !strings.Contains(err.Error(), wrong) {
			t.Errorf("%s: %+v, %v, want %s", name, a, err, wrong)
		}
	}
	for _, name := range []string{"Application_NoCommunicationResource.json", "Application_NoAdhocMeetings.json", "Application_NoGetAnonApplicationToken.json"} {
		s := &script{replies: []reply{answer(200, all[name])}}
		a, err := (&client.Client{HTTP: &http.Client{Transport: s}}).Discover(t.Context(), channel)
		if err != nil || (a.StartAudio == "") != strings.Contains(name, "NoCommunication") {
			t.Errorf("%s: %+v, %v", name, a, err)
		}
	}
}

// linkOf returns the link of an operation.
func linkOf(call *client.Call, o transitions.Operation) string {
	for offered, l := range call.Resource().Offers() {
		if offered == o {
			return l.Href
		}
	}
	return ""
}

// TestPublishedResources reads every published payload by GET, whatever it is.
func TestPublishedResources(t *testing.T) {
	for name, text := range published(t, "*.json") {
		s := &script{replies: []reply{answer(200, text)}}
		c := &client.Client{HTTP: &http.Client{Transport: s}}
		r, err := c.Get(t.Context(), invitation)
		if e := new(client.Error); err != nil && !errors.As(err, &e) {
			t.Errorf("%s: %v", name, err)
		} else if err == nil {
			for _, l := range r.Links {
				if l.Href != "" && !strings.Contains(l.Href, ":") {
					t.Errorf("%s: the link %s to %s is not absolute", name, l.Rel, l.Href)
				}
			}
		}
	}
}
