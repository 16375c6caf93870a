/** Every rule again in its paper's index notation, on layers probed with unit inputs; then two neurons by hand. */

import { describe, expect, test } from "vitest";
import { weightLayer } from "../../../src/explain/relevance/layers.js";
import { type LinearLayer, sumLayer } from "../../../src/explain/relevance/linear-map.js";
import { redistribute } from "../../../src/explain/relevance/redistribute.js";
import type { LinearRule } from "../../../src/explain/relevance/rule.js";
import {
  absolute,
  alphaBeta,
  epsilon,
  flat,
  gamma,
  generalizedGamma,
  rules,
  wSquare,
  zBox,
  zeroRule,
  zPlus,
} from "../../../src/explain/relevance/rules.js";
import * as layers from "../../../src/model/build.js";
import { sequential } from "../../../src/model/build.js";
import type { WeightNode } from "../../../src/model/model.js";
import { size, type Tensor, tensor } from "../../../src/tensor/tensor.js";
import { noise, scramble } from "../../fold/random-models.js";
import { worst } from "../../golden.js";

const doubles = (shape: readonly number[], values: readonly number[]): Tensor =>
  tensor(shape, Float64Array.from(values));

const { conv2d, convTranspose2d, dense, flatten } = layers;

interface Example {
  readonly layer: LinearLayer;
  readonly shape: readonly number[];
}

/** One layer with biases of both signs, and the shape of its input. */
function example(
  shape: readonly [number, number, number],
  layer: ReturnType<typeof conv2d>,
  isVector = false,
): Example {
  const model = scramble(sequential(shape, isVector ? [flatten(), layer] : [layer]), "rules");
  const node = model.nodes.at(-1) as WeightNode;
  const inputShape = isVector ? [size(shape)] : shape;
  const context = { model, backend: "reference" as const, batch: 2 };
  return { layer: weightLayer(context, node, inputShape, undefined), shape: inputShape };
}

const examples: Readonly<Record<string, Example>> = {
  dense: example([1, 1, 6], dense({ units: 5 }), true),
  "padded convolution": example([2, 4, 5], conv2d({ filters: 3, kernel: 3, padding: 1 })),
  "strided convolution": example(
    [3, 5, 4],
    conv2d({ filters: 2, kernel: [3, 2], stride: 2, padding: [1, 0, 0, 1] }),
  ),
  "grouped convolution": example([4, 4, 3], conv2d({ filters: 4, kernel: 2, groups: 2 })),
  "transposed convolution": example(
    [3, 2, 3],
    convTranspose2d({ filters: 4, kernel: [3, 2], stride: 2, padding: [1, 0, 0, 1] }),
  ),
};

/** The layer as an explicit matrix, probed with unit inputs: z = W a + b for one sample. */
function asMatrix({ layer, shape }: Example) {
  const map = layer.map({});
  const zero = tensor([1, ...shape], new Float64Array(size(shape)));
  const b = map.forward([zero]).data;
  const columns = Array.from(zero.data, (_, j) => {
    const unit = Float64Array.from(zero.data);
    unit[j] = 1;
    return map.forward([tensor(zero.shape, unit)]).data.map((z, i) => z - b[i]);
  });
  // Whether input j is in the field of output i, whatever the weight: probed with all weights 1 and no bias.
  const ones = layer.map({ weight: () => 1, bias: () => 0 });
  const fields = Array.from(zero.data, (_, j) => {
    const unit = Float64Array.from(zero.data);
    unit[j] = 1;
    return ones.forward([tensor(zero.shape, unit)]).data;
  });
  return { w: columns.map((c) => [...c]), b: [...b], field: fields.map((c) => [...c]) };
}

const pos = (v: number) => Math.max(v, 0);
const neg = (v: number) => Math.min(v, 0);

/** What the formula sees of output i: its weights w[l], its field, its bias b; and the inputs a[l]. */
interface Unit {
  readonly w: readonly number[];
  readonly field: readonly number[];
  readonly b: number;
  readonly a: readonly number[];
}

const sum = (u: Unit, of: (l: number) => number): number => u.a.reduce((s, _, l) => s + of(l), 0);
const stab = (z: number, eps = 1e-6) => z + (z < 0 ? -eps : eps);

/** The fraction of R_i that input j receives. */
type Fraction = (u: Unit, j: number) => number;

const part =
  (of: (u: Unit, l: number) => number, bias: (b: number) => number, eps?: number): Fraction =>
  (u, j) =>
    of(u, j) / stab(sum(u, (l) => of(u, l)) + bias(u.b), eps);
