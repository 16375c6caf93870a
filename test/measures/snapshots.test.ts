/** The moments of training that measures look at, and that training leaves them behind. */
import { expect, test } from "vitest";
import { snapshooter, snapshotSteps } from "../../src/measures/dynamics/snapshots.js";
import type { Model } from "../../src/model/model.js";
import { network } from "./fixtures.js";

test("moments begin with the start, are spread evenly, and leave a step to come", () => {
  expect(snapshotSteps(120)).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110]);
  expect(snapshotSteps(3)).toEqual([0, 1, 2]);
});

test("each holds the model before its step, the step's images, and the model after it", () => {
  const at = (step: number): Model => network([1, 1, 1], [{ weight: [[step]] }]);
  const models = Array.from({ length: 25 }, (_, step) => at(step));
  const { snapshots, look } = snapshooter(models[0], 24);
  const copied: number[] = [];
  for (let step = 1; step <= 24; step++) {
    const model = (): Model => {
      copied.push(step);
      return models[step];
    };
    look({ step, images: Int32Array.of(step), model });
  }
  expect(snapshots.map(({ step }) => step)).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22]);
  for (const { step, model, images, next } of snapshots) {
    expect(model).toBe(models[step]);
    expect(next).toBe(models[step + 1]);
    expect([...images]).toEqual([step + 1]);
  }
  expect(copied).toEqual(Array.from({ length: 23 }, (_, i) => i + 1));
});
