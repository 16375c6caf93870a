/** What relevance maps must obey on whole networks, whatever the weights. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { session } from "../../../src/engine/session.js";
import { difference, explainers, only, top } from "../../../src/explain/index.js";
import {
  alongGradient,
  type CompositeName,
  composites,
  epsilon,
  pass,
  type RelevanceExplanation,
  type RelevanceOptions,
  relevance,
  zeroRule,
  zPlus,
} from "../../../src/explain/relevance/index.js";
import { rewrite } from "../../../src/fold/index.js";
import * as layers from "../../../src/model/build.js";
import { graph, sequential } from "../../../src/model/build.js";
import type { Graph, Model } from "../../../src/model/model.js";
import { zoo } from "../../../src/model/zoo.js";
import { type Tensor, tensor } from "../../../src/tensor/tensor.js";
import { build, noise, recipes, scramble } from "../../fold/random-models.js";
import { worst } from "../../golden.js";

const { add, avgPool2d, batchNorm, conv2d, dense, flatten, globalAvgPool, maxPool2d, relu } =
  layers;
const everywhere = (rule: ReturnType<typeof zPlus>) => [
  { kinds: ["conv2d", "dense"] as const, rule },
];

const explain = (model: Model, x: Tensor, options?: RelevanceOptions): RelevanceExplanation =>
  relevance(session(model, { backend: "reference" }), x, options);

const total64 = (data: ArrayLike<number>): number =>
  Array.from(data).reduce((sum, value) => sum + value, 0);

/** Every layer's account adds up, and what the layers kept is what the pixels lack. */
function checkLedger({ ledger, values, logits, target }: RelevanceExplanation): void {
  const n = values.shape[0];
  const each = values.data.length / n;
  for (let i = 0; i < n; i++) {
    let kept = 0;
    for (const { arrived, handed, bias, stabilizer, node } of ledger) {
      const scale = Math.abs(arrived[i]) + Math.abs(handed[i]) + Math.abs(bias[i]) + 1;
      const gap = arrived[i] - handed[i] - bias[i] - stabilizer[i];
      expect(Math.abs(gap) / scale, node).toBeLessThan(1e-8);
      kept += bias[i] + stabilizer[i];
    }
    const total = total64(values.data.subarray(i * each, (i + 1) * each));
    const start = logits.data[i * logits.shape[1] + target[i]];
    const scale = ledger.reduce((s, e) => s + Math.abs(e.handed[i]) + Math.abs(e.bias[i]), 1);
    expect(Math.abs(start - kept - total) / scale).toBeLessThan(1e-8);
  }
}

const names = Object.keys(composites) as CompositeName[];

test("the account adds up on random networks, for every composite and way", {
  timeout: 60_000,
}, () => {
  const drawn = fc.record({
    recipe: recipes,
    composite: fc.constantFrom(...names),
    batchNorm: fc.constantFrom("fold", "affine", "pass", "absolute"),
  });
  fc.assert(
    fc.property(drawn, ({ recipe, composite, batchNorm }) => {
      const model = scramble(build(recipe), recipe.seed);
      const before = JSON.stringify(model.parameters);
      checkLedger(explain(model, noise([2, 2, 9, 8], recipe.seed), { composite, batchNorm }));
      expect(JSON.stringify(model.parameters)).toBe(before);
    }),
    { numRuns: 40, seed: 11 },
  );
});

const functionOnly = [
  "saliency",
  "inputTimesGradient",
  "integratedGradients",
  "deepLift",
  "smoothGrad",
  "occlusion",
] as const;

test("methods that depend on the function alone do not move under folding", {
  timeout: 60_000,
}, () => {
  fc.assert(
    fc.property(recipes, (recipe) => {
      const model = scramble(build(recipe), recipe.seed);
      const x = noise([1, 2, 9, 8], recipe.seed + 1);
      const [a, b] = [model, rewrite(model).model].map((m) => session(m, { backend: "reference" }));
      const target = only(recipe.seed % 4);
      for (const method of functionOnly) {
        const maps = [a, b].map((s) => explainers[method].explain(s, x, { target }).values.data);
        expect(worst(maps[1], maps[0])).toBeLessThan(1e-8);
      }
    }),
    { numRuns: 15, seed: 12 },
  );
});

