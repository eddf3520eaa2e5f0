// Package laws lists the numbered laws of the invitation, and checks any state machine of invitations against them.
//
// The list is [All]: number, name, statement, and on what authority each law stands. A [Subject] is one invitation of
// the implementation under test. [Enumerate] tries each event and each operation in every configuration, and returns a
// shortest sequence of actions for every law that is broken. Here it tries package transitions itself:
//
//	fmt.Println(laws.Enumerate(
//		laws.Pure(transitions.New, transitions.Invitation.Step, transitions.Invitation.Do, laws.ViewOf),
//	))
//
// Package proptest does the same in a test, and samples long sequences beside it. This package needs neither a test nor
// anything outside the standard library.
//
// # Subjects
//
// A Subject takes an event, performs an operation, and shows a [View] of itself. [Live] makes one from a machine that
// changes in place, [Pure] from functions on values. Four functions translate between the implementation's types and
// those of package transitions: one makes an invitation, one takes an event, one performs an operation, and one returns
// the view.
//
// A server is held to the reference mode, [transitions.Invitation.Step]: which events it may send, what it must refuse,
// and with which error. A client is wrapped in [Tolerant] and held to the tolerant mode,
// [transitions.Invitation.Observe]: no event of a service may keep it waiting for ever. A client must still return an
// error for what Observe refuses: one whose event function always returns nil breaks the laws 2 and 10, by an event
// after the completion that says something else. A client without operations passes nil for them, and the laws about
// operations are left out.
//
// The answer to cancel after an outgoing invitation has connected is not judged, because cancel hangs up then; the
// view must stay the same.
//
// # JSON
//
// A subject in another process, in any language, receives an [Action] and returns a View. Both have a JSON form in the
// wire's own tokens, which is also the form of steps and expectations in conformance vectors:
//
//	{"event":"started","state":"Alerting"}
//	{"event":"completed","state":"Failed","reason":{"code":"RemoteFailure","subcode":"Busy"}}
//	{"do":"cancel"}
//
//	{"direction":"Outgoing","state":"Alerting","offers":["cancel"]}
//	{"direction":"Outgoing","state":"Failed","reason":{"code":"RemoteFailure","subcode":"Busy"},"offers":[]}
//
// A reason or a pending operation that is absent is an absent member. An end without a documented code has the reason
// {"code":"Unlisted","subcode":"Unlisted"}, also if its event has no reason. A code or subcode that no page lists is
// written as the token Unlisted; a reader may get any other token that no page lists, and it means the same. Unknown
// members are ignored. Example_process shows both ends of a pipe; the command "avinvite test" runs complete suites on a
// program in any language, and needs no Go code.
//
// # Limits
//
// A subject that does not answer within half a minute, or ends the goroutine as t.FailNow does, breaks law 1, and no
// more subjects are tried. The enumeration makes some forty thousand subjects, twice as many for a client, so one
// process should serve them all.
//
// A View has the reason of an end, but not the raw code, subcode and message. Law 10 demands that a client keeps them, but
// Enumerate cannot see it.
package laws
