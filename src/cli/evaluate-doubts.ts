/** What makes one doubt that a model sees the images as in training, and which preprocessing would do better: tried on
 *  some of the images, before anything takes long. */

import { type Dataset, imageBatch, labelsAt, type Split } from "../data/dataset.js";
import type { Crew } from "../engine/crew.js";
import { session } from "../engine/session.js";
import { top } from "../explain/index.js";
import { showFit } from "../formats/fitting.js";
import { overPixels } from "../formats/over-pixels.js";
import { type Preprocessing, preprocessings, showPreprocessing } from "../formats/preprocessing.js";
import { byClass, type Standing } from "../measures/standing.js";
import type { Model } from "../model/index.js";
import { macsOf, outputOf } from "../model/model.js";
import { quoted } from "../report/command.js";
import { likelyOrder, type Order } from "./class-order.js";
import { percent, thousands } from "./display/words.js";
import type { OverPixels } from "./evaluate.js";

/** Share of the predictions that may be one class, and share of the images beyond which blind answers do well. */
const MOST_TAKEN = 0.9;
const MOST_LABELLED = 0.6;
/** Fewer images say nothing. */
const FEWEST = 20;
/** Standard errors above chance within which an accuracy may be chance. */
const ERRORS = 3;

/** What is odd about how images are taken, if anything is. */
export function oddity({
  images,
  accuracy,
  classes,
}: Pick<Standing, "images" | "accuracy" | "classes">): string | undefined {
  const present = classes.filter((each) => each.images > 0);
  const isOneSided = classes.some((each) => each.images > MOST_LABELLED * images);
  if (images < FEWEST || present.length < 2 || isOneSided) return undefined;
  const most = classes.reduce((a, b) => (b.taken > a.taken ? b : a));
  if (most.taken >= MOST_TAKEN * images)
    return `${thousands(most.taken)} of ${thousands(images)} images are taken for ${most.name}, whatever they show.`;
  // Right by chance: the same predictions, dealt out among the images without looking.
  const chance = classes.reduce((sum, each) => sum + each.images * each.taken, 0) / images ** 2;
  const error = Math.sqrt((chance * (1 - chance)) / images);
  return accuracy < chance + ERRORS * error
    ? `It is right no more often than by chance (${percent(accuracy, 1)}; the same answers dealt out blindly: ${percent(chance, 1)}).`
    : undefined;
}

/** Images that preprocessings are tried on: at most, at least, and the multiply-accumulates that they may take. */
const TRIED = 200;
const FEWEST_TRIED = 32;
const WORK = 1e10;

function triedOn(model: Model, count: number): number {
  const few = Math.floor(WORK / Math.max(1, macsOf(model)));
  return Math.min(count, TRIED, Math.max(FEWEST_TRIED, few));
}

/** Images from the whole split: folders and arrays may hold one class after the other. */
function spread({ images, labels }: Split, n: number) {
  const places = Array.from({ length: n }, (_, i) => Math.floor((i * images.count) / n));
  return { batch: imageBatch(images, places), labels: labelsAt(labels, places) };
}

/** What is odd, and what to do about it. Whether another way does better is tried in any case: half the accuracy may be
 *  lost without anything odd, and who says what is done to pixels may err. */
export function doubtsOf(
  { bare, preprocessing: way }: Pick<OverPixels, "bare" | "preprocessing">,
  data: Dataset,
  threads?: Crew,
): string[] {
  const n = triedOn(bare, data.validation.images.count);
  const { batch, labels } = spread(data.validation, n);
  const answers = (one: Preprocessing): Int32Array => {
    const run = session(overPixels(bare, one), { threads });
    const predicted = top(run.forward(batch));
    run.close();
    return predicted;
  };
  const share = (predicted: Int32Array): number =>
    predicted.reduce((sum, p, i) => sum + (p === labels[i] ? 1 : 0), 0) / n;
  const predicted = answers(way);
  const now = share(predicted);
  const classes = byClass(data.classes, { predicted, labels });
  const odd = oddity({ images: n, accuracy: now, classes });
  const [C] = bare.inputShape;
  const tried = Object.entries<Preprocessing>(preprocessings)
    .filter(([, { mean }]) => mean.length === 1 || mean.length === C)
    .filter(([, one]) => showPreprocessing(one) !== showPreprocessing({ ...way, fits: [] }))
    .map(([name, one]) => ({ name, right: share(answers(one)) }))
    .sort((a, b) => b.right - a.right);
  const [best] = tried;
  const enough = now + ERRORS * Math.sqrt(0.25 / n);
  const clear = best.right > enough;
  const [outputs] = outputOf(bare);
  const order = likelyOrder(predicted, labels, outputs);
  if (order && order.right > Math.max(0.5, enough, best.right))
    return [
      `Its outputs are probably the classes in another order: with --classes ${quoted(orderedNames(order, data.classes))} it gets ${percent(order.right, 1)} of ${n} images right, as it is now ${percent(now, 1)}.`,
    ];
  if (odd === undefined && !clear) return [];
  const how = [...(way.fits ?? []).map(showFit), best.name].join("; ");
  const advice = clear
    ? `Its pixels are probably not as in training: with --preprocess ${quoted(how)} it gets ${percent(best.right, 1)} of ${n} images right, as it is now ${percent(now, 1)}.`
    : `No named preprocessing does better (${tried.map(({ name }) => name).join(", ")}). Say what training did to pixels (--preprocess "scale=…; mean=…; std=…${C === 3 ? "; channels=bgr" : ""}"), and see that ${standFor(outputs, data)} in that order: ${someOf(data.classes)} (--classes names the outputs).`;
  return [odd === undefined ? advice : `${odd} ${advice}`];
}

/** Outputs without a class are likely to stand between those that have one. */
const standFor = (outputs: number, { name, classes }: Dataset): string =>
  outputs === classes.length
    ? `the model's outputs are the classes of ${name}`
    : `the first of the model's ${outputs} outputs are the ${classes.length} classes of ${name}`;

/** Names of outputs in their order; "…" where no image tells. Of many outputs the first few that are known. */
function orderedNames({ meets }: Order, classes: readonly string[]): string {
  if (meets.length === classes.length)
    return meets.map((k) => (k === undefined ? "…" : classes[k])).join(",");
  const known = meets.flatMap((k, output) => (k === undefined ? [] : [`${output} ${classes[k]}`]));
  return `FILE (output ${known.slice(0, 3).join(", ")}${known.length > 3 ? ", …" : ""})`;
}

const someOf = (names: readonly string[]): string =>
  names.length > 4 ? `${names.slice(0, 3).join(", ")}, …` : names.join(", ");
