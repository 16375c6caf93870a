/** Constant folding: the arithmetic on shapes that exporters write into a graph, done once at import. A length that is
 *  the number of images is NaN, and stays NaN through all of it. */

import { size } from "../../tensor/tensor.js";
import { refuse } from "../translation/obstacles.js";
import { type Constant, elementsOf, isIntegerType } from "./constants.js";
import type { NodeView } from "./node-view.js";

const FIXED = "export the model with fixed shapes";

/** Elements that folding may still make: in proportion to the file, so that a small one cannot ask for much. */
export interface Room {
  readonly name: string;
  elements: number;
}

type Fold = (n: NodeView, inputs: readonly Constant[], room: Room) => Constant;

/** An array of `shape` whose element at a place is element `at(place)` of c. */
function picked(
  c: Constant,
  shape: readonly number[],
  room: Room,
  at: (place: readonly number[]) => number,
): Constant {
  const count = spend(shape, room);
  const data = new (c.data instanceof Float32Array ? Float32Array : Float64Array)(count);
  const place = shape.map(() => 0);
  for (let i = 0; i < count; i++) {
    data[i] = c.data[at(place)];
    for (let k = shape.length - 1; k >= 0 && ++place[k] === shape[k]; k--) place[k] = 0;
  }
  return { shape, data, isInteger: c.isInteger, ...(c.name === undefined ? {} : { name: c.name }) };
}

function spend(shape: readonly number[], room: Room): number {
  if (shape.some((n) => !Number.isInteger(n) || n < 0))
    refuse(`makes a constant of shape [${shape}]`, FIXED);
  const count = elementsOf(shape, room.name, "a folded constant");
  room.elements -= count + 1;
  if (room.elements < 0) refuse("makes constants of too many elements", FIXED);
  return count;
}

const strides = (shape: readonly number[]): number[] =>
  shape.map((_, k) => size(shape.slice(k + 1)));
const flat = (place: readonly number[], step: readonly number[]): number =>
  place.reduce((sum, p, k) => sum + p * step[k], 0);
const normal = (axis: number, rank: number): number => {
  const at = axis < 0 ? axis + rank : axis;
  return at >= 0 && at < Math.max(rank, 1)
    ? at
    : refuse(`works along axis ${axis} of ${rank}`, FIXED);
};
const list = (c: Constant | undefined): number[] | undefined => c && [...c.data];
const reshaped = (c: Constant, shape: readonly number[]): Constant =>
  size(shape) === c.data.length
    ? { ...c, shape }
    : refuse(`reshapes [${c.shape}] to [${shape}]`, FIXED);

/** Two arrays element by element, lengths of 1 repeated. */
function binary(f: (a: number, b: number) => number, isTest = false): Fold {
  return (_, [a, b], room) => {
    const rank = Math.max(a.shape.length, b.shape.length);
    const [sa, sb] = [a, b].map((c) => [
      ...new Array<number>(rank - c.shape.length).fill(1),
      ...c.shape,
    ]);
    const shape = sa.map((n, k) => (n === 1 ? sb[k] : sb[k] === 1 || sb[k] === n ? n : Number.NaN));
    const isInteger = isTest || (a.isInteger && b.isInteger);
    const [ta, tb] = [sa, sb].map((s) => strides(s).map((step, k) => (s[k] === 1 ? 0 : step)));
    const data = new Float64Array(spend(shape, room));
    const place = shape.map(() => 0);
    for (let i = 0; i < data.length; i++) {
      const value = f(a.data[flat(place, ta)], b.data[flat(place, tb)]);
      data[i] = isInteger ? Math.trunc(value) : value;
      for (let k = rank - 1; k >= 0 && ++place[k] === shape[k]; k--) place[k] = 0;
    }
    return { shape, data, isInteger };
  };
}

const unary =
  (f: (a: number) => number): Fold =>
  (_, [a], room) => {
    spend(a.shape, room);
    return { shape: a.shape, data: Float64Array.from(a.data, f), isInteger: a.isInteger };
  };

