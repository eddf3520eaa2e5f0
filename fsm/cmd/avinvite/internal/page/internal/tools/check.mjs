// Drives the pages of avinvite in Chromium, and compares what they show with avinvite check --format json.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { hostile } from "./hostile.mjs";

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});
console.log(`chromium ${browser.version()}`);

let failures = 0;
function equal(what, got, want) {
  if (JSON.stringify(got) === JSON.stringify(want)) return;
  failures++;
  console.log(`${what}: ${JSON.stringify(got)}, want ${JSON.stringify(want)}`);
}
const yes = (what, got) => equal(what, Boolean(got), true);

function avinvite(...args) {
  const { stdout, stderr } = spawnSync("./avinvite", args, { encoding: "utf8", maxBuffer: 1 << 28 });
  if (stdout === "") throw new Error(stderr);
  return stdout;
}

// write writes the output of the command to a file, and returns the URL of the file.
function write(name, ...args) {
  writeFileSync(name, avinvite(...args));
  return pathToFileURL(name).href;
}

// open opens a page that may ask for nothing but itself, and log nothing.
async function open(url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, acceptDownloads: true, ...options });
  const page = await context.newPage();
  page.on("console", (m) => equal(`${url} logs`, `${m.type()}: ${m.text()}`, ""));
  page.on("pageerror", (error) => equal(`${url} throws`, error.stack, ""));
  page.on("dialog", (dialog) => equal(`${url} opens a dialog`, dialog.message(), ""));
  page.on("request", (request) => {
    const asked = request.url();
    if (!asked.startsWith("data:") && !asked.startsWith("blob:")) equal(`${url} asks for`, asked.split("#")[0], url.split("#")[0]);
  });
  await page.goto(url);
  await page.waitForFunction(() => document.querySelector("main")?.dataset.view !== undefined);
  return page;
}

const at = (page, hash) => page.evaluate((hash) => new Promise((resolve) => {
  const before = location.href;
  addEventListener("hashchange", () => setTimeout(resolve), { once: true });
  location.hash = hash;
  if (location.href === before) resolve();
}), hash);
const text = (page, selector) => page.locator(selector).first().innerText();
const texts = (page, selector) => page.locator(selector).allInnerTexts();

// download presses a button and returns the file that it saves.
async function download(page, button) {
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: button, exact: true }).click()]);
  return { name: file.suggestedFilename(), data: readFileSync(await file.path()) };
}

const axe = readFileSync("node_modules/axe-core/axe.min.js", "utf8");
async function accessible(page, what) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
  equal(`${what}: axe-core`, found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 160)).slice(0, 3).join(" | ")}`), []);
}

// The page of Mermaid draws a diagram and returns its texts.
const mermaidPage = await (await browser.newContext()).newPage();
await mermaidPage.addScriptTag({ path: "node_modules/mermaid/dist/mermaid.min.js" });
async function mermaid(what, diagram, ...wanted) {
  try {
    const drawn = await mermaidPage.evaluate(async (diagram) => {
      mermaid.initialize({ startOnLoad: false, suppressErrorRendering: true });
      const { svg } = await mermaid.render("drawn", diagram);
      document.body.innerHTML = svg;
      return document.body.textContent;
    }, diagram);
    for (const want of wanted) yes(`${what}: Mermaid draws ${want} in ${drawn.slice(-600)}`, drawn.includes(want));
  } catch (error) {
    equal(`${what}: Mermaid`, error.message, "");
  }
}

// drawing checks that a saved SVG is well-formed, stands alone and has texts.
async function drawing(page, what, data, ...wanted) {
  const got = await page.evaluate(async (source) => {
    const parsed = new DOMParser().parseFromString(source, "image/svg+xml");
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(source)}`;
    await image.decode();
    return {
      broken: parsed.querySelector("parsererror")?.textContent ?? "", width: image.width,
      text: parsed.documentElement.textContent, scripts: parsed.querySelectorAll("script, style, a, image, foreignObject, [class]").length,
      plain: [...parsed.querySelectorAll("text")].every((e) => e.getAttribute("fill") && e.getAttribute("font-size")),
    };
  }, data.toString());
  equal(`${what}: parse error`, got.broken, "");
  equal(`${what}: scripts, styles and links`, got.scripts, 0);
  yes(`${what}: texts with attributes`, got.plain);
  yes(`${what}: width`, got.width >= 300);
  for (const want of wanted) yes(`${what}: has ${want} in ${got.text}`, got.text.includes(want));
}

