/** How a convolution's result is written: as it is or rectified; or, as part of a gradient, added to what is there and
 *  stopped where a ReLU was 0. */

import { positive } from "./memory";

/** `sums`: a gradient. `mask`: distance from `to` to the output of the ReLU that it passes, or 0 for none. */
// @ts-ignore: decorator
@inline
export function put(sums: bool, to: usize, v: v128, relu: i32, adds: i32, mask: usize): void {
  if (!sums) {
    v128.store(to, relu ? positive(v) : v);
    return;
  }
  if (adds) v = f32x4.add(v128.load(to), v);
  if (mask) v = v128.and(v, f32x4.gt(v128.load(to + mask), f32x4.splat(0)));
  v128.store(to, v);
}