const sliceOf: Fold = (n, [x, ...rest], room) => {
  const starts = n.ints("starts") ?? list(rest[0]) ?? [];
  const ends = n.ints("ends") ?? list(rest[1]) ?? [];
  const axes = n.ints("axes") ?? list(n.constant(3, "axes")) ?? starts.map((_, k) => k);
  const steps = list(n.constant(4, "steps")) ?? starts.map(() => 1);
  const [first, by, shape] = [x.shape.map(() => 0), x.shape.map(() => 1), [...x.shape]];
  axes.forEach((given, k) => {
    const axis = normal(given, x.shape.length);
    const [length, step] = [x.shape[axis], steps[k]];
    if (![starts[k], ends[k], step].every(Number.isInteger) || step === 0)
      refuse(`slices from ${starts[k]} to ${ends[k]} by ${step}`, FIXED);
    const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
    const clamp = (p: number): number => Math.min(high, Math.max(low, p < 0 ? p + length : p));
    first[axis] = clamp(starts[k]);
    by[axis] = step;
    shape[axis] = Math.max(0, Math.ceil((clamp(ends[k]) - first[axis]) / step));
  });
  const step = strides(x.shape);
  return picked(x, shape, room, (p) =>
    flat(
      p.map((q, k) => first[k] + q * by[k]),
      step,
    ),
  );
};

const gather: Fold = (n, [x, indices], room) => {
  const axis = normal(n.int("axis", 0), x.shape.length);
  const rank = indices.shape.length;
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  const [step, own] = [strides(x.shape), strides(indices.shape)];
  return picked(x, shape, room, (p) => {
    const given = indices.data[flat(p.slice(axis, axis + rank), own)];
    const index = given < 0 ? given + x.shape[axis] : given;
    if (!(index >= 0 && index < x.shape[axis]))
      refuse(`gathers element ${given} of ${x.shape[axis]}`, FIXED);
    return flat([...p.slice(0, axis), index, ...p.slice(axis + rank)], step);
  });
};

const concat: Fold = (n, parts, room) => {
  const axis = normal(n.int("axis", 0), parts[0].shape.length);
  const shape = parts[0].shape.map((length, k) =>
    k === axis ? parts.reduce((sum, part) => sum + (part.shape[k] ?? Number.NaN), 0) : length,
  );
  const count = spend(shape, room);
  const inner = size(shape.slice(axis + 1));
  const data = new Float64Array(count);
  let from = 0;
  for (const part of parts) {
    const run = part.shape[axis] * inner;
    for (let i = 0; i < part.data.length; i++)
      data[Math.floor(i / run) * shape[axis] * inner + from + (i % run)] = part.data[i];
    from += run;
  }
  return { shape, data, isInteger: parts.every((part) => part.isInteger) };
};

const transpose: Fold = (n, [x], room) => {
  const perm = n.ints("perm") ?? x.shape.map((_, k) => x.shape.length - 1 - k);
  if (
    perm.length !== x.shape.length ||
    new Set(perm.map((p) => normal(p, perm.length))).size !== perm.length
  )
    refuse(`puts ${x.shape.length} axes in the order ${perm}`, FIXED);
  const step = strides(x.shape);
  const moved = perm.map((p) => step[p]);
  return picked(
    x,
    perm.map((p) => x.shape[p]),
    room,
    (p) => flat(p, moved),
  );
};

const constantOfShape: Fold = (n, [shape], room) => {
  const value = n.tensor("value");
  const lengths = [...shape.data];
  const isInteger = value ? (isIntegerType(value.dataType) ?? false) : false;
  const view = value?.raw ?? new Uint8Array(0);
  const given = value ? scalar(value.dataType, view, value.integers[0], value.floats[0]) : 0;
  const data = new Float64Array(spend(lengths, room)).fill(given);
  return { shape: lengths, data, isInteger };
};

function scalar(
  type: number,
  raw: Uint8Array,
  integer: bigint | undefined,
  float: number | undefined,
): number {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  if (type === 7)
    return raw.length >= 8 ? Number(view.getBigInt64(0, true)) : Number(integer ?? 0n);
  if (type === 6) return raw.length >= 4 ? view.getInt32(0, true) : Number(integer ?? 0n);
  if (type === 1) return raw.length >= 4 ? view.getFloat32(0, true) : (float ?? 0);
  return refuse(`fills with element type ${type}`, FIXED);
}

