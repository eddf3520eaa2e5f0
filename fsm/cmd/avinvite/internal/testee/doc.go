// Package testee runs the suites of transitions/suite on an implementation in another process, in any language: the
// testee. It reads and writes JSON lines in UTF-8 over the standard input and output of the testee.
//
//	> {"avinvite":1}
//	< {"avinvite":1,"name":"contoso","version":"4.2","role":"server","takes":"events","sees":["state","offers"],"operations":true}
//	> {"id":"av-5c1f09ab42ee","direction":"Outgoing","steps":[{"event":"started","state":"Alerting"},{"do":"cancel"}]}
//	< {"id":"av-5c1f09ab42ee","answers":[{"state":"None","offers":[]},{"ok":true,"state":"Alerting","offers":["cancel"]},...]}
//
// Each line is one test, and begins with a new invitation. There is one answer more than there are steps, because the
// first answer is what the new invitation shows. Up to 64 tests are under way at a time, and they may be answered in any
// order. Members that a reader does not know are ignored. In the place of the answers, a testee may send a member skip or
// error with the reason. protocol.schema.json describes all lines.
//
// A testee that sends any other line is stopped at once, and the error quotes the line. If a testee sends nothing for
// [Options.Timeout], or ends, it has not answered the oldest test: its process group is ended, and it is started again,
// three times at most.
package testee
