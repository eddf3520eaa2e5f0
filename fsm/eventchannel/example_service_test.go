package eventchannel_test

import (
	"bytes"
	"fmt"

	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// An application shows who calls: the inviter is embedded in the invitation or, without details, a titled link.
func ExampleParticipant() {
	embedded, err := eventchannel.Participant{
		Name: "Lene", URI: "sip:lene@contoso.com", SourceNetwork: "SameEnterprise",
	}.MarshalJSON()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range []eventchannel.Resource{
		{Embedded: map[string][]byte{"from": embedded}},
		{Links: []eventchannel.Link{{Rel: "from", Href: "people/1", Title: "Lene"}}},
	} {
		from, err := r.From()
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Printf("%s %q %q %t %q\n", from.Name, from.URI, from.SourceNetwork, from.Anonymous, from.Href)
	}
	// Output:
	// Lene "sip:lene@contoso.com" "SameEnterprise" false ""
	// Lene "" "" false "people/1"
}

// A webhook's documents need a base for their relative hrefs, because no request brought them.
func ExampleWriter_Document() {
	call, err := transitions.New(transitions.Incoming).Step(transitions.Started(transitions.StateConnecting))
	if err != nil {
		fmt.Println(err)
		return
	}
	w := eventchannel.Writer{BaseURI: "https://pool.example/", Sender: "applications/1/communication"}
	self := eventchannel.Link{Rel: "self", Href: "i/1"}
	if err := w.Add(transitions.EventStarted, call, eventchannel.Resource{Links: []eventchannel.Link{self}}, nil); err != nil {
		fmt.Println(err)
		return
	}
	document, err := w.Document()
	if err != nil {
		fmt.Println(err)
		return
	}
	for e, err := range eventchannel.NewReader(bytes.NewReader(document)).Events() {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(e.Type, e.Href)
	}
	fmt.Println(bytes.Contains(document, []byte(`"href":"applications/1/communication"`)))
	// Output:
	// started https://pool.example/i/1
	// true
}
