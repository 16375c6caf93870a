/** Optimiser steps, elementwise. */

import { at } from "./memory";

/** Moves m and v at byte offset i towards g and g², and returns (m/(√v + ε))·scale. */
// @ts-ignore: decorator
@inline
function adamStep(
  g: v128, m: usize, v: usize, oneMinusBeta1: v128, oneMinusBeta2: v128, epsilon: v128, scale: v128,
): v128 {
  let first = v128.load(m);
  let second = v128.load(v);
  first = f32x4.add(first, f32x4.mul(oneMinusBeta1, f32x4.sub(g, first)));
  second = f32x4.add(second, f32x4.mul(oneMinusBeta2, f32x4.sub(f32x4.mul(g, g), second)));
  v128.store(m, first);
  v128.store(v, second);
  return f32x4.mul(f32x4.div(first, f32x4.add(f32x4.sqrt(second), epsilon)), scale);
}

export function scaleByAdam(
  g: i32, m: i32, v: i32, u: i32, lo: i32, hi: i32,
  oneMinusBeta1: f32, oneMinusBeta2: f32, epsilon: f32, scalars: i32,
): void {
  const b1 = f32x4.splat(oneMinusBeta1);
  const b2 = f32x4.splat(oneMinusBeta2);
  const e = f32x4.splat(epsilon);
  const scale = v128.load32_splat(at(scalars));
  for (let i = at(lo); i < at(hi); i += 16) {
    const update = adamStep(v128.load(at(g) + i), at(m) + i, at(v) + i, b1, b2, e, scale);
    v128.store(at(u) + i, update);
  }
}

export function adam(
  p: i32, g: i32, m: i32, v: i32, lo: i32, hi: i32,
  oneMinusBeta1: f32, oneMinusBeta2: f32, epsilon: f32, scalars: i32, rate: i32,
): void {
  const b1 = f32x4.splat(oneMinusBeta1);
  const b2 = f32x4.splat(oneMinusBeta2);
  const e = f32x4.splat(epsilon);
  const scale = v128.load32_splat(at(scalars));
  const learningRate = v128.load32_splat(at(rate));
  for (let i = at(lo); i < at(hi); i += 16) {
    const update = adamStep(v128.load(at(g) + i), at(m) + i, at(v) + i, b1, b2, e, scale);
    v128.store(at(p) + i, f32x4.sub(v128.load(at(p) + i), f32x4.mul(learningRate, update)));
  }
}

export function addDecayed(u: i32, p: i32, lo: i32, hi: i32, decay: f32): void {
  const d = f32x4.splat(decay);
  for (let i = at(lo); i < at(hi); i += 16)
    v128.store(at(u) + i, f32x4.add(v128.load(at(u) + i), f32x4.mul(d, v128.load(at(p) + i))));
}

export function trace(u: i32, t: i32, lo: i32, hi: i32, momentum: f32, nesterov: i32): void {
  const keep = f32x4.splat(momentum);
  for (let i = at(lo); i < at(hi); i += 16) {
    const update = v128.load(at(u) + i);
    const next = f32x4.add(f32x4.mul(keep, v128.load(at(t) + i)), update);
    v128.store(at(t) + i, next);
    v128.store(at(u) + i, nesterov ? f32x4.add(f32x4.mul(keep, next), update) : next);
  }
}

export function descend(p: i32, u: i32, lo: i32, hi: i32, scalars: i32): void {
  const rate = v128.load32_splat(at(scalars));
  for (let i = at(lo); i < at(hi); i += 16)
    v128.store(at(p) + i, f32x4.sub(v128.load(at(p) + i), f32x4.mul(rate, v128.load(at(u) + i))));
}
