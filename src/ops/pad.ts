/** Zeros around an image, or beside its channels: y = x in the middle, 0 elsewhere. A vector has channels alone. */

import { z } from "zod";
import { fail } from "../tensor/errors.js";
import { showShape } from "../tensor/tensor.js";
import { moved, sources } from "./moved.js";

const amounts = z.tuple([z.int().nonnegative(), z.int().nonnegative(), z.int().nonnegative()]);

const attributes = z.strictObject({
  /** Zeros before the first channel, row and column. */
  before: amounts.default([0, 0, 0]),
  /** Zeros after the last channel, row and column. */
  after: amounts.default([0, 0, 0]),
});

export type Pad = z.output<typeof attributes>;

export const pad = moved<Pad>({
  summary: "y = x with zeros before and after its channels, rows and columns",
  attributes,
  shape({ before, after }, [x]) {
    if (x.length === 1 && [...before.slice(1), ...after.slice(1)].some((n) => n > 0))
      fail("shape", `pad: got a vector ${showShape(x)}, expected an image [C,H,W] to pad rows of`);
    return x.map((length, axis) => before[axis] + length + after[axis]);
  },
  from: ({ before }, x, y) =>
    sources(x, y, (place) => {
      const at = place.map((p, axis) => p - before[axis]);
      return at.every((p, axis) => p >= 0 && p < (x[axis] ?? 1)) ? at : undefined;
    }),
});
