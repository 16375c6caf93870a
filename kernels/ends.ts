/** What happens to a convolution's result as it is written, so that no other pass over it is needed: it is normalised
 *  with statistics known before, an image is added, it is rectified; as part of a gradient, it is stopped where a ReLU
 *  was 0. The same operations in the same order as those of the kernels that do one of them alone. */

import { at, positive } from "./memory";

/** In place of a distance: nothing is added. (A distance is a multiple of 4, and 0 if a result is added to what it
 *  replaces.) */
export const NOTHING: usize = 1;

/** Distance from `y` to what is added. */
// @ts-ignore: decorator
@inline
export function distance(y: i32, residual: i32): usize {
  return residual < 0 ? NOTHING : at(residual) - at(y);
}

/** (x − μ)·r·γ + β */
// @ts-ignore: decorator
@inline
export function normalised(x: v128, mu: v128, r: v128, gamma: v128, beta: v128): v128 {
  return f32x4.add(f32x4.mul(f32x4.mul(f32x4.sub(x, mu), r), gamma), beta);
}

/** min(max(v, 0), relu), NaN kept. */
// @ts-ignore: decorator
@inline
export function rectified(v: v128, relu: f32): v128 {
  return f32x4.pmin(positive(v), f32x4.splat(relu));
}

/** `norm`: for every four channels the vectors μ, r, γ, β; or −1. o: offset of the channels in bytes. `residual`:
 *  distance from `to` to what is added, or NOTHING. `relu`: 0, or the largest value of a ReLU. */
// @ts-ignore: decorator
@inline
export function ended(v: v128, o: usize, to: usize, norm: i32, residual: usize, relu: f32): v128 {
  if (norm >= 0) {
    const row = at(norm) + (o << 2);
    v = normalised(v, v128.load(row), v128.load(row, 16), v128.load(row, 32), v128.load(row, 48));
  }
  if (residual != NOTHING) v = f32x4.add(v, v128.load(to + residual));
  return relu > 0 ? rectified(v, relu) : v;
}

/** The same for a gradient, stopped where a ReLU was 0. `mask`: distance from `to` to that ReLU's output, or 0. */
// @ts-ignore: decorator
@inline
export function put(
  sums: bool, to: usize, v: v128, o: usize, norm: i32, residual: usize, relu: f32, mask: usize,
): void {
  if (!sums) {
    v128.store(to, relu > 0 ? rectified(v, relu) : v);
    return;
  }
  v = ended(v, o, to, norm, residual, relu);
  if (mask) v = v128.and(v, f32x4.gt(v128.load(to + mask), f32x4.splat(0)));
  v128.store(to, v);
}
