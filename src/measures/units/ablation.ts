/** Ablation: accuracy while units are switched off after the last ReLU, in random order, whole feature maps at a time.
 *  The score is the area under accuracy against the share of units that are off, divided by the intact accuracy: 1 if
 *  no unit matters. A unit that is off says 0, or its own mean over the images and positions. Morcos et al. 2018. */

import { batchNorm } from "../../model/build.js";
import type { Model } from "../../model/model.js";
import { random } from "../../tensor/random.js";
import { slice, type Tensor, tensor } from "../../tensor/tensor.js";
import { detailTable } from "../details.js";
import { mean } from "../means.js";
import type { ModelMeasure, Score, Tick, Trained } from "../measure.js";
import { sampleOf } from "../sample.js";
import { weightSpace } from "../weights.js";
import { BATCH, responsesOf } from "./responses.js";
import { lastRelu, opened } from "./tap.js";

/** Accuracy with the first k units of each order off, k = 0 … units in equal steps: [orders][steps + 1]. */
export function ablationCurves(
  model: Model,
  tap: string,
  { images, labels }: { images: Tensor; labels: ArrayLike<number> },
  {
    orders,
    steps,
    replacement,
    tick = () => {},
  }: {
    readonly orders: readonly Int32Array[];
    readonly steps: number;
    /** What a unit says that is off. */
    readonly replacement: Float64Array;
    readonly tick?: Tick;
  },
): number[][] {
  const units = replacement.length;
  const states = orders.map((order) =>
    Array.from({ length: steps + 1 }, (_, step) =>
      switches(order.subarray(0, Math.round((step * units) / steps)), replacement),
    ),
  );
  const space = switchable(model, tap, units);
  const n = images.shape[0];
  const correct = states.map((row) => row.map(() => 0));
  for (let from = 0; from < n; from += BATCH) {
    tick(from / n);
    const to = Math.min(from + BATCH, n);
    space.see(
      slice(images, from, to),
      Array.from({ length: to - from }, (_, i) => labels[from + i]),
    );
    states.forEach((row, o) => {
      row.forEach((state, step) => {
        // All orders begin with no unit off and end with all of them.
        if (o > 0 && (step === 0 || step === steps)) return;
        space.put(state);
        correct[o][step] += space.loss().correct;
      });
    });
  }
  return correct.map((row, o) =>
    row.map((_, step) => correct[step === 0 || step === steps ? 0 : o][step] / n),
  );
}

/** The network with a gate behind the tap: y = γ·a + β per unit, written as a batch norm of mean 0 and variance 1. */
function switchable(model: Model, tap: string, units: number) {
  const layer = batchNorm({ epsilon: 1e-30 }); // vanishes beside 1
  const all = (value: number): Tensor => tensor([units], new Float32Array(units).fill(value));
  const parameters = { gamma: all(1), beta: all(0), runningMean: all(0), runningVariance: all(1) };
  const gated = opened(model, tap, [{ layer, parameters }]);
  const space = weightSpace(gated, BATCH, { stats: "running", gradients: false });
  space.put(gated.parameters);
  return space;
}

/** The gate with these units off. */
function switches(off: Int32Array, replacement: Float64Array): Record<string, Tensor> {
  const gamma = new Float32Array(replacement.length).fill(1);
  const beta = new Float32Array(replacement.length);
  for (const unit of off) {
    gamma[unit] = 0;
    beta[unit] = replacement[unit];
  }
  const shape = [replacement.length];
  return { "units1.gamma": tensor(shape, gamma), "units1.beta": tensor(shape, beta) };
}

/** Area under a curve over [0, 1] by trapezoids, divided by its first value. */
export function relativeArea(curve: readonly number[]): number {
  const ends = (curve[0] + curve[curve.length - 1]) / 2;
  const sum = curve.reduce((total, x) => total + x, 0) - ends;
  return sum / (curve.length - 1) / curve[0];
}

type AblationOptions = { orders: number; steps: number; images: number };

function ablated(
  trained: Trained,
  { orders: count, steps, images }: AblationOptions,
  replaced: "zero" | "mean",
  tick: Tick,
): Score {
  const tap = lastRelu(trained.model);
  const responses = responsesOf(trained, { images });
  if (tap === undefined || !responses) return { value: null, states: { noRelu: 1 } };
  const { units, means, labels } = responses;
  const stream = random(trained.seed).split("ablation");
  const orders = Array.from({ length: count }, (_, i) => stream.split(i).permutation(units));
  const replacement = Float64Array.from({ length: units }, (_, unit) =>
    replaced === "zero" ? 0 : mean(Array.from(labels, (_, i) => means[i * units + unit])),
  );
  const sample = sampleOf(trained, { count: images });
  const curves = ablationCurves(trained.model, tap, sample, { orders, steps, replacement, tick });
  if (curves[0][0] === 0) return { value: null, states: { nothingRight: 1 } };
  const rows = Array.from({ length: steps + 1 }, (_, step) => {
    const at = curves.map((curve) => curve[step]);
    const [low, high] = [Math.min(...at), Math.max(...at)];
    return { share: step / steps, accuracy: mean(at), low, high };
  });
  const details = { tables: { curve: detailTable(rows) } };
  return { value: mean(curves.map(relativeArea)), details };
}

const ablation = (
  replaced: "zero" | "mean",
  words: Pick<ModelMeasure, "title" | "question" | "zh">,
) =>
  ({
    ...words,
    of: "model",
    family: "units",
    unit: "area",
    better: "neither",
    scale: "difference",
    reference: "Morcos et al. 2018",
    /** orders: random orders; steps: points of the curve; images: at most so many validation images. */
    defaults: { orders: 10, steps: 10, images: 200 },
    cost: ({ orders, steps, images }, { validation }) => ({
      forward: Math.min(images, validation) * (orders * (steps - 1) + 3),
      backward: 0,
    }),
    score: (trained, options, tick): Score => ablated(trained, options, replaced, tick),
  }) as const satisfies ModelMeasure<AblationOptions>;

export const ablationZero = ablation("zero", {
  title: "Robustness to ablation (zero)",
  question: "How much accuracy is left while units are switched off one after another?",
  zh: { title: "单元消融的稳健性（置零）", question: "逐个关闭单元时，还剩多少准确率？" },
});

export const ablationMean = ablation("mean", {
  title: "Robustness to ablation (mean)",
  question: "How much accuracy is left while units are held at their means one after another?",
  zh: {
    title: "单元消融的稳健性（置均值）",
    question: "逐个把单元固定为其均值时，还剩多少准确率？",
  },
});
