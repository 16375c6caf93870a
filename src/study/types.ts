/** What a study is made of, from the configuration a user writes to the results that are stored.
 *  Files are read as hostile input, so everything that is stored is a zod schema and its type follows from it. */

import { z } from "zod";
import { CLOSE_UP_LIMITS, closeUpSchema } from "./close-up.js";
import { type Arm, checkpointRules, rateRules, type StudyConfig, studyConfig } from "./config.js";
import { detailsSchema } from "./details.js";

export { type Arm, type StudyConfig, type StudyConfigInput, studyConfig } from "./config.js";

/** Everything one trial needs to know; plain JSON, so it can travel to a thread, a process or a queue. */
export interface Trial {
  readonly arm: Arm;
  readonly seed: number;
  readonly dataset: StudyConfig["dataset"];
  readonly model: StudyConfig["model"];
  /** Fewer than the study's at checkpoints of equal accuracy or loss; 0 if nothing is trained. */
  readonly epochs: number;
  readonly batchSize: number;
  readonly optimiser: StudyConfig["optimiser"];
  readonly arithmetic: StudyConfig["arithmetic"];
  readonly statistics: StudyConfig["statistics"];
  readonly measures: readonly string[];
  readonly measureOptions: StudyConfig["measureOptions"];
  readonly explained: number;
  readonly pictured: number;
  /** `tuning`: trained on five sixths of the training images and validated on the rest. */
  readonly purpose?: "tuning";
}

const count = z.int().nonnegative();
const number = z.number().nullable();

/** One measure of one trial. `images` follows the trial's `explained` list; null where the state forbids a score. */
const measureResult = z.strictObject({
  value: number,
  images: z.array(number).optional(),
  /** How often something happened that is a state rather than a score: dead units, all-zero maps, … */
  states: z.record(z.string(), count),
  /** Mean scores of the control maps (random, constant, sobel) on the same images. */
  controls: z.record(z.string(), number).optional(),
  details: detailsSchema.optional(),
});

/** A map for the report: values are integers −127 … 127; value·peak/127 is the attribution. */
const mapResult = z
  .strictObject({
    /** Index in the validation split. */
    image: count,
    label: count,
    /** The class the model predicts, which is the one explained. */
    prediction: count,
    method: z.string(),
    /** [H, W]: channels are already summed. */
    shape: z.tuple([count, count]),
    peak: z.number(),
    values: z.array(z.int().min(-127).max(127)),
  })
  .refine(({ shape: [H, W], values }) => values.length === H * W, "values do not fill the shape");
export type MapResult = z.output<typeof mapResult>;

/** Maps of the model as it was after an epoch. */
const earlierMaps = z.strictObject({ epoch: z.int().positive(), maps: z.array(mapResult) });
export type EarlierMaps = z.output<typeof earlierMaps>;

const historySchema = z.strictObject({
  /** One entry per epoch. `train*` are running values under batch statistics, `validation*` in inference mode. */
  epochs: z.array(
    z.strictObject({
      epoch: count,
      step: count,
      trainLoss: number,
      trainAccuracy: number,
      validationLoss: number,
      validationAccuracy: number,
    }),
  ),
  /** Step losses and accuracies in blocks: entry i is the mean of steps i·every … (i+1)·every − 1. */
  steps: z.strictObject({ every: count, loss: z.array(number), accuracy: z.array(number) }),
});
export type History = z.output<typeof historySchema>;

const hex = z.string().regex(/^[0-9a-f]{64}$/);

