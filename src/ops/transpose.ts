/** The axes of an image in another order: axis k of y is axis `axes[k]` of x. */

import { z } from "zod";
import { fail } from "../tensor/errors.js";
import { showShape } from "../tensor/tensor.js";
import { moved, sources } from "./moved.js";

const axis = z.int().min(0).max(2);

const attributes = z.strictObject({
  axes: z
    .tuple([axis, axis, axis])
    .refine((axes) => new Set(axes).size === 3, "expected 0, 1 and 2 once each"),
});

export type Transpose = z.output<typeof attributes>;

export const transpose = moved<Transpose>({
  summary: "y = x with its axes in another order",
  attributes,
  shape({ axes }, [x]) {
    if (x.length !== 3)
      fail("shape", `transpose: got input ${showShape(x)}, expected an image [C,H,W]`);
    return axes.map((from) => x[from]);
  },
  from: ({ axes }, x, y) =>
    sources(x, y, (place) => {
      const at = [0, 0, 0];
      axes.forEach((from, k) => {
        at[from] = place[k];
      });
      return at;
    }),
});
