// Loads the exports in the tools that they are for and compares each with what Step answers: the machines cell by
// cell, the drawings arrow by arrow. Usage: node check.mjs GENERATED_FOLDER CELLS_JSON
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import scion from "@scion-scxml/scxml";
import { instance as graphviz } from "@viz-js/viz";
import { JSDOM } from "jsdom";
import { createActor, createMachine } from "xstate";

const [, , folder, cellsFile] = process.argv;
const cells = JSON.parse(readFileSync(cellsFile, "utf8"));
const directions = ["Incoming", "Outgoing"];
const read = (direction, ending) => readFileSync(`${folder}/${direction.toLowerCase()}.${ending}`, "utf8");

let failed = false;
function verdict(tool, count, what, wrong) {
  console.log(`${tool}: ${count} ${what}, ${wrong.length} wrong`);
  wrong.slice(0, 10).forEach((line) => console.error(`  ${line}`));
  failed ||= wrong.length > 0 || count === 0;
}

// Walks every cell. The machines answer the state after the event, or null if it is not handled.
function walk(tool, machines) {
  const wrong = [];
  for (const { direction, from, event, to } of cells) {
    const got = machines[direction](from, event);
    if (got !== to) wrong.push(`${direction} ${from}: ${event} leads to ${got}, want ${to}`);
  }
  verdict(tool, cells.length, `cells walked, ${cells.filter((c) => c.to !== null).length} legal`, wrong);
}

// A state that the direction does not have cannot be entered, and so handles nothing.
function xstate(direction) {
  const machine = createMachine(JSON.parse(read(direction, "xstate.json")));
  return (from, event) => {
    if (!machine.states[from]) return null;
    const snapshot = machine.resolveState({ value: from });
    if (!snapshot.can({ type: event })) return null;
    const actor = createActor(machine, { snapshot });
    actor.start();
    actor.send({ type: event });
    return actor.getSnapshot().value;
  };
}

// SCION has no way to begin in the middle: an event that leads there from None, which the walk checks too, goes before.
// Whether an event was handled shows in the transitions taken, since an update may keep the state.
async function scxml(direction) {
  const model = await promisify(scion.documentStringToModel)(direction, read(direction, "scxml"));
  const chart = await promisify(model.prepare.bind(model))();
  const opening = (to) => cells.find((c) => c.direction === direction && c.from === "None" && c.to === to)?.event;
  const openings = Object.fromEntries(cells.map((c) => [c.from, opening(c.from)]));
  return (from, event) => {
    if (from !== "None" && !openings[from]) return null;
    const interpreter = new scion.core.Statechart(chart);
    interpreter.start();
    if (from !== "None") interpreter.gen({ name: openings[from] });
    if (interpreter.getConfiguration().join() !== from) return `no ${from}`;
    let taken = 0;
    interpreter.on("onTransition", () => taken++);
    interpreter.gen({ name: event });
    return taken > 0 ? interpreter.getConfiguration().join() : null;
  };
}

// Compares the arrows of a drawing, as pairs of states, with the pairs that some legal event joins.
function compare(tool, drawn) {
  const pairs = (direction) =>
    new Set(cells.filter((c) => c.direction === direction && c.to !== null).map((c) => `${c.from} -> ${c.to}`));
  const wrong = [];
  let count = 0;
  for (const direction of directions) {
    const want = pairs(direction);
    const got = new Set(drawn[direction]);
    count += got.size;
    wrong.push(...[...want].filter((p) => !got.has(p)).map((p) => `${direction} lacks ${p}`));
    wrong.push(...[...got].filter((p) => !want.has(p)).map((p) => `${direction} has ${p}`));
  }
  verdict(tool, count, "arrows compared", wrong);
}

// Mermaid wants a browser's document. An arrow from the box leaves each state in it.
async function mermaid(direction) {
  const { window } = new JSDOM("");
  Object.assign(globalThis, { window, document: window.document });
  const { default: mermaid } = await import("mermaid");
  const text = read(direction, "mmd");
  await mermaid.parse(text);
  const { nodes, edges } = (await mermaid.mermaidAPI.getDiagramFromText(text)).db.getData();
  const inside = (box) => nodes.filter((n) => n.parentId === box).map((n) => n.id);
  return edges
    .filter((e) => e.start !== "root_start" && e.end !== "root_end")
    .flatMap((e) => (inside(e.start).length > 0 ? inside(e.start) : [e.start]).map((from) => `${from} -> ${e.end}`));
}

async function dot(direction) {
  const { objects, edges } = (await graphviz()).renderJSON(read(direction, "dot"));
  return edges.map((e) => `${objects[e.tail].name} -> ${objects[e.head].name}`);
}

async function each(load) {
  return Object.fromEntries(await Promise.all(directions.map(async (d) => [d, await load(d)])));
}

walk("XState", await each(xstate));
walk("SCION", await each(scxml));
compare("Mermaid", await each(mermaid));
compare("Graphviz", await each(dot));
process.exit(failed ? 1 : 0);