const schemes = ["light", "dark"];
const recordings = write("report.html", "check", "--format", "html", "recordings");
writeFileSync("calls.har", avinvite("generate", "--format", "har", "--invitations", "60", "--fault", "undocumented-answer"));
const calls = write("calls.html", "check", "--format", "html", "calls.har");
writeFileSync("hostile.jsonl", hostile(readFileSync("recordings/outgoing-declined.jsonl", "utf8")));
const attack = write("hostile.html", "check", "--format", "html", "hostile.jsonl", "recordings/unknown-subcode.jsonl");
writeFileSync("many.jsonl", avinvite("generate", "--invitations", "10000", "--fault", "contradiction"));
writeFileSync("broken.json", "{\"sender\": 7} nonsense");
writeFileSync("big.har", avinvite("generate", "--format", "har", "--invitations", "9000"));
const many = write("many.html", "check", "--format", "html", "many.jsonl");
const explore = write("explore.html", "explore");
const drop = pathToFileURL("drop.html").href; // made by the command of package drop

const steps = {
  // What the page shows of each invitation equals the JSON of the command.
  async verdicts() {
    for (const [url, ...files] of [[recordings, "recordings"], [calls, "calls.har"], [attack, "hostile.jsonl", "recordings/unknown-subcode.jsonl"]]) {
      const page = await open(url);
      const want = avinvite("check", "--format", "json", ...files).trim().split("\n").map((line) => JSON.parse(line))
        .filter((line) => line.kind === "invitation");
      yes(`${url} has invitations`, want.length > 0);
      for (const [n, v] of want.entries()) {
        await at(page, `#report?i=${n}`);
        const got = await page.evaluate(() => ({
          result: document.querySelector(".badge").textContent.split(" ")[1],
          rules: [...document.querySelectorAll("article > .card:not(.repair) h2 code")].map((e) => e.textContent),
          path: document.querySelector(".path")?.textContent.trim() ?? "",
          messages: document.querySelectorAll("table tbody tr").length,
        }));
        const answers = v.steps.filter((s) => s.operation).length + (v.call ? 2 : 0);
        equal(`${url}, ${n}`, got, {
          result: v.result, rules: v.findings.map((f) => f.rule),
          path: v.direction ? ["None", ...v.path].join(" → ") : "", messages: v.steps.length + answers,
        });
      }
      await page.context().close();
    }
  },

  // Filters, search, bars and links keep the list, the hash and what they hide in step.
  async filters() {
    const page = await open(recordings);
    equal("all", await text(page, "#shown"), "14 invitations");
    await page.locator(".chip.violates").click();
    equal("a chip", [await text(page, "#shown"), await page.locator(".row").count()], ["2 of 14 invitations; 12 hidden by violates", 2]);
    await page.getByRole("button", { name: "Clear filters" }).click();
    await page.getByLabel("Search the invitations").pressSequentially("Busy");
    equal("a search", await text(page, "#shown"), "1 of 14 invitations; 13 hidden by “Busy”");
    yes("the hash of a search", page.url().endsWith("#report?q=Busy"));
    await page.getByRole("button", { name: "Clear filters" }).click();
    await page.getByLabel("Broken rule").selectOption("contradiction");
    await page.getByLabel("Direction").selectOption("Outgoing");
    equal("two selects", await text(page, "#shown"), "1 of 14 invitations; 13 hidden by Outgoing, contradiction");
    await page.locator(".row").click();
    yes("a chosen row", (await text(page, "h1")).startsWith("No outcome"));
    const link = page.url(), again = await open(link);
    equal("a link", [await text(again, "h1"), await text(again, "#shown")], [await text(page, "h1"), await text(page, "#shown")]);
    await again.context().close();
    await page.goBack();
    equal("back", await page.locator("article").count(), 0);
    await at(page, "#report");
    await page.locator(".bars button", { hasText: "Failed, RemoteFailure/Declined" }).click();
    equal("a bar", await text(page, "#shown"), "1 of 14 invitations; 13 hidden by Failed, RemoteFailure/Declined");
    await at(page, "#report?q=nothing-of-the-kind");
    equal("no match", [await text(page, "#shown"), await page.locator(".row").count()], ["0 of 14 invitations; 14 hidden by “nothing-of-the-kind”", 0]);
    for (const strange of ["#report?i=99", "#report?i=x&order=constructor", "#nowhere?i=1", "#reasons?r=%E0%A4%A", "#%E0%A4%A", "#explore?w=constructor,toString&x=__proto__&d=both"]) {
      await at(page, strange);
      yes(`a page for ${strange}`, await page.locator("h1").count());
    }
    await page.context().close();
  },

  // The keyboard reaches everything.
  async keyboard() {
    const page = await open(recordings);
    await page.keyboard.press("/");
    equal("/", await page.evaluate(() => document.activeElement.id), "search");
    await page.locator("#list").focus();
    const chosen = () => page.evaluate(() => document.getElementById(document.getElementById("list").getAttribute("aria-activedescendant"))?.getAttribute("aria-posinset"));
    for (const [key, want] of [["ArrowDown", "1"], ["ArrowDown", "2"], ["End", "14"], ["ArrowUp", "13"], ["Home", "1"]]) {
      await page.keyboard.press(key);
      equal(key, await chosen(), want);
    }
    await page.getByRole("button", { name: "Next invitation" }).focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    equal("Enter twice on Next", await text(page, "#position span"), "3 of 14");
    const reached = new Set();
    await page.evaluate(() => document.activeElement.blur());
    for (let n = 0; n < 60; n++) {
      await page.keyboard.press("Tab");
      reached.add(await page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent.slice(0, 30)));
    }
    for (const want of ["Skip to the content", "Explore", "Search the invitations", "Invitations", "Sequence: save as SVG", "As a table, with places", "Walk it in Explore"]) {
      yes(`Tab reaches ${want}`, reached.has(want));
    }
    await page.context().close();
  },

  // The ladder has the messages at their times and the state after each, and marks those that break a rule.
  async ladder() {
    const page = await open(recordings);
    await at(page, "#report?q=after-completion&i=0");
    equal("states after", (await page.locator("svg.ladder .state").allTextContents()), ["Connecting", "Connected", "Connected", "Connected"]);
    equal("the band", [await page.locator("svg.ladder .band.violation").count(), await page.locator("svg.states .line.violation").count()], [1, 1]);
    equal("the moves", await page.locator("svg.states .line.taken").count(), 2);
    const timed = await open(calls);
    await timed.locator(".chip.deviates").click();
    await timed.locator(".row").first().click();
    const times = (await timed.locator("svg.ladder .time").allTextContents()).filter((t) => t.startsWith("+"));
    const ys = await timed.locator("svg.ladder line.arrow").evaluateAll((lines) => lines.map((l) => Number(l.getAttribute("y1"))));
    yes("times", times.length === ys.length && times.length > 4);
    yes("going down", ys.every((y, n) => n === 0 || y > ys[n - 1]));
    yes("the answer is marked", (await timed.locator("svg.ladder .message.deviation").allTextContents()).join(" ").includes("418"));
    await timed.locator("summary").click();
    equal("the table", await timed.locator("tr.deviation").count(), 1);
    await timed.getByRole("link", { name: "Walk it in Explore" }).click();
    equal("a walk without what was refused", (await timed.locator("svg.ladder .message").allTextContents()).filter((name) => name === "accept").length, 1);
    await page.context().close();
    await timed.context().close();
  },

  // Every button saves what is on the screen.
  async files() {
    for (const scheme of schemes) {
      const page = await open(`${calls}#report?rule=undocumented-answer`, { colorScheme: scheme });
      await page.locator(".row").first().click();
      const ladder = await download(page, "Sequence: save as SVG");
      await drawing(page, `${scheme}, ${ladder.name}`, ladder.data, "application", "service", "418", "undocumented-answer", "Connecting");
      const states = await download(page, "States, Incoming: save as SVG");
      await drawing(page, `${scheme}, ${states.name}`, states.data, "None", "Connecting", "Cancelled");
      for (const name of ["Sequence: save as PNG", "States, Incoming: save as PNG"]) {
        const { data } = await download(page, name);
        equal(name, [data.subarray(1, 4).toString(), data.readUInt32BE(16) >= 600], ["PNG", true]);
      }
      await mermaid("ladder", (await download(page, "Sequence: save as Mermaid")).data.toString(), "started(Connecting)", "418", "undocumented-answer");
      await mermaid("states", (await download(page, "States, Incoming: save as Mermaid")).data.toString(), "Connecting", "taken");
      await page.context().close();
    }
    const page = await open(`${explore}#explore?d=Outgoing&w=started_Connecting,updated_Alerting,cancel&x=started_TeamRing`);
    for (const [name, ...wanted] of [["Sequence", "cancel", "Alerting"], ["States, Outgoing", "TeamRing"]]) {
      await drawing(page, name, (await download(page, `${name}: save as SVG`)).data, ...wanted);
      await mermaid(name, (await download(page, `${name}: save as Mermaid`)).data.toString(), ...wanted);
    }
    await page.context().close();
  },

  // A walk: legal steps, a refusal with its reasons, undo, and a link to it.
  async walk() {
    const page = await open(explore);
    const here = () => text(page, ".here strong");
    equal("new", await here(), "Outgoing None");
    const press = (name) => page.locator(`.input[data-key="${name}"]`).click();
    await press("started_Connecting");
    await press("cancel");
    equal("two steps", await here(), "Outgoing Connecting, cancel pending");
    await press("updated_Connecting");
    equal("an update that keeps the state", await here(), "Outgoing Connecting, cancel pending");
    await press("cancel");
    const card = await text(page, ".choices .card");
    for (const want of ["cancel is refused", "an operation is pending already", "Inferred", "expected", "nothing", "409 Conflict"]) yes(`the card has ${want}: ${card}`, card.includes(want));
    await page.getByLabel("Search the reasons").fill("busy");
    equal("what a search hides", await text(page, ".choices .quiet"), "50 reasons legal, 20 refused; 49 hidden by “busy”.");
    equal("the focus stays", await page.evaluate(() => document.activeElement.dataset.key), "q");
    await press("completed_Failed_RemoteFailure_Busy");
    equal("the end", await here(), "Outgoing Failed (RemoteFailure/Busy)");
    const again = await open(page.url());
    equal("a link", await text(again, ".here strong"), "Outgoing Failed (RemoteFailure/Busy)");
    await again.context().close();
    await page.getByRole("button", { name: "Undo" }).click();
    equal("undo", await here(), "Outgoing Connecting, cancel pending");
    await press("updated_Alerting");
    await press("started_TeamRing");
    yes("a client", (await text(page, ".choices .card")).includes("ignores it"));
    await page.getByRole("button", { name: "Incoming", exact: true }).click();
    equal("the other direction", await here(), "Incoming None");
    await page.context().close();
  },

  async reasons() {
    const page = await open(`${explore}#reasons`);
    equal("all", await text(page, ".reasons [role=status]"), "57 of 57 reasons");
    await page.getByLabel("Search the reasons").fill("too busy at this time");
    equal("a search", [await texts(page, ".cards h2"), await text(page, ".reasons [role=status]")], [["RemoteFailure/Busy"], "1 of 57 reasons; 56 hidden"]);
    await page.getByRole("link", { name: "RemoteFailure/Busy", exact: true }).click();
    yes("a link to one", page.url().includes("r=RemoteFailure%2FBusy"));
    await page.getByRole("link", { name: "Walk to RemoteFailure/Busy, Outgoing" }).click();
    equal("its walk", await text(page, ".here strong"), "Outgoing Failed (RemoteFailure/Busy)");
    await page.context().close();
  },

  // Nothing in a recording runs or disguises itself.
  async hostile() {
    const page = await open(attack);
    const last = await page.locator(".row").count();
    for (let n = 0; n < last; n++) {
      await at(page, `#report?i=${n}`);
      const token = (await page.locator("tbody tr code").last().textContent()).split(/[ /](?!b>)/).at(-1);
      await drawing(page, "hostile", (await download(page, "Sequence: save as SVG")).data);
      await mermaid("hostile", (await download(page, "Sequence: save as Mermaid")).data.toString(), token);
      equal("nothing runs", await page.evaluate(() => [document.querySelectorAll("main img, main script, main iframe").length, globalThis.attacked]), [0, undefined]);
    }
    await at(page, "#report?i=0");
    const shown = await page.locator("article").innerText();
    for (const want of ["<img src=x onerror=attacked=1>", "</script>", "\\u{202e}", "\\u{0}"]) yes(`shows ${want}`, shown.includes(want));
    yes("no reordering", !/[\u202a-\u202e\u2066-\u2069\0]/.test(await page.locator("body > :not(script)").evaluateAll((all) => all.map((e) => e.outerHTML).join(""))));
    await accessible(page, "hostile");
    await page.context().close();
  },

  // Ten thousand invitations: packed, at most 60 rows, and every one of them can be reached.
  async many() {
    yes("1.5 MB", readFileSync("many.html").length <= 1_500_000);
    const page = await open(many);
    equal("all", await text(page, "#shown"), "10,000 invitations");
    await page.locator("#list").focus();
    await page.keyboard.press("End");
    await page.setViewportSize({ width: 1440, height: 5000 });
    await page.waitForFunction(() => document.querySelectorAll(".row").length > 40);
    equal("rows on a screen of any height", await page.locator(".row").count(), 60);
    await page.setViewportSize({ width: 1440, height: 900 });
    equal("the last", await text(page, "#position span"), "10,000 of 10,000");
    await page.getByLabel("Search the invitations").fill("00009999");
    yes("a search", (await text(page, "#shown")).startsWith("1 of 10,000 invitations; 9,999 hidden"));
    await page.context().close();
  },

  // Nothing sticks out of a narrow screen, and print shows the chosen invitation without the list.
  async narrow() {
    for (const width of [320, 400, 1024]) {
      const page = await open(recordings, { viewport: { width, height: 800 } });
      for (const hash of ["#report", "#report?i=0", "#explore?w=started_Connecting&x=accept", "#reasons"]) {
        await at(page, hash);
        yes(`${width} ${hash} fits`, await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
      }
      await page.context().close();
    }
    const page = await open(`${recordings}#report?i=0&theme=dark`);
    await page.emulateMedia({ media: "print" });
    equal("print", await page.evaluate(() => ["aside", "header", "article", "svg.ladder"].map((s) => document.querySelector(s).checkVisibility())), [false, false, true, true]);
    equal("print is light", await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
    await page.context().close();
  },

  // Forced colours still show what is chosen, and the bars.
  async contrast() {
    const page = await open(`${recordings}#report?i=0&result=violates&theme=dark`, { forcedColors: "active" });
    const back = (selector) => page.locator(selector).first().evaluate((e) => getComputedStyle(e).backgroundColor);
    const plain = await back("body");
    for (const selector of [".row[aria-selected=true]", ".chip[aria-pressed=true]", "nav a[aria-current]"]) {
      yes(`${selector} differs from ${plain}`, ![plain, "rgba(0, 0, 0, 0)"].includes(await back(selector)));
    }
    await at(page, "#report");
    yes(`a bar differs from ${plain}`, ![plain, "rgba(0, 0, 0, 0)"].includes(await back(".bars .shaft")));
    await page.context().close();
  },

  // The drop page judges recordings as the command does, in flat memory, and asks for nothing.
  async drop() {
    const program = /id="program" data-packed="gzip">([^<]*)</.exec(readFileSync("drop.html", "utf8"))[1];
    const packed = Buffer.from(program, "base64").length;
    yes(`at most 1.8 MB of WebAssembly: ${packed} bytes`, packed <= 1_800_000);
    const page = await open(drop);
    const ended = () => page.waitForFunction(() => document.querySelector("main").dataset.view === "report", null, { timeout: 300_000 });
    for (const files of [["recordings/after-completion.jsonl"], ["calls.har"], ["hostile.jsonl", "recordings/unknown-subcode.jsonl", "broken.json"]]) {
      await at(page, "#drop");
      await page.locator("#files").setInputFiles(files);
      await ended();
      const lines = avinvite("check", "--format", "json", ...files).trim().split("\n").map((line) => JSON.parse(line));
      const want = lines.filter((line) => line.kind === "invitation");
      for (const [n, v] of want.entries()) {
        await at(page, `#report?i=${n}`);
        equal(`${files}, ${n}`, await page.evaluate(() => ({
          result: document.querySelector(".badge").textContent.split(" ")[1],
          rules: [...document.querySelectorAll("article > .card:not(.repair) h2 code")].map((e) => e.textContent),
          path: document.querySelector(".path")?.textContent.trim() ?? "",
        })), { result: v.result, rules: v.findings.map((f) => f.rule), path: v.direction ? ["None", ...v.path].join(" → ") : "" });
      }
      await at(page, "#report");
      equal(`${files}: errors`, (await texts(page, ".unread li")).length, lines.filter((line) => line.kind === "error").length);
      equal(`${files}: invitations`, await text(page, "#shown"), want.length === 1 ? "1 invitation" : `${want.length} invitations`);
    }
    for (const scheme of schemes) {
      await page.emulateMedia({ colorScheme: scheme });
      await at(page, "#drop");
      await accessible(page, `drop, ${scheme}`);
      await at(page, "#report?i=0");
    }

    // A file of 130 MB, dropped.
    await at(page, "#drop");
    await page.evaluate(() => {
      const input = document.createElement("input");
      Object.assign(input, { type: "file", id: "big" });
      document.body.append(input);
    });
    await page.locator("#big").setInputFiles("big.har");
    const seen = await page.evaluate(() => new Promise((resolve) => {
      const files = new DataTransfer(), shown = new Set();
      files.items.add(document.getElementById("big").files[0]);
      document.getElementById("big").remove();
      new MutationObserver(() => {
        const bar = document.querySelector("progress");
        if (bar) shown.add(bar.value);
        if (document.querySelector("main").dataset.view === "report") resolve(shown.size);
      }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true }));
    }));
    yes(`progress, ${seen} times`, seen > 20);
    equal("all invitations", await text(page, "#shown"), "9,000 invitations");
    equal("the memory of the judge, in MB", await page.evaluate(() => document.documentElement.dataset.judged <= 32 * 2 ** 20 || document.documentElement.dataset.judged), true);
    await page.context().close();
  },

  async axe() {
    for (const scheme of schemes) {
      for (const [url, ...hashes] of [
        [recordings, "#report", "#report?i=0", "#report?i=9", "#report?q=none", "#reasons", "#explore"], [calls, "#report?rule=undocumented-answer", "#report?i=3"],
        [explore, "#explore?d=Outgoing&w=started_Connecting,updated_Alerting,cancel&x=started_TeamRing&all=1", "#explore?d=Incoming&w=started_Connecting&x=cancel", "#reasons?r=RemoteFailure%2FBusy"]]) {
        const page = await open(url, { colorScheme: scheme });
        for (const hash of hashes) {
          await at(page, hash);
          await accessible(page, `${url.split("/").at(-1)}${hash}, ${scheme}`);
        }
        await page.context().close();
      }
    }
  },
};

for (const [name, step] of Object.entries(steps)) {
  if (process.argv.length > 2 && !process.argv.includes(name)) continue;
  const before = failures;
  try {
    await step();
  } catch (error) {
    equal(name, error.stack, "");
  }
  console.log(`${failures === before ? "passed" : "FAILED"}: ${name}`);
}
await browser.close();
process.exit(failures ? 1 : 0);
