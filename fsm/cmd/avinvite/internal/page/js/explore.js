// The explorer: an invitation step by step. Every answer is looked up in the model.

let exploreView;

// walk returns the steps of a word from a new invitation, up to the first input that is unknown or refused.
function walk(direction, names) {
  let at = begin(direction);
  const steps = [];
  for (const name of names) {
    const input = inputs.get(name);
    if (input === undefined) break;
    const answer = answerTo(at, input);
    if (answer.rule) break;
    at = answer.to;
    steps.push({ input: model.inputs[input], answer, at });
  }
  return { at, steps };
}

// asMessages returns steps as the messages of a ladder.
const asMessages = (steps) => steps.map(({ input, at }) => input.operation
  ? { text: input.text, sent: true }
  : { text: input.text, type: input.type, said: input.state, state: model.configurations[at].state });

const endings = ["Failed", "Declined", "Cancelled"];

function explorer(query) {
  const direction = query.get("d") === "Incoming" ? "Incoming" : "Outgoing";
  const { at, steps } = walk(direction, (query.get("w") ?? "").split(",").filter((name) => name !== ""));
  const refused = inputs.has(query.get("x")) && answerTo(at, inputs.get(query.get("x"))).rule ? inputs.get(query.get("x")) : undefined;
  return { direction, at, steps, refused, word: steps.map((step) => step.input.name),
    ending: endings.includes(query.get("e")) ? query.get("e") : "Failed", q: query.get("q") ?? "", all: query.get("all") === "1" };
}

function newExplore() {
  const element = h("div", { class: "explore" });
  const left = h("div", { class: "side" }), right = h("div", { class: "choices" });
  element.append(left, right);
  const change = (changes, replace) => go("explore", changed(changes), replace);

  // press returns a button for an input: it makes the step, or shows why it is refused.
  const press = (e, n) => {
    const input = model.inputs[n], answer = answerTo(e.at, n);
    return h("button", {
      type: "button", class: `input ${answer.rule ? "refused" : ""} ${n === e.refused ? "asked" : ""}`, "data-key": input.name,
      onclick: () => answer.rule ? change({ w: e.word.join(","), x: input.name }) : change({ w: [...e.word, input.name].join(","), x: "" }),
    }, input.reason ? input.reason : input.text, answer.rule && h("span", { class: "hidden" }, " (refused)"));
  };

  return {
    element,
    show(query) {
      const e = explorer(query), here = model.configurations[e.at];
      const width = left.clientWidth || 400;
      redraw(left,
        h("h1", {}, "An invitation, step by step"),
        h("div", { class: "bar" },
          ["Incoming", "Outgoing"].map((d) => button(d, () => change({ d, w: "", x: "" }), { "aria-pressed": String(d === e.direction), "data-key": d })),
          button("Undo", () => change({ w: e.word.slice(0, -1).join(","), x: "" }), { disabled: e.word.length === 0, "data-key": "undo" }),
          button("Start again", () => change({ w: "", x: "" }), { disabled: e.word.length === 0, "data-key": "again" })),
        h("p", { class: "here", role: "status" }, h("strong", {}, here.text), ". ",
          here.terminal ? "It has ended." : `It can still end ${here.ends.join(", ")}.`),
        drawFigures(e, here, width));
      redraw(right, e.refused !== undefined && drawRefusal(e, here), choices(e, press, change, here));
    },
    redraw() { this.show(place().query); },
  };
}

