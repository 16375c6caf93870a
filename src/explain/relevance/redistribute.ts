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
    const parts = partsOf(share, layer, inputs);
    const z = denominators(parts, R.data);
    const s = { shape: R.shape, data: like(R.data) };
    const { fraction = 1, when } = share;
    const takesPart = whole && when ? handedOver(whole, when, handed) : undefined;
    for (let image = 0; image < n; image++)
      stabilizer[image] += divide(s.data, z, R.data, { image, K, fraction, eps }, takesPart);
    for (const part of parts) handDown(part, s, below, bias);
  }
  handed?.forEach((was, i) => {
    if (!was) stabilizer[Math.floor(i / K)] += R.data[i];
  });
  return { below, bias, stabilizer };
}

/** Σ ± z over the terms. */
function denominators(parts: readonly Part[], R: Numbers): Numbers {
  if (parts.length === 1 && parts[0].term.sign !== -1) return parts[0].z.data;
  const z = like(R);
  for (const { term, z: part } of parts) {
    const sign = term.sign ?? 1;
    for (let i = 0; i < z.length; i++) z[i] += sign * part.data[i];
  }
  return z;
}

/** 1 for the outputs whose z has the sign asked for; noted in `handed` too. */
function handedOver(
  whole: Numbers,
  when: "positive" | "negative",
  handed: Uint8Array | undefined,
): Uint8Array {
  const takesPart = new Uint8Array(whole.length);
  for (let i = 0; i < whole.length; i++)
    if (when === "positive" ? whole[i] > 0 : whole[i] < 0) takesPart[i] = 1;
  handed?.forEach((_, i) => {
    handed[i] |= takesPart[i];
  });
  return takesPart;
}

/** s = fraction·R / (z + ε·sign z) for one image; returns what ε took: what is not in z·s. With z = ε = 0 nothing can
 *  be handed down at all. */
function divide(
  s: Numbers,
  z: Numbers,
  R: Numbers,
  { image, K, fraction, eps }: { image: number; K: number; fraction: number; eps: number },
  takesPart: Uint8Array | undefined,
): number {
  let lost = 0;
  for (let i = image * K; i < (image + 1) * K; i++) {
    if (takesPart && takesPart[i] === 0) continue;
    const stable = z[i] < 0 ? z[i] - eps : z[i] + eps;
    const all = fraction * R[i];
    if (stable !== 0) s[i] = all / stable;
    lost += all - s[i] * z[i];
  }
  return lost;
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
  for (const [k, c] of map.backward(s).entries())
    addProduct(sign, a[k].data, c.data, below[k].data);
  if (!map.bias) return;
  // One b per output, or per channel over all its pixels; elementwise layers have one for every image too.
  const { bias: b } = map;
  const isPerImage = b.length === s.data.length;
  const run = K / b.length;
  for (let n = 0; n < s.shape[0]; n++) {
    let kept = 0;
    for (let i = 0; i < K; i++)
      kept += s.data[n * K + i] * b[isPerImage ? n * K + i : run === 1 ? i : Math.floor(i / run)];
    bias[n] += sign * kept;
  }
}

/** to += sign · a ⊙ c. */
function addProduct(sign: number, a: Numbers, c: Numbers, to: Numbers): void {
  for (let j = 0; j < to.length; j++) to[j] += sign * a[j] * c[j];
}
