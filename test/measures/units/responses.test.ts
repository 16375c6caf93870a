/** Selectivity, information, dead units and ablation of units that are made by hand. */
import { describe, expect, test } from "vitest";
import { measures } from "../../../src/measures/index.js";
import { ablationCurves, relativeArea } from "../../../src/measures/units/ablation.js";
import { information } from "../../../src/measures/units/class-information.js";
import { selectivities } from "../../../src/measures/units/class-selectivity.js";
import { addResponses, type Responses } from "../../../src/measures/units/responses.js";
import { random } from "../../../src/tensor/random.js";
import { tensor } from "../../../src/tensor/tensor.js";
import { data, network, scoreOf, split, trained } from "../fixtures.js";

const empty = (units: number, labels: readonly number[]): Responses => ({
  units,
  labels: Uint8Array.from(labels),
  means: new Float64Array(units * labels.length),
  maxima: new Float64Array(units).fill(-Infinity),
});

describe("class selectivity", () => {
  test("by hand: class means 4, 1, 1 → 3/5; a unit for everything 0; for one class alone 1; the dead have none", () => {
    const found = empty(4, [0, 1, 2]);
    //  unit 0, unit 1, unit 2, unit 3, two positions each
    const rows = [
      [6, 2, 2, 2, 0, 8, 0, 0],
      [0, 2, 2, 2, 0, 0, 0, 0],
      [2, 0, 2, 2, 0, 0, 0, 0],
    ];
    rows.forEach((row, i) => {
      addResponses(found, tensor([1, 4, 1, 2], Float32Array.from(row)), i);
    });
    expect([...found.means]).toEqual([4, 2, 4, 0, 1, 2, 0, 0, 1, 2, 0, 0]);
    expect([...found.maxima]).toEqual([6, 2, 8, 0]);
    expect(selectivities(found)).toEqual([3 / 5, 0, 1, null]);
  });
  test("means are per image of a class, and classes without images do not count as silent", () => {
    const found = empty(1, [0, 0, 1]);
    addResponses(found, tensor([3, 1], Float32Array.of(1, 3, 1)), 0);
    // Means 2 and 1: (2 − 1)/(2 + 1). A third class at 0 would make it (2 − ½)/(2 + ½).
    expect(selectivities(found)[0]).toBeCloseTo(1 / 3, 15);
  });
  test("one class only: no value", () => {
    const found = empty(1, [1]);
    addResponses(found, tensor([1, 1], Float32Array.of(3)), 0);
    expect(selectivities(found)).toEqual([null]);
  });
});

describe("class information", () => {
  const repeat = (values: readonly number[], times: number): number[] =>
    Array.from({ length: values.length * times }, (_, i) => values[i % values.length]);
  test("a unit that names one of four classes: log₂ 4, less the bias of 4 cells, 4 bins, 4 classes", () => {
    const found = information(repeat([0, 1, 2, 3], 25), repeat([0, 1, 2, 3], 25), 20);
    expect(found).toBeCloseTo(2 - (4 - 4 - 4 + 1) / (2 * 100) / Math.LN2, 12);
  });
  test("by hand: one bit split evenly by half of the classes", () => {
    // Bin 0 holds classes 0 and 1, bin 1 classes 2 and 3: 1 bit; 4 cells, 2 bins, 4 classes.
    const found = information(repeat([0, 0, 1, 1], 50), repeat([0, 1, 2, 3], 50), 2);
    expect(found).toBeCloseTo(1 - (4 - 2 - 4 + 1) / (2 * 200) / Math.LN2, 12);
  });
  test("a unit that knows nothing: 0 on average, which the plug-in value is not", () => {
    const stream = random("information");
    const draw = () => Array.from({ length: 2000 }, () => stream.uniform());
    const labels = Array.from({ length: 2000 }, () => stream.below(10));
    const found = Array.from({ length: 30 }, () => information(draw(), labels, 20));
    const mean = found.reduce((sum, x) => sum + x, 0) / found.length;
    expect(Math.abs(mean)).toBeLessThan(0.01); // uncorrected: (200 − 20 − 10 + 1)/4000 nats = 0.062 bits
  });
  test("a constant unit has none", () => {
    expect(information([2, 2, 2, 2], [0, 1, 0, 1], 20)).toBeCloseTo(0, 12);
  });
});

/** Units: pixel 0, pixels 1 + 2, never, always 1. */
const units = network(
  [1, 2, 2],
  [
    {
      weight: [
        [1, 0, 0, 0],
        [0, 1, 1, 0],
        [-1, -1, -1, -1],
        [0, 0, 0, 0],
      ],
      bias: [0, 0, 0, 1],
    },
    // Class 0 where unit 0 is above unit 1.
    {
      weight: [
        [1, 0, 0, 0],
        [0, 1, 0, 0],
      ],
    },
  ],
);
const rows = [
  [1, 0.25, 0.25, 0],
  [0.75, 0.25, 0.25, 0],
  [0.25, 0.5, 0.5, 0],
  [0.25, 0.25, 0.25, 0],
];
const four = data(2, split([1, 2, 2], rows, [0, 0, 1, 1]));
const own = trained(units, four);

