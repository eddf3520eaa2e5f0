// Figures: a drawing with buttons that save it.

// drawn are the properties of a drawing that its style sheet sets. A saved file has them as attributes.
const drawn = ["fill", "stroke", "stroke-width", "stroke-dasharray", "font-family", "font-size", "font-weight", "text-anchor", "opacity"];

// saved returns a drawing as a file that needs no style sheet.
function saved(svg) {
  const copy = svg.cloneNode(true);
  const from = [svg, ...svg.querySelectorAll("*")], to = [copy, ...copy.querySelectorAll("*")];
  from.forEach((element, n) => {
    const style = getComputedStyle(element);
    for (const name of drawn) {
      if (n > 0 && !["title", "desc"].includes(element.tagName)) to[n].setAttribute(name, style.getPropertyValue(name));
    }
    to[n].removeAttribute("class");
    to[n].removeAttribute("style");
  });
  const [, , width, height] = svg.getAttribute("viewBox").split(" ");
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.prepend(s("rect", { width, height, fill: getComputedStyle(document.body).backgroundColor }));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(copy)}\n`;
}

function save(name, blob) {
  const url = URL.createObjectURL(blob);
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

async function savePNG(name, svg) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(saved(svg))}`;
  await image.decode();
  const canvas = h("canvas", { width: 2 * image.width, height: 2 * image.height });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => save(name, blob), "image/png");
}

// figure returns a titled drawing. mermaid returns the same as a diagram in Mermaid's language.
function figure(title, name, svg, mermaid, ...more) {
  svg.style.maxWidth = `${svg.viewBox.baseVal.width}px`;
  const file = name.replace(/[^A-Za-z0-9-]+/g, "-").slice(0, 80);
  return h("section", { class: "figure" },
    h("div", { class: "bar" },
      h("h2", {}, title),
      button("SVG", () => save(`${file}.svg`, new Blob([saved(svg)], { type: "image/svg+xml" })), { "aria-label": `${title}: save as SVG`, "data-key": `svg ${title}` }),
      button("PNG", () => savePNG(`${file}.png`, svg), { "aria-label": `${title}: save as PNG`, "data-key": `png ${title}` }),
      button("Mermaid", () => save(`${file}.mmd`, new Blob([mermaid()], { type: "text/plain" })), { "aria-label": `${title}: save as Mermaid`, "data-key": `mermaid ${title}` })),
    svg, more);
}

// quoted returns a text that Mermaid shows as it is.
const quoted = (text) => visible(text).replace(/[#;<>"`{}[\]|%&\\\n]/g, (c) => `#${c.codePointAt(0)};`);

// arrowHead returns the head of an arrow that comes from one point to another.
function arrowHead(x0, y0, x, y, attributes, size = 8) {
  const length = Math.hypot(x - x0, y - y0) || 1;
  const dx = (x - x0) / length, dy = (y - y0) / length;
  const point = (along, across) => `${(x - along * dx - across * dy).toFixed(1)},${(y - along * dy + across * dx).toFixed(1)}`;
  return s("polygon", { ...attributes, points: `${point(0, 0)} ${point(size, size / 2)} ${point(size, -size / 2)}` });
}
