// The ladder: the messages between the application and the service in the order of their times.

const glyph = 6.9; // the width of a character of a ladder
const lineHeight = 14;

// wrapped breaks a text into lines of so many characters: behind spaces, and in a longer word behind slashes if it can.
function wrapped(text, most) {
  const lines = [""];
  for (const word of visible(text).split(/(?<= )/)) {
    for (let part of word.trimEnd().length > most ? word.split(/(?<=[/(])/) : [word]) {
      if ((lines.at(-1) + part).trimEnd().length > most) lines.push("");
      for (; part.trimEnd().length > most; part = part.slice(most)) lines.splice(-1, 1, part.slice(0, most), "");
      lines[lines.length - 1] += part;
    }
  }
  return lines.map((line) => line.trimEnd()).filter((line) => line !== "");
}

// wait returns the space above a message that came so many milliseconds after the one before: more for a longer wait.
const wait = (ms) => ms > 0 ? Math.min(44, 6 * Math.log2(1 + ms / 500)) : 0;

function drawLadder(messages, { width, began, description, omitted = 0 }) {
  const timed = began !== undefined && messages.some((m) => m.time !== undefined);
  const left = timed ? 92 : 46, right = width - 98;
  const rows = [];
  let y = 44, before, state = "None";
  for (const m of messages) {
    const at = m.time;
    if (at !== undefined && before !== undefined) y += wait(at - before);
    before = at ?? before;
    const most = Math.floor((right - left - 24) / glyph);
    const lines = wrapped(m.text, most);
    const rules = (m.rules ?? []).flatMap((rule) => wrapped(`✗ ${rule}`, most));
    const top = y, line = top + 8 + lines.length * lineHeight;
    y = line + rules.length * lineHeight + 12;
    const kind = m.broken ? (m.deviates ? "deviation" : "violation") : m.said === "Connected" ? "success" : "";
    rows.push({ m, at, lines, rules, top, line, bottom: y, kind, moved: m.type !== undefined && m.state !== state });
    if (m.type !== undefined) state = m.state;
  }
  const height = y + (omitted > 0 ? 26 : 10);
  const svg = s("svg", { class: "ladder", viewBox: `0 0 ${width} ${Math.ceil(height)}`, role: "img", "aria-label": description });
  const side = (x, name) => [
    s("rect", { class: "side", x: x - 46, y: 6, width: 92, height: 24, rx: 6 }),
    s("text", { x, y: 22, "text-anchor": "middle" }, name),
    s("line", { class: "life", x1: x, x2: x, y1: 30, y2: y + 4 }),
  ];
  append(svg, rows.filter((r) => r.kind === "violation" || r.kind === "deviation")
    .map((r) => s("rect", { class: `band ${r.kind}`, x: 0, y: r.top + 2, width, height: r.bottom - r.top - 4, rx: 4 })));
  append(svg, [...side(left, "application"), ...side(right, "service")]);
  for (const { m, at, lines, rules, top, line, kind, moved } of rows) {
    const [from, to] = m.sent ? [left, right] : [right, left];
    append(svg, [
      timed && at !== undefined && s("text", { class: "time", x: left - 8, y: line + 4, "text-anchor": "end" }, `+${duration(at - began)}`),
      lines.map((text, n) => s("text", { class: `message ${kind}`, x: (left + right) / 2, y: top + 5 + (n + 1) * lineHeight - 4, "text-anchor": "middle" }, text)),
      !m.missing && s("line", { class: `arrow ${kind} ${m.status ? "answer" : ""}`, x1: from, x2: to + (m.sent ? -6 : 6), y1: line, y2: line }),
      !m.missing && arrowHead(from, line, to + (m.sent ? -1 : 1), line, { class: `head ${kind}` }),
      rules.map((text, n) => s("text", { class: `message ${kind}`, x: (left + right) / 2, y: line + 1 + (n + 1) * lineHeight - 2, "text-anchor": "middle" }, text)),
      m.type !== undefined && s("text", { class: moved ? "state moved" : "state", x: right + 10, y: line + 4 }, m.state ?? "None"),
    ]);
  }
  append(svg, [
    s("text", { class: "time", x: width - 6, y: 22, "text-anchor": "end" }, right + 46 + 34 < width ? "state" : ""),
    omitted > 0 && s("text", { class: "time", x: (left + right) / 2, y: height - 8, "text-anchor": "middle" }, `and ${plural(omitted, "more message")}`),
  ]);
  return svg;
}

// ladderMermaid returns the same as a sequence diagram.
function ladderMermaid(messages, began) {
  const lines = ["sequenceDiagram", "    participant A as application", "    participant S as service"];
  let state;
  for (const m of messages) {
    const at = began !== undefined && m.time !== undefined ? `+${duration(m.time - began)} ` : "";
    const rules = m.broken ? ` ✗ ${(m.rules ?? []).join(", ")}` : "";
    if (m.missing) {
      lines.push(`    Note over A,S: ${quoted(m.text)}`);
      continue;
    }
    lines.push(`    ${m.sent ? "A->>S" : m.status ? "S-->>A" : m.broken ? "S-xA" : "S->>A"}: ${quoted(at + m.text + rules)}`);
    if (m.type !== undefined && m.state !== state) {
      state = m.state;
      lines.push(`    Note right of S: ${quoted(state ?? "None")}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

// ladderTable returns the same for a screen reader, with the places in the recording.
function ladderTable(messages, began) {
  return h("table", {},
    h("thead", {}, h("tr", {}, ["Time", "From", "Message", "State after", "Broken rules", "Place"].map((text) => h("th", { scope: "col" }, text)))),
    h("tbody", {}, messages.map((m) => h("tr", { class: m.broken && (m.deviates ? "deviation" : "violation") },
      h("td", {}, began !== undefined && m.time !== undefined ? `+${duration(m.time - began)}` : ""),
      h("td", {}, m.sent ? "application" : "service"),
      h("td", {}, h("code", {}, m.text)),
      h("td", {}, m.type !== undefined ? m.state ?? "None" : ""),
      h("td", {}, m.broken ? (m.rules ?? ["yes"]).join(", ") : ""),
      h("td", {}, m.place ? `${m.place.document ? `document ${m.place.document}, ` : ""}byte ${m.place.offset}` : "")))));
}
