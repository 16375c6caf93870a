/** Random networks for property tests: both orders of batch norm and ReLU, residual blocks, stride, padding, groups,
 *  every pooling; γ of both signs and zero, σ² small against ε, biases of both signs. float64. */

import fc from "fast-check";
import * as layers from "../../src/model/build.js";
import { type GraphBuilder, graph, type Layer } from "../../src/model/build.js";
import { type Graph, initialise, type Model } from "../../src/model/model.js";
import { random } from "../../src/tensor/random.js";
import { size, type Tensor, tensor } from "../../src/tensor/tensor.js";

const {
  add,
  avgPool2d,
  batchNorm,
  conv2d,
  convTranspose2d,
  dense,
  dropout,
  flatten,
  globalAvgPool,
  interpolate2d,
  maxPool2d,
  relu,
  unevenMaxPool2d,
} = layers;

const EPSILON = 1e-2;
const bn = (id?: string) => batchNorm({ epsilon: EPSILON, ...(id ? { id } : {}) });

/** Gives every parameter values without structure. Signs of poolings and clamps stay signs. */
export function scramble(g: Graph, seed: number | string, zeroGamma = 0.15): Model {
  const model = initialise(g, random(seed));
  const stream = random(seed).split("scramble");
  const value = (key: string, old: number): number => {
    if (key.endsWith("Variance")) return stream.uniform() < 0.3 ? 2e-3 : stream.uniform(0.1, 1.5);
    if (key.endsWith("gamma"))
      return stream.uniform() < zeroGamma ? 0 : stream.normal() + (stream.below(2) ? 0.5 : -0.5);
    if (key.endsWith("sign")) return 1 - 2 * stream.below(2);
    return key.endsWith("weight") ? old : 0.5 * stream.normal();
  };
  const parameters = Object.fromEntries(
    Object.entries(model.parameters).map(([key, { shape, data }]) => [
      key,
      tensor(
        shape,
        Float64Array.from(data, (old) => value(key, old)),
      ),
    ]),
  );
  return { ...model, parameters };
}

export const noise = (shape: readonly number[], name: string | number): Tensor => {
  const stream = random(name);
  return tensor(
    shape,
    Float64Array.from({ length: size(shape) }, () => stream.normal()),
  );
};

/** One block of layers after `from`; C is the number of channels of `from`. */
type Block = (g: GraphBuilder, from: string, C: number) => { id: string; C: number };

const chain = (g: GraphBuilder, from: string, list: readonly Layer[]): string =>
  list.reduce((last, layer) => g.node(layer, last), from);
const one =
  (list: (C: number) => readonly Layer[], channels: (C: number) => number): Block =>
  (g, from, C) => ({ id: chain(g, from, list(C)), C: channels(C) });
const same = (C: number) => C;

