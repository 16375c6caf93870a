/** The founding recipe whole, beside PyTorch: MNIST, the seed network with BN, batch 32, Adam, validation after every
 *  epoch. Each in a process of its own, one after the other; start-up and reading of files are not counted.
 *
 *    node bench/recipe.mjs [--epochs 10] [--threads 2] [--data-dir DIR] [--only ours] */

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { cacheFolder } from "../dist/data/cache.node.js";
import { fit, initialise, loadDataset, random, zoo } from "../dist/index.js";
import { contestants, pythonWithTorch } from "./cases.mjs";
import { watchOthers } from "./others.mjs";

const path = (file) => fileURLToPath(new URL(file, import.meta.url));

const { values } = parseArgs({
  options: {
    epochs: { type: "string", default: "10" },
    threads: { type: "string", default: "2" },
    "data-dir": { type: "string" },
    only: { type: "string" },
    ours: { type: "boolean", default: false },
  },
});
const [epochs, threads] = [Number(values.epochs), Number(values.threads)];

/** What the process of our own does. */
async function ours() {
  const data = await loadDataset("mnist", { dataDir: values["data-dir"] });
  const accuracies = [];
  const start = performance.now();
  const model = initialise(zoo.seed({ norm: "batch" }), random(0));
  for await (const record of fit(model, data, { epochs, seed: 0, threads, batchSize: 32 }))
    if (record.kind === "epoch") accuracies.push(record.validation.accuracy);
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage();
  const cpuSeconds = (user + system) / 1e6;
  process.stdout.write(JSON.stringify({ seconds, cpuSeconds, accuracies }));
}

/** Runs one of the two and prints what it says of itself. */
function timed(name, [command, args]) {
  const others = watchOthers();
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`);
  const { seconds, cpuSeconds, accuracies } = JSON.parse(stdout);
  const last = (100 * accuracies[accuracies.length - 1]).toFixed(2);
  console.log(
    `${name}: ${seconds.toFixed(1)} s, test accuracy ${last} % after the last epoch; ` +
      `other programs used ${others(cpuSeconds).toFixed(1)} cores`,
  );
  return seconds;
}

function main() {
  const dataDir = values["data-dir"] ?? join(cacheFolder(), "mnist");
  console.log(`${epochs} epochs on ${threads} threads`);
  const same = ["--epochs", values.epochs, "--threads", values.threads, "--data-dir", dataDir];
  const seconds = timed("NormLens", [process.execPath, [path("recipe.mjs"), "--ours", ...same]]);
  if (values.only === "ours") return;
  const python = pythonWithTorch();
  if (python === undefined) throw new Error(contestants.pytorch.absent);
  const script = [path("peers/recipe.py"), dataDir, values.epochs, values.threads];
  const theirs = timed("PyTorch", [python, script]);
  console.log(`NormLens took ${(seconds / theirs).toFixed(3)} of PyTorch's time`);
}

await (values.ours ? ours() : main());
