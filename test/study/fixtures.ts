/** Trials and studies with numbers made by hand. */
import { planStudy, trialHash } from "../../src/study/plan.js";
import {
  STUDY_FORMAT,
  type Study,
  type StudyConfigInput,
  type TrialResult,
} from "../../src/study/types.js";
import { LIBRARY_VERSION, RESULT_VERSION } from "../../src/study/version.js";

export const FINGERPRINT = "0123456789abcdef".repeat(4);

type Measured = TrialResult["measures"][string];
/** What a trial measured: a value, or per-image scores. */
export type Given = Readonly<Record<string, number | null | Partial<Measured>>>;

/** A small trial in which everything that can be stored is there. */
export const trial = (given: Partial<TrialResult> = {}): TrialResult => ({
  hash: FINGERPRINT,
  arm: "batch",
  seed: 3,
  state: "trained",
  learningRate: 0.001,
  weights: "f".repeat(64),
  parameters: 12,
  steps: 2,
  temperature: 1.25,
  measures: {
    validationAccuracy: { value: 0.5, states: {} },
    ligs: { value: null, images: [0.25, null], states: { zeroGradient: 1 } },
    "sparseness/saliency": {
      value: 0.5,
      images: [0.5, 0.25],
      states: {},
      controls: { random: 0.3 },
    },
  },
  explained: { indices: [4, 7], correct: [true, false] },
  history: {
    epochs: [
      {
        epoch: 1,
        step: 2,
        trainLoss: 0.5,
        trainAccuracy: 0.75,
        validationLoss: null,
        validationAccuracy: 0.5,
      },
    ],
    steps: { every: 1, loss: [1, null], accuracy: [0.5, 1] },
  },
  maps: [
    {
      image: 4,
      label: 1,
      prediction: 0,
      method: "saliency",
      shape: [1, 2],
      peak: 0.5,
      values: [-127, 3],
    },
  ],
  ...given,
});

interface StudyOptions {
  readonly config?: StudyConfigInput;
  /** Explained images and which of them each arm gets right; two images, both right, by default. */
  readonly correct?: (arm: string, seed: number) => boolean[];
}

/** A study whose trials measured what `measured` says. */
export function study(
  measured: (arm: string, seed: number) => Given,
  { config: input = {}, correct = () => [true, true] }: StudyOptions = {},
): Study {
  const { config, trials } = planStudy(input);
  return {
    format: STUDY_FORMAT,
    version: RESULT_VERSION,
    library: LIBRARY_VERSION,
    config,
    dataset: {
      name: "by hand",
      fingerprint: FINGERPRINT,
      classes: ["a", "b"],
      shape: [1, 1, 2],
      train: 10,
      validation: 10,
      pictures: [],
    },
    trials: trials.map((planned) => {
      const { arm, seed } = planned;
      const right = correct(arm.name, seed);
      return trial({
        hash: trialHash(planned, FINGERPRINT),
        arm: arm.name,
        seed,
        measures: Object.fromEntries(
          Object.entries(measured(arm.name, seed)).map(([name, value]) => [
            name,
            typeof value === "number" || value === null
              ? { value, states: {} }
              : { value: null, states: {}, ...value },
          ]),
        ),
        explained: { indices: right.map((_, i) => i), correct: right },
      });
    }),
    others: [],
    tuning: [],
  };
}
