/** Images and other values on their way into a plan's memory and out of it: channel after channel outside, pixel after
 *  pixel inside. No other thread can work meanwhile. */

import { type Grid, gridOf, type Layout } from "../ops/layout.js";
import type { Place } from "../ops/op.js";
import { type Numbers, size, type Tensor } from "../tensor/tensor.js";
import type { Executor } from "./executor.js";

/** What copying images in and out needs of an executor. */
type Numbered = Pick<Executor, "numbers" | "address">;

/** Copies n images of `t` (from image `from` on) into the plan's layout at `place`. */
export function writeImages(
  { numbers, address }: Numbered,
  place: Place,
  layout: Layout,
  { data }: Tensor,
  from: number,
  n: number,
): void {
  const [grid, length] = [gridOf(layout), size(layout.shape)];
  for (let i = 0; i < n; i++)
    gather(data, (from + i) * length, numbers, address(place) + i * place.image, grid);
}

/** Copies n images out of the plan's layout into `t` (from image `from` on). */
export function readImages(
  { numbers, address }: Numbered,
  place: Place,
  layout: Layout,
  { data }: Tensor,
  from: number,
  n: number,
): void {
  const [grid, length] = [gridOf(layout), size(layout.shape)];
  for (let i = 0; i < n; i++)
    scatter(numbers, address(place) + i * place.image, data, (from + i) * length, grid);
}

/** Planes from `first` on become pixels from `to` on: four channels of a pixel at a time, which takes half the time of
 *  one after the other. */
function gather(from: Numbers, first: number, into: Numbers, to: number, grid: Grid): void {
  const { C, pixels, cs } = grid;
  const end = to + pixels * cs;
  let c = 0;
  for (; c + 4 <= C; c += 4) {
    let [a, b, d, e] = [0, 1, 2, 3].map((k) => first + (c + k) * pixels);
    for (let at = to + c; at < end; at += cs) {
      into[at] = from[a++];
      into[at + 1] = from[b++];
      into[at + 2] = from[d++];
      into[at + 3] = from[e++];
    }
  }
  for (; c < C; c++)
    for (let at = to + c, p = first + c * pixels; at < end; at += cs) into[at] = from[p++];
}

/** Pixels from `first` on become planes from `to` on. */
function scatter(from: Numbers, first: number, into: Numbers, to: number, grid: Grid): void {
  const { C, pixels, cs } = grid;
  const end = first + pixels * cs;
  let c = 0;
  for (; c + 4 <= C; c += 4) {
    let [a, b, d, e] = [0, 1, 2, 3].map((k) => to + (c + k) * pixels);
    for (let at = first + c; at < end; at += cs) {
      into[a++] = from[at];
      into[b++] = from[at + 1];
      into[d++] = from[at + 2];
      into[e++] = from[at + 3];
    }
  }
  for (; c < C; c++)
    for (let at = first + c, p = to + c * pixels; at < end; at += cs) into[p++] = from[at];
}
