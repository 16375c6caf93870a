/** The order in which trials can be known: tuning, the arms, checkpoints of equal accuracy and loss. */
import { describe, expect, test } from "vitest";
import { studiesUnder } from "../../src/study/conditions.js";
import {
  type StudyConfigInput,
  studyConfig,
  type Trial,
  type TrialResult,
} from "../../src/study/types.js";
import {
  armsUnder,
  conditionsOf,
  decayCandidates,
  matchedTrials,
  rateCandidates,
  settle,
  trialCount,
  trialsOf,
} from "../../src/study/waves.js";
import { study, trial } from "./fixtures.js";

const config = (input: StudyConfigInput = {}) =>
  studyConfig.parse({ arms: ["none", "batch"], seeds: 2, epochs: 4, ...input });
const measured = (value: number | null): TrialResult =>
  trial({ measures: { validationAccuracy: { value, states: {} } } });

describe("tuning", () => {
  const tuned = config({
    rates: ["shared", "tuned"],
    arms: ["none", "batch", "noneDecay", "batchSlow", "untrained", "shuffled"],
    seeds: [0, 1_000_000],
    tuning: { rates: [0.1, 0.01], decays: [1, 0.1], seeds: 2 },
  });
  const rates = rateCandidates(tuned, tuned.arms);
  test("every arm without a rate of its own has the same grid, seeds and epochs; controls have none", () => {
    expect(rates.map(({ arm, value }) => `${arm} ${value}`)).toEqual(
      ["none", "batch", "noneDecay"].flatMap((arm) => [`${arm} 0.01`, `${arm} 0.1`]),
    );
    for (const { trials } of rates)
      expect(trials.map(({ seed, epochs }) => [seed, epochs])).toEqual([
        [1_000_001, 4], // 1,000,000 is a seed of the study
        [1_000_002, 4],
      ]);
    expect(rates.every(({ trials }) => trials.every(({ purpose }) => purpose === "tuning"))).toBe(
      true,
    );
    expect(decayCandidates(tuned).map(({ arm, value }) => `${arm} ${value}`)).toEqual([
      "noneDecay 0.1",
      "noneDecay 1",
    ]);
  });
  test("a rate that nobody asked for is not tuned", () => {
    expect(rateCandidates(config(), config().arms)).toEqual([]);
  });
  const scores = (by: Readonly<Record<string, readonly (number | null)[]>>) =>
    settle(rates, ({ arm, seed }: Trial) =>
      measured(by[`${arm.name} ${arm.learningRate}`][seed - 1_000_001]),
    );
  test("the best mean wins, the smaller value among equals, and whatever diverged loses", () => {
    const [none, batch, decay] = scores({
      "none 0.01": [0.5, 0.7],
      "none 0.1": [0.9, 0.4],
      "batch 0.01": [0.5, 0.5],
      "batch 0.1": [0.5, 0.5],
      "noneDecay 0.01": [0.1, 0.1],
      "noneDecay 0.1": [1, null],
    });
    expect(none.tried.map(({ accuracy }) => accuracy)).toEqual([0.6, 0.65]);
    expect(none).toMatchObject({ arm: "none", setting: "learningRate", chosen: 0.1, atEdge: true });
    expect(batch.chosen).toBe(0.01);
    expect(decay.tried[1].accuracy).toBeNull();
    expect(decay.chosen).toBe(0.01);
    const tuning = [
      none,
      { ...none, arm: "noneDecay", setting: "weightDecay", chosen: 1 },
    ] as const;
    const of = (rule: "shared" | "tuned") => armsUnder(tuned, rule, tuning);
    expect(of("shared")[0]).toEqual({ name: "none", norm: "none" });
    expect(of("tuned")[0]).toEqual({ name: "none", norm: "none", learningRate: 0.1 });
    expect(of("shared")[2].weightDecay).toBe(1);
  });
  test("an arm whose best rate is the study's is the shared trial itself", () => {
    const arms = [{ name: "none", norm: "none", learningRate: 0.001 }];
    expect(trialsOf(config(), arms)[0]).toEqual(trialsOf(config())[0]);
  });
});

