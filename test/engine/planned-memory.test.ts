/** What an engine plans to hold for a network of ResNet-50's kind, beside what it cannot do without. */

import { describe, expect, test } from "vitest";
import { executor } from "../../src/engine/executor.js";
import {
  add,
  batchNorm,
  conv2d,
  dense,
  flatten,
  globalAvgPool,
  graph,
  maxPool2d,
  relu,
} from "../../src/model/build.js";
import { analyse, type Graph } from "../../src/model/model.js";
import { size } from "../../src/tensor/tensor.js";

/** Bottlenecks on images of `side`², as He et al. 2016 have them, with biases. */
function bottlenecks(
  side: number,
  stages: readonly (readonly [blocks: number, C: number])[],
): Graph {
  const g = graph([3, side, side]);
  const norm = (from: string, filters: number, kernel: number, stride = 1) =>
    g.node(
      batchNorm(),
      g.node(conv2d({ filters, kernel, stride, padding: kernel >> 1, bias: false }), from),
    );
  const stem = g.node(relu(), norm(g.input, 64, 7, 2));
  let at = g.node(maxPool2d({ size: 3, stride: 2, padding: 1 }), stem);
  stages.forEach(([blocks, C], stage) => {
    for (let k = 0; k < blocks; k++) {
      const stride = k === 0 && stage > 0 ? 2 : 1;
      const a = g.node(relu(), norm(at, C, 1));
      const b = g.node(relu(), norm(a, C, 3, stride));
      const short = k === 0 ? norm(at, 4 * C, 1, stride) : at;
      at = g.node(relu(), g.node(add(), norm(b, 4 * C, 1), short));
    }
  });
  return g.output(g.node(dense({ units: 1000 }), g.node(flatten(), g.node(globalAvgPool(), at))));
}

/** Numbers of the weights, and of the values that are alive at once, op by op, if each is dropped after its last reader. */
function needed(g: Graph) {
  const facts = analyse(g);
  const sizes = new Map([["input", size(g.inputShape)]]);
  const last = new Map<string, number>();
  facts.forEach(({ node, output }, k) => {
    sizes.set(node.id, size(output.shape));
    for (const id of node.inputs) last.set(id, k);
  });
  const weights = facts
    .flatMap(({ parameters }) => parameters)
    .reduce((sum, { shape }) => sum + size(shape), 0);
  let [live, most] = [size(g.inputShape), 0];
  facts.forEach(({ node, output }, k) => {
    live += size(output.shape);
    most = Math.max(most, live);
    for (const id of new Set(node.inputs)) if (last.get(id) === k) live -= sizes.get(id) ?? 0;
  });
  return { weights, live: most };
}

describe.each([
  [
    "ResNet-50 at 224×224",
    224,
    [
      [3, 64],
      [4, 128],
      [6, 256],
      [3, 512],
    ],
  ],
  [
    "wide at 112×112",
    112,
    [
      [2, 128],
      [2, 256],
    ],
  ],
] as const)("%s", (_, side, stages) => {
  const g = bottlenecks(side, stages);
  const { weights, live } = needed(g);
  const forward = { stats: "running", training: false, fuse: true, retain: [] } as const;
  const none = { input: false, parameters: false };

  test("forward: weights once, and no more values than op by op", () => {
    const { bytes } = executor(g, { ...forward, wants: none, batch: 1 });
    expect(bytes / 4).toBeLessThan(1.02 * weights + 1.25 * live + 16384); // and a page
  });

  test("no tables of the weights' size are kept beside it", () => {
    const before = process.memoryUsage().arrayBuffers;
    const run = executor(g, { ...forward, wants: none, batch: 1, backend: "wasm" });
    run.read();
    const parameters = run.read();
    run.write(parameters);
    const own = Object.values(parameters).reduce((sum, { data }) => sum + data.byteLength, 0);
    expect(own).toBe(4 * weights);
    // two readings of the weights at most, and what tests hold besides
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * weights + 2 ** 20);
  });
});
