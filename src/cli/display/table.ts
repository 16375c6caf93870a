/** Tables in the terminal. */

import type { Terminal } from "./terminal.js";
import { columns, GAP, widthsOf } from "./words.js";

type Rows = readonly (readonly string[])[];

/** Rows in columns, the first of them dim: it names what stands below. Columns that a terminal is too narrow for stand
 *  below the others, again beside the first. */
export const tableLines = (rows: Rows, t: Terminal): string[] =>
  parts(rows, t.width).flatMap((part, k) => [
    ...(k > 0 ? [""] : []),
    ...columns(part).map((line, i) => (i === 0 ? t.style("dim", line) : line)),
  ]);

function parts(rows: Rows, width: number): Rows[] {
  const [first, ...others] = widthsOf(rows);
  const groups: number[][] = [[]];
  let used = first;
  for (const [k, own] of others.entries()) {
    if (used + GAP + own > width && used > first) {
      groups.push([]);
      used = first;
    }
    groups[groups.length - 1].push(k + 1);
    used += GAP + own;
  }
  return groups.map((group) => rows.map((row) => [0, ...group].map((c) => row[c])));
}
