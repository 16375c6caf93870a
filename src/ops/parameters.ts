/** Initial values and memory layouts that several ops' parameters share. */

import type { Random } from "../tensor/random.js";
import { type Layout, order } from "./layout.js";
import type { ParameterSpec } from "./op.js";

/** Glorot & Bengio 2010: uniform in ±√(6/(fanIn + fanOut)). Keras' default for convolutions and dense layers. */
export function glorotUniform(
  random: Random,
  count: number,
  fanIn: number,
  fanOut: number,
): Float32Array {
  const limit = Math.sqrt(6 / (fanIn + fanOut));
  return Float32Array.from({ length: count }, () => random.uniform(-limit, limit));
}

/** A vector with one number per channel of a layout: bias, γ, β, running statistics. */
export function perChannel(
  l: Layout,
  name: string,
  { initial = 0, trainable = true }: { initial?: number; trainable?: boolean } = {},
): ParameterSpec {
  return {
    name,
    shape: [l.C],
    trainable,
    decays: false,
    init: () => new Float32Array(l.C).fill(initial),
    size: l.cs,
    positions: () => order({ ...l, shape: [l.C], H: 1, W: 1 }),
  };
}
