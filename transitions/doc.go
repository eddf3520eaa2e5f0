// Package transitions is the life of an audio/video invitation as a relation: which event may follow which, and
// on whose authority.
package transitions
