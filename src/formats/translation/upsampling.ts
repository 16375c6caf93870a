/** Images enlarged by whole factors, every pixel repeated: a transposed convolution of ones, channel by channel, whose
 *  windows stand side by side. Exactly that, under every rule too: each output has one input. */

import { tensor } from "../../tensor/tensor.js";
import { refuse } from "./obstacles.js";
import type { Translation } from "./translation.js";
import type { Origin, Value } from "./value.js";

export function repeatedPixels(
  t: Translation,
  n: Origin,
  x: Value,
  [down, across]: readonly [number, number],
): Value {
  if (down !== across) refuse(`enlarges by ${down}×${across}`, "enlarge both axes alike");
  if (!Number.isInteger(down) || down < 1)
    refuse(`enlarges by ${down}`, "enlarge by a whole number, or use a transposed convolution");
  if (down === 1) return x;
  const [C] = x.ours;
  const attributes = { filters: C, kernel: [down, down], stride: down, groups: C, bias: false };
  const ones = new Float32Array(C * down * down).fill(1);
  const weight = tensor([C, 1, down, down], ones);
  return t.add(n, "convTranspose2d", attributes, [x], { weight });
}

export const OTHERS = "enlarge by nearest pixels, or use a transposed convolution";
