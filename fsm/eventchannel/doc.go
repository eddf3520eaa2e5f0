// Package eventchannel reads the event channel of the Trusted Application API: the JSON documents in which a
// service tells an application what happened, by long poll or by webhook.
//
// A [Reader] yields the events about audio/video invitations and passes over all others. [Event.Transition]
// reduces one to a [transitions.Event], and says what disagrees or is missing where it cannot.
//
// The package neither fetches nor acknowledges anything, and it does not read the XML form.
package eventchannel
