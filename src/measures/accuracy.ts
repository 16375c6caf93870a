/** Accuracy: share of images whose largest logit is the label's, in inference mode, on a whole split. */

import { free, type ModelMeasure } from "./measure.js";

const accuracy = (
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
    unit: "share",
    better: "higher",
    scale: "difference",
    reference: "",
    defaults: {},
    cost: free,
    score: (trained) => ({ value: trained[split].accuracy }),
  }) as const satisfies ModelMeasure;

export const trainAccuracy = accuracy(
  "train",
  "Training accuracy",
  "How many of the images it was trained on does the model recognise?",
  { title: "训练准确率", question: "模型能认出多少训练过的图像？" },
);

export const validationAccuracy = accuracy(
  "validation",
  "Validation accuracy",
  "How many images it has never seen does the model recognise?",
  { title: "验证准确率", question: "模型能认出多少从未见过的图像？" },
);
