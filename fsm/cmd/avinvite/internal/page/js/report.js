// The report: totals, a list of the invitations, and the chosen one.

const orders = {
  worst: ["worst first", (a, b) => results.indexOf(a.result) - results.indexOf(b.result) || b.findings - a.findings || a.n - b.n],
  recorded: ["as recorded", (a, b) => a.n - b.n],
  longest: ["longest first", (a, b) => (b.took ?? -1) - (a.took ?? -1) || a.n - b.n],
  latest: ["latest first", (a, b) => (b.began ?? -Infinity) - (a.began ?? -Infinity) || a.n - b.n],
};

// tally counts rows by their keys, the most frequent first.
function tally(rows, keys) {
  const counts = new Map();
  for (const row of rows) for (const key of keys(row)) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

function filters(query) {
  const get = (name) => query.get(name) ?? "";
  return {
    q: get("q"), result: get("result"), direction: get("direction"), ending: get("ending"), rule: get("rule"),
    order: Object.hasOwn(orders, get("order")) ? get("order") : "worst",
  };
}

// chosenBy returns the rows that filters leave, in their order.
function chosenBy(f) {
  const words = f.q.toLowerCase().split(/\s+/).filter((word) => word !== "");
  return verdicts.rows.filter((row) =>
    (f.result === "" || row.result === f.result) && (f.direction === "" || row.direction === f.direction) &&
    (f.ending === "" || row.ending === f.ending) && (f.rule === "" || row.rules.includes(f.rule)) &&
    words.every((word) => row.text.includes(word))).sort(orders[f.order][1]);
}

const arrowsOf = { Incoming: "↙", Outgoing: "↗" };

function drawRow(row) {
  return [
    h("span", { class: "mark", "aria-hidden": "true" }, marks[row.result]),
    h("span", { class: "hidden" }, `${row.result}, ${row.direction}: `),
    h("span", { class: "what" }, row.ending),
    h("span", { class: "took" }, row.took !== undefined ? duration(row.took) : ""),
    h("span", { class: "who" }, h("span", { "aria-hidden": "true" }, arrowsOf[row.direction] ?? "·", " "), row.other ? `${row.other.replace(/^sip:/, "")} · ` : "", h("code", {}, row.id)),
    row.findings > 0 && h("span", { class: "found" }, plural(row.findings, "finding")),
  ];
}

// select returns a select box of pairs of a value and a text.
function select(label, options, onchange) {
  const box = h("select", { "aria-label": label, onchange: () => onchange(box.value) });
  box.set = (value) => {
    if (value !== "" && !options.some(([known]) => known === value)) options.push([value, value]);
    box.replaceChildren(...options.map(([known, text]) => h("option", { value: known }, text)));
    box.value = value;
  };
  return box;
}

let reportView;

function newReport() {
  const change = (changes, replace) => go("report", changed(changes), replace);
  const search = h("input", {
    type: "search", id: "search", placeholder: "Search href, operation, reason, rule, to, from", "aria-label": "Search the invitations",
    oninput: () => change({ q: search.value }, true),
  });
  const chips = results.map((result) => {
    const n = verdicts.rows.filter((row) => row.result === result).length;
    const chip = button([h("span", { class: "mark", "aria-hidden": "true" }, marks[result]), ` ${result} ${count(n)}`],
      () => change({ result: place().query.get("result") === result ? "" : result }), { class: `chip ${result}` });
    chip.hidden = n === 0;
    chip.result = result;
    return chip;
  });
  const selects = {
    direction: select("Direction", [["", "both directions"], ["Incoming", "incoming"], ["Outgoing", "outgoing"]], (direction) => change({ direction })),
    order: select("Order", Object.entries(orders).map(([name, [text]]) => [name, text]), (order) => change({ order: order === "worst" ? "" : order })),
    ending: select("Outcome", [["", "any outcome"], ...tally(verdicts.rows, (row) => [row.ending]).map(([key, n]) => [key, `${key} (${count(n)})`])], (ending) => change({ ending })),
    rule: select("Broken rule", [["", "any rule or none"], ...tally(verdicts.rows, (row) => row.rules).map(([key, n]) => [key, `${key} (${count(n)})`])], (rule) => change({ rule })),
  };
  const status = h("p", { role: "status", id: "shown" });
  const clear = button("Clear filters", () => go("report", { i: place().query.get("i"), order: place().query.get("order") }));
  const overview = button("Overview", () => change({ i: "" }));
  const list = virtualList("Invitations", drawRow, (row, pressed) => {
    change({ i: row.n });
    if (pressed && detail.getBoundingClientRect().top > innerHeight / 2) detail.scrollIntoView(); // below the list
  });
  const detail = h("div", { class: "detail", id: "detail" });
  const element = h("div", { class: "report" },
    h("aside", { "aria-label": "Invitations" },
      h("div", { class: "filters" }, search, h("div", { class: "chips", role: "group", "aria-label": "Results" }, chips), h("div", { class: "selects" }, Object.values(selects))),
      h("div", { class: "bar" }, status, clear, overview),
      list.box),
    detail);

  let rows = [], key, drawnFor;
  return {
    element,
    show(query) {
      const f = filters(query), total = verdicts.rows.length;
      if (document.activeElement !== search) search.value = f.q;
      for (const chip of chips) chip.setAttribute("aria-pressed", String(chip.result === f.result));
      for (const [name, box] of Object.entries(selects)) box.set(f[name]);
      if (JSON.stringify(f) !== key) {
        rows = chosenBy(f);
        key = JSON.stringify(f);
      }
      const active = [
        f.q && `“${f.q}”`, f.result, f.direction, f.ending, f.rule,
      ].filter((text) => text);
      status.textContent = "";
      append(status, [rows.length === total ? plural(total, "invitation") : `${count(rows.length)} of ${plural(total, "invitation")}; ${count(total - rows.length)} hidden by ${active.join(", ")}`]);
      clear.hidden = active.length === 0;
      const n = query.has("i") ? Number(query.get("i")) : -1;
      overview.hidden = n < 0;
      list.show(rows, n);
      const width = detail.clientWidth;
      if (drawnFor === `${n} ${width} ${n < 0 ? key : ""}`) {
        if (verdicts.lines.has(n)) redraw(document.getElementById("position"), position(rows, n));
        return;
      }
      const other = drawnFor?.split(" ")[0] !== String(n);
      drawnFor = `${n} ${width} ${n < 0 ? key : ""}`;
      if (verdicts.lines.has(n)) redraw(detail, drawInvitation(invitation(n), width, position(rows, n)));
      else redraw(detail, n >= 0 && h("p", { class: "note" }, `This page has no invitation ${n}.`), drawOverview(rows, rows.length !== total));
      if (other) detail.scrollTop = 0;
    },
    // redraw draws the chosen invitation again, for another width.
    redraw() {
      drawnFor = undefined;
      this.show(place().query);
    },
    search, list,
  };
}

// position returns which row is shown, and the ways to the ones beside it.
function position(rows, n) {
  const at = rows.findIndex((row) => row.n === n);
  const step = (k, text, label) => button(text, () => go("report", changed({ i: rows[k].n })),
    { "aria-label": label, "data-key": label, disabled: !rows[k] });
  return [step(at < 0 ? 0 : at - 1, "←", "Previous invitation"), step(at + 1, "→", "Next invitation"),
    h("span", {}, at < 0 ? "not in the list" : `${count(at + 1)} of ${count(rows.length)}`)];
}

function bars(title, items, name, text, kind) {
  if (items.length === 0) return null;
  const most = Math.max(...items.map(([, n]) => n));
  return h("section", {}, h("h2", {}, title), h("ul", { class: "bars" }, items.map(([key, n]) => {
    const shaft = h("span", { class: `shaft ${kind(key)}`, "aria-hidden": "true" });
    shaft.style.width = `${Math.max(0.6, 100 * n / most)}%`;
    const value = name === "rule" ? key.split(" ")[0] : key;
    const pressed = place().query.get(name) === value;
    return h("li", {}, h("button", {
      type: "button", "aria-pressed": String(pressed), "data-key": `${name} ${key}`,
      onclick: () => go("report", changed({ [name]: pressed ? "" : value })),
    }, h("span", { class: "label" }, text(key)), h("span", { class: "track" }, shaft), h("span", { class: "number" }, count(n))));
  })));
}

function drawOverview(rows, filtered) {
  const total = verdicts.summary;
  const severity = (key) => key.endsWith(" Inferred") ? "deviates" : "violates";
  const ends = (key) => key === "Connected" ? "conforms" : key.startsWith("no outcome") ? "incomplete" : "ending";
  return h("div", { class: "overview" },
    h("h1", {}, filtered ? "What the filters leave" : "What was found"),
    h("p", {}, filtered ? plural(rows.length, "invitation") : plural(total.invitations, "invitation"), ` in ${plural(total.recordings, "recording")}. `,
      rows.length > 0 && "Press a bar to filter the list; choose an invitation to see its messages and states."),
    total.leftOut > 0 && h("p", { class: "note" }, `${plural(total.leftOut, "invitation")} of those without a finding are left out, because a page with more cannot be opened; the bars do not count them. `,
      h("code", {}, "avinvite check --format json"), " writes all."),
    total.notChosen > 0 && h("p", { class: "note" }, `${plural(total.notChosen, "invitation")} not chosen by the flags of the command.`),
    total.interrupted && h("p", { class: "note" }, "Reading was interrupted; this is what was read before."),
    total.errors > 0 && h("section", {}, h("h2", {}, `${plural(total.errors, "part")} could not be read`),
      h("ul", { class: "unread" }, (total.unread ?? []).slice(0, 50).map((u) => h("li", {}, h("code", {}, u.file), `: ${u.text}`))),
      total.errors > 50 && h("p", {}, `and ${count(total.errors - Math.min(50, total.unread.length))} more`)),
    bars("Results", results.map((r) => [r, rows.filter((row) => row.result === r).length]).filter(([, n]) => n > 0), "result", (key) => [h("span", { class: `mark ${key}`, "aria-hidden": "true" }, marks[key]), ` ${key}`], (key) => key),
    bars("Broken rules", tally(rows, (row) => row.bases), "rule", (key) => {
      const [name, basis] = key.split(" ");
      return [model.rules.find((r) => r.name === name)?.text ?? name, " ", h("code", {}, name), " ", basisTag(basis)];
    }, severity),
    bars("How they ended", tally(rows, (row) => [row.ending]), "ending", breakable, ends),
    verdicts.summary.passedOver && h("p", { class: "quiet" }, "Passed over: ", Object.entries(verdicts.summary.passedOver).map(([kind, n]) => `${count(n)} of ${kind}`).join(", "), "."));
}

function drawInvitation(v, width, where) {
  const began = v.began;
  const direction = v.direction ?? "";
  const figures = width >= 900 ? (width - 24 - 2 * 36) / 2 : width - 36;
  const path = ["None", ...v.path];
  const way = taken(v.messages);
  const title = v.id || v.operation || `invitation ${v.n}`;
  return h("article", {},
    h("div", { class: "bar top" }, h("span", { class: `badge ${v.result}` }, h("span", { "aria-hidden": "true" }, `${marks[v.result]} `), v.result),
      h("span", { class: "quiet" }, v.meaning), h("span", { id: "position", class: "position" }, where)),
    h("h1", {}, v.ended),
    h("p", { class: "quiet parties" }, v.parties, ", ", began === undefined ? "no times recorded" : new Date(began).toISOString().replace("T", " ").replace("Z", " UTC")),
    h("p", { class: "why" }, v.why),
    facts(
      ["message", v.message && `“${v.message}”`],
      ["documented", (v.documented ?? []).map((text) => h("span", { class: "line" }, `“${text}”`))],
      ["reason", v.known ? h("a", { href: link("reasons", { r: v.known }) }, v.reason) : v.reason],
      ["href", v.href && h("code", {}, breakable(v.href))],
      ["operation", v.operation && h("code", {}, v.operation)],
      ["recording", v.file]),
    (v.findings ?? []).map((f) => h("section", { class: `card ${f.severity}` },
      h("h2", {}, h("span", { "aria-hidden": "true" }, f.severity === "violation" ? "✗ " : "! "), `${f.severity}: ${f.text} `, h("code", {}, f.rule)),
      facts(["seen", h("code", {}, f.seen)], ["expected", h("code", {}, f.expected)], ["basis", basisTag(f.basis), " ", f.source],
        ["where", h("code", {}, f.where)], ["more", h("code", {}, f.more)]))),
    v.omittedFindings > 0 && h("p", { class: "note" }, `and ${plural(v.omittedFindings, "more finding")}`),
    v.repair && h("section", { class: "card repair" }, h("h2", {}, "Least repair"),
      v.repair.map((e) => h("p", {}, e.to ? "change " : "drop ", h("code", {}, e.event), e.to && [" to ", h("code", {}, e.to)], ` (${e.where})`))),
    v.messages.length > 0 && h("div", { class: "figures" },
      figure("Sequence", `sequence-${title}`, drawLadder(v.messages, {
        width: Math.max(300, Math.min(620, figures)), began, omitted: v.omittedSteps ?? 0,
        description: `Ladder of ${plural(v.messages.length, "message")} between application and service; the table has the same.`,
      }), () => ladderMermaid(v.messages, began),
        h("details", {}, h("summary", { "data-key": "table" }, "As a table, with places"), h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Messages" }, ladderTable(v.messages, began)))),
      direction && figure(`States, ${direction}`, `states-${title}`, drawStates(direction, way, {
        width: Math.max(320, Math.min(480, figures)), description: `State diagram, with the way ${path.join(" to ")}${way.broken.length > 0 ? " and the moves that break a rule" : ""}.`,
      }), () => statesMermaid(direction, way),
        h("p", { class: "path" }, path.join(" → "), " "),
        h("p", {}, h("a", { href: link("explore", { d: direction, w: walkable(v, direction).join(",") }) }, "Walk it in Explore")))));
}

// walkable returns the names of the inputs that an invitation had, without refused operations,
// up to the first input that the relation refuses.
function walkable(v, direction) {
  const names = [];
  let at = begin(direction);
  for (const [n, m] of v.messages.entries()) {
    if (m.type === undefined && (!m.sent || !m.operation)) continue;
    const answer = m.sent && v.messages.slice(n + 1).find((other) => !other.sent && other.operation === m.operation);
    if (answer && answer.status >= 300) continue; // the service did not take it
    const name = m.operation ?? [m.type, m.said, m.reason?.replaceAll("/", "_")].filter((part) => part).join("_");
    const input = inputs.get(name);
    if (input === undefined || answerTo(at, input).rule) break;
    at = answerTo(at, input).to;
    names.push(name);
  }
  return names;
}
