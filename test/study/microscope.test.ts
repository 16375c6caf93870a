/** Batch norms from near: numbers that can be worked out by hand, and files that nobody should write. */
import { describe, expect, test } from "vitest";
import { glyphs } from "../../src/data/glyphs/glyphs.js";
import { batchNorm, conv2d, dense, flatten, sequential } from "../../src/model/build.js";
import { initialise, withParameters, zoo } from "../../src/model/index.js";
import { CLOSE_UP_LIMITS, type CloseUp, closeUpSchema } from "../../src/study/close-up.js";
import { closeUps } from "../../src/study/microscope.js";
import { random } from "../../src/tensor/index.js";
import { tensor } from "../../src/tensor/tensor.js";
import { data, split } from "../measures/fixtures.js";

/** The stored input of a channel, as the report reads it. */
function inputOf({ x, stored, shape: [H, W] }: CloseUp, row: number): number[] {
  const bytes = Uint8Array.from(Buffer.from(x, "base64"));
  const view = new DataView(bytes.buffer);
  const { low, high } = stored[row];
  return Array.from(
    { length: H * W },
    (_, p) => low + (view.getUint16(2 * (row * H * W + p), true) / 65535) * (high - low),
  );
}

describe("one channel by hand", () => {
  // A 1×1 convolution doubles the pixels, so x runs from 0 to 6.
  const rows = [
    [0, 1, 2, 3],
    [1, 1, 1, 1],
  ];
  const model = withParameters(
    sequential(
      [1, 2, 2],
      [
        conv2d({ id: "conv", filters: 1, kernel: 1 }),
        batchNorm({ id: "norm", epsilon: 0.5 }),
        flatten(),
        dense({ id: "dense", units: 2 }),
      ],
    ),
    {
      "conv.weight": tensor([1, 1, 1, 1], Float32Array.of(2)),
      "conv.bias": tensor([1], Float32Array.of(0)),
      "norm.gamma": tensor([1], Float32Array.of(-3)),
      "norm.beta": tensor([1], Float32Array.of(1)),
      "norm.runningMean": tensor([1], Float32Array.of(2)),
      "norm.runningVariance": tensor([1], Float32Array.of(1.75)),
      "dense.weight": tensor([2, 4], new Float32Array(8)),
      "dense.bias": tensor([2], new Float32Array(2)),
    },
  );
  const images = data(2, split([1, 2, 2], rows, [0, 1]));
  const [closeUp] = closeUps(model, images, { image: 0, batchSize: 2 });
  const [channel] = closeUp.stored;

  test("numbers of the norm, of the batch, and where it would go", () => {
    expect(closeUp).toMatchObject({
      norm: "norm",
      order: "conv2d → batchNorm → flatten",
      fold: { into: "conv", direction: "backward" },
      epsilon: 0.5,
      channels: 1,
      shape: [2, 2],
      image: 0,
    });
    // The batch holds 0, 2, 4, 6 and four times 2: mean 20/8, mean of squares 72/8.
    expect(channel).toMatchObject({ mean: 2, variance: 1.75, gamma: -3, beta: 1 });
    expect(channel.batchMean).toBeCloseTo(2.5, 6);
    expect(channel.batchVariance).toBeCloseTo(9 - 2.5 ** 2, 6);
  });
  test("the distribution over validation images, and the image itself", () => {
    expect([channel.low, channel.high]).toEqual([0, 6]);
    const counts = new Array<number>(CLOSE_UP_LIMITS.bins).fill(0);
    for (const x of [0, 2, 4, 6, 2, 2, 2, 2]) counts[Math.min(31, Math.floor((x / 6) * 32))]++;
    expect(channel.counts).toEqual(counts);
    inputOf(closeUp, 0).forEach((x, p) => {
      expect(x).toBeCloseTo(2 * rows[0][p], 3);
    });
  });
  test("other images change neither norm nor batch", () => {
    const [other] = closeUps(model, images, { image: 1, batchSize: 2 });
    expect(other.stored).toEqual(closeUp.stored);
    expect(inputOf(other, 0).every((x) => Math.abs(x - 2) < 1e-3)).toBe(true);
  });
});

test("deep networks: six norms evenly spread, as many channels as fit", () => {
  const dataset = glyphs({ seed: 0, train: 40, validation: 40, channels: 3, size: 32 });
  const graph = zoo.resnet8({ inputShape: dataset.train.images.shape });
  const found = closeUps(initialise(graph, random(0)), dataset, { image: 3, batchSize: 8 });
  expect(found.length).toBe(CLOSE_UP_LIMITS.norms);
  expect(found[0].norm).toBe("normStem");
  for (const each of found) expect(closeUpSchema.safeParse(each).error).toBeUndefined();
  const values = found.reduce((n, { stored, shape: [H, W] }) => n + stored.length * H * W, 0);
  expect(values).toBeLessThanOrEqual(CLOSE_UP_LIMITS.values);
});

test("a network without batch norm has none; one of dense layers has channels of one pixel", () => {
  const dataset = glyphs({ seed: 0, train: 40, validation: 40 });
  const of = (norm: "none" | "batch") =>
    closeUps(initialise(zoo.mlp({ norm }), random(0)), dataset, { image: 0, batchSize: 8 });
  expect(of("none")).toEqual([]);
  expect(of("batch").map(({ shape }) => shape)).toEqual([
    [1, 1],
    [1, 1],
  ]);
});

test("an input that does not fill its shape is refused", () => {
  const stored = { channel: 0, mean: 0, variance: 1, gamma: 1, beta: 0, batchMean: 0 };
  const closeUp = {
    norm: "n",
    order: "",
    epsilon: 1e-3,
    channels: 1,
    shape: [2, 2],
    stored: [{ ...stored, batchVariance: 1, low: 0, high: 1, counts: [4] }],
    image: 0,
    x: Buffer.alloc(8).toString("base64"),
  };
  expect(closeUpSchema.safeParse(closeUp).success).toBe(true);
  for (const x of [Buffer.alloc(2).toString("base64"), "not base64", ""])
    expect(closeUpSchema.safeParse({ ...closeUp, x }).success).toBe(false);
});
