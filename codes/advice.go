package codes

import (
	"fmt"

	"github.com/avinvite/avinvite/codes/enum"
)

// Actor is the set of parties that may have ended an invitation. The zero value is the unknown party.
type Actor uint8

const (
	ActorLocal         Actor = 1 // the local user or client
	ActorRemote        Actor = 2 // the other party or its client
	ActorService       Actor = 4 // the service between them
	ActorOtherEndpoint Actor = 8 // the local user at another endpoint
)

var actors = enum.Names[Actor]{Type: "Actor", Noun: "actor", Texts: []string{
	"unknown", "local", "remote", "local or remote",
	"service", "local or service", "remote or service", "local or remote or service",
	"other endpoint", "local or other endpoint", "remote or other endpoint", "local or remote or other endpoint",
	"service or other endpoint", "local or service or other endpoint", "remote or service or other endpoint",
	"local or remote or service or other endpoint",
}}

// String returns the names of the parties, joined with "or", or "unknown".
func (a Actor) String() string { return actors.String(a) }

// MarshalText writes the text of [Actor.String]; a value out of range is an error.
func (a Actor) MarshalText() ([]byte, error) { return actors.Marshal(a) }

// UnmarshalText reads a text that [Actor.MarshalText] writes; any other text is an error.
func (a *Actor) UnmarshalText(text []byte) error {
	if actors.Unmarshal(a, text) != nil {
		return fmt.Errorf("%.40q is no actor, want unknown, or some of local, remote, service and other endpoint, "+
			`in this order and joined by " or "`, text)
	}
	return nil
}

// Retry is advice on whether inviting again can help.
type Retry uint8

const (
	RetryUnknown Retry = 0 // nothing is known, because the reason is no documented pair
	RetryLater   Retry = 1 // the same invitation may succeed at another time
	RetryChanged Retry = 2 // the invitation can succeed after a change
	RetryNo      Retry = 3 // inviting again does not help
)

var retries = enum.Names[Retry]{
	Type: "Retry", Noun: "advice on a retry",
	Texts: []string{RetryUnknown: "unknown", RetryLater: "later", RetryChanged: "changed", RetryNo: "no"},
}

// String returns the name.
func (r Retry) String() string { return retries.String(r) }

// MarshalText writes the name; a value out of range is an error.
func (r Retry) MarshalText() ([]byte, error) { return retries.Marshal(r) }

// UnmarshalText reads a text that [Retry.MarshalText] writes; any other text is an error.
func (r *Retry) UnmarshalText(text []byte) error { return retries.Unmarshal(r, text) }
