/** What is measured, and who can take part in it: two tables. */

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { multiplyAccumulates, networks } from "./networks.mjs";

const path = (file) => fileURLToPath(new URL(file, import.meta.url));

/** One thing to measure. `verifyBatch`: images of the check before it. */
function makeCase({ network, norm, batch, threads, mode, verifyBatch, quick = false }) {
  const description = networks[network](norm);
  const macs = multiplyAccumulates(description);
  const id = [network, mode, `b${batch}`, norm ? "bn" : "plain", `t${threads}`].join("-");
  const perImage = mode === "forward" ? macs.forward : macs.training;
  return {
    id,
    network,
    norm,
    batch,
    threads,
    mode,
    verifyBatch,
    quick,
    description,
    macs: perImage,
  };
}

const seedCases = [32, 128].flatMap((batch) =>
  [true, false].flatMap((norm) =>
    [1, 2].map((threads) =>
      makeCase({
        network: "seed",
        mode: "train",
        batch,
        norm,
        threads,
        verifyBatch: batch,
        quick: batch === 32 && norm,
      }),
    ),
  ),
);

const deep = { network: "resnet20", batch: 64, norm: true, verifyBatch: 6 };
const deepCases = [
  makeCase({ ...deep, mode: "train", threads: 1, quick: true }),
  makeCase({ ...deep, mode: "train", threads: 2 }),
  // A session runs on one thread: many explanations run as many sessions.
  makeCase({ ...deep, mode: "forward", threads: 1, quick: true }),
];

export const cases = [...seedCases, ...deepCases];

const node = (file, ...flags) => [process.execPath, [...flags, path(file)]];

/** The first Python that has PyTorch, or undefined. */
export function pythonWithTorch() {
  const works = (python) =>
    spawnSync(python, ["-c", "import torch, numpy"], { stdio: "ignore" }).status === 0;
  return ["python3", "/usr/bin/python3", "python"].find(works);
}

/** Each contestant: what to print, how to start it (undefined: it is not here, and `absent` says
 *  why), where it can take part. `slow`: one step a turn, two turns, a check on a few images. */
export const contestants = {
  ours: {
    title: "NormLens",
    command: () => node("ours.mjs"),
    takes: () => true,
  },
  fused: {
    title: "NormLens, fused arithmetic",
    command: () => [process.execPath, [path("ours.mjs"), "fused"]],
    takes: () => true,
  },
  onnxruntime: {
    title: "onnxruntime-node",
    command: () => node("peers/onnxruntime.mjs"),
    takes: (c) => c.network === "seed" || c.mode === "forward",
  },
  pytorch: {
    title: "PyTorch",
    command() {
      const python = pythonWithTorch();
      return python && [python, [path("peers/pytorch.py")]];
    },
    absent:
      "no python3 here can import torch and numpy (Debian: apt-get install python3-torch libopenblas0-pthread)",
    takes: () => true,
  },
  jax: {
    title: "jax-js",
    command: () => node("peers/jax.mjs"),
    takes: (c) => c.network === "seed" && c.mode === "train" && c.threads === 1,
  },
  tfjs: {
    title: "TensorFlow.js (cpu)",
    command: () => node("peers/tfjs.mjs"),
    takes: (c) => c.network === "seed" && c.mode === "train" && c.threads === 1 && c.batch === 32,
    slow: true,
  },
};