describe("the measures on units made by hand", () => {
  test("selectivity: means (0.875, 0.25), (0.5, 0.75), dead, (1, 1)", () => {
    const { value, states, details } = scoreOf(measures.classSelectivity, own);
    expect(states).toEqual({ deadUnits: 1 });
    expect(value).toBeCloseTo((0.625 / 1.125 + 0.25 / 1.25 + 0) / 3, 7);
    expect(details?.tables.units.selectivity[2]).toBeNull();
  });
  test("information is of the units that are alive", () => {
    const { value, states, details } = scoreOf(measures.classInformation, own, { bins: 2 });
    expect(states).toEqual({ deadUnits: 1 });
    expect(details?.tables.units.unit).toEqual([0, 1, 3]);
    const expected = [
      information([1, 0.75, 0.25, 0.25], [0, 0, 1, 1], 2),
      information([0.5, 0.5, 1, 0.5], [0, 0, 1, 1], 2),
      information([1, 1, 1, 1], [0, 0, 1, 1], 2),
    ];
    expect(value).toBeCloseTo(expected.reduce((sum, x) => sum + x, 0) / 3, 7);
  });
  test("one of four is dead", () => {
    expect(scoreOf(measures.deadUnits, own)).toEqual({
      value: 0.25,
      states: { deadUnits: 1, units: 4 },
    });
  });
  test("a network without ReLU has no answer, and says why", () => {
    const linear = network([1, 2, 2], [{ weight: [[1, 0, 0, 0]] }]);
    const of = trained(linear, data(1, split([1, 2, 2], rows, [0, 0, 0, 0])));
    const { classSelectivity, classInformation, deadUnits, ablationZero } = measures;
    for (const measure of [classSelectivity, classInformation, deadUnits, ablationZero])
      expect(scoreOf(measure, of)).toEqual({ value: null, states: { noRelu: 1 } });
  });
});

describe("ablation", () => {
  const sample = {
    images: tensor([4, 1, 2, 2], Float32Array.from(rows.flat())),
    labels: [0, 0, 1, 1],
  };
  test("by hand: units off at 0 in two orders", () => {
    const orders = [Int32Array.of(0, 1, 2, 3), Int32Array.of(3, 1, 0, 2)];
    const replacement = new Float64Array(4);
    const curves = ablationCurves(units, "relu1", sample, { orders, steps: 4, replacement });
    // Intact: all four are right. Without unit 0: images of class 1 alone. Without both: class 0 wins ties.
    expect(curves[0]).toEqual([1, 0.5, 0.5, 0.5, 0.5]);
    // Unit 3 says nothing; without unit 1 all are class 0, with or without unit 0.
    expect(curves[1]).toEqual([1, 1, 0.5, 0.5, 0.5]);
  });
  test("by hand: held at the mean, half a unit's information is left to the other", () => {
    // Means: unit 0 (1 + 0.75 + 0.25 + 0.25)/4 = 0.5625, unit 1 0.625.
    const replacement = Float64Array.of(0.5625, 0.625, 0, 1);
    const curves = ablationCurves(units, "relu1", sample, {
      ...{ orders: [Int32Array.of(0, 3, 1, 2)], steps: 4, replacement },
    });
    // Unit 0 at 0.5625 against 0.5, 0.5, 1, 0.5: the last of class 1 is lost. Both held: class 1 everywhere.
    expect(curves[0]).toEqual([1, 0.75, 0.75, 0.5, 0.5]);
  });
  test("area by trapezoids, as a share of the intact accuracy", () => {
    expect(relativeArea([1, 0.5, 0])).toBe(0.5);
    expect(relativeArea([0.8, 0.8, 0.8])).toBeCloseTo(1, 12);
    expect(relativeArea([0.5, 0.25, 0.25])).toBeCloseTo((0.375 + 0.25) / 2 / 0.5, 12);
  });
  test("the measure is the mean over its random orders; a model that is never right has no value", () => {
    const { value, details } = scoreOf(measures.ablationZero, own, { orders: 40, steps: 4 });
    const { curve } = details?.tables ?? {};
    expect(curve.share).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect([curve.accuracy[0], curve.accuracy[4]]).toEqual([1, 0.5]);
    // One of units 0 and 1 is off with probability ½, 5/6 and 1 after one, two and three of four.
    const expected = (0.75 + (1 - 0.25) + (1 - 5 / 12) + 0.5) / 4;
    expect(Math.abs((value ?? 0) - expected)).toBeLessThan(0.06);
    const wrong = trained(units, data(2, split([1, 2, 2], rows, [1, 1, 0, 0])));
    expect(scoreOf(measures.ablationMean, wrong)).toEqual({
      value: null,
      states: { nothingRight: 1 },
    });
  });
});