/** ReLU network without biases: convolutions, both poolings, a residual sum. */
function biasless(): Graph {
  const g = graph([2, 9, 8]);
  const conv = (filters: number, stride = 1) =>
    conv2d({ filters, kernel: 3, padding: 1, stride, bias: false });
  const first = g.node(relu(), g.node(conv(4), g.input));
  const pooled = g.node(maxPool2d(), first);
  const branch = g.node(conv(4), g.node(relu(), g.node(conv(4), pooled)));
  const sum = g.node(relu(), g.node(add(), branch, pooled));
  const mean = g.node(avgPool2d({ size: 2, stride: 1 }), sum);
  return g.output(g.node(dense({ units: 3, bias: false }), g.node(flatten(), mean)));
}

const exactly = (kinds: readonly ("avgPool2d" | "add" | "globalAvgPool" | "batchNorm")[]) => [
  { kinds, rule: zeroRule() },
];

test("LRP-0 is gradient × input on ReLU networks without biases", () => {
  const model = scramble(biasless(), "biasless");
  const x = noise([3, 2, 9, 8], "x");
  const { values } = explain(model, x, {
    composite: everywhere(zeroRule()),
    rules: exactly(["avgPool2d", "add"]),
  });
  const { values: product } = explainers.inputTimesGradient.explain(
    session(model, { backend: "reference" }),
    x,
  );
  expect(worst(values.data, product.data)).toBeLessThan(1e-9);
});

describe("batch norm under a rule", () => {
  const back = sequential(
    [2, 7, 6],
    [
      conv2d({ filters: 4, kernel: 3, padding: 1, id: "a" }),
      batchNorm({ epsilon: 1e-2, id: "n" }),
      relu(),
      conv2d({ filters: 3, kernel: 3, stride: 2, id: "b" }),
      batchNorm({ epsilon: 1e-2, id: "m" }),
      relu(),
      flatten(),
      dense({ units: 3 }),
    ],
  );
  const x = noise([2, 2, 7, 6], "x");
  /** The network with parameters that satisfy a condition. */
  const where = (
    change: (key: string, values: Record<string, Tensor>) => ArrayLike<number>,
  ): Model => {
    const model = scramble(back, "bn", 0);
    const values = { ...model.parameters };
    const parameters = Object.fromEntries(
      Object.entries(values).map(([key, { shape }]) => [
        key,
        tensor(shape, Float64Array.from(change(key, values))),
      ]),
    );
    return { ...model, parameters };
  };
  /** β = μ·s: no shift. */
  const noShift = (key: string, values: Record<string, Tensor>): ArrayLike<number> => {
    const [node, name] = key.split(".");
    if (name !== "beta") return name === "bias" ? values[key].data.map(() => 0) : values[key].data;
    const of = (p: string) => values[`${node}.${p}`].data;
    return of("beta").map(
      (_, c) =>
        (of("runningMean")[c] * of("gamma")[c]) / Math.sqrt(of("runningVariance")[c] + 1e-2),
    );
  };
  const map = (
    model: Model,
    batchNorm: "fold" | "affine" | "pass" | "absolute",
    rule: typeof zPlus,
  ) =>
    explain(model, x, {
      batchNorm,
      composite: everywhere(rule()),
      rules: exactly([]).slice(1),
    }).values.data;
  const exactAffine = (model: Model) =>
    explain(model, x, {
      batchNorm: "affine",
      composite: everywhere(zeroRule()),
      rules: exactly(["batchNorm"]),
    }).values.data;

  test("0-rule: affine is fold, pass differs by the shift alone, even with γ < 0", () => {
    const model = where((key, values) => values[key].data);
    const folded = map(model, "fold", zeroRule);
    expect(worst(exactAffine(model), folded)).toBeLessThan(1e-9);
    expect(worst(map(model, "pass", zeroRule), folded)).toBeGreaterThan(0.01);
    const centred = where(noShift);
    expect(worst(map(centred, "pass", zeroRule), map(centred, "fold", zeroRule))).toBeLessThan(
      1e-9,
    );
  });
  test("z⁺ without shift or bias: pass is fold when every γ > 0, not otherwise", () => {
    const centred = where(noShift);
    const exact = (): ReturnType<typeof zPlus> => ({ ...zPlus(), stabilizer: 0 });
    expect(worst(map(centred, "pass", exact), map(centred, "fold", exact))).toBeGreaterThan(0.01);
    const upright = where((key, values) => {
      const positive = Object.fromEntries(
        Object.entries(values).map(([k, t]) => [
          k,
          k.endsWith("gamma") ? { shape: t.shape, data: t.data.map(Math.abs) } : t,
        ]),
      );
      return noShift(key, positive);
    });
    expect(worst(map(upright, "pass", exact), map(upright, "fold", exact))).toBeLessThan(1e-9);
  });
  test("absolute keeps signs and sums: what is handed down is |s·x|/(|s·x| + |t|) of what arrives", () => {
    const model = where((key, values) => values[key].data);
    const { ledger } = explain(model, x, { batchNorm: "absolute" });
    const entry = ledger.find(({ node }) => node === "m");
    expect(entry?.rule).toBe("absolute");
    checkLedger(explain(model, x, { batchNorm: "absolute" }));
  });
});

