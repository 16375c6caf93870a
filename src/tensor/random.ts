/** Counter-based random numbers that are split by name.
 *
 *  The n-th number of a stream is a function of (key, n) alone, so streams can be read in any order, on any
 *  thread, and a resumed run continues where it stopped. Keys are split by path: `random(seed).split("trial/0/conv1")`.
 *  Generator: Threefry-2x32, 20 rounds (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"). */

import { cos, log, sin } from "./math.js";

export interface Key {
  readonly high: number;
  readonly low: number;
}

const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;
const PARITY = 0x1bd11bda;

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

/** Threefry-2x32-20: two 32-bit words from a key and a two-word counter. Writes `out[0]`, `out[1]`. */
export function threefry(key: Key, c0: number, c1: number, out: Uint32Array): void {
  const k0 = key.high;
  const k1 = key.low;
  const k2 = k0 ^ k1 ^ PARITY;
  let x0 = (c0 + k0) | 0;
  let x1 = (c1 + k1) | 0;
  for (let round = 0; round < 20; round++) {
    x0 = (x0 + x1) | 0;
    x1 = rotate(x1, ROTATIONS[round & 7]) ^ x0;
    if ((round & 3) === 3) {
      const s = (round + 1) >> 2; // key injection number 1 … 5
      x0 = (x0 + (s % 3 === 0 ? k0 : s % 3 === 1 ? k1 : k2)) | 0;
      x1 = (x1 + (s % 3 === 0 ? k1 : s % 3 === 1 ? k2 : k0) + s) | 0;
    }
  }
  out[0] = x0;
  out[1] = x1;
}

/** A stream of random numbers. Reading advances it; `split` gives an independent stream and leaves it as it is. */
export interface Random {
  readonly key: Key;
  /** The stream named `name` below this one; the same name gives the same stream. */
  split(name: string | number): Random;
  /** The next 32 bits as an unsigned integer. */
  bits(): number;
  /** Uniform in [0, 1), a multiple of 2⁻³². */
  uniform(low?: number, high?: number): number;
  /** Standard normal (Box–Muller). */
  normal(): number;
  /** Uniform integer in [0, n), without bias. */
  below(n: number): number;
  /** 0 … n−1 in random order (Fisher–Yates). */
  permutation(n: number): Int32Array;
}

/** The root stream of a seed: any safe integer, or a string. */
export function random(seed: number | string): Random {
  return stream(mix({ high: 0x6e6f726d, low: 0x6c656e73 }, String(seed)));
}

/** The key reached from `key` by a name: the name's bytes hashed (FNV-1a, twice), then encrypted under the key. */
function mix(key: Key, name: string): Key {
  let h0 = 0x811c9dc5;
  let h1 = 0x050c5d1f;
  for (const byte of new TextEncoder().encode(name)) {
    h0 = Math.imul(h0 ^ byte, 0x01000193);
    h1 = Math.imul(h1 ^ byte, 0x01000193) ^ (h0 >>> 15);
  }
  const out = new Uint32Array(2);
  threefry(key, h0, h1, out);
  return { high: out[0] | 0, low: out[1] | 0 };
}

/** The stream of a key, from its beginning. */
export function stream(key: Key): Random {
  const out = new Uint32Array(2);
  let counter = 0;
  let left = 0;
  let spare: number | undefined;

  const bits = (): number => {
    if (left === 0) {
      // Counter words with the top bit set: disjoint from the counters that name hashes can take only by chance 2⁻³².
      threefry(key, counter++, 0x80000000, out);
      left = 2;
    }
    return out[2 - left--];
  };
  const uniform = (low = 0, high = 1): number => low + (high - low) * (bits() * 2 ** -32);

  return {
    key,
    split: (name) => stream(mix(key, String(name))),
    bits,
    uniform,
    normal() {
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      const radius = Math.sqrt(-2 * log((bits() + 0.5) * 2 ** -32));
      const angle = 2 * Math.PI * uniform();
      spare = radius * sin(angle);
      return radius * cos(angle);
    },
    below(n) {
      const limit = 2 ** 32 - (2 ** 32 % n); // reject the incomplete last interval
      let value = bits();
      while (value >= limit) value = bits();
      return value % n;
    },
    permutation(n) {
      const order = Int32Array.from({ length: n }, (_, i) => i);
      for (let i = n - 1; i > 0; i--) {
        const j = this.below(i + 1);
        const held = order[i];
        order[i] = order[j];
        order[j] = held;
      }
      return order;
    },
  };
}
