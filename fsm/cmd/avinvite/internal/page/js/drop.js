// The drop page: a worker judges the files that a person drops, and nothing leaves the browser.

let program; // the judge, compiled
let judging; // the worker that runs it

const dropFiles = h("input", { type: "file", multiple: true, id: "files", class: "hidden", onchange: () => judge([...dropFiles.files]) });
const dropStatus = h("div", {});
const dropView = {
  element: h("div", { class: "drop" },
    h("h1", {}, "Judge recordings"),
    dropFiles,
    h("label", { class: "target", for: "files" },
      h("strong", {}, "Drop recordings here"), h("span", {}, "or choose files"),
      h("span", { class: "quiet" }, "HAR files and event documents, also compressed by gzip")),
    dropStatus,
    h("p", {}, "Nothing is uploaded. The files are read and judged in this browser, and the page forbids itself every connection by its content security policy. Without a network it works the same.")),
  show() {},
  redraw() {},
};

// say shows how far the judge is, or why it cannot go on.
function say(...content) {
  go("drop", {});
  show();
  redraw(dropStatus, h("div", { class: "note", role: "status" }, content));
}

function judge(files) {
  if (files.length === 0) return;
  judging?.terminate();
  const url = URL.createObjectURL(new Blob([document.getElementById("worker").textContent], { type: "text/javascript" }));
  judging = new Worker(url); // a worker from a file is forbidden, and one from a blob is not
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  const bar = h("progress", { max: 1, value: 0, "aria-label": "Judged" }), now = h("span", {});
  const stop = button("Stop", () => {
    judging.terminate();
    say("Stopped. No file has been judged.");
  });
  let done = 0, last = 0;
  Object.assign(verdicts, { rows: [], lines: new Map(), summary: undefined });
  totals();
  say(h("div", { class: "bar" }, now, stop), bar);
  const fail = (message) => {
    judging.terminate();
    say(`The files cannot be judged: ${message}`);
  };
  judging.onerror = (event) => fail(event.message);
  judging.onmessage = ({ data }) => {
    switch (data.kind) {
      case "progress":
        if (data.n !== last) [done, last] = [done + files[last].size, data.n];
        bar.value = bytes > 0 ? (done + data.at) / bytes : 1;
        now.textContent = "";
        append(now, [`${files[data.n].name}: ${Math.round((done + data.at) / 1e6)} of ${Math.round(bytes / 1e6)} MB`]);
        break;
      case "lines":
        addLines(data.text);
        break;
      case "failed":
        fail(data.message);
        break;
      case "end":
        judging.terminate();
        document.documentElement.dataset.judged = data.memory; // the bytes that the judge took
        verdicts.rows.sort((a, b) => a.n - b.n);
        verdicts.summary = JSON.parse(data.summary);
        reportView = undefined;
        shown = undefined;
        totals();
        go("report", {});
        break;
    }
  };
  judging.postMessage({ program, files });
  URL.revokeObjectURL(url);
}

async function startDrop() {
  program = await WebAssembly.compile(await unpackBytes(document.getElementById("program")));
  const inside = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!inside(event)) return;
    event.preventDefault();
    document.body.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) document.body.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    if (!inside(event)) return;
    event.preventDefault();
    document.body.classList.remove("over");
    judge([...event.dataTransfer.files]);
  });
}
