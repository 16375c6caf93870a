/** Optimisers and schedules against steps worked out by hand, in float64 where the kernels allow. */

import { describe, expect, test } from "vitest";
import * as layers from "../../src/model/build.js";
import { initialise, type Model } from "../../src/model/model.js";
import { random } from "../../src/tensor/random.js";
import {
  adam,
  adamW,
  addDecayed,
  chain,
  descend,
  type Optimiser,
  scaleByAdam,
  sgd,
} from "../../src/training/optimiser.js";
import * as schedule from "../../src/training/schedule.js";
import { trainer } from "../../src/training/trainer.js";

/** One dense layer of one input: logits w·x + b, so that gradients are known: softmax(z) − onehot, times x. */
const model: Model = (() => {
  const g = initialise(
    layers.sequential([1, 1, 1], [layers.flatten(), layers.dense({ id: "d", units: 2 })]),
    random(0),
  );
  const parameters = {
    "d.weight": { shape: [2, 1], data: Float32Array.of(0.5, -0.25) },
    "d.bias": { shape: [2], data: Float32Array.of(0.1, 0) },
  };
  return { ...g, parameters };
})();
const X = 2;
const LABEL = 1;

/** The gradient of the cross-entropy, from its definition. */
function gradient([w0, w1, b0, b1]: readonly number[]): number[] {
  const z = [w0 * X + b0, w1 * X + b1];
  const e = z.map(Math.exp);
  const p = e.map((v) => v / (e[0] + e[1]));
  const d = [p[0], p[1] - 1];
  return [d[0] * X, d[1] * X, ...d];
}

type Rule = (p: number[], g: number[], t: number, s: Record<string, number[]>) => number[];

/** Three steps of ours against three steps of the rule. */
async function agrees(optimiser: Optimiser, rule: Rule, fuse: boolean) {
  const t = await trainer(model, { batchSize: 1, optimiser, totalSteps: 3, fuse });
  let p = [0.5, -0.25, 0.1, 0].map(Math.fround);
  const s: Record<string, number[]> = { m: [0, 0, 0, 0], v: [0, 0, 0, 0] };
  for (let step = 1; step <= 3; step++) {
    await t.step({ shape: [1, 1, 1, 1], data: Float32Array.of(X) }, [LABEL]);
    p = rule(p, gradient(p), step, s);
    const { "d.weight": w, "d.bias": b } = t.model().parameters;
    [...w.data, ...b.data].forEach((value, i) => {
      expect(value).toBeCloseTo(p[i], 6);
    });
  }
  t.close();
}

const adamDirection = (
  g: number[],
  t: number,
  s: Record<string, number[]>,
  b1 = 0.9,
  b2 = 0.999,
  eps = 1e-7,
) =>
  g.map((gi, i) => {
    s.m[i] = b1 * s.m[i] + (1 - b1) * gi;
    s.v[i] = b2 * s.v[i] + (1 - b2) * gi * gi;
    return (s.m[i] / (Math.sqrt(s.v[i]) + eps)) * (Math.sqrt(1 - b2 ** t) / (1 - b1 ** t));
  });

const rules: Record<string, readonly [Optimiser, Rule]> = {
  adam: [
    adam({ learningRate: 0.05 }),
    (p, g, t, s) => adamDirection(g, t, s).map((u, i) => p[i] - 0.05 * u),
  ],
  "adam, other constants": [
    adam({ learningRate: 0.05, beta1: 0.5, beta2: 0.9, epsilon: 0.1 }),
    (p, g, t, s) => adamDirection(g, t, s, 0.5, 0.9, 0.1).map((u, i) => p[i] - 0.05 * u),
  ],
  // Weights decay, biases do not.
  adamW: [
    adamW({ learningRate: 0.05, decay: 0.3 }),
    (p, g, t, s) =>
      adamDirection(g, t, s).map((u, i) => p[i] - 0.05 * (u + (i < 2 ? 0.3 * p[i] : 0))),
  ],
  sgd: [sgd({ learningRate: 0.1 }), (p, g) => g.map((gi, i) => p[i] - 0.1 * gi)],
  momentum: [
    sgd({ learningRate: 0.1, momentum: 0.8 }),
    (p, g, _, s) => g.map((gi, i) => p[i] - 0.1 * (s.m[i] = 0.8 * s.m[i] + gi)),
  ],
  "Nesterov with L2": [
    sgd({ learningRate: 0.1, momentum: 0.8, nesterov: true, decay: 0.2 }),
    (p, g, _, s) =>
      g.map((gi, i) => {
        const u = gi + (i < 2 ? 0.2 * p[i] : 0);
        s.m[i] = 0.8 * s.m[i] + u;
        return p[i] - 0.1 * (0.8 * s.m[i] + u);
      }),
  ],
  "warm-up": [
    sgd({ learningRate: 0.1, schedule: schedule.warmUp({ steps: 2 }) }),
    (p, g, t) => g.map((gi, i) => p[i] - 0.1 * Math.min(1, t / 2) * gi),
  ],
};

describe("optimisers", () => {
  for (const [name, [optimiser, rule]] of Object.entries(rules))
    for (const fuse of [true, false])
      test(`${name}: three steps${fuse ? ", fused" : ""}`, () => agrees(optimiser, rule, fuse));

  test("a chain must end with descend", () => {
    expect(() => chain(scaleByAdam(), addDecayed(0.1))).toThrow(
      'chain: got stages scaleByAdam, addDecayed, expected exactly one "descend", at the end',
    );
    expect(() => chain(descend(1), descend(1))).toThrow("exactly one");
  });
});

describe("schedules", () => {
  test("constant, cosine, step and warm-up at known steps", () => {
    expect(schedule.constant().factor(5, 10)).toBe(1);
    const cosine = schedule.cosine({ end: 0.2 });
    expect([1, 6, 11].map((t) => cosine.factor(t, 11))).toEqual([
      1,
      expect.closeTo(0.6, 12),
      expect.closeTo(0.2, 12),
    ]);
    const step = schedule.step({ at: [0.5, 0.75], factor: 0.1 });
    expect([1, 50, 51, 76].map((t) => step.factor(t, 100))).toEqual([
      1,
      1,
      0.1,
      expect.closeTo(0.01, 12),
    ]);
    const warm = schedule.warmUp({ steps: 4, after: schedule.cosine() });
    expect([1, 4, 5].map((t) => warm.factor(t, 14))).toEqual([0.25, 1, 1]);
    expect(warm.factor(14, 14)).toBeCloseTo(0, 12);
  });
});