const expand: Fold = (_, [x, target], room) => {
  const given = [...target.data];
  const rank = Math.max(given.length, x.shape.length);
  const pad = (shape: readonly number[]) => [
    ...new Array<number>(rank - shape.length).fill(1),
    ...shape,
  ];
  const [from, to] = [pad(x.shape), pad(given)];
  const shape = from.map((n, k) => (n === 1 ? to[k] : to[k] === 1 || to[k] === n ? n : Number.NaN));
  const step = strides(from).map((s, k) => (from[k] === 1 ? 0 : s));
  return picked(x, shape, room, (p) => flat(p, step));
};

const range: Fold = (_, [from, to, by], room) => {
  const count = Math.max(0, Math.ceil((to.data[0] - from.data[0]) / by.data[0]));
  const data = new Float64Array(spend([count], room));
  for (let i = 0; i < count; i++) data[i] = from.data[0] + i * by.data[0];
  return { shape: [count], data, isInteger: from.isInteger };
};

const where: Fold = (n, [test, a, b], room) => {
  const left = binary((t, v) => (t ? v : Number.NaN))(n, [test, a], room);
  const right = binary((t, v) => (t ? Number.NaN : v))(n, [test, b], room);
  const tested = binary((t) => t)(n, [test, left], room);
  return size(left.shape) === size(right.shape)
    ? {
        ...left,
        data: Float64Array.from(left.data, (v, i) => (tested.data[i] ? v : right.data[i])),
      }
    : refuse("chooses between constants of different shapes", FIXED);
};

const cast: Fold = (n, [x], room) => {
  const isInteger =
    isIntegerType(n.int("to", 1)) ?? refuse("casts to a type that is not read", FIXED);
  n.int("saturate", 1);
  spend(x.shape, room);
  return { ...x, isInteger, data: isInteger ? Float64Array.from(x.data, Math.trunc) : x.data };
};

const squeeze: Fold = (n, [x]) => {
  const axes = (n.ints("axes") ?? list(n.constant(1, "axes")))?.map((a) =>
    normal(a, x.shape.length),
  );
  return reshaped(
    x,
    x.shape.filter((length, k) => (axes ? !axes.includes(k) : length !== 1)),
  );
};

const unsqueeze: Fold = (n, [x]) => {
  const axes = n.ints("axes") ?? list(n.constant(1, "axes")) ?? [];
  const rank = x.shape.length + axes.length;
  const shape = [...x.shape];
  for (const axis of axes.map((a) => normal(a, rank)).sort((a, b) => a - b))
    shape.splice(axis, 0, 1);
  return reshaped(x, shape);
};

const reshape: Fold = (n, [x]) => {
  const target = n.ints("shape") ?? list(n.constant(1, "shape")) ?? [];
  const isCopied = n.int("allowzero", 0) === 0;
  const shape = target.map((length, k) => (length === 0 && isCopied ? x.shape[k] : length));
  const known = size(shape.filter((length) => length !== -1));
  return reshaped(
    x,
    shape.map((length) => (length === -1 ? x.data.length / known : length)),
  );
};

export const folds: Readonly<Record<string, Fold>> = {
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  Div: binary((a, b) => a / b),
  Mod: binary((a, b) => a - b * Math.floor(a / b)),
  Min: binary(Math.min),
  Max: binary(Math.max),
  Equal: binary((a, b) => (a === b ? 1 : 0), true),
  Greater: binary((a, b) => (a > b ? 1 : 0), true),
  Less: binary((a, b) => (a < b ? 1 : 0), true),
  Neg: unary((a) => -a),
  Abs: unary(Math.abs),
  Floor: unary(Math.floor),
  Ceil: unary(Math.ceil),
  Sqrt: unary(Math.sqrt),
  Identity: (_, [x]) => x,
  Cast: cast,
  Shape: (n, [x]) => shapeOf(n, x.shape),
  Size: (_, [x]) => ({ shape: [], data: Float64Array.of(x.data.length), isInteger: true }),
  Gather: gather,
  Concat: concat,
  Slice: sliceOf,
  Transpose: transpose,
  Reshape: reshape,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  ConstantOfShape: constantOfShape,
  Expand: expand,
  Range: range,
  Where: where,
};

/** The Shape operator: lengths from `start` to `end`. */
export function shapeOf(n: NodeView, shape: readonly number[]): Constant {
  const part = shape.slice(n.int("start", 0), n.has("end") ? n.int("end", 0) : undefined);
  return { shape: [part.length], data: Float64Array.from(part), isInteger: true };
}
