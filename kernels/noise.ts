/** Random numbers in training: Threefry-2x32-20, four counters at a time. */

import { at } from "./memory";

// @ts-ignore: decorator
@inline
function rotate(x: v128, by: i32): v128 {
  return v128.or(i32x4.shl(x, by), i32x4.shr_u(x, 32 - by));
}

/** Rotation of round r: 13, 15, 26, 6, 17, 29, 16, 24, a byte each. */
// @ts-ignore: decorator
@inline
function rotation(r: i32): i32 {
  return <i32>((<u64>0x18101d11061a0f0d >> (<u64>(r & 7) << 3)) & 31);
}

/** First words of the counters (c0, c1). */
function threefry(k0: i32, k1: i32, c0: i32, c1: v128): v128 {
  const k2 = k0 ^ k1 ^ 0x1bd11bda;
  let x0 = i32x4.splat(c0 + k0);
  let x1 = i32x4.add(c1, i32x4.splat(k1));
  for (let round = 0; round < 20; round++) {
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotate(x1, rotation(round)), x0);
    if ((round & 3) == 3) {
      const s = (round + 1) >> 2;
      const a = s % 3;
      x0 = i32x4.add(x0, i32x4.splat(a == 0 ? k0 : a == 1 ? k1 : k2));
      x1 = i32x4.add(x1, i32x4.splat((a == 0 ? k1 : a == 1 ? k2 : k0) + s));
    }
  }
  return x0;
}

// @ts-ignore: decorator
@inline
function word(address: i32): i32 {
  return (<i32>load<f32>(at(address)) << 16) | <i32>load<f32>(at(address + 1));
}

export function dropoutMask(
  mask: i32, first: i32, n: i32, count: i32, rate: f64, keyAt: i32, stepAt: i32,
): void {
  const k0 = word(keyAt);
  const k1 = word(keyAt + 2);
  const step = <i32>load<f32>(at(stepAt));
  const keep = f32x4.splat(<f32>(1 / (1 - rate)));
  // u·2⁻³² < rate drops an element: the smallest word that keeps it.
  const threshold = i32x4.splat(<i32>(<u32>min<f64>(ceil(rate * 4294967296), 4294967295)));
  const start = first * count;
  const total = n * count;
  let i = 0;
  for (; i + 4 <= total; i += 4) {
    const counters = i32x4.add(i32x4.splat(start + i), i32x4(0, 1, 2, 3));
    const kept = i32x4.ge_u(threefry(k0, k1, step, counters), threshold);
    v128.store(at(mask + i), v128.and(keep, kept));
  }
  if (i < total) {
    const counters = i32x4.add(i32x4.splat(start + i), i32x4(0, 1, 2, 3));
    let v = v128.and(keep, i32x4.ge_u(threefry(k0, k1, step, counters), threshold));
    for (; i < total; i++) {
      store<f32>(at(mask + i), f32x4.extract_lane(v, 0));
      v = i32x4.shuffle(v, v, 1, 2, 3, 0);
    }
  }
}

/** u = word·2⁻³² of lane `lane`. */
// @ts-ignore: decorator
@inline
function uniform(words: v128, lane: i32): f64 {
  const word = lane == 0
    ? i32x4.extract_lane(words, 0)
    : lane == 1
      ? i32x4.extract_lane(words, 1)
      : lane == 2
        ? i32x4.extract_lane(words, 2)
        : i32x4.extract_lane(words, 3);
  return <f64>(<u32>word) / 4294967296;
}

export function channelNoise(
  shift: i32, scale: i32, first: i32, n: i32, C: i32, cs: i32, range: f64, excess: f64,
  spread: f64, scaleSpread: f64, keyAt: i32, stepAt: i32,
): void {
  const k0 = word(keyAt);
  const k1 = word(keyAt + 2);
  const step = <i32>load<f32>(at(stepAt));
  const lanes = i32x4(0, 1, 2, 3);
  for (let c = 0; c < cs; c += 4) {
    const u1 = threefry(k0, k1, step, i32x4.add(i32x4.splat(c), lanes));
    const u2 = threefry(k0, k1, step, i32x4.add(i32x4.splat(cs + c), lanes));
    for (let j = 0; j < n; j++) {
      const row = 2 * cs * (first + j + 1) + c;
      const u3 = threefry(k0, k1, step, i32x4.add(i32x4.splat(row), lanes));
      const u4 = threefry(k0, k1, step, i32x4.add(i32x4.splat(row + cs), lanes));
      const to = j * cs + c;
      for (let k = 0; k < 4; k++) {
        if (c + k >= C) {
          store<f32>(at(shift + to + k), 0);
          store<f32>(at(scale + to + k), 0);
          continue;
        }
        const m = (2 * uniform(u1, k) - 1) * range + (2 * uniform(u3, k) - 1) * spread;
        const s = 1 + uniform(u2, k) * excess + (2 * uniform(u4, k) - 1) * scaleSpread;
        store<f32>(at(shift + to + k), <f32>(-m / s));
        store<f32>(at(scale + to + k), <f32>s);
      }
    }
  }
}
