package main

import (
	"bytes"
	"fmt"
	"io"

	looplab "github.com/looplab/fsm"

	"github.com/avinvite/avinvite/fsm"
	"github.com/avinvite/avinvite/fsm/conformance"
)

// target is a limit of the library's time, as a multiple of a yardstick's.
type target struct {
	what, beside       string
	limit              float64 // of the subject's time, as a multiple of the yardstick's
	subject, yardstick sample
}

// bareEqual is the yardstick of the machine. The two are measured in ten times as many rounds, each a tenth as long. Both
// allocate, and in longer rounds the ratio differs by a tenth from run to run, depending on which of them the garbage
// collection meets.
const bareEqual = "looplab/fsm, the same edges and callbacks"

// What the passes over a crowd do.
const (
	sameUpdate = "`Step`, the same update of each of a million"
	nextEvent  = "`Step`, the next event of each of a million random lives"
)

func targeted() []target {
	table, ours, shared := denseTable(), step(), atomicStep()
	looplabs, json, reader := looplabFSM("", "", sixStates, nil), documentReaders[0], documentReaders[len(documentReaders)-1]
	goccy, fast := documentReaders[2], documentReaders[6]
	many := newCrowd(1 << 20)
	lookUp, byMap := reasonLookups[3].find, reasonLookups[0].find
	machine := func(callbacks looplab.Callbacks) contestant {
		return liveMachine("", "", fsm.Config{Callbacks: callbacks})
	}
	bare := func(callbacks looplab.Callbacks) contestant { return sameEdges("", "", callbacks) }
	return []target{
		{"`Step`, a legal event", "the table, a legal event", 1.5, ours.event, table.event},
		{"`Step`, a refusal", "the table, a legal event", 2, ours.refusal, table.event},
		{sameUpdate, "the table, the same", 1.5, passes(many.sameByStep), passes(many.sameByTable)},
		{nextEvent, "the table, the same", 2.5, passes(many.nextByStep), passes(many.nextByTable)},
		{nextEvent, "the switch, the same", .5, passes(many.nextByStep), passes(many.nextBySwitch)},
		{"`Atomic.Step`, all cores on one", "looplab/fsm under a lock, all cores on one", 1. / 20,
			onAllCores(shared.share()), onAllCores(looplabs.share())},
		{"`fsm.Machine`, an event that calls one callback", bareEqual, 1.25, machine(oneCallback).event, bare(oneCallback).event},
		{"`fsm.Machine`, an event that calls four", bareEqual, 1.25, machine(fourCallbacks).event, bare(fourCallbacks).event},
		{"`fsm.Machine`, an event that calls eight", bareEqual, 1.25, machine(eightCallbacks).event, bare(eightCallbacks).event},
		{"`fsm.Machine`, a life with one callback", bareEqual, 1.25, machine(oneCallback).life, bare(oneCallback).life},
		{"`codes.Lookup`, documented", "a map by the pair", 1,
			lookUps(lookUp, documented, true), lookUps(byMap, documented, true)},
		{"`codes.Lookup`, unknown", "a map by the pair", 1,
			lookUps(lookUp, unknown, false), lookUps(byMap, unknown, false)},
		{"`eventchannel.Reader`, one event in a hundred", "encoding/json", 1. / 3,
			readings(reader.read), readings(json.read)},
		{"`RawEvents`, lines of a webhook", "goccy/go-json", .85,
			lines(reader.name, reader.read), lines(goccy.name, goccy.read)},
		{"`RawEvents`, lines of a webhook", "valyala/fastjson", 1,
			lines(reader.name, reader.read), lines(fast.name, fast.read)},
	}
}

// targets reports of each target whether it is met. A target without a yardstick is absolute.
func targets(set settings, w io.Writer) error {
	fmt.Fprint(w, `
## Targets

| what | beside | target | measured | met |
|---|---|--:|--:|---|
`)
	line := func(what, beside, goal, got string, met bool) {
		answer := map[bool]string{true: "yes", false: "no"}[met]
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s |\n", what, beside, goal, got, answer)
	}
	for _, t := range targeted() {
		in := set
		if t.beside == bareEqual {
			in = settings{rounds: 10 * set.rounds, sample: set.sample / 10}
		}
		_, ratios, err := in.measure([]row{{t.beside, []sample{t.yardstick}}, {t.what, []sample{t.subject}}})
		if err != nil {
			return err
		}
		goal, got := fmt.Sprintf("at most %.2f×", t.limit), fmt.Sprintf("%.2f×", ratios[1][0])
		if t.limit < 1 {
			goal, got = "at least "+figure(1/t.limit)+"× as fast", times(1/ratios[1][0])
		}
		line(t.what, t.beside, goal, got, ratios[1][0] <= t.limit) // as measured: the figure shown is rounded
	}
	own, _, err := set.measure([]row{{"a life", []sample{step().life}}, {"a check", []sample{timed(checks)}}})
	if err != nil {
		return err
	}
	life, speed := own[0][0], float64(len(document))/own[1][0]*1e3
	line("`Step`, a whole life", "", "at most 25 ns", figure(life)+" ns", life <= 25)
	line("`conformance.Check`, one event in a hundred", "", "at least 100 MB/s", figure(speed)+" MB/s", speed >= 100)
	live, bare := liveMachine("", "", fsm.Config{Callbacks: oneCallback}), sameEdges("", "", oneCallback)
	_, allocated := memory(live.life, 10_000)
	_, bareAllocated := memory(bare.life, 10_000)
	for _, m := range []struct {
		what         string
		ours, theirs float64
	}{
		{"`fsm.Machine`, bytes allocated by a life with one callback", allocated, bareAllocated},
		{"`fsm.Machine`, bytes kept by a machine with one callback", live.size(), bare.size()},
	} {
		line(m.what, bareEqual, "less than 1.00×", fmt.Sprintf("%.2f×", m.ours/m.theirs), m.ours < m.theirs)
	}
	size := step().size()
	line("an `Invitation`", "", "at most 8 bytes", figure(size)+" bytes", size <= 8)
	fmt.Fprint(w, `
A random life takes any of the edges from its state, each with the same probability, and any of its events is the next.
`+"`fsm.Machine`"+` is measured in ten times as many rounds, each a tenth as long. That Step, Do and Lookup allocate nothing,
and that reading needs no memory for the length of a recording, is tested in the packages.
`)
	return nil
}

// checks judges the document.
func checks(n int) (done int) {
	for range n {
		if verdicts, err := conformance.Check(bytes.NewReader(document)); err == nil && len(verdicts) == invited {
			done++
		}
	}
	return done
}
