// Elements.

// visible returns a text with an escape in the place of each character that has no glyph or that reorders others, so
// that a recording cannot disguise what it says.
function visible(text) {
  return String(text).replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]/gu, (c) =>
    c === "\n" ? c : `\\u{${c.codePointAt(0).toString(16)}}`);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(name, value);
  }
  append(element, children);
  return element;
}

// append appends nodes and texts. A text becomes a text node and never markup.
function append(element, children) {
  for (const child of children) {
    if (Array.isArray(child)) append(element, child);
    else if (child instanceof Node) element.append(child);
    else if (child !== undefined && child !== null && child !== false) element.append(visible(child));
  }
}

// h returns an HTML element, and s an SVG element.
const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
const s = (tag, attributes, ...children) =>
  fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

// breakable returns a text that may break behind its slashes.
const breakable = (text) => text.split(/(?<=\/)/).flatMap((part, n) => n > 0 ? [h("wbr"), part] : [part]);

const button = (text, onclick, attributes) => h("button", { type: "button", onclick, ...attributes }, text);

// facts returns a list of labels and values. A value that is not there takes its label along.
function facts(...pairs) {
  const list = h("dl", { class: "facts" });
  for (const [label, ...value] of pairs) {
    if (value.flat().some((v) => v !== undefined && v !== null && v !== "" && v !== false)) {
      list.append(h("dt", {}, label), h("dd", {}, ...value));
    }
  }
  return list;
}

const basisTag = (basis) => {
  const text = model.explanations.find((e) => e.basis === basis)?.text;
  return h("span", { class: "tag", title: text }, basis);
};

// redraw replaces the content of an element, and keeps the focus on the element with the same key.
function redraw(element, ...children) {
  const key = element.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  element.replaceChildren();
  append(element, children);
  if (key !== undefined) [...element.querySelectorAll("[data-key]")].find((e) => e.dataset.key === key)?.focus();
}

const count = (n) => n.toLocaleString("en-US");
const plural = (n, noun) => `${count(n)} ${noun}${n === 1 ? "" : "s"}`;

// duration returns milliseconds in words.
function duration(ms) {
  if (ms === 0) return "0 s";
  if (ms < 1000) return `${ms} ms`;
  if (ms < 60_000) return `${(ms / 1000).toPrecision(3)} s`;
  const seconds = Math.round(ms / 1000), minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} m`;
}
