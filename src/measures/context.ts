/** What measures see: images, maps, and ways to ask the network again. */

import type { Kind } from "../explain/index.js";
import type { Model } from "../model/model.js";
import type { Random, Tensor } from "../tensor/index.js";
import type { Trained } from "./measure.js";

/** What of the model's answer a score reads: the logit of the explained class, or its calibrated probability. */
export type Output = "logit" | "probability";

/** The model's answers to variants of one image, one number per variant. */
export interface Answers extends Readonly<Record<Output, Float64Array>> {
  /** The predicted class. */
  readonly predicted: Int32Array;
}

/** One explained image, whoever explains it. */
export interface ImageContext {
  /** [C, H, W]. */
  readonly image: Tensor;
  /** H·W, 1 on the object; absent if the dataset has no masks. */
  readonly mask: Uint8Array | undefined;
  /** The explained class: the one the model predicts. */
  readonly target: number;
  /** A fixed random order of the pixels, for ties. */
  readonly tieOrder: Int32Array;
  /** The beginning of a random stream that belongs to the image: the same for every model of a seed. */
  readonly stream: (name: string) => Random;
  /** Asks the model; variants are [n, C, H, W]. */
  readonly answers: (variants: Tensor) => Answers;
}

/** One explanation as a measure sees it, after the evaluator applied the measure's reading. */
export interface MapContext extends ImageContext {
  /** H·W attributions, channels reduced as the explainer says. */
  readonly map: Float64Array;
  /** The attributions as they were explained, with their signs: C·H·W, or H·W of pixels as a whole. */
  readonly channels: Float64Array;
  readonly kind: Kind;
}

/** A batch of images with their labels, and the gradient of the loss at any images in their place. */
export interface InputContext {
  readonly images: Tensor;
  readonly labels: ArrayLike<number>;
  /** ∇ₓ of the cross-entropy per image, each up to a positive factor. */
  readonly lossGradient: (images: Tensor) => Tensor;
  /** Standard normal noise for the given draw, the same for every model of a seed. */
  readonly noise: (draw: number) => Float32Array;
}

/** All explained images with their maps, for measures that explain again. */
export interface ExplainerContext {
  /** [n, C, H, W]. */
  readonly images: Tensor;
  readonly each: readonly ImageContext[];
  /** [n, K]: the model's logits at the images, and the explained classes. */
  readonly logits: Tensor;
  readonly targets: Int32Array;
  /** H·W attributions of each image, read as the measure says. */
  readonly maps: readonly Float64Array[];
  readonly trained: Trained;
  /** Maps of other images, of other classes (the same by default) or of another model, read in the same way. */
  readonly explain: (images: Tensor, other?: ExplainAgain) => ExplainedAgain;
}

export interface ExplainAgain {
  readonly targets?: ArrayLike<number>;
  readonly model?: Model;
}

export interface ExplainedAgain {
  readonly maps: readonly Float64Array[];
  /** [n, K]. */
  readonly logits: Tensor;
  /** The predicted class of each image. */
  readonly predicted: Int32Array;
}
