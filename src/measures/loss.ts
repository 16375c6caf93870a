/** Cross-entropy in nats per image, in inference mode, on a whole split. */

import type { ModelMeasure } from "./measure.js";

const loss = (split: "train" | "validation", title: string, question: string) =>
  ({
    of: "model",
    title,
    question,
    family: "performance",
    unit: "nats",
    better: "lower",
    scale: "difference",
    reference: "",
    defaults: {},
    score: (trained) => ({ value: trained[split].loss }),
  }) as const satisfies ModelMeasure;

export const trainLoss = loss(
  "train",
  "Training loss",
  "How surprised is the model by the labels it was trained on?",
);

export const validationLoss = loss(
  "validation",
  "Validation loss",
  "How surprised is the model by labels it has never seen?",
);
