// The frame: views, theme, keys.

const kind = document.documentElement.dataset.kind;
const views = {
  drop: { title: "Recordings", make: () => dropView, there: () => kind === "drop" },
  report: { title: "Report", make: () => reportView ??= newReport(), there: () => verdicts.summary !== undefined },
  explore: { title: "Explore", make: () => exploreView ??= newExplore(), there: () => true },
  reasons: { title: "Reasons", make: () => reasonsView ??= newReasons(), there: () => true },
};
let shown, shownHash; // the view, and the hash that is drawn

// show draws the state that the hash has.
function show() {
  shownHash = location.hash;
  const there = Object.keys(views).filter((name) => views[name].there());
  let { view, query } = place();
  if (!there.includes(view)) [view, query] = [there[0], new URLSearchParams(query)];
  const main = document.getElementById("main");
  const made = views[view].make();
  const other = shown !== view;
  if (other) {
    main.replaceChildren(made.element);
    main.dataset.view = view;
    shown = view;
  }
  theme(query.get("theme"));
  redraw(document.getElementById("views"), there.map((name) =>
    h("a", { href: link(name, {}), "aria-current": name === view && "page", "data-key": name }, views[name].title)));
  document.title = `${views[view].title}: avinvite`;
  made.show(query);
  if (other) window.scrollTo(0, 0);
}

function theme(name) {
  const dark = name === "dark" || name !== "light" && matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.style.colorScheme = name === "dark" || name === "light" ? name : "light dark";
  const toggle = document.getElementById("theme");
  toggle.textContent = dark ? "Light" : "Dark";
  toggle.setAttribute("aria-label", dark ? "Use light colours" : "Use dark colours");
  toggle.onclick = () => go(shown, changed({ theme: dark ? "light" : "dark" }));
}

function totals() {
  const total = verdicts.summary, element = document.getElementById("totals");
  element.textContent = "";
  if (!total) return;
  const counts = results.filter((r) => total.results[r]).map((r) => `${r} ${count(total.results[r])}`).join(", ");
  append(element, [plural(total.invitations, "invitation"), counts && `: ${counts}`, "."]);
}

async function start() {
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    document.getElementById("main").focus();
  });
  await loadModel();
  await loadVerdicts();
  if (kind === "drop") await startDrop();
  totals();
  window.addEventListener("hashchange", () => {
    if (location.hash !== shownHash) show();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  let width = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth === width) return;
    width = window.innerWidth;
    views[shown].make().redraw();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    event.preventDefault();
    views[shown].make().search?.focus();
  });
  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const details of closed) details.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const details of closed) details.open = false;
  });
  show();
}

start().catch((error) => {
  document.getElementById("main").textContent = `This page cannot show its data: ${error.message}. It needs a browser of 2023 or later.`;
  console.error(error);
});