describe("checkpoints", () => {
  const design = config({ arms: ["none", "batch", "shuffled"], seeds: 2 });
  const trials = trialsOf(design);
  /** Accuracies and losses after each epoch. */
  const courses: Record<string, readonly (readonly [number, number])[]> = {
    "none 0": [
      [0.2, 2],
      [0.4, 1.5],
      [0.6, 1],
      [0.5, 0.9],
    ],
    "batch 0": [
      [0.5, 1.2],
      [0.7, 0.8],
      [0.8, 0.7],
      [0.9, 0.6],
    ],
    "none 1": [
      [0.2, 2],
      [0.4, 1.5],
      [0.6, 1],
      [0.9, 0.1],
    ],
    "batch 1": [
      [0.1, 2],
      [0.2, 1.9],
      [0.3, 1.2],
      [0.7, 0.5],
    ],
  };
  const resultOf = ({ arm, seed }: Trial): TrialResult => {
    const course = courses[`${arm.name} ${seed}`] ?? [
      [0, 9],
      [0, 9],
      [0, 9],
      [0, 9],
    ];
    const epochs = course.map(([validationAccuracy, trainLoss], i) => ({
      epoch: i + 1,
      step: i,
      trainLoss,
      trainAccuracy: 0,
      validationLoss: 0,
      validationAccuracy,
    }));
    return trial({ arm: arm.name, seed, history: { ...trial().history, epochs } });
  };
  const epochsOf = (list: readonly Trial[]) =>
    list.map(({ arm, seed, epochs }) => `${arm.name} ${seed}: ${epochs}`);
  test("equal accuracy: the first epoch that reaches the lowest end of its seed; controls set no bar", () => {
    // seed 0: a* = 0.5, which none reaches in epoch 3; seed 1: a* = 0.7
    expect(epochsOf(matchedTrials(trials, "accuracy", resultOf))).toEqual([
      "none 0: 3",
      "batch 0: 1",
      "shuffled 0: 4",
      "none 1: 4",
      "batch 1: 4",
      "shuffled 1: 4",
    ]);
  });
  test("equal loss: the first epoch at or below the highest end", () => {
    // seed 0: l* = 0.9, seed 1: l* = 0.5
    expect(epochsOf(matchedTrials(trials, "loss", resultOf))).toEqual([
      "none 0: 4",
      "batch 0: 2",
      "shuffled 0: 4",
      "none 1: 4",
      "batch 1: 4",
      "shuffled 1: 4",
    ]);
  });
  test("a diverged trial sets no bar, and equal epochs change nothing", () => {
    const diverged = (each: Trial): TrialResult =>
      each.arm.name === "none" ? { ...resultOf(each), state: "diverged" } : resultOf(each);
    expect(epochsOf(matchedTrials(trials, "accuracy", diverged))[1]).toBe("batch 0: 4");
    expect(matchedTrials(trials, "epochs", resultOf)).toEqual(trials);
  });
  test("conditions, and how many trials they make", () => {
    const all = config({ rates: ["tuned", "shared"], checkpoints: ["accuracy", "epochs"] });
    expect(conditionsOf(all).map(({ rates, checkpoint }) => `${rates} ${checkpoint}`)).toEqual([
      "tuned accuracy",
      "tuned epochs",
      "shared accuracy",
      "shared epochs",
    ]);
    expect(trialCount(config())).toBe(4);
    expect(trialCount(all)).toBe(2 * 6 * 2 + 4 * 4); // 2 arms × 6 rates × 2 seeds, 4 conditions
    expect(trialCount(config({ checkpoints: ["accuracy"] }))).toBe(8); // equal epochs come first
  });
  test("a study under each of its rules is a study", () => {
    const first = study(() => ({ validationAccuracy: 0.5 }), {
      config: { checkpoints: ["epochs", "loss"], seeds: 2 },
    });
    const second = first.trials.map((each) => ({ ...each, steps: 99 }));
    const both = {
      ...first,
      others: [{ rates: "shared" as const, checkpoint: "loss" as const, trials: second }],
    };
    expect(studiesUnder(both).map((under) => under.study.trials[0].steps)).toEqual([2, 99]);
    expect(studiesUnder(both)[1].condition).toEqual({ rates: "shared", checkpoint: "loss" });
  });
});
