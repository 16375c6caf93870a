/** Windows of convolutions and pools: padding that keeps the size, and which of our pools a pool is. */

import type { Windows } from "../../ops/windows.js";
import { refuse } from "./obstacles.js";
import type { Translation } from "./translation.js";
import type { Origin, Value } from "./value.js";

/** Pixels on [top, left, bottom, right]. */
export type Sides = Windows["padding"];

/** One number where both axes have the same. */
export const oneOrBoth = ([down, across]: readonly [number, number]) =>
  down === across ? down : ([down, across] as const);

/** The number of both axes, where an op has but one. */
export function sameOnBoth(pair: readonly [number, number], what: string, remedy: string): number {
  return pair[0] === pair[1] ? pair[0] : refuse(`has ${what} ${pair.join("×")}`, remedy);
}

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

/** Square windows, padding alike on all sides, and no window that reaches beyond it. */
const isEven = ({ padding, kernel, ceil }: Windows): boolean =>
  padding.every((p) => p === padding[0]) && kernel[0] === kernel[1] && !ceil;

/** Windows as files state them: a stride for rows and one for columns. */
export interface Pool extends Omit<Windows, "stride"> {
  readonly strides: readonly [number, number];
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));

/** A pool by its strides. Ours have one for both axes: of windows at every step that both strides are made of, those
 *  are taken that are meant. */
function strided(
  t: Translation,
  n: Origin,
  { strides: [down, across], ...windows }: Pool,
  pool: (n: Origin, windows: Windows) => Value,
): Value {
  if (down === across) return pool(n, { ...windows, stride: down });
  if (windows.ceil)
    refuse(
      `has strides ${down}×${across} in ceil mode`,
      "use ceil_mode = 0 with the padding that is meant",
    );
  const stride = divisor(down, across);
  const all = pool({ name: `${n.name}/windows` }, { ...windows, stride });
  const step = [1, down / stride, across / stride];
  const length = all.ours.map((count, axis) => Math.ceil(count / step[axis]));
  return t.add(n, "slice", { step, length }, [all]);
}

export function maxPooling(t: Translation, n: Origin, x: Value, given: Pool): Value {
  const [size, other] = given.kernel;
  if (size !== other) refuse(`has windows of ${size}×${other}`, "use square windows");
  return strided(t, n, given, (label, windows) => {
    const { stride, padding, ceil } = windows;
    return isEven(windows)
      ? t.add(label, "maxPool2d", { size, stride, padding: padding[0] }, [x])
      : t.add(label, "unevenMaxPool2d", { size, stride, padding, ceil }, [x]);
  });
}

export function averagePooling(
  t: Translation,
  n: Origin,
  x: Value,
  given: Pool,
  countPadding: boolean,
): Value {
  return strided(t, n, given, (label, windows) => {
    const [size] = windows.kernel;
    const { stride, padding } = windows;
    return isEven(windows)
      ? t.add(label, "avgPool2d", { size, stride, padding: padding[0], countPadding }, [x])
      : t.add(label, "unevenAvgPool2d", { ...windows, countPadding }, [x]);
  });
}

/** One window over all pixels. */
export function globalMaxPooling(t: Translation, n: Origin, x: Value): Value {
  const [, H, W] = x.ours;
  const size = Math.max(H, W);
  return H === W
    ? t.add(n, "maxPool2d", { size, stride: size }, [x])
    : t.add(n, "unevenMaxPool2d", { size, stride: size, padding: [0, 0, size - H, size - W] }, [x]);
}
