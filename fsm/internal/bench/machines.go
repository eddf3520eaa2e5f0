package main

import (
	"context"
	"fmt"
	"io"

	"github.com/avinvite/avinvite/fsm"
)

// contestants returns the machines in the order of the table, beginning with the dense table, the yardstick. stop ends
// the processes that were started for them. missing names the contestant that could not be started, and why.
func contestants() (all []contestant, missing string, stop func()) {
	all = []contestant{
		denseTable(), handWritten(), step(), observe(), atomicStep(),
		liveMachine("`fsm.Machine`", "the whole relation with its reasons; safe to share, in order", fsm.Config{}),
		liveMachine("`fsm.Machine`, `OnTransition`", "the typed callback, which does nothing; no engine of looplab's runs",
			fsm.Config{OnTransition: func(context.Context, fsm.Transition) {}}),
		liveMachine("`fsm.Machine`, a callback", "one of looplab's, which does nothing at every change of state",
			fsm.Config{Callbacks: oneCallback}),
		sameEdges("looplab/fsm, the same edges and callback",
			"what `fsm.Machine`, a callback, is held to: the callback gets the event as its argument; shared under a lock", oneCallback),
		looplabFSM("looplab/fsm", "six states, no callbacks; shared under a lock, for two goroutines in its `Event` are a data race",
			sixStates, nil),
		statelessMachine(), statelessStorage(),
	}
	x, stop, err := xstate()
	if err != nil {
		return all, fmt.Sprintf("XState, which needs node and npm: %v", err), func() {}
	}
	return append(all, x), "", stop
}

// unmeasured names the other Go libraries that were asked for, by go list -m -versions.
const unmeasured = `
Not measured, because no copy could be downloaded: cocoonspace/fsm, enetx/fsm, hishamk/statetrooper, ryanfaerman/fsm,
smallnest/gofsm, Gurpartap/statemachine-go, dyrkin/fsm.
`

func machines(set settings, w io.Writer) error {
	all, missing, stop := contestants()
	defer stop()
	var rows []row
	for _, c := range all {
		r := row{c.name, []sample{c.event, c.refusal, c.construction, c.life, nil, nil}}
		if c.parallel {
			r.samples[4] = onAllCores(c.event)
		}
		if c.share != nil {
			r.samples[5] = onAllCores(c.share())
		}
		rows = append(rows, r)
	}
	taken, ratios, err := set.measure(rows)
	if err != nil {
		return err
	}
	fmt.Fprint(w, `
## Machines

The walk is the life of an outgoing invitation through six states: None, Connecting, Alerting, TeamRing, Forwarded,
Connected. An event is one step between the ringing states, a refusal an event that Alerting does not take, a life a
construction with the five events of the walk.

| | event | refusal | construction | life | all cores, each its own | all cores, one shared | allocations: event, refusal | MB for a million |
|---|--:|--:|--:|--:|--:|--:|--:|--:|
`)
	for n, c := range all {
		fmt.Fprintf(w, "| %s |", c.name)
		for column := range ratios[n] {
			if n == 0 {
				fmt.Fprintf(w, " %s ns |", figure(taken[n][column]))
			} else {
				fmt.Fprintf(w, " %s |", times(ratios[n][column]))
			}
		}
		if c.parallel {
			fmt.Fprintf(w, " %.0f, %.0f |", allocations(c.event), allocations(c.refusal))
		} else {
			fmt.Fprint(w, " |")
		}
		if c.size == nil {
			fmt.Fprint(w, " |\n")
		} else {
			fmt.Fprintf(w, " %s |\n", figure(c.size()))
		}
	}
	fmt.Fprint(w, "\n")
	for _, c := range all {
		fmt.Fprintf(w, "- %s: %s\n", c.name, c.note)
	}
	fmt.Fprint(w, unmeasured)
	if missing != "" {
		fmt.Fprintf(w, "\nLeft out: %s.\n", missing)
	}
	return nil
}