const product = ({ w, a }: Unit, l: number) => w[l] * a[l];
const excited = part((u, l) => pos(product(u, l)), pos);
/** Σ⁻ is negative and so is its stabilizer; where nothing inhibits, nothing is handed down. */
const inhibited = part((u, l) => neg(product(u, l)), neg);
const box: Fraction = part(
  (u, l) => product(u, l) - 0 * pos(u.w[l]) - 1 * neg(u.w[l]),
  () => 0,
);
const favoured = (g: number) =>
  part(
    ({ w, a }, l) => a[l] * (w[l] + g * pos(w[l])),
    (b) => b + g * pos(b),
  );
const eitherSign =
  (g: number): Fraction =>
  (u, j) => {
    const z = sum(u, (l) => product(u, l)) + u.b;
    const keep = z > 0 ? pos : neg;
    const of = ({ w, a }: Unit, l: number) => w[l] * a[l] + g * keep(w[l] * a[l]);
    return part(of, (b) => b + g * keep(b))(u, j);
  };

const papers: readonly (readonly [LinearRule, Fraction])[] = [
  [zeroRule(), part(product, (b) => b, 0)],
  [epsilon(0.1), part(product, (b) => b, 0.1)],
  [gamma(0.3), favoured(0.3)],
  [generalizedGamma(0.25), eitherSign(0.25)],
  [zPlus(), excited],
  [alphaBeta(2, 1), (u, j) => 2 * excited(u, j) - inhibited(u, j)],
  [
    wSquare(),
    part(
      ({ w }, l) => w[l] ** 2,
      () => 0,
    ),
  ],
  [
    flat(),
    part(
      ({ field }, l) => field[l],
      () => 0,
    ),
  ],
  [zBox(0, 1), box],
  [absolute(), part((u, l) => Math.abs(product(u, l)), Math.abs)],
];

for (const [rule, fraction] of papers)
  describe(rule.name, () => {
    for (const [name, it] of Object.entries(examples))
      test(`on a ${name} is the paper's formula`, () => {
        const { w, b, field } = asMatrix(it);
        const a = noise([2, ...it.shape], "a"); // a batch of two: the second image checks the strides
        const R = noise([2, ...it.layer.map({}).forward([a]).shape.slice(1)], "R");
        const found = redistribute(rule, it.layer, [a], R);
        const [J, I] = [size(it.shape), b.length];
        const expected = Array.from({ length: 2 * J }, (_, at) => {
          const [n, j] = [Math.floor(at / J), at % J];
          const inputs = [...a.data.subarray(n * J, (n + 1) * J)];
          let total = 0;
          for (let i = 0; i < I; i++) {
            const unit = {
              w: w.map((c) => c[i]),
              field: field.map((c) => c[i]),
              b: b[i],
              a: inputs,
            };
            total += R.data[n * I + i] * fraction(unit, j);
          }
          return total;
        });
        expect(worst(found.below[0].data, expected)).toBeLessThan(1e-9);

        // The account: what arrived is what was handed down, what the bias kept and what ε took.
        for (let n = 0; n < 2; n++) {
          const of = (data: ArrayLike<number>, K: number) =>
            Array.from({ length: K }, (_, k) => data[n * K + k]).reduce((s, v) => s + v, 0);
          const away = of(found.below[0].data, J) + found.bias[n] + found.stabilizer[n];
          expect(away).toBeCloseTo(of(R.data, I), 9);
        }
      });
  });

test("every linear rule of the table is among them", () => {
  const tested = new Set(papers.map(([{ name }]) => name));
  for (const make of Object.values(rules)) {
    const rule = make();
    if ("shares" in rule) expect(tested).toContain(rule.name);
  }
});

test("z⁺ is αβ(1, 0)", () => {
  const { layer, shape } = examples["padded convolution"];
  const a = noise([1, ...shape], "a");
  const R = noise(layer.map({}).forward([a]).shape, "R");
  const [one, other] = [zPlus(), alphaBeta(1, 0)].map(
    (rule) => redistribute(rule, layer, [a], R).below[0].data,
  );
  expect([...one]).toEqual([...other]);
});

test("αβ refuses shares that do not add up", () => {
  expect(() => alphaBeta(2, 0)).toThrow(
    "alphaBeta: got α = 2, β = 0, expected α ≥ 1, β ≥ 0, α − β = 1",
  );
});