test("a permuted batch gives permuted maps, however it is cut", () => {
  const model = scramble(zoo.seed({ inputShape: [1, 9, 8] }), 3);
  const x = noise([5, 1, 9, 8], "x");
  const order = [3, 0, 4, 1, 2];
  const permuted = tensor(
    x.shape,
    Float64Array.from(order.flatMap((i) => [...x.data.slice(i * 72, i * 72 + 72)])),
  );
  const whole = explain(model, x);
  const cut = explain(model, permuted, { batch: 2 });
  order.forEach((i, k) => {
    expect([...cut.values.data.slice(k * 72, k * 72 + 72)]).toEqual([
      ...whole.values.data.slice(i * 72, i * 72 + 72),
    ]);
    expect(cut.target[k]).toBe(whole.target[i]);
    expect(cut.ledger[0].arrived[k]).toBe(whole.ledger[0].arrived[i]);
  });
});

test("float32 agrees with float64", () => {
  const model = scramble(zoo.plain({ depth: 3, inputShape: [1, 10, 9] }), 4);
  const x = noise([3, 1, 10, 9], "x");
  for (const composite of ["epsilonPlus", "epsilonGammaBox", "epsilonAlpha2Beta1"] as const) {
    const single = relevance(session(model), x, { composite }).values;
    expect(single.data).toBeInstanceOf(Float32Array);
    expect(worst(single.data, explain(model, x, { composite }).values.data)).toBeLessThan(1e-4);
  }
});

test("a difference of classes is the difference of their maps; a start of 1 divides by the logit", () => {
  const model = scramble(zoo.seed({ inputShape: [1, 9, 8] }), 5);
  const x = noise([1, 1, 9, 8], "x");
  const [a, b] = [1, 2].map((k) => explain(model, x, { target: only(k) }));
  const gap = explain(model, x, { target: difference(only(1), only(2)) });
  expect([...(gap.against ?? [])]).toEqual([2]);
  expect(
    worst(
      gap.values.data,
      a.values.data.map((v, i) => v - b.values.data[i]),
    ),
  ).toBeLessThan(1e-12);
  const one = explain(model, x, { target: only(1), start: "one" });
  expect(
    worst(
      one.values.data.map((v) => v * a.logits.data[1]),
      a.values.data,
    ),
  ).toBeLessThan(1e-12);
});

test("a softmax at the end is not explained: relevance starts at the logits", () => {
  const bare = scramble(zoo.seed({ inputShape: [1, 9, 8] }), 6);
  const nodes = [
    ...bare.nodes,
    { id: "p", kind: "softmax" as const, attributes: {}, inputs: ["dense"] },
  ];
  const x = noise([2, 1, 9, 8], "x");
  const [a, b] = [bare, { ...bare, nodes, output: "p" }].map((m) => explain(m, x));
  expect([...b.values.data]).toEqual([...a.values.data]);
});

test("what is lost is said per image", () => {
  const model = scramble(zoo.seed({ inputShape: [1, 9, 8] }), 7);
  const { checks, values, logits, target, settings, method } = explain(
    model,
    noise([1, 1, 9, 8], "x"),
    {
      composite: "epsilon",
    },
  );
  const sum = total64(values.data);
  expect(checks.lost?.[0]).toBeCloseTo(1 - sum / logits.data[target[0]], 10);
  expect(method).toBe("relevance");
  expect(settings).toEqual({
    composite: "epsilon",
    ownRules: 0,
    batchNorm: "fold",
    leftover: "refuse",
    start: "logit",
    stats: "running",
    backend: "reference",
  });
});

test("every preset is an explainer of its name, and progress and cancelling work", () => {
  const model = scramble(zoo.seed({ inputShape: [1, 9, 8] }), 8);
  const x = noise([3, 1, 9, 8], "x");
  const run = session(model, { backend: "reference" });
  for (const name of names) {
    const key = `lrp${name[0].toUpperCase()}${name.slice(1)}`;
    const explainer = explainers[key as "lrpEpsilon"];
    const found = explainer.explain(run, x);
    expect(found.method).toBe(key);
    expect([...found.values.data]).toEqual([...explain(model, x, { composite: name }).values.data]);
  }
  const seen: number[] = [];
  relevance(run, x, { batch: 2, onProgress: ({ done }) => seen.push(done) });
  expect(seen).toEqual([2, 3]);
  expect(() => relevance(run, x, { signal: AbortSignal.abort() })).toThrow(
    "relevance: cancelled by the caller",
  );
});

