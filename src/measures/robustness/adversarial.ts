/** Accuracy against adversarial images: FGSM (one step to the edge of the L∞ ball; Goodfellow et al. 2015) and PGD in
 *  L∞ and L2 (Madry et al. 2018), with the settings of Galloway et al. 2019. ε is the radius per pixel: the L2 ball has
 *  radius ε·√d, d = C·H·W, so that both have the same root mean square per pixel at most.
 *
 *  An attack that is too weak looks like a robust model. So every score also attacks at a radius at which any model
 *  should fall, and stores how many images survive that as the state `survivorsAtHalf`: it should be near 0. */

import { random } from "../../tensor/random.js";
import { size } from "../../tensor/tensor.js";
import type { ModelMeasure, Score, Tick, Trained } from "../measure.js";
import { runOf, sampleOf } from "../sample.js";
import { type Ball, l2, linf, survivors } from "./attack.js";

/** Radius per pixel of the check, half the range of a pixel, in as many steps as the attack has. */
const HALF = 0.5;

interface Settings {
  readonly epsilon: number;
  readonly steps: number;
  /** Length of a step in shares of ε. */
  readonly step: number;
  readonly starts: number;
  readonly images: number;
  readonly checked: number;
}

function attacked(trained: Trained, ball: Ball, o: Settings, tick: Tick = () => {}): Score {
  const { images, labels } = sampleOf(trained, { count: o.images });
  const run = runOf(trained, {});
  const stream = random(trained.seed).split("attack");
  const [n, ...shape] = images.shape;
  const inner = size(shape);
  const radius = ball === l2 ? Math.sqrt(inner) : 1;
  const left = (epsilon: number, count: number, starts: number, step: number): number => {
    const part = { shape: [count, ...shape], data: images.data.subarray(0, count * inner) };
    const options = { epsilon: epsilon * radius, step: step * epsilon * radius, steps: o.steps };
    const alive = survivors(run, part, labels.subarray(0, count), ball, {
      ...options,
      starts,
      stream,
      tick,
    });
    return alive.reduce((sum, right) => sum + right, 0);
  };
  const value = left(o.epsilon, n, o.starts, o.step) / n;
  const checked = Math.min(o.checked, n);
  // FGSM's one long step overshoots at this radius, which says nothing about the model.
  const survivorsAtHalf = o.steps > 1 ? { survivorsAtHalf: left(HALF, checked, 1, o.step) } : {};
  return { value, states: { ...survivorsAtHalf } };
}

/** Images sent through the network at most: those that are fooled leave early. */
const passes = (o: Settings, validation: number) => {
  const n = Math.min(o.images, validation);
  const check = o.steps > 1 ? Math.min(o.checked, n) : 0;
  const rounds = (n * o.starts + check) * (o.steps + 1);
  return { forward: n + check + rounds, backward: rounds };
};

const words = {
  of: "model",
  family: "robustness",
  unit: "share",
  better: "higher",
  scale: "difference",
} as const;

export const fgsmAccuracy = {
  ...words,
  title: "Accuracy under FGSM",
  question: "How many images does the model still recognise after one step against it?",
  zh: { title: "FGSM 攻击下的准确率", question: "受到一步对抗攻击后，模型还能认出多少图像？" },
  reference: "Goodfellow et al. 2015",
  /** epsilon: largest change of a pixel, in units of the input range; images: validation images at most. */
  defaults: { epsilon: 0.03, images: 500 },
  cost: (o, { validation }) => passes({ ...o, ...oneStep }, validation),
  score: (trained, o): Score => attacked(trained, linf, { ...o, ...oneStep }),
} as const satisfies ModelMeasure<{ epsilon: number; images: number }>;

const oneStep = { steps: 1, step: 1, starts: 1, checked: 0 };

/** epsilon: radius per pixel in units of the input range; steps: of the attack; step: length of one in shares of ε;
 *  starts: attacks per image, the first from the image itself; images: validation images at most; checked: how many
 *  of them are attacked at radius ½ too. */
const defaults = { epsilon: 0.03, steps: 20, step: 0.1, starts: 2, images: 200, checked: 50 };

type PgdOptions = typeof defaults;

const pgd = (ball: Ball, own: Pick<ModelMeasure, "title" | "question" | "zh">) =>
  ({
    ...words,
    ...own,
    reference: "Madry et al. 2018",
    defaults,
    cost: (o, { validation }) => passes(o, validation),
    score: (trained, o, tick): Score => attacked(trained, ball, o, tick),
  }) as const satisfies ModelMeasure<PgdOptions>;

export const pgdLinfAccuracy = pgd(linf, {
  title: "Accuracy under PGD (L∞)",
  question: "How many images does the model recognise whatever small change each pixel undergoes?",
  zh: {
    title: "PGD（L∞）攻击下的准确率",
    question: "无论每个像素发生怎样的微小变化，模型能认出多少图像？",
  },
});

export const pgdL2Accuracy = pgd(l2, {
  title: "Accuracy under PGD (L2)",
  question:
    "How many images does the model recognise whatever small change the image undergoes as a whole?",
  zh: {
    title: "PGD（L2）攻击下的准确率",
    question: "无论图像整体发生怎样的微小变化，模型能认出多少图像？",
  },
});
