package main

import (
	"strconv"

	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/layout"
)

// word is a word of events, answerPages or verdicts that is no code, reason, state, operation or rule.
type word struct {
	name   string
	http   int // of an answer; zero for any other word
	is     string
	text   string
	source string // "" for a word of this command
}

// answerPages is the source of the successes of operations.
const answerPages = "UCWA/accept_ref.md, UCWA/decline_ref.md, UCWA/cancel_ref.md; docs/ChatCallflowDetail.md"

var words = []word{
	{"started", 0, "a type of event", "The invitation begins: somebody has called.", "PAGE, Events"},
	{"updated", 0, "a type of event", "The invitation goes on, in the same state or in another.", "PAGE, Events"},
	{"completed", 0, "a type of event", "The invitation has ended. Nothing follows.", "PAGE, Events; UCWA/OperationResource.md"},
	{"Success", 0, "a status of a completed event", "The invitation has ended in a call.", "PAGE, Asynchronous reason codes"},
	{
		"Failure", 0, "a status of a completed event", "The invitation has ended without a call. The reason has a code and a subcode.",
		"PAGE, Asynchronous reason codes",
	},
	{
		"OK", 200, "an answer to an operation", "The service has carried out an acceptAndBridge, or returns a resource.",
		answerPages,
	},
	{
		"Created", 201, "an answer to an operation",
		"The service has created an invitation or a meeting. The header Location has its link.", answerPages,
	},
	{
		"NoContent", 204, "an answer to an operation",
		"The service has taken the operation. The event channel tells what comes of it.", answerPages,
	},
	{
		"Unauthorized", 401, "an answer to any request", "The request has no valid token. The application must get one and ask again.",
		"docs/AuthenticationAndAuthorization.md",
	},
	{"conforms", 0, "a result of avinvite check", "The invitation has completed, and no rule is broken. The call may have failed.", ""},
	{"incomplete", 0, "a result of avinvite check", "No rule is broken so far, but the recording has no completion.", ""},
	{"deviates", 0, "a result of avinvite check", "Only rules are broken that follow from the documentation without being in it.", ""},
	{"violates", 0, "a result of avinvite check", "A rule is broken that the documentation states, or that a published payload shows.", ""},
}

func (d word) write(w *layout.Writer) {
	w.Text(d.name)
	w.Line("is", d.is)
	if d.http != 0 {
		w.Line("HTTP", strconv.Itoa(d.http))
	}
	w.Line("means", d.text)
	if d.source != "" {
		w.Line("source", d.source)
	}
}
