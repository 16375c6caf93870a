/** How cost grows as the work grows: time and memory of a training step over batch size, channels, depth and image
 *  size, and of a study over its number of trials.
 *
 *    node bench/curves.mjs [--rounds 5] [--trials 10,100,1000] [--json]
 *
 *  Results also go to bench/results/curves.json, which `node bench/plot.mjs` draws. */

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as layers from "../dist/model/build.js";
import { analyse, initialise } from "../dist/model/model.js";
import { zoo } from "../dist/model/zoo.js";
import { random } from "../dist/tensor/random.js";
import { trainer } from "../dist/training/trainer.js";
import { watchOthers } from "./others.mjs";

const path = (file) => fileURLToPath(new URL(file, import.meta.url));

/** Blocks of 3×3 convolution, BN and ReLU behind a stem, then a global average. */
function blocks({ channels = 16, depth = 2, pixels = 16 }) {
  const block = () => [
    layers.conv2d({ filters: channels, kernel: 3, padding: 1 }),
    layers.batchNorm(),
    layers.relu(),
  ];
  const all = Array.from({ length: depth + 1 }, block).flat();
  const head = [layers.globalAvgPool(), layers.flatten(), layers.dense({ units: 10 })];
  return layers.sequential([3, pixels, pixels], [...all, ...head]);
}

/** Each curve: what grows, its values, and the network and batch at one of them. */
const curves = {
  "batch size": {
    network: "the seed network",
    values: [1, 2, 4, 8, 16, 32, 64, 128, 256],
    at: (batch) => ({ graph: zoo.seed({ norm: "batch" }), batch }),
  },
  channels: {
    network: "3 convolutions on 16×16, batch 32",
    values: [4, 8, 16, 32, 64],
    at: (channels) => ({ graph: blocks({ channels }), batch: 32 }),
  },
  depth: {
    network: "convolutions of 16 channels on 16×16, batch 32",
    values: [1, 2, 4, 8, 16, 32],
    at: (depth) => ({ graph: blocks({ depth: depth - 1 }), batch: 32 }),
  },
  "image size": {
    network: "3 convolutions of 16 channels, batch 32",
    values: [8, 16, 32, 64],
    at: (pixels) => ({ graph: blocks({ pixels }), batch: 32 }),
  },
};

/** A trainer with a batch of noise to step on. */
async function ready({ graph, batch }) {
  const run = await trainer(initialise(graph, random(0)), { batchSize: batch });
  const stream = random("images");
  const [C, H, W] = graph.inputShape;
  const data = Float32Array.from({ length: batch * C * H * W }, () => stream.uniform());
  const x = { shape: [batch, C, H, W], data };
  const labels = Array.from({ length: batch }, (_, i) => i % 10);
  return { step: () => run.step(x, labels), bytes: run.bytes, close: () => run.close() };
}

/** Milliseconds of a step: the mean over a turn of at least 15 ms. */
function turn(step) {
  const start = performance.now();
  let steps = 0;
  do {
    step();
    steps++;
  } while (performance.now() - start < 15);
  return (performance.now() - start) / steps;
}

/** All points of a curve in turns, so that a slow moment meets them all; the best turn of each. */
async function measure({ values, at }, rounds) {
  const points = [];
  for (const value of values) {
    const work = at(value);
    const macs = analyse(work.graph).reduce((sum, facts) => sum + facts.macs, 0);
    points.push({ value, ...work, macs, best: Number.POSITIVE_INFINITY, ...(await ready(work)) });
  }
  for (let round = -1; round < rounds; round++)
    for (const point of points) {
      const milliseconds = turn(point.step);
      if (round >= 0) point.best = Math.min(point.best, milliseconds);
    }
  return points.map(({ value, batch, macs, best, bytes, close }) => {
    close();
    return {
      value,
      microsecondsPerImage: (1000 * best) / batch,
      macsPerImage: macs,
      picosecondsPerMac: (1e9 * best) / batch / macs,
      bytesPerImage: bytes / batch,
    };
  });
}

