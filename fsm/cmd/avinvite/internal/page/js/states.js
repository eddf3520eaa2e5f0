// The state diagram of a direction, with the way that an invitation took.

// taken returns the moves between states that messages made, and those that were not made because a rule is broken.
function taken(messages) {
  const moves = [], broken = [];
  let at = "None";
  for (const m of messages) {
    if (m.type === undefined) continue;
    const after = m.state ?? "None";
    if (after !== at) moves.push({ from: at, to: after });
    if (m.broken && m.said) broken.push({ from: at, to: m.said, deviates: m.deviates });
    at = after;
  }
  return { moves, broken, at };
}

const boxHeight = 30;

function drawStates(direction, { moves, broken, at }, { width, description }) {
  const arrows = model.arrows.filter((a) => a.direction === direction);
  // A state of the other direction has a box only if an event names it.
  const named = new Set([...arrows, ...moves, ...broken].map((move) => move.to));
  const states = [...new Set(model.arrows.map((a) => a.to))].filter((state) => named.has(state));
  const terminal = states.filter((state) => model.configurations.some((c) => c.state === state && c.terminal));
  const progress = states.filter((state) => !terminal.includes(state));
  const boxWidth = width < 400 ? 80 : 92, pad = width < 400 ? 21 : 30, gap = 60;
  const rows = Math.max(progress.length, terminal.length), height = 48 + boxHeight + (rows - 1) * gap;
  const boxes = new Map();
  const column = (of, x) => of.forEach((state, n) => boxes.set(state, { x, y: height / 2 + (n - (of.length - 1) / 2) * gap }));
  const middle = (width - boxWidth) / 2 - 6;
  column(["None"], 4);
  column(progress, middle);
  column(terminal, width - boxWidth - 4);

  const svg = s("svg", { class: "states", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": description });
  const first = boxes.get(progress[0]), last = boxes.get(progress.at(-1));
  const group = { x: middle - pad, y: first.y - boxHeight / 2 - 14, width: boxWidth + 2 * pad, height: last.y - first.y + boxHeight + 28 };
  append(svg, [s("rect", { class: "group", ...group, rx: 8 })]);

  // A line is a cubic curve from one point to another.
  const line = (x0, y0, x1, y1, x2, y2, x3, y3, kind) => [
    s("path", { class: `line ${kind}`, d: `M${x0},${y0} C${x1},${y1} ${x2},${y2} ${x3},${y3}` }),
    arrowHead(x2, y2, x3, y3, { class: `head ${kind}` }, kind === "" ? 6 : 9),
  ];
  const connect = (from, to, kind) => {
    const a = boxes.get(from), b = boxes.get(to);
    if (from === to) {
      const x = a.x + boxWidth, y = a.y - boxHeight / 2;
      return line(x - 34, y, x - 40, y - 24, x - 6, y - 24, x - 12, y, kind);
    }
    if (a.x === b.x) { // down on the right, up on the left
      const down = b.y > a.y, side = down ? a.x + boxWidth : a.x, bulge = (down ? 1 : -1) * (10 + Math.abs(b.y - a.y) / 9);
      return line(side, a.y + (down ? 6 : -6), side + bulge, a.y + (down ? 8 : -8), side + bulge, b.y + (down ? -8 : 8), side, b.y + (down ? -6 : 6), kind);
    }
    if (b.x < a.x) { // back, below
      const x0 = a.x + boxWidth / 2, y0 = a.y + boxHeight / 2, x3 = b.x + boxWidth / 2, y3 = b.y + boxHeight / 2;
      return line(x0, y0, x0 - 20, y0 + 34, x3 + 30, y3 + 34, x3, y3, kind);
    }
    const x0 = a.x + boxWidth, half = (b.x - x0) / 2;
    return line(x0, a.y, x0 + half, a.y, b.x - half, b.y, b.x, b.y, kind);
  };
  for (const a of arrows) {
    if (a.from !== a.to && !terminal.includes(a.to)) append(svg, connect(a.from, a.to, "")); // to the others leads the group
  }
  for (const state of terminal) {
    const b = boxes.get(state), x0 = group.x + group.width, y0 = group.y + group.height / 2, half = (b.x - x0) / 2;
    append(svg, line(x0, y0, x0 + half, y0, b.x - half, b.y, b.x, b.y, ""));
  }
  for (const m of moves) append(svg, connect(m.from, m.to, "taken"));
  for (const b of broken) append(svg, connect(b.from, b.to, b.deviates ? "deviation" : "violation"));

  const visited = new Set(["None", ...moves.map((m) => m.to)]);
  for (const [state, { x, y }] of boxes) {
    const kind = state === at ? "box current" : visited.has(state) ? "box visited" : "box";
    append(svg, [
      s("rect", { class: kind, x, y: y - boxHeight / 2, width: boxWidth, height: boxHeight, rx: terminal.includes(state) ? boxHeight / 2 : 5 }),
      s("text", { class: kind, x: x + boxWidth / 2, y: y + 4, "text-anchor": "middle" }, state),
    ]);
  }
  return svg;
}

// statesMermaid returns the way as a state diagram.
function statesMermaid(direction, { moves, broken }) {
  const lines = ["stateDiagram-v2"];
  const name = (state) => (state === "None" ? "[*]" : state);
  for (const a of model.arrows) {
    if (a.direction !== direction || a.from === a.to || moves.some((m) => m.from === a.from && m.to === a.to)) continue;
    lines.push(`    ${name(a.from)} --> ${name(a.to)}`);
  }
  for (const m of moves) lines.push(`    ${name(m.from)} --> ${name(m.to)}: taken`);
  for (const b of broken) lines.push(`    ${name(b.from)} --> ${name(b.to)}: ✗ refused`);
  const ways = [...new Set(moves.map((m) => m.to))];
  lines.push("    classDef taken stroke-width:3px", ...ways.map((state) => `    class ${state} taken`));
  return `${lines.join("\n")}\n`;
}
