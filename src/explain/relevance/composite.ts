/** Which rule where: ordered lists, the first match wins. A layer that nothing matches is an error, never a default. */

import type { Node } from "../../model/model.js";
import type { OpKind } from "../../ops/index.js";
import { fail } from "../../tensor/errors.js";
import type { Rule } from "./rule.js";
import {
  absolute,
  alongGradient,
  alphaBeta,
  epsilon,
  flat,
  generalizedGamma,
  pass,
  zBox,
  zPlus,
} from "./rules.js";

/** A rule and the layers that it is for: all conditions given must hold. */
export interface Entry {
  readonly id?: string;
  readonly kinds?: readonly OpKind[];
  /** Only convolutions and dense layers with none of their kind before them. */
  readonly first?: true;
  readonly rule: Rule;
}

/** An ordered list of entries. */
export type Composite = readonly Entry[];

const convolving: readonly OpKind[] = ["conv2d", "convTranspose2d"];
const weights: readonly OpKind[] = [...convolving, "dense"];

const convolutions = (rule: Rule): Entry => ({ kinds: convolving, rule });
const denseLayers = (rule: Rule): Entry => ({ kinds: ["dense"], rule });
const firstLayer = (rule: Rule): Entry => ({ kinds: weights, first: true, rule });

/** The presets, by name; menus, explainers and tests read this. */
export const composites = {
  /** ε everywhere. */
  epsilon: [{ kinds: weights, rule: epsilon() }],
  /** z⁺ on convolutions, ε on dense layers. */
  epsilonPlus: [convolutions(zPlus()), denseLayers(epsilon())],
  /** The same, flat on the first layer. */
  epsilonPlusFlat: [firstLayer(flat()), convolutions(zPlus()), denseLayers(epsilon())],
  /** α2β1 on convolutions, ε on dense layers. */
  epsilonAlpha2Beta1: [convolutions(alphaBeta(2, 1)), denseLayers(epsilon())],
  /** The same, flat on the first layer. */
  epsilonAlpha2Beta1Flat: [
    firstLayer(flat()),
    convolutions(alphaBeta(2, 1)),
    denseLayers(epsilon()),
  ],
  /** γ on convolutions, ε on dense layers, zᴮ for pixels in [0, 1] on the first layer. */
  epsilonGammaBox: [
    firstLayer(zBox(0, 1)),
    convolutions(generalizedGamma(0.25)),
    denseLayers(epsilon()),
  ],
} as const satisfies Record<string, Composite>;

export type CompositeName = keyof typeof composites;

/** What every composite does with ops that have no weights. `undefined`: it must be chosen.
 *  Sums and means hand down by contribution: each input gets its share of the value. */
const structure: Readonly<Record<OpKind, Rule | undefined>> = {
  conv2d: undefined,
  convTranspose2d: undefined,
  dense: undefined,
  batchNorm: undefined,
  groupNorm: undefined,
  layerNorm: undefined,
  instanceNorm: undefined,
  relu: pass(),
  leakyRelu: pass(),
  clip: pass(),
  sigmoid: pass(),
  tanh: pass(),
  elu: pass(),
  gelu: pass(),
  clamp: pass(),
  maxPool2d: alongGradient(),
  signedMaxPool2d: alongGradient(),
  unevenMaxPool2d: alongGradient(),
  avgPool2d: epsilon(),
  unevenAvgPool2d: epsilon(),
  globalAvgPool: epsilon(),
  interpolate2d: epsilon(),
  add: epsilon(),
  multiply: epsilon(),
  concat: epsilon(),
  pad: epsilon(),
  slice: epsilon(),
  transpose: epsilon(),
  reshape: pass(),
  biasMap: epsilon(),
  flatten: pass(),
  softmax: pass(),
  dropout: pass(),
  channelNoise: pass(),
};

/** Whether rules for linear layers fit ops of a kind: those that only transport relevance are not linear. */
export const takesLinearRules = (kind: OpKind): boolean => {
  const rule = structure[kind];
  return rule === undefined || "shares" in rule;
};

/** How batch norm is handled.
 *  - `fold`: it is merged into its neighbours first, and the relevance is that of the folded model.
 *  - `affine`: a linear layer under ε, whose shift keeps a part.
 *  - `pass`: relevance goes through as if it were not there.
 *  - `absolute`: |s·x| against |t|, without regard to sign. */
export const batchNormWays = ["fold", "affine", "pass", "absolute"] as const;
export type BatchNormWay = (typeof batchNormWays)[number];

const batchNormRules: Readonly<Record<Exclude<BatchNormWay, "fold">, Rule>> = {
  affine: epsilon(),
  pass: pass(),
  absolute: absolute(),
};

/** The entries for batch norm under a way of handling it. */
export const batchNormEntries = (way: BatchNormWay): Composite =>
  way === "fold" ? [] : [{ kinds: ["batchNorm"], rule: batchNormRules[way] }];

/** The rule for a node. Refuses a node that nothing matches. */
export function ruleFor(node: Node, isFirst: boolean, entries: Composite): Rule {
  const found = entries.find(
    ({ id, kinds, first }) =>
      (id === undefined || id === node.id) &&
      (kinds === undefined || kinds.includes(node.kind)) &&
      (first === undefined || isFirst),
  );
  const rule = found?.rule ?? structure[node.kind];
  if (rule) return rule;
  const choices = node.kind.endsWith("Norm") ? "epsilon(), absolute() or pass()" : "epsilon()";
  return fail(
    "option",
    `relevance: no rule matches ${node.kind} "${node.id}"; add one, e.g. rules: [{ kinds: ["${node.kind}"], rule }] with ${choices}`,
  );
}
