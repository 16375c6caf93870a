/** safetensors: named arrays that can be read without running anything.
 *  - 8 bytes: N, the length of the header, little-endian
 *  - N bytes: JSON object {name: {dtype, shape, data_offsets: [begin, end]}}, blanks may follow it;
 *    "__metadata__" maps texts to texts
 *  - the buffer: each array row-major and little-endian at its offsets, without holes or overlaps
 *  Arrays MUST cover the buffer exactly once; a name MUST occur once; the header MUST begin with "{". */

import { firstNonFinite } from "../tensor/tensor.js";
import { isObject, type Json, readJson } from "./json.js";
import { type ElementName, elementTypes, type NumberArray } from "./numbers.js";
import { badFile, showBytes, showText, unsupportedFile, viewOf } from "./problems.js";

/** The format's names of the element types read here. */
export const DTYPES = {
  F64: "float64",
  F32: "float32",
  F16: "float16",
  BF16: "bfloat16",
  I64: "int64",
  U64: "uint64",
  I32: "int32",
  U32: "uint32",
  I16: "int16",
  U16: "uint16",
  I8: "int8",
  U8: "uint8",
  BOOL: "bool",
} as const satisfies Record<string, ElementName>;

export type Dtype = keyof typeof DTYPES;

const MAX_HEADER = 100_000_000; // the format's own limit
const MAX_AXES = 64;
const METADATA = "__metadata__";

export interface StoredArray {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** F16 and BF16 become float32, BOOL bytes; 64-bit integers stay exact. */
  readonly data: NumberArray;
}

export interface SafeTensors {
  /** In the order of the buffer. */
  readonly arrays: ReadonlyMap<string, StoredArray>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** One entry of the header, checked by itself. */
interface Entry {
  readonly key: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** The arrays and metadata of a safetensors file. `numbers`: whether NaN and infinities are refused
 *  ("finite", the default) or accepted ("any"). Arrays are copies: the file's bytes can be dropped. */
export function readSafetensors(
  bytes: Uint8Array,
  name: string,
  { numbers = "finite" }: { numbers?: "finite" | "any" } = {},
): SafeTensors {
  const { header, start } = readHeader(bytes, name);
  const buffer = bytes.subarray(start);
  const entries = Object.entries(header)
    .filter(([key]) => key !== METADATA)
    .map(([key, value]) => readEntry(key, value, name))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkCover(entries, buffer.length, name);
  const arrays = new Map<string, StoredArray>();
  for (const { key, dtype, shape, begin, end } of entries) {
    const data = elementTypes[DTYPES[dtype]].read(viewOf(buffer.subarray(begin, end)), true);
    if (numbers === "finite") checkFinite(key, data, name);
    arrays.set(key, { dtype, shape, data });
  }
  return { arrays, metadata: readMetadata(header[METADATA], name) };
}

function readHeader(bytes: Uint8Array, name: string) {
  if (bytes.length < 8)
    badFile(name, "byte 0", showBytes(bytes.length), "8 bytes with the length of the header");
  const length = viewOf(bytes).getBigUint64(0, true);
  const room = Math.min(MAX_HEADER, bytes.length - 8);
  if (length > BigInt(room))
    badFile(name, "byte 0", `a header of ${length} bytes`, `at most ${showBytes(room)}`);
  const start = 8 + Number(length);
  if (bytes[8] !== 0x7b || start === 8)
    badFile(name, "byte 8", "a header of another kind", "one that begins with {");
  const header = readJson(bytes.subarray(8, start), name, "header");
  if (!isObject(header)) return badFile(name, "header", "no object", "a JSON object");
  return { header, start };
}

function readEntry(key: string, value: Json, name: string): Entry {
  const place = `header, key ${showText(key)}`;
  if (!isObject(value)) return badFile(name, place, showText(JSON.stringify(value)), "an object");
  const { dtype, shape, data_offsets: offsets, ...rest } = value;
  const unknown = Object.keys(rest);
  if (unknown.length > 0)
    badFile(name, place, `entry ${showText(unknown[0])}`, "dtype, shape and data_offsets only");
  if (!isDtype(dtype))
    return unsupportedFile(
      name,
      place,
      `dtype ${showText(JSON.stringify(dtype) ?? "nothing")}`,
      `one of ${Object.keys(DTYPES).join(", ")}`,
      "convert the array to one of these",
    );
  if (!isLengths(shape) || shape.length > MAX_AXES)
    return badFile(name, place, `shape ${show(shape)}`, "a list of whole numbers, none negative");
  if (!isLengths(offsets) || offsets.length !== 2 || offsets[0] > offsets[1])
    return badFile(
      name,
      place,
      `data_offsets ${show(offsets)}`,
      "[begin, end], begin not above end",
    );
  const elements = shape.reduce((product, length) => product * length, 1);
  const expected = elements * elementTypes[DTYPES[dtype]].bytes;
  const [begin, end] = offsets;
  if (!Number.isSafeInteger(expected) || end - begin !== expected)
    badFile(
      name,
      place,
      `${showBytes(end - begin)} at [${begin}, ${end}]`,
      `${showBytes(expected)} for ${dtype} [${shape.join(",")}]`,
    );
  return { key, dtype, shape, begin, end };
}

const show = (value: Json | undefined): string => showText(JSON.stringify(value) ?? "nothing");

const isDtype = (value: Json | undefined): value is Dtype =>
  typeof value === "string" && Object.hasOwn(DTYPES, value);

const isLengths = (value: Json | undefined): value is readonly number[] =>
  Array.isArray(value) &&
  value.every((n) => typeof n === "number" && Number.isSafeInteger(n) && n >= 0);

/** Sorted entries must follow one another from 0 to the end of the buffer. */
function checkCover(entries: readonly Entry[], length: number, name: string): void {
  let at = 0;
  for (const { key, begin, end } of entries) {
    const place = `header, key ${showText(key)}`;
    if (end > length)
      badFile(name, place, `data to byte ${end} of the buffer`, `its end by ${length}`);
    if (begin < at)
      badFile(name, place, `data from byte ${begin} of the buffer`, `byte ${at}, no overlap`);
    if (begin > at)
      badFile(name, place, `data from byte ${begin} of the buffer`, `byte ${at}, no hole`);
    at = end;
  }
  if (at !== length)
    badFile(name, "buffer", `${showBytes(length)}`, `${showBytes(at)}, as the header describes`);
}

function checkFinite(key: string, data: NumberArray, name: string): void {
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return;
  const at = firstNonFinite(data);
  if (at >= 0)
    badFile(
      name,
      `array ${showText(key)}, element ${at}`,
      `${data[at]}`,
      "a finite number",
      "the values were broken when the file was written; write it again from a sound model",
    );
}

function readMetadata(value: Json | undefined, name: string): ReadonlyMap<string, string> {
  if (value === undefined) return new Map();
  if (!isObject(value)) return badFile(name, `header, key "${METADATA}"`, show(value), "an object");
  return new Map(
    Object.entries(value).map(([key, text]) => [
      key,
      typeof text === "string"
        ? text
        : badFile(name, `header, key "${METADATA}", ${showText(key)}`, show(text), "a text"),
    ]),
  );
}
