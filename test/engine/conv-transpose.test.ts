/** Transposed convolution: cases by hand, the matrix it is, and what it refuses. Gradients: gradients.test.ts. */

import { describe, expect, test } from "vitest";
import { session } from "../../src/engine/session.js";
import { conv2d, convTranspose2d, type Layer, sequential } from "../../src/model/build.js";
import { initialise, withParameters } from "../../src/model/model.js";
import { random } from "../../src/tensor/random.js";
import { size, tensor } from "../../src/tensor/tensor.js";
import { worst } from "../golden.js";

const run = (
  layer: Layer,
  [shape, x]: readonly [readonly [number, number, number], readonly number[]],
  parameters: Readonly<Record<string, readonly [readonly number[], readonly number[]]>>,
  backend: "wasm" | "reference",
) => {
  const given = Object.fromEntries(
    Object.entries(parameters).map(([name, [of, data]]) => [
      `up.${name}`,
      tensor(of, Float32Array.from(data)),
    ]),
  );
  const model = withParameters(sequential(shape, [layer]), given);
  return session(model, { backend }).forward(tensor([1, ...shape], Float32Array.from(x)));
};

describe.each(["reference", "wasm"] as const)("%s", (backend) => {
  test("every input lays its multiple of the kernel down, a stride apart", () => {
    // x = 1 2 3 in a row, w = 10 20 30, stride 2, bias 1:
    //   1·w at 0: 10 20 30
    //   2·w at 2:       20 40 60
    //   3·w at 4:             30 60 90
    //   sums      10 20 50 40 90 60 90, and 1 more each; one at either end is cut off, one is put on.
    const y = run(
      convTranspose2d({
        id: "up",
        filters: 1,
        kernel: [1, 3],
        stride: 2,
        padding: [0, 1, 0, 1],
        outputPadding: [0, 1],
      }),
      [
        [1, 1, 3],
        [1, 2, 3],
      ],
      {
        weight: [
          [1, 1, 1, 3],
          [10, 20, 30],
        ],
        bias: [[1], [1]],
      },
      backend,
    );
    expect(y.shape).toEqual([1, 1, 1, 6]);
    expect([...y.data]).toEqual([21, 51, 41, 91, 61, 91]);
  });

  test("places that no tap reaches hold the bias alone", () => {
    const y = run(
      convTranspose2d({ id: "up", filters: 2, kernel: 1, stride: 3 }),
      [
        [1, 1, 2],
        [1, 2],
      ],
      {
        weight: [
          [1, 2, 1, 1],
          [10, -10],
        ],
        bias: [[2], [0.5, -3]],
      },
      backend,
    );
    expect(y.shape).toEqual([1, 2, 1, 4]);
    expect([...y.data]).toEqual([10.5, 0.5, 0.5, 20.5, -13, -3, -3, -23]);
  });
});

test("it is the convolution's matrix, transposed: ⟨conv(u), v⟩ = ⟨u, convT(v)⟩", () => {
  const shape = {
    kernel: [3, 2] as const,
    stride: [2, 3] as [number, number],
    dilation: [2, 3] as [number, number],
    groups: 2,
  };
  const u = [4, 9, 14] as const;
  const down = initialise(
    sequential(u, [conv2d({ id: "a", filters: 6, padding: [1, 0, 2, 1], bias: false, ...shape })]),
    random("down"),
  );
  const noise = (of: readonly number[], name: string) => {
    const stream = random(name);
    return tensor(
      of,
      Float64Array.from({ length: size(of) }, () => stream.normal()),
    );
  };
  const [x, v] = [noise([1, ...u], "u"), noise([1, 6, 4, 4], "v")];
  const forward = session(down, { backend: "reference" }).forward(x);
  expect(forward.shape).toEqual(v.shape);
  // (4 − 1)·2 + 5 − 3 = 8 rows and (4 − 1)·3 + 4 − 1 = 12 columns: one row and two columns are missing.
  const layer = convTranspose2d({
    id: "a",
    filters: 4,
    padding: [1, 0, 2, 1],
    outputPadding: [1, 2],
    bias: false,
    ...shape,
  });
  const up = withParameters(sequential([6, 4, 4], [layer]), down.parameters);
  const back = session(up, { backend: "reference" }).forward(v);
  expect(back.shape).toEqual(x.shape);
  const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
    Array.from(a).reduce((sum, value, i) => sum + value * b[i], 0);
  expect(dot(forward.data, v.data)).toBeCloseTo(dot(x.data, back.data), 10);
  const single = session(up).forward(v);
  expect(worst(single.data, back.data)).toBeLessThan(1e-5);
});

test.each([
  [
    convTranspose2d({ filters: 4, kernel: 2, outputPadding: [1, 0] }),
    "convTranspose2d: got padding [0,0,0,0] and output padding [1,0], expected none below 0, and output padding below the stride 1×1",
  ],
  [
    convTranspose2d({ filters: 3, kernel: 2, groups: 2 }),
    "convTranspose2d: got 4 input channels and 3 filters, expected multiples of groups = 2",
  ],
  [
    convTranspose2d({ filters: 4, kernel: 2, padding: [2, 0, 1, 0] }),
    "convTranspose2d: got padding [2,0,1,0] for input [4,2,2], expected less: nothing is left of the result",
  ],
])("refuses %#", (layer, message) => {
  expect(() => initialise(sequential([4, 2, 2], [layer]), random(0))).toThrow(message);
});
