/** The engine of all linear rules: for every share, z of the modified layer on the modified input, s = R/z,
 *  c = Wᵀs, and a ⊙ c goes down. */

import type { Numbers, Tensor } from "../../tensor/tensor.js";
import { each, type LinearLayer, type LinearMap } from "./linear-map.js";
import type { LinearRule, Share, Term } from "./rule.js";

/** What became of the relevance of a layer's outputs, per image. */
export interface Redistributed {
  /** One per input of the layer. */
  readonly below: readonly Tensor[];
  readonly bias: Float64Array;
  /** Lost to ε, or to outputs that take part in no share. */
  readonly stabilizer: Float64Array;
}

interface Part {
  readonly term: Term;
  readonly map: LinearMap;
  readonly a: readonly Tensor[];
  readonly z: Tensor;
}

const like = (data: Numbers, length = data.length): Numbers =>
  data instanceof Float64Array ? new Float64Array(length) : new Float32Array(length);

/** Whether a term adds nothing: no input and no bias, as the negative half after a ReLU. */
function isEmpty(a: readonly Tensor[], { bias = [] }: LinearMap): boolean {
  for (let o = 0; o < bias.length; o++) if (bias[o] !== 0) return false;
  return a.every(({ data }) => data.every((v) => v === 0));
}

function partsOf(share: Share, layer: LinearLayer, inputs: readonly Tensor[]): Part[] {
  return share.terms.flatMap((term) => {
    const a = inputs.map((x) => each(x, term.input));
    const map = layer.map(term);
    return isEmpty(a, map) ? [] : [{ term, map, a, z: map.forward(a) }];
  });
}

/** R_below = Σ_shares Σ_terms ± a ⊙ Wᵀs with s = fraction·R / (z + ε·sign z). */
export function redistribute(
  rule: LinearRule,
  layer: LinearLayer,
  inputs: readonly Tensor[],
  R: Tensor,
): Redistributed {
  const [n] = R.shape;
  const K = R.data.length / n;
  const eps = rule.stabilizer ?? 1e-6;
  const below = inputs.map(({ shape, data }) => ({ shape, data: like(data) }));
  const bias = new Float64Array(n);
  const stabilizer = new Float64Array(n);
  const isConditional = rule.shares.some(({ when }) => when !== undefined);
  const whole = isConditional ? layer.map(UNCHANGED).forward(inputs).data : undefined;
  const handed = isConditional ? new Uint8Array(R.data.length) : undefined;

  for (const share of rule.shares) {
    const { fraction = 1, when } = share;
    const parts = partsOf(share, layer, inputs);
    const z = new Float64Array(R.data.length);
    for (const { term, z: part } of parts)
      for (let i = 0; i < z.length; i++) z[i] += (term.sign ?? 1) * part.data[i];
    const s = { shape: R.shape, data: like(R.data) };
    for (let i = 0; i < z.length; i++) {
      if (whole && when && !(when === "positive" ? whole[i] > 0 : whole[i] < 0)) continue;
      if (handed) handed[i] = 1;
      const added = z[i] < 0 ? -eps : eps;
      const share = fraction * R.data[i];
      if (z[i] + added !== 0) s.data[i] = share / (z[i] + added);
      // What is not in z·s is in ε·s; with z = ε = 0 nothing can be handed down at all.
      stabilizer[Math.floor(i / K)] += share - s.data[i] * z[i];
    }
    for (const part of parts) handDown(part, s, below, bias);
  }
  if (handed)
    handed.forEach((was, i) => {
      if (!was) stabilizer[Math.floor(i / K)] += R.data[i];
    });
  return { below, bias, stabilizer };
}

const UNCHANGED: Term = {};

/** Adds ± a ⊙ Wᵀs to what goes below, and ± Σ b·s to what the bias keeps. */
function handDown(
  { term, map, a }: Part,
  s: Tensor,
  below: readonly Tensor[],
  bias: Float64Array,
): void {
  const sign = term.sign ?? 1;
  const K = s.data.length / s.shape[0];
  map.backward(s).forEach((c, k) => {
    const { data } = below[k];
    for (let j = 0; j < data.length; j++) data[j] += sign * a[k].data[j] * c.data[j];
  });
  const b = map.bias;
  if (!b) return;
  // One b per output, or per channel over all its pixels; elementwise layers have one for every image too.
  const isPerImage = b.length === s.data.length;
  const run = K / b.length;
  for (let i = 0; i < s.data.length; i++)
    bias[Math.floor(i / K)] += sign * s.data[i] * b[isPerImage ? i : Math.floor((i % K) / run)];
}
