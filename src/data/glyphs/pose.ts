/** Where and how a digit stands: a smooth warp of its control points, then stretch, shear, rotation, size, place. */

import { cos, sin } from "../../tensor/math.js";
import type { Random } from "../../tensor/random.js";
import type { Placement } from "./figure.js";
import type { Difficulty } from "./options.js";
import { DIGITS, type Point, type Stroke } from "./strokes.js";

/** A random variant of a digit. */
export function randomVariant(digit: number, random: Random): readonly Stroke[] {
  const variants = DIGITS[digit];
  return variants[random.below(variants.length)];
}

/** A random pose that keeps all the strokes' points at least `margin` pixels inside the picture. */
export function randomPose(
  strokes: readonly Stroke[],
  difficulty: Difficulty,
  size: number,
  margin: number,
  random: Random,
): Placement {
  const angle = random.uniform(-difficulty.rotation, difficulty.rotation);
  const height = random.uniform(...difficulty.height) * size;
  const stretch = random.uniform(...difficulty.stretch);
  const shear = random.uniform(-difficulty.shear, difficulty.shear);
  const warp = randomWarp(difficulty.warp, random);
  const shift: Point = [
    size * (0.5 + random.uniform(-difficulty.shift, difficulty.shift)),
    size * (0.5 + random.uniform(-difficulty.shift, difficulty.shift)),
  ];
  const [c, s] = [cos(angle) * height, sin(angle) * height];
  const place = (point: Point): Point => {
    const [wx, wy] = warp(point);
    const [x, y] = [wx * stretch - wy * shear, wy];
    return [c * x - s * y, s * x + c * y];
  };
  const points = strokes.flatMap((stroke) => stroke.points.map(place));
  const [dx, dy] = [0, 1].map((axis) => {
    const values = points.map((point) => point[axis]);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return Math.max(margin - low, Math.min(size - margin - high, shift[axis]));
  });
  return (point) => {
    const [x, y] = place(point);
    return [x + dx, y + dy];
  };
}

const COLUMNS = 3;
const ROWS = 4;

/** A smooth displacement: random offsets on a grid over the model's box, interpolated in between, so that points
 *  that coincide stay together and shapes bend instead of breaking. */
function randomWarp(deviation: number, random: Random): Placement {
  const grid = Array.from({ length: 2 * COLUMNS * ROWS }, () => deviation * random.normal());
  const clamp = (t: number): number => Math.max(0, Math.min(1, t));
  return ([x, y]) => {
    const [u, v] = [clamp(x / 0.64 + 0.5) * (COLUMNS - 1), clamp(y + 0.5) * (ROWS - 1)];
    const [i, j] = [Math.min(Math.floor(u), COLUMNS - 2), Math.min(Math.floor(v), ROWS - 2)];
    const [a, b] = [u - i, v - j];
    const offset = (axis: number): number => {
      const at = (k: number, l: number): number => grid[2 * ((j + l) * COLUMNS + i + k) + axis];
      const upper = at(0, 0) + a * (at(1, 0) - at(0, 0));
      const lower = at(0, 1) + a * (at(1, 1) - at(0, 1));
      return upper + b * (lower - upper);
    };
    return [x + offset(0), y + offset(1)];
  };
}
