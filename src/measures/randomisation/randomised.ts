/** A trained network losing what it learned, from the input up: in stage k the first k blocks are random and the rest is
 *  as it was trained; in the last stage nothing learned is left.
 *
 *  A block is a convolution or dense layer with every norm behind it, up to the next one: randomising a norm on its own
 *  would only take its scale away, and would make networks with norms have more stages than those without. Weights are
 *  drawn as training draws them; running statistics of the random blocks are re-estimated on training images, so that
 *  the random block normalises what it really sees. */

import type { Images } from "../../data/dataset.js";
import { analyse, type Model } from "../../model/model.js";
import { random, size, tensor } from "../../tensor/index.js";
import { recalibrate } from "../../training/index.js";
import type { Trained } from "../measure.js";
import { remembered } from "../remembered.js";

/** Ids of the nodes of each block, from the input up. Nodes with parameters before the first layer belong to it. */
export function blocksOf(model: Model): string[][] {
  const blocks: string[][] = [[]];
  let layers = 0;
  for (const { node, parameters } of analyse(model)) {
    if (parameters.length === 0) continue;
    const isLayer = node.kind === "conv2d" || node.kind === "dense";
    if (isLayer && layers++ > 0) blocks.push([]);
    blocks[blocks.length - 1].push(node.id);
  }
  return blocks;
}

/** The model with the parameters of some nodes drawn anew, each from a stream of its own name. */
function redrawn(model: Model, ids: ReadonlySet<string>, seed: number): Model {
  const stream = random(seed).split("randomised weights");
  const fresh = analyse(model)
    .flatMap(({ parameters }) => parameters)
    .filter(({ node }) => ids.has(node))
    .map((spec) => [spec.key, tensor(spec.shape, spec.init(stream.split(spec.key)))] as const);
  return { ...model, parameters: { ...model.parameters, ...Object.fromEntries(fresh) } };
}

/** Statistics of the norms among some nodes taken over images; the others keep theirs. */
function normalising(model: Model, ids: ReadonlySet<string>, images: Images): Model {
  const measured = recalibrate(model, images).parameters;
  const own = Object.entries(measured).filter(
    ([key]) => /\.running(Mean|Variance)$/.test(key) && ids.has(key.split(".")[0]),
  );
  return { ...model, parameters: { ...model.parameters, ...Object.fromEntries(own) } };
}

/** The first images of a list. */
function first(images: Images, count: number): Images {
  const used = Math.min(count, images.count);
  const data = images.data.subarray(0, used * size(images.shape));
  return { shape: images.shape, count: used, data };
}

/** The stages of a trained network, made once; `calibration` is the number of training images for statistics. */
export const stagesOf = remembered(
  ({ model, dataset, seed }: Trained, { calibration }: { calibration: number }): Model[] => {
    const images = first(dataset.train.images, calibration);
    const blocks = blocksOf(model);
    return blocks.map((_, k) => {
      const ids = new Set(blocks.slice(0, k + 1).flat());
      return normalising(redrawn(model, ids, seed), ids, images);
    });
  },
);
