/** Arrays of numbers that are known at import: weights, and what shapes are computed from. */

import { size } from "../../tensor/tensor.js";
import { type ElementName, elementTypes, float32InPlace } from "../numbers.js";
import { badFile, showBytes, showText, unsupportedFile, viewOf } from "../problems.js";
import type { Weights } from "../translation/weights.js";
import type { TensorMessage } from "./messages.js";

/** Row-major numbers. In an integer array NaN stands for the number of images, which is known when the model runs. */
export interface Constant extends Weights {
  readonly isInteger: boolean;
}

/** More elements than any weight that could run here has. */
const MAX_ELEMENTS = 2 ** 29;

/** Element types by ONNX's number. */
const types: Readonly<Record<number, { element: ElementName; isInteger: boolean }>> = {
  1: { element: "float32", isInteger: false },
  2: { element: "uint8", isInteger: true },
  3: { element: "int8", isInteger: true },
  4: { element: "uint16", isInteger: true },
  5: { element: "int16", isInteger: true },
  6: { element: "int32", isInteger: true },
  7: { element: "int64", isInteger: true },
  9: { element: "bool", isInteger: true },
  10: { element: "float16", isInteger: false },
  11: { element: "float64", isInteger: false },
  12: { element: "uint32", isInteger: true },
  13: { element: "uint64", isInteger: true },
  16: { element: "bfloat16", isInteger: false },
};

/** Whether ONNX's element type is one of whole numbers; undefined for types that are not read. */
export const isIntegerType = (type: number): boolean | undefined => types[type]?.isInteger;

/** Contents of the files that lie beside the model, by location. */
export type ExternalFiles = ReadonlyMap<string, Uint8Array>;

/** Where arrays lie. */
export interface Stores {
  readonly files: ExternalFiles;
  /** Whether nobody else reads the bytes: large weights then stay where they lie, and none of them exists twice. */
  readonly owned: boolean;
}

export function constant(t: TensorMessage, name: string, { files, owned }: Stores): Constant {
  const place = `tensor ${showText(t.name)}`;
  const type = types[t.dataType];
  if (!type)
    return unsupportedFile(
      name,
      place,
      `element type ${t.dataType}`,
      "floats of 16 to 64 bits, integers or bool",
      "export the model in float32",
    );
  const count = elementsOf(t.dims, name, place);
  const bytes = t.external ? externalBytes(t.external, name, place, files) : t.raw;
  const data = bytes
    ? fromBytes(bytes, type.element, count, name, place, owned ? roomBefore(t, bytes) : -1)
    : fromNumbers(t, type.element, count, name, place);
  return { shape: t.dims, data, isInteger: type.isInteger, name: t.name };
}

export function elementsOf(dims: readonly number[], name: string, place: string): number {
  const count = size(dims);
  if (dims.some((n) => !Number.isSafeInteger(n) || n < 0) || !(count <= MAX_ELEMENTS))
    badFile(name, place, `shape [${dims.join(",")}]`, `at most ${MAX_ELEMENTS} elements`);
  return count;
}

function fromBytes(
  bytes: Uint8Array,
  element: ElementName,
  count: number,
  name: string,
  place: string,
  room: number,
): Constant["data"] {
  const expected = count * elementTypes[element].bytes;
  if (bytes.length !== expected)
    badFile(name, place, showBytes(bytes.length), `${showBytes(expected)} for ${count} ${element}`);
  const own = element === "float32" ? inPlace(bytes, room) : undefined;
  if (own) return own;
  const values = elementTypes[element].read(viewOf(bytes), true);
  return values instanceof Float32Array || values instanceof Float64Array
    ? values
    : Float64Array.from(values, Number);
}

/** Bytes before an array that are read by now: its field's number and length, 2 bytes or more, 3 from 2⁷ on. In a file
 *  beside the model other arrays may lie before it (0). */
const roomBefore = (t: TensorMessage, { length }: Uint8Array): number =>
  t.external ? 0 : length < 2 ** 7 ? 2 : 3;

/** Arrays that have moved already, by the bytes where they lay. */
const moved = new WeakMap<Uint8Array, Float32Array>();

function inPlace(bytes: Uint8Array, room: number): Float32Array | undefined {
  const known = moved.get(bytes) ?? float32InPlace(bytes, room);
  if (known) moved.set(bytes, known);
  return known;
}

/** From typed fields: half floats come as the bits of integers. */
function fromNumbers(
  t: TensorMessage,
  element: ElementName,
  count: number,
  name: string,
  place: string,
): Constant["data"] {
  const isFloat = element === "float32" || element === "float64";
  const given = isFloat ? t.floats.length : t.integers.length;
  if (given !== count)
    badFile(name, place, `${given} numbers`, `${count} for shape [${t.dims.join(",")}]`);
  if (isFloat)
    return element === "float32" ? Float32Array.from(t.floats) : Float64Array.from(t.floats);
  if (element !== "float16" && element !== "bfloat16") return Float64Array.from(t.integers, Number);
  const bits = new DataView(new ArrayBuffer(2 * count));
  t.integers.forEach((value, i) => {
    bits.setUint16(2 * i, Number(BigInt.asUintN(16, value)), true);
  });
  return Float32Array.from(elementTypes[element].read(bits, true), Number);
}

function externalBytes(
  { location = "", offset = "0", length }: Record<string, string>,
  name: string,
  place: string,
  files: ExternalFiles,
): Uint8Array {
  const file = files.get(location);
  if (!file)
    return badFile(
      name,
      place,
      `data in another file, ${showText(location)}`,
      "that file beside the model",
      "put the model's data files into its folder and read the model from there",
    );
  const from = Number(offset);
  const to = length === undefined ? file.length : from + Number(length);
  if (
    !(
      Number.isSafeInteger(from) &&
      Number.isSafeInteger(to) &&
      from >= 0 &&
      from <= to &&
      to <= file.length
    )
  )
    badFile(
      name,
      place,
      `offset ${showText(offset)}, length ${showText(length ?? "the rest")}`,
      `a part of the ${showBytes(file.length)} of ${showText(location)}`,
    );
  return file.subarray(from, to);
}
