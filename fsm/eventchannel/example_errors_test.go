package eventchannel_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// An HTML page of a proxy is not the service's answer, so a client must not read it as an event document.
func ExampleForeign() {
	fmt.Println(eventchannel.Foreign(502, "text/html", []byte("<html>Bad gateway</html>")))
	fmt.Println(eventchannel.Foreign(404, "application/json; charset=utf-8", []byte(`{"code":"NotFound"}`)))
	fmt.Println(eventchannel.Own("Application/JSON; charset=utf-8"), eventchannel.Own("text/html"))
	// Output:
	// true
	// false
	// true false
}

// A LimitError has the size that was seen beside the limit.
func ExampleLimitError() {
	r := eventchannel.NewReader(strings.NewReader(`{"sender":[{"events":[{},{},{}]}]}`))
	r.Limits.Events = 2
	for _, err := range r.Events() {
		if over, is := errors.AsType[*eventchannel.LimitError](err); is {
			fmt.Println(over.What, over.Actual, over.Limit)
		}
	}
	_, err := eventchannel.ParseDataURI("data:," + strings.Repeat("x", eventchannel.MaxDataURI))
	fmt.Println(err)
	// Output:
	// events 3 2
	// eventchannel: data URI: 1048582 bytes, want at most 1048576
}

// A form shows each offence beside its field.
func ExampleValidationError() {
	r := eventchannel.Resource{Subject: strings.Repeat("x", 251), Importance: "Huge"}
	if invalid, is := errors.AsType[*eventchannel.ValidationError](r.Validate()); is {
		for _, o := range invalid.Offences {
			if o.Limit > 0 {
				fmt.Printf("%s: shorten it by %d\n", o.Pointer, o.Actual-o.Limit)
			} else {
				fmt.Printf("%s: replace %s by %s\n", o.Pointer, o.Got, o.Want)
			}
		}
	}
	// Output:
	// /subject: shorten it by 1
	// /importance: replace "Huge" by Normal, Urgent or Emergency
}

// A token that the documentation does not list is ignored. The error names the tokens that are listed.
func ExampleTokenError() {
	read := eventchannel.Event{
		Type: transitions.EventCompleted, Status: "Perhaps", Invitation: &eventchannel.Resource{State: "Declined"},
	}
	event, odd, err := read.Reduce(transitions.StateConnecting)
	fmt.Println(event, err)
	for _, err := range odd {
		if token, is := errors.AsType[*eventchannel.TokenError](err); is {
			fmt.Printf("%s %s: want %s\n", token.Member, token.Token, token.Want)
		}
	}
	// Output:
	// completed(Declined, undocumented) <nil>
	// status Perhaps: want Success or Failure
}
