/** People's networks at 224×224: node bench/imported.mjs [names]
 *  Time to import, time per image on one thread beside onnxruntime's, the largest difference of a logit, and the
 *  most memory that was held beside what weights and live values take. Each network in a process of its own. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { session } from "../dist/engine/session.js";
import { loadAnyModel } from "../dist/formats/load-model.node.js";
import { analyse } from "../dist/model/model.js";
import { random } from "../dist/tensor/random.js";
import { size, tensor } from "../dist/tensor/tensor.js";
import { architecture, architectures } from "./architectures.mjs";
import { installPeers } from "./install-peers.mjs";

const RUNS = 7;

function images() {
  const stream = random("images");
  return tensor(
    [1, 3, 224, 224],
    Float32Array.from({ length: 3 * 224 * 224 }, () => stream.uniform(-1, 1)),
  );
}

/** Median milliseconds of processor time that a call takes, after one that is not counted: what else the machine does
 *  at the same time hardly changes it. */
async function timed(work) {
  await work();
  const times = [];
  for (let k = 0; k < RUNS; k++) {
    const start = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(start);
    times.push((user + system) / 1000);
  }
  return times.sort((a, b) => a - b)[RUNS >> 1];
}

/** Bytes of the weights, and of the values that are live at once if each is dropped after its last reader. */
function needed(model) {
  const weights = Object.values(model.parameters).reduce((sum, { data }) => sum + data.length, 0);
  const facts = analyse(model);
  const last = new Map();
  for (const [k, { node }] of facts.entries()) for (const id of node.inputs) last.set(id, k);
  let [live, most] = [size(model.inputShape), 0];
  for (const [k, { node, output }] of facts.entries()) {
    live += size(output.shape);
    most = Math.max(most, live);
    for (const id of new Set(node.inputs))
      if (last.get(id) === k) {
        const from = facts.find((other) => other.node.id === id);
        live -= size(from ? from.output.shape : model.inputShape);
      }
  }
  return { weights: 4 * weights, live: 4 * most };
}

async function ours(file) {
  const x = images(); // drawing them leaves more behind than they are
  const before = process.memoryUsage.rss();
  const start = performance.now();
  const { model } = await loadAnyModel(file);
  const imported = performance.now() - start;
  const run = session(model, { batch: 1 });
  const logits = run.forward(x).data;
  const milliseconds = await timed(() => run.forward(x));
  const peak = process.resourceUsage().maxRSS * 1024 - before;
  return { imported, milliseconds, peak, ...needed(model), logits: [...logits] };
}

/** What the package of the peers declares and installs. */
const peers = createRequire(new URL("../test/peers/package.json", import.meta.url));

async function theirs(file) {
  const ort = peers("onnxruntime-node");
  const threads = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 };
  const run = await ort.InferenceSession.create(file, threads);
  const { data, shape } = images();
  const feeds = { images: new ort.Tensor("float32", data, shape) };
  const result = await run.run(feeds);
  const milliseconds = await timed(() => run.run(feeds));
  return { milliseconds, logits: [...Object.values(result)[0].data] };
}

const self = fileURLToPath(import.meta.url);
/** In a process of its own, too: a process begins with the peak of the one that started it. */
const drawn = (file, name) => writeFileSync(file, architecture(name));
const sides = { ours, theirs, drawn };
const [side, ...given] = process.argv.slice(2);
if (side in sides) process.stdout.write(JSON.stringify((await sides[side](...given)) ?? null));
else await compare(process.argv.slice(2));

async function compare(given) {
  await installPeers("test/peers");
  const folder = mkdtempSync(join(tmpdir(), "normlens-bench-"));
  const inTurn = (...which) =>
    JSON.parse(execFileSync(process.execPath, [self, ...which], { maxBuffer: 2 ** 26 }));
  const heads = ["network", "import", "ms/image", "onnxruntime", "share", "difference", "memory"];
  console.log(`${heads.join(" | ")} (peak / (weights + live values))`);
  for (const name of given.length > 0 ? given : Object.keys(architectures)) {
    const path = join(folder, "model.onnx");
    inTurn("drawn", path, name);
    const [a, b] = [inTurn("ours", path), inTurn("theirs", path)];
    const largest = Math.max(...b.logits.map(Math.abs));
    const off = Math.max(...b.logits.map((v, i) => Math.abs(v - a.logits[i]))) / largest;
    const megabytes = (bytes) => `${Math.round(bytes / 2 ** 20)} MB`;
    console.log(
      [
        name,
        `${(a.imported / 1000).toFixed(2)} s`,
        a.milliseconds.toFixed(0),
        b.milliseconds.toFixed(0),
        (b.milliseconds / a.milliseconds).toFixed(2),
        off.toExponential(1),
        `${megabytes(a.peak)} / ${megabytes(a.weights + a.live)} = ${(a.peak / (a.weights + a.live)).toFixed(1)}`,
      ].join(" | "),
    );
  }
  rmSync(folder, { recursive: true });
}
