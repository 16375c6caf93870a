/** Operators that move elements or only look at them in another shape. */

import { showShape, size } from "../../tensor/tensor.js";
import { refuse } from "../translation/obstacles.js";
import type { Translation } from "../translation/translation.js";
import type { Value } from "../translation/value.js";
import { isConstant, type NodeView, type OnnxTranslation } from "./node-view.js";
import { axesOf } from "./spatial.js";

const AGAIN = "export the model with fixed shapes";

/** The same elements under another shape. */
const seen = (v: Value, theirs: readonly number[]): Value => ({ ...v, theirs });

export const identity = (_: Translation, n: NodeView): Value => n.value(0);

export function cast(_: Translation, n: NodeView): Value {
  const to = n.int("to", 1);
  n.int("saturate", 1);
  if (![1, 10, 11, 16].includes(to))
    refuse(`casts images to element type ${to}`, "keep them float32");
  return n.value(0);
}

/** Outside training nothing is dropped; whoever trains on gets our dropout. */
export function dropout(t: Translation, n: NodeView): Value {
  const v = n.value(0);
  n.int("seed", 0);
  n.int("is_test", 1);
  n.constant(2, "training mode");
  const rate = n.has("ratio") ? n.float("ratio", 0.5) : (n.constant(1, "ratio")?.data[0] ?? 0.5);
  return { ...t.add(n, "dropout", { rate }, [v]), theirs: v.theirs };
}

export function flatten(t: Translation, n: NodeView): Value {
  const v = n.value(0);
  const axis = n.int("axis", 1);
  const rank = v.theirs.length + 1;
  if ((axis < 0 ? axis + rank : axis) !== 1)
    refuse(`flattens from axis ${axis} on`, "flatten all but the first axis");
  return t.vector(seen(v, [size(v.theirs)]), n.message.name);
}

/** The target with 0 and −1 filled in; its first axis must be that of the images. */
export function reshape(t: OnnxTranslation, n: NodeView): Value {
  const v = n.value(0);
  const target = n.ints("shape") ?? axesOf(n.constant(1, "shape"));
  const allowZero = n.int("allowzero", 0) !== 0;
  if (!target) return refuse("has no shape", AGAIN);
  const all = [Number.NaN, ...v.theirs];
  const filled = target.map((length, k) => (length === 0 && !allowZero ? all[k] : length));
  const [first, ...rest] = filled;
  const open = rest.indexOf(-1);
  const known = rest.reduce((product, length) => (length === -1 ? product : product * length), 1);
  const total = size(v.theirs);
  if (open >= 0) rest[open] = total / known;
  const isBatch = Number.isNaN(first) || first === -1 || first === t.batch;
  const fits = rest.length > 0 && rest.every((length) => Number.isInteger(length) && length > 0);
  if (!isBatch || !fits || size(rest) !== total || (first === -1 && open >= 0))
    refuse(
      `reshapes [N,${v.theirs}] to [${target.map((d) => (Number.isNaN(d) ? "N" : d))}]`,
      AGAIN,
    );
  const y = seen(v, rest);
  if (rest.length === 1) return t.vector(y, n.message.name);
  return rest.length === 3 ? t.image(y, n.message.name) : y;
}

function axesGiven(n: NodeView, rank: number): number[] | undefined {
  const axes = n.ints("axes") ?? axesOf(n.constant(1, "axes"));
  return axes?.map((axis) => (axis < 0 ? axis + rank : axis));
}

export function squeeze(_: Translation, n: NodeView): Value {
  const v = n.value(0);
  const axes =
    axesGiven(n, v.theirs.length + 1) ??
    v.theirs.flatMap((length, k) => (length === 1 ? [k + 1] : []));
  if (axes.some((axis) => v.theirs[axis - 1] !== 1))
    refuse(`squeezes axes ${axes} of [N,${v.theirs}]`, "squeeze axes of length 1");
  return seen(
    v,
    v.theirs.filter((_, k) => !axes.includes(k + 1)),
  );
}

