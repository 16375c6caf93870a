/** A part of an image: y[c,h,w] = x[start + step·(c,h,w)]. Strided, it is a shortcut without parameters. */

import { z } from "zod";
import { fail } from "../tensor/errors.js";
import { showShape } from "../tensor/tensor.js";
import { moved, sources } from "./moved.js";

const places = z.tuple([z.int().nonnegative(), z.int().nonnegative(), z.int().nonnegative()]);
const steps = z.tuple([z.int(), z.int(), z.int()]);
const lengths = z.tuple([z.int().positive(), z.int().positive(), z.int().positive()]);

const attributes = z.strictObject({
  /** First channel, row and column taken. */
  start: places.default([0, 0, 0]),
  /** Distance to the next one; negative: backwards. */
  step: steps.default([1, 1, 1]),
  /** Channels, rows and columns taken. */
  length: lengths,
});

export type Slice = z.output<typeof attributes>;

export const slice = moved<Slice>({
  summary: "y[i] = x[start + step·i] along channels, rows and columns",
  attributes,
  shape({ start, step, length }, [x]) {
    length.forEach((n, axis) => {
      const last = start[axis] + (n - 1) * step[axis];
      const end = x[axis] ?? 1;
      if (start[axis] >= end || last < 0 || last >= end || (n > 1 && step[axis] === 0))
        fail(
          "shape",
          `slice: got ${start[axis]} to ${last} in steps of ${step[axis]} on axis ${axis}, ` +
            `expected places below ${end} (input ${showShape(x)})`,
        );
    });
    return length.slice(0, x.length);
  },
  from: ({ start, step }, x, y) =>
    sources(x, y, (place) => place.map((p, axis) => start[axis] + p * step[axis])),
});
