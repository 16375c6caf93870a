/** Cross-entropy in nats per image, in inference mode, on a whole split. */

import { free, type ModelMeasure } from "./measure.js";

const loss = (
  split: "train" | "validation",
  title: string,
  question: string,
  zh: ModelMeasure["zh"],
) =>
  ({
    of: "model",
    title,
    question,
    zh,
    family: "performance",
    unit: "nats",
    better: "lower",
    scale: "difference",
    reference: "",
    defaults: {},
    cost: free,
    score: (trained) => ({ value: trained[split].loss }),
  }) as const satisfies ModelMeasure;

export const trainLoss = loss(
  "train",
  "Training loss",
  "How surprised is the model by the labels it was trained on?",
  { title: "训练损失", question: "训练过的标签让模型多意外？" },
);

export const validationLoss = loss(
  "validation",
  "Validation loss",
  "How surprised is the model by labels it has never seen?",
  { title: "验证损失", question: "从未见过的标签让模型多意外？" },
);
