// A server for Node. avinvite catalogue > catalogue.json; avinvite test -- node server.mjs catalogue.json
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
const progress = { Incoming: ["Connecting"], Outgoing: ["Connecting", "Alerting", "TeamRing", "Forwarded"] };
const offers = { Incoming: ["accept", "acceptAndBridge", "decline", "forward", "startAdhocMeeting"], Outgoing: ["cancel"] };
const ends = new Set(JSON.parse(readFileSync(process.argv[2])).reasons.flatMap((r) => r.directions.flatMap((direction) =>
  r.states.map((end) => [direction, end.state, r.code, r.subcode].join()))));
const legal = (direction, state, { event, state: to, reason: { code, subcode = "None" } = {} }) =>
  (state === "None" || progress[direction].includes(state)) && (event === "completed"
    ? to === "Connected" ? !code : ends.has([direction, to, code, subcode].join())
    : progress[direction].includes(to) && (state === "None" || event === "updated" && (to !== "Connecting" || state === to)));
function run(direction, steps, state = "None", pending = false) {
  const known = () => progress[direction].includes(state) ? offers[direction] : [];
  const look = (answer) => ({ ...answer, state, offers: pending ? [] : known() });
  return [look({}), ...steps.map((step) => {
    const ok = step.do ? known().includes(step.do) && !pending : legal(direction, state, step);
    if (ok && step.do) pending = step.do !== "startAdhocMeeting";
    if (ok && !step.do) state = step.state;
    if (ok || !step.do) return look({ ok });
    return look({ ok, ...known().includes(step.do) ? { status: 409, code: "Conflict" } : { status: 404, code: "NotFound" } });
  })];
}
const hello = { avinvite: 1, name: "example for Node", role: "server", sees: ["state", "offers"], operations: true };
createInterface({ input: process.stdin }).on("line", (line, { avinvite, id, direction, steps } = JSON.parse(line)) =>
  console.log(JSON.stringify(avinvite ? hello : { id, answers: run(direction, steps) })));
