// The data of the page.

// unpackBytes returns the bytes of an element that is packed.
async function unpackBytes(element) {
  const binary = atob(element.textContent), bytes = new Uint8Array(binary.length);
  for (let n = 0; n < bytes.length; n++) bytes[n] = binary.charCodeAt(n);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

const unpack = async (element) => element.dataset.packed === "gzip"
  ? new TextDecoder().decode(await unpackBytes(element)) : element.textContent;

let model; // see model.go
const inputs = new Map(), reasons = new Map(); // the numbers of the inputs, and the reasons, by their names

async function loadModel() {
  model = JSON.parse(await unpack(document.getElementById("model")));
  model.inputs.forEach((input, n) => inputs.set(input.name, n));
  model.reasons.forEach((reason) => reasons.set(reason.name, reason));
}

// begin returns the number of the configuration before the first event.
const begin = (direction) => model.configurations.findIndex((c) => c.direction === direction);

// answerTo returns the answer of a configuration to an input, both by their numbers.
const answerTo = (configuration, input) => model.answers[model.configurations[configuration].cells[input]];

const results = ["violates", "deviates", "incomplete", "conforms"]; // the worst first
const marks = { violates: "✗", deviates: "!", incomplete: "…", conforms: "✓" };

// verdicts holds the invitations. A row is what the list needs of one; the rest is read from its line when it is shown.
const verdicts = { rows: [], lines: new Map(), summary: undefined };

function addLines(text) {
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const v = JSON.parse(line);
    const rules = [...new Set((v.findings ?? []).map((f) => f.rule))];
    verdicts.lines.set(v.n, line);
    verdicts.rows.push({
      n: v.n, result: v.result, direction: v.direction ?? "", ending: v.ending, id: idOf(v), rules,
      bases: [...new Set((v.findings ?? []).map((f) => `${f.rule} ${f.basis}`))],
      findings: (v.findings ?? []).length + (v.omittedFindings ?? 0),
      began: v.began ? Date.parse(v.began) : undefined,
      took: v.took,
      other: (v.direction === "Incoming" ? v.from : v.to) ?? "",
      text: [v.href, v.operation, v.reason, v.to, v.from, v.ending, v.file, ...rules].join("\n").toLowerCase(),
    });
  }
}

// idOf returns the short name of an invitation.
const idOf = (v) => v.id ?? v.href?.split("/").at(-1) ?? "";

// invitation returns an invitation whose messages have their times, in milliseconds since 1970, and their places.
function invitation(n) {
  const v = JSON.parse(verdicts.lines.get(n));
  v.id = idOf(v);
  v.began = v.began && Date.parse(v.began);
  let time = v.began, document = 0, offset = 0;
  v.messages.forEach((m, k) => {
    const at = v.at?.[k] ?? undefined, place = v.places?.[k] ?? undefined;
    if (at !== undefined) m.time = time += at;
    if (place !== undefined) m.place = { document: document += place[0], offset: offset += place[1] };
  });
  return v;
}

async function loadVerdicts() {
  const summary = document.getElementById("summary");
  if (!summary) return;
  for (const block of document.querySelectorAll("script.verdicts")) addLines(await unpack(block));
  verdicts.rows.sort((a, b) => a.n - b.n);
  verdicts.summary = JSON.parse(await unpack(summary));
}
