/** A study made up by rule: the form of a real one, with effects of known size. Never shown as a result. */
import type { explainers } from "../../src/explain/index.js";
import { type MeasureKey, partsOf } from "../../src/measures/index.js";
import {
  type Study,
  type StudyConfigInput,
  studyConfig,
  type TrialResult,
  type TrialTimings,
} from "../../src/study/types.js";
import { exp, log } from "../../src/tensor/math.js";

/** Mean without a norm, change made by any norm, spread between seeds shared by the pair, spread of its own. */
type Effect = readonly [baseline: number, change: number, shared: number, own: number];

const effects: Partial<Record<MeasureKey, Effect>> = {
  trainAccuracy: [0.985, 0.008, 0.002, 0.0012],
  validationAccuracy: [0.951, 0.0125, 0.003, 0.002],
  trainLoss: [0.052, -0.021, 0.004, 0.003],
  validationLoss: [0.171, -0.034, 0.012, 0.008],
  accuracyGap: [0.034, -0.0045, 0.003, 0.006],
  lossGap: [0.119, -0.013, 0.012, 0.03],
  stepsToTarget: [640, -290, 50, 60],
  lossVariance: [0.021, -0.009, 0.002, 0.002],
  relativeLossVariance: [0.43, 0.31, 0.05, 0.06],
  gradientNoiseScale: [210, 160, 30, 45],
  ligs: [0.83, -0.14, 0.02, 0.02],
  "deletion/saliency": [0.31, 0.018, 0.02, 0.02],
  "deletion/integratedGradients": [0.24, 0.002, 0.02, 0.016],
  "relevanceMass/saliency": [0.44, -0.041, 0.02, 0.012],
  "relevanceMass/integratedGradients": [0.53, -0.006, 0.02, 0.014],
  "sparseness/saliency": [0.46, -0.021, 0.01, 0.01],
  "sparseness/integratedGradients": [0.62, 0.003, 0.01, 0.01],
  classSelectivity: [0.41, -0.062, 0.015, 0.012],
};

const side = 28;
const pictured = 8;

/** Numbers that look random and never change, of the names in `parts`; about N(0, 1). */
function noise(...parts: readonly (string | number)[]): number {
  return noises(...parts)();
}

/** The same for many that begin alike: `noises("a")("/b")` is `noise("a", "b")`. */
function noises(...parts: readonly (string | number)[]): (more?: string) => number {
  const hashed = (state: number, text: string): number => {
    let hash = state;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
    return hash;
  };
  const begun = Array.from({ length: 6 }, (_, k) => hashed(2166136261 ^ k, parts.join("/")));
  return (more = "") => {
    let sum = 0;
    for (const start of begun) {
      let state = hashed(start, more);
      state ^= state >>> 15;
      state = Math.imul(state, 0x2c1b3c6d);
      sum += (state >>> 8) / 2 ** 24 - 0.5;
    }
    return sum * Math.SQRT2;
  };
}

const hexOf = (...parts: readonly (string | number)[]): string =>
  Array.from({ length: 64 }, (_, i) =>
    (Math.abs(Math.trunc(noise(...parts, i) * 1e6)) % 16).toString(16),
  ).join("");

/** The example with another design, or other names. */
export interface ExampleOptions {
  readonly config?: StudyConfigInput;
  readonly classes?: readonly string[];
  readonly name?: string;
}

export function exampleStudy({ config: input = {}, classes, name }: ExampleOptions = {}): Study {
  const config = studyConfig.parse({ epochs: 8, pictured, ...input });
  const labels = classes ?? Array.from({ length: 10 }, (_, i) => `${i}`);
  return {
    format: "normlens-study",
    version: 1,
    library: "0.1.0",
    config: name === undefined ? config : { ...config, dataset: { ...config.dataset, name } },
    dataset: {
      name: name ?? config.dataset.name,
      fingerprint: hexOf("data"),
      classes: [...labels],
      shape: [1, side, side],
      train: 6000,
      validation: 1000,
      pictures: Array.from({ length: pictured }, (_, image) => pictureOf(image)),
    },
    trials: config.seeds.flatMap((seed) =>
      config.arms.map((arm) => trialOf(arm.name, arm.norm === "none" ? 0 : 1, seed, config)),
    ),
    others: [],
    tuning: [],
  };
}

export const exampleTimings = (study: Study): TrialTimings[] =>
  study.trials.map(({ hash, arm, seed }) => ({
    hash,
    arm,
    seed,
    trainSeconds: 3.1 + (arm === "none" ? 0 : 0.8) + 0.1 * noise("train", seed, arm),
    measureSeconds: 1.4 + 0.1 * noise("measure", seed, arm),
    measures: { stepTime: (arm === "none" ? 810 : 1030) * (1 + 0.03 * noise("step", arm, seed)) },
  }));

