/** Every measure of the whole model on trained networks of every norm: it has a value or a state that says why not, it
 *  is the same twice, what it leaves behind is what a study's file may hold, and the model stays as it was. */
import { beforeAll, describe, expect, test } from "vitest";
import type { Dataset } from "../../src/data/dataset.js";
import { imageBatch } from "../../src/data/dataset.js";
import { glyphs } from "../../src/data/glyphs/glyphs.js";
import { session } from "../../src/engine/session.js";
import {
  evaluateMeasures,
  fitTemperature,
  type Measure,
  type MeasureName,
  measureNames,
  measures,
  snapshooter,
  type Trained,
} from "../../src/measures/index.js";
import { initialise, type NormName, norms, zoo } from "../../src/model/index.js";
import { detailsSchema } from "../../src/study/details.js";
import { hashParameters } from "../../src/study/trial.js";
import { random } from "../../src/tensor/index.js";
import { evaluate, fit } from "../../src/training/index.js";

const dataset: Dataset = glyphs({ seed: 1, train: 64, validation: 40 });

/** A few steps of a small network. */
async function train(norm: NormName): Promise<Trained> {
  const start = initialise(zoo.plain({ norm, depth: 3 }), random(0));
  const { snapshots, look } = snapshooter(start, 4);
  const steps: Trained["steps"][number][] = [];
  let model = start;
  for await (const record of fit(start, dataset, { epochs: 2, batchSize: 32, seed: 4 }))
    if (record.kind === "step") {
      const { step, loss, accuracy } = record;
      steps.push({ step, loss, accuracy, microseconds: 1 });
      look(record);
      model = record.model();
    }
  const { images, labels } = dataset.validation;
  return {
    ...{ model, dataset, seed: 4, batchSize: 32, steps, snapshots },
    checkpoints: [{ step: 4, model }],
    train: evaluate(model, dataset.train),
    validation: evaluate(model, dataset.validation),
    temperature: fitTemperature(
      session(model).forward(imageBatch(images, 0, images.count)),
      labels,
    ),
  };
}

/** Settings under which a measure takes a fraction of a second. */
const small: Partial<Record<MeasureName, Measure["defaults"]>> = {
  gradientNoiseScale: { batches: 2, checkpoints: 1 },
  gradientAutocorrelation: { networks: 1, width: 16, points: 32, depth: 4 },
  gradientGrowth: { inputs: 64, width: 32 },
  largestStableRate: { steps: 2, highest: 0.5 },
  lossRange: { snapshots: 2, rates: 2 },
  gradientPredictiveness: { snapshots: 2, rates: 2 },
  betaSmoothness: { snapshots: 2, rates: 2 },
  relativeLossAlongGradient: { snapshots: 1 },
  covariateShift: { snapshots: 2 },
  activationGrowth: { images: 8, snapshots: 2 },
  adaptiveSharpness: { batches: 1 },
  rotationRuler: { steps: 1, draws: 1 },
  pgdLinfAccuracy: { steps: 3, images: 20 },
  pgdL2Accuracy: { steps: 3, images: 20 },
  ablationZero: { orders: 3, steps: 4 },
  ablationMean: { orders: 3, steps: 4 },
};
const ofModel = measureNames.filter((name) => measures[name].of === "model" && name !== "stepTime");
const measured = (trained: Trained) =>
  evaluateMeasures(trained, { measures: ofModel, measureOptions: small, explained: 4 }).results;

describe.each(Object.keys(norms) as NormName[])("%s", (norm) => {
  let trained: Trained;
  let results: ReturnType<typeof measured>;
  beforeAll(async () => {
    trained = await train(norm);
    results = measured(trained);
  });
  test("a value, or a state that says why there is none", () => {
    for (const name of ofModel) {
      const { value, states } = results[name];
      const reasons = Object.values(states).filter((count) => count > 0);
      expect([name, value !== null || reasons.length > 0]).toEqual([name, true]);
      expect([name, value === null || Number.isFinite(value)]).toEqual([name, true]);
    }
  });
  test("what is left behind is what a study's file may hold", () => {
    for (const { details, states } of Object.values(results)) {
      if (details)
        expect(detailsSchema.parse(JSON.parse(JSON.stringify(details)))).toEqual(details);
      for (const count of Object.values(states))
        expect(Number.isInteger(count) && count >= 0).toBe(true);
    }
  });
  test.runIf(norm === "batch")("the same twice, and the models stay as they were", () => {
    const hashes = (): string[] =>
      [trained.model, ...trained.snapshots.flatMap((s) => [s.model, s.next])].map(hashParameters);
    const before = hashes();
    const again: Trained = { ...trained }; // another object: nothing is remembered
    expect(measured(again)).toEqual(results);
    expect(hashes()).toEqual(before);
  });
});
