/** Convolutions by Winograd's tiles against the definition, written out in float64: forward pass and both gradients over
 *  random shapes, in both arithmetics. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { session } from "../../src/engine/session.js";
import { type Arithmetic, hasFused } from "../../src/kernels/arithmetic.js";
import { conv2d, dense, flatten, sequential } from "../../src/model/build.js";
import { initialise } from "../../src/model/model.js";
import { random } from "../../src/tensor/random.js";
import { size, type Tensor, tensor } from "../../src/tensor/tensor.js";
import { worst } from "../golden.js";

interface Shape {
  n: number;
  C: number;
  O: number;
  H: number;
  W: number;
  top: number;
  left: number;
  bottom: number;
  right: number;
}

const channels = fc.constantFrom(8, 9, 12, 15, 16);
const border = fc.integer({ min: 0, max: 2 });
const side = fc.constantFrom(4, 5, 7, 8, 12);
const shapes: fc.Arbitrary<Shape> = fc.record({
  n: fc.integer({ min: 1, max: 11 }),
  C: channels,
  O: channels,
  H: side,
  W: side,
  top: border,
  left: border,
  bottom: border,
  right: border,
});

const noise = (shape: readonly number[], name: string): Tensor => {
  const stream = random(name);
  return tensor(
    shape,
    Float32Array.from({ length: size(shape) }, () => stream.uniform(-1, 1)),
  );
};

/** y[o] = b[o] + Σ w[o,i,ky,kx]·x[i, oy + ky − top, ox + kx − left]; `visit` gets the three positions of every product. */
function products(
  { n, C, O, H, W, top, left, bottom, right }: Shape,
  visit: (y: number, w: number, x: number) => void,
): void {
  const [Ho, Wo] = [H + top + bottom - 2, W + left + right - 2];
  for (let y = 0; y < n * O * Ho * Wo; y++) {
    const [ox, oy] = [y % Wo, Math.floor(y / Wo) % Ho];
    const o = Math.floor(y / (Wo * Ho)) % O;
    const image = Math.floor(y / (Wo * Ho * O));
    for (let tap = 0; tap < C * 9; tap++) {
      const [i, iy, ix] = [
        Math.floor(tap / 9),
        oy + Math.floor((tap % 9) / 3) - top,
        ox + (tap % 3) - left,
      ];
      if (iy < 0 || iy >= H || ix < 0 || ix >= W) continue;
      visit(y, o * C * 9 + tap, ((image * C + i) * H + iy) * W + ix);
    }
  }
}

/** Checks one shape. Errors are relative to the largest number. */
function check(s: Shape, arithmetic: Arithmetic, tolerance: { forward: number; backward: number }) {
  const graph = sequential(
    [s.C, s.H, s.W],
    [
      conv2d({
        filters: s.O,
        kernel: 3,
        padding: [s.top, s.left, s.bottom, s.right],
        id: "c",
      }),
      flatten(),
      dense({ units: 2, id: "d" }),
    ],
  );
  const model = initialise(graph, random("model"));
  const x = noise([s.n, s.C, s.H, s.W], "x");
  const run = session(model, { arithmetic });
  const labels = Array.from({ length: s.n }, (_, i) => i % 2);

  const seed = (logits: Tensor) => noise(logits.shape, "seed");
  const { values, gradients } = run.activationGradients(x, ["c"], seed);
  const w = model.parameters["c.weight"];
  const bias = model.parameters["c.bias"].data;
  const pixels = values.c.data.length / (s.n * s.O);
  const y = Float64Array.from(values.c.data, (_, k) => bias[Math.floor(k / pixels) % s.O]);
  const dx = new Float64Array(x.data.length);
  products(s, (at, weight, from) => {
    y[at] += w.data[weight] * x.data[from];
    dx[from] += w.data[weight] * gradients.c.data[at];
  });
  expect(worst(values.c.data, y)).toBeLessThan(tolerance.forward);
  expect(worst(run.inputGradient(x, seed).gradient.data, dx)).toBeLessThan(tolerance.backward);

  // The gradient of the mean loss at the convolution's output, by way of the dense layer.
  const flat = run.activations(x, ["c"]).c.data;
  const logits = run.forward(x).data;
  const weights = model.parameters["d.weight"].data;
  const features = flat.length / s.n;
  const dw = new Float64Array(w.data.length);
  const dy = Float64Array.from(flat, (_, k) => {
    const [image, f] = [Math.floor(k / features), k % features];
    const p = 1 / (1 + Math.exp(logits[2 * image] - logits[2 * image + 1])); // of class 1
    const d1 = (p - labels[image]) / s.n;
    return d1 * (weights[features + f] - weights[f]);
  });
  products(s, (at, weight, from) => {
    dw[weight] += dy[at] * x.data[from];
  });
  const found = run.parameterGradients(x, labels).gradients["c.weight"].data;
  expect(worst(found, dw)).toBeLessThan(tolerance.backward);
}

describe("3×3 convolutions are the definition's", () => {
  const tolerance = { forward: 2e-6, backward: 1e-4 };
  test("exact arithmetic, large tiles in the backward pass", () => {
    const property = fc.property(shapes, (s) => check(s, "exact", tolerance));
    fc.assert(property, { numRuns: 25, seed: 1 });
  });

  test.skipIf(!hasFused())("fused arithmetic, large tiles in the backward pass", () => {
    const property = fc.property(shapes, (s) => check(s, "fused", tolerance));
    fc.assert(property, { numRuns: 25, seed: 1 });
  });
});