export const blocks = {
  convNormRelu: one(
    () => [conv2d({ filters: 5, kernel: 3, padding: 1, bias: false }), bn(), relu()],
    () => 5,
  ),
  convReluNorm: one(
    () => [conv2d({ filters: 4, kernel: 3, padding: 1 }), relu(), bn()],
    () => 4,
  ),
  convReluNormPool: one(
    () => [
      conv2d({ filters: 3, kernel: 2, padding: [1, 0, 0, 1] }),
      relu(),
      bn(),
      maxPool2d({ size: 2, stride: 1 }),
    ],
    () => 3,
  ),
  normReluConv: one(
    () => [bn(), relu(), conv2d({ filters: 4, kernel: 3, padding: [1, 0, 0, 1], stride: 2 })],
    () => 4,
  ),
  strided: one(
    () => [bn(), conv2d({ filters: 3, kernel: 3, padding: 1, stride: 2 })],
    () => 3,
  ),
  unpadded: one(
    () => [relu(), bn(), conv2d({ filters: 3, kernel: 2 })],
    () => 3,
  ),
  dilated: one(
    () => [bn(), conv2d({ filters: 4, kernel: 2, dilation: 2, padding: 1 })],
    () => 4,
  ),
  depthwise: one(
    (C) => [
      relu(),
      bn(),
      conv2d({ filters: 2 * C, kernel: 3, padding: 1, groups: C }),
      bn(),
      relu(),
    ],
    (C) => 2 * C,
  ),
  transposed: one(
    () => [convTranspose2d({ filters: 3, kernel: 2, stride: 2, padding: [1, 0, 0, 2] }), bn()],
    () => 3,
  ),
  normTransposed: one(
    (C) => [
      bn(),
      convTranspose2d({ filters: 2 * C, kernel: 3, groups: C, padding: 1, stride: [1, 2] }),
      bn(),
    ],
    (C) => 2 * C,
  ),
  twoNorms: one(
    () => [conv2d({ filters: 4, kernel: 1 }), relu(), bn(), bn()],
    () => 4,
  ),
  twoNormsBack: one(
    () => [conv2d({ filters: 4, kernel: 1 }), bn(), bn(), relu()],
    () => 4,
  ),
  normThenMean: one(() => [bn(), avgPool2d({ size: 2, stride: 1 }), dropout()], same),
  meanThenNorm: one(
    () => [conv2d({ filters: 3, kernel: 1 }), avgPool2d({ size: 2, stride: 1 }), bn(), relu()],
    () => 3,
  ),
  enlarged: one(
    () => [conv2d({ filters: 3, kernel: 1 }), interpolate2d({ size: [11, 9] }), bn(), relu()],
    () => 3,
  ),
  normThenEnlarged: one(
    () => [bn(), interpolate2d({ size: [10, 8], coordinates: "align_corners" }), dropout()],
    same,
  ),
  oblongPool: one(
    () => [
      conv2d({ filters: 3, kernel: 1 }),
      interpolate2d({ size: [10, 17] }),
      unevenMaxPool2d({ size: [3, 2], stride: [1, 2], dilation: [1, 2], padding: [1, 0, 0, 1] }),
      bn(),
    ],
    () => 3,
  ),
  paddedPool: one(() => [relu(), bn(), maxPool2d({ size: 3, stride: 2, padding: 1 })], same),
  residual(g, from, C) {
    const inner = [bn(), relu(), conv2d({ filters: C, kernel: 3, padding: 1, bias: false }), bn()];
    const first = g.node(conv2d({ filters: C, kernel: 3, padding: 1, bias: false }), from);
    return { id: g.node(relu(), g.node(add(), chain(g, first, inner), from)), C };
  },
  preActivation(g, from, C) {
    const branch = chain(g, from, [bn(), relu(), conv2d({ filters: C, kernel: 3, padding: 1 })]);
    return { id: g.node(add(), branch, from), C };
  },
} as const satisfies Record<string, Block>;

export type BlockName = keyof typeof blocks;
const names = Object.keys(blocks) as BlockName[];

export interface Recipe {
  readonly blocks: readonly BlockName[];
  readonly mean: boolean;
  readonly headNorm: boolean;
  readonly seed: number;
}

export const recipes: fc.Arbitrary<Recipe> = fc.record({
  blocks: fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }),
  mean: fc.boolean(),
  headNorm: fc.boolean(),
  seed: fc.integer({ min: 0, max: 1e6 }),
});

export function build({ blocks: list, mean, headNorm }: Recipe): Graph {
  const g = graph([2, 9, 8]);
  let at = { id: g.input, C: 2 };
  // A map that ends at the input of a residual sum has nobody to take it up: begin every sum with a layer of its own.
  for (const name of list) {
    const block: Block = blocks[name];
    const sums = name === "residual" || name === "preActivation";
    const from = sums ? g.node(conv2d({ filters: at.C, kernel: 1 }), at.id) : at.id;
    at = block(g, from, at.C);
  }
  const flat = g.node(flatten(), mean ? g.node(globalAvgPool(), at.id) : at.id);
  const head = g.node(dense({ units: 4, id: "head" }), headNorm ? g.node(bn(), flat) : flat);
  return g.output(headNorm ? g.node(bn("last"), head) : head);
}
