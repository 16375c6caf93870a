/** How the numbers of one sample lie in a plan's memory: NHWC with the channel axis padded to a multiple of 4. */

import { fail } from "../tensor/errors.js";
import { type Shape, showShape, size } from "../tensor/tensor.js";

export interface Layout {
  /** Logical shape of one sample: [C, H, W] or [F]. */
  readonly shape: Shape;
  readonly C: number;
  readonly H: number;
  readonly W: number;
  /** Distance of two pixels: C rounded up to a multiple of 4. */
  readonly cs: number;
  /** Elements of one sample in memory, H·W·cs. */
  readonly size: number;
  /** A flattened image keeps its pixels' order; its logical order is that of [C, H, W]. */
  readonly flattened?: readonly [number, number, number];
}

/** The next multiple of 4. */
export const padded = (n: number): number => (n + 3) & ~3;

/** Layout of a [C, H, W] image or an [F] vector. */
export function layout(shape: Shape): Layout {
  if (shape.length === 3) {
    const [C, H, W] = shape as [number, number, number];
    return { shape, C, H, W, cs: padded(C), size: H * W * padded(C) };
  }
  if (shape.length === 1) {
    const F = shape[0] as number;
    return { shape, C: F, H: 1, W: 1, cs: padded(F), size: padded(F) };
  }
  return fail("shape", `layout: got sample shape ${showShape(shape)}, expected [C,H,W] or [F]`);
}

/** The same memory seen as a vector. Only for images without padding lanes or of a single pixel. */
export function flattenedLayout(image: Layout): Layout {
  const F = image.C * image.H * image.W;
  if (image.H * image.W === 1) return layout([F]);
  return { shape: [F], C: F, H: 1, W: 1, cs: F, size: F, flattened: [image.C, image.H, image.W] };
}

const orders = new WeakMap<Layout, Int32Array>();

/** Position in memory of every logical element: `order(l)[i]` for i in row-major order of `l.shape`. Not to be changed. */
export function order(l: Layout): Int32Array {
  const known = orders.get(l) ?? positionsOf(l);
  orders.set(l, known);
  return known;
}

function positionsOf(l: Layout): Int32Array {
  const positions = new Int32Array(size(l.shape));
  const { C, pixels, cs } = gridOf(l);
  for (let c = 0, i = 0; c < C; c++)
    for (let p = 0; p < pixels; p++, i++) positions[i] = p * cs + c;
  return positions;
}

/** The elements in runs, as `ParameterMemory` gives them. */
export function runsOf(
  l: Layout,
  run: (from: number, step: number, to: number, stride: number, count: number) => void,
): void {
  const { C, pixels, cs } = gridOf(l);
  if (pixels === 1) run(0, 1, 0, 1, C);
  else for (let c = 0; c < C; c++) run(c * pixels, 1, c, cs, pixels);
}

/** Whether memory holds the elements in logical order (apart from padding at the end). */
export const inOrder = (l: Layout): boolean => l.H * l.W === 1 && l.flattened === undefined;

/** Whether two layouts hold the same elements, in row-major order of their shapes, at the same positions. */
export function sameMemory(a: Layout, b: Layout): boolean {
  const [p, q] = [gridOf(a), gridOf(b)];
  const alike = p.C === q.C && p.pixels === q.pixels && (p.pixels === 1 || p.cs === q.cs);
  return alike && a.size === b.size;
}

/** Where elements lie: element c of pixel p at p·cs + c. */
export interface Grid {
  readonly C: number;
  readonly pixels: number;
  readonly cs: number;
}

export function gridOf(l: Layout): Grid {
  const [C, H, W] = l.flattened ?? [l.C, l.H, l.W];
  return { C, pixels: H * W, cs: l.flattened ? C : l.cs };
}
