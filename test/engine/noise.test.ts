/** The noise of `channelNoise`: the paper's formula, its gradient in training, and silence elsewhere. */

import { describe, expect, test } from "vitest";
import { executor } from "../../src/engine/executor.js";
import { readImages, writeImages } from "../../src/engine/images.js";
import { session } from "../../src/engine/session.js";
import { channelNoise, dense, flatten, sequential } from "../../src/model/build.js";
import { type Graph, initialise } from "../../src/model/model.js";
import { random, threefry } from "../../src/tensor/random.js";
import { size, type Tensor, tensor } from "../../src/tensor/tensor.js";

const attributes = { range: 0.4, excess: 0.3, spread: 0.05 };
const shape = [5, 3, 2] as const;
const words = [0x1234, 0x5678, 0x9abc, 0xdef0];
const key = { high: (0x1234 << 16) | 0x5678, low: (0x9abc << 16) | 0xdef0 };
const graph: Graph = sequential(shape, [
  channelNoise({ id: "noise", ...attributes }),
  flatten(),
  dense({ units: 3, id: "head" }),
]);
const model = initialise(graph, random("noise"));

const images = (n: number, name: string): Tensor => {
  const stream = random(name);
  return tensor(
    [n, ...shape],
    Float64Array.from({ length: n * size(shape) }, () => stream.normal()),
  );
};

/** One training pass over x at a step: the op's output and the gradient of the summed loss at x. */
function pass(x: Tensor, step: number) {
  const [n] = x.shape;
  const e = executor(graph, {
    batch: n,
    stats: "batch",
    training: true,
    wants: { input: true, parameters: false },
    loss: "crossEntropy",
    fuse: true,
    retain: ["noise"],
    backend: "reference",
  });
  e.write(model.parameters);
  e.numbers.set(words, e.address(e.buffers.noiseKeys));
  e.numbers[e.address(e.buffers.noiseStep)] = step;
  writeImages(e, e.plan.input.place, e.plan.input.layout, x, 0, n);
  for (let i = 0; i < n; i++) e.numbers[e.address(e.plan.labels, i)] = i % 3;
  for (const name of ["prepare", "forward"] as const) e.run(name);
  const y = tensor(x.shape, new Float64Array(x.data.length));
  const noisy = e.plan.values.get("noise");
  if (noisy) readImages(e, noisy.place, noisy.layout, y, 0, n);
  let loss = 0;
  for (let i = 0; i < n; i++) loss += e.numbers[e.address(e.plan.losses, i)];
  e.run("backward");
  const gradient = tensor(x.shape, new Float64Array(x.data.length));
  if (e.plan.inputGradient)
    readImages(e, e.plan.inputGradient.place, e.plan.inputGradient.layout, gradient, 0, n);
  e.close();
  return { y, gradient, loss };
}

/** s and m of image i and channel c at a step, written as the paper draws them. */
function drawn(step: number, i: number, c: number): { s: number; m: number } {
  const u = (counter: number): number => {
    const out = new Uint32Array(2);
    threefry(key, step, counter, out);
    return out[0] / 2 ** 32;
  };
  const within = (middle: number, half: number, at: number): number =>
    middle + (2 * u(at) - 1) * half;
  const stride = 8; // channels in memory: 5 padded to a multiple of 4
  const mu = within(0, attributes.range, c);
  const sigma = 1 + attributes.excess * u(stride + c);
  const row = 2 * stride * (i + 1);
  return {
    m: within(mu, attributes.spread, row + c),
    s: within(sigma, Math.sqrt(3) * attributes.spread, row + stride + c),
  };
}

describe("noise in training", () => {
  const x = images(4, "x");
  test("is s·x + m of the image, channel and step", () => {
    const { y } = pass(x, 7);
    const P = shape[1] * shape[2];
    y.data.forEach((value, at) => {
      const { s, m } = drawn(7, Math.floor(at / size(shape)), Math.floor(at / P) % shape[0]);
      expect(value).toBeCloseTo(s * x.data[at] + m, 12);
    });
  });
  test("its gradient is that of finite differences", () => {
    const { gradient } = pass(x, 7);
    for (const at of [0, 9, 31, 60, 119]) {
      const moved = (by: number): number => {
        const data = Float64Array.from(x.data);
        data[at] += by;
        return pass(tensor(x.shape, data), 7).loss;
      };
      expect(gradient.data[at]).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 7);
    }
  });
  test("is another at every step, and stays within its bounds", () => {
    const zero = tensor([1, ...shape], new Float64Array(size(shape)));
    const means = Array.from({ length: 200 }, (_, step) => pass(zero, step).y.data[0]);
    expect(new Set(means).size).toBe(200);
    expect(Math.max(...means.map(Math.abs))).toBeLessThan(attributes.range + attributes.spread);
    expect(Math.max(...means)).toBeGreaterThan(0.3);
    expect(Math.min(...means)).toBeLessThan(-0.3);
  });
});

test.each(["batch", "running"] as const)("outside training nothing is added (%s)", (stats) => {
  const x = images(3, "outside");
  const { noise } = session(model, { stats, backend: "reference" }).activations(x, ["noise"]);
  expect(noise.data).toEqual(x.data);
});

test("attributes that could turn the sign are refused", () => {
  expect(() => channelNoise({ spread: 0.6 })).toThrow(
    "channelNoise: spread: Too big: expected number to be <=0.5",
  );
});
