/** Random damage to every kind of file that is read: node scripts/fuzz.mjs [--cases 1000000] [--seed 0] [--only TEXT]
 *  Each case must end in a value or in an error that names the file and the place, within a few seconds and without
 *  reserving much memory. Readers, sound files and mutations are those of the tests (test/formats). What fails is
 *  printed with its seed and reader, which make it again: --seed S --only READER --cases 1000. */

import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { createServer } from "vite";

/** Cases per seed, and the longest that one may take, in milliseconds. */
const ROUND = 1000;
const PATIENCE = 5000;
const MOST_MEMORY = 2 ** 27;
const THREADS = 2;

const root = fileURLToPath(new URL("..", import.meta.url));

/** The tests' own modules, compiled as they are loaded. */
async function load() {
  const server = await createServer({
    root,
    configFile: false,
    logLevel: "error",
    appType: "custom",
    server: { middlewareMode: true, hmr: false, ws: false },
    optimizeDeps: { noDiscovery: true },
  });
  const [{ readers }, { damage }, { NormLensError }, { default: fc }] = await Promise.all(
    [
      "/test/formats/fuzz-readers.ts",
      "/test/formats/mutations.ts",
      "/src/tensor/errors.ts",
      "fast-check",
    ].map((path) => server.ssrLoadModule(path)),
  );
  return { readers, damage, NormLensError, fc, close: () => server.close() };
}

/** Runs rounds as they are handed out: {reader, seed} in, {cases, failure?} out. */
async function work() {
  const { readers, damage, NormLensError, fc, close } = await load();
  const judge = (read, bytes) => {
    const before = process.memoryUsage().arrayBuffers;
    const start = performance.now();
    try {
      read(bytes, "some/file");
    } catch (error) {
      if (!(error instanceof NormLensError)) return `${error?.stack ?? error}`;
      if (!/^some\/file.*: got .+, expected .+ \(.+\); .+/s.test(error.message))
        return `an error without its place: ${error.message}`;
    }
    const [time, memory] = [performance.now() - start, process.memoryUsage().arrayBuffers - before];
    if (time > PATIENCE) return `${Math.round(time)} ms`;
    return memory > MOST_MEMORY ? `${memory} bytes reserved` : undefined;
  };
  parentPort.on("message", async (job) => {
    if (job === "end") {
      await close();
      process.exit(0);
    }
    const [, sound, read] = readers[job.reader];
    const mutations = fc.sample(damage, { seed: job.seed, numRuns: ROUND });
    for (const [index, mutate] of mutations.entries()) {
      const why = judge(read, mutate(new Uint8Array(sound)));
      if (why !== undefined) return parentPort.postMessage({ ...job, failure: { index, why } });
    }
    parentPort.postMessage(job);
  });
  parentPort.postMessage({ ready: readers.map(([name]) => name) });
}

async function main() {
  const { values } = parseArgs({
    options: {
      cases: { type: "string", default: "1000000" },
      seed: { type: "string", default: "0" },
      only: { type: "string", default: "" },
    },
  });
  const [rounds, first] = [Math.ceil(Number(values.cases) / ROUND), Number(values.seed)];
  if (!(rounds > 0 && Number.isInteger(first)))
    throw new Error(
      `fuzz: got --cases ${values.cases} --seed ${values.seed}, expected whole numbers`,
    );
  let [next, done, failures] = [0, 0, 0];
  let names;
  let chosen;
  const start = performance.now();
  const run = () =>
    new Promise((resolve, reject) => {
      const worker = new Worker(fileURLToPath(import.meta.url), { workerData: "fuzz" });
      let watch;
      let job;
      const give = () => {
        clearTimeout(watch);
        if (next >= rounds) return worker.postMessage("end");
        const turn = next++;
        job = {
          reader: chosen[turn % chosen.length],
          seed: first + Math.floor(turn / chosen.length),
        };
        // A round that does not come back hangs in one of its cases.
        watch = setTimeout(() => {
          failures++;
          console.error(`${names[job.reader]}, seed ${job.seed}: hangs`);
          worker.terminate();
        }, ROUND * 200);
        worker.postMessage(job);
      };
      worker.on("message", (message) => {
        if (message.ready) {
          if (names === undefined) {
            names = message.ready;
            chosen = names.flatMap((name, i) => (name.includes(values.only) ? [i] : []));
            console.log(`${chosen.length} readers, ${rounds * ROUND} cases from seed ${first}`);
          }
          if (chosen.length === 0)
            return reject(new Error(`--only: got ${values.only}, expected ${names.join(", ")}`));
          return give();
        }
        done += ROUND;
        if (message.failure) {
          failures++;
          const { index, why } = message.failure;
          console.error(`${names[message.reader]}, seed ${message.seed}, case ${index}: ${why}`);
        }
        if (done % (50 * ROUND) === 0) {
          const seconds = (performance.now() - start) / 1000;
          console.log(
            `${done} cases, seed ${message.seed}, ${Math.round(done / seconds)} a second, ${failures} failures`,
          );
        }
        give();
      });
      worker.on("error", reject).on("exit", resolve);
    });
  await Promise.all(Array.from({ length: THREADS }, run));
  console.log(
    `${done} cases, ${failures} failures, ${Math.round((performance.now() - start) / 1000)} s`,
  );
  process.exitCode = failures > 0 ? 1 : 0;
}

if (isMainThread) await main();
else if (workerData === "fuzz") await work();
