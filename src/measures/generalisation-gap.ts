/** Generalisation gap: what is lost between the images of training and new ones. Both sides are measured in
 *  inference mode without augmentation; the accuracy printed during training uses batch statistics and is another thing. */

import type { ModelMeasure } from "./measure.js";

/** Train accuracy − validation accuracy. */
export const accuracyGap = {
  of: "model",
  title: "Generalisation gap (accuracy)",
  question: "How much accuracy is lost between training images and new ones?",
  family: "generalisation",
  unit: "share",
  better: "lower",
  scale: "difference",
  reference: "",
  defaults: {},
  score: ({ train, validation }) => ({ value: train.accuracy - validation.accuracy }),
} as const satisfies ModelMeasure;

/** Validation loss − train loss. */
export const lossGap = {
  of: "model",
  title: "Generalisation gap (loss)",
  question: "How much larger is the loss on new images than on those of training?",
  family: "generalisation",
  unit: "nats",
  better: "lower",
  scale: "difference",
  reference: "",
  defaults: {},
  score: ({ train, validation }) => ({ value: validation.loss - train.loss }),
} as const satisfies ModelMeasure;
