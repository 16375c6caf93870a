/** Tables in the terminal. */

import type { Terminal } from "./terminal.js";
import { columns } from "./words.js";

/** Rows in columns, the first of them dim: it names what stands below. */
export const tableLines = (rows: readonly (readonly string[])[], t: Terminal): string[] =>
  columns(rows).map((line, i) => (i === 0 ? t.style("dim", line) : line));