export function unsqueeze(_: Translation, n: NodeView): Value {
  const v = n.value(0);
  const given = n.ints("axes") ?? axesOf(n.constant(1, "axes")) ?? [];
  const rank = v.theirs.length + 1 + given.length;
  const axes = given.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b);
  if (axes.length === 0 || axes.some((axis) => !(axis >= 1 && axis < rank)))
    refuse(`adds axes ${given}`, "keep the first axis for the images");
  const lengths = [...v.theirs];
  for (const axis of axes) lengths.splice(axis - 1, 0, 1);
  return seen(v, lengths);
}

export function transpose(t: Translation, n: NodeView): Value {
  const v = n.value(0);
  const rank = v.theirs.length + 1;
  const perm = n.ints("perm") ?? Array.from({ length: rank }, (_, k) => rank - 1 - k);
  if (
    perm.length !== rank ||
    perm[0] !== 0 ||
    new Set(perm).size !== rank ||
    perm.some((p) => !(p < rank))
  )
    refuse(
      `puts the axes of [N,${v.theirs}] in the order ${perm}`,
      "keep the first axis for the images",
    );
  const axes = perm.slice(1).map((p) => p - 1);
  const theirs = axes.map((axis) => v.theirs[axis]);
  // Axes of length 1 move nothing, and axes that stay neighbours move as one.
  const long = axes.filter((axis) => v.theirs[axis] !== 1);
  const sorted = [...long].sort((a, b) => a - b);
  const runs: number[][] = [];
  for (const axis of long) {
    const before = runs.at(-1)?.at(-1);
    if (before !== undefined && sorted.indexOf(axis) === sorted.indexOf(before) + 1)
      runs.at(-1)?.push(axis);
    else runs.push([axis]);
  }
  if (runs.length <= 1) return axes.length === 3 ? t.image(seen(v, theirs)) : seen(v, theirs);
  if (axes.length === 3) return t.add(n, "transpose", { axes }, [t.image(v)]);
  if (runs.length > 3)
    refuse(`puts ${runs.length} groups of axes in another order`, "at most 3 can be taken");
  const order = runs.map((_, k) => k).sort((a, b) => runs[a][0] - runs[b][0]);
  const lengths = order.map((k) => size(runs[k].map((axis) => v.theirs[axis])));
  while (lengths.length < 3) lengths.push(1);
  const to = runs.map((_, k) => order.indexOf(k));
  while (to.length < 3) to.push(to.length);
  const x = t.image(seen(v, lengths));
  return seen(t.add(n, "transpose", { axes: to }, [x]), theirs);
}

/** Channels one after the other; pairs that were joined before are joined once. */
export function concat(t: Translation, n: NodeView): Value {
  const axis = n.int("axis", 1);
  const parts = Array.from({ length: n.count }, (_, i) => n.input(i)).map((known) => {
    if (isConstant(known)) return refuse("joins values with constants", AGAIN);
    return known.theirs.length === 1 ? t.vector(known) : t.image(known);
  });
  const rank = parts[0].theirs.length + 1;
  if ((axis < 0 ? axis + rank : axis) !== 1)
    refuse(`joins along axis ${axis}`, "join along the channels");
  return parts.reduce((a, b) =>
    t.once(`concat ${a.id}, ${b.id}`, () => t.add(n, "concat", {}, [a, b])),
  );
}

