// A list of any number of rows, of which only those in sight are in the document.

const rowHeight = 58, mostRows = 60, around = 5; // rows above and below those in sight

// virtualList returns a list box. draw returns the content of a row, and choose is called with the row that is
// chosen, and whether it was pressed.
function virtualList(label, draw, choose) {
  let rows = [], chosen = -1, first = -1;
  const space = h("div", { role: "presentation", class: "space" });
  const box = h("div", { role: "listbox", tabindex: 0, "aria-label": label, class: "list", id: "list" }, space);

  function paint(force) {
    const inSight = Math.ceil(box.clientHeight / rowHeight) + 1;
    const from = Math.max(0, Math.floor(box.scrollTop / rowHeight) - around);
    if (from === first && !force) return;
    first = from;
    space.style.height = `${rows.length * rowHeight}px`;
    space.replaceChildren(...rows.slice(from, from + Math.min(mostRows, inSight + 2 * around)).map((row, k) => {
      const n = from + k;
      const option = h("div", {
        role: "option", id: `row-${row.n}`, class: `row ${row.result}`, "aria-selected": String(n === chosen),
        "aria-setsize": rows.length, "aria-posinset": n + 1, onclick: () => choose(row, true),
      }, draw(row));
      option.style.top = `${n * rowHeight}px`;
      return option;
    }));
    if (rows[chosen] && document.getElementById(`row-${rows[chosen].n}`)) box.setAttribute("aria-activedescendant", `row-${rows[chosen].n}`);
    else box.removeAttribute("aria-activedescendant");
  }

  box.addEventListener("scroll", () => paint(false));
  new ResizeObserver(() => paint(true)).observe(box);
  box.addEventListener("keydown", (event) => {
    const page = Math.max(1, Math.floor(box.clientHeight / rowHeight) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -rows.length, End: rows.length };
    if (!Object.hasOwn(steps, event.key) || rows.length === 0) return;
    event.preventDefault();
    choose(rows[Math.min(rows.length - 1, Math.max(0, chosen + steps[event.key]))]);
  });

  return {
    box,
    // show replaces the rows, of which one may be chosen, and brings that one in sight.
    show(next, n) {
      const others = next !== rows;
      rows = next;
      const before = chosen;
      chosen = rows.findIndex((row) => row.n === n);
      if (others && chosen < 0) box.scrollTop = 0;
      if (chosen >= 0 && (others || chosen !== before)) {
        space.style.height = `${rows.length * rowHeight}px`;
        const top = chosen * rowHeight;
        if (top < box.scrollTop) box.scrollTop = top;
        else if (top + rowHeight > box.scrollTop + box.clientHeight) box.scrollTop = top + rowHeight - box.clientHeight;
      }
      paint(true);
    },
  };
}
