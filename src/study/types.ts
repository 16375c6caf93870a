/** What a study is made of, from the configuration a user writes to the verdicts a report prints.
 *  Files are read as hostile input, so everything that is stored is a zod schema and its type follows from it. */

import { z } from "zod";
import { arithmetics } from "../kernels/arithmetic.js";
import { detailsSchema } from "./details.js";

/** One level of the factor under study. A bare name is short for the norm of that name. */
const armSchema = z
  .union([
    z
      .string()
      .min(1)
      .transform((name) => ({ name, norm: name })),
    z.strictObject({
      name: z.string().min(1),
      norm: z.string().min(1),
      /** Where the norm stands: after the activation or before it; the model decides by default. */
      placement: z.enum(["after", "before"]).optional(),
      /** Replaces the study's learning rate in this arm alone. */
      learningRate: z.number().positive().optional(),
    }),
  ])
  .pipe(
    z.object({
      name: z.string(),
      norm: z.string(),
      placement: z.enum(["after", "before"]).optional(),
      learningRate: z.number().optional(),
    }),
  );

const option = z.union([z.string(), z.number(), z.boolean()]);

/** Which images: a named dataset, where its files lie, and how many of them. */
const datasetSchema = z.strictObject({
  name: z.string().min(1).default("glyphs"),
  /** Folder with the dataset's files. Not part of a trial's identity: the data fingerprint is. */
  dataDir: z.string().min(1).optional(),
  /** Number of training images; all of them by default. */
  train: z.int().positive().optional(),
  /** Number of validation images; all of them by default. */
  validation: z.int().positive().optional(),
  /** Options of a generated dataset, such as size (pixels), channels, difficulty. */
  options: z.record(z.string(), option).default({}),
});

const optimiserSchema = z.strictObject({
  name: z.enum(["adam", "adamw", "sgd"]).default("adam"),
  learningRate: z.number().positive().default(0.001),
  /** SGD only: fraction of the last update kept; defaults to 0. */
  momentum: z.number().min(0).lt(1).optional(),
  nesterov: z.boolean().optional(),
  weightDecay: z.number().min(0).optional(),
});

/** The design of a study. `studyConfig.parse({})` is the default study. */
export const studyConfig = z.strictObject({
  dataset: datasetSchema.prefault({}),
  /** A network of the zoo. */
  model: z
    .strictObject({
      name: z.string().min(1).default("seed"),
      /** Number of blocks or hidden layers, for the networks that have a choice. */
      depth: z.int().positive().max(64).optional(),
    })
    .prefault({}),
  arms: z.array(armSchema).min(1).max(100).prefault(["none", "batch"]),
  /** The arm the others are compared with; the first one by default. */
  baseline: z.string().optional(),
  /** Seeds of the paired trials: a list, or a number n meaning 0 … n − 1. */
  seeds: z
    .union([
      z
        .int()
        .positive()
        .max(10_000)
        .transform((n) => Array.from({ length: n }, (_, i) => i)),
      z.array(z.int().nonnegative()).min(1).max(10_000),
    ])
    .prefault(10),
  epochs: z.int().positive().max(1_000_000).default(10),
  batchSize: z.int().min(2).max(1_000_000).default(32),
  optimiser: optimiserSchema.prefault({}),
  /** Of training: "exact" gives the same bits everywhere, "fused" is faster. Measures are always taken exactly. */
  arithmetic: z.enum(arithmetics).default("exact"),
  /** What Batch Norm normalises with when the trained model is measured. `recalibrated`: mean and variance over all
   *  training images, taken once after training. `moving`: the average that training leaves behind, which in short
   *  runs still remembers earlier weights, so that the arms would differ by more than the norm. */
  statistics: z.enum(["recalibrated", "moving"]).default("recalibrated"),
  /** Measures by name, or by key with explainer and settings; all of the table by default. */
  measures: z.array(z.string()).max(1000).optional(),
  /** Whose maps are scored by the measures of maps that do not name an explainer themselves. */
  explainers: z.array(z.string()).min(1).max(100).prefault(["saliency", "integratedGradients"]),
  /** Settings of single measures that differ from their defaults. */
  measureOptions: z.record(z.string(), z.record(z.string(), option)).default({}),
  /** Validation images on which explanations are scored, drawn anew for every seed. */
  explained: z.int().positive().default(100),
  /** Validation images whose maps are kept for the report, the same in every trial. */
  pictured: z.int().nonnegative().default(8),
});
export type StudyConfig = z.output<typeof studyConfig>;
export type StudyConfigInput = z.input<typeof studyConfig>;
export type Arm = StudyConfig["arms"][number];