export function pad(t: Translation, n: NodeView): Value {
  const v = n.value(0);
  const mode = n.text("mode", "constant");
  if (mode !== "constant") refuse(`pads in mode "${mode}"`, "pad with zeros");
  const value = n.constant(2, "padding value")?.data.find((v) => v !== 0) ?? n.float("value", 0);
  if (value !== 0) refuse(`pads with ${value}`, "pad with zeros");
  const rank = v.theirs.length + 1;
  const given =
    n.ints("pads") ?? axesOf(n.constant(1, "amounts")) ?? refuse("has no amounts", AGAIN);
  const axes = axesOf(n.constant(3, "axes"))?.map((axis) => (axis < 0 ? axis + rank : axis));
  const isSound = (axes ?? []).every((axis) => axis >= 0 && axis < rank);
  if (given.length !== 2 * (axes?.length ?? rank) || !isSound)
    refuse(`has ${given.length} amounts for ${axes ? `axes ${axes}` : `${rank} axes`}`, AGAIN);
  const amount = (axis: number, end: 0 | 1): number => {
    const at = axes ? axes.indexOf(axis) : axis;
    return at < 0 ? 0 : given[at + end * (given.length / 2)];
  };
  const lengths = [Number.NaN, ...v.theirs].map((length, axis) => [
    length,
    amount(axis, 0),
    amount(axis, 1),
  ]);
  if (lengths[0].slice(1).some((p) => p !== 0)) refuse("pads the axis of the images", AGAIN);
  if (
    lengths
      .flat()
      .slice(1)
      .some((p) => !Number.isInteger(p))
  )
    refuse(`pads [N,${v.theirs}] by [${given}]`, AGAIN);
  const sides = lengths.slice(1);
  const triple = (values: number[]) => [...values, 0, 0].slice(0, 3);
  const x = v.theirs.length === 1 ? t.vector(v) : t.image(v);
  // A negative amount cuts off.
  const cut = sides.some(([, a, b]) => a < 0 || b < 0)
    ? t.add(
        n,
        "slice",
        {
          start: triple(sides.map(([, a]) => Math.max(0, -a))),
          length: [
            ...sides.map(([length, a, b]) => length + Math.min(a, 0) + Math.min(b, 0)),
            1,
            1,
          ].slice(0, 3),
        },
        [x],
      )
    : x;
  const before = triple(sides.map(([, a]) => Math.max(0, a)));
  const after = triple(sides.map(([, , b]) => Math.max(0, b)));
  return [...before, ...after].every((p) => p === 0)
    ? cut
    : t.add(n, "pad", { before, after }, [cut]);
}

export function slice(t: Translation, n: NodeView): Value {
  const v = n.value(0);
  const list = (i: number, name: string): number[] | undefined =>
    n.ints(name) ?? axesOf(n.constant(i, name));
  const starts = list(1, "starts") ?? [];
  const ends = list(2, "ends") ?? [];
  const rank = v.theirs.length + 1;
  const axes = (list(3, "axes") ?? starts.map((_, k) => k)).map((axis) =>
    axis < 0 ? axis + rank : axis,
  );
  const steps = axesOf(n.constant(4, "steps")) ?? starts.map(() => 1);
  if ([ends, axes, steps].some((list) => list.length !== starts.length))
    refuse(`has ${starts.length} starts for axes ${axes}, ends ${ends}, steps ${steps}`, AGAIN);
  const [start, step, length] = [v.theirs.map(() => 0), v.theirs.map(() => 1), [...v.theirs]];
  axes.forEach((axis, k) => {
    if (
      ![starts[k], ends[k], steps[k]].every((p) => Number.isInteger(p)) ||
      !(axis >= 0 && axis < rank) ||
      steps[k] === 0
    )
      refuse(`slices axis ${axis} from ${starts[k]} to ${ends[k]} by ${steps[k]}`, AGAIN);
    if (axis === 0) {
      if (starts[k] !== 0 || ends[k] < 2 ** 31 - 1 || steps[k] !== 1)
        refuse("slices the axis of the images", AGAIN);
      return;
    }
    const n0 = v.theirs[axis - 1];
    const [low, high] = steps[k] > 0 ? [0, n0] : [-1, n0 - 1];
    const place = (p: number): number => Math.min(high, Math.max(low, p < 0 ? p + n0 : p));
    const first = steps[k] > 0 ? Math.min(place(starts[k]), n0) : place(starts[k]);
    start[axis - 1] = first;
    step[axis - 1] = steps[k];
    length[axis - 1] = Math.max(0, Math.ceil((place(ends[k]) - first) / steps[k]));
  });
  if (length.some((count) => count === 0)) refuse(`takes nothing of ${showShape(v.theirs)}`, AGAIN);
  const x = v.theirs.length === 1 ? t.vector(v) : t.image(v);
  const three = (values: number[], fill: number) => [...values, fill, fill].slice(0, 3);
  if (length.every((count, k) => count === v.theirs[k] && step[k] === 1)) return x;
  const attributes = { start: three(start, 0), step: three(step, 1), length: three(length, 1) };
  return t.add(n, "slice", attributes, [x]);
}
