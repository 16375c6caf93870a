/** What the measures of one trained model share: the explained images, a session, and the maps of each explainer
 *  (`explaining.ts`). Whoever asks the model here pays: `spend` hears of every pass. */

import { imageBatch, type Labels, labelsAt } from "../data/dataset.js";
import { type Session, session } from "../engine/session.js";
import { top } from "../explain/index.js";
import { random, slice, type Tensor, tensor } from "../tensor/index.js";
import { classProbability } from "./calibration.js";
import type { Answers, ImageContext } from "./context.js";
import { type Explaining, explaining, type Spend } from "./explaining.js";
import type { Trained } from "./measure.js";

/** The validation images explained under a seed: drawn without replacement, ascending. */
export function explainedImages(available: number, count: number, seed: number): Int32Array {
  const order = random(seed).split("explained images").permutation(available);
  return order.subarray(0, Math.min(count, available)).sort();
}

/** One image to be explained. */
export interface Item extends ImageContext {
  readonly correct: boolean;
}

export interface Bench extends Explaining {
  readonly indices: Int32Array;
  readonly batch: Tensor;
  readonly labels: Labels;
  readonly images: readonly Item[];
  readonly logits: Tensor;
  readonly targets: Int32Array;
  readonly run: Session;
}

export function prepare(trained: Trained, explained: number, spend: Spend = () => {}): Bench {
  const { model, dataset, seed, threads } = trained;
  const { images, labels: allLabels } = dataset.validation;
  const indices = explainedImages(images.count, explained, seed);
  const batch = imageBatch(images, indices);
  const labels = labelsAt(allLabels, indices);
  const run = session(model, { threads });
  const logits = run.forward(batch);
  const targets = top(logits);
  spend({ forward: indices.length, backward: 0 });
  const items = Array.from(indices, (index, i): Item => {
    const image = tensor(images.shape, slice(batch, i, i + 1).data);
    return {
      ...itemOf(trained, run, index, image, targets[i], spend),
      correct: targets[i] === labels[i],
    };
  });
  const bench = { indices, batch, labels, images: items, logits, targets, run };
  return { ...bench, ...explaining(trained, bench, spend) };
}

function itemOf(
  { dataset, seed, temperature }: Trained,
  run: Session,
  index: number,
  image: Tensor,
  target: number,
  spend: Spend,
): ImageContext {
  const [, H, W] = image.shape;
  const { masks } = dataset.validation;
  return {
    image,
    target,
    mask: masks?.subarray(index * H * W, (index + 1) * H * W),
    tieOrder: random(seed)
      .split("ties")
      .split(index)
      .permutation(H * W),
    stream: (name) => random(seed).split("measures").split(index).split(name),
    answers(variants) {
      const logits = run.forward(variants);
      spend({ forward: variants.shape[0], backward: 0 });
      return answersOf(logits, target, temperature);
    },
  };
}

/** What logits say of one class. */
function answersOf(logits: Tensor, target: number, temperature: number): Answers {
  const [n, K] = logits.shape;
  return {
    logit: Float64Array.from({ length: n }, (_, k) => logits.data[k * K + target]),
    probability: classProbability(logits, target, temperature),
    predicted: top(logits),
  };
}
