// Uses the generated constants of TypeScript, and compares them with catalogue.json.
import { deepStrictEqual } from "node:assert";
import { readFileSync } from "node:fs";
import { Code, Subcode, reasons } from "./words.js";

const catalogue = JSON.parse(readFileSync(process.argv[2], "utf8"));
const tokens = (words: { token: string }[]) => words.map((word) => word.token);
deepStrictEqual(Object.values(Code), tokens(catalogue.codes));
deepStrictEqual(Object.values(Subcode), tokens(catalogue.subcodes));
deepStrictEqual(reasons.map((r) => r.code + "/" + r.subcode + " " + r.actor + " " + r.retry),
  catalogue.reasons.map((r: { [member: string]: string }) => r.code + "/" + r.subcode + " " + r.actor + " " + r.retry));

const busy: Subcode = Subcode.Busy;
// @ts-expect-error: the compiler knows that no page lists this subcode
const wrong: Subcode = "OutToLunch";
console.log(`TypeScript: ${Object.keys(Code).length} codes, ${Object.keys(Subcode).length} subcodes, ${reasons.length} reasons`, busy !== wrong);
