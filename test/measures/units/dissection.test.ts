/** Units that detect a concept because they are made to, and the rotation of their space. */
import { describe, expect, test } from "vitest";
import type { Dataset, Split } from "../../../src/data/dataset.js";
import { session } from "../../../src/engine/session.js";
import { measures } from "../../../src/measures/index.js";
import {
  detectors,
  dissect,
  LargestValues,
  labelsOf,
} from "../../../src/measures/units/dissection.js";
import { planesOf, power, randomRotation } from "../../../src/measures/units/rotation.js";
import { rotationLayer } from "../../../src/measures/units/rotation-ruler.js";
import { lastRelu, opened, receptiveField, trunk } from "../../../src/measures/units/tap.js";
import { marker } from "../../../src/measures/units/upsampling.js";
import { conv2d, dense, flatten, maxPool2d, relu, sequential } from "../../../src/model/build.js";
import { initialise, type Model, withParameters } from "../../../src/model/model.js";
import { zoo } from "../../../src/model/zoo.js";
import { random } from "../../../src/tensor/random.js";
import { tensor } from "../../../src/tensor/tensor.js";
import { data, network, scoreOf, split, trained } from "../fixtures.js";

const stream = random("dissection.test");
const SIDE = 6;
const COUNT = 40;
const pixels = SIDE * SIDE;

/** Images of two channels: channel k is bright on its own few pixels, which are concept k; concept 2 is the upper half. */
const words = new Uint16Array(COUNT * pixels);
const rows = Array.from({ length: COUNT }, (_, i) => {
  const row = Array.from({ length: 2 * pixels }, () => 0.1 * stream.uniform());
  for (const channel of [0, 1]) {
    const p = stream.below(pixels);
    row[channel * pixels + p] = 1 + stream.uniform();
    words[i * pixels + p] |= 1 << channel;
  }
  for (let p = 0; p < pixels / 2; p++) words[i * pixels + p] |= 4;
  return row;
});
const names = ["first", "second", "upper half"];
const labels = rows.map((_, i) => i % 2);
const plain: Split = split([2, SIDE, SIDE], rows, labels);
const shown: Split = { ...plain, concepts: { names, maps: words } };
const withConcepts = (of: Split): Dataset => ({ ...data(2, plain), validation: of });

/** Units: channel 0, channel 1, half of channel 0, never. */
const graph = sequential(
  [2, SIDE, SIDE],
  [
    conv2d({ id: "conv", filters: 4, kernel: 1 }),
    relu({ id: "relu" }),
    flatten({ id: "flatten" }),
    dense({ id: "dense", units: 2 }),
  ],
);
const start = initialise(graph, random(0));
const model: Model = withParameters(graph, {
  ...start.parameters,
  "conv.weight": tensor([4, 2, 1, 1], Float32Array.of(1, 0, 0, 1, 0.5, 0, -1, -1)),
  "conv.bias": tensor([4], new Float32Array(4)),
});
const field = receptiveField(model, "relu");
if (!field) throw new Error("expected a field");
const images = tensor([COUNT, 2, SIDE, SIDE], Float32Array.from(rows.flat()));
const probe = { run: session(trunk(model, "relu")), field, images, words, names };
/** One pixel in 36 shows each concept. */
const QUANTILE = 1 / pixels;

