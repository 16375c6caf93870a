/** Pixels as a model wants them. */

import { expect, test } from "vitest";
import { session } from "../../src/engine/session.js";
import { overPixels } from "../../src/formats/over-pixels.js";
import {
  parsePreprocessing,
  preprocess,
  preprocessings,
  showPreprocessing,
} from "../../src/formats/preprocessing.js";
import { conv2d, dense, flatten, sequential } from "../../src/model/build.js";
import type { Model } from "../../src/model/model.js";
import { random } from "../../src/tensor/random.js";
import { type Tensor, tensor } from "../../src/tensor/tensor.js";
import { scramble } from "../fold/random-models.js";
import { worst } from "../golden.js";
import { messageOf } from "./hostile.js";

test("text and back", () => {
  const text = "scale=1/255; mean=0.485,0.456,0.406; std=0.229,0.224,0.225; channels=bgr";
  const parsed = parsePreprocessing(text);
  expect(parsed).toEqual({ ...preprocessings.imagenet, channels: "bgr" });
  expect(showPreprocessing(parsed)).toBe(text);
  expect(parsePreprocessing(" imagenet ")).toEqual(preprocessings.imagenet);
  expect(parsePreprocessing("mean=1/2 std=0.25")).toEqual({
    ...preprocessings.plain,
    mean: [0.5],
    std: [0.25],
  });
});

test.each([
  "",
  "mean",
  "mean=",
  "mean=1,2",
  "mean=a",
  "std=0",
  "scale=-1",
  "channels=gbr",
  "size=3",
  "mean=1=2",
  "mean=1/0",
])("refused: %j", (text) => {
  expect(messageOf(() => parsePreprocessing(text))).toMatch(
    /^preprocessing: got ".*", expected plain, imagenet, signed, raw or "scale=1\/255; mean=/,
  );
});

test("(byte·scale − mean)/std, channels turned round", () => {
  // One pixel of 51, 102, 255 as 0.2, 0.4, 1.
  const x = tensor([1, 3, 1, 1], Float64Array.of(0.2, 0.4, 1));
  const raw = preprocess(x, preprocessings.raw).data;
  for (const [c, byte] of [51, 102, 255].entries()) expect(raw[c]).toBeCloseTo(byte, 10);
  const turned = preprocess(x, {
    scale: 1 / 255,
    mean: [0.1, 0.2, 0.3],
    std: [1, 2, 0.5],
    channels: "bgr",
  }).data;
  const expected = [(1 - 0.1) / 1, (0.4 - 0.2) / 2, (0.2 - 0.3) / 0.5];
  for (const [c, v] of expected.entries()) expect(turned[c]).toBeCloseTo(v, 12);
  expect(x.data[0]).toBe(0.2);
});

test("as many numbers as channels", () => {
  const x = tensor([1, 1, 2, 2]);
  expect(messageOf(() => preprocess(x, preprocessings.imagenet))).toBe(
    "preprocessing: got 3 numbers for a model of one channel, expected 1; give one per channel",
  );
});

test.each(["imagenet", "raw", "scale=1/128; mean=0.1,0.2,0.3; std=0.5,1,2; channels=bgr"])(
  "%s as a first layer: the same function of pixels",
  (text) => {
    const way = parsePreprocessing(text);
    const layers = [
      conv2d({ id: "pixels", filters: 4, kernel: 3, padding: 1 }),
      flatten(),
      dense({ units: 2 }),
    ];
    const model = scramble(sequential([3, 4, 5], layers), "pixels");
    const stream = random("image");
    const x = tensor(
      [2, 3, 4, 5],
      Float64Array.from({ length: 120 }, () => stream.uniform()),
    );
    const run = (each: Model, images: Tensor) =>
      session(each, { backend: "reference" }).forward(images).data;
    const expected = run(model, preprocess(x, way));
    expect(worst(run(overPixels(model, way), x), expected)).toBeLessThan(1e-6); // weights are float32
  },
);

test("pixels from 0 to 1 need no layer", () => {
  const model = scramble(sequential([1, 2, 2], [flatten(), dense({ units: 2 })]), 1);
  expect(overPixels(model, preprocessings.plain)).toBe(model);
});
