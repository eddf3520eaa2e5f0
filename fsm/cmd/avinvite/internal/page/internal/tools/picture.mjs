// Draws what Chromium shows of a page as SVG: boxes, texts and drawings where the browser has laid them out.
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});
const page = await browser.newPage({ viewport: { width: 1300, height: 960 }, colorScheme: "light" });
await page.goto(`${pathToFileURL("report.html").href}`);
await page.locator(".row").first().click();
await page.waitForSelector("article");
console.log(await page.evaluate(() => {
  const round = (n) => Math.round(10 * n) / 10;
  const quoted = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  const families = (style) => (style.fontFamily.includes("mono") ? "monospace" : "sans-serif");
  const out = [];

  // line draws a text that the browser has laid out in a box, cut where the box is cut.
  function line(text, box, clip, style) {
    const canvas = document.createElement("canvas").getContext("2d");
    canvas.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const { fontBoundingBoxAscent: ascent, fontBoundingBoxDescent: descent } = canvas.measureText(text);
    let width = box.width;
    while (box.left + width > clip.right + 1 && text.length > 1) {
      text = `${text.slice(0, -2)}…`;
      width = canvas.measureText(text).width;
    }
    const bold = style.fontWeight >= 600 ? ` font-weight="600"` : "";
    out.push(`<text x="${round(box.left)}" y="${round(box.top + (box.height + ascent - descent) / 2)}" textLength="${round(width)}" font-family="${families(style)}" font-size="${parseFloat(style.fontSize)}"${bold} fill="${style.color}">${quoted(text)}</text>`);
  }

  // lines draws a text node, line by line.
  function lines(node, clip, style) {
    const range = document.createRange(), found = [];
    for (const word of node.data.matchAll(/\S+\s*|\s+/g)) {
      let from = word.index;
      for (let to = from + 1; to <= word.index + word[0].trimEnd().length; to++) { // a long word may break anywhere
        range.setStart(node, from);
        range.setEnd(node, to);
        const box = range.getBoundingClientRect(), last = found.at(-1);
        range.setStart(node, to - 1);
        const end = range.getBoundingClientRect();
        if (last && Math.abs(last.top - end.top) < 3) {
          Object.assign(last, { text: last.text + node.data.slice(last.to, to), to, width: end.right - last.left });
        } else if (end.width > 0) {
          found.push({ text: node.data.slice(to - 1, to), to, left: end.left, top: end.top, height: end.height, width: box.width });
          from = to - 1;
        }
      }
    }
    for (const l of found) if (l.top >= clip.top - 1 && l.top + l.height <= clip.bottom + 1 && l.left < clip.right) line(l.text, l, clip, style);
  }

  function box(b, style) {
    const sides = ["Top", "Right", "Bottom", "Left"].map((side) => [parseFloat(style[`border${side}Width`]), style[`border${side}Color`]]);
    const seen = (colour) => !/, 0\)$|transparent/.test(colour);
    const whole = sides.every(([width, colour]) => width > 0 && colour === sides[0][1]);
    const shape = `x="${round(b.left)}" y="${round(b.top)}" width="${round(b.width)}" height="${round(b.height)}" rx="${Math.min(parseFloat(style.borderTopLeftRadius) || 0, b.height / 2)}"`;
    const stroke = whole && seen(sides[0][1]) ? ` stroke="${sides[0][1]}" stroke-width="${sides[0][0]}"${style.borderTopStyle === "dashed" ? ` stroke-dasharray="3"` : ""}` : "";
    if (seen(style.backgroundColor) || stroke) out.push(`<rect ${shape} fill="${seen(style.backgroundColor) ? style.backgroundColor : "none"}"${stroke}/>`);
    if (whole) return;
    const { left, top, width: w, height: h } = b;
    const at = [[left, top, w, 0], [left + w, top, 0, h], [left, top + h, w, 0], [left, top, 0, h]];
    sides.forEach(([width, colour], n) => {
      if (width === 0 || !seen(colour)) return;
      const [x, y, dx, dy] = at[n];
      out.push(`<rect x="${round(n === 1 ? x - width : x)}" y="${round(n === 2 ? y - width : y)}" width="${round(dx || width)}" height="${round(dy || width)}" fill="${colour}"/>`);
    });
  }

  // drawing copies a drawing with what its style sheet says.
  function drawing(svg, b) {
    const copy = svg.cloneNode(true);
    const from = [...svg.querySelectorAll("*")], to = [...copy.querySelectorAll("*")];
    from.forEach((element, n) => {
      const style = getComputedStyle(element);
      const names = element.tagName === "text" ? ["fill", "font-size", "font-weight"] : ["fill", "stroke", "stroke-width", "stroke-dasharray"];
      for (const name of names) if (!["none", "400", "1px"].includes(style.getPropertyValue(name)) || name === "fill") to[n].setAttribute(name, style.getPropertyValue(name));
      if (element.tagName === "text") to[n].setAttribute("font-family", "monospace");
      to[n].removeAttribute("class");
    });
    for (const name of ["class", "style", "role", "aria-label"]) copy.removeAttribute(name);
    for (const [name, value] of Object.entries({ x: b.left, y: b.top, width: b.width, height: b.height })) copy.setAttribute(name, round(value));
    out.push(new XMLSerializer().serializeToString(copy).replace(` xmlns="http://www.w3.org/2000/svg"`, ""));
  }

  function walk(element, clip) {
    const style = getComputedStyle(element), b = element.getBoundingClientRect();
    if (style.display === "none" || style.clipPath !== "none" || b.bottom <= clip.top || b.top >= clip.bottom) return;
    const cut = { ...{ left: b.left, top: b.top, width: b.width }, height: Math.min(b.bottom, clip.bottom) - b.top };
    box(b.bottom > clip.bottom ? cut : b, style);
    if (element.tagName === "svg") {
      if (b.bottom <= clip.bottom + 60) drawing(element, b);
      return;
    }
    if (["INPUT", "SELECT"].includes(element.tagName)) {
      const text = element.selectedOptions?.[0].text ?? (element.value || element.placeholder);
      const size = parseFloat(style.fontSize) * 1.2;
      const canvas = document.createElement("canvas").getContext("2d");
      canvas.font = `${style.fontSize} ${style.fontFamily}`;
      line(text, { left: b.left + 12, top: b.top + (b.height - size) / 2, height: size, width: canvas.measureText(text).width }, { right: b.right - 14 }, style);
      if (element.tagName === "SELECT") out.push(`<path d="M${round(b.right - 18)},${round(b.top + b.height / 2 - 2)} l4,4 l4,-4" fill="none" stroke="${style.color}" stroke-width="1.5"/>`);
      return;
    }
    const inside = style.overflow === "visible" ? clip
      : { top: Math.max(clip.top, b.top), bottom: Math.min(clip.bottom, b.bottom), right: Math.min(clip.right, b.right) };
    for (const child of element.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) lines(child, inside, style);
      else if (child.nodeType === Node.ELEMENT_NODE && !["SCRIPT", "NOSCRIPT"].includes(child.tagName)) walk(child, inside);
    }
  }
  walk(document.body, { top: 0, bottom: innerHeight, right: innerWidth });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${innerWidth} ${innerHeight}" role="img" aria-label="The report of avinvite check in a browser">
<!-- Code generated by fsm/cmd/avinvite/internal/page/internal/tools/picture; DO NOT EDIT. -->
${out.join("\n")}
<rect x="0.5" y="0.5" width="${innerWidth - 1}" height="${innerHeight - 1}" fill="none" stroke="#d4dae0"/>
</svg>`;
}));
await browser.close();