describe("dissection", () => {
  const found = dissect(probe, QUANTILE);
  test("units detect the concepts that they were made for, and nothing else", () => {
    expect(labelsOf(found).map(({ unit, concept }) => [unit, names[concept]])).toEqual([
      [0, "first"],
      [1, "second"],
      [2, "first"],
    ]);
    // Both concepts on one pixel still have two units.
    for (const { iou } of labelsOf(found)) expect(iou).toBeCloseTo(1, 12);
    expect(detectors(labelsOf(found), 0.04)).toEqual({ total: 3, unique: 2 });
    expect(detectors(labelsOf(found), 1)).toEqual({ total: 0, unique: 0 });
  });
  test("IoU sums over images, by the formula again; thresholds are exceeded as often as they should", () => {
    const quantile = 0.1;
    const { iou, thresholds } = dissect(probe, quantile);
    const all = rows.flatMap((row) => row.slice(0, pixels)).map(Math.fround);
    const sorted = [...all].sort((a, b) => b - a);
    expect(thresholds[0]).toBe(sorted[quantile * COUNT * pixels - 1]);
    names.forEach((_, k) => {
      let [both, either] = [0, 0];
      all.forEach((value, at) => {
        const [inMask, inConcept] = [value >= thresholds[0], ((words[at] >> k) & 1) === 1];
        if (inMask && inConcept) both++;
        if (inMask || inConcept) either++;
      });
      expect(iou[k]).toBeCloseTo(both / either, 12);
    });
  });
  test("a unit that is positive on fewer positions is masked where it is positive", () => {
    const sparse = withParameters(graph, {
      ...model.parameters,
      "conv.bias": tensor([4], Float32Array.of(-1, 0, 0, 0)),
    });
    const run = session(trunk(sparse, "relu"));
    const { iou, thresholds } = dissect({ ...probe, run }, 0.5);
    expect(thresholds[0]).toBe(Number.MIN_VALUE);
    expect(iou[0]).toBe(1);
  });
  test("the largest values, however many are added", () => {
    const values = Float32Array.from({ length: 1000 }, () => stream.normal());
    const top = new LargestValues(7);
    let largest = -Infinity;
    for (let from = 0; from < 1000; from += 50)
      largest = Math.max(largest, top.add(values, from, 50));
    const sorted = [...values].sort((a, b) => b - a);
    expect(top.smallest()).toBe(sorted[6]);
    expect(largest).toBe(sorted[0]);
  });
  test("the measures: how many concepts, per living unit, and what a report shows", () => {
    const own = trained(model, withConcepts(shown));
    const options = { quantile: QUANTILE };
    const { value, states, details } = scoreOf(measures.uniqueDetectors, own, options);
    expect(value).toBe(2);
    expect(states).toEqual({ detectors: 3, unique: 2, aliveUnits: 3, deadUnits: 1 });
    expect(scoreOf(measures.uniqueDetectorShare, own, options).value).toBeCloseTo(2 / 3, 12);
    const { units, exemplars } = details?.tables ?? {};
    expect(units.concept).toEqual(["first", "second", "first"]);
    expect(units.first).toEqual([1, expect.any(Number), 1]);
    expect(exemplars.unit).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2]);
    // The brightest image of unit 0, masked at its brightest pixel alone.
    const brightest = rows.map((row) => Math.max(...row.slice(0, pixels)));
    const image = brightest.indexOf(Math.max(...brightest));
    const at = rows[image].indexOf(brightest[image]);
    const [picture] = details?.pictures ?? [];
    expect(picture.image).toBe(image);
    expect(picture.mask).toEqual(at === pixels - 1 ? [at, 1] : [at, 1, pixels - 1 - at]);
  });
  test("without concepts, maps or ReLU there is a state instead of a number", () => {
    const state = (of: Model, dataset: Dataset) =>
      scoreOf(measures.uniqueDetectors, trained(of, dataset));
    expect(state(model, data(2, plain))).toEqual({ value: null, states: { noConcepts: 1 } });
    const flat = network(
      [2, SIDE, SIDE],
      [{ weight: [new Array(2 * pixels).fill(1)] }, { weight: [[1], [1]] }],
    );
    expect(state(flat, withConcepts(shown))).toEqual({ value: null, states: { noMap: 1 } });
    const linear = network([2, SIDE, SIDE], [{ weight: [new Array(2 * pixels).fill(1)] }]);
    expect(state(linear, withConcepts(shown))).toEqual({ value: null, states: { noRelu: 1 } });
  });
});

describe("places of units", () => {
  test("the centres of receptive fields, by hand", () => {
    // 3×3 without padding: centres begin at pixel 1. A 2×2 pool of a padded convolution: ½, 2½, ….
    expect(receptiveField(zoo.seed(), "relu")).toEqual({
      ...{ start: [1, 1], jump: [1, 1] },
      size: [26, 26],
    });
    expect(receptiveField(zoo.plain({ depth: 3 }), "relu3")).toEqual({
      ...{ start: [0.5, 0.5], jump: [2, 2] },
      size: [14, 14],
    });
    const strided = sequential(
      [1, 9, 9],
      [conv2d({ kernel: 3, stride: 2, filters: 1 }), maxPool2d(), relu({ id: "relu" })],
    );
    // Centres 1, 3, 5, 7; pooled: 2, 6.
    expect(receptiveField(strided, "relu")).toEqual({ start: [2, 2], jump: [4, 4], size: [2, 2] });
  });
  test("a 2×2 map between its centres, its edges beyond", () => {
    const mark = marker({ start: [0, 0], jump: [2, 2], size: [2, 2] }, 3, 4);
    const mask = new Uint8Array(12);
    const value = (y: number, x: number): number => {
      // Rows (0, 4) and (8, 12): 4·min(x, 2)/2 + 8·y/2.
      let low = 0;
      for (let t = 0; t <= 12; t += 0.5) {
        mark([0, 4, 8, 12], t, mask);
        if (mask[y * 4 + x] === 1) low = t;
      }
      return low;
    };
    expect([0, 1, 2, 3].map((x) => value(0, x))).toEqual([0, 2, 4, 4]);
    expect([0, 1, 2].map((y) => value(y, 1))).toEqual([2, 6, 10]);
  });
});