describe("two neurons by hand", () => {
  // a = (1, 2), W = [[1, −3], [2, 1]], b = (1, 1).
  // z₀ = 1 − 6 + 1 = −4, z₁ = 2 + 2 + 1 = 5. R = (4, 10).
  const model = scramble(sequential([1, 1, 2], [flatten(), dense({ units: 2, id: "d" })]), 0);
  const weights = {
    "d.weight": doubles([2, 2], [1, -3, 2, 1]),
    "d.bias": doubles([2], [1, 1]),
  };
  const node = model.nodes[1] as Extract<Node, { kind: "dense" }>;
  const context = {
    model: { ...model, parameters: weights },
    backend: "reference" as const,
    batch: 1,
  };
  const layer = weightLayer(context, node, [2], undefined);
  const hand = (rule: LinearRule) => {
    const exact = { ...rule, stabilizer: 0 };
    const { below, bias } = redistribute(
      exact,
      layer,
      [doubles([1, 2], [1, 2])],
      doubles([1, 2], [4, 10]),
    );
    return [...below[0].data, bias[0]];
  };
  const close = (rule: LinearRule, expected: readonly number[]) => {
    hand(rule).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 12);
    });
  };
  test("0-rule: s = (−1, 2)", () => {
    // R₀ = 1·(1·−1 + 2·2) = 3, R₁ = 2·(−3·−1 + 1·2) = 10, bias 1·−1 + 1·2 = 1; together 14.
    close(zeroRule(), [3, 10, 1]);
  });
  test("z⁺: s = (4/2, 10/5)", () => {
    // z⁺ = (1 + 1, 5). R₀ = 1·(1·2 + 2·2) = 6, R₁ = 2·(0·2 + 1·2) = 4, bias 2 + 2 = 4.
    close(zPlus(), [6, 4, 4]);
  });
  test("α2β1: the inhibited share is −1·4·(−6/−6) at input 1", () => {
    // 2·(6, 4 | 4) = (12, 8 | 8), minus: output 0 gives input 1 all 4; output 1 has nothing that inhibits: 0/0 → 0.
    close(alphaBeta(2, 1), [12, 4, 8]);
  });
  test("γ = 1: W′ = [[2, −3], [4, 2]], b′ = (2, 2), z′ = (−2, 10)", () => {
    // s = (−2, 1). R₀ = 2·−2 + 4·1 = 0, R₁ = 2·(−3·−2 + 2·1) = 16, bias 2·−2 + 2·1 = −2.
    close(gamma(1), [0, 16, -2]);
  });
  test("generalised γ = 1: output 0 is negative, so its W′ = [1, −6], b′ = 1", () => {
    // Output 0: z′ = 1 − 12 + 1 = −10, s = −2/5: R = (−2/5, 2·−6·−2/5 = 24/5), bias −2/5.
    // Output 1: s = 1: (4, 4), bias 2.
    close(generalizedGamma(1), [18 / 5, 44 / 5, 8 / 5]);
  });
  test("w²: 4·(1/10, 9/10) + 10·(4/5, 1/5)", () => {
    close(wSquare(), [42 / 5, 28 / 5, 0]);
  });
  test("flat: half and half", () => close(flat(), [7, 7, 0]));
  test("zᴮ on [0, 3]: z′ = w a − 3 w⁻", () => {
    // Output 0: (1, −6 + 9 = 3): 4·(1/4, 3/4) = (1, 3). Output 1: (2, 2): (5, 5).
    close(zBox(0, 3), [6, 8, 0]);
  });
  test("|z|: 4·(1/8, 6/8 | 1/8) + 10·(2/5, 2/5 | 1/5)", () => {
    close(absolute(), [9 / 2, 7, 5 / 2]);
  });
});

test("a skip connection by hand: each branch gets its share of the sum", () => {
  // a = 6 from the shortcut, b = −2 from the branch, R = 2: 2·6/4 = 3 and 2·−2/4 = −1.
  const [a, b] = [doubles([1, 1], [6]), doubles([1, 1], [-2])];
  const { below, stabilizer } = redistribute(epsilon(0), sumLayer, [a, b], doubles([1, 1], [2]));
  expect(below.map(({ data }) => data[0])).toEqual([3, -1]);
  expect(stabilizer[0]).toBe(0);
});

test("where z and ε are 0 nothing is handed down, and the ledger says so", () => {
  const [a, b] = [doubles([1, 1], [3]), doubles([1, 1], [-3])];
  const { below, stabilizer } = redistribute(epsilon(0), sumLayer, [a, b], doubles([1, 1], [2]));
  expect(below.map(({ data }) => data[0])).toEqual([0, 0]);
  expect(stabilizer[0]).toBe(2);
});
