/** Projected gradient ascent on the cross-entropy of the true label, within a ball around each image and within the
 *  range of pixels (Madry et al. 2018). An image counts as right if no start of the attack fools the model. Images that
 *  are fooled leave the attack. The direction of the gradient is taken where probabilities do not saturate, so that a
 *  confident model hides nothing. */

import type { Session } from "../../engine/session.js";
import { top } from "../../explain/index.js";
import type { Random } from "../../tensor/random.js";
import { type Tensor, tensor } from "../../tensor/tensor.js";
import { lossDirection } from "../calibration.js";
import { distance } from "../means.js";
import type { Tick } from "../measure.js";
import { clipped } from "../sample.js";

/** How far from an image an attack may go, and how it steps. */
export interface Ball {
  /** Moves `x` by `step` along the steepest ascent for the gradient, image by image. */
  ascend(x: Float32Array, gradient: Float32Array, step: number): void;
  /** Brings `x` back to within `epsilon` of `centre`. */
  project(x: Float32Array, centre: Float32Array, epsilon: number): void;
  /** A random point of the ball around 0. */
  start(size: number, epsilon: number, stream: Random): Float32Array;
}

export interface AttackOptions {
  readonly epsilon: number;
  readonly step: number;
  readonly steps: number;
  /** Attacks per image: the first from the image itself, others from random points of the ball. */
  readonly starts: number;
  readonly stream: Random;
  readonly tick?: Tick;
}

/** 1 where the model is still right after the attack. */
export function survivors(
  run: Session,
  images: Tensor,
  labels: ArrayLike<number>,
  ball: Ball,
  { starts, stream, tick = () => {}, ...options }: AttackOptions,
): Uint8Array {
  const alive = run.losses(images, labels).correct.slice();
  const size = images.data.length / alive.length;
  for (let start = 0; start < starts; start++) {
    tick(start / starts);
    const points = [...alive.keys()]
      .filter((i) => alive[i] === 1)
      .map((i): Point => {
        const centre = Float32Array.from(images.data.subarray(i * size, (i + 1) * size));
        const x = centre.slice();
        if (start > 0) {
          const moved = ball.start(size, options.epsilon, stream.split(start).split(i));
          for (let p = 0; p < size; p++) x[p] = clipped(x[p] + moved[p]);
        }
        return { image: i, label: labels[i], centre, x };
      });
    for (const { image } of attack(run, points, images.shape, ball, options)) alive[image] = 0;
  }
  return alive;
}

interface Point {
  readonly image: number;
  readonly label: number;
  readonly centre: Float32Array;
  readonly x: Float32Array;
}

/** The points at which the model was fooled. Every round looks where the points are, and moves those that hold. */
function attack(
  run: Session,
  points: readonly Point[],
  [, ...shape]: readonly number[],
  ball: Ball,
  { epsilon, step, steps }: Omit<AttackOptions, "starts" | "stream" | "tick">,
): Point[] {
  const fooled: Point[] = [];
  let left = points;
  for (let round = 0; round <= steps && left.length > 0; round++) {
    const own = left;
    const labelAt = (i: number): number => own[Math.min(i, own.length - 1)].label;
    const { logits, gradient } = run.inputGradient(together(own, shape), (part, from) =>
      lossDirection(
        part,
        Array.from({ length: part.shape[0] }, (_, i) => labelAt(from + i)),
      ),
    );
    const predicted = top(logits);
    const holds = own.map(({ label }, i) => predicted[i] === label);
    own.forEach(({ x, centre }, i) => {
      if (!holds[i] || round === steps) return;
      const size = x.length;
      ball.ascend(x, Float32Array.from(gradient.data.subarray(i * size, (i + 1) * size)), step);
      ball.project(x, centre, epsilon);
      for (let p = 0; p < size; p++) x[p] = clipped(x[p]);
    });
    fooled.push(...own.filter((_, i) => !holds[i]));
    left = own.filter((_, i) => holds[i]);
  }
  return fooled;
}

/** Numbers of images that are sent through the network are multiples of this: few plans serve all. */
const MULTIPLE = 8;

/** All points as one batch, the last of them repeated up to a round number. */
function together(points: readonly Point[], shape: readonly number[]): Tensor {
  const count = Math.ceil(points.length / MULTIPLE) * MULTIPLE;
  const rows = Array.from({ length: count }, (_, i) => points[Math.min(i, points.length - 1)].x);
  return tensor([count, ...shape], joined(rows));
}

function joined(rows: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(rows.length * rows[0].length);
  rows.forEach((row, i) => {
    all.set(row, i * row.length);
  });
  return all;
}

/** L∞: every pixel within ε; the steepest ascent is the sign of the gradient. */
export const linf: Ball = {
  ascend(x, gradient, step) {
    for (let p = 0; p < x.length; p++) x[p] += step * Math.sign(gradient[p]);
  },
  project(x, centre, epsilon) {
    for (let p = 0; p < x.length; p++)
      x[p] = Math.min(centre[p] + epsilon, Math.max(centre[p] - epsilon, x[p]));
  },
  start: (size, epsilon, stream) =>
    Float32Array.from({ length: size }, () => stream.uniform(-epsilon, epsilon)),
};

/** L2: the whole difference within ε; the steepest ascent is the gradient itself. */
export const l2: Ball = {
  ascend(x, gradient, step) {
    const length = distance(gradient);
    if (length > 0) for (let p = 0; p < x.length; p++) x[p] += (step / length) * gradient[p];
  },
  project(x, centre, epsilon) {
    const length = distance(x, centre);
    if (length > epsilon)
      for (let p = 0; p < x.length; p++) x[p] = centre[p] + ((x[p] - centre[p]) * epsilon) / length;
  },
  start(size, epsilon, stream) {
    const x = Float32Array.from({ length: size }, () => stream.normal());
    const length = distance(x);
    const radius = epsilon * stream.uniform();
    return x.map((value) => (value * radius) / length);
  },
};
