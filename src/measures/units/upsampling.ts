/** Maps of units brought to the size of the image, bilinearly, each value standing at the centre of its receptive field.
 *  Beyond the outermost centres the edge value holds. */

import type { Field } from "./tap.js";

/** For each place along an axis the two positions it lies between, and the share of the second. */
interface Axis {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly share: Float64Array;
}

function axis(length: number, start: number, jump: number, size: number): Axis {
  const first = new Int32Array(length);
  const second = new Int32Array(length);
  const share = new Float64Array(length);
  for (let at = 0; at < length; at++) {
    const position = Math.min(size - 1, Math.max(0, (at - start) / jump));
    first[at] = Math.floor(position);
    second[at] = Math.min(size - 1, first[at] + 1);
    share[at] = position - first[at];
  }
  return { first, second, share };
}

/** Marks the pixels [H·W] at which the upsampled map reaches the threshold. */
export type Marker = (map: ArrayLike<number>, threshold: number, mask: Uint8Array) => void;

export function marker(field: Field, H: number, W: number): Marker {
  const rows = axis(H, field.start[0], field.jump[0], field.size[0]);
  const columns = axis(W, field.start[1], field.jump[1], field.size[1]);
  const [, width] = field.size;
  return (map, threshold, mask) => {
    for (let y = 0; y < H; y++) {
      const top = rows.first[y] * width;
      const bottom = rows.second[y] * width;
      const down = rows.share[y];
      for (let x = 0; x < W; x++) {
        const [left, right, across] = [columns.first[x], columns.second[x], columns.share[x]];
        const upper = map[top + left] + across * (map[top + right] - map[top + left]);
        const lower = map[bottom + left] + across * (map[bottom + right] - map[bottom + left]);
        mask[y * W + x] = upper + down * (lower - upper) >= threshold ? 1 : 0;
      }
    }
  };
}
