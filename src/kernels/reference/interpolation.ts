/** Reference kernels of bilinear interpolation. */

import type { Kernels } from "../kernels.js";

type Names = "interpolate" | "interpolateBackward";

/** The two pixels of a line of `length` that place start + o·step lies between, each with its share. */
function shares(o: number, step: number, start: number, length: number) {
  const place = Math.min(Math.max(start + o * step, 0), length - 1);
  const low = Math.floor(place);
  const high = Math.min(low + 1, length - 1);
  return [
    { at: low, share: 1 - (place - low) },
    { at: high, share: place - low },
  ];
}

/** Calls `visit` for every output element and every input that has a share in it. Sizes as the kernels take them. */
function shared(
  [n, H, W, cs, Ho, Wo, stepY, startY, stepX, startX]: readonly number[],
  visit: (output: number, input: number, share: number) => void,
): void {
  for (let i = 0, output = 0; i < n; i++)
    for (let oy = 0; oy < Ho; oy++)
      for (let ox = 0; ox < Wo; ox++)
        for (let c = 0; c < cs; c++, output++)
          for (const row of shares(oy, stepY, startY, H))
            for (const column of shares(ox, stepX, startX, W))
              visit(output, ((i * H + row.at) * W + column.at) * cs + c, row.share * column.share);
}

export const interpolation = (m: Float64Array): Pick<Kernels, Names> => ({
  interpolate(x, y, ...sizes) {
    const [n, , , cs, Ho, Wo] = sizes;
    m.fill(0, y, y + n * Ho * Wo * cs);
    shared(sizes, (output, input, share) => {
      m[y + output] += share * m[x + input];
    });
  },

  interpolateBackward(dy, dx, ...sizes) {
    const [n, H, W, cs] = sizes;
    m.fill(0, dx, dx + n * H * W * cs);
    shared(sizes, (output, input, share) => {
      m[dx + input] += share * m[dy + output];
    });
  },
});
