/** Windows of convolutions and pools: padding that keeps the size, and which of our pools a pool is. */

import type { Windows } from "../../ops/windows.js";
import { tensor } from "../../tensor/tensor.js";
import { refuse } from "./obstacles.js";
import type { Translation } from "./translation.js";
import type { Origin, Value } from "./value.js";

/** Pixels on [top, left, bottom, right]. */
export type Sides = Windows["padding"];

/** One number where both axes have the same. */
export const oneOrBoth = ([down, across]: readonly [number, number]) =>
  down === across ? down : ([down, across] as const);

/** Padding that makes ⌈length/stride⌉ windows; what is left of an odd amount goes to the `end` or the `start`. */
export function samePadding(
  lengths: readonly number[],
  extents: readonly number[],
  strides: readonly [number, number],
  odd: "start" | "end",
): Sides {
  const [[top, bottom], [left, right]] = lengths.map((length, k) => {
    const all = Math.max(
      0,
      (Math.ceil(length / strides[k]) - 1) * strides[k] + extents[k] - length,
    );
    const small = Math.floor(all / 2);
    return odd === "end" ? [small, all - small] : [all - small, small];
  });
  return [top, left, bottom, right];
}

/** Windows as files state them: two numbers of each kind. */
export interface Pool extends Omit<Windows, "stride" | "dilation"> {
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
}

/** The same as ops state them, and whether windows are square, padded alike on all sides, and all inside. */
function windowsOf({ kernel, strides, dilations, padding, ceil }: Pool) {
  const stride = oneOrBoth(strides);
  const dilation = oneOrBoth([
    kernel[0] === 1 ? 1 : dilations[0], // of a single pixel
    kernel[1] === 1 ? 1 : dilations[1],
  ]);
  const isAlike = kernel[0] === kernel[1] && padding.every((p) => p === padding[0]);
  const isEven = isAlike && strides[0] === strides[1] && dilation === 1 && !ceil;
  return { size: oneOrBoth(kernel), stride, dilation, padding, ceil, isEven };
}

export function maxPooling(t: Translation, n: Origin, x: Value, given: Pool): Value {
  const { isEven, ...windows } = windowsOf(given);
  if (!isEven) return t.add(n, "unevenMaxPool2d", windows, [x]);
  const { size, stride, padding } = windows;
  return t.add(n, "maxPool2d", { size, stride, padding: padding[0] }, [x]);
}

export function averagePooling(
  t: Translation,
  n: Origin,
  x: Value,
  given: Pool,
  countPadding: boolean,
): Value {
  const { isEven, size, stride, dilation, padding, ceil } = windowsOf(given);
  if (dilation !== 1) return dilatedMean(t, n, x, given, countPadding);
  const { kernel } = given;
  return isEven
    ? t.add(n, "avgPool2d", { size, stride, padding: padding[0], countPadding }, [x])
    : t.add(n, "unevenAvgPool2d", { kernel, stride, padding, ceil, countPadding }, [x]);
}

/** A mean whose pixels lie apart: a convolution, channel by channel, where all windows count alike. */
function dilatedMean(
  t: Translation,
  n: Origin,
  x: Value,
  { kernel, padding, ceil, strides, dilations }: Pool,
  countPadding: boolean,
): Value {
  if (ceil || (Math.max(...padding) > 0 && !countPadding))
    refuse(
      "averages over dilated windows that count differently at the edge",
      "use count_include_pad = 1 and ceil_mode = 0, or no dilation",
    );
  const [C] = x.ours;
  const taps = kernel[0] * kernel[1];
  const weight = tensor([C, 1, ...kernel], new Float32Array(C * taps).fill(1 / taps));
  const windows = { kernel, padding, stride: oneOrBoth(strides), dilation: oneOrBoth(dilations) };
  return t.add(n, "conv2d", { filters: C, groups: C, bias: false, ...windows }, [x], { weight });
}

/** One window over all pixels. */
export function globalMaxPooling(t: Translation, n: Origin, x: Value): Value {
  const [, H, W] = x.ours;
  const size = oneOrBoth([H, W]);
  return t.add(n, H === W ? "maxPool2d" : "unevenMaxPool2d", { size, stride: size }, [x]);
}