function drawFigures(e, here, width) {
  const messages = asMessages(e.steps), way = taken(messages);
  const asked = model.inputs[e.refused];
  if (asked?.state) way.broken.push({ from: here.state, to: asked.state, deviates: answerTo(e.at, e.refused).basis === "Inferred" });
  const name = `${e.direction}-${e.word.at(-1) ?? "new"}`;
  const last = e.steps.at(-1);
  return [
    figure(`States, ${e.direction}`, `states-${name}`, drawStates(e.direction, way, {
      width: Math.max(320, Math.min(500, width - 36)), description: `State diagram of ${e.direction} invitations; the invitation is in ${here.state}.`,
    }), () => statesMermaid(e.direction, way)),
    last && h("p", { class: "authority" }, h("code", {}, last.input.text), " ", basisTag(last.answer.basis), " ", model.sources[last.answer.source]),
    messages.length > 0 && figure("Sequence", `sequence-${name}`, drawLadder(messages, {
      width: Math.max(300, Math.min(560, width - 36)), description: `Ladder: ${messages.map((m) => m.text).join(", ")}.`,
    }), () => ladderMermaid(messages)),
  ];
}

function drawRefusal(e, here) {
  const input = model.inputs[e.refused], answer = answerTo(e.at, e.refused);
  const clients = {
    takes: () => `takes it, logs it as odd, and is then ${model.configurations[answer.seen].text}.`,
    ignores: () => "ignores it, and logs it as odd.",
    repeats: () => "takes it for a repetition, which changes nothing.",
    keeps: () => "keeps the invitation as it is, and reports an error.",
  };
  return h("section", { class: `card ${answer.basis === "Inferred" ? "deviation" : "violation"}`, role: "status" },
    h("h2", {}, h("span", { "aria-hidden": "true" }, "✗ "), h("code", {}, input.text), answer.hangUp ? " hangs up the call" : " is refused"),
    facts(
      ["rule", answer.text, " ", h("code", {}, answer.rule)],
      ["basis", basisTag(answer.basis), " ", model.sources[answer.source]],
      ["expected", h("code", {}, input.operation ? here.offered : here.expected)],
      ["answer", answer.status && `${answer.status} ${answer.error}`],
      ["a client", answer.client && clients[answer.client]()]));
}

function choices(e, press, change, here) {
  const of = (wanted) => model.inputs.flatMap((input, n) => wanted(input) ? [press(e, n)] : []);
  const completions = model.inputs.flatMap((input, n) => input.type === "completed" && input.state === e.ending ? [n] : []);
  const legal = completions.filter((n) => !answerTo(e.at, n).rule);
  const words = e.q.toLowerCase().split(/\s+/).filter((word) => word !== "");
  const matches = (n) => {
    const reason = reasons.get(model.inputs[n].reason);
    const text = `${model.inputs[n].text} ${reason?.endedBy ?? ""} ${reason?.explanation ?? ""}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const shown = completions.filter((n) => (e.all || !answerTo(e.at, n).rule) && matches(n));
  const ending = select("State of the completion", endings.map((state) => [state, state]), (state) => change({ e: state === "Failed" ? "" : state }));
  ending.set(e.ending);
  ending.dataset.key = "ending";
  const search = h("input", { type: "search", "data-key": "q", placeholder: "reason, who ended it", "aria-label": "Search the reasons", value: e.q, oninput: () => change({ q: search.value }, true) });
  const hidden = (e.all ? completions.length : legal.length) - shown.length;
  return [
    h("h2", {}, "The application may do"), h("div", { class: "inputs" }, of((input) => input.operation)),
    h("h2", {}, "The service may report"),
    h("div", { class: "inputs" }, of((input) => input.type === "started")),
    h("div", { class: "inputs" }, of((input) => input.type === "updated")),
    h("div", { class: "inputs" }, of((input) => input.type === "completed" && input.state === "Connected" && !input.reason)),
    h("h2", {}, "The service may report a completion without a call"),
    h("div", { class: "bar" }, ending, search,
      h("label", {}, h("input", { type: "checkbox", "data-key": "all", checked: e.all, onchange: () => change({ all: e.all ? "" : "1" }) }), " refused ones too")),
    h("p", { class: "quiet", role: "status" }, `${plural(legal.length, "reason")} legal, ${completions.length - legal.length} refused`,
      hidden > 0 && `; ${hidden} hidden by “${e.q}”`, "."),
    h("div", { class: "inputs" }, shown.map((n) => press(e, n))),
  ];
}
