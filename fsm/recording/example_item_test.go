package recording_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/avinvite/avinvite/fsm/recording"
)

// Map reads events ahead on several cores, and yields the results in the order of the recording.
func ExampleMap() {
	const polled = `{"sender":[{"events":[{"type":"started","link":{"rel":"audioVideoInvitation","href":"i/1"}}]}]}
{"_links":{"resume":{"href":"events?ack=1"}},"sender":[]}
{"sender":[{"events":[{"type":"updated","link":{"rel":"audioVideoInvitation","href":"i/1"}}]}]}`
	for line := range recording.Map(strings.NewReader(polled), func(item recording.Item, err error) string {
		switch {
		case err != nil:
			return err.Error()
		case item.Resumed:
			return "the service numbers its documents from the start"
		case item.Event != nil:
			return item.Event.Type.String() + " " + item.Event.Href()
		}
		return "another item"
	}) {
		fmt.Println(line)
	}
	// Output:
	// started i/1
	// the service numbers its documents from the start
	// updated i/1
}

// A recording keeps the URL of a created invitation, and the HTML page that a proxy sent instead of the service's answer.
func ExampleRequest() {
	var file bytes.Buffer
	w := recording.NewWriter(&file, recording.HAR)
	at := time.Date(2024, 5, 6, 9, 0, 0, 0, time.UTC)
	err := errors.Join(
		w.Exchange(recording.Exchange{
			Method: "POST", URL: "https://pool.example/communication/audioVideoInvitations", Body: []byte(`{}`),
			Began: at, Took: time.Second, Status: 201, Location: "https://pool.example/invitations/1",
		}),
		w.Exchange(recording.Exchange{
			Method: "POST", URL: "https://pool.example/invitations/1/cancel",
			Began: at.Add(time.Minute), Took: time.Second, Status: 502,
			Answer: []byte("<html>Bad gateway</html>"), AnswerType: "text/html",
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
		case item.Request == nil:
		case item.Request.Foreign:
			fmt.Println(item.URL, "was answered by a proxy:", item.Request.Status)
		default:
			fmt.Println(item.URL, "created", item.Request.Location)
		}
	}
	// Output:
	// https://pool.example/communication/audioVideoInvitations created https://pool.example/invitations/1
	// https://pool.example/invitations/1/cancel was answered by a proxy: 502
}
