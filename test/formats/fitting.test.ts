/** Pictures in another size, by hand, and the text that says how. */

import { describe, expect, test } from "vitest";
import { fitDataset } from "../../src/data/fitting.js";
import { dataset } from "../../src/data/index.js";
import { type Fit, fitPlanes, parseFit, showFit } from "../../src/formats/fitting.js";
import {
  parsePreprocessing,
  preprocessings,
  showPreprocessing,
} from "../../src/formats/preprocessing.js";
import { messageOf } from "./hostile.js";

const row = (...data: number[]) => ({ C: 1, H: 1, W: data.length, data: Float32Array.from(data) });
const step = (text: string): Fit => {
  const [key, value = ""] = text.split("=");
  return parseFit(key, value) ?? expect.fail(text);
};
const fit = (data: readonly number[], text: string) => [
  ...fitPlanes(row(...data), [step(text)]).data,
];

describe("pixels", () => {
  test("bilinear takes two neighbours of a centre, smooth a mean of all beneath", () => {
    expect(fit([1, 5], "resize=1x4:bilinear")).toEqual([1, 2, 4, 5]);
    expect(fit([1, 5], "resize=1x4")).toEqual([1, 2, 4, 5]);
    // 6 → 2: the centres 1.5 and 4.5 lie on pixels 1 and 4; the triangle reaches 3 to either side.
    expect(fit([1, 2, 4, 8, 16, 32], "resize=1x2:bilinear")).toEqual([2, 16]);
    // About pixel 1, inside: weights 2, 3, 2, 1 of 8.
    expect(fit([1, 2, 4, 8, 16, 32], "resize=1x2")[0]).toBe((2 + 6 + 8 + 8) / 8);
  });
  test("nearest", () => {
    expect(fit([1, 2, 3], "resize=1x6:nearest")).toEqual([1, 1, 2, 2, 3, 3]);
    expect(fit([1, 2, 3, 4, 5], "resize=1x2:nearest")).toEqual([2, 4]);
  });
  test("crop takes the middle, of an odd rest one pixel more is cut after", () => {
    expect(fit([1, 2, 3, 4, 5, 6], "crop=1x3")).toEqual([2, 3, 4]);
    const column = { ...row(1, 2, 3, 4), H: 4, W: 1 };
    expect([...fitPlanes(column, [step("crop=1x1")]).data]).toEqual([2]);
    expect(messageOf(() => fit([1, 2], "crop=1x3"))).toBe(
      'preprocessing: got a picture of 1×2, expected at least 1×3, which is cropped from it; resize it first: "resize=3; crop=1x3"',
    );
  });
  test("grey by the eye's weights, colour by repetition; what is so already stays", () => {
    const one = { C: 3, H: 1, W: 2, data: Float32Array.of(1, 0, 0, 1, 0, 1) };
    const grey = fitPlanes(one, [{ kind: "grey" }]);
    expect([grey.C, ...grey.data].map((v) => Math.fround(v))).toEqual(
      [1, 0.299, 0.587 + 0.114].map(Math.fround),
    );
    const colour = fitPlanes(row(1, 2), [{ kind: "colour" }]);
    expect([colour.C, ...colour.data]).toEqual([3, 1, 2, 1, 2, 1, 2]);
    expect(fitPlanes(one, [{ kind: "colour" }])).toBe(one);
    const four = { ...one, C: 4, data: new Float32Array(8) };
    expect(messageOf(() => fitPlanes(four, [{ kind: "grey" }]))).toBe(
      "preprocessing: got a picture of 4 channels, expected 1 or 3 to make grey",
    );
  });
  test("the shorter side, the longer in proportion", () => {
    const tall = { C: 2, H: 9, W: 6, data: new Float32Array(108) };
    const wide = { ...tall, H: 6, W: 9 };
    expect(
      [tall, wide].map((x) => fitPlanes(x, [step("resize=4")])).map(({ C, H, W }) => [C, H, W]),
    ).toEqual([
      [2, 6, 4],
      [2, 4, 6],
    ]);
  });
});

describe("text", () => {
  test.each([
    "resize=256",
    "resize=64x48",
    "resize=64x64:bilinear",
    "resize=20:nearest",
    "crop=224x200",
    "grey",
    "colour",
  ])("%s and back", (text) => expect(showFit(step(text))).toBe(text));
  test("beside pixels; each part that is not named is as it was", () => {
    const way = parsePreprocessing("resize=256; crop=224; imagenet");
    expect(showPreprocessing(way)).toBe(
      "resize=256; crop=224x224; scale=1/255; mean=0.485,0.456,0.406; std=0.229,0.224,0.225; channels=rgb",
    );
    expect(parsePreprocessing(showPreprocessing(way))).toEqual(way);
    expect(parsePreprocessing("gray").fits).toEqual([{ kind: "grey" }]);
    expect(parsePreprocessing("raw", way)).toEqual({ ...preprocessings.raw, fits: way.fits });
    expect(parsePreprocessing("resize=8", way)).toEqual({ ...way, fits: [step("resize=8")] });
    expect(parsePreprocessing("resize=8")).toEqual({
      ...preprocessings.plain,
      fits: [step("resize=8")],
    });
  });
  test.each([
    "resize=0",
    "resize=5000",
    "resize=8x8:cubic",
    "crop=8:nearest",
    "crop=x",
    "resize=1x2x3",
  ])("refused: %s", (text) =>
    expect(messageOf(() => parsePreprocessing(text))).toContain(`preprocessing: got "${text}"`),
  );
});

test("a dataset: masks and concepts go along", () => {
  const split = {
    images: {
      shape: [1, 2, 2] as const,
      count: 2,
      data: Uint8Array.of(0, 51, 102, 255, 255, 0, 0, 0),
    },
    labels: Uint8Array.of(0, 1),
    masks: Uint8Array.of(0, 1, 0, 0, 1, 0, 0, 0),
    concepts: { names: ["dot"], maps: Uint16Array.of(0, 1, 0, 0, 1, 0, 0, 0) },
  };
  const given = dataset({ name: "two", classes: ["a", "b"], train: split, validation: split });
  const { validation } = fitDataset(given, [step("resize=4x4:nearest"), step("crop=2x4")]);
  expect(validation.images.shape).toEqual([1, 2, 4]);
  expect([...validation.images.data].map((v) => Math.round(255 * v))).toEqual([
    ...[0, 0, 51, 51, 102, 102, 255, 255],
    ...[255, 255, 0, 0, 0, 0, 0, 0],
  ]);
  expect(fitDataset(given, [step("colour"), step("crop=1x2")]).validation.images.shape).toEqual([
    3, 1, 2,
  ]);
  const marks = [0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0];
  expect([...(validation.masks ?? [])]).toEqual(marks);
  expect([...(validation.concepts?.maps ?? [])]).toEqual(marks);
});
