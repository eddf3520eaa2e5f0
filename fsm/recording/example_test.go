package recording_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"strings"
	"time"

	"github.com/avinvite/avinvite/fsm/recording"
)

const capture = `{"log":{"entries":[{
	"startedDateTime":"2024-05-06T09:00:00Z","time":2000,
	"request":{"method":"GET","url":"https://pool.example/applications/1/events?ack=1"},
	"response":{"status":200,"content":{"mimeType":"application/json","text":"{\"sender\":[{\"events\":[{\"type\":\"started\",` +
	`\"link\":{\"rel\":\"ms:rtc:saas:audioVideoInvitation\",\"href\":\"/invitations/1\"}}]}]}"}}
},{
	"startedDateTime":"2024-05-06T09:00:05Z","time":80,
	"request":{"method":"POST","url":"https://pool.example/invitations/1/accept"},
	"response":{"status":204}
}]}}`

func ExampleItems() {
	file := strings.NewReader(capture)
	for item, err := range recording.Items(file) {
		switch {
		case err != nil:
			log.Println(err) // names the place and the fault; the loop goes on
		case item.Event != nil:
			fmt.Println(item.Time, item.Event.Type, item.Event.Href())
		case item.Request != nil:
			fmt.Println(item.Time, item.Request.Method, item.URL, item.Request.Status)
		}
	}
	// Output:
	// 2024-05-06 09:00:02 +0000 UTC started https://pool.example/invitations/1
	// 2024-05-06 09:00:05 +0000 UTC POST https://pool.example/invitations/1/accept 204
}

func ExampleWriter() {
	w := recording.NewWriter(os.Stdout, recording.Array)
	for _, document := range []string{`{"sender":[]}`, `{"sender":[]}`} {
		if err := w.Document([]byte(document), "", time.Time{}, 0); err != nil {
			log.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		log.Fatal(err)
	}
	// Output:
	// [
	// {"sender":[]},
	// {"sender":[]}
	// ]
}

// A recording of a client: a poll that brought an event, and the request that accepts the invitation.
func ExampleWriter_Exchange() {
	const document = `{"sender":[{"events":[{"type":"started",` +
		`"link":{"rel":"ms:rtc:saas:audioVideoInvitation","href":"/invitations/1"}}]}]}`
	var file bytes.Buffer
	w := recording.NewWriter(&file, recording.HAR)
	at := time.Date(2024, 5, 6, 9, 0, 0, 0, time.UTC)
	err := errors.Join(
		w.Document([]byte(document), "https://pool.example/applications/1/events?ack=1", at, 2*time.Second),
		w.Exchange(recording.Exchange{
			Method: "POST", URL: "https://pool.example/invitations/1/accept",
			Began: at.Add(5 * time.Second), Took: 80 * time.Millisecond, Status: 204,
		}),
		w.Close(),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	for item, err := range recording.Items(&file) {
		switch {
		case err != nil:
			fmt.Println(err)
		case item.Event != nil:
			fmt.Println(item.Time.Format(time.TimeOnly), item.Event.Type)
		case item.Request != nil:
			r := item.Request
			fmt.Println(item.Time.Format(time.TimeOnly), r.Method, item.URL, r.Status, r.Answered.Sub(item.Time))
		}
	}
	// Output:
	// 09:00:02 started
	// 09:00:05 POST https://pool.example/invitations/1/accept 204 80ms
}

// Input in another form is an error that names a way to convert it.
func ExampleFormError() {
	for _, err := range recording.Items(strings.NewReader("PK\x03\x04")) {
		if form, is := errors.AsType[*recording.FormError](err); is {
			fmt.Println(form.Is)
			fmt.Println(form.Do)
		}
	}
	// Output:
	// a zip archive
	// unpack it, as by unzip -p FILE
}

// A program that looks at the bytes of a recording itself reads plain and compressed files alike.
func ExampleUnpack() {
	var file bytes.Buffer
	z := gzip.NewWriter(&file)
	if _, err := z.Write([]byte(`{"sender":[]}`)); err != nil {
		fmt.Println(err)
	}
	if err := z.Close(); err != nil {
		fmt.Println(err)
	}
	in := bytes.NewReader(file.Bytes())
	fmt.Println("packed:", recording.Packed(in))
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		fmt.Println(err)
	}
	text, err := recording.Unpack(in)
	if err != nil {
		fmt.Println(err)
		return
	}
	all, err := io.ReadAll(text)
	fmt.Println(string(all), err)
	// Output:
	// packed: true
	// {"sender":[]} <nil>
}

func ExampleStarts() {
	const communication = "https://pool.example/applications/1/communication/"
	fmt.Println(recording.Starts(communication + "audioVideoInvitations?operationId=74cb7404"))
	fmt.Println(recording.Starts(communication + "messagingInvitations"))
	// Output:
	// true
	// false
}
