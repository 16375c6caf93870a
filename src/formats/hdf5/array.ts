/** The elements of an array: in one piece, in its header, or in chunks that may be compressed. */

import { size as product } from "../../tensor/tensor.js";
import { INFLATE_LIMIT } from "../gzip.js";
import { elementTypes, type NumberArray } from "../numbers.js";
import { badFile, showBytes, unsupportedFile, viewOf } from "../problems.js";
import { type Filter, filtersOf, unfiltered } from "./filters.js";
import { type Message, messageOf } from "./header.js";
import type { Source } from "./source.js";
import { treeLeaves } from "./tree.js";
import { dataspace, datatype } from "./types.js";

const DEFAULTS = "write the file with the defaults of h5py";

export const shapeOf = (s: Source, messages: readonly Message[], place: string) =>
  dataspace(s, messageOf(s, messages, "dataspace", place).at, place);

/** What an array consists of. */
interface Stored {
  readonly place: string;
  readonly shape: readonly number[];
  /** Bytes of an element. */
  readonly element: number;
  /** Bytes of all. */
  readonly bytes: number;
  readonly filters: readonly Filter[];
}

export function numbersOf(s: Source, messages: readonly Message[], place: string): NumberArray {
  const type = datatype(s, messageOf(s, messages, "datatype", place).at);
  if (type.kind !== "number")
    return unsupportedFile(
      s.name,
      place,
      type.kind === "other" ? type.title : "text",
      "numbers",
      "save the model again",
    );
  const shape = shapeOf(s, messages, place);
  const bytes = product(shape) * type.size;
  if (!(bytes <= INFLATE_LIMIT))
    badFile(s.name, place, `shape [${shape.join(",")}]`, `at most ${showBytes(INFLATE_LIMIT)}`);
  const filters = filtersOf(s, messages, place);
  const stored: Stored = { place, shape, element: type.size, bytes, filters };
  const raw = rawBytes(s, messageOf(s, messages, "layout", place).at, stored);
  return elementTypes[type.element].read(viewOf(raw), type.littleEndian);
}

/** Version 3 (and 4, where it says the same): class, then where. */
function rawBytes(s: Source, at: number, stored: Stored): Uint8Array {
  const { place, bytes } = stored;
  const [version, kind] = [s.u8(at), s.u8(at + 1)];
  const isChunked = kind === 2;
  if ((version !== 3 && version !== 4) || kind > 2 || (version === 4 && isChunked))
    unsupportedFile(
      s.name,
      place,
      `a layout of version ${version}, class ${kind}`,
      "version 3",
      DEFAULTS,
    );
  if (isChunked) return chunks(s, at, stored);
  if (stored.filters.length > 0)
    badFile(s.name, place, "filters on data in one piece", "filters on chunks alone");
  const [from, length] = kind === 0 ? [at + 4, s.u16(at + 2)] : [s.address(at + 2), s.u64(at + 10)];
  if (bytes === 0) return new Uint8Array(0);
  if (from === undefined)
    return badFile(s.name, place, "an array that was never written", "numbers");
  if (length !== bytes) badFile(s.name, place, showBytes(length), showBytes(bytes));
  s.spend(bytes);
  return s.part(from, bytes);
}

/** Axes and one more, the tree's address, the lengths of a chunk, and the size of an element as the last of them. */
function chunks(s: Source, at: number, stored: Stored): Uint8Array {
  const { place, shape, element, bytes, filters } = stored;
  const rank = s.u8(at + 2) - 1;
  const tree = s.address(at + 3);
  const chunk = shape.map((_, axis) => s.u32(at + 11 + 4 * axis));
  const chunkBytes = product(chunk) * element;
  if (rank !== shape.length || s.u32(at + 11 + 4 * rank) !== element || chunk.includes(0))
    badFile(s.name, place, `chunks [${chunk.join(",")}]`, `chunks of [${shape.join(",")}]`);
  if (!(chunkBytes <= INFLATE_LIMIT))
    badFile(s.name, place, `chunks of ${showBytes(chunkBytes)}`, "chunks that fit in memory");
  const wanted = product(shape.map((length, axis) => Math.ceil(length / chunk[axis])));
  if (bytes === 0) return new Uint8Array(0);
  const found =
    tree === undefined ? [] : treeLeaves(s, tree, { type: 1, keySize: 8 + 8 * (rank + 1) });
  // Chunks that were never written are not stored: the array would be larger than what is in the file.
  if (found.length !== wanted)
    badFile(s.name, place, `${found.length} chunks`, `${wanted}, an array that was written whole`);
  const seen = new Set<string>();
  let out: Uint8Array | undefined;
  for (const { key, child } of found) {
    const first = shape.map((_, axis) => s.u64(key + 8 + 8 * axis));
    if (
      first.some((f, axis) => f % chunk[axis] !== 0 || f >= shape[axis]) ||
      seen.has(first.join())
    )
      badFile(s.name, place, `a chunk at [${first.join(",")}]`, "each part of the array once");
    seen.add(first.join());
    const length = s.u32(key);
    s.spend(length);
    const content = unfiltered(s.part(child, length), filters, {
      s,
      place,
      mask: s.u32(key + 4),
      bytes: chunkBytes,
      element,
    });
    out ??= new Uint8Array(bytes);
    placeChunk(content, out, { shape, chunk, first, element });
  }
  return out ?? new Uint8Array(0);
}

/** Copies the rows of a chunk to where they belong; what reaches beyond the array is filling. */
function placeChunk(
  content: Uint8Array,
  out: Uint8Array,
  {
    shape,
    chunk,
    first,
    element,
  }: {
    readonly shape: readonly number[];
    readonly chunk: readonly number[];
    readonly first: readonly number[];
    readonly element: number;
  },
): void {
  const last = shape.length - 1;
  const row = Math.min(chunk[last], shape[last] - first[last]) * element;
  const lengths = shape.map((length, axis) =>
    axis === last ? 1 : Math.min(chunk[axis], length - first[axis]),
  );
  const at = shape.map(() => 0);
  for (let left = product(lengths); left > 0; left--) {
    let [from, to] = [0, 0];
    for (let axis = 0; axis <= last; axis++) {
      from = from * chunk[axis] + at[axis];
      to = to * shape[axis] + first[axis] + at[axis];
    }
    out.set(content.subarray(from * element, from * element + row), to * element);
    for (let axis = last - 1; axis >= 0 && ++at[axis] === lengths[axis]; axis--) at[axis] = 0;
  }
}
