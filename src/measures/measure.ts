/** A measure: metadata and one score function. Everything that all measures share (which images, absolute values,
 *  channels, batching, controls, averages) is done once in the evaluator; a measure holds its formula alone. */

import type { Dataset } from "../data/dataset.js";
import type { Crew } from "../engine/crew.js";
import type { Kind, Passes } from "../explain/index.js";
import type { Model } from "../model/model.js";
import type { ExplainerContext, ImageContext, InputContext, MapContext } from "./context.js";
import type { Details, StoredDetails } from "./details.js";

/** What a measure is about; the report groups by it. `robustness` is that of predictions, `stability` that of maps. */
export type Family =
  | "performance"
  | "generalisation"
  | "calibration"
  | "robustness"
  | "dynamics"
  | "cost"
  | "stability"
  | "faithfulness"
  | "localisation"
  | "complexity"
  | "randomisation"
  | "axioms"
  | "units";

export type Options = Readonly<Record<string, number | string | boolean>>;

/** One step of training as the measures of dynamics see it. */
export interface StepRecord {
  readonly step: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly microseconds: number;
}

/** A moment of training: the model before a step, what that step saw, and the model after it. */
export interface Snapshot {
  /** Steps done before: 0 is the start. */
  readonly step: number;
  readonly model: Model;
  /** Training images of the step, by index. */
  readonly images: Int32Array;
  readonly next: Model;
}

/** A trained model with the way it came about. */
export interface Trained {
  /** The model to be measured, its running statistics as the study wants them. */
  readonly model: Model;
  readonly dataset: Dataset;
  readonly seed: number;
  readonly batchSize: number;
  readonly steps: readonly StepRecord[];
  /** Snapshots in the course of training, the last of them as training ends. */
  readonly checkpoints: readonly { readonly step: number; readonly model: Model }[];
  /** Moments evenly spread over training, the first of them before any step. */
  readonly snapshots: readonly Snapshot[];
  /** Inference mode, on the whole split. */
  readonly train: { readonly loss: number; readonly accuracy: number };
  readonly validation: { readonly loss: number; readonly accuracy: number };
  /** `asDrawn`: methods that depend on the graph explain it as it is. By default they explain it with its batch norms
   *  folded, so that networks with and without can be compared. */
  readonly graph?: "asDrawn" | undefined;
  /** Divisor of the logits that calibrates the model on the validation split. */
  readonly temperature: number;
  /** The threads on which the model is asked, by default one; scores are the same for any number. */
  readonly threads?: Crew | undefined;
}

/** One number, with counts of what was a state rather than a score. */
export interface Score {
  readonly value: number | null;
  readonly states?: Readonly<Record<string, number>>;
  readonly details?: Details;
}

/** What is stored of a measure. `images` follows the list of explained images; null where a state forbids a score. */
export interface MeasureResult {
  value: number | null;
  images?: (number | null)[] | undefined;
  states: Record<string, number>;
  /** Mean scores of the control maps on the same images. */
  controls?: Record<string, number | null> | undefined;
  /** What a report draws beside the value. */
  details?: StoredDetails | undefined;
}

/** How a map is read before it is scored: |a|, a as it is, max(a, 0), or `evidence`: a as it is where signs speak for
 *  and against the class (attributions), |a| elsewhere. */
export type Reading = "absolute" | "signed" | "positive" | "evidence";

/** What the cost of a measure depends on. */
export interface Workload {
  /** Images in each split, and how many of them are explained. */
  readonly train: number;
  readonly validation: number;
  readonly explained: number;
  readonly classes: number;
  readonly height: number;
  readonly width: number;
  readonly batchSize: number;
  readonly steps: number;
  readonly checkpoints: number;
  readonly snapshots: number;
  /** Convolutions and dense layers of the network. */
  readonly layers: number;
  /** One explanation of one image by the explainer in question; nothing where there is none. */
  readonly explanation: Cost;
}

/** Images sent forward through the network, and back. */
export type Cost = Passes;