function trialOf(arm: string, change: number, seed: number, config: Study["config"]): TrialResult {
  const steps = config.epochs * 188;
  return {
    hash: hexOf("hash", arm, seed),
    arm,
    seed,
    state: "trained",
    learningRate: 0.001,
    weights: hexOf("weights", arm, seed),
    parameters: 54410 + change * 64,
    steps,
    temperature: 1.1,
    measures: Object.fromEntries(
      Object.entries(effects).map(([name, [baseline, difference, shared, own]]) => {
        const value =
          baseline +
          change * difference +
          shared * noise(name, seed) +
          own * noise(name, arm, seed);
        const images =
          partsOf(name)?.measure.of === "model" ? {} : { images: imagesOf(value, name, arm, seed) };
        return [name, { value, states: {}, ...images }];
      }),
    ),
    explained: {
      indices: Array.from({ length: 30 }, (_, i) => 7 * i),
      correct: new Array<boolean>(30).fill(true),
    },
    history: historyOf(arm, change, seed, config.epochs, steps),
    maps: Array.from({ length: pictured }, (_, image) => image).flatMap((image) =>
      (["saliency", "integratedGradients"] as const).map((method) =>
        mapOf(image, method, change, seed),
      ),
    ),
  };
}

const imagesOf = (value: number, name: string, arm: string, seed: number): number[] =>
  Array.from({ length: 30 }, (_, i) => value * (1 + 0.15 * noise(name, arm, seed, i)));

function historyOf(
  arm: string,
  change: number,
  seed: number,
  epochs: number,
  steps: number,
): TrialResult["history"] {
  const speed = 1 + 0.9 * change;
  const loss = (step: number, floor: number) =>
    floor + 1.9 * exp(-(step * speed) / 330) + 0.32 * exp(-(step * speed) / 1500);
  return {
    epochs: Array.from({ length: epochs }, (_, epoch) => {
      const step = 188 * (epoch + 1);
      const wobble = 1 + 0.05 * noise("epoch", arm, seed, epoch);
      const train = loss(step - 60, 0.02) * wobble;
      const validation =
        loss(step, 0.11 - 0.02 * change) * (1 + 0.05 * noise("validation", arm, seed, epoch));
      return {
        epoch: epoch + 1,
        step,
        trainLoss: train,
        trainAccuracy: 1 - 0.26 * train,
        validationLoss: validation,
        validationAccuracy: 1 - 0.27 * validation,
      };
    }),
    steps: {
      every: 10,
      loss: Array.from(
        { length: Math.floor(steps / 10) },
        (_, i) =>
          loss(10 * i, 0.03) *
          exp((0.2 - 0.07 * change) * noise("batch", i) + 0.08 * noise("batch", arm, seed, i)),
      ),
      accuracy: Array.from({ length: Math.floor(steps / 10) }, () => 0.9),
    },
  };
}

/** A ring or an arc, by the image's number: 0 far away, 1 on the stroke. */
function stroke(image: number, row: number, column: number): number {
  const [y, x] = [row - 13.5 - noise("y", image), column - 13.5 - noise("x", image)];
  const radius = 5.5 + (image % 4);
  const bent = Math.abs(Math.sqrt(x * x + y * y * (1 + 0.12 * image)) - radius);
  const cut = image % 3 === 0 || x < 3 || y < 0 ? 1 : 0.05;
  return cut * exp(-(bent * bent) / 2.2);
}

function pictureOf(image: number): Study["dataset"]["pictures"][number] {
  const place = (p: number): [number, number] => [Math.floor(p / side), p % side];
  const pixels = Array.from({ length: side * side }, (_, p) =>
    Math.min(
      255,
      Math.max(
        0,
        Math.round(225 * stroke(image, ...place(p)) + 26 + 16 * noise("pixel", image, p)),
      ),
    ),
  );
  return { image: 11 * image, label: image % 10, shape: [1, side, side], pixels };
}

function mapOf(
  image: number,
  method: keyof typeof explainers,
  change: number,
  seed: number,
): TrialResult["maps"][number] {
  const rough = 0.25 + 0.3 * change;
  const [coarse, fine] = [noises(method, image, seed), noises(method, image, seed, change)];
  const raw = Array.from({ length: side * side }, (_, p) => {
    const [row, column] = [Math.floor(p / side), p % side];
    const smooth =
      stroke(image, row + 0.4, column) * (0.4 + 0.6 * coarse(`/${row >> 2}/${column >> 2}`));
    return smooth + rough * 0.45 * fine(`/${p}`) * (0.25 + stroke(image, row, column));
  });
  const peak = Math.max(...raw.map(Math.abs));
  const wrong = image === 5 && change === 0;
  return {
    image: 11 * image,
    label: image % 10,
    prediction: wrong ? 3 : image % 10,
    method,
    shape: [side, side],
    peak: peak * (1 + log(2)),
    values: raw.map((value) => Math.round((127 * value) / peak) + 0) /* no −0 */,
  };
}
