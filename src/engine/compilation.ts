/** What the compilation of one plan has at hand, and the steps that several of its parts share. */

import { type Layout, order } from "../ops/layout.js";
import { type Buffer, images, type Place } from "../ops/op.js";
import type { Calls } from "./calls.js";
import { fixedBuffer, placeOf } from "./model-buffers.js";
import type { ModelBuffers, PlanOptions, Readable } from "./plan.js";

/** A value of the graph while it is compiled. */
export interface Value {
  readonly id: string;
  readonly layout: Layout;
  place: Place;
  /** Gradient; set by its first writer. */
  gradient?: Place;
  /** Whether a gradient is wanted at all. */
  readonly wanted: boolean;
  /** Steps that read it and have not written their part of its gradient yet. */
  readers: number;
  /** Whether a ReLU merged into its step made it, and whether its gradient has passed that ReLU. */
  readonly isRectified: boolean;
  isMasked: boolean;
  /** Makes the value once more, at a place; only for values that the backward pass does not keep. */
  again?: (at: Place) => void;
}

export interface Compilation {
  readonly options: PlanOptions;
  readonly model: ModelBuffers;
  readonly calls: Calls;
  readonly values: Map<string, Value>;
  readonly tables: { place: Place; values: ArrayLike<number> }[];
  /** Gradients that a second value shares already; a third would see what the second adds. */
  readonly handedOn: Set<Place>;
  /** Copies of the gradients that will be read. */
  readonly gradients: Map<string, Readable>;
  /** Calls to add when the op at hand has written its own. */
  readonly pending: (() => void)[];
  /** Whether the backward pass is being written. */
  isBackward: boolean;
  buffer(name: string, size: number, scope: Buffer["scope"]): Buffer;
}

/** Whether a plan has a backward pass. */
export const goesBackward = ({ wants, gradients }: PlanOptions): boolean =>
  wants.input || wants.parameters || (gradients?.length ?? 0) > 0;

/** Whether a plan is for results alone: its parameters may lie as the forward pass likes them best. */
export const isForwardOnly = (options: PlanOptions): boolean =>
  !options.training && !goesBackward(options);

/** Where a value is read: in the backward pass perhaps made once more. */
export function placeIn(c: Compilation, value: Value): Place {
  const { again } = value;
  if (c.isBackward && again) {
    value.place = placeOf(c.buffer(`${value.id}.again`, value.layout.size, "image"));
    delete value.again;
    again(value.place);
  }
  return value.place;
}

/** Copies a value from one order in memory to another. */
export function gather(
  c: Compilation,
  from: Place,
  to: Place,
  source: Layout,
  target: Layout,
): void {
  const indices = new Int32Array(target.size).fill(-1);
  const positions = order(source);
  order(target).forEach((position, i) => {
    indices[position] = positions[i];
  });
  c.calls.each(
    "gather",
    from,
    to,
    table(c, indices),
    images(),
    target.size,
    source.size,
    target.size,
  );
}

/** A place that will hold integers. */
export function table(c: Compilation, values: ArrayLike<number>): Place {
  const place = placeOf(fixedBuffer("table", values.length));
  c.tables.push({ place, values });
  return place;
}
