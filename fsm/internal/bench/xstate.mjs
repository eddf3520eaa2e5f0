// Takes the samples that are asked for on standard input, one line each, and answers each with a line.
// A question is {"measure", "n"}; the answer is {"done", "ns"}, or {"bytes"} for the size of an actor.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { createActor, createMachine } from "xstate";

const { config, walk, ring, refused } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const machine = createMachine(config);

const construct = () => createActor(machine).start();
const begin = () => {
  const actor = construct();
  walk.slice(0, 2).forEach((event) => actor.send(event));
  return actor;
};

const measures = {
  event(n) {
    const actor = begin();
    let done = 0;
    let before = actor.getSnapshot();
    for (let k = 0; k < n; k++) {
      actor.send(ring[k & 3]);
      const after = actor.getSnapshot();
      if (after.value !== before.value) done++;
      before = after;
    }
    return done;
  },
  refusal(n) {
    const actor = begin();
    let done = 0;
    const before = actor.getSnapshot().value;
    for (let k = 0; k < n; k++) {
      actor.send(refused[k & 3]);
      if (actor.getSnapshot().value === before) done++;
    }
    return done;
  },
  construction(n) {
    for (let k = 0; k < n; k++) construct();
    return n;
  },
  life(n) {
    let done = 0;
    for (let k = 0; k < n; k++) {
      const actor = construct();
      walk.forEach((event) => actor.send(event));
      if (actor.getSnapshot().value === "Connected") done++;
    }
    return done;
  },
};

// The compiler of node has to have seen the code.
for (const measure of Object.values(measures)) measure(20_000);

function size(n) {
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  const all = Array.from({ length: n }, begin);
  globalThis.gc();
  return (process.memoryUsage().heapUsed - before) / all.length;
}

for await (const line of createInterface({ input: process.stdin })) {
  const { measure, n } = JSON.parse(line);
  if (measure === "size") {
    console.log(JSON.stringify({ bytes: size(n) }));
    continue;
  }
  const start = process.hrtime.bigint();
  const done = measures[measure](n);
  console.log(JSON.stringify({ done, ns: Number(process.hrtime.bigint() - start) }));
}
