// Records an application in real browsers, and has avinvite check judge the recordings.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { harFromMessages } from "chrome-har";
import { chromium, firefox } from "playwright-core";
import { application, listen, makeCalls } from "./service.mjs";

const browsers = {
  chromium: () => chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
  }),
  // Debian's Firefox has not the patches by which Playwright drives its own. This channel is WebDriver BiDi.
  firefox: () => firefox.launch({ executablePath: "/usr/bin/firefox-esr", channel: "moz-firefox" }),
};

// visit has a browser make the calls. The function that record returns writes the recording.
async function visit(browser, options, record = async () => async () => {}) {
  const service = await listen();
  try {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const write = await record(context, page);
    await page.goto(service.url);
    await page.evaluate(makeCalls, application);
    await write();
    await context.close();
  } finally {
    service.server.closeAllConnections();
    service.server.close();
  }
}

// Chromium's own events, of which chrome-har makes a HAR.
const network = ["requestWillBeSent", "requestWillBeSentExtraInfo", "responseReceived", "responseReceivedExtraInfo",
  "dataReceived", "loadingFinished", "loadingFailed", "requestServedFromCache", "resourceChangedPriority"];
const load = ["loadEventFired", "domContentEventFired", "frameStartedLoading", "frameAttached"];
const devTools = (file) => async (context, page) => {
  const session = await context.newCDPSession(page);
  const messages = [], answers = new Map(), bodies = [];
  for (const method of [...load.map((name) => `Page.${name}`), ...network.map((name) => `Network.${name}`)]) {
    session.on(method, (params) => {
      messages.push({ method, params });
      if (method === "Network.responseReceived") answers.set(params.requestId, params.response);
      const answer = answers.get(params.requestId);
      if (method !== "Network.loadingFinished" || !answer) return;
      bodies.push(session.send("Network.getResponseBody", { requestId: params.requestId }).then(({ body, base64Encoded }) => {
        answer.body = body;
        if (base64Encoded) answer.encoding = "base64";
      }, () => {})); // Chromium keeps no body of an answer without one
    });
  }
  await session.send("Page.enable");
  await session.send("Network.enable");
  return async () => {
    await page.waitForLoadState("networkidle");
    await Promise.all(bodies);
    writeFileSync(file, JSON.stringify(harFromMessages(messages, { includeTextFromResponseBody: true })));
  };
};

let failed = false;
function compare(recording, what, got, want) {
  const same = JSON.stringify(got) === JSON.stringify(want);
  console.log(`${recording}: ${what} ${JSON.stringify(got)}${same ? "" : `, want ${JSON.stringify(want)}`}`);
  failed ||= !same;
}

// check compares the verdicts on a recording. If it has no bodies, each document is an error.
function check(recording, whole = true) {
  const { status, stdout } = spawnSync("./avinvite", ["check", "--format", "json", recording], { encoding: "utf8" });
  const lines = stdout.trim().split("\n").map((line) => JSON.parse(line));
  compare(recording, "status", status, whole ? 0 : 2);
  compare(recording, "errors", lines.filter((l) => l.kind === "error").length, whole ? 0 : 5);
  if (!whole) return;
  const calls = lines.filter((l) => l.kind === "invitation").map((l) => [
    l.direction, l.path.join(" "), l.reason ?? "", l.call?.status ?? 0,
    l.steps.filter((s) => s.operation).map((s) => `${s.operation} ${s.status}`).join(), l.result,
  ].join("; ")).sort();
  compare(recording, "calls", calls, [
    "Incoming; Connecting Connected; ; 0; accept 204; conforms",
    "Outgoing; ; Forbidden/None; 403; ; conforms",
    "Outgoing; Connecting Alerting Cancelled; LocalFailure/Canceled; 201; cancel 204; conforms",
  ]);
}

for (const [name, launch] of Object.entries(browsers)) {
  const browser = await launch();
  console.log(`${name} ${browser.version()}`);
  await visit(browser, { recordHar: { path: `${name}.har`, content: "embed" } });
  check(`${name}.har`);
  if (name === "chromium") {
    await visit(browser, { recordHar: { path: "omitted.har", content: "omit" } });
    check("omitted.har", false);
    await visit(browser, {}, devTools("devtools.har"));
    check("devtools.har");
  }
  await browser.close();
}
process.exit(failed ? 1 : 0);
