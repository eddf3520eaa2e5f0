package recording_test

import (
	"fmt"
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
			fmt.Println(item.Time, item.Event.Type, item.Event.Href)
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
