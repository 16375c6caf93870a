/** How elements are stored (datatype messages), and how many there are (dataspace messages). */

import type { ElementName } from "../numbers.js";
import { badFile, unsupportedFile } from "../problems.js";
import type { Source } from "./source.js";

/** What one element is. */
export type Datatype =
  | {
      readonly kind: "number";
      readonly element: ElementName;
      readonly littleEndian: boolean;
      readonly size: number;
    }
  /** `size` bytes of text. */
  | { readonly kind: "text"; readonly size: number }
  /** Text of any length in the global heap. */
  | { readonly kind: "heapText"; readonly size: number }
  /** Anything else: never needed by a model. */
  | { readonly kind: "other"; readonly size: number; readonly title: string };

const CLASSES = [
  "fixed-point numbers",
  "floats",
  "times",
  "text",
  "bit fields",
  "opaque data",
  "records",
  "references",
  "enumerations",
  "lists of any length",
  "arrays",
];

export function datatype(s: Source, at: number): Datatype {
  const kind = s.u8(at) & 15;
  const bits = s.u8(at + 1);
  const size = s.u32(at + 4);
  const other = { kind: "other", size, title: CLASSES[kind] ?? `class ${kind}` } as const;
  if (kind === 0) return integers(s, at, bits, size) ?? other;
  if (kind === 1) return floats(s, at, bits, size) ?? other;
  if (kind === 3) return { kind: "text", size };
  if (kind === 9 && (bits & 15) === 1) return { kind: "heapText", size };
  return other;
}

function integers(s: Source, at: number, bits: number, size: number): Datatype | undefined {
  const isSigned = (bits & 8) !== 0;
  const isWhole = s.u16(at + 8) === 0 && s.u16(at + 10) === 8 * size;
  const names: Readonly<Record<number, readonly [ElementName, ElementName]>> = {
    1: ["uint8", "int8"],
    2: ["uint16", "int16"],
    4: ["uint32", "int32"],
    8: ["uint64", "int64"],
  };
  const element = names[size]?.[isSigned ? 1 : 0];
  return element && isWhole
    ? { kind: "number", element, littleEndian: (bits & 1) === 0, size }
    : undefined;
}

/** IEEE's floats, told by where exponent and fraction lie. */
function floats(s: Source, at: number, bits: number, size: number): Datatype | undefined {
  const [exponent, exponentBits, fraction, fractionBits] = [12, 13, 14, 15].map((k) =>
    s.u8(at + k),
  );
  const shape = `${size}: ${exponent}+${exponentBits}, ${fraction}+${fractionBits}, ${s.u32(at + 16)}`;
  const known: Readonly<Record<string, ElementName>> = {
    "2: 10+5, 0+10, 15": "float16",
    "2: 7+8, 0+7, 127": "bfloat16",
    "4: 23+8, 0+23, 127": "float32",
    "8: 52+11, 0+52, 1023": "float64",
  };
  const element = known[shape];
  const isVax = (bits & 0x40) !== 0;
  return element && !isVax
    ? { kind: "number", element, littleEndian: (bits & 1) === 0, size }
    : undefined;
}

/** More axes than any array of a model has. */
const MAX_AXES = 8;

/** Lengths of the axes; [] for a single element. */
export function dataspace(s: Source, at: number, place: string): readonly number[] {
  const version = s.u8(at);
  const rank = s.u8(at + 1);
  if (version !== 1 && version !== 2)
    unsupportedFile(
      s.name,
      place,
      `a dataspace of version ${version}`,
      "version 1 or 2",
      "write the file with the defaults of h5py",
    );
  if (version === 2 && s.u8(at + 3) === 2) return [0];
  if (rank > MAX_AXES) badFile(s.name, place, `${rank} axes`, `at most ${MAX_AXES}`);
  const first = at + (version === 1 ? 8 : 4);
  return Array.from({ length: rank }, (_, axis) => s.u64(first + 8 * axis));
}
