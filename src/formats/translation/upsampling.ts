/** Images at another size: pixels repeated by whole factors, or linear between pixels. */

import type { Interpolate2d } from "../../ops/interpolate2d.js";
import { tensor } from "../../tensor/tensor.js";
import type { Translation } from "./translation.js";
import type { Origin, Value } from "./value.js";

type Pair = readonly [number, number];

/** Every pixel repeated: a transposed convolution of ones, channel by channel, whose windows stand side by side. Exactly
 *  that, under every rule too: each output has one input. */
export function repeatedPixels(t: Translation, n: Origin, x: Value, factors: Pair): Value {
  const [down, across] = factors;
  if (down * across === 1) return x;
  const [C] = x.ours;
  const stride = down === across ? down : factors;
  const attributes = { filters: C, kernel: factors, stride, groups: C, bias: false };
  const weight = tensor([C, 1, down, across], new Float32Array(C * down * across).fill(1));
  return t.add(n, "convTranspose2d", attributes, [x], { weight });
}

/** Linear between pixels, `size` of them, which lie by factors that are not just size/length if they are given. */
export function interpolated(
  t: Translation,
  n: Origin,
  x: Value,
  size: Pair,
  coordinates: Interpolate2d["coordinates"],
  given?: Pair,
): Value {
  const [, H, W] = x.ours;
  const isQuotient = !given || (given[0] * H === size[0] && given[1] * W === size[1]);
  if (isQuotient && size[0] === H && size[1] === W) return x;
  const factor = isQuotient ? {} : { factor: given };
  return t.add(n, "interpolate2d", { size, coordinates, ...factor }, [x]);
}

export const OTHERS = "resize bilinearly or by nearest pixels, or use a transposed convolution";
