/** Writing safetensors (the format: safetensors.ts). */

import { fail } from "../tensor/errors.js";
import { showShape, size } from "../tensor/tensor.js";
import { bytesOf, elementNameOf, type NumberArray } from "./numbers.js";
import { DTYPES } from "./safetensors.js";

/** An array to store; its element type follows from the kind of `data`. */
export interface ArrayToStore {
  readonly shape: readonly number[];
  readonly data: NumberArray;
}

/** A safetensors file of these arrays. The same arrays and metadata give the same bytes in whatever order they
 *  come: wide element types first (so that every array is aligned), then by name. */
export function writeSafetensors(
  arrays: ReadonlyMap<string, ArrayToStore> | Readonly<Record<string, ArrayToStore>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const given = arrays instanceof Map ? [...arrays] : Object.entries(arrays);
  const sorted = given
    .map(([key, array]) => ({ key, ...array }))
    .sort(
      (a, b) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT || (a.key < b.key ? -1 : 1),
    );
  const entries: string[] = [];
  const texts = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
  if (texts.length > 0) entries.push(`"__metadata__":${JSON.stringify(Object.fromEntries(texts))}`);
  let end = 0;
  for (const { key, shape, data } of sorted) {
    if (key === "__metadata__")
      fail("option", `writeSafetensors: got an array named "${key}", which the format reserves`);
    if (size(shape) !== data.length)
      fail(
        "shape",
        `writeSafetensors: array "${key}" has ${data.length} numbers, ` +
          `expected ${size(shape)} for shape ${showShape(shape)}`,
      );
    const offsets = [end, (end += data.byteLength)];
    const entry = { dtype: dtypeOf(data), shape, data_offsets: offsets };
    entries.push(`${JSON.stringify(key)}:${JSON.stringify(entry)}`);
  }
  const json = new TextEncoder().encode(`{${entries.join(",")}}`);
  const start = 8 + Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(start + end).fill(0x20, 8, start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.set(json, 8);
  let at = start;
  for (const { data } of sorted) {
    bytes.set(bytesOf(data), at);
    at += data.byteLength;
  }
  return bytes;
}

/** The format's name for the elements of an array. */
function dtypeOf(data: NumberArray): string {
  const element = elementNameOf(data);
  for (const [dtype, name] of Object.entries(DTYPES)) if (name === element) return dtype;
  return fail("unsupported", `writeSafetensors: no dtype for ${element}`);
}
