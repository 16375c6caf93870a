/** The schema of what measures leave behind for reports (src/measures/details.ts). Files are hostile input: columns of
 *  a table have one length, pictures fill their shape, and neither can make a file large. */

import { z } from "zod";
import { DETAIL_LIMITS } from "../measures/details.js";

const column = z.union([
  z.array(z.number().nullable()).max(DETAIL_LIMITS.cells),
  z.array(z.string().max(200)).max(DETAIL_LIMITS.cells),
]);

const table = z
  .record(z.string(), column)
  .refine(
    (columns) => new Set(Object.values(columns).map(({ length }) => length)).size <= 1,
    "columns of a table differ in length",
  );

const side = z.int().positive().max(256);

const picture = z
  .strictObject({
    image: z.int().nonnegative(),
    shape: z.tuple([z.int().min(1).max(3), side, side]),
    pixels: z.base64(),
    mask: z.array(z.int().nonnegative()),
  })
  .refine(
    ({ shape: [C, H, W], pixels, mask }) =>
      pixels.length === 4 * Math.ceil((C * H * W) / 3) &&
      mask.reduce((sum, run) => sum + run, 0) === H * W,
    "pixels or mask do not fill the shape",
  );

export const detailsSchema = z
  .strictObject({
    tables: z.record(z.string(), table),
    pictures: z.array(picture).max(100).optional(),
  })
  .refine(
    ({ tables, pictures = [] }) =>
      Object.values(tables)
        .flatMap((columns) => Object.values(columns))
        .reduce((sum, { length }) => sum + length, 0) <= DETAIL_LIMITS.cells &&
      pictures.reduce((sum, { shape: [C, H, W] }) => sum + C * H * W, 0) <= DETAIL_LIMITS.pixels,
    `more than ${DETAIL_LIMITS.cells} cells or ${DETAIL_LIMITS.pixels} pixels`,
  );
