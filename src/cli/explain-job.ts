/** The work of `normlens explain`: model, pictures, and maps by each method. */

import { imageBatch } from "../data/dataset.js";
import type { Crew } from "../engine/crew.js";
import { session } from "../engine/session.js";
import {
  type ClassTarget,
  difference,
  type Explainer,
  type Explanation,
  explainers,
  explainInTurns,
  only,
  reduceChannels,
  reductions,
  runnerUp,
  type Target,
  top,
} from "../explain/index.js";
import { type Model, upToLogits } from "../model/model.js";
import { type ScaledMap, scaled } from "../report/colour-maps.js";
import { fail, random, type Tensor } from "../tensor/index.js";
import { hint } from "../tensor/suggest.js";
import { classNames } from "./class-names.js";
import { loadHeldOut } from "./data.js";
import type { Terminal } from "./display/terminal.js";
import { bar, percent } from "./display/words.js";
import { batchOf, readShown, type Shown } from "./explain-images.js";
import { openModel } from "./model.js";
import type { Options } from "./options.js";

/** Training images that stand for the background of expectedGradients. */
const BACKGROUND = 64;

/** "top", "second", "3", the name of a class, or two of them with a minus between. Names may hold a minus themselves. */
export function targetOf(text: string, classes: readonly string[] = []): Target {
  const one = (word: string): ClassTarget | undefined => {
    if (word === "top") return top;
    if (word === "second") return runnerUp;
    const named = classes.indexOf(word);
    if (named >= 0) return only(named);
    return /^\d+$/.test(word) ? only(Number(word)) : undefined;
  };
  const whole = one(text);
  if (whole) return whole;
  for (let at = text.indexOf("-"); at >= 0; at = text.indexOf("-", at + 1)) {
    const [target, against] = [one(text.slice(0, at)), one(text.slice(at + 1))];
    if (target && against) return difference(target, against);
  }
  const names =
    classes.length > 0
      ? `, a class number or name (${classes.slice(0, 5).join(", ")}${classes.length > 5 ? ", …" : ""})`
      : ", a class number (or name, if --classes or --data say them)";
  return fail(
    "option",
    `--target: got "${text}", expected top, second${names}, or the difference of two such as top-second${hint(text, classes)}`,
  );
}

const isMethod = (name: string): name is keyof typeof explainers => Object.hasOwn(explainers, name);
const isReduction = (name: string): name is keyof typeof reductions =>
  Object.hasOwn(reductions, name);

/** Everything that the work needs. */
export interface Job {
  readonly model: Model;
  readonly shown: readonly Shown[];
  /** The pictures as the model wants them. */
  readonly batch: Tensor;
  /** What was done to their pixels, if anything was said. */
  readonly pixels: string | undefined;
  readonly classes: readonly string[] | undefined;
  readonly background: Tensor | undefined;
}

/** One method's maps of all pictures. */
export interface Result {
  readonly name: string;
  readonly explainer: Explainer;
  readonly explanation: Explanation;
  readonly maps: readonly { readonly values: Float64Array; readonly scaled: ScaledMap }[];
}

export async function prepare(
  options: Options,
  path: string,
  images: readonly string[],
  t: Terminal,
  signal: AbortSignal,
): Promise<Job> {
  const { model: whole, pixels, fits, prepare: prepared } = await openModel(options, path);
  const shown = await readShown(images, whole.inputShape, fits, options.resize === true);
  const hasData = options.data !== undefined || options.dataDir !== undefined;
  const opened = { model: whole, fits };
  const dataset = hasData ? await loadHeldOut(options, opened, t, signal, 1) : undefined;
  const classes = dataset?.classes ?? (await classNames(options, whole));
  const model = upToLogits(whole, classes?.length);
  return {
    model,
    shown,
    batch: prepared(batchOf(shown, model.inputShape)),
    pixels,
    classes,
    background:
      dataset &&
      prepared(
        imageBatch(
          dataset.train.images,
          Array.from({ length: Math.min(BACKGROUND, dataset.train.images.count) }, (_, i) => i),
        ),
      ),
  };
}

/** Explains all pictures by one method. */
export async function run(
  name: string,
  { model, batch, background, classes }: Job,
  options: Options,
  threads: Crew,
  t: Terminal,
  signal: AbortSignal,
): Promise<Result> {
  if (!isMethod(name)) return fail("option", `explain: got method "${name}"`);
  const explainer: Explainer = explainers[name];
  if (explainer.needs === "background" && !background)
    fail("option", `explain: ${name} needs a background; name the training set with --data`);
  const { samples, patch, layer, baseline, steps, seed = 0 } = options;
  const given = {
    target: targetOf(options.target ?? "top", classes),
    random: random(seed),
    signal,
    onProgress: ({ done, of }: { done: number; of: number }) =>
      t.live([
        `${t.style("cyan", bar(done / of, 24))} ${percent(done / of, 0).padStart(5)}  ${name}`,
      ]),
    ...(samples !== undefined && { samples, masks: samples, orders: samples }),
    ...(patch !== undefined && { patch, window: patch }),
    ...(layer !== undefined && { layer }),
    ...(baseline !== undefined && { baseline }),
    ...(steps !== undefined && { steps }),
    ...(background && { background }),
  };
  const stats = options.stats === "batch" ? "batch" : "running";
  const arithmetic = options.arithmetic === "fused" ? "fused" : "exact";
  const asked = session(model, { stats, threads, arithmetic });
  const explanation = await explainInTurns(explainer, asked, batch, given);
  asked.close();
  t.settle();
  const { channels } = options;
  const reduction =
    channels !== undefined && isReduction(channels) ? channels : explainer.reduction;
  // Norms and magnitudes have no sign to show.
  const kind =
    explainer.kind === "attribution" && (reduction === "max" || reduction === "l2")
      ? "sensitivity"
      : explainer.kind;
  const maps = reduceChannels(explanation.values, reduction).map((values) => ({
    values,
    scaled: scaled(values, kind),
  }));
  return { name, explainer, explanation, maps };
}
