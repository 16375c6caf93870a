/** npy, NumPy's format for one array.
 *  - magic 93 "NUMPY", version byte (1, 2 or 3), minor version byte
 *  - header length, little-endian: 2 bytes in version 1, 4 bytes in versions 2 and 3
 *  - header: a Python dict {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }
 *  - the elements
 *  Numeric and boolean element types of either byte order are read, arrays of either axis order come out
 *  row-major; text, objects and records are refused, so nothing in a file is ever executed. */

import {
  bytesOf,
  type ElementName,
  elementNameOf,
  elementTypes,
  type NumberArray,
} from "./numbers.js";
import { badFile, showBytes, showText, unsupportedFile, viewOf } from "./problems.js";

export interface NumpyArray {
  readonly shape: readonly number[];
  readonly data: NumberArray;
}

const DESCRIPTORS: Readonly<Record<string, ElementName>> = {
  f8: "float64",
  f4: "float32",
  f2: "float16",
  i8: "int64",
  u8: "uint64",
  i4: "int32",
  u4: "uint32",
  i2: "int16",
  u2: "uint16",
  i1: "int8",
  u1: "uint8",
  b1: "bool",
};

const MAX_HEADER = 65536;
const MAX_AXES = 32;

/** The array in an npy file. Half floats become float32, booleans bytes; 64-bit integers stay exact. */
export function readNpy(bytes: Uint8Array, name: string): NumpyArray {
  const { text, start } = headerText(bytes, name);
  const { descr, fortran, shape } = parseHeader(text, name);
  const match = /^([<>|=])([a-z])(\d+)$/.exec(descr);
  const element = match && DESCRIPTORS[`${match[2]}${match[3]}`];
  if (!match || !element)
    unsupportedFile(
      name,
      "header, key descr",
      `element type ${showText(descr)}`,
      `one of ${Object.keys(DESCRIPTORS).join(", ")}`,
      "convert the array to numbers, for example with array.astype('float32')",
    );
  const type = elementTypes[element];
  const count = shape.reduce((product, length) => product * length, 1);
  const content = bytes.subarray(start);
  if (content.length !== count * type.bytes)
    badFile(
      name,
      `from byte ${start}`,
      `${showBytes(content.length)} of elements`,
      `${showBytes(count * type.bytes)} for shape (${shape.join(", ")}) of ${element}`,
    );
  const data = type.read(viewOf(content), match[1] !== ">");
  return { shape, data: fortran && shape.length > 1 ? rowMajor(data, shape) : data };
}

function headerText(bytes: Uint8Array, name: string): { text: string; start: number } {
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
  if (magic.some((byte, i) => bytes[i] !== byte))
    badFile(name, "byte 0", "another format", 'an npy file (93 "NUMPY")', "give a .npy file");
  const version = bytes[6];
  if (version < 1 || version > 3 || bytes[7] !== 0)
    badFile(name, "byte 6", `version ${version}.${bytes[7]}`, "1.0, 2.0 or 3.0");
  const view = viewOf(bytes);
  const wide = version > 1;
  const from = wide ? 12 : 10;
  if (bytes.length < from) badFile(name, "byte 8", "the end of the file", "a header length");
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  if (length > MAX_HEADER || from + length > bytes.length)
    badFile(
      name,
      "byte 8",
      `a header of ${showBytes(length)}`,
      `at most ${showBytes(Math.min(MAX_HEADER, bytes.length - from))}`,
    );
  const text = new TextDecoder("utf-8").decode(bytes.subarray(from, from + length));
  return { text, start: from + length };
}

/** The three entries of the dict, in any order, each exactly once, and nothing else. */
function parseHeader(text: string, name: string) {
  const bad = (got: string, expected: string): never => badFile(name, "header", got, expected);
  const found = new Map<string, string>();
  const dict = /^\{(.*)\}\s*$/s.exec(text);
  if (!dict) return bad(showText(text), "a Python dict");
  const entry = /\s*'(\w{1,20})'\s*:\s*('[^']*'|True|False|\([\d,\s]*\)|\[.*\])\s*(?:,|$)/sy;
  let at = 0;
  while (at < dict[1].length && dict[1].slice(at).trim() !== "") {
    entry.lastIndex = at;
    const match = entry.exec(dict[1]);
    if (!match) return bad(showText(dict[1].slice(at)), "an entry 'name': value");
    if (found.has(match[1])) bad(`'${match[1]}' twice`, "each entry once");
    found.set(match[1], match[2]);
    at = entry.lastIndex;
  }
  const [descr, order, shapeText] = ["descr", "fortran_order", "shape"].map((key) =>
    found.get(key),
  );
  if (descr === undefined || order === undefined || shapeText === undefined || found.size !== 3)
    return bad(`entries ${showText([...found.keys()].join(", "))}`, "descr, fortran_order, shape");
  if (order !== "True" && order !== "False")
    bad(`fortran_order ${showText(order)}`, "True or False");
  return {
    descr: descr.replace(/^'|'$/g, ""),
    fortran: order === "True",
    shape: parseShape(shapeText, bad),
  };
}

function parseShape(text: string, bad: (got: string, expected: string) => never): number[] {
  const inner = /^\((.*)\)$/s.exec(text)?.[1] ?? bad(`shape ${showText(text)}`, "a tuple");
  const parts = inner.trim() === "" ? [] : inner.trim().replace(/,$/, "").split(",");
  if (parts.length > MAX_AXES) bad(`${parts.length} axes`, `at most ${MAX_AXES}`);
  return parts.map((part) => {
    const digits = part.trim();
    const length = Number(digits);
    if (!/^\d+$/.test(digits) || !Number.isSafeInteger(length))
      bad(`axis length ${showText(digits)}`, "a whole number that is not negative");
    return length;
  });
}

/** Column-major elements in row-major order. */
function rowMajor(data: NumberArray, shape: readonly number[]): NumberArray {
  const out = data.slice();
  const index = new Array<number>(shape.length).fill(0);
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((a, b) => a * b, 1));
  for (let i = 0; i < out.length; i++) {
    let from = 0;
    for (let axis = 0; axis < shape.length; axis++) from += index[axis] * strides[axis];
    out[i] = data[from];
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--)
      index[axis] = 0;
  }
  return out;
}

/** An npy file (version 1.0, little-endian, row-major); the header is padded so that elements start at 64. */
export function writeNpy({ shape, data }: NumpyArray): Uint8Array {
  const element = elementNameOf(data);
  const code = Object.keys(DESCRIPTORS).find((key) => DESCRIPTORS[key] === element);
  const descr = `${data.BYTES_PER_ELEMENT === 1 ? "|" : "<"}${code}`;
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const dict = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const length = Math.ceil((10 + dict.length + 1) / 64) * 64 - 10;
  const header = new TextEncoder().encode(`${dict.padEnd(length - 1)}\n`);
  const bytes = new Uint8Array(10 + length + data.byteLength);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, length & 255, length >> 8]);
  bytes.set(header, 10);
  bytes.set(bytesOf(data), 10 + length);
  return bytes;
}
