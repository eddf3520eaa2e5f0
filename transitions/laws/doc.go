// Package laws lists the numbered laws of the invitation, and checks any state machine of invitations against them.
//
// [All] returns the list: the number, name, statement, basis and source of each law. Laws 11, 12, 14 and 15 are about
// this library, and its own tests check them. A [Subject] is one invitation of the implementation under test.
// [Enumerate] tries each event and each operation in every configuration, and returns a shortest sequence of actions
// for every law that is broken. Here it tries package transitions itself:
//
//	fmt.Println(laws.Enumerate(
//		laws.Pure(transitions.New, transitions.Invitation.Step, transitions.Invitation.Do, laws.ViewOf),
//	))
//
// Package proptest does the same in a test, and samples long sequences as well. This package works outside tests, and
// imports the standard library only.
//
// # Subjects
//
// A Subject receives events, performs operations, and shows a [View] of itself. For a server, receiving an event means:
// send this event, or return an error if it is not legal. For a client, it means: the service has sent this event.
//
// [Live] makes subjects from a machine that changes in place, and [Pure] from functions on values. Four functions
// translate between the implementation's types and those of package transitions: one makes an invitation, one hands
// over an event, one performs an operation, and one returns the view.
//
// A server must follow the reference mode, [transitions.Invitation.Step]: the events that it may send, the events and
// operations that it must refuse, and the error of each refusal. A client is wrapped in [Tolerant] and must follow the
// tolerant mode, [transitions.Invitation.Observe]: no event of a service may keep it waiting for ever. A client must
// still return an error for an event that Observe refuses, such as another outcome after the completion. A client whose
// event function always returns nil breaks laws 2 and 10. For a client without operations, the argument do of Live or
// Pure is nil, and the laws about operations are left out.
//
// After an outgoing invitation has connected, cancel hangs up the call. Whether cancel succeeds then is not judged, but
// the view must stay the same.
//
// # JSON
//
// A subject in another process, in any language, receives an [Action] and returns a View. Both have a JSON form with
// the tokens of the wire, which is also the form of steps and expected answers in the vectors of package suite:
//
//	{"event":"started","state":"Alerting"}
//	{"event":"completed","state":"Failed","reason":{"code":"RemoteFailure","subcode":"Busy"}}
//	{"do":"cancel"}
//
//	{"direction":"Outgoing","state":"Alerting","offers":["cancel"]}
//	{"direction":"Outgoing","state":"Failed","reason":{"code":"RemoteFailure","subcode":"Busy"},"offers":[]}
//
// If there is no reason or no pending operation, the member is absent. A code that the specification does not list is
// written as the token Unlisted, and so is a subcode that it does not list for the code. UnmarshalJSON also accepts any
// other token that is not listed, and reads it as it reads Unlisted. A failure without a documented code has the reason
// {"code":"Unlisted","subcode":"Unlisted"} in a View, even if its event had no reason. Unknown members are ignored.
// Example_process shows both ends of a pipe. The command "avinvite test" runs complete suites on a program in any
// language, and needs no Go code.
//
// # Limits
//
// A subject that does not answer within [Patience], or ends the goroutine as t.FailNow does, breaks law 1, and no more
// subjects are tried. Enumerate makes some forty thousand subjects, and twice as many for a client, so one process
// should serve all of them.
//
// A View has the reason of an end, but not the raw code, subcode and message. Law 10 demands that a client keeps them,
// but Enumerate cannot check this.
package laws
