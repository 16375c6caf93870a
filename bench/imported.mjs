/** People's networks at 224×224: node bench/imported.mjs [names]
 *  Time to import, time per image on one thread beside onnxruntime's, the largest difference of a logit, and the
 *  most memory that was held beside what weights and live values take. Both engines run in processes of their own,
 *  which take turns; a time is the shortest of all turns. */

import { fork } from "node:child_process";
import { once } from "node:events";
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

const TURNS = 12;

function images() {
  const stream = random("images");
  return tensor(
    [1, 3, 224, 224],
    Float32Array.from({ length: 3 * 224 * 224 }, () => stream.uniform(-1, 1)),
  );
}

/** Milliseconds of processor time that a call takes: what else the machine does at the same time hardly changes it. */
async function timed(work) {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
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
  return {
    facts: { imported, ...needed(model), logits: [...logits] },
    turn: () => timed(() => run.forward(x)),
    peak: () => process.resourceUsage().maxRSS * 1024 - before,
  };
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
  return {
    facts: { logits: [...Object.values(result)[0].data] },
    turn: () => timed(() => run.run(feeds)),
    peak: () => 0,
  };
}

const self = fileURLToPath(import.meta.url);
/** In a process of its own, too: a process begins with the peak of the one that started it. */
const drawn = (file, name) => writeFileSync(file, architecture(name));
const sides = { ours, theirs, drawn };
const [side, ...given] = process.argv.slice(2);
if (side in sides) await serve(await sides[side](...given));
else await compare(process.argv.slice(2));

/** Answers the parent: the facts first, then a time for every turn, at last the peak. */
async function serve(contestant) {
  if (!contestant) return;
  process.on("message", async (what) => process.send(await contestant[what]()));
  process.send(contestant.facts);
}

async function start(...which) {
  const child = fork(self, which);
  const answer = async () => (await once(child, "message"))[0];
  const facts = await answer();
  return {
    facts,
    ask(what) {
      child.send(what);
      return answer();
    },
    end: () => child.disconnect(),
  };
}

async function compare(given) {
  const unknown = given.find((name) => !(name in architectures));
  if (unknown !== undefined) {
    console.error(`got "${unknown}", expected names of ${Object.keys(architectures).join(", ")}`);
    process.exit(2);
  }
  await installPeers("test/peers");
  const folder = mkdtempSync(join(tmpdir(), "normlens-bench-"));
  const heads = ["network", "import", "ms/image", "onnxruntime", "share", "difference", "memory"];
  console.log(`${heads.join(" | ")} (peak / (weights + live values))`);
  for (const name of given.length > 0 ? given : Object.keys(architectures)) {
    const path = join(folder, "model.onnx");
    await once(fork(self, ["drawn", path, name]), "exit");
    const [one, other] = [await start("ours", path), await start("theirs", path)];
    const [a, b] = [one.facts, other.facts];
    const times = [];
    for (let k = 0; k < TURNS; k++) times.push([await one.ask("turn"), await other.ask("turn")]);
    const [ms, theirMs] = [0, 1].map((which) => Math.min(...times.map((pair) => pair[which])));
    const peak = await one.ask("peak");
    one.end();
    other.end();
    const largest = Math.max(...b.logits.map(Math.abs));
    const off = Math.max(...b.logits.map((v, i) => Math.abs(v - a.logits[i]))) / largest;
    const megabytes = (bytes) => `${Math.round(bytes / 2 ** 20)} MB`;
    console.log(
      [
        name,
        `${(a.imported / 1000).toFixed(2)} s`,
        ms.toFixed(0),
        theirMs.toFixed(0),
        (theirMs / ms).toFixed(2),
        off.toExponential(1),
        `${megabytes(peak)} / ${megabytes(a.weights + a.live)} = ${(peak / (a.weights + a.live)).toFixed(1)}`,
      ].join(" | "),
    );
  }
  rmSync(folder, { recursive: true });
}
