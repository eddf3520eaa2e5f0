
// The worker of the drop page: it runs the judge, which calls the functions of worker.
self.onmessage = async ({ data: { program, files } }) => {
  const reader = new FileReaderSync();
  let memory;
  self.worker = {
    files,
    // slice returns bytes of a file, or says why they cannot be read.
    slice(n, from, to) {
      postMessage({ kind: "progress", n, at: from });
      try {
        return new Uint8Array(reader.readAsArrayBuffer(files[n].slice(from, to)));
      } catch (error) {
        return error.message;
      }
    },
    lines: (text) => postMessage({ kind: "lines", text }),
    failed: (message) => postMessage({ kind: "failed", message }),
    end: (summary) => postMessage({ kind: "end", summary, memory: memory.buffer.byteLength }),
  };
  try {
    const go = new Go();
    const instance = await WebAssembly.instantiate(program, go.importObject);
    memory = instance.exports.mem;
    await go.run(instance);
  } catch (error) {
    postMessage({ kind: "failed", message: error.message });
  }
};