const product = (a: Float64Array, b: Float64Array, n: number, turned = false): Float64Array =>
  Float64Array.from({ length: n * n }, (_, at) => {
    let sum = 0;
    for (let k = 0; k < n; k++)
      sum += a[Math.floor(at / n) * n + k] * (turned ? b[(at % n) * n + k] : b[k * n + (at % n)]);
    return sum;
  });
const far = (a: Float64Array, b: Float64Array): number =>
  a.reduce((worst, x, at) => Math.max(worst, Math.abs(x - b[at])), 0);
const unit = (n: number): Float64Array =>
  Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 1 : 0));

describe.each([2, 3, 8, 17, 32])("rotations of %i units", (n) => {
  const q = randomRotation(n, random(`rotation ${n}`));
  const planes = planesOf(q, n);
  test("Q is orthogonal; Q⁰ is the identity, Q¹ is Q, and powers multiply", () => {
    expect(far(product(q, q, n, true), unit(n))).toBeLessThan(1e-12);
    expect([...power(planes, 0, n)]).toEqual([...unit(n)]);
    expect(far(power(planes, 1, n), q)).toBeLessThan(1e-7);
    const third = power(planes, 1 / 3, n);
    expect(far(product(third, third, n, true), unit(n))).toBeLessThan(1e-12);
    expect(far(product(third, product(third, third, n), n), q)).toBeLessThan(1e-7);
  });
});

test("a rotation by 90° to the third power of the way is one by 30°", () => {
  const found = power(planesOf(Float64Array.of(0, -1, 1, 0), 2), 1 / 3, 2);
  [Math.sqrt(3) / 2, -0.5, 0.5, Math.sqrt(3) / 2].forEach((x, at) => {
    expect(found[at]).toBeCloseTo(x, 12);
  });
});

test("rotated there and back, the function is unchanged; there alone, it is not", () => {
  const net = initialise(zoo.seed({ norm: "batch" }), random(3));
  const x = tensor(
    [4, 1, 28, 28],
    Float32Array.from({ length: 4 * 784 }, () => stream.uniform()),
  );
  const tap = lastRelu(net) ?? "";
  const q = power(planesOf(randomRotation(32, random("there")), 32), 0.7, 32);
  const back = Float64Array.from(q, (_, at) => q[(at % 32) * 32 + Math.floor(at / 32)]);
  const logits = (of: Model): number[] => [...session(of).forward(x).data];
  const there = opened(net, tap, [rotationLayer(q, 32)]);
  const both = opened(net, tap, [rotationLayer(q, 32), rotationLayer(back, 32)]);
  const before = logits(net);
  const distance = (of: Model): number =>
    Math.max(...logits(of).map((value, at) => Math.abs(value - before[at])));
  expect(distance(both)).toBeLessThan(1e-5);
  expect(distance(there)).toBeGreaterThan(1e-2);
});

test("the ruler: what was made along the axes is lost when they turn", () => {
  const own = trained(model, withConcepts(shown));
  const options = { quantile: QUANTILE, threshold: 0.5, steps: 2, draws: 3 };
  const { value, states, details } = scoreOf(measures.rotationRuler, own, options);
  expect(states).toEqual({ unrotated: 2 });
  const { alpha, unique } = details?.tables.curve ?? {};
  expect(alpha).toEqual([0, 0.5, 1, 0.5, 1, 0.5, 1]);
  expect(unique[0]).toBe(2);
  const full = [2, 4, 6].map((at) => Number(unique[at]));
  expect(value).toBeCloseTo(1 - full.reduce((sum, x) => sum + x, 0) / 3 / 2, 12);
  expect(value).toBeGreaterThan(0);
  expect(scoreOf(measures.rotationRuler, trained(model, data(2, plain)))).toEqual({
    value: null,
    states: { noConcepts: 1 },
  });
});