describe("choices that must be made", () => {
  const x = noise([1, 1, 6, 6], "x");
  const group = scramble(zoo.seed({ norm: "group", inputShape: [1, 6, 6] }), 9);
  test("a norm that cannot be folded has no rule until one is given", () => {
    expect(() => explain(group, x)).toThrow(
      'relevance: no rule matches groupNorm "norm"; add one, e.g. rules: [{ kinds: ["groupNorm"], rule }] with epsilon(), absolute() or pass()',
    );
    for (const rule of [epsilon(), pass()])
      checkLedger(explain(group, x, { rules: [{ kinds: ["groupNorm"], rule }] }));
  });
  test("0-rule through a group norm whose statistics are held fixed", () => {
    // One value per group and image would have variance 0; here: y = s·x + t, so bias keeps Σ t·R/y.
    const { ledger } = explain(group, x, { rules: [{ kinds: ["groupNorm"], rule: epsilon() }] });
    const entry = ledger.find(({ node }) => node === "norm");
    expect(Math.abs(entry?.bias[0] ?? 0)).toBeGreaterThan(1e-6);
  });
  test("user rules come first, by id", () => {
    const model = scramble(zoo.seed({ inputShape: [1, 6, 6] }), 10);
    const { ledger } = explain(model, x, {
      rules: [
        { id: "conv", rule: zPlus() },
        { id: "relu", rule: alongGradient() },
      ],
      composite: "epsilon",
    });
    expect(ledger.map(({ node, rule }) => `${node} ${rule}`)).toEqual([
      "dense epsilon",
      "flatten pass",
      "pool alongGradient",
      "relu alongGradient",
      "conv zPlus",
    ]);
  });
  test("along the gradient a dead ReLU stops relevance, passing does not", () => {
    const model = scramble(
      sequential([1, 1, 2], [relu({ id: "r" }), flatten(), dense({ units: 2 })]),
      1,
    );
    const at = tensor([1, 1, 1, 2], Float64Array.of(-1, 2));
    const dead = explain(model, at, {
      rules: [{ id: "r", rule: alongGradient() }],
      composite: "epsilonPlusFlat",
    });
    expect(dead.values.data[0]).toBe(0);
    expect(explain(model, at, { composite: "epsilonPlusFlat" }).values.data[0]).not.toBe(0);
  });
  test("rules for linear layers do not fit others", () => {
    const model = scramble(zoo.seed({ inputShape: [1, 6, 6] }), 10);
    expect(() => explain(model, x, { rules: [{ id: "relu", rule: zPlus() }] })).toThrow(
      'relevance: rule zPlus is for linear layers, got relu "relu"; use pass() or alongGradient()',
    );
  });
  test("names that are not there, statistics of the batch", () => {
    const run = session(scramble(zoo.seed({ inputShape: [1, 6, 6] }), 10));
    const wrong = (options: object) => () => relevance(run, x, options);
    expect(wrong({ composite: "best" })).toThrow(
      'relevance: got composite "best", expected one of epsilon, epsilonPlus,',
    );
    expect(wrong({ batchNorm: "ignore" })).toThrow(
      'relevance: got batchNorm "ignore", expected one of fold, affine, pass, absolute',
    );
    expect(() => relevance(session(run.model, { stats: "batch" }), x)).toThrow(
      'relevance: got a session with stats "batch", expected "running"; rules see batch norm as an affine map',
    );
  });
  test("a batch norm that nothing takes up is refused, or made a layer", () => {
    const model = scramble(zoo.resnet8({ placement: "after", inputShape: [3, 8, 8] }), 11);
    const image = noise([1, 3, 8, 8], "x");
    expect(() => explain(model, image)).toThrow('fold: batch norm "normStem" cannot be absorbed');
    checkLedger(explain(model, image, { leftover: "convolution" }));
  });
  test("the mean over all pixels shares by contribution", () => {
    const model = scramble(
      sequential(
        [1, 1, 2],
        [globalAvgPool({ id: "m" }), flatten(), dense({ units: 1, bias: false })],
      ),
      1,
    );
    const { values, logits } = explain(model, tensor([1, 1, 1, 2], Float64Array.of(3, 1)), {
      target: top,
    });
    // 3/4 and 1/4 of the logit, but for ε = 1e-6.
    expect(values.data[0] / logits.data[0]).toBeCloseTo(0.75, 5);
  });
});
