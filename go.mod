module github.com/avinvite/avinvite

go 1.25

require (
	github.com/anishathalye/porcupine v1.3.1
	github.com/go-json-experiment/json v0.0.0-20251027170946-4849db3c2f7e
	github.com/google/go-cmp v0.7.0
	github.com/looplab/fsm v1.0.4
	pgregory.net/rapid v1.3.0
)
