/** What a measure leaves behind for a report to draw, beside its number: tables and small pictures. Anything that can
 *  be drawn is a table here: a curve has a column for each axis, a histogram a row per bin, a list of units a row per
 *  unit. Not here: what of it a report shows, and how. */

import type { Images } from "../data/dataset.js";
import { base64 } from "../tensor/base64.js";

/** Columns by name, all of one length; null where there is no number. */
export type DetailTable = Readonly<Record<string, readonly (number | null)[] | readonly string[]>>;

/** An image with the pixels that a unit answers to. */
export interface DetailPicture {
  /** Index in the validation split. */
  readonly image: number;
  /** [C, H, W]. */
  readonly shape: [number, number, number];
  /** C·H·W bytes in base64; 255 is white. */
  readonly pixels: string;
  /** Run lengths of the mask in row-major order, of 0s and 1s in turn, 0s first. */
  readonly mask: number[];
}

export interface Details {
  readonly tables: Readonly<Record<string, DetailTable>>;
  /** Tables refer to pictures by their place in this list. */
  readonly pictures?: readonly DetailPicture[];
}

/** What is stored of a measure's details. */
export interface StoredDetails {
  tables: Record<string, Record<string, (number | null)[] | string[]>>;
  pictures?: DetailPicture[] | undefined;
}

/** Details never make a trial's file large: so many cells and pixels per measure at most. */
export const DETAIL_LIMITS = { cells: 20_000, pixels: 100_000 } as const;

const DIGITS = 6;

/** Details as they are stored: numbers with six significant digits, null for what is not finite. Tables that do not
 *  fit beside those before them, of a very wide network for instance, are left out whole. */
export function storable({ tables, pictures }: Details): StoredDetails {
  const stored: StoredDetails["tables"] = {};
  let room: number = DETAIL_LIMITS.cells;
  for (const [name, table] of Object.entries(tables)) {
    const cells = Object.values(table).reduce((sum, { length }) => sum + length, 0);
    if (cells > room) continue;
    room -= cells;
    stored[name] = {};
    for (const [column, values] of Object.entries(table))
      stored[name][column] = storedColumn(values);
  }
  return { tables: stored, ...(pictures && { pictures: [...pictures] }) };
}

const isText = (values: DetailTable[string]): values is readonly string[] =>
  typeof values[0] === "string";

const storedColumn = (values: DetailTable[string]): (number | null)[] | string[] =>
  isText(values)
    ? [...values]
    : values.map((value) =>
        value !== null && Number.isFinite(value) ? Number(value.toPrecision(DIGITS)) : null,
      );

/** A table from rows that all have the same keys. */
export function detailTable<Row extends Readonly<Record<string, number | null>>>(
  rows: readonly Row[],
): Record<string, (number | null)[]> {
  const columns: Record<string, (number | null)[]> = {};
  for (const key of Object.keys(rows[0] ?? {})) columns[key] = rows.map((row) => row[key]);
  return columns;
}

/** An image of a split as a picture of details, with a mask [H·W]. */
export function detailPicture(
  { shape, data }: Images,
  image: number,
  mask: ArrayLike<number>,
): DetailPicture {
  const [C, H, W] = shape;
  const own = data.subarray(image * C * H * W, (image + 1) * C * H * W);
  const bytes =
    own instanceof Uint8Array
      ? own
      : Uint8Array.from(own, (value) => Math.round(255 * Math.min(1, Math.max(0, value))));
  return { image, shape: [C, H, W], pixels: base64(bytes), mask: runLengths(mask) };
}

/** Lengths of the runs of 0s and 1s in turn, 0s first (so the first may be 0). */
export function runLengths(mask: ArrayLike<number>): number[] {
  const runs: number[] = [];
  let value = 0;
  let length = 0;
  for (let p = 0; p < mask.length; p++) {
    if (mask[p] !== value) {
      runs.push(length);
      value = mask[p];
      length = 0;
    }
    length++;
  }
  return [...runs, length];
}