/** The cost of what is known anyway. */
export const free = (): Cost => ({ forward: 0, backward: 0 });

export const addCosts = (...costs: readonly Cost[]): Cost => ({
  forward: costs.reduce((sum, { forward }) => sum + forward, 0),
  backward: costs.reduce((sum, { backward }) => sum + backward, 0),
});

export const timesCost = (n: number, { forward, backward }: Cost): Cost => ({
  forward: n * forward,
  backward: n * backward,
});

/** Work that several scores share. It is done once for the same settings: for an image whatever maps are scored on it,
 *  or for an explainer whatever measures ask for it. */
export interface Groundwork<Context, O extends Options, Found> {
  /** The options that it depends on; measures may share it and differ in others. */
  readonly reads: readonly string[];
  /** Of one image, or of all explained images of one explainer. */
  cost(options: O, work: Workload): Cost;
  make(context: Context, options: O): Found;
}

/** Says how far long work is, from 0 to 1; throws when the caller has cancelled. */
export type Tick = (share: number) => void;

interface Metadata<O extends Options> {
  /** Words for people: "Validation accuracy". */
  readonly title: string;
  /** One sentence ending in a question mark. */
  readonly question: string;
  /** The same in Chinese. */
  readonly zh: { readonly title: string; readonly question: string };
  readonly family: Family;
  readonly unit: string;
  readonly better: "higher" | "lower" | "neither";
  /** How arms are compared: by differences, or by ratios (positive quantities spread over orders of magnitude). */
  readonly scale: "difference" | "ratio";
  readonly reference: string;
  readonly defaults: O;
  /** The values that options of words may have. */
  readonly choices?: Readonly<Record<string, readonly string[]>>;
  /** Of the model, of all explained images, or of one map; maps and groundwork are counted apart. */
  cost(options: O, work: Workload): Cost;
}

/** A measure of the trained model as a whole. */
export interface ModelMeasure<O extends Options = Options> extends Metadata<O> {
  readonly of: "model";
  /** Whether the clock enters: such a value is kept apart from results and never hashed. */
  readonly timing?: true;
  score(trained: Trained, options: O, tick: Tick): Score;
}

interface MapReading {
  readonly reading: Reading;
  /** Whether maps are divided by their largest magnitude, where the scale of the logits would enter otherwise. */
  readonly scaled?: "peak";
  /** Whether the score needs the object's mask. */
  readonly needsMask?: true;
  /** The kinds of maps that promise what is measured; others have no score. */
  readonly kinds?: readonly Kind[];
}

/** A measure of one map at a time, whatever explainer drew it; null means that the map allows no score. */
export interface MapMeasure<O extends Options = Options, Found = unknown>
  extends Metadata<O>,
    MapReading {
  readonly of: "map";
  readonly groundwork?: Groundwork<ImageContext, O, Found>;
  score(context: MapContext, options: O, found: Found): number | null;
}

/** A measure of an explainer that has to explain again: other images, classes or models. One score per image. */
export interface ExplainerMeasure<O extends Options = Options, Found = unknown>
  extends Metadata<O>,
    MapReading {
  readonly of: "explainer";
  readonly groundwork?: Groundwork<ExplainerContext, O, Found>;
  score(context: ExplainerContext, options: O, found: Found): (number | null)[];
}

/** A measure of the model's response at single images, for a batch at once: one score per image. */
export interface InputMeasure<O extends Options = Options> extends Metadata<O> {
  readonly of: "input";
  score(context: InputContext, options: O): (number | null)[];
}

/** What tells the groundwork of a measure at these settings from that at others. */
export const groundworkKey = ({ reading, scaled, groundwork }: OfMaps, settings: Options): string =>
  JSON.stringify([reading, scaled, groundwork?.reads.map((option) => settings[option])]);

/** A measure whose results are named `measure/explainer`. */
export type OfMaps<O extends Options = Options> = MapMeasure<O> | ExplainerMeasure<O>;

export type Measure<O extends Options = Options> = ModelMeasure<O> | InputMeasure<O> | OfMaps<O>;
