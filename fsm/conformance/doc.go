// Package conformance judges recorded traffic: it holds every audio/video invitation that a recording tells of
// against the relation of package transitions, and answers a [Verdict] for each.
//
// A [Checker] takes the events of an eventchannel.Reader one at a time. It reads as a client must, by
// transitions.Invitation.Observe: whatever a service sends, a completion completes, and what was wrong with it
// becomes a [Finding] with its place in the input, the [Rule] that it broke, the basis and source of that rule, and
// what was expected. A rule that is Stated or Sampled makes a violation of it, one that is Inferred a deviation.
//
// The package judges what was sent, never when: it knows no clock. Memory is that of the invitations' verdicts,
// whatever the length of the recording.
package conformance
