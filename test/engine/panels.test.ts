/** Wide convolutions, whose filters are cut in panels, against the same filters in narrow ones: the same bits. */

import { expect, test } from "vitest";
import { session } from "../../src/engine/session.js";
import { conv2d, sequential } from "../../src/model/build.js";
import { initialise, withParameters } from "../../src/model/model.js";
import { random } from "../../src/tensor/random.js";
import { tensor } from "../../src/tensor/tensor.js";

test.each([
  [1, 1, true],
  [3, 2, false],
])("%i×%i, bias %s: 262 filters are 131 and 131", (kernel, stride, bias) => {
  const shape = [5, 6, 7] as const;
  const conv = (filters: number) => conv2d({ id: "c", filters, kernel, stride, bias });
  const wide = initialise(sequential(shape, [conv(262)]), random("wide"));
  const stream = random("numbers");
  const parameters = Object.fromEntries(
    Object.entries(wide.parameters).map(([key, value]) => [
      key,
      tensor(
        value.shape,
        value.data.map(() => stream.normal()),
      ),
    ]),
  );
  const x = tensor(
    [2, ...shape],
    Float32Array.from({ length: 420 }, () => stream.normal()),
  );
  const whole = session(withParameters(wide, parameters)).forward(x);
  const [, , H, W] = whole.shape;
  for (const half of [0, 1]) {
    const part = Object.fromEntries(
      Object.entries(parameters).map(([key, { shape: of, data }]) => {
        const length = data.length / 2;
        return [key, tensor([131, ...of.slice(1)], data.slice(half * length, (half + 1) * length))];
      }),
    );
    const narrow = session(withParameters(sequential(shape, [conv(131)]), part)).forward(x);
    for (const image of [0, 1]) {
      const from = (image * 262 + half * 131) * H * W;
      expect(whole.data.slice(from, from + 131 * H * W)).toEqual(
        narrow.data.slice(image * 131 * H * W, (image + 1) * 131 * H * W),
      );
    }
  }
});
