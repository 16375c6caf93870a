/** What every measure of maps owes: its options, its cost, its bits. Read from the table. */
import { describe, expect, test } from "vitest";
import { prepare } from "../../src/measures/bench.js";
import {
  costsOf,
  evaluateMeasures,
  isOfMaps,
  type Measure,
  measures,
  type OfMaps,
  workloadOf,
} from "../../src/measures/index.js";
import { scoresOfMaps } from "../../src/measures/map-scores.js";
import { initialise, zoo } from "../../src/model/index.js";
import { random } from "../../src/tensor/index.js";
import { data, split, trained } from "./fixtures.js";

const shape = [1, 12, 12] as const;
const stream = random("contract");
// Brightness from 0.1 to 1: every pixel can be removed.
const rows = Array.from({ length: 10 }, () =>
  Array.from({ length: 144 }, () => stream.uniform(0.1, 1)),
);
const labels = rows.map((_, i) => i % 3);
const masks = rows.map((_, i) =>
  Array.from({ length: 144 }, (_, p) => ((p + i) % 5 === 0 ? 1 : 0)),
);
const graph = zoo.plain({ norm: "batch", inputShape: shape, classes: 3, depth: 2 });
const model = initialise(graph, random(2));
const whole = trained(model, data(3, split(shape, rows, labels, masks)), { seed: 3 });

const all: Record<string, Measure> = measures;
const ofMaps = Object.entries(all).filter((entry): entry is [string, OfMaps] => isOfMaps(entry[1]));

test.each(Object.entries(all))("%s says what it is", (_, measure) => {
  expect(measure.question).toMatch(/^[A-Z].*\?$/);
  expect(measure.zh.question).toMatch(/[\u4e00-\u9fff].*？$/);
  expect(measure.zh.title).not.toBe("");
  expect(measure.title).not.toBe("");
  expect(measure.unit).not.toBe("");
  for (const [option, words] of Object.entries(measure.choices ?? {})) {
    expect(Object.keys(measure.defaults)).toContain(option);
    expect(words).toContain(measure.defaults[option]);
  }
  // Words without choices could not be checked.
  for (const [option, value] of Object.entries(measure.defaults))
    if (typeof value === "string") expect(Object.keys(measure.choices ?? {})).toContain(option);
});

test.each(ofMaps)("%s: groundwork depends on options that there are", (_, measure) => {
  const known = Object.keys(measure.defaults);
  for (const option of measure.groundwork?.reads ?? []) expect(known).toContain(option);
});

/** Small numbers of draws, for speed. */
const few: Record<string, number> = {
  draws: 3,
  subsets: 12,
  others: 2,
  pixels: 2,
  calibration: 10,
};
const settingsOf = ({ defaults }: Measure) =>
  Object.fromEntries(
    Object.entries(defaults).map(([option, value]) => [option, few[option] ?? value]),
  );

describe.each(ofMaps)("%s", (name, measure) => {
  const key = `${name}/inputTimesGradient`;
  const measureOptions = { [name]: settingsOf(measure) };
  const work = workloadOf(graph, {
    train: 10,
    validation: 10,
    explained: 6,
    batchSize: 2,
    steps: 0,
    checkpoints: 1,
    snapshots: 0,
  });

  test("costs what it declares", () => {
    const spent = { forward: 0, backward: 0 };
    const bench = prepare(whole, 6, ({ forward, backward }) => {
      spent.forward += forward;
      spent.backward += backward;
    });
    const scoresOf = scoresOfMaps(whole, bench);
    for (const explainer of ["inputTimesGradient", "random", "constant", "sobel"] as const)
      scoresOf(measure, explainer, settingsOf(measure));
    const { total } = costsOf([key], work, measureOptions);
    // Statistics of random networks are taken by the training room, of which the bench hears nothing: 10 images for
    // each layer, once for the explainer and once for every control.
    const calibration = "calibration" in measure.defaults ? 4 * 10 * work.layers : 0;
    expect({ ...spent, forward: spent.forward + calibration }).toEqual(total);
  });

  test("has the same bits again, in other company and among other images", () => {
    const run = (keys: readonly string[], explained: number) => {
      const { results, explained: found } = evaluateMeasures(whole, {
        measures: keys,
        explained,
        measureOptions,
      });
      return { result: results[key], indices: found.indices };
    };
    const alone = run([key], 6);
    const scored = alone.result.images?.filter((score) => score !== null).length ?? 0;
    expect(alone.result.images?.length).toBe(6);
    expect(scored).toBeGreaterThan(0);
    const company = run(["sparseness/saliency", "maxSensitivity/saliency", key], 10);
    alone.indices.forEach((image, i) => {
      const place = company.indices.indexOf(image);
      expect(company.result.images?.[place]).toBe(alone.result.images?.[i]);
    });
  });
});