/** Everything one trial needs to know; plain JSON, so it can travel to a thread, a process or a queue. */
export interface Trial {
  readonly arm: Arm;
  readonly seed: number;
  readonly dataset: StudyConfig["dataset"];
  readonly model: StudyConfig["model"];
  readonly epochs: number;
  readonly batchSize: number;
  readonly optimiser: StudyConfig["optimiser"];
  readonly arithmetic: StudyConfig["arithmetic"];
  readonly statistics: StudyConfig["statistics"];
  readonly measures: readonly string[];
  readonly measureOptions: StudyConfig["measureOptions"];
  readonly explained: number;
  readonly pictured: number;
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
    /** SHA-256 of the parameters as training leaves them: equal on every machine. */
    weights: hex,
    parameters: count,
    steps: count,
    /** Temperature that calibrates the logits on the validation split; probability scores use it. */
    temperature: z.number(),
    measures: z.record(z.string(), measureResult),
    /** The images that per-image scores refer to: index in the validation split, and whether the model got it right. */
    explained: z.strictObject({ indices: z.array(count), correct: z.array(z.boolean()) }),
    history: historySchema,
    maps: z.array(mapResult),
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
  trials: z.array(trialResult),
});
export type Study = z.output<typeof studySchema>;

/** Two numbers, low and high. */
export type Interval = readonly [number, number];

/** Arm minus baseline of one measure, paired by seed. */
export interface Contrast {
  readonly measure: string;
  readonly arm: string;
  readonly baseline: string;
  /** `difference`: arm − baseline. `ratio`: every difference below is of log₂ values, so 1 means twice as large. */
  readonly scale: "difference" | "ratio";
  /** Per seed, in the order of the design; only pairs in which both arms have a value. For measures of images,
   *  means over those images that both models classify correctly. */
  readonly pairs: readonly {
    readonly seed: number;
    readonly arm: number;
    readonly baseline: number;
    readonly difference: number;
    /** Images behind the two means. */
    readonly images?: number;
  }[];
  readonly armMean: number | null;
  readonly baselineMean: number | null;
  readonly difference: number | null;
  /** 95 % interval of the mean difference; null with five pairs or fewer. */
  readonly interval: Interval | null;
  /** Five pairs or fewer: no test of them can be significant, so nothing is decided. */
  readonly fewSeeds: boolean;
  /** Hedges' g_z; null if all differences are equal. */
  readonly hedgesG: number | null;
  /** Share of pairs in which the arm's value is larger, ties counted half, with Wilson's interval. */
  readonly superiority: number | null;
  readonly superiorityInterval: Interval | null;
  readonly cliffsDelta: number | null;
  /** Exact paired sign-flip test, two-sided. */
  readonly pValue: number | null;
  /** Adjusted over the primary measures declared by the claims; null for all others. */
  readonly holmP: number | null;
}

export type Verdict = "supported" | "refuted" | "inconclusive";

/** What the study says about one claim. */
export interface ClaimResult {
  readonly claim: string;
  readonly title: string;
  /** The title in Chinese. */
  readonly zh: { readonly title: string };
  readonly source: string;
  readonly arm: string;
  readonly verdict: Verdict;
  /** What each measure says; `primary` ones decide. */
  readonly evidence: readonly {
    readonly measure: string;
    readonly primary: boolean;
    readonly expected: "higher" | "lower";
    readonly verdict: Verdict;
  }[];
}

export interface Conclusions {
  readonly contrasts: readonly Contrast[];
  readonly claims: readonly ClaimResult[];
}
