// Writes the words of catalogue.json as constants of TypeScript: node generate.js catalogue.json >words.ts
import { readFileSync } from "node:fs";

type Word = { token: string };
type Reason = { code: string; subcode: string; actor: string; retry: string };

const file = process.argv[2];
const catalogue = JSON.parse(readFileSync(file, "utf8"));
if (catalogue.schema !== "avinvite.catalogue/1") {
  throw new Error(`${file} has the schema ${catalogue.schema}, want avinvite.catalogue/1`);
}
const list = <T>(values: T[], line: (value: T) => string) => values.map((value) => `  ${line(value)},\n`).join("");
const words = (kind: string, all: Word[]) =>
  `export const ${kind} = {\n${list(all, (w) => `${w.token}: "${w.token}"`)}} as const;\n` +
  `export type ${kind} = (typeof ${kind})[keyof typeof ${kind}];\n`;

console.log(`// Generated from catalogue.json; do not edit. A service may send other codes and subcodes, too.
${words("Code", catalogue.codes)}${words("Subcode", catalogue.subcodes)}
// For each reason, the party that ended the invitation, and whether inviting again can help.
export const reasons = [
${list<Reason>(catalogue.reasons, (r) => JSON.stringify({ code: r.code, subcode: r.subcode, actor: r.actor, retry: r.retry }))}] as const;`);
