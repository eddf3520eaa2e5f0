// The reasons: the catalogue for people.

let reasonsView;

function newReasons() {
  const change = (changes, replace) => go("reasons", changed({ r: "", ...changes }), replace);
  const search = h("input", { type: "search", id: "reason-search", placeholder: "Search code, subcode, text, advice", "aria-label": "Search the reasons", oninput: () => change({ q: search.value }, true) });
  const actors = [...new Set(model.reasons.map((r) => r.endedBy))].sort();
  const by = select("Who ends the invitation", [["", "ended by anybody"], ...actors.map((a) => [a, a])], (who) => change({ by: who }));
  const direction = select("Direction", [["", "both directions"], ["Incoming", "incoming"], ["Outgoing", "outgoing"]], (d) => change({ d }));
  const status = h("p", { role: "status" });
  const all = button("Show all", () => go("reasons", {}));
  const cards = h("div", { class: "cards" });
  const texts = new Map(model.reasons.map((r) =>
    [r, [r.name, r.explanation, r.litmus, ...r.texts, r.otherText, r.endedBy, ...Object.values(r.advice), ...r.states.map((e) => e.state)].join("\n").toLowerCase()]));
  return {
    element: h("div", { class: "reasons" }, h("h1", { class: "hidden" }, "Reasons"),
      h("div", { class: "bar filters" }, search, by, direction), h("div", { class: "bar" }, status, all), cards),
    search,
    show(query) {
      const get = (name) => query.get(name) ?? "";
      const words = get("q").toLowerCase().split(/\s+/).filter((word) => word !== "");
      if (document.activeElement !== search) search.value = get("q");
      by.set(get("by"));
      direction.set(get("d"));
      const shown = model.reasons.filter((r) =>
        (get("r") === "" || r.name === get("r")) && (get("by") === "" || r.endedBy === get("by")) &&
        (get("d") === "" || r.directions.includes(get("d"))) && words.every((word) => texts.get(r).includes(word)));
      const hidden = model.reasons.length - shown.length;
      status.textContent = `${shown.length} of ${model.reasons.length} reasons${hidden > 0 ? `; ${hidden} hidden` : ""}`;
      all.hidden = hidden === 0;
      redraw(cards, shown.map(drawReason));
    },
    redraw() { this.show(place().query); },
  };
}

function drawReason(r) {
  const advice = [...new Set(r.directions.map((d) => r.advice[d]))].filter((text) => text);
  const documented = r.texts.map((text) => text === "" ? "(a row without a text)" : `“${text}”`);
  return h("article", { class: "card" },
    h("div", { class: "bar" }, h("h2", {}, h("a", { href: link("reasons", { r: r.name }), "data-key": r.name }, r.name)), r.directions.map((d) => h("span", { class: "tag" }, d)),
      r.http && h("span", { class: "tag" }, `HTTP ${r.http}`)),
    h("p", { class: "why" }, r.explanation, advice.length > 0 && h("span", { class: "advice" }, " ", advice[0])),
    facts(
      ["documented", documented.map((text) => h("span", { class: "line" }, text))],
      ["elsewhere", r.otherText && `“${r.otherText}” (${r.otherPage})`],
      ["not to mix up", r.litmus],
      ["who", r.endedBy, " ", basisTag(r.actorBasis), " ", h("span", { class: "quiet" }, model.sources[r.actorSource])],
      ["try again", r.retry],
      ["states", r.states.map((e) => h("span", { class: "line" }, e.state, " ", basisTag(e.basis), " ", h("span", { class: "quiet" }, model.sources[e.source])))],
      ["direction", basisTag(r.basis), " ", h("span", { class: "quiet" }, model.sources[r.source])],
      ["walk", r.directions.map((d) => [h("a", { href: link("explore", { d, w: (r.witness[d] ?? []).join(",") }), "aria-label": `Walk to ${r.name}, ${d}` }, d), " "])]));
}
