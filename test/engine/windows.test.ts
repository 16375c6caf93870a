/** What pools and resized images refuse. What they compute: gradients.test.ts, formats/onnx/windows.test.ts. */

import { expect, test } from "vitest";
import { session } from "../../src/engine/session.js";
import {
  avgPool2d,
  flatten,
  interpolate2d,
  type Layer,
  maxPool2d,
  sequential,
  unevenMaxPool2d,
} from "../../src/model/build.js";
import { initialise } from "../../src/model/model.js";
import { random } from "../../src/tensor/random.js";
import { tensor } from "../../src/tensor/tensor.js";

test.each<[readonly Layer[], string]>([
  [[flatten(), maxPool2d()], "maxPool2d: got input [12], expected an image [C,H,W]"],
  [
    [avgPool2d({ size: 2, padding: 2 })],
    "avgPool2d: got padding [2,2,2,2], expected less for the window 2×2 of input [2,3,2]; a window would lie outside",
  ],
  [
    [maxPool2d({ size: 3 })],
    "maxPool2d: window 3×3 does not fit input [2,3,2] with padding [0,0,0,0]",
  ],
  [
    // The only column is none of those at −1 and 2.
    [
      interpolate2d({ size: [3, 1] }),
      unevenMaxPool2d({ size: [1, 2], stride: 1, dilation: 3, padding: [0, 1, 0, 2] }),
    ],
    "unevenMaxPool2d: got padding [0,1,0,2], expected less for the window 1×4 of input [2,3,1]; a window would lie outside",
  ],
  [
    [unevenMaxPool2d({ size: [2, 1], dilation: 2 ** 31, padding: [0, 0, 2 ** 31 - 1, 0] })],
    "unevenMaxPool2d: got padding [0,0,2147483647,0], expected less for the window 2147483649×1 of input [2,3,2]; a window would lie outside",
  ],
  [
    [maxPool2d({ size: 2 ** 40, stride: 2 ** 40, padding: 2 ** 40 - 1 })],
    "maxPool2d: window 1099511627776×1099511627776 does not fit input [2,3,2]",
  ],
  [
    [flatten(), interpolate2d({ size: [2, 2] })],
    "interpolate2d: got input [12], expected an image [C,H,W]",
  ],
  [
    [interpolate2d({ size: [5, 4], factor: [1.5, 2] })],
    "interpolate2d: got size 5×4 and factors 1.5×2, expected size 4×4 (input [2,3,2])",
  ],
])("refuses %#", (list, message) => {
  expect(() => initialise(sequential([2, 3, 2], list), random(0))).toThrow(message);
});

test("of a single pixel, the distance of pixels means nothing", () => {
  const pool = unevenMaxPool2d({ size: [1, 2], stride: 1, dilation: [2 ** 30, 1] });
  const model = initialise(sequential([1, 2, 2], [pool]), random(0));
  const y = session(model).forward(tensor([1, 1, 2, 2], Float32Array.of(1, 2, 4, 3)));
  expect([...y.data]).toEqual([2, 4]);
});
