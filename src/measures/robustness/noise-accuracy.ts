/** Noise accuracy: accuracy on x + σ·N(0, 1), clipped to [0, 1]; the same noise for all arms. Galloway et al. 2019. */

import { random } from "../../tensor/random.js";
import { tensor } from "../../tensor/tensor.js";
import type { ModelMeasure, Score } from "../measure.js";
import { accuracyAt, clipped, runOf, sampleOf } from "../sample.js";

export const noiseAccuracy = {
  of: "model",
  title: "Accuracy under noise",
  question: "How many images does the model still recognise under random noise?",
  zh: { title: "噪声下的准确率", question: "加入随机噪声后，模型还能认出多少图像？" },
  family: "robustness",
  unit: "share",
  better: "higher",
  scale: "difference",
  reference: "Galloway et al. 2019",
  /** sigma: standard deviation in units of the input range; images: validation images at most. */
  defaults: { sigma: 0.25, images: 1000 },
  cost: ({ images }, { validation }) => ({ forward: Math.min(images, validation), backward: 0 }),
  score(trained, { sigma, images }): Score {
    const sample = sampleOf(trained, { count: images });
    const stream = random(trained.seed).split("accuracy under noise");
    const noisy = sample.images.data.map((x) => clipped(x + sigma * stream.normal()));
    const run = runOf(trained, {});
    return { value: accuracyAt(run, tensor(sample.images.shape, noisy), sample.labels) };
  },
} as const satisfies ModelMeasure<{ sigma: number; images: number }>;