export const trialResult = z
  .strictObject({
    hash: hex,
    arm: z.string(),
    seed: count,
    /** `diverged`: training met numbers that are not finite; all measures are null. A result like any other. */
    state: z.enum(["trained", "diverged"]),
    /** The rate it was trained with. */
    learningRate: z.number(),
    /** SHA-256 of the parameters as training leaves them: equal on every machine. Of a diverged trial those of the last
     *  epoch that ended well. */
    weights: hex,
    parameters: count,
    steps: count,
    /** Temperature that calibrates the logits on the validation split; probability scores use it. */
    temperature: number,
    measures: z.record(z.string(), measureResult),
    /** The images that per-image scores refer to: index in the validation split, and whether the model got it right. */
    explained: z.strictObject({ indices: z.array(count), correct: z.array(z.boolean()) }),
    history: historySchema,
    maps: z.array(mapResult),
    /** The same images in the course of training; absent if it had one epoch, or nothing is pictured. */
    earlier: z.array(earlierMaps).max(10).optional(),
    /** Batch norms from near; absent where the model has none, or nothing is pictured. */
    closeUps: z.array(closeUpSchema).max(CLOSE_UP_LIMITS.norms).optional(),
  })
  .refine(
    ({ explained: { indices, correct } }) => indices.length === correct.length,
    "explained.indices and explained.correct differ in length",
  )
  .refine(
    ({ explained, measures }) =>
      Object.values(measures).every(
        ({ images }) => images === undefined || images.length === explained.indices.length,
      ),
    "a measure's images are not the explained ones",
  );
export type TrialResult = z.output<typeof trialResult>;

/** Wall-clock facts of a trial: kept apart from results, never hashed, never compared. */
export const trialTimings = z.strictObject({
  hash: hex,
  arm: z.string(),
  seed: count,
  trainSeconds: z.number(),
  measureSeconds: z.number(),
  measures: z.record(z.string(), number),
});
export type TrialTimings = z.output<typeof trialTimings>;

/** A validation image for the report: bytes, [C, H, W], and where its object is. */
const pictureSchema = z
  .strictObject({
    image: count,
    label: count,
    shape: z.tuple([count, count, count]),
    pixels: z.array(z.int().min(0).max(255)),
    /** H·W, 1 where the object is; absent if the dataset does not know. */
    mask: z.array(z.int().min(0).max(1)).optional(),
  })
  .refine(
    ({ shape: [C, H, W], pixels, mask }) =>
      pixels.length === C * H * W && (mask === undefined || mask.length === H * W),
    "pixels or mask do not fill the shape",
  );
export type Picture = z.output<typeof pictureSchema>;

/** What is held equal when arms are compared. */
const conditionSchema = z.strictObject({
  rates: z.enum(rateRules),
  checkpoint: z.enum(checkpointRules),
});
export type Condition = z.output<typeof conditionSchema>;

/** A setting of one arm, what was tried for it, and what was taken: the best mean accuracy on held-out images, the
 *  smallest value among equals. */
const tuningResult = z.strictObject({
  arm: z.string(),
  setting: z.enum(["learningRate", "weightDecay"]),
  tried: z.array(
    z.strictObject({
      value: z.number(),
      /** Mean over the tuning seeds; null if one of them diverged. */
      accuracy: number,
    }),
  ),
  chosen: z.number(),
  /** The best value is the smallest or largest one tried, so a better one may lie beyond. */
  atEdge: z.boolean(),
});
export type TuningResult = z.output<typeof tuningResult>;

export const STUDY_FORMAT = "normlens-study";

/** A finished study, the content of `study.json`. Trials stand in the order of the design. */
export const studySchema = z.strictObject({
  format: z.literal(STUDY_FORMAT),
  version: z.int(),
  library: z.string(),
  config: studyConfig,
  dataset: z.strictObject({
    name: z.string(),
    fingerprint: hex,
    classes: z.array(z.string()),
    shape: z.tuple([count, count, count]),
    train: count,
    validation: count,
    pictures: z.array(pictureSchema),
  }),
  /** Under the first rule of `config.rates` and of `config.checkpoints`, in the order of the design. */
  trials: z.array(trialResult),
  /** The same arms and seeds under the other rules. */
  others: z.array(z.strictObject({ ...conditionSchema.shape, trials: z.array(trialResult) })),
  /** What was tried for every tuned setting. */
  tuning: z.array(tuningResult),
});
export type Study = z.output<typeof studySchema>;
