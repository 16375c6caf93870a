/** What a report shows of units, of training from inside and of norms from near: facts taken from what measures left. */
import { describe, expect, test } from "vitest";
import { reportData } from "../../src/report/build.js";
import { reportSchema } from "../../src/report/report-data.js";
import { canonicalJson } from "../../src/study/canonical.js";
import type { Study } from "../../src/study/types.js";
import { exampleStudy } from "./fixture.js";
import { withInside } from "./inside.js";

const study = withInside(exampleStudy({ config: { seeds: 2, epochs: 1, pictured: 1 } }));
const data = reportData(study);

test("a study without details has nothing of it, and is whole all the same", () => {
  const bare = reportData(exampleStudy({ config: { seeds: 2, epochs: 1, pictured: 1 } }));
  expect([bare.units, bare.probes, bare.microscopes]).toEqual([undefined, undefined, []]);
  expect(reportSchema.safeParse(bare).error).toBeUndefined();
});

test("with details it fits its schema", () => {
  expect(reportSchema.safeParse(data).error).toBeUndefined();
});

test("a study that was read from its file, where keys have an order of their own, is told alike", () => {
  expect(reportData(JSON.parse(canonicalJson(study)))).toEqual(data);
});

describe("units", () => {
  test("concepts are counted above the threshold, as means over the seeds", () => {
    // Units 0 … 3 detect with overlaps of 0.1, 0.05, 0.04 (not above it) and 0.2; "ring" is detected by one unit more
    // under seed 1 of batch.
    expect(data.units?.concepts).toEqual([
      {
        concept: "stroke",
        arms: [
          { arm: "none", units: 2 },
          { arm: "batch", units: 2 },
        ],
      },
      {
        concept: "ring",
        arms: [
          { arm: "none", units: 1 },
          { arm: "batch", units: 1.5 },
        ],
      },
    ]);
  });
  test("the best detectors of one network per arm, lit where their run lengths say", () => {
    expect(data.units?.detectors.map(({ arm, seed, unit }) => [arm, seed, unit])).toEqual([
      ["none", 0, 3],
      ["batch", 0, 3],
    ]);
    const [{ concept, iou, images }] = data.units?.detectors ?? [];
    expect([concept, iou]).toEqual(["ring", 0.2]);
    expect([...Buffer.from(images[0].mask, "base64")]).toEqual([0, 1, 1, 0]);
  });
  test("ablation and selectivity: a line per seed, and their mean", () => {
    const [zero] = data.units?.ablation ?? [];
    expect(zero).toMatchObject({ replaced: "zero", share: [0, 0.5, 1] });
    expect(zero.arms[1]).toEqual({
      arm: "batch",
      seeds: [
        [0.9, 0.5, 0.1],
        [0.7, 0.5, 0.1],
      ],
      mean: [0.8, 0.5, 0.1],
    });
    const { selectivity } = data.units ?? {};
    expect(selectivity?.arms[0].seeds[0][0]).toBe(0.8);
    expect(selectivity?.arms[0].seeds[0].at(-1)).toBe(0.1);
  });
});

describe("training from inside", () => {
  test("ridges of each layer by step, of the first network of each arm", () => {
    const [layer] = data.probes?.activations ?? [];
    expect(layer.layer).toBe("relu");
    expect(layer.arms.map(({ arm, seed }) => [arm, seed])).toEqual([
      ["none", 0],
      ["batch", 0],
    ]);
    const rising = Array.from({ length: 12 }, (_, bin) => bin / 100);
    const moments = (low: number) => [
      { step: 0, mean: 0.1, deviation: 1, low, high: 2, shares: rising },
      { step: 5, mean: 0.2, deviation: 2, low: 2 * low, high: 4, shares: rising.toReversed() },
    ];
    expect(layer.arms[0].into).toEqual(moments(-2));
    expect(layer.arms[0].out).toEqual(moments(0));
  });
  test("the landscape as means over the seeds", () => {
    expect(data.probes?.landscape?.step).toEqual([0, 5]);
    expect(data.probes?.landscape?.arms[1]).toMatchObject({
      arm: "batch",
      loss: [2.5, 1.5],
      low: [2, 1],
      high: [3, 2],
    });
  });
});

test("the microscope shows the first network of each arm that has norms", () => {
  expect(data.microscopes.map(({ arm, seed }) => [arm, seed])).toEqual([["batch", 0]]);
  const [{ closeUps }] = data.microscopes;
  expect(closeUps[0].stored[0].mean).toBe(0.123457);
});

test("columns of the wrong kind are passed over", () => {
  const broken: Study = structuredClone(study);
  for (const trial of broken.trials) {
    const details = trial.measures.activationGrowth.details;
    if (details) details.tables.moments.step = ["a", "b"];
  }
  expect(reportData(broken).probes?.activations[0].arms[0].into).toEqual([]);
});

test("maps in the course of training are those of the first seed, epoch by epoch", () => {
  expect(data.moments.map(({ epoch }) => epoch)).toEqual([1, 2]);
  for (const { epoch, maps } of data.moments)
    expect(
      maps
        .filter(({ image }) => image === 0)
        .map(({ arm, seed, method, peak }) => [arm, seed, method, peak]),
    ).toEqual([
      ["none", 0, "saliency", epoch],
      ["batch", 0, "saliency", epoch],
    ]);
});
