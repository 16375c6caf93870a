/** Training in part: frozen Batch Norm after a warm-up, γ and β alone, and a run that diverges. */
import { describe, expect, test } from "vitest";
import type { Model } from "../../src/model/model.js";
import { type FitOptions, fit } from "../../src/training/fit.js";
import { fitThenFreeze } from "../../src/training/freeze.js";
import { sgd } from "../../src/training/optimiser.js";
import { recalibrate } from "../../src/training/recalibrate.js";
import { bands, fresh } from "../networks.js";

const data = bands(96, 16);
const options: FitOptions = { epochs: 3, batchSize: 16, seed: 4 };
type Run = ReturnType<typeof fit>;

async function models(run: Run): Promise<Model[]> {
  const found: Model[] = [];
  for await (const record of run) if (record.kind === "epoch") found.push(record.model());
  return found;
}
const values = (model: Model, name: string): number[] => Array.from(model.parameters[name].data);

describe("frozen after a warm-up", () => {
  test("until then it is the ordinary run; then statistics are those of all training images and stay", async () => {
    const usual = await models(fit(fresh("plain"), data, options));
    const frozen = await models(fitThenFreeze(fresh("plain"), data, { ...options, warmUp: 1 }));
    expect(frozen.length).toBe(3);
    expect(frozen[0].parameters).toEqual(usual[0].parameters);
    const exact = recalibrate(usual[0], data.train.images);
    for (const key of ["norm1.runningMean", "norm4.runningVariance"])
      for (const model of frozen.slice(1)) expect(values(model, key)).toEqual(values(exact, key));
    for (const key of ["norm2.gamma", "norm2.beta", "conv1.weight"])
      expect(values(frozen[2], key)).not.toEqual(values(frozen[1], key));
    expect(values(frozen[2], "conv1.weight")).not.toEqual(values(usual[2], "conv1.weight"));
  });
  test("a run no longer than its warm-up is the ordinary one", async () => {
    const [usual] = (await models(fit(fresh("plain"), data, options))).slice(-1);
    const [same] = (
      await models(fitThenFreeze(fresh("plain"), data, { ...options, warmUp: 3 }))
    ).slice(-1);
    expect(same.parameters).toEqual(usual.parameters);
  });
});

test("parameters that do not learn stay, and the others do as they would", async () => {
  const start = fresh("plain");
  const learns: FitOptions["learns"] = ({ name }) => name === "gamma" || name === "beta";
  const [first, , last] = await models(fit(start, data, { ...options, learns }));
  const moved = Object.keys(start.parameters).filter(
    (key) => String(values(last, key)) !== String(values(start, key)),
  );
  expect(moved.every((key) => /\.(gamma|beta|runningMean|runningVariance)$/.test(key))).toBe(true);
  expect(moved.filter((key) => key.endsWith(".gamma")).length).toBe(4);
  // One step of gradient descent moves γ exactly as it does when everything learns.
  const one: FitOptions = { ...options, epochs: 1, batchSize: 96, optimiser: sgd({}) };
  const [alone] = await models(fit(start, data, { ...one, learns }));
  const [together] = await models(fit(start, data, one));
  expect(values(alone, "norm3.gamma")).toEqual(values(together, "norm3.gamma"));
  expect(values(alone, "norm3.gamma")).not.toEqual(values(start, "norm3.gamma"));
  expect(first.parameters["conv1.weight"].data).toEqual(start.parameters["conv1.weight"].data);
});

test("a run that diverges says so", async () => {
  const run = fit(fresh("plain", "none"), data, {
    ...options,
    optimiser: sgd({ learningRate: 1e30 }),
  });
  await expect(models(run)).rejects.toMatchObject({ kind: "diverged" });
});
