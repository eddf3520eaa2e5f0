// Loads the exported machines into XState and compares every cell with what Step answers.
// Usage: node check.mjs GENERATED_FOLDER CELLS_JSON
import { readFileSync } from "node:fs";
import { createActor, createMachine } from "xstate";

const [, , folder, cellsFile] = process.argv;
const cells = JSON.parse(readFileSync(cellsFile, "utf8"));
const machines = {};
for (const direction of ["Incoming", "Outgoing"]) {
  const config = JSON.parse(readFileSync(`${folder}/${direction.toLowerCase()}.xstate.json`, "utf8"));
  machines[direction] = createMachine(config);
}

let legal = 0;
let wrong = 0;
for (const { direction, from, event, to } of cells) {
  const machine = machines[direction];
  let got = null;
  // A state that the direction does not have cannot be entered, and so handles nothing.
  if (machine.states[from]) {
    const snapshot = machine.resolveState({ value: from });
    if (snapshot.can({ type: event })) {
      const actor = createActor(machine, { snapshot });
      actor.start();
      actor.send({ type: event });
      got = actor.getSnapshot().value;
      actor.stop();
    }
  }
  if (to !== null) legal++;
  if (got !== to) {
    wrong++;
    console.error(`${direction} ${from}: ${event} leads to ${got}, want ${to}`);
  }
}
if (legal === 0 || legal === cells.length) {
  console.error(`${legal} of ${cells.length} cells are legal: the list of cells is not one`);
  wrong++;
}
console.log(`XState: ${cells.length} cells walked, ${legal} legal, ${wrong} wrong`);
process.exit(wrong === 0 ? 0 : 1);
