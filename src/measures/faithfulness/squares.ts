/** An image cut into squares. */

import { patchesOf } from "../../explain/patches.js";

/** The pixels of each square of the given side, row by row; those at the border may be smaller. */
export function squaresOf(shape: readonly number[], side: number): Int32Array[] {
  const { count, of } = patchesOf([1, ...shape], side, "measures");
  const squares: number[][] = Array.from({ length: count }, () => []);
  of.forEach((square, p) => {
    squares[square].push(p);
  });
  return squares.map((pixels) => Int32Array.from(pixels));
}
