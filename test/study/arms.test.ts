/** Every arm trains as it says, from the weights that it shares with the others. */
import { describe, expect, test } from "vitest";
import { loadDataset } from "../../src/index.js";
import { armEntry, armNames, isControl } from "../../src/study/arms.js";
import { train } from "../../src/study/course.js";
import { planStudy } from "../../src/study/plan.js";
import { imagesOf, learnsOf, optimiserOf, startOf } from "../../src/study/recipe.js";
import { hashParameters, runTrial } from "../../src/study/trial.js";
import type { StudyConfigInput, Trial } from "../../src/study/types.js";

const dataset = await loadDataset("glyphs", { train: 120, validation: 40 });
const trialOf = (arm: unknown, change: StudyConfigInput = {}): Trial =>
  planStudy({
    model: { name: "plain", depth: 2 },
    arms: [arm as string],
    seeds: [3],
    epochs: 2,
    batchSize: 24,
    measures: ["validationAccuracy", "stepTime", "ligs"],
    measureOptions: { ligs: { draws: 1 } },
    explained: 5,
    pictured: 1,
    ...change,
  }).trials[0];
const settled = (name: string): unknown =>
  name === "noneDecay" ? { name, norm: "none", weightDecay: 0.1 } : name;
const outcome = async (arm: unknown, change?: StudyConfigInput) =>
  (await runTrial(trialOf(arm, change), dataset)).result;
const watching = { signal: undefined, onProgress: () => {} };

describe.each(armNames)("%s", (name) => {
  test("trains and is measured, and starts from the weights it shares", async () => {
    const trial = trialOf(settled(name));
    const { result, timings } = await runTrial(trial, dataset);
    expect(result.state).toBe("trained");
    expect(result.measures.validationAccuracy.value).toBeGreaterThanOrEqual(0);
    expect(result.history.epochs.length).toBe(trial.arm.training === "none" ? 0 : 2);
    expect(Object.keys(timings.measures)).toEqual(["stepTime"]);
    const [own, none] = [trial, trialOf("none")].map((each) => startOf(each, dataset).parameters);
    const same = ["conv1.weight", "conv2.weight", "dense.weight"].every(
      (key) => String(own[key].data) === String(none[key].data),
    );
    expect(same).toBe(trial.arm.start !== "wellScaled");
  });
});

