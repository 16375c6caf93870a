/** Generalisation gap: what is lost between the images of training and new ones. Both sides are measured in
 *  inference mode without augmentation; the accuracy printed during training uses batch statistics and is another thing. */

import { free, type ModelMeasure } from "./measure.js";

/** Train accuracy − validation accuracy. */
export const accuracyGap = {
  of: "model",
  title: "Generalisation gap (accuracy)",
  question: "How much accuracy is lost between training images and new ones?",
  zh: { title: "泛化差距（准确率）", question: "从训练图像到新图像，准确率下降多少？" },
  family: "generalisation",
  unit: "share",
  better: "lower",
  scale: "difference",
  reference: "",
  defaults: {},
  cost: free,
  score: ({ train, validation }) => ({ value: train.accuracy - validation.accuracy }),
} as const satisfies ModelMeasure;

/** Validation loss − train loss. */
export const lossGap = {
  of: "model",
  title: "Generalisation gap (loss)",
  question: "How much larger is the loss on new images than on those of training?",
  zh: { title: "泛化差距（损失）", question: "新图像上的损失比训练图像大多少？" },
  family: "generalisation",
  unit: "nats",
  better: "lower",
  scale: "difference",
  reference: "",
  defaults: {},
  cost: free,
  score: ({ train, validation }) => ({ value: validation.loss - train.loss }),
} as const satisfies ModelMeasure;