/** A study of tiny trials in a process of its own: what it costs beside the trials themselves. */
function study(trials) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [fileURLToPath(import.meta.url), "--study", String(trials)],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`a study of ${trials} trials failed: ${stderr}`);
  return JSON.parse(stdout);
}

/** What that process does. */
async function runTinyStudy(trials) {
  const { glyphs, runStudy } = await import("../dist/index.js");
  const folder = mkdtempSync(join(os.tmpdir(), "normlens-curve-"));
  const design = {
    dataset: { name: "glyphs", train: 32, validation: 16 },
    model: { name: "mlp", depth: 1 },
    arms: ["none", "batch"],
    seeds: trials / 2,
    epochs: 1,
    batchSize: 16,
    measures: ["validationAccuracy"],
    explained: 1,
    pictured: 0,
  };
  const workers = os.availableParallelism();
  const load = () => glyphs({ train: 32, validation: 16, seed: 0 });
  const start = performance.now();
  let firstAt = start;
  const watcher = {
    finished: () => {
      if (firstAt === start) firstAt = performance.now();
    },
  };
  try {
    const { timings } = await runStudy(design, { folder, workers, load, watcher });
    const seconds = (performance.now() - start) / 1000;
    const own = timings.reduce((sum, t) => sum + t.trainSeconds + t.measureSeconds, 0);
    // Threads start once, and the first trials meet cold code: both belong to the study, not to each trial.
    const steady = (performance.now() - firstAt) / 1000;
    const first = timings
      .slice(0, workers)
      .reduce((s, t) => s + t.trainSeconds + t.measureSeconds, 0);
    const rest = Math.max(1, trials - workers);
    process.stdout.write(
      JSON.stringify({
        value: trials,
        seconds,
        millisecondsPerTrial: (1000 * seconds) / trials,
        overheadMilliseconds: (1000 * (steady * workers - (own - first))) / rest,
        peakBytes: process.resourceUsage().maxRSS * 1024,
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const rounded = (value, digits = 3) => Number(value.toPrecision(digits));

function print({ points: all, trials, otherCores }) {
  for (const [name, { network, points }] of Object.entries(all)) {
    console.log(`\n${name}: ${network}`);
    console.table(
      points.map((p) => ({
        [name]: p.value,
        "µs/image": rounded(p.microsecondsPerImage),
        "MMAC/image": rounded(p.macsPerImage / 1e6),
        "ps/MAC": rounded(p.picosecondsPerMac),
        "KB/image": rounded(p.bytesPerImage / 1024),
      })),
    );
  }
  if (trials.length > 0) {
    console.log("\ntrials: one epoch of 32 images each");
    console.table(
      trials.map((t) => ({
        trials: t.value,
        "ms/trial": rounded(t.millisecondsPerTrial),
        "overhead ms/trial": rounded(t.overheadMilliseconds),
        "peak MB": Math.round(t.peakBytes / 2 ** 20),
      })),
    );
  }
  console.log(`other programs used ${otherCores.toFixed(1)} cores meanwhile`);
}

async function main() {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "5" },
      trials: { type: "string", default: "10,100,1000" },
      json: { type: "boolean", default: false },
      study: { type: "string" },
    },
  });
  if (values.study) return runTinyStudy(Number(values.study));
  const others = watchOthers();
  const points = {};
  for (const [name, curve] of Object.entries(curves))
    points[name] = { network: curve.network, points: await measure(curve, Number(values.rounds)) };
  const otherCores = others(0);
  const trials = values.trials.split(",").filter(Boolean).map(Number).map(study);
  const result = {
    date: new Date().toISOString(),
    machine: {
      cpu: os.cpus()[0]?.model.trim() ?? "unknown processor",
      node: process.versions.node,
    },
    otherCores,
    points,
    trials,
  };
  const text = `${JSON.stringify(result, null, 2)}\n`;
  mkdirSync(path("results/"), { recursive: true });
  writeFileSync(path("results/curves.json"), text);
  if (values.json) process.stdout.write(text);
  else print(result);
}

await main();