describe("what sets an arm apart", () => {
  test("shuffled labels of two bytes stay what they are", () => {
    const labels = Uint16Array.from(dataset.train.labels, (label) => label + 290);
    const wide = { ...dataset, train: { ...dataset.train, labels } };
    const { train } = imagesOf(wide, trialOf("shuffled"));
    expect([...train.labels].sort()).toEqual([...labels].sort());
  });

  test("controls: shuffled labels are the same labels in another order, the images and the order of training as ever", () => {
    const [own, usual] = ["shuffled", "none"].map((name) => imagesOf(dataset, trialOf(name)));
    expect(String(own.train.labels)).not.toBe(String(usual.train.labels));
    expect(String([...own.train.labels].sort())).toBe(String([...usual.train.labels].sort()));
    expect(own.train.images).toEqual(usual.train.images);
    expect(own.validation).toEqual(usual.validation);
    const controls = armNames.filter((name) => armEntry(name)?.role === "control");
    expect(armNames.filter((name) => isControl(trialOf(name).arm))).toEqual(controls);
  });
  test("tuning trains on five sixths of the training images and looks at the rest alone", () => {
    const { train: kept, validation } = imagesOf(dataset, {
      ...trialOf("none"),
      purpose: "tuning",
    });
    expect([kept.images.count, validation.images.count]).toEqual([100, 20]);
    const pixels = 28 * 28;
    expect(validation.images.data).toEqual(dataset.train.images.data.subarray(100 * pixels));
    expect(validation.labels).toEqual(dataset.train.labels.subarray(100));
    const one = imagesOf.bind(undefined, dataset, {
      ...trialOf("none", { dataset: { train: 1 } }),
      purpose: "tuning",
    });
    expect(one).toThrow("tuning: got 1 training image, expected at least 2; take more");
  });
  test("γ and β alone: the convolutions stay as they started", async () => {
    const trial = trialOf("normOnly");
    const { model } = await train(trial, dataset, watching);
    const start = startOf(trial, dataset).parameters;
    expect(model.parameters["conv2.weight"]).toEqual(start["conv2.weight"]);
    expect(model.parameters["norm2.gamma"]).not.toEqual(start["norm2.gamma"]);
    expect(learnsOf(trialOf("batch"))).toBeUndefined();
  });
  test("folded: the same weights trained, the same function, no norm left", async () => {
    const [batch, folded] = [await outcome("batch"), await outcome("batchFolded")];
    expect(folded.weights).toBe(batch.weights);
    expect(folded.measures.validationAccuracy.value).toBe(batch.measures.validationAccuracy.value);
    expect(folded.measures.ligs.value).toBeCloseTo(batch.measures.ligs.value as number, 4);
    expect(folded.temperature).toBeCloseTo(batch.temperature as number, 3);
  });
  test("as it is drawn: the same weights and function, other rule-based maps", async () => {
    const measures = ["validationAccuracy", "sparseness/saliency", "sparseness/lrpEpsilonPlus"];
    const [batch, drawn] = [
      await outcome("batch", { measures, measureOptions: {} }),
      await outcome("batchDrawn", { measures, measureOptions: {} }),
    ];
    expect(drawn.weights).toBe(batch.weights);
    for (const key of measures.slice(0, 2))
      expect(drawn.measures[key].value).toBe(batch.measures[key].value);
    expect(drawn.measures[measures[2]].value).not.toBe(batch.measures[measures[2]].value);
    expect(batch.measures[measures[2]].states.folded).toBe(5);
  });
  test("moving statistics: the same weights, other numbers", async () => {
    const [batch, moving] = [await outcome("batch"), await outcome("batchMoving")];
    expect(moving.weights).toBe(batch.weights);
    expect(moving.measures.ligs.value).not.toBe(batch.measures.ligs.value);
  });
  test("a rate factor and a decay reach the optimiser", () => {
    const stages = (arm: unknown, optimiser: StudyConfigInput["optimiser"] = {}) =>
      optimiserOf(trialOf(arm, { optimiser })).stages.map(({ name, settings }) => ({
        name,
        ...settings,
      }));
    expect(stages("batchSlow").at(-1)).toMatchObject({ learningRate: 0.0001 });
    expect(stages(settled("noneDecay"))[1]).toEqual({ name: "addDecayed", decay: 0.1 });
    expect(stages(settled("noneDecay"), { name: "sgd" })[0]).toEqual({
      name: "addDecayed",
      decay: 0.1,
    });
    expect(stages("none").map(({ name }) => name)).toEqual(["scaleByAdam", "descend"]);
    expect(() => optimiserOf(trialOf("noneDecay"))).toThrow(
      'trial: got weight decay "tuned" in arm "noneDecay", expected a number',
    );
  });
});

describe("a trial that diverges", () => {
  const wild = { name: "wild", norm: "none", learningRate: 1e30 };
  test("is a result without numbers, on the images of its seed", async () => {
    const [{ result, timings }, usual] = [
      await runTrial(trialOf(wild), dataset),
      await outcome("none"),
    ];
    expect(result).toMatchObject({
      state: "diverged",
      learningRate: 1e30,
      temperature: null,
      measures: {
        validationAccuracy: { value: null, states: { diverged: 1 } },
        ligs: { value: null, states: { diverged: 1 } },
      },
      maps: [],
    });
    expect(timings.measures).toEqual({ stepTime: null });
    expect(result.explained.indices).toEqual(usual.explained.indices);
    expect(result.weights).toBe(hashParameters(startOf(trialOf("none"), dataset)));
  });
});

test("fewer epochs give the very model that the longer trial had there", async () => {
  const long = await train(trialOf("batch"), dataset, watching);
  const short = await runTrial({ ...trialOf("batch"), epochs: 1 }, dataset);
  expect(short.result.weights).toBe(hashParameters(long.checkpoints[0].model));
  expect(short.result.weights).not.toBe(hashParameters(long.model));
});
