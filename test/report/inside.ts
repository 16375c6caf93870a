/** Details of measures and close-ups, made up, for studies of the example. */
import type { CloseUp } from "../../src/study/close-up.js";
import type { Study, TrialResult } from "../../src/study/types.js";

type Details = NonNullable<TrialResult["measures"][string]["details"]>;

const left = (details: Details): TrialResult["measures"][string] => ({
  value: 1,
  states: {},
  details,
});

/** Two moments of a layer, from `low` and twice as low to 2 and 4. */
const activations = (low: number) => ({
  layer: ["relu", "relu"],
  step: [0, 5],
  mean: [0.1, 0.2],
  deviation: [1, 2],
  low: [low, 2 * low],
  high: [2, 4],
  ...Object.fromEntries(
    Array.from({ length: 12 }, (_, bin) => [`bin${bin}`, [bin / 100, (11 - bin) / 100]]),
  ),
});

function measuresOf(arm: string, seed: number): TrialResult["measures"] {
  const moreRings = arm === "batch" && seed === 1;
  return {
    uniqueDetectors: left({
      tables: {
        units: {
          unit: [0, 1, 2, 3, 4],
          concept: ["stroke", "stroke", "stroke", "ring", "ring"],
          iou: [0.1, 0.05, 0.04, 0.2, moreRings ? 0.3 : 0.01],
        },
        exemplars: { unit: [3], rank: [1], activation: [2], picture: [0] },
      },
      pictures: [{ image: 7, shape: [1, 2, 2], pixels: "AID/QA==", mask: [1, 2, 1] }],
    }),
    ablationZero: left({
      tables: {
        curve: { share: [0, 0.5, 1], accuracy: [seed === 0 ? 0.9 : 0.7, 0.5, 0.1] },
      },
    }),
    classSelectivity: left({
      tables: { units: { unit: [0, 1, 2], selectivity: [0.1, 0.8, 0.4] } },
    }),
    activationGrowth: left({
      tables: { moments: activations(-2), outputs: activations(0) },
    }),
    lossRange: left({
      tables: {
        path: {
          step: [0, 5],
          loss: [2 + seed, 1 + seed],
          low: [1.5 + seed, 0.5 + seed],
          high: [2.5 + seed, 1.5 + seed],
          predictiveness: [4, 3],
          smoothness: [5, 4],
        },
      },
    }),
  };
}

/** Two channels of 4×4 pixels, one of them with γ < 0. */
export const closeUp: CloseUp = {
  norm: "norm",
  order: "relu → batchNorm → maxPool2d",
  fold: { into: "dense", direction: "forward" },
  epsilon: 1e-3,
  channels: 4,
  shape: [4, 4],
  stored: [0, 2].map((channel) => ({
    channel,
    mean: 0.1234567,
    variance: 0.04,
    gamma: channel === 0 ? 1.1 : -0.8,
    beta: -0.2,
    batchMean: 0.15,
    batchVariance: 0.05,
    low: 0,
    high: 0.9,
    counts: Array.from({ length: 32 }, (_, i) => (i === 0 ? 400 : 64 - 2 * i)),
  })),
  image: 0,
  x: Buffer.from(
    new Uint8Array(Uint16Array.from({ length: 32 }, (_, p) => (p * 9973) % 65536).buffer),
  ).toString("base64"),
};

/** The study with what measures leave behind in every trial, and close-ups where there are norms. */
export const withInside = (study: Study): Study => ({
  ...study,
  trials: study.trials.map((trial) => ({
    ...trial,
    measures: { ...trial.measures, ...measuresOf(trial.arm, trial.seed) },
    earlier: [1, 2].map((epoch) => ({
      epoch,
      maps: trial.maps
        .filter(({ method }) => method === "saliency")
        .map((map) => ({ ...map, peak: epoch })),
    })),
    ...(trial.arm !== "none" && { closeUps: [closeUp] }),
  })),
});
