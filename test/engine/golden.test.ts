/** Batch norm, two whole networks and their gradients against numbers from PyTorch (float64). */

import { describe, expect, test } from "vitest";
import { type BackendName, executor } from "../../src/engine/executor.js";
import { readImages, writeImages } from "../../src/engine/images.js";
import type { Readable } from "../../src/engine/plan.js";
import { session } from "../../src/engine/session.js";
import * as layers from "../../src/model/build.js";
import { type Graph, withParameters } from "../../src/model/model.js";
import { zoo } from "../../src/model/zoo.js";
import { type Tensor, tensor } from "../../src/tensor/tensor.js";
import { golden, worst } from "../golden.js";

const { batchNorm, conv2d, dense, flatten, globalAvgPool, maxPool2d, relu, sequential } = layers;

const float32 = (t: Tensor): Tensor => tensor(t.shape, Float32Array.from(t.data));

/** Three training steps of one batchNorm, then inference. */
const bnFiles: Record<string, { float32: number }> = {
  conv_2x3x2x2_small: { float32: 3e-5 },
  "conv_4x3x5x5_eps1e-5": { float32: 3e-6 },
  conv_4x3x5x5_large_offset: { float32: 2e-3 }, // x + 1000: float32 keeps 6e-5 of x itself
  conv_4x3x5x5_tiny_var: { float32: 3e-6 },
  conv_8x5x6x7: { float32: 3e-6 },
  dense_16x9: { float32: 3e-6 },
};

function batchNormRun(file: string, backend: BackendName) {
  const g = golden(`bn-training/${file}.npz`);
  const get = (name: string) => g.get(name) as Tensor;
  const [N, C, H = 1, W = 1] = get("s0_x").shape;
  const graph = sequential(
    [C, H, W],
    [batchNorm({ id: "bn", epsilon: get("eps").data[0], keep: get("momentum").data[0] })],
  );
  const e = executor(graph, {
    batch: N,
    stats: "batch",
    training: true,
    wants: { input: true, parameters: true },
    fuse: false,
    retain: [],
    backend,
  });
  e.write({
    "bn.gamma": get("gamma"),
    "bn.beta": get("beta"),
    "bn.runningMean": get("running_mean0"),
    "bn.runningVariance": get("running_var0"),
  });
  const { layout } = e.plan.input;
  const read = ({ place }: Pick<Readable, "place">) => {
    const out = tensor([N, C, H, W], new Float64Array(N * C * H * W));
    readImages(e, place, layout, out, 0, N);
    return out.data;
  };
  const found = new Map<string, ArrayLike<number>>();
  for (let k = 0; k < 3; k++) {
    writeImages(e, e.plan.input.place, layout, get(`s${k}_x`), 0, N);
    writeImages(e, e.plan.outputGradient, layout, get(`s${k}_grad_y`), 0, N);
    e.run("step");
    found
      .set(`s${k}_y`, read(e.plan.output))
      .set(`s${k}_grad_x`, read(e.plan.inputGradient as Readable));
    const gradients = e.read("gradient");
    const values = e.read();
    found
      .set(`s${k}_grad_gamma`, gradients["bn.gamma"].data)
      .set(`s${k}_grad_beta`, gradients["bn.beta"].data);
    found
      .set(`s${k}_running_mean`, values["bn.runningMean"].data)
      .set(`s${k}_running_var`, values["bn.runningVariance"].data);
  }
  const s = session(withParameters(graph, e.read()), { backend });
  const x = tensor([N, C, H, W], get("s2_x").data);
  const seed = tensor([N, C, H, W], get("s2_grad_y").data);
  found
    .set("eval_y", s.forward(x).data)
    .set("eval_grad_x", s.inputGradient(x, () => seed).gradient.data);
  return { g, found };
}

describe("batch norm in training and inference", () => {
  for (const [file, tolerance] of Object.entries(bnFiles))
    for (const backend of ["reference", "wasm"] as const)
      test(`${file}, ${backend}`, () => {
        const { g, found } = batchNormRun(file, backend);
        for (const [name, values] of found)
          expect(worst(values, (g.get(name) as Tensor).data), name).toBeLessThan(
            backend === "reference" ? 1e-9 : tolerance.float32,
          );
      });
});

const conventional = sequential(
  [1, 28, 28],
  [
    conv2d({ id: "conv1", filters: 16, kernel: 3, padding: 1, bias: false }),
    batchNorm({ id: "bn1", epsilon: 1e-5 }),
    relu(),
    maxPool2d(),
    conv2d({ id: "conv2", filters: 32, kernel: 3, padding: 1, bias: false }),
    batchNorm({ id: "bn2", epsilon: 1e-5 }),
    relu(),
    maxPool2d(),
    globalAvgPool(),
    flatten(),
    dense({ id: "fc", units: 10 }),
  ],
);

/** Our parameter name → PyTorch's. */
const bnNames = (ours: string, theirs: string) => ({
  [`${ours}.gamma`]: `${theirs}.weight`,
  [`${ours}.beta`]: `${theirs}.bias`,
  [`${ours}.runningMean`]: `${theirs}.running_mean`,
  [`${ours}.runningVariance`]: `${theirs}.running_var`,
});
const networks: Record<string, { graph: Graph; names: Record<string, string> }> = {
  seed: {
    graph: zoo.seed(),
    names: {
      "conv.weight": "conv.weight",
      "conv.bias": "conv.bias",
      ...bnNames("norm", "bn"),
      "dense.weight": "fc.weight",
      "dense.bias": "fc.bias",
    },
  },
  conventional: {
    graph: conventional,
    names: {
      "conv1.weight": "conv1.weight",
      "conv2.weight": "conv2.weight",
      ...bnNames("bn1", "bn1"),
      ...bnNames("bn2", "bn2"),
      "fc.weight": "fc.weight",
      "fc.bias": "fc.bias",
    },
  },
};

describe("networks", () => {
  for (const [name, { graph, names }] of Object.entries(networks))
    for (const [backend, tolerance] of [
      ["reference", 1e-9],
      ["wasm", 2e-6],
    ] as const)
      test(`${name}, ${backend}: logits, and the gradient of the top logit`, () => {
        const g = golden(`network-${name}.npz`);
        const get = (key: string) => g.get(key) as Tensor;
        const model = withParameters(
          graph,
          Object.fromEntries(
            Object.entries(names).map(([ours, theirs]) => [ours, get(`w.${theirs}`)]),
          ),
        );
        const targets = get("targets").data;
        const { logits, gradient } = session(model, { backend }).inputGradient(
          float32(get("inputs")),
          (y) =>
            tensor(
              y.shape,
              Float32Array.from(y.data, (_, i) => (i % 10 === targets[Math.floor(i / 10)] ? 1 : 0)),
            ),
        );
        expect(worst(logits.data, get("logits").data)).toBeLessThan(tolerance);
        expect(worst(gradient.data, get("gradient").data)).toBeLessThan(tolerance);
      });
});
