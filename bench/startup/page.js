/** Trains one step in a worker; `firstStep` resolves to the milliseconds since the page was asked for. */
globalThis.firstStep = new Promise((resolve, reject) => {
  const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  worker.onmessage = () => resolve(performance.now());
  worker.onerror = (event) => reject(new Error(event.message));
});
