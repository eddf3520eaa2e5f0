// Reads report.json, report.junit and report.sarif with the programs that they are for, and compares the results.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { parse } from "junit2json";

const require = createRequire(import.meta.url);
const read = (file) => readFileSync(file, "utf8");
let failed = false;
function compare(reader, what, got, want) {
  const same = JSON.stringify(got) === JSON.stringify(want);
  console.log(`${reader}: ${what} ${JSON.stringify(got)}${same ? "" : `, want ${JSON.stringify(want)}`}`);
  failed ||= !same;
}
const faults = (ajv, schema, values) => {
  const validate = addFormats(ajv).compile(schema);
  return values.filter((v) => !validate(v)).map(() => validate.errors);
};

// The lines of JSON are the measure of the others.
const lines = read("report.json").trim().split("\n").map((line) => JSON.parse(line));
compare("ajv", "faults of report.json", faults(new Ajv2020({ strict: true }), JSON.parse(read("check.schema.json")), lines), []);
const invitations = lines.filter((l) => l.kind === "invitation");
const errors = lines.filter((l) => l.kind === "error").length;
const findings = invitations.flatMap((i) => i.findings);
const count = (result) => invitations.filter((i) => i.result === result).length;
const summary = lines.at(-1);
compare("report.json", "summary", [summary.invitations, summary.errors], [invitations.length, errors]);

// SARIF: the schema of OASIS, the rules of the standard's text and of GitHub, and a reader that counts.
const multitool = require("@microsoft/sarif-multitool");
const schema = JSON.parse(read(join(dirname(multitool), "sarif-2.1.0.json")));
const sarif = JSON.parse(read("report.sarif"));
compare("ajv", "faults of report.sarif", faults(new Ajv2020({ strict: false }), schema, [sarif]), []);
const said = execFileSync(multitool, ["validate", "report.sarif", "--rule-kind", "Sarif;Ghas"], { encoding: "utf8" });
// A command that was not installed by its version has none.
const complaints = said.split("\n").filter((l) => /: (error|warning|note) /.test(l) && !l.includes("SARIF2005"));
compare("SARIF Multitool", "complaints", complaints, []);
for (const [level, severity] of [["Error", "violation"], ["Warning", "deviation"]]) {
  const found = execFileSync(multitool, ["query", "report.sarif", "--expression", `Level == '${level}'`], { encoding: "utf8" });
  compare("SARIF Multitool", level, Number(/Found (\d+) of/.exec(found)?.[1]), findings.filter((f) => f.severity === severity).length);
}
compare("report.sarif", "notifications", sarif.runs[0].invocations[0].toolExecutionNotifications.length, errors);

// JUnit.
const suites = (await parse(read("report.junit"))).testsuite;
const cases = suites.flatMap((s) => s.testcase ?? []);
const tally = (list) => [
  list.length, ...["failure", "error", "skipped"].map((part) => list.filter((c) => c[part]?.length > 0).length),
];
const want = [invitations.length + errors, count("violates"), errors, count("incomplete")];
compare("junit2json", "tests, failures, errors, skipped", tally(cases), want);
const sum = (name) => suites.reduce((n, s) => n + s[name], 0);
compare("junit2json", "the same by the suites", ["tests", "failures", "errors", "skipped"].map(sum), want);
compare("junit2json", "suites", suites.length, summary.recordings);
execFileSync("node_modules/.bin/junit-to-ctrf", ["report.junit", "-o", "ctrf.json"]);
const { tests, passed, failed: bad, skipped } = JSON.parse(read("ctrf.json")).results.summary;
compare("junit-to-ctrf", "tests, passed, failed, skipped", [tests, passed, bad, skipped],
  [want[0], count("conforms") + count("deviates"), want[1] + want[2], want[3]]);
process.exit(failed ? 1 : 0);
