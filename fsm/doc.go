// Package fsm is one live audio/video invitation on github.com/looplab/fsm, for programs that want looplab's
// callbacks: safe to share, and impossible to wedge.
package fsm
