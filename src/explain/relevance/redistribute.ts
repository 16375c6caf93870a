/** The engine of all linear rules: for every share, z of the modified layer on the modified input, s = R/z,
 *  c = Wᵀs, and a ⊙ c goes down. */

import type { Numbers, Tensor } from "../../tensor/tensor.js";
import { zeros } from "../arrays.js";
import { each, type LinearLayer, type LinearMap } from "./linear-map.js";
import { type LinearRule, negative, positive, type Share, type Term } from "./rule.js";

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

/** Which signs an input has. */
interface Signs {
  readonly above: boolean;
  readonly below: boolean;
}

function signsOf({ data }: Tensor): Signs {
  let above = false;
  let below = false;
  for (let i = 0; i < data.length && !(above && below); i++) {
    above ||= data[i] > 0;
    below ||= data[i] < 0;
  }
  return { above, below };
}

/** The input as a term sees it: itself if that is the same, undefined if it is known to be 0. */
function seen(x: Tensor, { input }: Term, { above, below }: Signs): Tensor | undefined {
  if (input === undefined) return above || below ? x : undefined;
  if (input === positive && !(above && below)) return above ? x : undefined;
  if (input === negative && !(above && below)) return below ? x : undefined;
  return each(x, input);
}

const hasBias = ({ bias = [] }: LinearMap): boolean => {
  for (let o = 0; o < bias.length; o++) if (bias[o] !== 0) return true;
  return false;
};

/** The terms that add something; a negative half after a ReLU does not. */
function partsOf(
  share: Share,
  layer: LinearLayer,
  inputs: readonly Tensor[],
  signs: readonly Signs[],
): Part[] {
  return share.terms.flatMap((term) => {
    const map = layer.map(term);
    const halves = inputs.map((x, k) => seen(x, term, signs[k]));
    if (halves.every((half) => half === undefined) && !hasBias(map)) return [];
    const a = halves.map((half, k) => half ?? zeros(inputs[k]));
    return [{ term, map, a, z: map.forward(a) }];
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
  const signs = inputs.map(signsOf);
  const below: (Tensor | undefined)[] = inputs.map(() => undefined);
  const bias = new Float64Array(n);
  const stabilizer = new Float64Array(n);
  const isConditional = rule.shares.some(({ when }) => when !== undefined);
  const whole = isConditional ? layer.map(UNCHANGED).forward(inputs).data : undefined;
  const handed = isConditional ? new Uint8Array(R.data.length) : undefined;

  for (const share of rule.shares) {
    const parts = partsOf(share, layer, inputs, signs);
    const z = denominators(parts, R.data);
    const s = { shape: R.shape, data: like(R.data) };
    const { fraction = 1, when } = share;
    const takesPart = whole && when ? handedOver(whole, when, handed) : undefined;
    for (let image = 0; image < n; image++)
      stabilizer[image] += divide(s.data, z, R.data, { image, K, fraction, eps }, takesPart);
    for (const part of parts) handDown(part, s, below, bias);
  }
  if (handed)
    for (let image = 0, i = 0; image < n; image++)
      for (const end = i + K; i < end; i++) if (handed[i] === 0) stabilizer[image] += R.data[i];
  return { below: inputs.map((x, k) => below[k] ?? zeros(x)), bias, stabilizer };
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
  const sign = when === "positive" ? 1 : -1;
  for (let i = 0; i < whole.length; i++)
    if (sign * whole[i] > 0) {
      takesPart[i] = 1;
      if (handed) handed[i] = 1;
    }
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
  below: (Tensor | undefined)[],
  bias: Float64Array,
): void {
  const sign = term.sign ?? 1;
  for (const [k, c] of map.backward(s).entries()) {
    const { shape, data } = a[k];
    below[k] = { shape, data: plusProduct(sign, data, c.data, below[k]?.data) };
  }
  if (!map.bias) return;
  const [n] = s.shape;
  for (let image = 0; image < n; image++) bias[image] += sign * keptBy(map.bias, s.data, image, n);
}

/** Σ b·s over the outputs of one image: one b per output, or per channel over all its pixels; elementwise layers have
 *  one for every image too. */
function keptBy(b: ArrayLike<number>, s: Numbers, image: number, n: number): number {
  const K = s.length / n;
  const first = b.length === s.length ? image * K : 0;
  const count = b.length === s.length ? K : b.length;
  const run = K / count;
  let kept = 0;
  for (let o = 0, i = image * K; o < count; o++) {
    let sum = 0;
    for (const end = i + run; i < end; i++) sum += s[i];
    kept += sum * b[first + o];
  }
  return kept;
}

/** to + sign · a ⊙ c, in `to` if that is there. */
function plusProduct(sign: number, a: Numbers, c: Numbers, to: Numbers | undefined): Numbers {
  if (to) {
    for (let j = 0; j < to.length; j++) to[j] += sign * a[j] * c[j];
    return to;
  }
  const product = like(a);
  for (let j = 0; j < product.length; j++) product[j] = 0 + sign * a[j] * c[j]; // never −0
  return product;
}
