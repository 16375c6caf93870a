/** Initial values and memory layouts that several ops' parameters share. */

import type { Random } from "../tensor/random.js";
import { type Layout, runsOf } from "./layout.js";
import { CHUNKS, type Emit, images, type ParameterSpec, type Place } from "./op.js";

/** Glorot & Bengio 2010: uniform in ±√(6/(fanIn + fanOut)). Keras' default for convolutions and dense layers. */
export function glorotUniform(
  random: Random,
  count: number,
  fanIn: number,
  fanOut: number,
): Float32Array {
  const limit = Math.sqrt(6 / (fanIn + fanOut));
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = random.uniform(-limit, limit);
  return values;
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
    memory: { size: l.cs, runs: (run) => runsOf({ ...l, shape: [l.C], H: 1, W: 1 }, run) },
  };
}

/** Gradient of a bias: the sum of dy over images and pixels, per chunk and then in chunk order. */
export function sumOverPixels(c: Emit<unknown>, db: Place, pixels: number): void {
  const { cs } = c.output;
  const sums = c.perChunk("biasSums", cs);
  c.beforeChunk("fill", sums, cs, 0);
  c.each("channelSums", c.dy, sums, images(pixels), cs);
  c.late(cs, "sumParts", sums, CHUNKS, cs, db, "lo", "hi");
}
