/** Maps of a study as the report carries them: scores, what seeds share, how much fits into a page. */
import { describe, expect, test } from "vitest";
import { methodsOf } from "../../src/report/methods.js";
import { mapsOf } from "../../src/report/pictures.js";
import { spreadsOf } from "../../src/report/spreads.js";
import type { MapResult, Study } from "../../src/study/types.js";
import { exampleStudy } from "./fixture.js";

const example = exampleStudy({ config: { seeds: 3, epochs: 1, pictured: 1 } });

/** The example with maps of two pixels: per arm and seed the values given. */
function studyWith(values: Readonly<Record<string, readonly (readonly number[])[]>>): Study {
  const map = (own: readonly number[]): MapResult => ({
    image: 0,
    label: 0,
    prediction: 0,
    method: "saliency",
    shape: [1, 2],
    peak: 1,
    values: [...own],
  });
  return {
    ...example,
    dataset: {
      ...example.dataset,
      pictures: [{ image: 0, label: 0, shape: [1, 1, 2], pixels: [0, 255], mask: [0, 1] }],
    },
    trials: example.trials.map((trial) => ({
      ...trial,
      maps: (values[trial.arm]?.[trial.seed] ?? []).length
        ? [map(values[trial.arm][trial.seed])]
        : [],
    })),
  };
}

const bytes = (base64: string): number[] => [...new Int8Array(Buffer.from(base64, "base64"))];

describe("over seeds", () => {
  // Saliencies of three seeds: alike in one arm, at right angles in the other.
  const spreads = spreadsOf(
    studyWith({
      none: [
        [127, 0],
        [127, 0],
        [127, 0],
      ],
      batch: [[127, 0], [0, 127], []],
    }),
  );

  test("alike maps agree wholly, maps without a common pixel not at all", () => {
    expect(spreads.map(({ arm, agreement, seeds }) => [arm, agreement, seeds])).toEqual([
      ["none", 1, 3],
      ["batch", 0, 2],
    ]);
  });

  test("means are shares of their own peak, deviations share one scale", () => {
    const [none, batch] = spreads;
    expect([bytes(none.mean), bytes(none.deviation)]).toEqual([
      [127, 0],
      [0, 0],
    ]);
    // x̄ = (1/2, 1/2); both pixels deviate by √(2·(1/2)²/1), the widest of all.
    expect([bytes(batch.mean), bytes(batch.deviation)]).toEqual([
      [127, 127],
      [127, 127],
    ]);
  });

  test("opposite maps agree by −1", () => {
    const [opposite] = spreadsOf(
      studyWith({
        none: [
          [100, -50],
          [-100, 50],
        ],
      }),
    );
    expect(opposite.agreement).toBeCloseTo(-1, 3);
  });

  test("one seed has no spread", () => {
    expect(spreadsOf(studyWith({ none: [[127, 0]] }))).toEqual([]);
  });
});

test("maps are scored as they are shown", () => {
  const [map, empty] = mapsOf(studyWith({ none: [[30, -90]], batch: [[0, 0]] }), []);
  // The mask covers the second pixel: 90/120. Gini of (30, 90): (2·2−2−1)·90 + (2−2−1)·30 over 2·120.
  expect([map.onObject, map.sparseness]).toEqual([0.75, 0.25]);
  expect(empty).not.toHaveProperty("onObject");
  expect(empty).not.toHaveProperty("sparseness");
});

test("every map carries what the measures of its method gave it, in their order", () => {
  const study = exampleStudy({ config: { seeds: 2, epochs: 1 } });
  const trials = study.trials.map((trial) => ({
    ...trial,
    // Images 0, 11, 22 … are pictured, images 0, 7, 14 … are explained: 0 and 77 are both.
    measures: {
      ...trial.measures,
      "sparseness/saliency": { ...trial.measures["sparseness/saliency"], value: null, images: [] },
    },
  }));
  const methods = methodsOf({ ...study, trials });
  const [saliency] = methods;
  expect(saliency.scores.map(({ measure }) => measure)).toEqual([
    "deletion/saliency",
    "relevanceMass/saliency",
    "sparseness/saliency",
  ]);
  expect(saliency.scores[0].title).toEqual({ en: "Deletion AUC", zh: "删除曲线面积" });
  const maps = mapsOf({ ...study, trials }, methods).filter((map) => map.arm === "batch");
  const of = (image: number) =>
    maps.find((map) => map.seed === 1 && map.image === image && map.method === "saliency");
  const own = study.trials.find(({ arm, seed }) => arm === "batch" && seed === 1)?.measures ?? {};
  const third = (value: number | null = null) => Number(value?.toPrecision(3));
  expect(of(77)?.scores).toEqual([
    third(own["deletion/saliency"].images?.[11]),
    third(own["relevanceMass/saliency"].images?.[11]),
    null,
  ]);
  expect(of(11)).not.toHaveProperty("scores");
});

test("a study with more maps than a page can carry keeps those of the first seeds, of all arms", () => {
  const large = exampleStudy({ config: { seeds: 4, epochs: 1 } });
  const [first] = large.trials;
  const many = {
    ...large,
    trials: large.trials.map((trial) => ({ ...trial, maps: copies(trial.maps, 80) })),
  };
  expect(new Set(mapsOf(large, []).map(({ seed }) => seed)).size).toBe(4);
  const kept = mapsOf(many, []);
  expect([...new Set(kept.map(({ seed }) => seed))]).toEqual([0, 1]);
  expect(kept.length).toBe(2 * 2 * 80 * first.maps.length);
});

const copies = (maps: readonly MapResult[], times: number): MapResult[] =>
  Array.from({ length: times }, () => maps).flat();
