/** Measures of the whole model say beforehand what they cost: images through the network, counted where they run. */
import { afterAll, expect, test, vi } from "vitest";
import { glyphs } from "../../src/data/glyphs/glyphs.js";
import {
  type GivenWork,
  type Measure,
  type MeasureName,
  measureNames,
  measures,
  snapshooter,
  type Trained,
  workloadOf,
} from "../../src/measures/index.js";
import { free } from "../../src/measures/measure.js";
import { initialise, zoo } from "../../src/model/index.js";
import { random } from "../../src/tensor/index.js";
import { trained } from "./fixtures.js";

const spent = vi.hoisted(() => ({ forward: 0, backward: 0 }));

vi.mock("../../src/engine/executor.js", async (original) => {
  const real = await original<typeof import("../../src/engine/executor.js")>();
  const executor: typeof real.executor = (graph, options) => {
    const e = real.executor(graph, options);
    const run: typeof e.run = (pass) => {
      if (pass === "forward" || pass === "backward") spent[pass] += e.plan.options.batch;
      e.run(pass);
    };
    return new Proxy(e, { get: (own, key) => (key === "run" ? run : Reflect.get(own, key)) });
  };
  return { ...real, executor };
});
afterAll(() => vi.restoreAllMocks());

const dataset = glyphs({ seed: 2, train: 96, validation: 64 });
const model = initialise(zoo.plain({ norm: "batch", depth: 2 }), random(0));
const { snapshots, look } = snapshooter(model, 6);
for (let step = 1; step <= 6; step++) {
  const next = initialise(model, random(step));
  look({ step, images: Int32Array.from({ length: 16 }, (_, i) => i * step), model: () => next });
}
const fresh = (): Trained => trained(model, dataset, { batchSize: 16, snapshots });
const given: GivenWork = workloadOf(model, {
  ...{ train: 96, validation: 64, explained: 4, batchSize: 16, steps: 6 },
  ...{ checkpoints: 1, snapshots: snapshots.length },
});

const settings: Partial<Record<MeasureName, Measure["defaults"]>> = {
  gradientNoiseScale: { batches: 4 },
  gradientAutocorrelation: { networks: 2, width: 16, points: 32, depth: 4 },
  gradientGrowth: { inputs: 64, width: 32 },
  largestStableRate: { steps: 12 },
  rotationRuler: { steps: 2, draws: 1 },
  pgdLinfAccuracy: { images: 32, steps: 4 },
  pgdL2Accuracy: { images: 32, steps: 4 },
};
/** Attacks end early where a model falls, runs where they diverge, and dissection where nothing is detected. */
const early: readonly MeasureName[] = [
  "fgsmAccuracy",
  "pgdLinfAccuracy",
  "pgdL2Accuracy",
  "largestStableRate",
  "rotationRuler",
];

test.each(measureNames.filter((name) => measures[name].of === "model"))("%s", (name) => {
  const measure: Measure = measures[name];
  if (measure.of !== "model") throw new Error("filtered above");
  const options = { ...measure.defaults, ...settings[name] };
  const declared = measure.cost(options, { ...given, explanation: free() });
  Object.assign(spent, { forward: 0, backward: 0 });
  measure.score(fresh(), options, () => {});
  for (const pass of ["forward", "backward"] as const) {
    // A few images more complete a batch.
    expect(spent[pass], pass).toBeLessThanOrEqual(1.1 * declared[pass] + 8);
    if (!early.includes(name))
      expect(spent[pass], pass).toBeGreaterThanOrEqual(0.9 * declared[pass] - 8);
  }
});
