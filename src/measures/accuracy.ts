/** Accuracy: share of images whose largest logit is the label's, in inference mode, on a whole split. */

import type { ModelMeasure } from "./measure.js";

const accuracy = (split: "train" | "validation", title: string, question: string) =>
  ({
    of: "model",
    title,
    question,
    family: "performance",
    unit: "share",
    better: "higher",
    scale: "difference",
    reference: "",
    defaults: {},
    score: (trained) => ({ value: trained[split].accuracy }),
  }) as const satisfies ModelMeasure;

export const trainAccuracy = accuracy(
  "train",
  "Training accuracy",
  "How many of the images it was trained on does the model recognise?",
);

export const validationAccuracy = accuracy(
  "validation",
  "Validation accuracy",
  "How many images it has never seen does the model recognise?",
);
